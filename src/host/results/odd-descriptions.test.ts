// Runs whose descriptions are odd: each gives results, or one sentence; never an error of the program.

import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { recordLength, SAMPLE_FORMAT_RF16, sampleBytes } from "../../shared/acquisition/line-record"
import { MOVE_GATED, MOVE_PULLBACK, MOVE_STEPPED } from "../../shared/motion/move-terms"
import type { Description } from "../../shared/protocol/messages"
import { RunError } from "../errors"
import { DESCRIPTION_LIMITS, descriptionDefect } from "../link/description-check"
import { DESCRIPTION, plainLine, record, TestBoard } from "../link/testing/test-board"
import { RunReceiver } from "../run/run-receiver"
import { RunPipeline } from "./pipeline/run-pipeline"

const folder = mkdtempSync(join(tmpdir(), "ivus-odd-"))
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

/** Frames of the run; more lines and samples in a frame than these are tested by their limits alone. */
const [FRAMES, LINES_MAX, SAMPLES_MAX] = [3, 40, 80]
/** A description of a picture; the fields under test replace its own. */
const USUAL: Description = {
    ...DESCRIPTION,
    ...{ lines_per_frame: 32, samples_per_line: 64, sample_spacing_nm: 100_000 },
}

/** Of a catheter whose elements are known. */
const CHANNEL_DATA = { catheter: "array-20mhz", sample_format: SAMPLE_FORMAT_RF16, pair_list: 1 }

type Name = keyof typeof DESCRIPTION_LIMITS
const LIMITS = Object.entries(DESCRIPTION_LIMITS) as [Name, readonly [number, number]][]

/** Values of a field at its limits, beyond them, 0 and the largest of its type. */
const oddValues = (name: Name): number[] => {
    const [min, max] = DESCRIPTION_LIMITS[name]!
    const signed = name.endsWith("_nm")
    const all = [min - 1, min, min + 1, max - 1, max, max + 1, 0, 1, 2, 0xffff]
    return all.filter(value => value >= (signed ? -0x80000000 : 0) && value <= 0xffffffff)
}

const allowedValues = (name: Name): number[] => {
    const [min, max] = DESCRIPTION_LIMITS[name]!
    return oddValues(name).filter(value => value >= min && value <= max)
}

/** A run with this description, and a frame or two. */
function received(description: Description): RunReceiver & { pipeline: RunPipeline } {
    const { lines_per_frame: lines, samples_per_line: samples, sample_format } = description
    const board = new TestBoard().hello().describe(description)
    const bytes = samples * sampleBytes(sample_format)
    for (let frame = 0; frame < FRAMES; frame++)
        for (let index = 0; index < lines && index < LINES_MAX; index++) {
            const line = plainLine(frame * lines + index)
            const header = { ...line, frame, index, samples }
            board.lines([record(header, new Uint8Array(bytes).fill(40 + 7 * index))])
        }
    const pipeline = new RunPipeline({
        folder: {
            write: () => undefined,
            pathOf: name => join(folder, name),
            wrote: () => undefined,
            failed: (_name, error) => assert.unreachable(error.message),
            diskError: undefined,
        },
        ...{ choice: {}, progress: () => undefined, workers: 1 },
    })
    const receiver = new RunReceiver(pipeline.listener)
    receiver.push(board.end({ lines_fired: FRAMES * lines }).bytes())
    receiver.finish()
    return Object.assign(receiver, { pipeline })
}

/** @returns the sentence, or undefined where the run has results */
async function sentenceOf(description: Description): Promise<string | undefined> {
    const receiver = received(description)
    const { pipeline } = receiver
    try {
        await pipeline.finish({ receiver, instruments: undefined })
        return undefined
    } catch (error) {
        assert.instance(error, RunError, (error as Error).stack)
        return (error as Error).message
    } finally {
        await pipeline.close()
    }
}

/** With the record length that belongs to it. */
function whole(description: Description): Description {
    const bytes = description.samples_per_line * sampleBytes(description.sample_format)
    return { ...description, record_length: recordLength(bytes) & 0xffff }
}

const isSmall = ({ lines_per_frame, samples_per_line }: Description): boolean =>
    lines_per_frame <= LINES_MAX && samples_per_line <= SAMPLES_MAX

const test = suite("odd descriptions")

test("each limit is that of the field: inside it is taken, outside it is refused with its name", () => {
    for (const [name, [min, max]] of LIMITS)
        for (const value of oddValues(name)) {
            const defect = descriptionDefect(whole({ ...USUAL, [name]: value }))
            const isInside = value >= min && value <= max
            if (!isInside) assert.match(defect ?? "none", new RegExp(`^${name} is ${value};`))
            else if (defect) assert.not.match(defect, `${name} is ${value};`)
        }
})

test("the id of a catheter is printable ASCII", () => {
    for (const catheter of ["\u001b[2J", "bell\u0007", "", "caf\u00e9", "a\nb"])
        assert.match(descriptionDefect({ ...USUAL, catheter })!, "cannot be printed")
    const receiver = received(whole({ ...USUAL, catheter: "\u001b[31mred" }))
    assert.is(receiver.stream.faults.messagesDamaged, 1)
    assert.is(receiver.description, undefined)
})

test("seen ones: each a sentence with the field, or results", async () => {
    const cases: [Partial<Description>, RegExp | undefined][] = [
        [{ lines_per_frame: 1 }, /A frame of 1 lines cannot be shown/],
        [{ sample_period_ps: 0 }, /sample_period_ps is 0; 1000 to/],
        [{ sample_spacing_nm: 0 }, /sample_spacing_nm is 0;/],
        [{ sample_spacing_nm: 0xffffffff }, /sample_spacing_nm is 4294967295;/],
        [{ catheter_radius_um: 0xffff }, /catheter_radius_um is 65535;/],
        [{ window_end_nm: USUAL.window_start_nm - 1 }, /its window ends at .* before its start/],
        [{ mode: 2 }, /mode is 2; 1, 4 and 5 are allowed/],
        [{ mode: MOVE_STEPPED, step_um: 0 }, /step_um is 0;/],
        [{}, undefined],
    ]
    for (const [changes, sentence] of cases) {
        const said = await sentenceOf(whole({ ...USUAL, ...changes }))
        if (sentence) assert.match(said ?? "results", sentence, said ?? "results")
        else assert.is(said, undefined)
    }
})

test("any combination of values gives results or one sentence", async () => {
    const field = fc
        .constantFrom(...LIMITS.map(([name]) => name))
        .chain(name =>
            fc.record({ name: fc.constant(name), value: fc.constantFrom(...allowedValues(name)) })
        )
    const steps = fc.record({
        mode: fc.constantFrom(MOVE_PULLBACK, MOVE_STEPPED, MOVE_GATED),
        ...{ step_um: fc.constantFrom(1, 250, 65535), dwell_ms: fc.constantFrom(1, 100, 65535) },
        stops: fc.constantFrom(1, 20, 65535),
    })
    await fc.assert(
        fc.asyncProperty(
            fc.array(field, { minLength: 1, maxLength: 3 }),
            steps,
            fc.nat(3).map(n => n === 0),
            async (fields, stepped, isRf) => {
                const odd = Object.fromEntries(fields.map(({ name, value }) => [name, value]))
                const rf = isRf ? CHANNEL_DATA : {}
                const description = whole({ ...USUAL, ...stepped, ...rf, ...odd })
                if (descriptionDefect(description) || !isSmall(description)) return
                await sentenceOf(description)
            }
        ),
        { numRuns: 80, seed: 7 }
    )
})

test.run()
