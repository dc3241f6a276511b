// Puts the results of a run into the JSON of the page (run-json.ts).

import type { FrameMark } from "../../frames/assembled-frame"
import { type FrameMeasures, wholeLumen } from "../../measure/frame-measures"
import type { RingDownReference } from "../../picture/picture"
import type { RunResults } from "../../results/run-results"
import type { FrameMeasuresJson, FramesJson, SceneJson } from "./run-json"

export function sceneJson(
    results: Pick<RunResults, "geometry" | "ringDown" | "fixedDirection">
): SceneJson {
    const { geometry, ringDown, fixedDirection } = results
    return { geometry, fixedDirection, ringDown: ringDownJson(ringDown) }
}

function ringDownJson({ firstSample, endSample, frames, codes }: RingDownReference) {
    return { firstSample, endSample, frames, codes: Buffer.from(codes).toString("base64") }
}

export function framesJson(marks: readonly FrameMark[], linesPerFrame: number): FramesJson {
    return {
        index: marks.map(({ index }) => index),
        timeMs: marks.map(({ timeMs }) => rounded(timeMs)),
        positionMm: marks.map(({ positionMm }) => rounded(positionMm, 4)),
        linesMissing: marks.map(({ linesPresent }) => linesPerFrame - linesPresent),
        triggers: marks.flatMap(({ triggers }, i) =>
            triggers.map(({ line }) => [i, rounded((360 * line) / linesPerFrame)] as const)
        ),
    }
}

export function measuresJson(measures: FrameMeasures): FrameMeasuresJson {
    const lumen = wholeLumen(measures)
    const { vessel, plaqueBurdenPercent, calciumArcDeg, confidence, flags } = measures
    return {
        areaMm2: orNull(lumen?.areaMm2),
        minDiameterMm: orNull(lumen?.minDiameterMm),
        maxDiameterMm: orNull(lumen?.maxDiameterMm),
        meanDiameterMm: orNull(lumen?.meanDiameterMm),
        centroidMm: lumen && [rounded(lumen.centroidXMm), rounded(lumen.centroidYMm)],
        vesselAreaMm2: orNull(vessel?.areaMm2),
        plaqueBurdenPercent: orNull(plaqueBurdenPercent),
        calciumArcDeg: orNull(calciumArcDeg),
        ...{ confidence: rounded(confidence), flags },
    }
}

function orNull(value: number | null | undefined): number | null {
    return value === null || value === undefined ? null : rounded(value)
}

function rounded(value: number, digits = 3): number {
    return Number(value.toFixed(digits))
}

/** Flags of all A-lines, then their codes: the same for each frame from `from` to `to`, both included. */
export function framesBytes({ frames }: RunResults, from: number, to: number): Uint8Array {
    const first = frames.frame(from)
    const [lines, size] = [first.present.length, first.codes.length]
    const bytes = new Uint8Array((to - from + 1) * (lines + size))
    for (let i = from, at = 0; i <= to; i++, at += lines + size) {
        const { codes, present } = i === from ? first : frames.frame(i)
        bytes.set(present, at)
        bytes.set(codes, at + lines)
    }
    return bytes
}

/**
 * Two opposite A-lines of all frames, for the longitudinal view: a flag for each frame of the one, then of the other; the
 * codes of the one, frame after frame, then of the other.
 */
export function cutBytes({ frames, geometry }: RunResults, line: number): Uint8Array {
    const { linesPerFrame: lines, samplesPerLine: samples } = geometry
    const count = frames.length
    const bytes = new Uint8Array(2 * count * (1 + samples))
    const codes = new Uint8Array(lines * samples)
    const sides = [line, (line + (lines >> 1)) % lines]
    for (const [side, number] of sides.entries())
        for (let i = 0; i < count; i++) {
            if (!frames.line(i, number, codes)) continue
            bytes[side * count + i] = 1
            const at = 2 * count + (side * count + i) * samples
            bytes.set(codes.subarray(number * samples, (number + 1) * samples), at)
        }
    return bytes
}

/** Radius in mm of each A-line as float32, little-endian: of the lumen, then of the vessel; NaN where there is none. */
export function bordersBytes(
    {
        borders,
        vesselBorders,
        geometry,
    }: Pick<RunResults, "borders" | "vesselBorders" | "geometry">,
    from: number,
    to: number
): Uint8Array {
    const lines = geometry.linesPerFrame
    const radii = new Float32Array((to - from + 1) * 2 * lines).fill(NaN)
    for (let i = from, at = 0; i <= to; i++, at += 2 * lines) {
        const [lumen, vessel] = [borders[i]?.radiusMm, vesselBorders[i]?.radiusMm]
        if (lumen?.length === lines) radii.set(lumen, at)
        if (vessel?.length === lines) radii.set(vessel, at + lines)
    }
    return new Uint8Array(radii.buffer)
}
