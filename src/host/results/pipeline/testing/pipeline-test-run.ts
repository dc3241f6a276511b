// A pullback of small frames through a lumen that narrows, for tests of the pipeline.

import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { recordLength } from "../../../../shared/acquisition/line-record"
import { catheterOf } from "../../../../shared/acquisition/catheters"
import type { AssembledFrame } from "../../../frames/assembled-frame"
import { DESCRIPTION, plainLine, record, TestBoard } from "../../../link/testing/test-board"
import type { Description } from "../../../../shared/protocol/messages"
import { RunReceiver } from "../../../run/run-receiver"
import type { ReceivedRun } from "../../../run/run-target"
import type { PipelineFolder } from "../pipeline-folder"

const [LINES, SAMPLES] = [32, 64]
/** 64 samples of 0.05 mm; the ring-down ends at sample 11. */
export const SMALL: Description = {
    ...DESCRIPTION,
    catheter: catheterOf("array-20mhz")!.id,
    ...{ lines_per_frame: LINES, samples_per_line: SAMPLES, sample_spacing_nm: 50_000 },
    record_length: recordLength(SAMPLES),
}

/**
 * Frames 0.02 mm apart: blood, then a wall that comes nearer, with noise that one seed repeats.
 * @param ringCode code of the ring-down
 * @param bloodCode code of the blood in a frame
 */
export function testFrames(
    count: number,
    bloodCode: (i: number) => number = () => 70,
    ringCode: (i: number) => number = () => 220
): AssembledFrame[] {
    let state = 1
    const noise = (): number => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 28
    return Array.from({ length: count }, (_, i) => {
        const codes = new Uint8Array(LINES * SAMPLES)
        const wall = 44 - Math.round((14 * i) / count)
        for (let line = 0; line < LINES; line++)
            for (let k = 6; k < SAMPLES; k++) {
                const code = k < 11 ? ringCode(i) : k < wall ? bloodCode(i) : 190
                codes[line * SAMPLES + k] = code + (k < 11 ? 0 : noise())
            }
        return {
            ...{ index: i, timeMs: 40 * i, tickUs: 40_000 * i, positionMm: 0.02 * i },
            ...{ codes, present: new Uint8Array(LINES).fill(1), triggers: [], isImaged: true },
            ...{ linesAtSpeed: LINES, linesPresent: LINES },
        }
    })
}

/** A run of these frames; its A-lines do not matter here. */
export function runOf(frames: readonly AssembledFrame[]): ReceivedRun {
    const receiver = new RunReceiver({}, undefined, "marks")
    const board = new TestBoard().hello().describe(SMALL)
    for (let index = 0; index < (frames.length && LINES); index++) {
        const header = { ...plainLine(index), frame: 0, index, samples: SAMPLES }
        board.lines([record(header, new Uint8Array(SAMPLES))])
    }
    receiver.push(board.end({ lines_fired: LINES }).bytes())
    receiver.finish()
    receiver.assembler!.marks.splice(0, 1, ...frames)
    return { receiver, instruments: undefined }
}

export interface TestFolder extends PipelineFolder {
    readonly path: string
    /** What the pipeline could not write. */
    readonly failures: readonly string[]
    contents(): Record<string, Buffer>
}

/** A folder that is removed when the tests end. */
export function testFolder(): TestFolder {
    const path = mkdtempSync(join(tmpdir(), "ivus-pipeline-"))
    process.on("exit", () => rmSync(path, { recursive: true, force: true }))
    const failures: string[] = []
    return {
        ...{ path, failures, diskError: undefined },
        write: (name, content) => writeFileSync(join(path, name), content),
        pathOf: name => join(path, `${name}.part`),
        wrote: name => renameSync(join(path, `${name}.part`), join(path, name)),
        failed: name => void failures.push(name),
        contents: () =>
            Object.fromEntries(
                readdirSync(path).map(name => [name, readFileSync(join(path, name))])
            ),
    }
}
