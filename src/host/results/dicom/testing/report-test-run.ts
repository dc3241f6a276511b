// A measured run whose lumens are circles, for the tests of report.dcm.

import { NO_EDITS } from "../../../measure/edits"
import {
    type FrameFlag,
    type FrameMeasures,
    measureFrame,
    withFlags,
} from "../../../measure/frame-measures"
import { measureSegment } from "../../../measure/segment-measures"
import { aboutNothing } from "../../../runs/run-about"
import type { MeasuredRun } from "../../measured-run"
import { verdictOf } from "../../verdict"
import { testRunAndResults, type TestRunOptions } from "./dicom-test-run"

const LINES = 128
/** 100 samples of 0.05 mm: the picture shows 5 mm to each side. */
const GEOMETRY = {
    ...{ linesPerFrame: LINES, samplesPerLine: 100, sampleSpacingMm: 0.05 },
    ...{ catheterRadiusMm: 0.3, ringDownMm: 0.2, centreFrequencyMhz: 20 },
}
export const MM_PER_PX = 10 / 400

export interface ReportTestOptions {
    readonly run: Partial<TestRunOptions>
    /** Radius of the lumen. Default: 2 mm, in the middle 1 mm. */
    readonly radiusMm: (frame: number, frames: number) => number
    readonly flags: (frame: number) => readonly FrameFlag[]
    /** Of the media's outer border; NaN: it is not heard there. Absent: it is not visible. */
    readonly vesselRadiusMm?: (line: number) => number
    readonly changes: Partial<MeasuredRun>
}

const narrowed = (i: number, frames: number): number => (Math.abs(i - frames / 2) < 20 ? 1 : 2)

/** By default 301 frames, 0.04 mm and 40 ms apart. */
export function measuredTestRun({
    run = {},
    radiusMm = narrowed,
    flags = () => [],
    vesselRadiusMm,
    changes = {},
}: Partial<ReportTestOptions> = {}): MeasuredRun {
    const { run: received, about, results } = testRunAndResults({ frames: 301, ...run })
    const { marks } = results.frames
    const circle = (mm: number): Float32Array => new Float32Array(LINES).fill(mm)
    const borders = marks.map((_, i) => ({
        radiusMm: circle(radiusMm(i, marks.length)),
        edgeFraction: 1,
    }))
    const vesselBorders = marks.map(() =>
        vesselRadiusMm
            ? { radiusMm: Float32Array.from({ length: LINES }, (_, line) => vesselRadiusMm(line)) }
            : null
    )
    const measures = borders.map((border, i): FrameMeasures => {
        const measured = withFlags(measureFrame(border as never, null, GEOMETRY), flags(i))
        return vesselRadiusMm ? { ...measured, vessel: { areaMm2: 20, arcSeenDeg: 300 } } : measured
    })
    const edits = changes.edits ?? NO_EDITS
    const segment = measureSegment({
        positionsMm: marks.map(({ positionMm }) => positionMm),
        timesMs: marks.map(({ timeMs }) => timeMs),
        ...{ measures, mode: "continuous", edits },
    })
    const verdict = verdictOf(received)
    return {
        results: { ...results, geometry: GEOMETRY, borders, vesselBorders, measures },
        ...{ measures, segment, edits },
        summary: { ...verdict, complete: verdict.verdict === "complete" },
        about: { ...aboutNothing(about.dateMs, ""), ...about },
        provenance: { host: "0.4.0", firmware: "0.3.2", protocol: 1, cart: "0123", dataHash: "" },
        ...changes,
    } as unknown as MeasuredRun
}
