// Conformance of the ramp generator: speeds and accelerations against the data sheet's formulas at several clocks, the
// six-point trapezoid against an independent calculation, exact stops, changes during motion.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { BusMaster, type Move } from "./testing/bus-master"
import { RAMP_STAT } from "./registers"

const test = suite("tmc5160 ramp generator")

/** Times have the resolution of the physics, 100 us: an edge is at most one step late. */
const GRID_US = 100

for (const mhz of [8, 12, 12.5, 16]) {
    test(`speed and acceleration at fclk ${mhz} MHz follow 12.1`, () => {
        const m = new BusMaster({
            seed: 3,
            fclkHz: mhz * 1e6,
            sled: { startPositionMm: 5 },
        }).begin()
        const vmax = 12345
        const amax = 321
        const speed = (vmax * mhz * 1e6) / 2 ** 24
        const accel = (amax * (mhz * 1e6) ** 2) / (512 * 256) / 2 ** 24
        m.write("AMAX", amax)
        m.write("VMAX", vmax)
        m.write("RAMPMODE", 1)
        const startUs = m.timeUs
        // a third of the way up; VACTUAL is rounded to 1 unit, so the tolerance is 1 unit
        const upUs = (speed / accel) * 1e6
        m.timeUs = startUs + upUs / 3 - 40
        const expected = ((m.timeUs + 40 - startUs) / upUs) * vmax
        assert.ok(Math.abs(m.readSigned("VACTUAL") - expected) <= 1)
        m.advanceMs(upUs / 1000)
        assert.is(m.readSigned("VACTUAL"), vmax)
        assert.ok(m.read("RAMP_STAT") & RAMP_STAT.velocityReached)
        const x0 = m.readSigned("XACTUAL")
        const t0 = m.timeUs
        m.advanceMs(20_000)
        const x1 = m.readSigned("XACTUAL")
        // both positions are rounded to 1 ustep: 0.05 usteps/s over 20 s
        assert.ok(
            Math.abs((x1 - x0) / ((m.timeUs - t0) * 1e-6) - speed) <= 0.06,
            "usteps per second"
        )
        const ran =
            m.rig.chip.core.ramp.xactual -
            m.rig.chip.core.ramp.velocity * ((m.timeUs - startUs) * 1e-6)
        // distance lost by accelerating: v^2/2a; XACTUAL is rounded to 1 ustep
        assert.ok(Math.abs(-ran - (speed * speed) / (2 * accel)) <= 1, "acceleration")
    })
}

/** Independent calculation of a six-point move from rest, without VSTART and VSTOP (both tiny here): duration in s. */
function trapezoid(m: BusMaster, move: Move, distanceMm: number): number {
    const unitV = m.fclkHz / 2 ** 24 / 51200
    const unitA = m.fclkHz ** 2 / 2 ** 41 / 51200
    const v = m.velocity(move.speed) * unitV
    const a = m.acceleration(move.accel) * unitA
    const d = m.acceleration(move.decel ?? move.accel) * unitA
    const k = move.knee
    const v1 = k ? m.velocity(k.speed) * unitV : 0
    const a1 = k ? m.acceleration(k.accel) * unitA : a
    const d1 = k ? m.acceleration(k.decel) * unitA : d
    const up = v1 / a1 + (v - v1) / a
    const down = v1 / d1 + (v - v1) / d
    const ramps =
        (v1 * v1) / (2 * a1) +
        (v * v - v1 * v1) / (2 * a) +
        (v1 * v1) / (2 * d1) +
        (v * v - v1 * v1) / (2 * d)
    return up + down + (distanceMm - ramps) / v
}

for (const [name, move] of Object.entries<Move>({
    trapezoid: { speed: 10, accel: 20, decel: 25 },
    "six points": {
        speed: 10,
        accel: 10,
        decel: 15,
        knee: { speed: 4, accel: 30, decel: 40 },
    },
})) {
    test(`${name}: duration and exact stop`, () => {
        const m = new BusMaster({ seed: 3, sled: { startPositionMm: 5 } }).begin().ramp(move)
        m.target(40).finish()
        const from = m.rig.edges.first("ramp-moving", true)!.timeUs
        const to = m.rig.edges.first("ramp-moving", false)!.timeUs
        // VSTOP = 10 (7 usteps/s) cuts the end by 7/decel < 20 us
        const expected = trapezoid(m, move, 40)
        assert.ok(
            Math.abs((to - from) * 1e-6 - expected) < (GRID_US + 30) * 1e-6,
            `${(to - from) / 1e6} vs ${expected}`
        )
        assert.is(m.readSigned("XACTUAL"), 40 * 51200)
        assert.is(
            m.read("RAMP_STAT") & 0x1f80,
            RAMP_STAT.positionReached | RAMP_STAT.eventPosReached | RAMP_STAT.vzero
        )
    })
}

test("changes to a lower or higher VMAX during a move use AMAX, and the target stays exact (12.2.5)", () => {
    const m = new BusMaster({ seed: 3, sled: { startPositionMm: 5 } })
        .begin()
        .ramp({ speed: 8, accel: 20, decel: 60 })
    m.target(60).advanceMs(1000)
    m.write("VMAX", m.velocity(2))
    m.advanceMs(150)
    // AMAX = 20 mm/s^2 for about 150 ms: 5 mm/s; with DMAX it would be below 2 by now
    assert.ok(Math.abs(m.rig.chip.core.ramp.velocity / 51200 - 5) < 0.05)
    m.advanceMs(500)
    assert.is(m.readSigned("VACTUAL"), m.velocity(2))
    m.write("VMAX", m.velocity(6))
    m.advanceMs(500)
    assert.is(m.readSigned("VACTUAL"), m.velocity(6))
    m.finish()
    assert.is(m.readSigned("XACTUAL"), 60 * 51200)
    assert.not(m.read("RAMP_STAT") & RAMP_STAT.secondMove)
})

test("VMAX = 0 in positioning mode stops the motor at its position; a new VMAX continues (12.2.4 b)", () => {
    const m = new BusMaster({ seed: 3, sled: { startPositionMm: 5 } })
        .begin()
        .ramp({ speed: 5, accel: 50 })
    m.target(60).advanceMs(1000)
    m.write("VMAX", 0)
    m.advanceMs(200)
    const stat = m.read("RAMP_STAT")
    assert.is(stat & (RAMP_STAT.vzero | RAMP_STAT.positionReached), RAMP_STAT.vzero)
    const x = m.readSigned("XACTUAL")
    m.advanceMs(1000)
    assert.is(m.readSigned("XACTUAL"), x)
    m.write("VMAX", m.velocity(5))
    m.finish()
    assert.is(m.readSigned("XACTUAL"), 60 * 51200)
})

test("XTARGET := XACTUAL decelerates, waits TZEROWAIT and returns as a second move (12.2.4 c)", () => {
    const m = new BusMaster({ seed: 3, sled: { startPositionMm: 5 } })
        .begin()
        .ramp({ speed: 5, accel: 50 })
    m.write("TZEROWAIT", 23438)
    m.target(60).advanceMs(1000)
    const x = m.readSigned("XACTUAL")
    m.write("XTARGET", x)
    m.advanceMs(200)
    // 5 mm/s at 50 mm/s^2: 100 ms and 0.25 mm, plus the travel between reading and writing
    const stat = m.read("RAMP_STAT")
    assert.is(
        stat & (RAMP_STAT.tZerowaitActive | RAMP_STAT.secondMove | RAMP_STAT.vzero),
        RAMP_STAT.tZerowaitActive | RAMP_STAT.vzero
    )
    assert.ok(Math.abs((m.readSigned("XACTUAL") - x) / 51200 - 0.25) < 0.002)
    // 23438 * 512 clocks are 1 s
    const stopped = m.rig.chip.core.ramp.lastStepUs
    m.timeUs = stopped + 0.99e6
    assert.ok(m.read("RAMP_STAT") & RAMP_STAT.tZerowaitActive)
    m.advanceMs(20)
    assert.is(
        m.read("RAMP_STAT") & (RAMP_STAT.tZerowaitActive | RAMP_STAT.secondMove),
        RAMP_STAT.secondMove
    )
    m.finish()
    assert.is(m.readSigned("XACTUAL"), x)
    m.write("RAMP_STAT", RAMP_STAT.secondMove | RAMP_STAT.eventPosReached)
    assert.not(m.read("RAMP_STAT") & (RAMP_STAT.secondMove | RAMP_STAT.eventPosReached))
})

test("velocity modes reverse through zero with AMAX; hold mode keeps the speed; VMAX = 0 stops (12.2.3)", () => {
    const m = new BusMaster({ seed: 3, sled: { startPositionMm: 60 } })
        .begin()
        .ramp({ speed: 4, accel: 40 })
    m.write("RAMPMODE", 1)
    m.advanceMs(300)
    m.write("RAMPMODE", 2)
    m.advanceMs(100)
    // after 100 ms at 40 mm/s^2 the speed is 0, within the 80 us of the accesses and one tick of standstill
    assert.ok(Math.abs(m.rig.chip.core.ramp.velocity) < 40 * 51200 * 200e-6)
    m.advanceMs(300)
    assert.is((m.read("VACTUAL") << 8) >> 8, -m.velocity(4))
    m.write("RAMPMODE", 3)
    m.write("VMAX", 0)
    m.advanceMs(300)
    assert.is((m.read("VACTUAL") << 8) >> 8, -m.velocity(4))
    m.write("RAMPMODE", 2)
    m.advanceMs(300)
    assert.ok(m.read("RAMP_STAT") & RAMP_STAT.vzero)
})

test("GCONF.shaft reverses the motor and MRES widens its steps, without effect on XACTUAL (6.1, 12.1)", () => {
    const m = new BusMaster({ seed: 3, sled: { startPositionMm: 60 } })
        .begin()
        .ramp({ speed: 1, accel: 40 })
    m.write("GCONF", 0x10)
    m.write("CHOPCONF", 0x010100c3)
    m.write("XTARGET", 51200)
    m.finish()
    assert.is(m.readSigned("XACTUAL"), 51200)
    assert.is(m.rig.chip.core.ramp.fieldUsteps, -2 * 51200)
    assert.ok(Math.abs(m.rig.sled.positionMm - 58) < 0.03)
})

test("positions wrap: the distance is the signed 32-bit difference (6.3.1)", () => {
    const m = new BusMaster({ seed: 3, sled: { startPositionMm: 60 } })
        .begin()
        .ramp({ speed: 4, accel: 40 })
    m.write("RAMPMODE", 3)
    m.write("XACTUAL", 0x7fffff00)
    m.write("XTARGET", 0x80000100)
    m.write("RAMPMODE", 0)
    m.finish()
    assert.is(m.read("XACTUAL"), 0x80000100)
    assert.is(m.rig.chip.core.ramp.fieldUsteps, 0x200)
})

test("writing XACTUAL in positioning mode starts a motion", () => {
    const m = new BusMaster({ seed: 3, sled: { startPositionMm: 60 } })
        .begin()
        .ramp({ speed: 4, accel: 40 })
    m.write("XACTUAL", 51200)
    m.finish()
    assert.is(m.readSigned("XACTUAL"), 0)
    assert.ok(Math.abs(m.rig.sled.positionMm - 59) < 0.03)
})

test.run()
