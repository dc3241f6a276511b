// TGC curves given as points of depth and gain: validation, conversion to 32 gains, drawing.

import { type Catheter, SOUND_SPEED_MM_S } from "../../shared/acquisition/catheters"
import { TGC_POINTS, tgcGainCdb, tgcStepNs } from "../../shared/acquisition/tgc"
import type { InvalidField } from "./check"

/** Depth from the catheter's centre in mm, gain in dB; linear between points, constant before the first and after the last. */
export type TgcPoint = readonly [depthMm: number, gainDb: number]

/** Maximum depth of a spec (catheter-schema.ts). */
const TGC_DEPTH_TOP_MM = 60

/**
 * Validates points from the command line or a file.
 * @returns the first invalid field, or undefined
 * @param topCdb maximum gain of the front end in 0.01 dB (src/shared/acquisition/tgc.ts)
 */
export function checkTgcPoints(points: unknown, topCdb: number): InvalidField | undefined {
    if (!Array.isArray(points) || points.length === 0)
        return { field: "the curve", value: points, limit: "one point or more, each [mm, dB]" }
    let lastMm = -Infinity
    for (const [i, point] of (points as unknown[]).entries()) {
        const name = `point ${i + 1}`
        if (!Array.isArray(point) || point.length !== 2)
            return { field: name, value: point, limit: "a depth in mm and a gain in dB" }
        const [mm, db] = point as unknown[]
        if (!isWithin(mm, 0, TGC_DEPTH_TOP_MM))
            return {
                field: `the depth of ${name}`,
                value: mm,
                limit: `0 to ${TGC_DEPTH_TOP_MM} mm`,
            }
        if (mm <= lastMm)
            return {
                field: `the depth of ${name}`,
                value: mm,
                limit: `above ${lastMm} mm, that of point ${i}`,
            }
        if (!isWithin(db, 0, topCdb / 100))
            return { field: `the gain of ${name}`, value: db, limit: `0 to ${topCdb / 100} dB` }
        lastMm = mm
    }
    return undefined
}

function isWithin(value: unknown, min: number, max: number): value is number {
    return typeof value === "number" && value >= min && value <= max
}

/** Depth between two points of a catheter's curve, in mm. */
function stepMm(stepNs: number): number {
    return (stepNs * SOUND_SPEED_MM_S) / 2e9
}

/**
 * Samples the line through the points at the 32 points of a catheter's front end. Details finer than 1/31 of the depth are lost.
 * @param points validated by {@link checkTgcPoints}
 * @returns 32 gains in 0.01 dB
 */
export function tgcCurve(points: readonly TgcPoint[], catheter: Catheter): number[] {
    const step = stepMm(tgcStepNs(catheter))
    return Array.from({ length: TGC_POINTS }, (_, i) =>
        Math.round(100 * gainDbAt(points, i * step))
    )
}

function gainDbAt(points: readonly TgcPoint[], depthMm: number): number {
    const next = points.findIndex(([mm]) => mm > depthMm)
    if (next === 0) return points[0]![1]
    if (next < 0) return points.at(-1)![1]
    const [fromMm, fromDb] = points[next - 1]!
    const [toMm, toDb] = points[next]!
    return fromDb + ((toDb - fromDb) * (depthMm - fromMm)) / (toMm - fromMm)
}

/** Converts a curve of 32 gains to points that reproduce it. */
export function pointsOfCurve(curve: readonly number[], stepNs: number): TgcPoint[] {
    const step = stepMm(stepNs)
    // Rounding to 1 nm changes a gain by less than 0.01 dB.
    return curve.map((cdb, i) => [Number((i * step).toFixed(6)), cdb / 100])
}

const ROWS = 9
const COLUMNS = 64

/** Draws a curve: gain upwards, depth to the right. */
export function tgcPicture(curve: readonly number[], stepNs: number, depthUm: number): string[] {
    const gains = Array.from({ length: COLUMNS }, (_, x) => {
        const mm = ((x / (COLUMNS - 1)) * depthUm) / 1000
        return tgcGainCdb(curve, stepNs, (mm / stepMm(stepNs)) * stepNs) / 100
    })
    const lowest = Math.floor(Math.min(...gains))
    const highest = Math.max(lowest + 1, Math.ceil(Math.max(...gains)))
    const rowOf = (db: number): number =>
        Math.round(((highest - db) / (highest - lowest)) * (ROWS - 1))
    const grid = Array.from({ length: ROWS }, () => Array<string>(COLUMNS).fill(" "))
    let before = rowOf(gains[0]!)
    for (const [x, db] of gains.entries()) {
        const row = rowOf(db)
        // A jump is drawn as a vertical line.
        for (let y = Math.min(row, before) + 1; y < Math.max(row, before); y++) grid[y]![x] = "|"
        grid[row]![x] = "*"
        before = row
    }
    const label = (y: number): string =>
        y % ((ROWS - 1) / 2) === 0
            ? (highest - (y / (ROWS - 1)) * (highest - lowest)).toFixed(1)
            : ""
    const deepest = `${depthUm / 1000} mm`
    return [
        "gain over depth, dB",
        ...grid.map((row, y) => `  ${label(y).padStart(6)} |${row.join("")}`.trimEnd()),
        `  ${"".padStart(6)} +${"-".repeat(COLUMNS)}`,
        `  ${"".padStart(6)}  0${deepest.padStart(COLUMNS - 1)}`,
    ]
}
