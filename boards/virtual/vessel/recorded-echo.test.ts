// Playback of a recorded frame: levels, resampling, rejected files.

import fc from "fast-check"
import { PNG } from "pngjs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { EchoFileErrorCode, RecordedEchoOptions } from "./recorded-echo"
import { EchoFileError, echoFromPng } from "./recorded-echo"

const OPTIONS: RecordedEchoOptions = {
    linesPerFrame: 64,
    samplesPerLine: 128,
    sampleSpacingMm: 10 / 128,
    tgcDb: r => 6 + 2 * r,
}

function png(
    lines: number,
    samples: number,
    grey: (line: number, sample: number) => number
): Uint8Array {
    const image = new PNG({ width: samples, height: lines })
    for (let i = 0; i < lines; i++)
        for (let k = 0; k < samples; k++) {
            const at = 4 * (i * samples + k)
            image.data.fill(grey(i, k), at, at + 3)
            image.data[at + 3] = 255
        }
    return PNG.sync.write(image, { colorType: 0 })
}

function codeOf(bytes: Uint8Array): EchoFileErrorCode | "ok" {
    try {
        echoFromPng(bytes, OPTIONS)
        return "ok"
    } catch (error) {
        if (!(error instanceof EchoFileError)) throw error
        assert.match(error.message, /^[A-Z].*[^.]\.$/s)
        return error.code
    }
}

const test = suite("recorded-echo")

test("after the front end's gain a grey value has its level on a 60 dB display", () => {
    const source = echoFromPng(
        png(32, 64, (_, k) => (k < 32 ? 255 : 102)),
        OPTIONS
    )
    const echo = new Float32Array(128)
    source.line(3, 5, echo)
    const db = (k: number): number => 20 * Math.log10(echo[k]!) + OPTIONS.tgcDb(k * (10 / 128))
    // 32-bit floats: 1e-6, or 1e-5 dB.
    assert.ok(Math.abs(db(20)) < 1e-4)
    assert.ok(Math.abs(db(100) + 36) < 1e-4)
})

test("grey 0 is zero amplitude, and the echo is the same at all positions", () => {
    const source = echoFromPng(
        png(20, 20, i => (i < 10 ? 0 : 200)),
        OPTIONS
    )
    const a = new Float32Array(128)
    const b = new Float32Array(128)
    source.line(0, 10, a)
    assert.ok(a.every(v => v === 0))
    source.line(0, 50, a)
    source.line(17, 50, b)
    assert.equal(a, b)
})

test("resampling wraps around between the last and the first line", () => {
    // 16 rows on 64 lines: lines 61..63 are between the last row and the first.
    const source = echoFromPng(
        png(16, 16, i => (i === 0 ? 200 : i === 15 ? 100 : 0)),
        OPTIONS
    )
    const echo = new Float32Array(128)
    source.line(0, 62, echo)
    const grey = 255 * (1 + (20 * Math.log10(echo[8]!) + OPTIONS.tgcDb(8 * (10 / 128))) / 60)
    assert.ok(Math.abs(grey - 150) < 0.01)
})

test("each defect has its own error code", () => {
    const good = png(16, 16, () => 9)
    const cases: [EchoFileErrorCode | "ok", Uint8Array][] = [
        ["ok", good],
        ["empty", new Uint8Array(0)],
        ["not-png", new Uint8Array(100)],
        ["not-png", good.subarray(0, 40)],
        ["not-png", good.subarray(0, good.length - 20)],
        ["size", png(15, 16, () => 9)],
        ["size", png(16, 15, () => 9)],
        ["size", png(16, 5000, () => 9)],
    ]
    for (const [code, bytes] of cases) assert.is(codeOf(bytes), code)
})

test("random bytes never cause another kind of error", () => {
    const good = png(20, 24, (i, k) => (i * k) % 256)
    fc.assert(
        fc.property(
            fc.oneof(
                fc.uint8Array({ maxLength: 200 }),
                fc
                    .array(
                        fc.record({
                            at: fc.nat(good.length - 1),
                            value: fc.nat(255),
                        }),
                        { minLength: 1, maxLength: 6 }
                    )
                    .map(edits => {
                        const bytes = good.slice()
                        for (const { at, value } of edits) bytes[at] = value
                        return bytes
                    }),
                fc.nat(good.length).map(length => good.slice(0, length))
            ),
            bytes => void codeOf(bytes)
        ),
        { seed: 1, numRuns: 600 }
    )
})

test.run()
