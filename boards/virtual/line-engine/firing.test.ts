// The sequencer: firing times, records, gate and window, triggers, FIFO overflow.
// Times are compared to 1e-6 us: a double holds 1e8 us to 1.5e-8 us.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { crc32c } from "../../../src/shared/protocol/crc32c"
import { getNumber } from "../../../src/shared/protocol/bytes"
import * as le from "../../../src/shared/devices/line-engine"
import * as record from "../../../src/shared/acquisition/line-record"
import { BusMaster, type LineRecord } from "./testing/bus-master"

const test = suite("line engine: firing")

const TIME_TOLERANCE_US = 1e-6

/** Advances time in steps that keep the engine serviced, and reads all records of 16 samples. */
function collect(m: BusMaster, us: number, stepUs = 5000): LineRecord[] {
    const lines: LineRecord[] = []
    for (let t = 0; t < us; t += stepUs) {
        m.wait(Math.min(stepUs, us - t))
        lines.push(...m.records(2048, 16))
    }
    return lines
}

test("line n fires at FIRE + n periods, independent of bus accesses", () => {
    const m = new BusMaster()
    m.timeUs = 123_456.7
    // A period that is not a whole number of microseconds: 1800 rpm × 256.
    assert.ok(m.arm(256, 16, 130.208))
    m.wait(17)
    const startUs = m.timeUs
    assert.ok(m.fire())
    const lines = collect(m, 300_000, 7777)
    // Lines due up to the last access: floor(300,000 / 130.208) = 2304, and line 0.
    assert.is(m.pulses.length, 2305)
    for (const [n, at] of m.pulses.entries())
        assert.ok(Math.abs(at - startUs - n * 130.208) < TIME_TOLERANCE_US)
    assert.is(lines.length, m.pulses.length)
    for (const [n, r] of lines.entries()) {
        assert.is(r.line, n)
        assert.is(r.tick_us, Math.floor(m.pulses[n]!))
        assert.is(r.index, n % 256)
        assert.is(r.frame, Math.floor(n / 256))
        assert.is(r.flags, n % 256 === 0 ? record.LINE_FRAME_START : 0)
        assert.is(r.samples, 16)
        assert.is(crc32c(r.bytes, 0, 36, 0), getNumber(r.bytes, 36, "u32"))
    }
})

test("a record contains the encoder count at its own time, not at the time of reading", () => {
    const m = new BusMaster()
    m.countsPerUs = 0.0313
    assert.ok(m.arm(8, 16, 100))
    m.write(le.REG_POSITION, 0xfffffff0) // -16: the count crosses zero
    const base = -16 - Math.floor(m.timeUs * m.countsPerUs)
    assert.ok(m.fire())
    for (const [n, r] of collect(m, 50_000).entries())
        assert.is(r.position_counts, base + Math.floor(m.pulses[n]! * m.countsPerUs))
})

test("repeated FIRE and ARM, as after a lost reply, do not disturb the line timing", () => {
    const m = new BusMaster()
    assert.ok(m.arm(4, 16, 1000))
    assert.ok(m.control(le.CONTROL_ARM))
    assert.ok(m.fire())
    m.wait(1500)
    assert.ok(m.fire())
    assert.not(m.control(le.CONTROL_ARM), "ARM while firing")
    m.wait(1600)
    m.flags()
    assert.equal(m.pulses, [0, 1000, 2000, 3000])
})

test("FIRE needs ARM; STOP ends firing and keeps the FIFO; line numbers continue after ARM", () => {
    const m = new BusMaster()
    assert.not(m.fire())
    assert.ok(m.arm(4, 16, 1000))
    m.fire()
    m.wait(5500)
    assert.ok(m.control(le.CONTROL_STOP))
    assert.is(m.flags() & (le.FLAG_ARMED | le.FLAG_FIRING), 0)
    m.wait(50_000)
    assert.is(m.records(100, 16).length, 6)
    assert.is(m.pulses.length, 6)
    assert.ok(m.control(le.CONTROL_ARM))
    m.fire()
    const [next] = m.records(1, 16).concat(collect(m, 1000))
    assert.equal([next!.line, next!.frame, next!.index], [6, 0, 0])
})

/** A sled at 1 count per 100 us through the window 100 to 200, with frames of 8 lines at 130 us. */
function pull(openGateAfterUs: number): LineRecord[] {
    const m = new BusMaster()
    m.countsPerUs = 0.01
    assert.ok(m.arm(8, 16, 130))
    m.write(le.REG_WINDOW_START, 100)
    m.write(le.REG_WINDOW_END, 200)
    m.fire()
    const before = collect(m, openGateAfterUs)
    assert.is(m.write(le.REG_GATE, 1), 1)
    return [...before, ...collect(m, 30_000 - openGateAfterUs)]
}

test("AT_SPEED: inside the window, start included and end excluded, with the gate open", () => {
    for (const openUs of [2000, 13_000])
        for (const r of pull(openUs)) {
            const inside = r.position_counts >= 100 && r.position_counts < 200
            const open = r.tick_us > openUs
            assert.is(
                (r.flags & record.LINE_AT_SPEED) !== 0,
                inside && open,
                `${r.position_counts} at ${r.tick_us} us`
            )
        }
})

test("an imaged section starts with a complete frame", () => {
    for (const openUs of [2000, 13_000]) {
        const lines = pull(openUs)
        const cuts = lines.filter(r => r.flags & record.LINE_FRAME_CUT)
        assert.is(cuts.length, 1)
        const first = lines.find(r => r.flags & record.LINE_AT_SPEED)!
        assert.is(first, cuts[0])
        const before = lines[first.line - 1]!
        // Otherwise no frame was cut and the test proves nothing.
        assert.is.not(before.index, 7)
        assert.is(first.index, 0)
        assert.is(first.frame, before.frame + 1)
        assert.ok(first.flags & record.LINE_FRAME_START)
        for (const [n, r] of lines.slice(first.line).entries()) {
            assert.is(r.index, n % 8)
            assert.is(r.frame, first.frame + Math.floor(n / 8))
        }
    }
})

test("every section after closing the gate or leaving the window starts with a complete frame", () => {
    const m = new BusMaster()
    assert.ok(m.arm(8, 16, 100))
    m.write(le.REG_WINDOW_START, 0)
    m.write(le.REG_WINDOW_END, 10)
    m.write(le.REG_GATE, 1)
    m.fire()
    const lines = collect(m, 350)
    m.write(le.REG_GATE, 0)
    lines.push(...collect(m, 200))
    m.write(le.REG_GATE, 1)
    lines.push(...collect(m, 400))
    m.write(le.REG_POSITION, 50)
    lines.push(...collect(m, 200))
    m.write(le.REG_POSITION, 5)
    lines.push(...collect(m, 200))
    // 0 to 350 us are lines 0 to 3, then one per 100 us.
    const summary = lines.map(
        r =>
            `${r.frame}.${r.index}` +
            (r.flags & record.LINE_AT_SPEED ? "s" : "") +
            (r.flags & record.LINE_FRAME_CUT ? "c" : "")
    )
    assert.equal(
        summary.join(" "),
        "0.0s 0.1s 0.2s 0.3s 0.4 0.5 1.0sc 1.1s 1.2s 1.3s 1.4 1.5 2.0sc 2.1s"
    )
})

test("every line carries the epoch, which is written together with the gate", () => {
    const m = new BusMaster()
    assert.ok(m.arm(8, 16, 100))
    m.write(le.REG_WINDOW_END, 10)
    // Other bits of the register are not stored.
    assert.is(m.write(le.REG_GATE, 0xffff7ff1), 0x7f01)
    m.fire()
    const lines = collect(m, 350)
    m.write(le.REG_GATE, 0x8000)
    lines.push(...collect(m, 400))
    assert.equal(
        lines.map(r => [r.flags >> record.LINE_EPOCH_SHIFT, r.flags & 1]),
        [...Array(4).fill([0x7f, 1]), ...Array(4).fill([0x80, 0])]
    )
})

test("counts triggers with their time and flags the next line", () => {
    const m = new BusMaster()
    m.engine.firing.trigger(m.timeUs)
    assert.ok(m.arm(8, 16, 100))
    m.fire()
    const lines = collect(m, 250)
    m.engine.firing.trigger(m.timeUs)
    const tick = m.engine.firing.tickUs()
    lines.push(...collect(m, 300))
    // The trigger before ARM is counted and flags no line.
    assert.is(m.read(le.REG_TRIGGERS), 2)
    assert.is(m.read(le.REG_TRIGGER_TICK), tick)
    const flagged = lines.filter(r => r.flags & record.LINE_TRIGGER)
    assert.equal(
        flagged.map(r => r.line),
        [3]
    )
})

test("a full FIFO drops new lines, counts them, and the line numbers show the gap", () => {
    const m = new BusMaster()
    assert.ok(m.arm(8, 16, 10))
    m.fire()
    // Lines 0 to 2547 are due: 2048 fit.
    m.wait(25_475)
    const status = m.transfer(new Uint8Array(8))
    assert.is(getNumber(status, le.STATUS_LEVEL_AT, "u16"), 2048)
    assert.is(getNumber(status, le.STATUS_DROPPED_AT, "u32"), 500)
    assert.is(m.read(le.REG_DROPPED), 500)
    assert.is(m.read(le.REG_FIRED), 2548)
    assert.is(m.pulses.length, 2548)
    const lines = m.records(2048, 16)
    assert.is(lines.length, 2048)
    assert.ok(lines.every((r, n) => r.line === n))
    m.wait(10)
    const [next] = m.records(1, 16)
    assert.is(next!.line, 2548)
    assert.is(next!.index, 2548 % 8)
    assert.is(next!.frame, Math.floor(2548 / 8))
})

test.run()
