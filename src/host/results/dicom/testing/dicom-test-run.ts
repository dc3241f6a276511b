// Results with known pictures, positions and times, for the tests of pullback.dcm.

import { createHash } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { FrameMark } from "../../../frames/assembled-frame"
import { KeptFrames } from "../../../frames/frame-source"
import { GOOD } from "../../../../shared/codes"
import type { Description, Hello } from "../../../../shared/protocol/messages"
import type { ReceivedRun } from "../../../run/run-target"
import { NO_PATIENT } from "../../../runs/run-about"
import { testRun } from "../../timing/testing/timing-test-run"
import { dicomAttributes, type DicomResults } from "../dicom-attributes"
import type { DicomAbout, DicomAttributes } from "../dicom-common"
import { DicomStream } from "../dicom-stream"
import { encodeJpegLs } from "../jpeg-ls"

/** Options of a test run. Default: ten pictures of 6 by 4 pixels, 40 ms and 0.04 mm apart. */
export interface TestRunOptions {
    readonly frames: number
    readonly widthPx: number
    readonly heightPx: number
    readonly fixedDirection: boolean
    /** Seed of the received samples and of the greys. */
    readonly seed: number
    /** Another number gives other pictures of the same run. */
    readonly processing: number
    readonly timeMs: (frame: number) => number
    readonly positionMm: (frame: number) => number
    readonly description: Partial<Description>
    readonly about: DicomAbout
    /** Number of stretches with their own speed set point. */
    readonly speeds: number
    /** What the cart says of itself; undefined where its greeting was not received. */
    readonly cart: Pick<Hello, "board_id_high" | "board_id_low" | "firmware_version"> | undefined
    /** How the cart says that the run ended. */
    readonly outcome: number
}

const DEFAULTS: TestRunOptions = {
    ...{
        frames: 10,
        widthPx: 6,
        heightPx: 4,
        fixedDirection: false,
        seed: 1,
        processing: 0,
    },
    timeMs: i => 40 * i,
    positionMm: i => 0.04 * i,
    description: {},
    about: { dateMs: Date.UTC(2026, 10, 30, 10, 39, 17), patient: NO_PATIENT, study: null },
    speeds: 1,
    cart: { board_id_high: 0x01234567, board_id_low: 0x89abcdef, firmware_version: 0x000302 },
    outcome: GOOD,
}

export interface TestDicom {
    /** Without the pixels. */
    readonly attributes: DicomAttributes
    readonly pictures: readonly Uint8Array[]
}

/** A test run and its results, as far as the DICOM files need them. */
export function testRunAndResults(changes: Partial<TestRunOptions> = {}): {
    readonly run: ReceivedRun
    readonly about: DicomAbout
    readonly results: DicomResults
} {
    const p = { ...DEFAULTS, ...changes }
    const { run, description, marks } = runOf(p)
    const dataHash = createHash("sha256").update(JSON.stringify([description, marks, p.seed]))
    const results = {
        ...{ description, fixedDirection: p.fixedDirection },
        ...{ frames: new KeptFrames(marks as never), dataHash: dataHash.digest() },
    }
    return { run, about: p.about, results }
}

/** What is written into the file of a test run. */
export function testDicom(changes: Partial<TestRunOptions> = {}): TestDicom {
    const p = { ...DEFAULTS, ...changes }
    const pictures = Array.from({ length: p.frames }, (_, i) =>
        Uint8Array.from(
            { length: p.widthPx * p.heightPx },
            (_, k) => (p.seed * 31 + p.processing + i * 7 + k) & 255
        )
    )
    const { widthPx, heightPx } = p
    const picture = { widthPx, heightPx, ...{ mmPerPxX: 0.05, mmPerPxY: 0.05 } }
    const { run, about, results } = testRunAndResults(changes)
    return { attributes: dicomAttributes(run, about, results, picture), pictures }
}

/** The complete file of a test run. */
export async function wholeDicom(changes: Partial<TestRunOptions> = {}): Promise<Buffer> {
    const { widthPx, heightPx } = { ...DEFAULTS, ...changes }
    const { attributes, pictures } = testDicom(changes)
    const folder = mkdtempSync(join(tmpdir(), "ivus-dicom-"))
    try {
        const path = join(folder, "pullback.dcm")
        const stream = new DicomStream(path)
        for (const greys of pictures)
            stream.append(await encodeJpegLs({ widthPx, heightPx, greys }))
        await stream.end(attributes)
        return readFileSync(path)
    } finally {
        rmSync(folder, { recursive: true })
    }
}

function runOf(p: TestRunOptions): {
    run: ReceivedRun
    description: Description
    marks: readonly FrameMark[]
} {
    const run = testRun()
    const description = {
        ...run.receiver.description!,
        ...{ centre_frequency_khz: 20_000, step_um: 0 },
        ...p.description,
    }
    const marks = Array.from({ length: p.frames }, (_, index) => ({
        ...{ index, timeMs: p.timeMs(index), positionMm: p.positionMm(index) },
        ...{ linesAtSpeed: 256, linesPresent: 256, tickUs: 0, triggers: [] },
    }))
    const [even] = run.receiver.assembler!.stretches
    const stretches = Array.from({ length: p.speeds }, (_, i) => ({ ...even!, epoch: 3 + i }))
    const assembler = { ...run.receiver.assembler, frames: marks, stretches }
    const hello = { ...run.receiver.hello, ...p.cart }
    const receiver = {
        ...run.receiver,
        description,
        assembler,
        hello: p.cart && hello,
        end: { outcome: p.outcome },
    }
    return { run: { ...run, receiver } as unknown as ReceivedRun, description, marks }
}
