// End switches and StallGuard: stops, restarts, latches, flags of SW_MODE and RAMP_STAT (6.3.2, 12.4).
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { BusMaster } from "./testing/bus-master"
import { DRV_STATUS, RAMP_STAT, SPI_STATUS, SW_MODE } from "./registers"
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

test("hard stop at the home switch: within one 100 us step, exact latch, motor holds [IVUS-MOT-007]", () => {
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
    const m = new BusMaster({ seed: 7, sled: { startPositionMm: 160 } })
        .begin()
        .ramp({ speed: 2, accel: 40 })
    assert.is(m.read("RAMP_STAT") & 3, 0)
    m.write("SW_MODE", SW_MODE.polStopL | SW_MODE.polStopR)
    assert.is(m.read("RAMP_STAT") & 3, 3, "inverted, both read as reached")
    m.write("SW_MODE", SW_MODE.stopREnable | SW_MODE.latchRActive)
    m.target(50).finish()
    assert.is(
        m.read("RAMP_STAT") & 0x3f,
        RAMP_STAT.statusStopR | RAMP_STAT.statusLatchR | RAMP_STAT.eventStopR
    )
    // 0.1 mm/s of one step of 100 us, backlash and screw error
    assert.ok(Math.abs(m.rig.sled.positionMm - 165) < 0.0055)
    m.write("SW_MODE", SW_MODE.swapLr)
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

test("a short to ground hides a switch, a cut wire stops the sled at once [IVUS-MOT-007]", () => {
    const short = homing(SW_MODE.stopLEnable)
    short.rig.faults.inject("home-switch-short", short.timeUs)
    short.advanceMs(3500)
    assert.ok(short.rig.sled.positionMm < -0.5)
    const cut = homing(SW_MODE.stopLEnable)
    cut.advanceMs(500)
    cut.rig.faults.inject("home-switch-wire-cut", cut.timeUs)
    cut.advanceMs(1)
    assert.is(cut.rig.chip.core.ramp.moving, false)
    cut.rig.faults.clear("home-switch-wire-cut", cut.timeUs)
    cut.advanceMs(100)
    assert.ok(cut.rig.chip.core.ramp.velocity < 0, "the motor restarts when the wire is mended")
})

test("IOIN shows the levels of both switches and of DRV_ENN, for every fault of the wires", () => {
    const m = new BusMaster({ seed: 7, sled: { startPositionMm: 20 } })
    const inputs = (): number => m.read("IOIN") & 0x13
    const under = (fault: string): number => {
        m.rig.faults.inject(fault, m.timeUs)
        const levels = inputs()
        m.rig.faults.clear(fault, m.timeUs)
        return levels
    }
    assert.is(inputs(), 16, "free, driver disabled")
    assert.is(under("home-switch-wire-cut"), 17)
    assert.is(under("far-switch-wire-cut"), 18)
    assert.is(under("switch-cable-off"), 19)
    m.begin()
    assert.is(inputs(), 0, "enabled")
    const home = new BusMaster({ seed: 7, sled: { startPositionMm: -1 } })
    assert.is(home.read("IOIN") & 3, 1)
    for (const [fault, levels] of [
        ["switches-swapped", 2],
        ["home-switch-short", 0],
        ["far-switch-short", 1],
    ] as const) {
        home.rig.faults.inject(fault, home.timeUs)
        assert.is(home.read("IOIN") & 3, levels, fault)
        home.rig.faults.clear(fault, home.timeUs)
    }
})

/** Mean and standard deviation of 100 readings of SG_RESULT, one a millisecond. */
const readings = (m: BusMaster): { mean: number; deviation: number } => {
    const values: number[] = []
    for (let i = 0; i < 100; i++) {
        m.advanceMs(1)
        values.push(m.read("DRV_STATUS") & 0x3ff)
    }
    const mean = values.reduce((sum, v) => sum + v) / values.length
    const squares = values.reduce((sum, v) => sum + (v - mean) ** 2, 0)
    return { mean, deviation: Math.sqrt(squares / values.length) }
}

const stallGuard = (speed: number, seed = 7): BusMaster => {
    const m = new BusMaster({ seed, sled: { startPositionMm: 20 } })
        .begin()
        .ramp({ speed, accel: 40 })
    m.write("TCOOLTHRS", Math.round(2 ** 24 / m.velocity(2)))
    m.write("SW_MODE", SW_MODE.sgStop)
    return m.target(100)
}

test("StallGuard: the value falls with load, and a jam stops the motor until RAMP_STAT is written (sg_stop)", () => {
    const m = stallGuard(4)
    m.advanceMs(1000)
    const free = readings(m)
    m.rig.setLoad(-90, m.timeUs)
    m.advanceMs(200)
    const loaded = readings(m)
    // half of the pull-out force of 174 N takes more than a third of the value
    assert.ok(loaded.mean < 0.66 * free.mean && loaded.mean > 0, `${free.mean} ${loaded.mean}`)
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

test("StallGuard: noise, motor tolerance, speed, and no use below a revolution per second", () => {
    const at = (speed: number, seed = 7, sfilt = 0): { mean: number; deviation: number } => {
        const m = stallGuard(speed, seed)
        m.write("COOLCONF", sfilt << 24)
        m.advanceMs(1500)
        return readings(m)
    }
    const fast = at(5)
    assert.ok(fast.deviation > 5, `${fast.deviation}`)
    assert.ok(at(5, 7, 1).deviation < fast.deviation, "sfilt")
    assert.ok(at(2).mean < 0.8 * fast.mean, "speed")
    const motors = [1, 2, 3, 4, 5, 6].map(seed => at(5, seed).mean)
    // 30 % either way are drawn; six motors differ by at least 10 %
    assert.ok(Math.max(...motors) > 1.1 * Math.min(...motors), motors.join())
    const m = stallGuard(0.3)
    m.advanceMs(1000)
    const free = readings(m)
    m.rig.setLoad(-90, m.timeUs)
    m.advanceMs(200)
    assert.ok(Math.abs(readings(m).mean - free.mean) < 2 * free.deviation, "lost in the noise")
})

test("StallGuard: one value per full step", () => {
    const m = stallGuard(0.5)
    m.advanceMs(1500)
    // 100 full steps a second: 10 ms each
    let changes = 0
    let before = -1
    for (let i = 0; i < 200; i++) {
        m.advanceMs(1)
        const value = m.read("DRV_STATUS") & 0x3ff
        if (value !== before) changes++
        before = value
    }
    // 200 readings of 1.08 ms hold 21 to 22 full steps; some values are equal by chance or 0
    assert.ok(changes > 5 && changes <= 23, `${changes}`)
})

test("open load flags: an open coil, and false positives in fast motion and at standstill", () => {
    const FLAGS = DRV_STATUS.ola | DRV_STATUS.olb
    const flagsIn = (m: BusMaster, ms: number): number => {
        let flags = 0
        for (let i = 0; i < ms; i++) {
            m.advanceMs(1)
            flags |= m.read("DRV_STATUS") & FLAGS
        }
        return flags
    }
    const m = new BusMaster({ seed: 7, sled: { startPositionMm: 20 } })
        .begin()
        .ramp({ speed: 1, accel: 40 })
    m.target(100).advanceMs(500)
    assert.is(flagsIn(m, 300), 0, "slow motion")
    m.rig.faults.inject("open-load", m.timeUs)
    assert.is(flagsIn(m, 50), DRV_STATUS.ola)
    m.rig.faults.clear("open-load", m.timeUs)
    m.write("VMAX", m.velocity(8))
    m.advanceMs(500)
    assert.is(flagsIn(m, 300), FLAGS, "fast motion")
    // at rest on a zero of coil A, 2^20 clocks after the last step
    m.write("XTARGET", 40 * 51200)
    m.advanceMs(6000)
    assert.is(m.read("XACTUAL"), 40 * 51200)
    assert.is(flagsIn(m, 10), DRV_STATUS.ola, "standstill")
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
