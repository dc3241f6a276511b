// The sled rig: bus faults, instruments, and the ruler.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { BusMaster } from "./testing/bus-master"
import { SLED_FAULT_NAMES } from "./faults"

const test = suite("sled rig")

test("a disconnected bus reads all ones or zeros and nothing reaches the chip; afterwards the chip is unchanged", () => {
    const m = new BusMaster({ seed: 1 }).begin()
    for (const [fault, value] of [
        ["bus-all-ones", 0xffffffff],
        ["bus-all-zeros", 0],
    ] as const) {
        m.rig.faults.inject(fault, m.timeUs)
        assert.is(m.read("IOIN"), value)
        m.write("XTARGET", 4711)
        m.rig.faults.clear(fault, m.timeUs)
        assert.is(m.read("IOIN") >>> 24, 0x30)
        assert.is(m.read("XTARGET"), 0)
    }
})

test("a stuck bus repeats its last reply or one byte, and nothing reaches the chip", () => {
    const m = new BusMaster({ seed: 1 }).begin()
    m.write("XTARGET", 0x01020304)
    assert.is(m.read("XTARGET"), 0x01020304)
    m.rig.faults.inject("bus-stuck", m.timeUs)
    assert.is(m.read("IOIN"), 0x01020304)
    m.write("XTARGET", 4711)
    assert.is(m.read("GSTAT"), 0x01020304)
    m.rig.faults.inject("bus-stuck", m.timeUs, 0x30)
    assert.is(m.read("IOIN"), 0x30303030)
    m.write("XTARGET", 4711)
    m.rig.faults.clear("bus-stuck", m.timeUs)
    assert.is(m.read("IOIN") >>> 24, 0x30)
    assert.is(m.read("XTARGET"), 0x01020304)
    assert.throws(() => m.rig.faults.inject("bus-stuck", m.timeUs, 256), "255")
})

test("driver-reset while moving: the sled stops, the flag reports it, and the chip works after a new configuration", () => {
    const m = new BusMaster({ seed: 1, sled: { startPositionMm: 10 } })
        .begin()
        .ramp({ speed: 2, accel: 40 })
        .target(30)
    m.advanceMs(2000)
    m.rig.faults.inject("driver-reset", m.timeUs)
    m.advanceMs(500)
    const at = m.rig.sled.positionMm
    m.advanceMs(500)
    assert.is(m.rig.sled.positionMm, at)
    assert.is(m.read("GSTAT") & 1, 1)
    m.begin().ramp({ speed: 2, accel: 40 }).target(2).finish()
    // the rotor snaps to the nearest electrical period: up to half of 20 um
    assert.ok(Math.abs(m.rig.sled.positionMm - at - 2) < 0.025)
})

test("every listed fault can be injected and cleared", () => {
    const m = new BusMaster({ seed: 1 }).begin().ramp({ speed: 2, accel: 40 })
    for (const name of SLED_FAULT_NAMES) {
        m.rig.faults.inject(name, m.timeUs)
        m.advanceMs(5)
        m.rig.faults.clear(name, m.timeUs)
        m.advanceMs(5)
        assert.is(m.rig.faults.active.length, 0)
    }
})

test("ruler: interpolation between samples, speed windows, limits of the log", () => {
    const m = new BusMaster({
        seed: 1,
        sled: { startPositionMm: 10, screwErrorUmPp: 0, detentN: 0 },
    }).begin()
    m.ramp({ speed: 2, accel: 40 }).target(10).advanceMs(3000)
    const r = m.rig.ruler
    const a = r.positionMm(2_000_000)
    const b = r.positionMm(2_001_000)
    // linear between samples at constant speed; 10 nm of ripple
    assert.ok(Math.abs(r.positionMm(2_000_500) - (a + b) / 2) < 1e-5)
    assert.ok(Math.abs(r.speedMmPerS(2_000_000, 100) - 2) < 1e-3)
    assert.ok(Math.abs(r.speedMmPerS(m.timeUs, 100) - 2) < 2e-3, "window cut at the newest time")
    m.advanceMs(0.4)
    // at the present time, 40 us after a step: 0.08 um further at 2 mm/s
    m.timeUs = Math.floor(m.timeUs / 100) * 100 + 140
    m.advanceMs(0)
    const ahead = r.positionMm(m.timeUs) - m.rig.sled.positionMm
    assert.ok(Math.abs(ahead - 0.08e-3) < 0.01e-3, `${ahead}`)
    assert.throws(() => r.positionMm(m.timeUs + 1), /future/)
    assert.throws(() => r.positionMm(-1), /not in the log/)
    assert.throws(() => r.speedMmPerS(1e6, 0), /positive/)
})

test.run()
