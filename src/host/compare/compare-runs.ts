// Compares two aligned pullbacks: lumen areas along the vessel, narrowest places, stenosis, volumes, stent.

import { RunError } from "../errors"
import { simpsonMm3 } from "../measure/volumes"
import { type Alignment, align, OVERLAP_MIN_MM } from "./align"
import { type ComparedFrame, type ComparedRun, type Pair, wholeArea } from "./compared-run"
import { notesOf } from "./comparison-notes"
import { curveOf, firstFrom } from "./curve"

/** A place of the vessel that both runs have. */
export interface ComparedPlace {
    /** Position in the first run. */
    readonly positionMm: number
    /** The frame of the first run, and the nearest one of the second. */
    readonly frames: Pair<ComparedFrame>
    /** Lumen areas; that of the second run is interpolated between its frames. */
    readonly areasMm2: Pair<number | null>
    /** Second less first. */
    readonly differenceMm2: number | null
    readonly differencePercent: number | null
}

/** A value of both runs; null where a run has none. */
export interface ComparedFigure {
    readonly name: string
    readonly unit: string
    readonly values: Pair<number | null>
    /** Second less first. */
    readonly difference: number | null
    readonly note: string
}

/** What is not compared, and why: one sentence without a full stop. */
export interface NotCompared {
    readonly what: string
    readonly reason: string
}

export interface Comparison {
    readonly alignment: Alignment
    readonly places: readonly ComparedPlace[]
    readonly figures: readonly ComparedFigure[]
    readonly refused: readonly NotCompared[]
    /** One sentence each. */
    readonly notes: readonly string[]
}

/**
 * @param shiftMm given by a person; else by the vessel's anatomy
 * @throws RunError when the runs have nothing in common that can be compared
 */
export function compareRuns(runs: Pair<ComparedRun>, shiftMm?: number): Comparison {
    const alignment = align(runs, shiftMm)
    if (!alignment)
        throw new RunError(
            `The runs have less than ${OVERLAP_MIN_MM} mm of the vessel in common${shiftMm === undefined ? "" : ` with a shift of ${shiftMm} mm`}; compare two pullbacks through the same vessel.`
        )
    const places = placesOf(runs, alignment)
    if (!places.some(({ differenceMm2 }) => differenceMm2 !== null))
        throw new RunError(
            "No place of the vessel has a whole lumen in both runs; compare two pullbacks with measured lumens."
        )
    const refused = refusedOf(runs, places)
    return {
        ...{ alignment, places, refused },
        figures: figuresOf(runs, places, refused),
        notes: notesOf(runs, alignment),
    }
}

function placesOf(
    [first, second]: Pair<ComparedRun>,
    { shiftMm, fromMm, toMm }: Alignment
): ComparedPlace[] {
    const area = curveOf(
        second.frames.flatMap(frame => {
            const value = wholeArea(frame)
            return value === null ? [] : [{ positionMm: frame.positionMm, value }]
        })
    )
    return first.frames
        .filter(({ positionMm }) => positionMm >= fromMm && positionMm <= toMm)
        .map(frame => {
            const there = frame.positionMm - shiftMm
            const nearest = nearestFrame(second.frames, there)
            const areas = [wholeArea(frame), wholeArea(nearest) && area(there)] as const
            const [a, b] = areas
            const differenceMm2 = a !== null && b !== null ? b - a : null
            return {
                ...{ positionMm: frame.positionMm, areasMm2: areas, differenceMm2 },
                frames: [frame, nearest],
                differencePercent: differenceMm2 === null ? null : (100 * differenceMm2) / a!,
            }
        })
}

function nearestFrame(frames: readonly ComparedFrame[], positionMm: number): ComparedFrame {
    const after = Math.min(frames.length - 1, firstFrom(frames, positionMm))
    const before = Math.max(0, after - 1)
    const isBefore =
        positionMm - frames[before]!.positionMm < frames[after]!.positionMm - positionMm
    return frames[isBefore ? before : after]!
}

const WALL = "vessel (EEM) and plaque"
const VOLUME = "lumen volume"
const STENT = "stent"

function refusedOf(runs: Pair<ComparedRun>, places: readonly ComparedPlace[]): NotCompared[] {
    const refused: NotCompared[] = []
    const [a, b] = runs.map(({ record }) => record.catheter)
    if (a !== b)
        refused.push({
            what: WALL,
            reason: `the catheters differ (${a} and ${b}), and so does how much of the wall they show`,
        })
    else if (!places.some(({ frames }) => frames.every(f => f.vesselAreaMm2 !== null)))
        refused.push({
            what: WALL,
            reason: "no place shows the outer border of the media in both runs",
        })
    const without = runs.find(({ record }) => !record.measurements.volumes)
    if (without)
        refused.push({
            what: VOLUME,
            reason: `${without.name} has none: volumes need a motorised pullback at one speed and an area all along`,
        })
    else if (places.some(({ differenceMm2 }) => differenceMm2 === null))
        refused.push({ what: VOLUME, reason: "not every place in common has an area in both runs" })
    if (!places.some(({ frames }) => frames.some(f => f.stentAreaMm2 !== null)))
        refused.push({ what: STENT, reason: "no run shows one in what they have in common" })
    return refused
}

function figuresOf(
    runs: Pair<ComparedRun>,
    places: readonly ComparedPlace[],
    refused: readonly NotCompared[]
): ComparedFigure[] {
    const compared = places.filter(({ differenceMm2 }) => differenceMm2 !== null)
    const isRefused = (what: string): boolean => refused.some(one => one.what === what)
    const least = pairOf(which =>
        compared.reduce((a, b) => (b.areasMm2[which]! < a.areasMm2[which]! ? b : a))
    )
    const recorded = pairOf(which => runs[which].record.measurements)
    const volume = pairOf(which =>
        simpsonMm3(compared.map(p => ({ positionMm: p.positionMm, areaMm2: p.areasMm2[which]! })))
    )
    const lengthMm = compared.at(-1)!.positionMm - compared[0]!.positionMm
    const common = "in what both runs have in common"
    const narrow = least[0].positionMm.toFixed(1)
    return [
        figure(
            "minimum lumen area",
            "mm²",
            pairOf(w => least[w].areasMm2[w]),
            `${common}; the difference is the gain`
        ),
        figure(
            "position of it",
            "mm",
            pairOf(w => least[w].positionMm),
            "in the first run"
        ),
        figure(
            "lumen area at the first run's narrowest place",
            "mm²",
            least[0].areasMm2,
            `at ${narrow} mm`
        ),
        figure(
            "shortest diameter there",
            "mm",
            pairOf(w => least[0].frames[w].minDiameterMm),
            `at ${narrow} mm`
        ),
        figure(
            "mean lumen area",
            "mm²",
            pairOf(w => (lengthMm > 0 ? volume[w] / lengthMm : null)),
            common
        ),
        ...(isRefused(VOLUME)
            ? []
            : [figure("lumen volume", "mm³", volume, `${common}, ${lengthMm.toFixed(1)} mm`)]),
        figure(
            "area stenosis",
            "%",
            pairOf(w => recorded[w].area_stenosis_percent),
            "of each run, against its references"
        ),
        figure(
            "lesion length",
            "mm",
            pairOf(w => recorded[w].lesion_length_mm),
            "of each run"
        ),
        figure(
            "proximal reference",
            "mm²",
            pairOf(w => recorded[w].reference_proximal_mm2),
            "of each run"
        ),
        figure(
            "distal reference",
            "mm²",
            pairOf(w => recorded[w].reference_distal_mm2),
            "of each run"
        ),
        ...(isRefused(WALL) ? [] : wallFigures(places)),
        ...(isRefused(STENT) ? [] : stentFigures(runs, places)),
    ]
}

function wallFigures(places: readonly ComparedPlace[]): ComparedFigure[] {
    const seen = places.filter(({ frames }) => frames.every(f => f.vesselAreaMm2 !== null))
    const mean = (value: (frame: ComparedFrame) => number | null) =>
        pairOf(which => {
            const values = seen.map(({ frames }) => value(frames[which])).filter(n => n !== null)
            return values.length > 0 ? values.reduce((sum, n) => sum + n, 0) / values.length : null
        })
    const where = "where both runs show it"
    return [
        figure(
            "mean vessel (EEM) area",
            "mm²",
            mean(f => f.vesselAreaMm2),
            where
        ),
        figure(
            "mean plaque burden",
            "%",
            mean(f => f.plaqueBurdenPercent),
            where
        ),
    ]
}

function stentFigures(runs: Pair<ComparedRun>, places: readonly ComparedPlace[]): ComparedFigure[] {
    const least = pairOf(which => {
        const areas = places.map(({ frames }) => frames[which].stentAreaMm2).filter(n => n !== null)
        return areas.length > 0 ? Math.min(...areas) : null
    })
    const expansion = pairOf(w => runs[w].record.measurements.stent_expansion_percent ?? null)
    return [
        figure("minimum stent area", "mm²", least, "in what both runs have in common"),
        figure("stent expansion", "%", expansion, "of each run, against its references"),
    ]
}

function figure(
    name: string,
    unit: string,
    values: Pair<number | null>,
    note: string
): ComparedFigure {
    const [a, b] = values
    return { name, unit, values, difference: a !== null && b !== null ? b - a : null, note }
}

function pairOf<T>(of: (which: 0 | 1) => T): Pair<T> {
    return [of(0), of(1)]
}
