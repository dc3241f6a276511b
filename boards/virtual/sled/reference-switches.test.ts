// End switches and StallGuard: stops, restarts, latches, flags of SW_MODE and RAMP_STAT (6.3.2, 12.4).
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { BusMaster } from "./testing/bus-master"
import { RAMP_STAT, SPI_STATUS, SW_MODE } from "./registers"
import type { SledRigOptions } from "./types"

const test = suite("tmc5160 reference switches")

const homing = (sw: number, options: Partial<SledRigOptions> = {}): BusMaster => {
    const m = new BusMaster({
        seed: 7,
        sled: { startPositionMm: 6 },
        ...options,
    }).begin()
    m.ramp({ speed: 2, accel: 20, decel: 10 })
    m.write("SW_MODE", sw)
    return m.target(-50)
}

test("hard stop at the home switch: within one 100 us step, exact latch, motor holds", () => {
    const m = homing(SW_MODE.stopLEnable | SW_MODE.latchLActive | SW_MODE.enLatchEncoder)
    m.finish(10_000)
    const closed = m.rig.edges.first("left-switch", true)!.timeUs
    const stopped = m.rig.edges.first("ramp-moving", false)!.timeUs
    assert.ok(stopped - closed <= 100, `${stopped - closed} us`)
    const stat = m.read("RAMP_STAT")
    assert.is(stat & 0x3f, RAMP_STAT.statusStopL | RAMP_STAT.statusLatchL | RAMP_STAT.eventStopL)
    assert.is(stat & RAMP_STAT.positionReached, 0)
    assert.ok(m.status() & SPI_STATUS.statusStopL)
    // "when using hard stop, XACTUAL stops exactly at the home position" (12.4)
    assert.is(m.readSigned("XLATCH"), m.readSigned("XACTUAL"))
    // one step at 2 mm/s is 0.2 um; after a hard stop the sled continues within the nut's backlash of 5 um;
    // ENC_LATCH counts in units of 51.2 usteps
    assert.ok(Math.abs(m.rig.sled.positionMm) < 0.0055, `${m.rig.sled.positionMm}`)
    assert.ok(Math.abs(m.readSigned("ENC_LATCH") - m.rig.encoder.countsAt(closed) * 51.2) <= 1)
    m.advanceMs(1000)
    assert.is(m.readSigned("XLATCH"), m.readSigned("XACTUAL"))
})

test("hold mode or a move in the other direction ends the stop condition", () => {
    const m = homing(SW_MODE.stopLEnable | SW_MODE.latchLActive).finish(10_000)
    m.write("RAMPMODE", 3)
    assert.is(
        m.read("RAMP_STAT") & (RAMP_STAT.eventStopL | RAMP_STAT.statusStopL),
        RAMP_STAT.statusStopL
    )
    m.write("XACTUAL", 0)
    m.target(3).finish()
    assert.is(m.readSigned("XACTUAL"), 3 * 51200)
    assert.ok(Math.abs(m.rig.sled.positionMm - 3) < 0.02)
    m.write("RAMP_STAT", RAMP_STAT.statusLatchL)
    assert.is(m.read("RAMP_STAT") & 0x3f, 0)
})

test("the motor continues when the stop function is disabled (note at stop_l_enable)", () => {
    const m = homing(SW_MODE.stopLEnable).finish(10_000)
    assert.is(m.rig.chip.core.ramp.moving, false)
    m.write("SW_MODE", 0)
    m.advanceMs(200)
    assert.ok(m.rig.sled.positionMm < -0.1)
})

test("soft stop brakes with DMAX and D1 and latches the switch position", () => {
    const m = homing(SW_MODE.stopLEnable | SW_MODE.latchLActive | SW_MODE.enSoftstop).finish(10_000)
    // 2 mm/s at 10 mm/s^2 take 0.2 mm and 0.2 s; the registers round by less than 0.1 %
    const ran = (m.readSigned("XLATCH") - m.readSigned("XACTUAL")) / 51200
    assert.ok(Math.abs(ran - 0.2) < 0.001, `${ran} mm`)
    const time =
        m.rig.edges.first("ramp-moving", false)!.timeUs -
        m.rig.edges.first("left-switch", true)!.timeUs
    assert.ok(Math.abs(time - 200_000) < 1000, `${time} us`)
})

test("right switch, polarity and swap", () => {
    const o = { sled: { startPositionMm: 160 }, switchesActiveLow: true }
    const m = new BusMaster({ seed: 7, ...o }).begin().ramp({ speed: 2, accel: 40 })
    assert.is(
        m.read("RAMP_STAT") & 3,
        3,
        "active-low switches read as closed until the polarity is set"
    )
    m.write(
        "SW_MODE",
        SW_MODE.polStopL | SW_MODE.polStopR | SW_MODE.stopREnable | SW_MODE.latchRActive
    )
    assert.is(m.read("RAMP_STAT") & 3, 0)
    m.target(50).finish()
    assert.is(
        m.read("RAMP_STAT") & 0x3f,
        RAMP_STAT.statusStopR | RAMP_STAT.statusLatchR | RAMP_STAT.eventStopR
    )
    assert.ok(Math.abs(m.rig.sled.positionMm - 165) < 0.0055)
    m.write("SW_MODE", SW_MODE.polStopL | SW_MODE.polStopR | SW_MODE.swapLr)
    assert.is(m.read("RAMP_STAT") & 3, RAMP_STAT.statusStopL)
})

test("latches at the inactive edge when moving off the switch", () => {
    const m = new BusMaster({ seed: 7, sled: { startPositionMm: -1 } })
        .begin()
        .ramp({ speed: 2, accel: 20 })
    m.write("SW_MODE", SW_MODE.latchLInactive)
    m.target(4).finish()
    assert.ok(m.read("RAMP_STAT") & RAMP_STAT.statusLatchL)
    // 1 mm from the start; backlash 5 um, screw error 10 um, initial motor position up to 10 um
    assert.ok(Math.abs(m.readSigned("XLATCH") / 51200 - 1) < 0.025)
})

test("stuck switches: an open one does not stop the sled, a closed one stops it at once", () => {
    const open = homing(SW_MODE.stopLEnable)
    open.rig.faults.inject("left-switch-open", open.timeUs)
    open.advanceMs(3500)
    assert.ok(open.rig.sled.positionMm < -0.5)
    const closed = homing(SW_MODE.stopLEnable)
    closed.advanceMs(500)
    closed.rig.faults.inject("left-switch-closed", closed.timeUs)
    closed.advanceMs(1)
    assert.is(closed.rig.chip.core.ramp.moving, false)
    closed.rig.faults.clear("left-switch-closed", closed.timeUs)
    closed.advanceMs(100)
    assert.ok(closed.rig.chip.core.ramp.velocity < 0, "the motor restarts when the switch opens")
})

test("StallGuard: the value falls with load, and a jam stops the motor until RAMP_STAT is written (sg_stop)", () => {
    const m = new BusMaster({ seed: 7, sled: { startPositionMm: 20 } })
        .begin()
        .ramp({ speed: 4, accel: 40 })
    m.write("TCOOLTHRS", Math.round(2 ** 24 / m.velocity(2)))
    m.write("SW_MODE", SW_MODE.sgStop)
    m.target(100).advanceMs(1000)
    const free = m.read("DRV_STATUS") & 0x3ff
    m.rig.setLoad(-20, m.timeUs)
    m.advanceMs(200)
    const loaded = m.read("DRV_STATUS") & 0x3ff
    assert.ok(free > 350 && loaded < free - 100 && loaded > 0, `${free} ${loaded}`)
    m.rig.faults.inject("stall", m.timeUs)
    m.advanceMs(200)
    const x = m.readSigned("XACTUAL")
    assert.ok(m.read("RAMP_STAT") & RAMP_STAT.eventStopSg)
    assert.is(m.read("VACTUAL"), 0)
    m.rig.faults.clear("stall", m.timeUs)
    m.rig.setLoad(0, m.timeUs)
    m.advanceMs(500)
    assert.is(m.readSigned("XACTUAL"), x, "held")
    m.write("RAMP_STAT", RAMP_STAT.eventStopSg)
    m.advanceMs(500)
    assert.ok(m.readSigned("XACTUAL") > x + 51200)
})

test("below TCOOLTHRS a stall does not stop the motor", () => {
    const m = new BusMaster({ seed: 7, sled: { startPositionMm: 20 } })
        .begin()
        .ramp({ speed: 1, accel: 40 })
    m.write("TCOOLTHRS", Math.round(2 ** 24 / m.velocity(2)))
    m.write("SW_MODE", SW_MODE.sgStop)
    m.target(100).advanceMs(1000)
    m.rig.faults.inject("stall", m.timeUs)
    m.advanceMs(500)
    assert.is((m.read("VACTUAL") << 8) >> 8, m.velocity(1))
})

test.run()
