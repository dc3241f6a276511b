// A recorded pullback from a folder of PNGs: polar frames, or cross-sections with their scale.

import { readdirSync } from "node:fs"
import { join } from "node:path"
import * as v from "valibot"
import {
    EchoFileError,
    type GreyPng,
    type PolarGrid,
    polarGreys,
    readGreyPng,
    type Recording,
} from "../../../../../boards/virtual/vessel/vessel"
import { type Unroll, unrollTo } from "./cross-section"
import { parseJson } from "../../../json-text"

/** Says what the pictures of a folder are. */
export const SETTINGS_NAME = "recording.json"

const aboveZero = v.pipe(v.number(), v.finite(), v.minValue(1e-6))
const Settings = v.strictObject({
    picture: v.optional(v.picklist(["polar", "cross-section"]), "polar"),
    mm_per_px: v.optional(aboveZero),
    frame_spacing_mm: v.optional(aboveZero),
})
type Settings = v.InferOutput<typeof Settings>

/** @param read reads a file of the folder */
export function pngFolder(folder: string, read: (file: string) => Uint8Array): Recording {
    const entries = readdirSync(folder)
    const byNumber = new Intl.Collator("en", { numeric: true }).compare
    const names = entries.filter(name => /\.png$/i.test(name)).sort(byNumber)
    // Its PNGs are cross-sections and a longitudinal view without their scale.
    if (entries.includes("pullback.dcm"))
        throw new EchoFileError(
            "no-frames",
            "The folder for --echo is that of a run; name the pullback.dcm in it."
        )
    if (names.length === 0)
        throw new EchoFileError(
            "no-frames",
            "The folder for --echo has no PNGs; name a folder of frames, one PNG each."
        )
    const settings = settingsIn(
        entries.includes(SETTINGS_NAME) && read(join(folder, SETTINGS_NAME))
    )
    const greyOf = (i: number): GreyPng =>
        inFile(names[i]!, () => readGreyPng(read(join(folder, names[i]!))))
    const first = greyOf(0)
    const likeFirst = (i: number): GreyPng => sameSize(greyOf(i), first, names[i]!)
    const spacing = settings.frame_spacing_mm
    return {
        frames: names.length,
        ...(spacing !== undefined && { positionsMm: names.map((_, i) => i * spacing) }),
        greys:
            settings.picture === "polar"
                ? (i, grid) => polarGreys(likeFirst(i), grid)
                : crossSections(first, settings.mm_per_px!, likeFirst),
    }
}

/** The catheter is in the middle of the picture. */
function crossSections(
    { widthPx, heightPx }: GreyPng,
    mmPerPx: number,
    greyOf: (i: number) => GreyPng
): Recording["greys"] {
    const region = {
        ...{ fromX: 0, fromY: 0, widthPx, heightPx, mmPerPxX: mmPerPx, mmPerPxY: mmPerPx },
        ...{ centreX: (widthPx - 1) / 2, centreY: (heightPx - 1) / 2 },
    }
    let unroll: { readonly grid: PolarGrid; readonly to: Unroll } | undefined
    return (i, grid) => {
        if (unroll?.grid !== grid) unroll = { grid, to: unrollTo(grid, region, widthPx) }
        return unroll.to(greyOf(i).greys)
    }
}

function sameSize(png: GreyPng, first: GreyPng, name: string): GreyPng {
    if (png.widthPx === first.widthPx && png.heightPx === first.heightPx) return png
    throw new EchoFileError(
        "size",
        `${name} has ${png.widthPx} × ${png.heightPx} pixels, and the first frame ${first.widthPx} × ${first.heightPx}; all must have the same.`
    )
}

/** Says in which file a defect is. */
function inFile<T>(name: string, work: () => T): T {
    try {
        return work()
    } catch (error) {
        if (!(error instanceof EchoFileError)) throw error
        throw new EchoFileError(error.code, error.message.replace("The echo file", name))
    }
}

function settingsIn(bytes: Uint8Array | false): Settings {
    if (bytes === false) return { picture: "polar" }
    let value: unknown
    try {
        value = parseJson(Buffer.from(bytes).toString("utf8"))
    } catch {
        value = undefined
    }
    const read = v.safeParse(Settings, value)
    if (!read.success)
        throw new EchoFileError(
            "settings",
            `${SETTINGS_NAME} is not as it should be; "picture" ("polar" or "cross-section"), "mm_per_px" and "frame_spacing_mm" are allowed, as JSON.`
        )
    if (read.output.picture === "cross-section" && read.output.mm_per_px === undefined)
        throw new EchoFileError(
            "no-scale",
            `${SETTINGS_NAME} gives no scale of its cross-sections; add "mm_per_px".`
        )
    return read.output
}
