// pullback.dcm read back by dcmjs. Other readers: hil-tests/imaging/dicom.test.ts.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import dcmjs from "dcmjs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { MOVE_GATED, MOVE_STEPPED } from "../../../shared/motion/move-terms"
import { dicomReferenceIn } from "./dicom-reference"
import { DicomStream } from "./dicom-stream"
import { encodeJpegLs } from "./jpeg-ls"
import { decodeJpegLs } from "./testing/decode-jpeg-ls"
import { testDicom, type TestRunOptions, wholeDicom } from "./testing/dicom-test-run"

const folder = mkdtempSync(join(tmpdir(), "ivus-stream-"))
const test = suite("pullback.dcm")
test.after(() => rmSync(folder, { recursive: true, force: true }))

interface Read {
    readonly tags: Record<string, unknown>
    readonly region: Record<string, unknown>
    /** The fragments as they are. */
    readonly fragments: readonly Buffer[]
}

/** Attributes as dcmjs reads them; decimal strings are compared as numbers. */
function read(file: Buffer): Read {
    const { DicomMessage, DicomMetaDictionary } = dcmjs.data
    const bytes = Uint8Array.from(file).buffer
    const { dict } = DicomMessage.readFile(bytes)
    const tags = DicomMetaDictionary.naturalizeDataset(dict)
    const [region] = tags.SequenceOfUltrasoundRegions as Record<string, unknown>[]
    const fragments = (tags.PixelData as ArrayBuffer[]).map(one => Buffer.from(one))
    return { tags, region: region!, fragments }
}

const readOf = async (changes: Partial<TestRunOptions> = {}): Promise<Read> =>
    read(await wholeDicom(changes))

test("holds all pictures in order, byte for byte", async () => {
    const { pictures } = testDicom()
    const { tags, fragments } = await readOf()
    assert.is(Number(tags.NumberOfFrames), 10)
    assert.equal([tags.Columns, tags.Rows, tags.BitsAllocated], [6, 4, 8])
    assert.is(fragments.length, 10)
    for (const [i, fragment] of fragments.entries())
        assert.equal(await decodeJpegLs(fragment), pictures[i], `picture ${i}`)
})

test("holds every attribute: dcmjs leaves out keywords that it does not find in the dictionary", async () => {
    for (const fixedDirection of [false, true]) {
        const { attributes } = testDicom({ fixedDirection })
        const { tags, region } = await readOf({ fixedDirection })
        for (const keyword of Object.keys(attributes)) assert.ok(keyword in tags, keyword)
        const [given] = attributes.SequenceOfUltrasoundRegions as object[]
        for (const keyword of Object.keys(given!)) assert.ok(keyword in region, keyword)
    }
})

test("one picture of an odd size is a file", async () => {
    const odd = { frames: 1, widthPx: 5, heightPx: 3 }
    const { pictures } = testDicom(odd)
    const file = await wholeDicom(odd)
    const { tags, fragments } = read(file)
    assert.is(Number(tags.NumberOfFrames), 1)
    assert.equal(await decodeJpegLs(fragments[0]!), pictures[0])
    assert.is(fragments[0]!.length % 2, 0)
    assert.is(file.length % 2, 0)
    assert.equal([tags.FrameTimeVector].flat().map(Number), [0])
    // Of 30 frames/s.
    assert.is(Number(tags.FrameTime), 33.333)
    // One frame has no distance.
    assert.is(tags.SpacingBetweenSlices, undefined)
    assert.is(Number(tags.IVUSPullbackRate), 1)
})

test("the same run gives the same bytes, another run other UIDs", async () => {
    const file = await wholeDicom()
    assert.ok(file.equals(await wholeDicom()))
    const { tags } = read(file)
    const others: Partial<TestRunOptions>[] = [
        { seed: 2 },
        { frames: 9 },
        { timeMs: i => 40 * i + (i === 9 ? 0.001 : 0) },
        { description: { run: 2 } },
    ]
    for (const other of others) {
        const { tags: theirs } = await readOf(other)
        for (const uid of ["SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"])
            assert.is.not(theirs[uid], tags[uid], `${uid} ${JSON.stringify(other)}`)
    }
    // Other processing gives another object of the same run.
    const { tags: other } = await readOf({ processing: 1 })
    assert.is(other.StudyInstanceUID, tags.StudyInstanceUID)
    assert.is(other.SeriesInstanceUID, tags.SeriesInstanceUID)
    assert.is.not(other.SOPInstanceUID, tags.SOPInstanceUID)
    const uids = [tags.SOPInstanceUID, tags.StudyInstanceUID, tags.SeriesInstanceUID]
    assert.is(new Set(uids).size, 3)
    // PS3.5, B.2: a UUID as one decimal number; RFC 9562: version 8, variant 10.
    for (const uid of uids) {
        assert.match(String(uid), /^2\.25\.[1-9]\d{0,38}$/)
        const uuid = BigInt(String(uid).slice(5)).toString(16).padStart(32, "0")
        assert.match(uuid, /^.{12}8.{3}[89ab].{15}$/)
    }
})

test("gives the pixel size in the region in cm, and as PixelSpacing [IVUS-IMG-003]", async () => {
    const { tags, region } = await readOf()
    assert.equal([region.PhysicalUnitsXDirection, region.PhysicalUnitsYDirection], [3, 3])
    assert.equal([region.PhysicalDeltaX, region.PhysicalDeltaY], [0.005, 0.005])
    assert.equal([region.RegionLocationMaxX1, region.RegionLocationMaxY1], [5, 3])
    // The catheter's centre is half a pixel before the centre of the reference pixel.
    assert.equal([region.ReferencePixelX0, region.ReferencePixelPhysicalValueX], [3, 0.0025])
    assert.equal([region.ReferencePixelY0, region.ReferencePixelPhysicalValueY], [2, 0.0025])
    assert.equal((tags.PixelSpacing as unknown[]).map(Number), [0.05, 0.05])
    assert.is(Number(tags.SpacingBetweenSlices), 0.04)
})

test("holds the true frame times without drift [IVUS-IMG-003]", async () => {
    const timeMs = (i: number): number => (100 / 3) * i + (i === 5 ? 0.2 : 0)
    const { tags } = await readOf({ frames: 3000, timeMs })
    assert.equal(tags.FrameIncrementPointer, [0x00181065, 0x00181063])
    // For viewers that know only this one: the mean, (2999 · 100/3) ms / 2999.
    assert.is(Number(tags.FrameTime), 33.333)
    const steps = (tags.FrameTimeVector as unknown[]).map(Number)
    assert.is(steps.length, 3000)
    assert.equal(steps.slice(0, 2), [0, 33.333])
    let sum = 0
    // Half of the last digit, and the rounding of the sum.
    for (const [i, step] of steps.entries())
        assert.ok(Math.abs((sum += step) - timeMs(i)) < 0.000501, `frame ${i}`)
})

test("gives the mean frame time if an element cannot hold all times", async () => {
    const many = { frames: 10_000, timeMs: (i: number) => 11.111 * i }
    const { tags } = await readOf({ ...many, widthPx: 1, heightPx: 1 })
    assert.is(tags.FrameIncrementPointer, 0x00181063)
    assert.is(tags.FrameTimeVector, undefined)
    assert.is(Number(tags.FrameTime), 11.111)
})

test("gives no slice spacing for frames that are not equally spaced", async () => {
    // The sixth frame is missing.
    const positionMm = (i: number): number => 0.04 * (i < 5 ? i : i + 1)
    const { tags } = await readOf({ positionMm })
    assert.is(tags.SpacingBetweenSlices, undefined)
    assert.equal((tags.PixelSpacing as unknown[]).map(Number), [0.05, 0.05])
})

test("gives the pullback rate of all modes: constant, changed speed, stepped, gated", async () => {
    // 0.05 mm in 40 ms is 1.25 mm/s.
    const positionMm = (i: number): number => 0.05 * i
    const of = async (changes: Partial<TestRunOptions>): Promise<unknown[]> => {
        const { tags } = await readOf({ ...changes, positionMm })
        const rate = tags.IVUSPullbackRate ?? tags.IVUSGatedRate
        assert.is(Number(tags.IVUSPullbackStartFrameNumber), 1)
        assert.is(Number(tags.IVUSPullbackStopFrameNumber), 10)
        return [tags.IVUSAcquisition, Number(rate), "IVUSGatedRate" in tags]
    }
    assert.equal(await of({}), ["MOTOR_PULLBACK", 1, false])
    assert.equal(await of({ speeds: 2 }), ["MOTOR_PULLBACK", 1.25, false])
    const [stepped, gated] = [MOVE_STEPPED, MOVE_GATED]
    assert.equal(await of({ description: { mode: stepped } }), ["MOTOR_PULLBACK", 1.25, false])
    assert.equal(await of({ description: { mode: gated, step_um: 500 } }), [
        "GATED_PULLBACK",
        0.5,
        true,
    ])
})

test("describes a fixed-direction catheter as M-mode, depth over time", async () => {
    const { tags, region } = await readOf({
        fixedDirection: true,
        description: { line_period_ns: 40_000_000 },
    })
    assert.equal(
        [
            region.RegionSpatialFormat,
            region.PhysicalUnitsXDirection,
            region.PhysicalUnitsYDirection,
        ],
        [2, 4, 3]
    )
    // An A-line is 8 pixels wide.
    assert.equal([region.PhysicalDeltaX, region.PhysicalDeltaY], [0.005, 0.005])
    assert.is(tags.PixelSpacing, undefined)
    assert.match(String(tags.ImageComments), /no cross-sections/)
})

test("pictures that are made again replace the first ones", async () => {
    const { attributes, pictures } = testDicom({ frames: 3 })
    const fragments = await Promise.all(
        pictures.map(greys => encodeJpegLs({ widthPx: 6, heightPx: 4, greys }))
    )
    const plain = new DicomStream(join(folder, "plain.dcm"))
    for (const fragment of fragments) plain.append(fragment)
    await plain.end(attributes)
    const again = new DicomStream(join(folder, "again.dcm"))
    for (const n of [2, 0, 1, 2, 2]) again.append(fragments[n]!)
    again.restart()
    for (const fragment of fragments) again.append(fragment)
    assert.is(again.frames, 3)
    await again.end(attributes)
    const [one, other] = ["plain.dcm", "again.dcm"].map(name => readFileSync(join(folder, name)))
    assert.ok(one!.equals(other!))
    assert.equal(readdirSync(folder).sort(), ["again.dcm", "plain.dcm"])
})

test("can be referred to by what its first bytes say; nothing else can", async () => {
    const path = join(folder, "referred.dcm")
    const file = await wholeDicom({ frames: 1 })
    writeFileSync(path, file)
    assert.equal(dicomReferenceIn(path), {
        ReferencedSOPClassUID: "1.2.840.10008.5.1.4.1.1.3.1",
        ReferencedSOPInstanceUID: read(file).tags.SOPInstanceUID,
    })
    for (const [name, bytes] of Object.entries({
        empty: Buffer.alloc(0),
        text: Buffer.from("not DICOM".repeat(200)),
        cut: file.subarray(0, 150),
    })) {
        writeFileSync(path, bytes)
        assert.is(dicomReferenceIn(path), null, name)
    }
    assert.is(dicomReferenceIn(join(folder, "missing.dcm")), null)
    assert.is(dicomReferenceIn(folder), null)
})

test("leaves nothing where it is not ended, or cannot be written", async () => {
    const { attributes } = testDicom({ frames: 2 })
    const short = new DicomStream(join(folder, "short.dcm"))
    short.append(Uint8Array.of(1, 2))
    const error = await errorOf(short.end(attributes))
    assert.match(String(error), /1 pictures for 2 frames/)
    short.close()
    short.close()
    assert.not(existsSync(short.path))
    // The path is a folder.
    const taken = new DicomStream(folder)
    const { code } = (await errorOf(taken.end({ ...attributes, NumberOfFrames: "0" }))) as {
        code?: string
    }
    assert.is(code, "EISDIR")
    taken.close()
    const half = new DicomStream(join(folder, "half.dcm"))
    const none = { ...attributes, NumberOfFrames: "0" }
    assert.ok(await errorOf(half.end(none, () => Promise.resolve(7 as never))))
    half.close()
    assert.not(existsSync(half.path))
    assert.throws(() => new DicomStream(join(folder, "none", "file.dcm")), /ENOENT/)
    assert.not(readdirSync(folder).some(name => name.includes("scratch")))
})

function errorOf(promise: Promise<unknown>): Promise<unknown> {
    return promise.then(
        () => undefined,
        (error: unknown) => error
    )
}

test.run()
