// What report.dcm says of one frame: its measurements with their doubts, and its borders (TID 3253).

import type { FrameFlag, FrameMeasures } from "../../../measure/frame-measures"
import type { LumenMeasures } from "../../../measure/lumen-measures"
import type { RunResults } from "../../run-results"
import { pictureSize } from "../../picture-frames"
import type { DicomReference } from "../dicom-common"
import { borderPoints } from "./border-points"
import { CODES, UNITS } from "./codes"
import {
    code,
    container,
    contains,
    image,
    type Item,
    number,
    outline,
    related,
    text,
} from "./content-items"

/** What the frames of a report are taken from. */
export interface ReportFrames {
    readonly results: Pick<
        RunResults,
        "geometry" | "fixedDirection" | "borders" | "vesselBorders" | "frames"
    >
    readonly measures: readonly FrameMeasures[]
    /** Null without pullback.dcm: there is nothing that borders could refer to. */
    readonly pullback: DicomReference | null
    /** Whether a person has accepted some frames. Until then the report as a whole says that none is. */
    readonly isReviewed: boolean
}

/** What a reader must know of a frame's numbers. */
function flagsOf(i: number, { measures, isReviewed }: ReportFrames): FrameFlag[] {
    return measures[i]!.flags.filter(flag => isReviewed || flag !== "unreviewed")
}

/** Where along the pullback. */
export const position = (mm: number, ...more: readonly Item[]): Item =>
    number(
        CODES.position,
        UNITS.mm,
        mm,
        3,
        ...related("HAS CONCEPT MOD", code(CODES.fiducial, CODES.windowStart), ...more)
    )

/** All that is measured in a frame, at a site that the template names. */
export function siteItem(site: typeof CODES.siteOfMinimum, i: number, frames: ReportFrames): Item {
    const m = frames.measures[i]!
    const positionMm = frames.results.frames.marks[i]!.positionMm
    const { lumen } = m
    return container(
        CODES.group,
        ...related("HAS CONCEPT MOD", code(CODES.findingSite, site)),
        ...contains(
            position(positionMm),
            ...(lumen ? [lumenArea(i, frames, lumen, 1), ...diameters(lumen)] : []),
            ...vesselItems(i, frames),
            ...doubts(m, flagsOf(i, frames))
        )
    )
}

/** A frame in the list of all: area and border of its lumen, with fewer points. */
export function frameItem(i: number, frames: ReportFrames, every: number): Item {
    const m = frames.measures[i]!
    return container(
        CODES.group,
        ...contains(
            // From the same end as everywhere, which the sites name; saying so for each frame takes time.
            number(CODES.position, UNITS.mm, frames.results.frames.marks[i]!.positionMm, 3),
            ...(m.lumen ? [lumenArea(i, frames, m.lumen, every)] : []),
            number(CODES.confidence, UNITS.ratio, m.confidence, 2)
        )
    )
}

/** The area says itself what makes it unsure: a reader may take it alone. */
function lumenArea(i: number, frames: ReportFrames, lumen: LumenMeasures, every: number): Item {
    const flags = flagsOf(i, frames)
    const border = frames.results.borders[i]
    return number(
        CODES.lumenArea,
        UNITS.mm2,
        lumen.areaMm2,
        3,
        ...(flags.length > 0
            ? related("HAS PROPERTIES", text(CODES.comment, flags.join("; ")))
            : []),
        ...inferredFrom(border?.radiusMm, i, frames, every)
    )
}

function inferredFrom(
    radiusMm: ArrayLike<number> | undefined,
    i: number,
    { pullback, results }: ReportFrames,
    every: number
): Item[] {
    if (!radiusMm || !pullback) return []
    const size = pictureSize(results.geometry, results.fixedDirection)
    const made = borderPoints(radiusMm, size, every)
    if (!made) return []
    const { points, isClosed } = made
    return related(
        "INFERRED FROM",
        outline(CODES.areaOutline, points, isClosed, image(pullback, i + 1))
    )
}

function diameters(lumen: LumenMeasures): Item[] {
    const { minimum, maximum, mean } = CODES
    const diameter = (mm: number, how: typeof minimum | typeof maximum | typeof mean): Item =>
        number(
            CODES.lumenDiameter,
            UNITS.mm,
            mm,
            3,
            ...related("HAS CONCEPT MOD", code(CODES.derivation, how))
        )
    return [
        diameter(lumen.minDiameterMm, minimum),
        diameter(lumen.maxDiameterMm, maximum),
        diameter(lumen.meanDiameterMm, mean),
        number(CODES.lumenEccentricity, UNITS.ratio, lumen.eccentricity, 3),
    ]
}

function vesselItems(i: number, frames: ReportFrames): Item[] {
    const { vessel, plaqueAreaMm2, plaqueBurdenPercent, calciumArcDeg, stent } = frames.measures[i]!
    const border = frames.results.vesselBorders[i]
    const items = [
        vessel &&
            number(
                ...([CODES.vesselArea, UNITS.mm2, vessel.areaMm2, 3] as const),
                ...inferredFrom(border?.radiusMm, i, frames, 1)
            ),
        plaqueAreaMm2 !== null && number(CODES.plaqueArea, UNITS.mm2, plaqueAreaMm2, 3),
        plaqueBurdenPercent !== null &&
            number(CODES.plaqueBurden, UNITS.percent, plaqueBurdenPercent, 1),
        calciumArcDeg !== null && number(CODES.calciumArc, UNITS.deg, calciumArcDeg, 0),
        stent && number(CODES.stentArea, UNITS.mm2, stent.areaMm2, 3),
        stent &&
            text(
                CODES.comment,
                `${stent.malapposedStruts} of ${stent.struts} struts have blood behind them.`
            ),
    ]
    return items.filter(item => item !== null && item !== false)
}

function doubts({ confidence, heardFraction }: FrameMeasures, flags: readonly FrameFlag[]): Item[] {
    return [
        number(CODES.heard, UNITS.percent, 100 * heardFraction, 0),
        number(CODES.confidence, UNITS.ratio, confidence, 2),
        ...(flags.length > 0
            ? [text(CODES.comment, `Unsure or changed: ${flags.join("; ")}.`)]
            : []),
    ]
}
