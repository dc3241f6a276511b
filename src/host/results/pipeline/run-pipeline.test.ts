// The results of a run that is made while it is received: the same with threads and without, refined, made again, and on a bad disk.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { AssembledFrame } from "../../frames/assembled-frame"
import { findLumenBorders } from "../../measure/lumen-border"
import { estimateRingDown, type RingDownReference } from "../../picture/picture"
import { aboutNothing } from "../../runs/run-about"
import { geometryOf } from "../picture-frames"
import type { ResultsChoice, RunResults } from "../run-results"
import type { RunSummary } from "../summary"
import { type PipelineOptions, RunPipeline } from "./run-pipeline"
import { runOf, SMALL, type TestFolder, testFolder, testFrames } from "./testing/pipeline-test-run"

const ABOUT = aboutNothing(0, "")
const GEOMETRY = geometryOf(SMALL)

interface Piped {
    readonly results: RunResults
    /** Whether the results were final when they could first be looked at. */
    readonly wasRefined: boolean
    readonly firstMeasures: RunResults["measures"]
    readonly summary: RunSummary
    readonly shown: Uint8Array
}

/** Feeds frames as a cart does, one at a time, and finishes. */
async function piped(
    frames: readonly AssembledFrame[],
    options: Partial<PipelineOptions> = {}
): Promise<Piped> {
    const pipeline = new RunPipeline({
        ...{ choice: {}, about: ABOUT, progress: () => undefined, workers: 1, ...options },
    })
    try {
        const { onDescription, onFrame } = pipeline.listener
        onDescription!(SMALL)
        for (const frame of frames) {
            onFrame!(frame)
            await (pipeline.room() ?? new Promise(resolve => setImmediate(resolve)))
        }
        const first = pipeline.ready.then(({ refined, measures }) => ({ refined, measures }))
        first.catch(() => undefined)
        const summary = await pipeline.finish(runOf(frames))
        const results = await pipeline.ready
        const { refined: wasRefined, measures: firstMeasures } = await first
        const shown = results.frames.frame(7).codes
        return { results: { ...results }, wasRefined, firstMeasures, summary, shown }
    } finally {
        await pipeline.close()
    }
}

/** A stored reference of this ring-down. */
function stored(ringDown: RingDownReference): ResultsChoice {
    const store = {
        find: () => ({ stored: { key: {} as never, capturedMs: 0, ringDown }, notes: [] }),
    }
    return { references: { store, pulledMs: 0 } }
}

/** The files that are not the same. Their names, because a printed difference of bytes takes minutes. */
function differing(a: TestFolder, b: TestFolder): string[] {
    const [those, these] = [a.contents(), b.contents()]
    const names = new Set([...Object.keys(those), ...Object.keys(these)])
    return [...names].filter(name => !those[name]?.equals(these[name] ?? Buffer.of())).sort()
}

const test = suite("results while a run is received")

test("are those of all frames at once, with threads and without, byte for byte", async () => {
    const frames = testFrames(60)
    const [here, there] = [testFolder(), testFolder()]
    const inThread = await piped(frames, { folder: there, workers: 2 })
    await piped(frames, { folder: here, workers: 0 })
    const pictures = Object.keys(here.contents()).filter(name => name.startsWith("cross-section-"))
    assert.is(pictures.length, 60)
    assert.equal(differing(here, there), [])
    const ringDown = estimateRingDown(frames, GEOMETRY)
    const { results, shown, summary } = inThread
    assert.equal(results.ringDown, ringDown)
    assert.equal(results.borders, findLumenBorders(frames, GEOMETRY, ringDown))
    assert.is(results.rotation, null)
    assert.equal([summary.frames, summary.dicomNote], [60, null])
    assert.equal(shown, frames[7]!.codes)
})

test("are provisional at first, and refined with the threshold of the whole pullback", async () => {
    // Bright blood in the second half moves the threshold.
    const frames = testFrames(150, i => (i < 75 ? 60 : 150))
    const ringDown = estimateRingDown(frames, GEOMETRY)
    const { results, wasRefined, firstMeasures } = await piped(frames, { choice: stored(ringDown) })
    assert.is(wasRefined, false)
    assert.is(results.refined, true)
    assert.is(results.ringDownUse.source, "reference")
    assert.is(firstMeasures.length, 150)
    assert.is.not(firstMeasures, results.measures)
    assert.equal(results.borders, findLumenBorders(frames, GEOMETRY, ringDown))
})

test("are made again if the stored reference turns out to be stale", async () => {
    const frames = testFrames(60)
    const [right, again] = [testFolder(), testFolder()]
    await piped(frames, { folder: right })
    const wrong = estimateRingDown(
        testFrames(60, undefined, () => 60),
        GEOMETRY
    )
    const { results } = await piped(frames, { folder: again, choice: stored(wrong) })
    assert.is(results.ringDownUse.source, "pullback")
    assert.match(results.ringDownUse.notes[0]!, /The reference leaves ring-down/)
    // The report says which ring-down was subtracted, and why.
    assert.equal(differing(again, right), ["report.html"])
})

/** A wall of this code touches the catheter at these lines in the first 256 frames, so that it counts as ring-down there. */
function touched(lines: number, code: number): AssembledFrame[] {
    const frames = testFrames(420)
    for (const { codes } of frames.slice(0, 256))
        for (let line = 0; line < lines; line++) codes.fill(code, line * 64 + 6, line * 64 + 11)
    return frames
}

test("use the ring-down of the first 256 frames, unless pictures or borders differ with that of all", async () => {
    // In 2 of 32 lines by 1.4 dB: no border moves.
    const slight = touched(2, 225)
    const { results: steady } = await piped(slight, { workers: 0 })
    assert.equal(steady.ringDown, estimateRingDown(slight.slice(0, 256), GEOMETRY))
    assert.equal(steady.ringDownUse.notes, [])
    // It would leave a wall at the catheter that is not there, in the lumen.
    const walled = touched(10, 250)
    const { results: moved } = await piped(walled, { workers: 0 })
    assert.equal(moved.ringDown, estimateRingDown(walled, GEOMETRY))
    assert.match(
        moved.ringDownUse.notes[0]!,
        /that of its first frames changes the lumen's area by up to [1-9]\d* %/
    )
    const changing = testFrames(420, undefined, i => (i < 140 ? 200 : 215))
    const { results: changed } = await piped(changing, { workers: 0 })
    assert.equal(changed.ringDown, estimateRingDown(changing, GEOMETRY))
    assert.match(changed.ringDownUse.notes[0]!, /that of its first frames leaves -\d dB of it/)
})

test("tell the folder which file the disk did not take, and go on", async () => {
    const folder = testFolder()
    const pathOf = (name: string): string =>
        name.endsWith("0003.png") ? "/nowhere/a.png" : folder.pathOf(name)
    const { summary } = await piped(testFrames(60), { folder: { ...folder, pathOf } })
    assert.equal(folder.failures, ["cross-section-0003.png"])
    assert.match(summary.dicomNote!, /NO pullback.dcm: the disk takes no more/)
    assert.ok(folder.contents()["measurements.csv"])
})

test("say in one sentence that there is nothing to show", async () => {
    await piped([]).then(
        () => assert.unreachable(),
        (error: Error) =>
            assert.match(error.message, /The run has no frames at speed, so there is no picture/)
    )
})

test.run()
