// A pullback with an un0rick front end: counts, positions, picture, record digests, result files.

import { createHash } from "node:crypto"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { RfFrames } from "../../src/host/frames/rf-frames"
import * as machine from "../../src/shared/cart-machine"
import { amplitudeToCode } from "../../src/shared/acquisition/sample-codes"
import {
    LINE_AT_SPEED,
    LINE_FRAME_CUT,
    LINE_FRAME_START,
} from "../../src/shared/acquisition/line-record"
import type { BenchCart } from "../support/carts/bench-cart"
import { keepCalibration } from "../support/cli/calibrated-board"
import { ivus } from "../support/cli/ivus"
import { liveHeap } from "../support/carts/live-heap"
import { catheter, UN0RICK, VEIN, homed, pulling, checkCounts } from "../support/carts/un0rick-cart"

const pullback = suite<{ bench: BenchCart }>("a pullback with an un0rick")

pullback.before(async context => {
    context.bench = await homed({ echo: VEIN })
    await context.bench.pull()
    await context.bench.cart.until(() => context.bench.ended, context.bench.nowUs + 30e6)
})

pullback("counts agree, and the board is used correctly", ({ bench }) => {
    const lines = checkCounts(bench)
    const { assembler, end } = bench.cart.receiver
    assert.is(end!.lines_dropped_gate, 0)
    assert.is(assembler!.frames.length, 5)
    for (const frame of assembler!.frames) assert.is(frame.linesPresent, 25)
    // 5 mm at 1 mm/s, a line each 40 ms.
    assert.ok(Math.abs(assembler!.counts.atSpeed - 125) <= 1)
    assert.ok(lines > 125)
    assert.equal(bench.cart.board.un0rick.misuse, [])
})

pullback("the test lines are sent first and are correct", ({ bench }) => {
    const { testLines, testLinesWrong, description } = bench.cart.receiver
    assert.is(testLines, 1)
    assert.is(testLinesWrong, 0)
    assert.is(description!.catheter_serial, 0)
    assert.is(description!.record_length, 20 + 2 * 938 + 4)
})

pullback("each line has the position and the time of its pulse", ({ bench }) => {
    const { transmit, rig } = bench.cart.board
    const lines = bench.lines()
    assert.is(lines.length, transmit.count)
    lines.forEach((line, i) => {
        const pulseUs = transmit.timesUs[i]!
        // Reported in whole ms of the clock, with one encoder read on a bus that a poll may occupy:
        // 0.4 ms.
        const lateUs = pulseUs - line.tick_us
        assert.ok(lateUs >= -400 && lateUs <= 1400, `line ${i}: ${lateUs} us`)
        const nm = line.position_counts * 1000
        const errorUm = nm / 1000 - 1000 * rig.ruler.positionMm(pulseUs)
        // One count, and 0.4 ms at 1 mm/s.
        assert.ok(Math.abs(errorUm) <= 1.5, `line ${i}: ${errorUm} um`)
        assert.is(line.line, i)
    })
})

pullback(
    "the imaged part starts with a complete frame, and the line that cut a frame short is marked",
    ({ bench }) => {
        const lines = bench.lines()
        const first = lines.findIndex(l => l.flags & LINE_AT_SPEED)
        const [before, begin] = [lines[first - 1]!, lines[first]!]
        // The cut frame has fewer than 25 lines; otherwise nothing was tested.
        assert.ok(before.index < 24, `${before.index}`)
        assert.equal([begin.index, begin.frame], [0, before.frame + 1])
        assert.ok(begin.flags & LINE_FRAME_START)
        const cut = lines.filter(l => l.flags & LINE_FRAME_CUT)
        assert.equal(cut, [begin])
    }
)

pullback("the picture has the codes of the vessel", ({ bench }) => {
    const { description, assembler } = bench.cart.receiver
    const rf = new RfFrames(description!)
    const frames = assembler!.frames.map(frame => rf.detect(frame))
    const envelope = new Float32Array(256)
    const errors: number[] = []
    let below = 0
    for (const frame of frames) {
        VEIN.line(frame.positionMm, 0, envelope)
        const middle = 12 * 256
        for (let k = 40; k < 250; k++) {
            const depthMm = (k * catheter.depth_um) / 256 / 1000
            const gainDb = (catheter.tgc_slope_cdb_per_mm * depthMm) / 100
            const expected = amplitudeToCode(envelope[k]! * 10 ** (gainDb / 20))
            const got = frame.codes[middle + k]!
            // 10 bits: an echo 54 dB below full scale is below the last bit.
            if (expected < 100) below++
            else errors.push(Math.abs(got - expected))
        }
    }
    errors.sort((a, b) => a - b)
    const median = errors[errors.length >> 1]!
    assert.ok(errors.length > 300, `${errors.length} samples, ${below} too dark`)
    // 0.28 dB per code: the window of 25 RF samples blurs speckle by some dB at its edges, in the
    // middle by less than one.
    assert.ok(median <= 4, `${median} codes`)
})

pullback.run()

const record = suite("records of an un0rick")

record("each ends with the digest that the specification defines", async () => {
    const parts: Uint8Array[] = []
    const bench = await homed({
        onBytes: bytes => void parts.push(Uint8Array.from(bytes)),
    })
    parts.length = 0
    await bench.pullTo(machine.STATE_LIVE)
    await bench.wait(400)
    const bytes = Buffer.concat(parts)
    // As in src/shared/protocol/README.md, without code of src/shared: a burst of lines has type
    // 17.
    let records = 0
    for (let at = 0; at + 64 <= bytes.length;) {
        const length = bytes.readUInt32LE(at + 16)
        if (bytes[at + 5] === 17) {
            const size = length / bytes.readUInt16LE(at + 34)
            for (let i = at + 64; i < at + 64 + length; i += size) {
                const one = Buffer.from(bytes.subarray(i, i + size))
                const reported = Buffer.from(one.subarray(-4))
                one.fill(0, size - 4)
                const digest = createHash("sha256").update(one).digest()
                assert.ok(digest.subarray(0, 4).equals(reported))
                assert.ok(one.readUInt16LE(16) & 0x20)
                records++
            }
        }
        at += 64 + length
    }
    assert.ok(records >= 5, `${records}`)
})

record("a flipped bit on the link loses its lines, which are counted", async () => {
    const bench = await pulling()
    bench.cart.board.startFault("link-flip")
    await bench.cart.until(() => bench.ended, bench.nowUs + 30e6)
    const { stream, assembler, end } = bench.cart.receiver
    const { linesDamaged } = stream.faults
    assert.ok(linesDamaged >= 1)
    assert.is(end!.lines_fired, bench.cart.board.transmit.count)
    assert.is(assembler!.counts.missing, end!.lines_fired - assembler!.counts.received)
    assert.ok(assembler!.counts.missing >= linesDamaged)
})

record("lines do not leak memory", async () => {
    const bench = await homed({}, { ...UN0RICK, frameRateHz: 8 })
    await bench.pullTo(machine.STATE_LIVE)
    await bench.wait(1000)
    const first = await liveHeap(bench)
    await bench.wait(5000)
    const last = await liveHeap(bench)
    assert.ok(bench.cart.board.transmit.count > 1000)
    console.log(
        `${first.minBytes} to ${first.maxBytes} B in use at first, ${last.minBytes} to ${last.maxBytes} B after, ${last.freeBytes} B free`
    )
    // The minimum: the maximum varies by 40 bytes with the phase between a frame's check and the
    // control loop.
    const growth = last.minBytes - first.minBytes
    assert.ok(growth <= 8, `${growth} bytes more`)
})

record.run()

const files = suite("result files of a pullback with an un0rick")
keepCalibration(files)

files(
    "show depth instead of cross-sections and no lumen, and a replay writes the same",
    async () => {
        const folder = mkdtempSync(join(tmpdir(), "ivus-un0rick-"))
        try {
            const out = join(folder, "out")
            const run = await ivus(
                "pullback",
                "--once",
                "--json",
                "--catheter",
                catheter.id,
                "--frame-rate",
                "1",
                "--length",
                "2",
                "--out",
                out
            )
            assert.is(run.status, 0, run.err)
            const summary = JSON.parse(run.out)
            assert.is(summary.lumen, null)
            assert.is(summary.clean, true)
            assert.is(summary.lines.fired, summary.lines.received)
            assert.equal(readdirSync(out).sort(), [
                "capture.ivl",
                "depth-lines-0000.png",
                "depth-lines-0001.png",
                "longitudinal.dcm",
                "longitudinal.png",
                "measurements.csv",
                "pullback.dcm",
                "report.dcm",
                "report.html",
                "run.json",
                "run.log",
                "timing.html",
                "timing.json",
            ])
            const csv = readFileSync(join(out, "measurements.csv"), "utf8")
            assert.match(csv.split("\n")[1]!, /^0,0\.000,[\d.]+,{15}(unreviewed)?$/)
            const replayed = join(folder, "replayed")
            const replay = await ivus("replay", join(out, "capture.ivl"), "--out", replayed)
            assert.is(replay.status, 0, replay.err)
            for (const name of ["longitudinal.png", "measurements.csv"])
                assert.ok(readFileSync(join(out, name)).equals(readFileSync(join(replayed, name))))
        } finally {
            rmSync(folder, { recursive: true, force: true })
        }
    }
)

files.run()
