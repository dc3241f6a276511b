// Finds the lesion of a pullback and the reference segments beside it, by rule.
//
// The normal lumen at a place lies on a straight line between the widest lumen on its one side and the widest on its other
// (tapered reference). A lumen that only narrows to one side, such as a healthy taper, is on that line, and no lesion. A lesion
// is where the lumen is below it, and ends where it is back at NORMAL of it.

import type { SeriesStep } from "./area-series"

/** A reference is sought within this distance from the lesion (Mintz et al., J Am Coll Cardiol 2001; 37: 1478: "usually 10 mm"). */
const REFERENCE_REACH_MM = 10
/** Length of a reference segment. **Convention**, as the next three. */
const REFERENCE_MM = 2
/** Less than this below the tapered reference is normal variation, such as by breathing. */
const LESION_MIN = 0.15
/** The lesion ends where the lumen has this share of the tapered reference. */
const NORMAL = 0.9
/** A lumen that goes on widening by this share, nearly on a straight line, is a taper. */
const TAPER_RISE = 0.1
const TAPER_R2 = 0.8
/** Among places that are so nearly as wide, the nearest one counts. */
const AS_WIDE = 0.98
/** A wider surrounding is used only if it makes the lesion deeper by this. */
const DEEPER = 0.1
/** Steps of 0.2 mm: in less, a taper is not seen. */
const BESIDE_STEPS = 10
/** Rounds of lesion and references, which depend on each other. */
const ROUNDS = 12

/** A place with its normal lumen. */
export interface NormalAt {
    readonly mm: number
    readonly areaMm2: number
}

export interface Stretch {
    readonly fromMm: number
    readonly toMm: number
}

export interface LesionPlace extends Stretch {
    /** Its deepest step. */
    readonly deepestMm: number
}

export interface FoundLesion {
    readonly lesion: LesionPlace
    /** Undefined where there is none, such as at the end of the pullback. */
    readonly distal: Stretch | undefined
    readonly proximal: Stretch | undefined
}

/** On a straight line between two places; beyond them as there. */
export function normalAt(
    distal: NormalAt | undefined,
    proximal: NormalAt | undefined,
    mm: number
): number {
    if (!distal || !proximal) return (distal ?? proximal)!.areaMm2
    const length = proximal.mm - distal.mm
    const t = length > 0 ? Math.max(0, Math.min(1, (mm - distal.mm) / length)) : 0.5
    return distal.areaMm2 + t * (proximal.areaMm2 - distal.areaMm2)
}

/** @param steps by position @returns undefined where no place is narrower than its surroundings */
export function findLesion(steps: readonly SeriesStep[]): FoundLesion | undefined {
    const deepest = deepestStep(steps)
    if (deepest === undefined) return undefined
    let lesion: LesionPlace = { ...at(deepest.mm), deepestMm: deepest.mm }
    let sides = { distal: deepest.distal, proximal: deepest.proximal }
    let found: FoundLesion = { lesion, distal: undefined, proximal: undefined }
    for (let round = 0; round < ROUNDS; round++) {
        const next = lesionBetween(steps, deepest.mm, sides.distal, sides.proximal)
        const distal = referenceBeside(steps, next, -1)
        const proximal = referenceBeside(steps, next, 1)
        found = { lesion: next, distal, proximal }
        const isStable = next.fromMm === lesion.fromMm && next.toMm === lesion.toMm
        lesion = next
        const [d, p] = [normalOf(steps, distal), normalOf(steps, proximal)]
        if (isStable || !d || !p) break
        sides = { distal: d, proximal: p }
    }
    return found
}

/** The stretch around a place where the lumen is below its normal. */
export function lesionBetween(
    steps: readonly SeriesStep[],
    deepestMm: number,
    distal: NormalAt | undefined,
    proximal: NormalAt | undefined
): LesionPlace {
    const middle = steps.findIndex(({ mm }) => mm >= deepestMm)
    const share = (s: number): number =>
        steps[s]!.areaMm2 / normalAt(distal, proximal, steps[s]!.mm)
    /** Where the share reaches NORMAL, between two steps; else the end of the pullback. */
    const edge = (way: 1 | -1): number => {
        let s = middle
        while (steps[s + way] && share(s + way) < NORMAL) s += way
        const beyond = steps[s + way]
        if (!beyond) return steps[s]!.mm
        const [inside, outside] = [share(s), share(s + way)]
        if (inside >= NORMAL) return steps[s]!.mm
        const t = (NORMAL - inside) / (outside - inside)
        return steps[s]!.mm + t * (beyond.mm - steps[s]!.mm)
    }
    return { fromMm: edge(-1), toMm: edge(1), deepestMm }
}

interface Deepest {
    readonly mm: number
    readonly depth: number
    readonly distal: NormalAt
    readonly proximal: NormalAt
}

/** The step that is furthest below the widest lumens beside it. */
function deepestStep(steps: readonly SeriesStep[]): Deepest | undefined {
    const lengthMm = (steps.at(-1)?.mm ?? 0) - (steps[0]?.mm ?? 0)
    let best: Deepest | undefined
    for (let reachMm = REFERENCE_REACH_MM; ; reachMm *= 2) {
        const deepest = deepestWithin(steps, reachMm)
        const isDeeper = deepest && (!best || deepest.depth > best.depth + DEEPER)
        if (isDeeper && deepest.depth >= LESION_MIN) best = deepest
        if (reachMm >= lengthMm) return best
    }
}

function deepestWithin(steps: readonly SeriesStep[], reachMm: number): Deepest | undefined {
    let best: Deepest | undefined
    const widestMm2 = steps.reduce((widest, { openedMm2 }) => Math.max(widest, openedMm2), 0)
    // From the narrowest on: soon no wider one can be deeper, whatever is beside it.
    const narrowestFirst = [...steps.entries()].sort(([, a], [, b]) => a.areaMm2 - b.areaMm2)
    for (const [s, { mm, areaMm2, isBranch }] of narrowestFirst) {
        if (best && 1 - areaMm2 / Math.max(widestMm2, areaMm2) < best.depth) break
        if (isBranch) continue
        const distal = widestFrom(steps, s, -1, reachMm)
        const proximal = widestFrom(steps, s, 1, reachMm)
        const depth = 1 - areaMm2 / normalAt(distal, proximal, mm)
        if (!best || depth > best.depth) best = { mm, depth, distal, proximal }
    }
    return best
}

/** The widest lumen from a step on to one side, the step itself included. */
function widestFrom(
    steps: readonly SeriesStep[],
    s: number,
    way: 1 | -1,
    reachMm: number
): NormalAt {
    const { mm: fromMm, areaMm2 } = steps[s]!
    let widest = { mm: fromMm, areaMm2 }
    for (let k = s + way; steps[k] && Math.abs(steps[k]!.mm - fromMm) <= reachMm; k += way) {
        const { mm, openedMm2, isBranch } = steps[k]!
        if (isBranch) break
        if (openedMm2 * AS_WIDE > widest.areaMm2) widest = { mm, areaMm2: openedMm2 }
    }
    return widest
}

/**
 * The reference segment on one side of a lesion: where the lumen is widest within reach and before the next branch. Where it
 * goes on widening (taper): directly beside the lesion.
 */
export function referenceBeside(
    steps: readonly SeriesStep[],
    { fromMm, toMm }: Stretch,
    way: 1 | -1
): Stretch | undefined {
    const edgeMm = way === 1 ? toMm : fromMm
    const beside: SeriesStep[] = []
    for (const step of way === 1 ? steps : [...steps].reverse()) {
        const distance = way * (step.mm - edgeMm)
        if (distance < 0) continue
        if (distance > REFERENCE_REACH_MM || step.isBranch) break
        if (!step.isBulge) beside.push(step)
        // A reference is before the bulge; behind it only where there is no room before.
        else if (beside.length * 2 > BESIDE_STEPS) break
        else beside.length = 0
    }
    const first = beside[0]
    // A single step may be an end of the lesion itself.
    if (!first || beside.length < 2) return undefined
    const widest = Math.max(...beside.map(({ openedMm2 }) => openedMm2))
    const start = isTaper(beside, way)
        ? first
        : beside.find(({ openedMm2 }) => openedMm2 >= AS_WIDE * widest)!
    const lastMm = beside.at(-1)!.mm
    // All of it lies beside the lesion, as long as there is room.
    const farMm = way * Math.min(way * lastMm, way * start.mm + REFERENCE_MM)
    const nearMm = way * Math.max(way * first.mm, way * farMm - REFERENCE_MM)
    return way === 1 ? { fromMm: nearMm, toMm: farMm } : { fromMm: farMm, toMm: nearMm }
}

/** Whether the lumen widens steadily away from the lesion: as much far from it as near it, where it recovers. */
function isTaper(beside: readonly SeriesStep[], way: 1 | -1): boolean {
    const half = beside.length >> 1
    if (half < BESIDE_STEPS) return false
    const all = trendOf(beside, way)
    const near = trendOf(beside.slice(0, half), way).risePerMm
    const far = trendOf(beside.slice(half), way).risePerMm
    const lengthMm = Math.abs(beside.at(-1)!.mm - beside[0]!.mm)
    const isStraight = far > near / 2 && far < near * 2
    return isStraight && all.risePerMm * lengthMm > TAPER_RISE && all.r2 > TAPER_R2
}

/** Line fit of the area: rise away from the lesion as a share of the mean, and how straight it is. */
function trendOf(
    beside: readonly SeriesStep[],
    way: 1 | -1
): { readonly risePerMm: number; readonly r2: number } {
    const n = beside.length
    const mean = (of: (step: SeriesStep) => number): number =>
        beside.reduce((sum, step) => sum + of(step), 0) / n
    const [mm, area] = [mean(step => step.mm), mean(step => step.areaMm2)]
    const sxx = mean(step => (step.mm - mm) ** 2)
    const sxy = mean(step => (step.mm - mm) * (step.areaMm2 - area))
    const syy = mean(step => (step.areaMm2 - area) ** 2)
    return { risePerMm: (way * (sxy / sxx)) / area, r2: sxy ** 2 / (sxx * syy) }
}

function normalOf(steps: readonly SeriesStep[], within: Stretch | undefined): NormalAt | undefined {
    if (!within) return undefined
    const inside = steps.filter(({ mm }) => mm >= within.fromMm && mm <= within.toMm)
    if (inside.length === 0) return undefined
    return {
        mm: (within.fromMm + within.toMm) / 2,
        areaMm2: inside.reduce((sum, { areaMm2 }) => sum + areaMm2, 0) / inside.length,
    }
}

function at(mm: number): Stretch {
    return { fromMm: mm, toMm: mm }
}
