// A small run with measurements, for tests of its report.

import { aboutNothing } from "../../../runs/run-about"
import type { MeasuredRun } from "../../measured-run"
import { runOf, SMALL, testFrames } from "../../pipeline/testing/pipeline-test-run"
import { RunPipeline } from "../../pipeline/run-pipeline"
import type { ReportArtist } from "../write-report"

/** A small run, measured; its segments are given, so that a test does not depend on how they are found. */
export async function reportTestRun(): Promise<{ run: MeasuredRun; artist: ReportArtist }> {
    const frames = testFrames(50)
    const about = aboutNothing(0, "virtual")
    const pipeline = new RunPipeline({ choice: {}, about, progress: () => undefined, workers: 0 })
    pipeline.listener.onDescription!(SMALL)
    for (const frame of frames) pipeline.listener.onFrame!(frame)
    await pipeline.finish(runOf(frames))
    const run = pipeline.measured!
    const area = { vesselAreaMm2: null, source: "automatic" } as const
    const segment: MeasuredRun["segment"] = {
        ...run.segment,
        mla: { areaMm2: 4.321, positionMm: 0.5, i: 25 },
        referenceDistal: { ...area, fromMm: 0.1, toMm: 0.2, areaMm2: 9.87 },
        referenceProximal: { ...area, fromMm: 0.8, toMm: 0.9, areaMm2: 9.12 },
        areaStenosisPercent: 54.5,
        lesion: {
            ...{ fromMm: 0.3, toMm: 0.7, lengthMm: null },
            min: { areaMm2: 4.321, positionMm: 0.5, i: 25 },
        },
        refused: [{ what: "lengths", reason: "the sled moved at two speeds" }],
        notes: ["2 frames are left out."],
    }
    // Whatever the program thinks of so small frames, only what a test adds is doubted.
    const measures = run.measures.map(m => ({ ...m, flags: [], confidence: 1 }))
    return { run: { ...run, segment, measures }, artist: pipeline.artist }
}
