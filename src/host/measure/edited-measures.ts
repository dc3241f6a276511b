// Puts the borders of a person into the measurements of a run, and marks which frames are reviewed.

import { atOnce, type Steps } from "../in-steps"
import type { BorderEdit, Edits } from "./edits"
import { type FrameFlag, type FrameMeasures, withFlags } from "./frame-measures"
import type { LumenBorder } from "./lumen-along"
import { measureLumen } from "./lumen-measures"
import { radiiOf } from "./polygon"
import type { VesselBorder } from "./vessel-border"

/** Borders and measures, one for each frame. */
export interface FrameBordersAndMeasures {
    readonly borders: readonly LumenBorder[]
    readonly vesselBorders: readonly (VesselBorder | null)[]
    readonly measures: readonly FrameMeasures[]
}

/** Frames of one step of the work: some milliseconds, as few of them are edited. */
const FRAMES_A_STEP = 1024

/** What a border by a person settles. */
const SETTLED: readonly FrameFlag[] = ["partly-seen", "out-of-depth", "border-unsure"]

/**
 * @param indices the number of each frame, as in measurements.csv
 * @param edits without defects (edits-check.ts)
 */
export function withEdits(
    automatic: FrameBordersAndMeasures,
    indices: readonly number[],
    edits: Edits
): FrameBordersAndMeasures {
    return atOnce(editSteps(automatic, indices, edits))
}

/** As {@link withEdits}, in steps. */
export function* editSteps(
    automatic: FrameBordersAndMeasures,
    indices: readonly number[],
    edits: Edits
): Steps<FrameBordersAndMeasures> {
    const borders = [...automatic.borders]
    const vesselBorders = [...automatic.vesselBorders]
    const placeOf = new Map(indices.map((index, i) => [index, i]))
    const edited = new Map<number, { kinds: Set<BorderEdit["kind"]>; date: number }>()
    for (const { frame, kind, points_mm, date } of edits.borders) {
        const i = placeOf.get(frame)
        if (i === undefined || !borders[i]) continue
        const radiusMm = radiiOf(points_mm, borders[i].radiusMm.length)
        if (kind === "lumen") borders[i] = { ...borders[i], radiusMm, edgeFraction: 1 }
        else vesselBorders[i] = { ...vesselBorders[i], radiusMm }
        const before = edited.get(i)
        edited.set(i, {
            kinds: (before?.kinds ?? new Set()).add(kind),
            date: Math.max(Date.parse(date), before?.date ?? 0),
        })
    }
    const acceptedMs = acceptedAt(edits)
    const measures: FrameMeasures[] = []
    for (const [i, m] of automatic.measures.entries()) {
        if (i % FRAMES_A_STEP === 0) yield
        const edit = edited.get(i)
        const own = edit ? remeasured(m, edit.kinds, borders[i]!, vesselBorders[i]!) : m
        // A frame counts as accepted if nobody has edited it since.
        const isAccepted = acceptedMs(indices[i]!) >= (edit?.date ?? 0)
        measures.push(withFlags(own, isAccepted ? [] : ["unreviewed"]))
    }
    return { borders, vesselBorders, measures }
}

/** When a frame was accepted the last time; -Infinity if nobody has. */
function acceptedAt({ accepted }: Edits): (index: number) => number {
    let allMs = -Infinity
    const byFrame = new Map<number, number>()
    for (const { frames, date } of accepted) {
        const ms = Date.parse(date)
        if (frames === "all") allMs = Math.max(allMs, ms)
        else
            for (const index of frames)
                byFrame.set(index, Math.max(byFrame.get(index) ?? -Infinity, ms))
    }
    return index => Math.max(allMs, byFrame.get(index) ?? -Infinity)
}

function remeasured(
    automatic: FrameMeasures,
    kinds: ReadonlySet<BorderEdit["kind"]>,
    border: LumenBorder,
    vesselBorder: VesselBorder | null
): FrameMeasures {
    const isLumen = kinds.has("lumen")
    const lumen = isLumen ? measureLumen(border.radiusMm) : automatic.lumen
    const vessel =
        kinds.has("vessel") && vesselBorder
            ? { areaMm2: measureLumen(vesselBorder.radiusMm).areaMm2, arcSeenDeg: 360 }
            : automatic.vessel
    const plaqueAreaMm2 = lumen && vessel ? vessel.areaMm2 - lumen.areaMm2 : null
    const measures = {
        ...automatic,
        ...{ lumen, vessel, plaqueAreaMm2 },
        plaqueBurdenPercent:
            vessel && plaqueAreaMm2 !== null ? (100 * plaqueAreaMm2) / vessel.areaMm2 : null,
        ...(isLumen && {
            ...{ heardFraction: 1, confidence: 1 },
            flags: automatic.flags.filter(flag => !SETTLED.includes(flag)),
        }),
    }
    return withFlags(measures, ["edited"])
}
