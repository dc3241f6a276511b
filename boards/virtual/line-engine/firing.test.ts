// The sequencer: times, records, gate and window, FIFO overflow, transmit inhibit, watchdog, power.
// Times are compared to 1e-6 us: a double holds 1e8 us to 1.5e-8 us.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { crc32c } from "../../../src/shared/protocol/crc32c"
import { getNumber, putNumber } from "../../../src/shared/protocol/bytes"
import * as le from "../../../src/shared/devices/line-engine"
import * as record from "../../../src/shared/acquisition/line-record"
import { amplitudeToCode } from "../../../src/shared/acquisition/sample-codes"
import { BusMaster, command, type LineRecord, samplesOf } from "./testing/bus-master"

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

test("an imaged section starts with a whole frame", () => {
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

test("every section after closing the gate or leaving the window starts with a whole frame", () => {
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

test("transmit inhibit: no pulse and no line number, counted, time continues, FIRE is refused", () => {
    const m = new BusMaster()
    m.engine.firing.inhibited = true
    assert.ok(m.arm(8, 16, 1000))
    assert.ok(m.flags() & le.FLAG_INHIBITED)
    assert.not(m.fire())
    m.engine.firing.inhibited = false
    assert.ok(m.fire())
    m.wait(2500)
    m.flags()
    m.engine.firing.inhibited = true
    m.wait(4000)
    assert.ok(m.flags() & le.FLAG_FIRING)
    assert.is(m.read(le.REG_REFUSED), 4)
    m.engine.firing.inhibited = false
    m.wait(1000)
    const lines = m.records(99, 16)
    assert.equal(m.pulses, [0, 1000, 2000, 7000])
    assert.equal(
        lines.map(r => [r.line, r.index, r.tick_us]),
        [
            [0, 0, 0],
            [1, 1, 1000],
            [2, 2, 2000],
            [3, 3, 7000],
        ]
    )
})

test("a table change while firing stops it with CAUSE 3 and FIRE and ARM are refused; unused entries may change", () => {
    const m = new BusMaster()
    assert.ok(m.arm(8, 16, 100))
    assert.ok(m.fire())
    m.engine.disturbTable(8 * 16, 0)
    m.wait(1000).flags()
    assert.is(m.pulses.length, 11)
    m.engine.disturbTable(8 * 16 - 1, 0)
    m.wait(1000).flags()
    assert.is(m.pulses.length, 11)
    assert.is(m.flags() & (le.FLAG_ARMED | le.FLAG_FIRING), 0)
    assert.is(m.read(le.REG_CAUSE), le.CAUSE_TABLE)
    assert.not(m.control(le.CONTROL_ARM))
    // Changed between ARM and FIRE.
    m.engine.disturbTable(8 * 16 - 1, 0)
    assert.ok(m.control(le.CONTROL_ARM))
    m.engine.disturbTable(3, 7)
    assert.not(m.fire())
    assert.is(m.read(le.REG_CAUSE), le.CAUSE_TABLE)
    assert.is(m.pulses.length, 11)
})

test("a stuck FIFO level appears in status and replies, and no record is lost", () => {
    const m = new BusMaster()
    assert.ok(m.arm(8, 16, 100))
    assert.ok(m.fire())
    m.wait(1000)
    m.engine.stickLevel(0)
    assert.is(m.records(20, 16).length, 0)
    m.engine.stickLevel(5)
    assert.is(m.records(20, 16).length, 5)
    m.engine.stickLevel(undefined)
    assert.equal(
        m.records(20, 16).map(r => r.line),
        [5, 6, 7, 8, 9, 10]
    )
})

test("service watchdog: a line due 100 ms after the last service fires, a later one does not", () => {
    const m = new BusMaster()
    assert.ok(m.arm(8, 16, 10_000))
    m.fire()
    m.wait(500_000)
    // Only a status read: too short to count as service.
    assert.is(
        m.peekFlags(),
        le.FLAG_UNSERVICED | le.FLAG_CATHETER,
        "ended, neither armed nor firing"
    )
    assert.is(m.pulses.length, 11)
    assert.is(m.pulses.at(-1), le.SERVICE_LIMIT_US)
    m.control(le.CONTROL_CLEAR)
    assert.ok(m.flags() & le.FLAG_UNSERVICED, "CLEAR does not reset it")
    assert.ok(m.control(le.CONTROL_ARM))
    assert.is(m.flags() & le.FLAG_UNSERVICED, 0)
})

test("service watchdog: any valid command of 16 bytes feeds it, damaged and short ones do not", () => {
    const idle = (mosi: Uint8Array): number => {
        const m = new BusMaster()
        assert.ok(m.arm(8, 16, 1000))
        m.fire()
        for (let i = 0; i < 5; i++) {
            m.wait(60_000)
            m.transfer(mosi)
        }
        return m.peekFlags() & le.FLAG_UNSERVICED
    }
    const good = command(le.OP_STATUS, 0, 0, 0)
    assert.is(idle(good), 0)
    assert.is(
        idle(new Uint8Array(16)),
        le.FLAG_UNSERVICED,
        "a data line stuck low is not a command"
    )
    assert.is(idle(good.subarray(0, 15)), le.FLAG_UNSERVICED)
    assert.is(idle(Uint8Array.from(good).fill(1, 8, 9)), le.FLAG_UNSERVICED)
})

test("unplugging the catheter ends firing at once", () => {
    const m = new BusMaster()
    assert.ok(m.arm(8, 16, 1000))
    m.fire()
    m.wait(3500)
    m.flags()
    m.engine.plug({ id: "", serial: 0 })
    m.wait(50_000)
    assert.is(m.flags(), 0)
    assert.is(m.pulses.length, 4)
})

test("power-on: all registers as in the data sheet, and the line clock at 0", () => {
    const m = new BusMaster()
    assert.ok(m.arm(8, 16, 1000))
    m.write(le.REG_GATE, 1)
    m.write(le.REG_WINDOW_END, 9)
    m.writeTable(0, new Uint8Array(16))
    m.read(0xff)
    m.fire()
    m.wait(80_000.5)
    m.engine.powerCycle(m.timeUs)
    assert.is(m.pulses.length, 81, "lines due before the power failure")
    assert.is(m.flags(), le.FLAG_RESET | le.FLAG_CATHETER)
    assert.is(m.read(le.REG_TICK), 0)
    m.wait(1234)
    assert.is(m.read(le.REG_TICK), 1234)
    for (const address of [
        ...[le.REG_POSITION, le.REG_WINDOW_END, le.REG_GATE, le.REG_FIRED],
        ...[le.REG_DROPPED, le.REG_REFUSED],
    ])
        assert.is(m.read(address), 0)
    assert.is(m.read(le.REG_SAMPLES), 256)
    assert.is(m.records(9, 256).length, 0)
    assert.is(m.pulses.length, 81)
})

test("line clock and position wrap at 32 bits", () => {
    const m = new BusMaster()
    m.timeUs = 2 ** 32 - 1
    assert.is(m.read(le.REG_TICK), 0xffffffff)
    m.wait(1.5)
    assert.is(m.read(le.REG_TICK), 0)
    m.write(le.REG_POSITION, 0x7fffffff)
    m.engine.firing.onCounts(1)
    assert.is(m.read(le.REG_POSITION), 0x80000000)
})

/** An arbitrary gain curve with rising and falling parts and a step. */
const CURVE = Array.from({ length: 32 }, (_, i) =>
    i < 9 ? 250 * i : i < 20 ? 4000 : (i * 1237) % 3000
)

function loadCurve(m: BusMaster, curve: readonly number[], stepNs: number): void {
    m.write(le.REG_TGC_STEP_NS, stepNs)
    for (let i = 0; i < 32; i += 2) m.write(le.REG_TGC_0 + i / 2, curve[i]! | (curve[i + 1]! << 16))
}

/** Gain at a time as specified in the data sheet. */
function gainDbAt(curve: readonly number[], stepNs: number, ns: number): number {
    for (let i = 0; i < 31; i++)
        if (ns < (i + 1) * stepNs) {
            const share = (ns - i * stepNs) / stepNs
            return (curve[i]! + share * (curve[i + 1]! - curve[i]!)) / 100
        }
    return curve[31]! / 100
}

test("samples: TGC by the sample period of entry 0, then companding", () => {
    const amplitudes = [0, 1e-9, 3e-4, 0.001, 0.02, 0.3, 1, 50, -1, NaN]
    const echo = (_: number, out: Float32Array): void => {
        for (let k = 0; k < out.length; k++) out[k] = amplitudes[k % amplitudes.length]!
    }
    const m = new BusMaster(echo)
    const entry = new Uint8Array(16)
    // 100 ns a sample.
    putNumber(entry, 12, "u32", 100_000)
    m.writeTable(0, entry)
    // 64 samples take 6.3 us: the last of them are after the last point.
    loadCurve(m, CURVE, 190)
    assert.ok(m.arm(1, 64, 1000))
    m.fire()
    const [line] = m.records(1, 64).concat(m.wait(1).records(1, 64))
    for (const [k, code] of samplesOf(line!).entries()) {
        const gainDb = gainDbAt(CURVE, 190, 100 * k)
        const amplitude = amplitudes[k % amplitudes.length]!
        const exact = amplitude > 0 ? amplitude * 10 ** (gainDb / 20) : 0
        // The model's table has steps of 0.004 dB, a code 0.28 dB: at a boundary the neighbour is possible.
        assert.ok(Math.abs(code - amplitudeToCode(exact)) <= 1, `${k}`)
        if (!(amplitude > 1e-9)) assert.is(code, 0)
        if (amplitude >= 1) assert.is(code, 255)
    }
})

test("TGC: the curve at ARM applies, and for channel data it starts at the first sample's time", () => {
    const m = new BusMaster(
        (_, out) => void out.fill(0.01),
        (_, out) => void out.fill(0.01)
    )
    const entry = new Uint8Array(16)
    putNumber(entry, 12, "u32", 100_000)
    m.writeTable(0, entry)
    loadCurve(m, CURVE, 190)
    assert.ok(m.arm(1, 16, 1000))
    m.fire()
    // Locked while armed: the curve of ARM stays in use.
    m.write(le.REG_TGC_0, 0x00010001)
    const before = samplesOf(m.wait(1).records(1, 16)[0]!)
    m.wait(1000)
    assert.equal(samplesOf(m.records(1, 16)[0]!), before)
    m.control(le.CONTROL_STOP)
    m.write(le.REG_SAMPLE_FORMAT, record.SAMPLE_FORMAT_RF16)
    m.write(le.REG_FIRST_SAMPLE_NS, 1650)
    assert.ok(m.arm(1, 16, 1000))
    m.fire()
    const { bytes } = m.wait(1).records(1, 32)[0]!
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    for (let k = 0; k < 16; k++) {
        const db = gainDbAt(CURVE, 190, 1650 + 100 * k)
        const exact = 32768 * 0.01 * 10 ** (db / 20)
        // Half a unit of the last bit, and the rounding of a float32 gain.
        const got = view.getInt16(record.LINE_HEADER_LENGTH + 2 * k, true)
        assert.ok(
            Math.abs(got - Math.min(32767, exact)) <= 0.51 + exact * 1e-6,
            `${k}: ${got} instead of ${exact}`
        )
    }
})

test.run()
