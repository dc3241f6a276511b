// Results with known pictures, positions and times, for the tests of pullback.dcm.

import { createHash } from "node:crypto"
import type { GreyImage } from "../../../picture/picture"
import type { ReceivedRun } from "../../../run/run-target"
import { KeptFrames } from "../../../frames/frame-source"
import type { RunResults } from "../../run-results"
import { testRun } from "../../timing/testing/timing-test-run"
import { type DicomAttributes, dicomAttributes } from "../dicom-attributes"
import { type DicomFile, dicomFile } from "../dicom-file"

/** Options of a test run. Default: ten pictures of 6 by 4 pixels, 40 ms and 0.04 mm apart. */
export interface TestRunOptions {
    readonly frames: number
    readonly widthPx: number
    readonly heightPx: number
    readonly fixedDirection: boolean
    /** Seed of the greys. */
    readonly seed: number
    /** Code of the subtracted ring-down; another code gives other pictures of the same run. */
    readonly ringDown: number
    readonly timeMs: (frame: number) => number
    readonly positionMm: (frame: number) => number
    readonly description: Partial<RunResults["description"]>
    /** Number of stretches with their own speed set point. */
    readonly speeds: number
}

const DEFAULTS: TestRunOptions = {
    ...{
        frames: 10,
        widthPx: 6,
        heightPx: 4,
        fixedDirection: false,
        seed: 1,
        ringDown: 0,
    },
    timeMs: i => 40 * i,
    positionMm: i => 0.04 * i,
    description: {},
    speeds: 1,
}

export interface BegunFile {
    readonly file: DicomFile
    /** Without the pixels. */
    readonly attributes: DicomAttributes
    readonly pictures: readonly Uint8Array[]
    readonly bytes: () => Buffer
}

/** Starts the file of a test run; the test adds the pictures. */
export async function begunDicom(changes: Partial<TestRunOptions> = {}): Promise<BegunFile> {
    const p = { ...DEFAULTS, ...changes }
    const pictures = Array.from({ length: p.frames }, (_, i) =>
        Uint8Array.from(
            { length: p.widthPx * p.heightPx },
            (_, k) => (p.seed * 31 + i * 7 + k) & 255
        )
    )
    const { run, results } = resultsFor(p, pictures)
    const image: GreyImage = {
        ...{ widthPx: p.widthPx, heightPx: p.heightPx },
        ...{ mmPerPxX: 0.05, mmPerPxY: 0.05, greys: pictures[0]! },
    }
    const parts: Uint8Array[] = []
    const attributes = dicomAttributes(run, results, image)
    const file = await dicomFile(
        attributes,
        p.frames * image.greys.length,
        () => bytes => void parts.push(Uint8Array.from(bytes))
    )
    return { file, attributes, pictures, bytes: () => Buffer.concat(parts) }
}

/** The complete file of a test run. */
export async function wholeDicom(changes: Partial<TestRunOptions> = {}): Promise<Buffer> {
    const { file, pictures, bytes } = await begunDicom(changes)
    for (const picture of pictures) file.add(picture)
    file.end()
    return bytes()
}

function resultsFor(
    p: TestRunOptions,
    pictures: readonly Uint8Array[]
): { run: ReceivedRun; results: RunResults } {
    const run = testRun()
    const description = {
        ...run.receiver.description!,
        ...{ centre_frequency_khz: 20_000, step_um: 0 },
        ...p.description,
    }
    const frames = pictures.map((_, index) => ({
        ...{ index, timeMs: p.timeMs(index), positionMm: p.positionMm(index) },
        ...{ linesAtSpeed: 256, linesPresent: 256, tickUs: 0, triggers: [] },
    }))
    const hash = createHash("sha256").update(JSON.stringify(description))
    pictures.forEach((picture, i) =>
        hash.update(picture).update(`${p.timeMs(i)} ${p.positionMm(i)}`)
    )
    const [even] = run.receiver.assembler!.stretches
    const stretches = Array.from({ length: p.speeds }, (_, i) => ({ ...even!, epoch: 3 + i }))
    const assembler = { ...run.receiver.assembler, frames, stretches }
    const receiver = { ...run.receiver, description, assembler }
    const { fixedDirection } = p
    const results = {
        ...{ description, assembler, fixedDirection, dataHash: hash.digest() },
        frames: new KeptFrames(frames),
        geometry: { linesPerFrame: 256, samplesPerLine: 256 },
        ringDown: { codes: Uint8Array.of(p.ringDown) },
    }
    return {
        run: { ...run, receiver } as unknown as ReceivedRun,
        results: results as unknown as RunResults,
    }
}
