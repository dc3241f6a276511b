// Recorded pullbacks: DICOM in its syntaxes, folders of PNGs, and what is refused.

import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import dcmjs from "dcmjs"
import fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { echoFromRecording, EchoFileError } from "../../../../../boards/virtual/vessel/vessel"
import { UsageError } from "../../../errors"
import { pngOf } from "../../../picture/png-image"
import { wholeDicom } from "../../../results/dicom/testing/dicom-test-run"
import { dicomRecording } from "./dicom-recording"
import { readEcho } from "./read-echo"

const folder = mkdtempSync(join(tmpdir(), "ivus-recording-"))
const test = suite("recordings")
test.after(() => rmSync(folder, { recursive: true, force: true }))

const [WIDTH, HEIGHT, FRAMES] = [64, 48, 3]
/** 6 mm wide, the centre in its middle. */
const MM = 6 / WIDTH
const GRID = { linesPerFrame: 32, samplesPerLine: 64, sampleSpacingMm: 4 / 64 }

/** A disc around the catheter that grows from frame to frame; its grey rises to the right. */
function greyAt(frame: number, x: number, y: number): number {
    const [xMm, yMm] = [(x - (WIDTH - 1) / 2) * MM, (y - (HEIGHT - 1) / 2) * MM]
    return Math.hypot(xMm, yMm) < 1 + 0.3 * frame ? 60 + Math.round(10 * (xMm + 3)) : 20
}
const plane = (frame: number): Uint8Array =>
    Uint8Array.from({ length: WIDTH * HEIGHT }, (_, p) =>
        greyAt(frame, p % WIDTH, Math.floor(p / WIDTH))
    )

const REGION = {
    ...{ RegionSpatialFormat: 1, RegionDataType: 1, RegionFlags: 0 },
    ...{ RegionLocationMinX0: 0, RegionLocationMinY0: 0 },
    ...{ RegionLocationMaxX1: WIDTH - 1, RegionLocationMaxY1: HEIGHT - 1 },
    ...{ PhysicalUnitsXDirection: 3, PhysicalUnitsYDirection: 3 },
    ...{ PhysicalDeltaX: MM / 10, PhysicalDeltaY: MM / 10 },
}
const TAGS = {
    SOPClassUID: "1.2.840.10008.5.1.4.1.1.3.1",
    ...{ Rows: HEIGHT, Columns: WIDTH, NumberOfFrames: String(FRAMES) },
    ...{ SamplesPerPixel: 1, PhotometricInterpretation: "MONOCHROME2", BitsAllocated: 8 },
    ...{ BitsStored: 8, HighBit: 7, PixelRepresentation: 0 },
    ...{ FrameTime: "100", IVUSPullbackRate: "2" },
    SequenceOfUltrasoundRegions: [REGION],
}
const PIXELS = Uint8Array.from(Buffer.concat([0, 1, 2].map(plane)))

function dicom(
    changes: object = {},
    syntax = "1.2.840.10008.1.2.1",
    pixels: readonly Uint8Array[] = [PIXELS]
): Uint8Array {
    const { DicomDict, DicomMetaDictionary } = dcmjs.data
    const file = new DicomDict(
        DicomMetaDictionary.denaturalizeDataset({
            FileMetaInformationVersion: new Uint8Array([0, 1]).buffer,
            MediaStorageSOPClassUID: TAGS.SOPClassUID,
            TransferSyntaxUID: syntax,
        })
    )
    const PixelData = pixels.map(bytes => Uint8Array.from(bytes).buffer)
    file.dict = DicomMetaDictionary.denaturalizeDataset({
        ...{ ...TAGS, ...changes, PixelData },
        _vrMap: { PixelData: "OB" },
    })
    return new Uint8Array(file.write())
}

/** By frame, line and mm: within the disc a grey of the disc, beyond it 20. */
async function checkDisc(bytes: Uint8Array): Promise<void> {
    const recording = await dicomRecording(bytes)
    assert.is(recording.frames, FRAMES)
    assert.equal(recording.positionsMm, [0, 0.2, 0.4])
    for (let frame = 0; frame < FRAMES; frame++) {
        const greys = recording.greys(frame, GRID)
        for (const line of [0, 5, 8, 16, 27])
            for (const mm of [0.5, 0.9 + 0.3 * frame, 1.15 + 0.3 * frame]) {
                const k = Math.round(mm / GRID.sampleSpacingMm)
                const at = k * GRID.sampleSpacingMm
                const xMm = at * Math.cos((2 * Math.PI * line) / 32)
                // Bilinear over a pixel of a slope of 10 a mm, rounded: 1.5 greys.
                const want = mm < 1 + 0.3 * frame ? 60 + 10 * (xMm + 3) : 20
                assert.ok(
                    Math.abs(greys[line * 64 + k]! - want) < 1.5,
                    `frame ${frame}, line ${line}, ${at} mm: ${greys[line * 64 + k]!}`
                )
            }
        // The picture is 2.25 mm high: nothing is known beyond.
        assert.is(greys[8 * 64 + 40], 0)
    }
}

const rle = (bytes: Uint8Array): Buffer => {
    const head = Buffer.alloc(64)
    head.writeUInt32LE(1, 0)
    head.writeUInt32LE(64, 4)
    const runs = [...bytes].flatMap((_, i) => (i % 3 === 0 ? [2, ...bytes.subarray(i, i + 3)] : []))
    return Buffer.concat([head, Buffer.from(runs)])
}

test("a pullback is read uncompressed, with RLE, and with inverted greys", async () => {
    await checkDisc(dicom())
    await checkDisc(
        dicom(
            {},
            "1.2.840.10008.1.2.5",
            [0, 1, 2].map(i => rle(plane(i)))
        )
    )
    const inverted = { PhotometricInterpretation: "MONOCHROME1" }
    await checkDisc(dicom(inverted, undefined, [PIXELS.map(v => 255 - v)]))
})

test("colours are averaged, and a Pixel Spacing serves where there is no region", async () => {
    const rgb = Buffer.from([...PIXELS].flatMap(v => [v - 20, v, v + 20]))
    await checkDisc(
        dicom(
            {
                ...{ SamplesPerPixel: 3, PhotometricInterpretation: "RGB", PlanarConfiguration: 0 },
                ...{ SequenceOfUltrasoundRegions: undefined, PixelSpacing: [MM, MM] },
            },
            undefined,
            [rgb]
        )
    )
})

test("the file of this program is read: its pictures, its centre and its positions", async () => {
    const size = { widthPx: 40, heightPx: 40 }
    const recording = await dicomRecording(await wholeDicom(size))
    assert.is(recording.frames, 10)
    // 1 mm/s, 40 ms: 0.04 mm a frame; a decimal string has 16 characters.
    recording.positionsMm!.forEach((mm, i) => assert.ok(Math.abs(mm - 0.04 * i) < 1e-6))
    // The centre is between pixels 19 and 20 of greys that rise by 1 a column and 40 a row, modulo 256.
    const greys = recording.greys(0, { ...GRID, sampleSpacingMm: 0.05 })
    const pixel = (x: number, y: number): number => (31 + y * 40 + x) & 255
    const middle = (pixel(19, 19) + pixel(20, 19) + pixel(19, 20) + pixel(20, 20)) / 4
    assert.is(greys[0], middle)
})

/** The last sample of the disc: its greys are above -45 dB, the others below. */
const lastOf = (line: Float32Array): number =>
    Array.from(line, v => v > 10 ** (-45 / 20)).lastIndexOf(true)

test("a line has the echoes of the frame that was being recorded at its position", async () => {
    const recording = await dicomRecording(dicom())
    const options = { ...GRID, tgcDb: () => 0 }
    const source = echoFromRecording(recording, options, 0.6)
    const out = new Float32Array(64)
    const radiusMm = (zMm: number): number => {
        source.line(zMm, 0, out)
        return lastOf(out) * GRID.sampleSpacingMm
    }
    for (const [zMm, frame] of [
        [-1, 0],
        [0.19, 0],
        [0.21, 1],
        [0.41, 2],
        [9, 2],
    ] as const)
        // Half a sample and half a pixel.
        assert.ok(Math.abs(radiusMm(zMm) - 1 - 0.3 * frame) < 0.1, `${zMm}: ${radiusMm(zMm)}`)
    assert.throws(
        () => echoFromRecording(recording, options, 0.7),
        /covers 0\.60 mm of the pullback of 0\.7 mm; use --length 0\.6 or less\.$/
    )
    // Without positions the frames are spread over the pullback.
    const { positionsMm, ...spread } = recording
    const even = echoFromRecording(spread, options, 3)
    even.line(2.5, 0, out)
    assert.equal(positionsMm!.length, 3)
    assert.ok(lastOf(out) * GRID.sampleSpacingMm > 1.5)
})

function pngs(name: string, files: Record<string, Uint8Array | string>): string {
    const path = join(folder, name)
    mkdirSync(path)
    for (const [file, content] of Object.entries(files)) writeFileSync(join(path, file), content)
    return path
}
const png = (greys: Uint8Array, widthPx = WIDTH): Uint8Array =>
    pngOf({ widthPx, heightPx: greys.length / widthPx, mmPerPxX: MM, mmPerPxY: MM, greys })

test("a folder of PNGs is a pullback in the order of its numbers, polar or with recording.json", async () => {
    const polar = (grey: number): Uint8Array => png(new Uint8Array(32 * 64).fill(grey))
    const frames = { "f10.png": polar(30), "f9.png": polar(20), "notes.txt": "x" }
    const spread = await readEcho(pngs("polar", frames))
    assert.equal([spread.frames, spread.positionsMm], [2, undefined])
    assert.equal(
        [0, 1].map(i => spread.greys(i, GRID)[100]),
        [20, 30]
    )
    const settings = { picture: "cross-section", mm_per_px: MM, frame_spacing_mm: 0.1 }
    const round = await readEcho(
        pngs("round", {
            "0.png": png(plane(0)),
            "1.png": png(plane(1)),
            "recording.json": JSON.stringify(settings),
        })
    )
    assert.equal(round.positionsMm, [0, 0.1])
    assert.ok(round.greys(1, GRID)[Math.round(1.2 / GRID.sampleSpacingMm)]! > 60)
    assert.is(round.greys(0, GRID)[Math.round(1.2 / GRID.sampleSpacingMm)], 20)
})

test("a picture of another size is refused when it is played", async () => {
    const other = png(new Uint8Array(40 * 32), 40)
    const recording = await readEcho(pngs("sizes", { "1.png": png(plane(0)), "2.png": other }))
    assert.throws(() => recording.greys(1, GRID), /^2\.png has 40 × 32 pixels, and the first/)
})

test("what cannot be used is refused with one sentence", async () => {
    const image = png(plane(0))
    const cases: [string, RegExp][] = [
        [pngs("empty", {}), /has no PNGs/],
        [
            pngs("run", { "pullback.dcm": "", "cross-section-0000.png": image }),
            /name the pullback\.dcm in it/,
        ],
        [pngs("bad", { "1.png": "no picture" }), /^1\.png is not a PNG/],
        [pngs("json", { "1.png": image, "recording.json": "{" }), /recording\.json is not/],
        [pngs("odd", { "1.png": image, "recording.json": '{"mm":1}' }), /recording\.json is not/],
        [
            pngs("scale", { "1.png": image, "recording.json": '{"picture":"cross-section"}' }),
            /add "mm_per_px"/,
        ],
        [join(folder, "none"), /there is no such file/],
    ]
    const files: [Uint8Array, RegExp][] = [
        [dicom().subarray(0, 400), /damaged|no pictures/],
        [dicom({ NumberOfFrames: "9" }), /fewer pictures than the 9/],
        [dicom({ NumberOfFrames: "0" }), /no pictures/],
        [dicom({}, "1.2.840.10008.1.2.4.50", [PIXELS]), /transfer syntax .*4\.50/],
        [dicom({ BitsAllocated: 16 }), /16 bits/],
        [dicom({ PhotometricInterpretation: "YBR_FULL" }), /YBR_FULL/],
        [dicom({ SequenceOfUltrasoundRegions: undefined }), /no scale/],
        [
            dicom({ SequenceOfUltrasoundRegions: [{ ...REGION, RegionSpatialFormat: 2 }] }),
            /no scale/,
        ],
        [
            dicom({ SequenceOfUltrasoundRegions: [{ ...REGION, RegionLocationMaxX1: 99 }] }),
            /not inside/,
        ],
        [
            dicom({
                SequenceOfUltrasoundRegions: [{ ...REGION, PhysicalDeltaX: 9, PhysicalDeltaY: 9 }],
            }),
            /radius of/,
        ],
        [
            dicom({
                SequenceOfUltrasoundRegions: [
                    { ...REGION, PhysicalDeltaX: 4 * Number(REGION.PhysicalDeltaX) },
                ],
            }),
            /no cross-section/,
        ],
    ]
    for (const [i, [bytes, reason]] of files.entries()) {
        const file = join(folder, `${i}.dcm`)
        writeFileSync(file, bytes)
        cases.push([file, reason])
    }
    for (const [named, reason] of cases)
        try {
            await readEcho(named)
            assert.unreachable(`${named}: ${reason}`)
        } catch (error) {
            if (!(error instanceof UsageError)) throw error
            assert.match(error.message, reason)
            assert.match(error.message, /^[^.]*\S.*\.$/)
        }
})

test("damaged bytes never cause another kind of error", async () => {
    const good = dicom()
    await fc.assert(
        fc.asyncProperty(
            fc.array(fc.record({ at: fc.nat(1200), value: fc.nat(255) }), {
                minLength: 1,
                maxLength: 8,
            }),
            async edits => {
                const bytes = Uint8Array.from(good)
                for (const { at, value } of edits) bytes[132 + at] = value
                try {
                    const recording = await dicomRecording(bytes)
                    recording.greys(0, GRID)
                } catch (error) {
                    if (!(error instanceof EchoFileError)) throw error
                }
            }
        ),
        { seed: 1, numRuns: 150 }
    )
})

test.run()
