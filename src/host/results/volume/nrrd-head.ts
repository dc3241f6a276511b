// The header of volume.nrrd (teem.sourceforge.net/nrrd/format.html): sizes, true spacing, and what the run was.

import type { PictureSize } from "../dicom/dicom-attributes"
import type { SliceOrder } from "./slice-order"

/** What the header says of a run. */
export interface VolumeAbout {
    readonly catheter: string
    readonly frames: number
    readonly verdict: string
    /** Why the run did not complete; null where it did. */
    readonly verdictReason: string | null
}

/**
 * Axes: x right and y down as in the cross-sections, z along the pullback, growing from distal to proximal. Origin: the
 * catheter, at the start of the imaged window. How the vessel lies in the patient is not known, so the space has no
 * anatomical name.
 */
export function nrrdHead(
    { widthPx, heightPx, mmPerPxX, mmPerPxY }: PictureSize,
    { firstMm, spacingMm, frames, isEven }: SliceOrder,
    about: VolumeAbout
): string {
    const direction = (...mm: number[]): string => `(${mm.map(number).join(",")})`
    const origin = direction(
        ((1 - widthPx) / 2) * mmPerPxX,
        ((1 - heightPx) / 2) * mmPerPxY,
        firstMm
    )
    const directions = [
        direction(mmPerPxX, 0, 0),
        direction(0, mmPerPxY, 0),
        direction(0, 0, spacingMm),
    ]
    const reason = about.verdictReason === null ? "" : `: ${about.verdictReason}`
    return [
        "NRRD0005",
        "# Investigational equipment, not for clinical use.",
        ascii(`# Run: ${about.verdict}${reason}`),
        "# Axes: x right, y down, z along the pullback by the measured position of the sled; origin at the catheter.",
        isEven
            ? "# Each slice is a frame."
            : "# The frames are not equally spaced: each slice is the nearest frame, or hatched where there is none.",
        "type: uint8",
        "dimension: 3",
        "space dimension: 3",
        `sizes: ${widthPx} ${heightPx} ${frames.length}`,
        `space directions: ${directions.join(" ")}`,
        `space origin: ${origin}`,
        'space units: "mm" "mm" "mm"',
        "kinds: domain domain domain",
        "encoding: gzip",
        "content: IVUS cross-sections along a pullback",
        ascii(`catheter:=${about.catheter}`),
        `frames:=${about.frames}`,
        `verdict:=${about.verdict}`,
        "",
        "",
    ].join("\n")
}

/** A tenth of a nanometre is enough. */
function number(mm: number): string {
    return String(Number(mm.toFixed(7)))
}

/** The header is one of ASCII lines. */
function ascii(text: string): string {
    return text.replace(/[^ -~]/g, "?")
}
