// What is wrong with the edits of a person: one sentence that says what to do.

import { BORDER_POINTS_MIN, type BorderEdit, type Edits, type ReferenceEdit } from "./edits"
import type { FrameBordersAndMeasures } from "./edited-measures"
import type { Stretch } from "./lesion"
import { overlaps } from "./lesions"
import { areaOf } from "./lumen-measures"
import { crossesItself, isSeenFromCentre, radiiOf } from "./polygon"

/** What the edits are checked against: a run as it was measured without them. */
export interface EditedRun extends Pick<FrameBordersAndMeasures, "borders"> {
    /** The number of each frame, as in measurements.csv. */
    readonly indices: readonly number[]
    readonly positionsMm: readonly number[]
    /** Radius of the picture. */
    readonly depthMm: number
    /** Found automatically, or that of the minimum lumen area. */
    readonly lesion: Stretch | null
    /** Every lesion that was found automatically. */
    readonly lesions: readonly Stretch[]
}

/**
 * The smallest lumen that a catheter can be in: the thinnest intravascular ultrasound catheters measure 2.4 F, 0.8 mm, which is 0.50 mm². The
 * largest one is what the picture holds.
 */
const LUMEN_MIN_MM2 = 0.5
/** The sentences show two decimals. */
const SHOWN_MM = 0.01

/** A vessel's border may be drawn on that of the lumen: one pixel of a picture. */
const TOUCHING_MM = 0.05

/** @returns undefined for edits that can be used */
export function editsDefect(edits: Edits, run: EditedRun): string | undefined {
    for (const border of edits.borders) {
        const defect = borderDefect(border, edits, run)
        if (defect !== undefined)
            return `The ${border.kind} border of frame ${border.frame} ${defect}.`
    }
    for (const reference of edits.references) {
        const defect = referenceDefect(reference, edits, run)
        if (defect !== undefined)
            return `The ${reference.which} reference from ${reference.from_mm} to ${reference.to_mm} mm ${defect}.`
    }
    const side = (which: ReferenceEdit["which"]): ReferenceEdit | undefined =>
        edits.references.find(reference => reference.which === which)
    const [distal, proximal] = [side("distal"), side("proximal")]
    if (distal && proximal && distal.to_mm > proximal.from_mm)
        return `The distal reference ends at ${distal.to_mm} mm, beyond the beginning of the proximal one at ${proximal.from_mm} mm; distal is towards 0 mm, where the pullback begins.`
    const frames = edits.accepted.flatMap(accepted =>
        accepted.frames === "all" ? [] : accepted.frames
    )
    const unknown = frames.find(frame => !run.indices.includes(frame))
    if (unknown !== undefined)
        return `Frame ${unknown} cannot be accepted, as the run has no such frame; measurements.csv lists them.`
    return undefined
}

function borderDefect(border: BorderEdit, edits: Edits, run: EditedRun): string | undefined {
    const { frame, kind, points_mm: points } = border
    const i = run.indices.indexOf(frame)
    if (i < 0 || !run.borders[i])
        return "cannot be used, as the run has no such frame; measurements.csv lists them"
    if (edits.borders.some(b => b !== border && b.frame === frame && b.kind === kind))
        return "is there twice; leave one of the two"
    if (points.length < BORDER_POINTS_MIN)
        return `has ${points.length} points; draw it with at least ${BORDER_POINTS_MIN}`
    const outside = points.find(([x, y]) => Math.hypot(x, y) > run.depthMm)
    if (outside)
        return `leaves the picture at (${outside.join(", ")}) mm; draw it within ${run.depthMm.toFixed(2)} mm from the catheter's centre`
    if (crossesItself(points)) return "crosses itself; draw it without crossings"
    if (!isSeenFromCentre(points))
        return "does not go once around the catheter's centre, or folds behind itself as seen from there; draw it around the catheter without folds"
    const lines = run.borders[i].radiusMm.length
    const { areaMm2 } = areaOf(radiiOf(points, lines))
    if (areaMm2 < LUMEN_MIN_MM2)
        return `has an area of ${areaMm2.toPrecision(2)} mm², in which no catheter fits; draw it with at least ${LUMEN_MIN_MM2} mm², in mm`
    if (kind === "lumen") return undefined
    const drawn = edits.borders.find(b => b.frame === frame && b.kind === "lumen")
    const lumen = drawn ? radiiOf(drawn.points_mm, lines) : run.borders[i].radiusMm
    const isInside = radiiOf(points, lines).some(
        (radius, line) => radius < lumen[line]! - TOUCHING_MM
    )
    return isInside ? "lies inside that of the lumen; draw it around the lumen" : undefined
}

function referenceDefect(
    reference: ReferenceEdit,
    { references }: Edits,
    { positionsMm, lesion, lesions }: EditedRun
): string | undefined {
    const { which, from_mm: from, to_mm: to } = reference
    if (!(from < to)) return "has no length; name its distal end first, as in proximal=31.5-33.5"
    if (references.some(r => r !== reference && r.which === which))
        return "is there twice; leave one of the two"
    const first = positionsMm.reduce((a, b) => Math.min(a, b), Infinity)
    const last = positionsMm.reduce((a, b) => Math.max(a, b), -Infinity)
    const between = `choose it between ${first.toFixed(2)} and ${last.toFixed(2)} mm`
    if (from < first - SHOWN_MM || to > last + SHOWN_MM)
        return `goes beyond the frames of the run; ${between}`
    if (!positionsMm.some(mm => mm >= from && mm <= to)) return `holds no frame; ${between}`
    const all = lesion ? [lesion, ...lesions] : lesions
    const under = all.find(one => overlaps(one, { fromMm: from, toMm: to }))
    if (under)
        return `lies on ${under === lesion ? "the" : "a"} lesion, which is from ${under.fromMm.toFixed(2)} to ${under.toMm.toFixed(2)} mm; choose it beside the lesion`
    // It may be that of another lesion.
    const isBeside = all.some(one => (which === "distal" ? to <= one.fromMm : from >= one.toMm))
    if (lesion && !isBeside)
        return `is on the other side of the lesion at ${lesion.fromMm.toFixed(2)} mm; distal is towards 0 mm, where the pullback begins`
    return undefined
}
