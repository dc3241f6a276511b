// TGC and sampling: 8-bit codes, and channel data as int16.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { putNumber } from "../../../src/shared/protocol/bytes"
import * as le from "../../../src/shared/devices/line-engine"
import * as record from "../../../src/shared/acquisition/line-record"
import { amplitudeToCode } from "../../../src/shared/acquisition/sample-codes"
import { BusMaster, samplesOf } from "./testing/bus-master"

const test = suite("line engine: receiver")

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
