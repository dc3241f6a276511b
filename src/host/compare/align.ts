// Finds by how much two pullbacks through the same vessel are displaced along it, from their lumen areas and side branches.
//
// Both positions are measured by an encoder, so that one shift is all that is unknown: where the catheter was when it began.

import { type ComparedFrame, type ComparedRun, type Pair, wholeArea } from "./compared-run"
import { curveOf } from "./curve"

export interface Alignment {
    /** position in the first run = position in the second run + this */
    readonly shiftMm: number
    /** "position": the areas do not show the shift, so the measured positions are taken as they are. */
    readonly by: "anatomy" | "position" | "given"
    /** Positions in the first run that both runs have. */
    readonly fromMm: number
    readonly toMm: number
    /** Median difference of the areas there: second less first, of the first. */
    readonly medianPercent: number | null
    /** Mean difference from that median, without the places that differ most: how well the curves agree in their shape. */
    readonly residualPercent: number | null
}

const STEP_MM = 0.1
/** A shorter stretch in common shows no anatomy. */
export const OVERLAP_MIN_MM = 3
const OVERLAP_MIN_SHARE = 0.4
/** The share of places that counts: those whose areas differ least. The others may have been treated. */
const COUNTED_SHARE = 0.7
/** What a place counts that is a branch in one run only. */
const BRANCH_WEIGHT = 0.2
/** Against short overlaps, in which everything fits: what the part not in common counts. */
const MISSING_WEIGHT = 0.05
/** Another shift must be worse than the best by this, the reproducibility of areas; from this distance on. */
const WORSE_BY = 0.02
const OTHER_FROM_MM = 1.5
/**
 * A limit of our own: a treated place may become several times as wide, but neither a treatment nor another filling of the vessel changes the
 * median area of what two runs have in common by more than this factor.
 */
export const SAME_VESSEL_FACTOR = 4

interface Profile {
    readonly fromMm: number
    /** ln of the area every STEP_MM; NaN where there is none */
    readonly logArea: Float64Array
    /** 1 where there is a branch */
    readonly branch: Uint8Array
    readonly hasBranch: boolean
}

/**
 * @param shiftMm given by a person
 * @returns undefined where the runs have too little in common
 */
export function align(runs: Pair<ComparedRun>, shiftMm?: number): Alignment | undefined {
    const [first, second] = [profileOf(runs[0].frames), profileOf(runs[1].frames)]
    if (shiftMm !== undefined) return alignment(runs, [first, second], shiftMm, "given")
    const costs = costsOf(first, second)
    const best = costs.reduce<ShiftCost | undefined>(
        (least, one) => (least && least.cost <= one.cost ? least : one),
        undefined
    )
    const others = costs.filter(({ mm }) => best && Math.abs(mm - best.mm) >= OTHER_FROM_MM)
    // Curves of any two sizes have some shift at which their shapes agree best.
    const isAlike = best && Math.abs(best.middle) <= Math.log(SAME_VESSEL_FACTOR)
    const isClear =
        isAlike && others.length > 0 && others.every(o => o.cost >= best.cost + WORSE_BY)
    return isClear
        ? alignment(runs, [first, second], best.mm, "anatomy")
        : alignment(runs, [first, second], 0, "position")
}

function alignment(
    runs: Pair<ComparedRun>,
    [first, second]: Pair<Profile>,
    shiftMm: number,
    by: Alignment["by"]
): Alignment | undefined {
    const ends = runs.map(({ frames }) => [frames[0]!.positionMm, frames.at(-1)!.positionMm])
    const fromMm = Math.max(ends[0]![0]!, ends[1]![0]! + shiftMm)
    const toMm = Math.min(ends[0]![1]!, ends[1]![1]! + shiftMm)
    if (!(toMm - fromMm >= Math.min(OVERLAP_MIN_MM, shorterMm(ends) / 2)) || !(toMm > fromMm))
        return undefined
    const fit = fitAt(first, second, shiftMm)
    const percent = (logDifference: number): number =>
        Number((100 * Math.expm1(logDifference)).toFixed(1))
    return {
        shiftMm: Number(shiftMm.toFixed(2)),
        by,
        fromMm,
        toMm,
        medianPercent: fit ? percent(fit.middle) : null,
        residualPercent: fit ? percent(fit.difference) : null,
    }
}

function shorterMm(ends: readonly number[][]): number {
    return Math.min(...ends.map(([from, to]) => to! - from!))
}

interface ShiftCost {
    readonly mm: number
    readonly cost: number
    /** Median of ln(second area / first area) */
    readonly middle: number
}

function costsOf(first: Profile, second: Profile): ShiftCost[] {
    const [a, b] = [first.logArea.length, second.logArea.length]
    const shorter = Math.min(a, b)
    const least = Math.max(OVERLAP_MIN_MM / STEP_MM, OVERLAP_MIN_SHARE * shorter)
    const costs: ShiftCost[] = []
    // The second run begins `steps` behind the beginning of the first one.
    for (let steps = -b; steps <= a; steps++) {
        const mm = first.fromMm - second.fromMm + steps * STEP_MM
        const fit = fitAt(first, second, mm)
        if (!fit || fit.count < least) continue
        const missing = MISSING_WEIGHT * (1 - Math.min(1, fit.count / shorter))
        const cost = fit.difference + fit.branches + missing
        costs.push({ mm, cost, middle: fit.middle })
    }
    return costs
}

/** How the areas and branches differ in what both runs have. */
function fitAt(first: Profile, second: Profile, shiftMm: number) {
    const steps = Math.round((second.fromMm + shiftMm - first.fromMm) / STEP_MM)
    const differences: number[] = []
    let [either, both] = [0, 0]
    for (let j = Math.max(0, -steps); j < second.logArea.length; j++) {
        const i = j + steps
        if (i >= first.logArea.length) break
        const [p, q] = [first.branch[i]!, second.branch[j]!]
        either += p | q
        both += p & q
        const difference = second.logArea[j]! - first.logArea[i]!
        if (!Number.isNaN(difference)) differences.push(difference)
    }
    if (differences.length === 0) return undefined
    // A vessel that is wider all along, such as at another blood pressure, is the same vessel.
    const middle = median(differences)
    const sizes = Float64Array.from(differences, d => Math.abs(d - middle)).sort()
    const counted = sizes.subarray(0, Math.ceil(COUNTED_SHARE * sizes.length))
    const sum = counted.reduce((total, size) => total + size, 0)
    const knowsBranches = first.hasBranch && second.hasBranch
    return {
        count: differences.length,
        middle,
        difference: sum / counted.length,
        branches: knowsBranches ? BRANCH_WEIGHT * (either > 0 ? 1 - both / either : 1) : 0,
    }
}

function median(values: readonly number[]): number {
    return Float64Array.from(values).sort()[values.length >> 1]!
}

function profileOf(frames: readonly ComparedFrame[]): Profile {
    const areas = frames.flatMap(frame => {
        const area = frame.flags.includes("branch") ? null : wholeArea(frame)
        return area ? [{ positionMm: frame.positionMm, value: Math.log(area) }] : []
    })
    const branches = frames.map(({ positionMm, flags }) => ({
        positionMm,
        value: flags.includes("branch") ? 1 : 0,
    }))
    const [area, branchAt] = [curveOf(areas), curveOf(branches)]
    const fromMm = frames[0]!.positionMm
    const count = Math.floor((frames.at(-1)!.positionMm - fromMm) / STEP_MM) + 1
    const at = (i: number): number => fromMm + i * STEP_MM
    const branch = Uint8Array.from({ length: count }, (_, i) =>
        Number((branchAt(at(i)) ?? 0) >= 0.5)
    )
    return {
        ...{ fromMm, branch, hasBranch: branch.includes(1) },
        logArea: Float64Array.from({ length: count }, (_, i) => area(at(i)) ?? NaN),
    }
}
