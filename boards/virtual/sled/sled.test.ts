// The mechanics: screw error, backlash, lost steps, free motor, friction, ends, rest, determinism.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { BusMaster } from "./testing/bus-master"
import type { SledRigOptions } from "./types"

const test = suite("sled")

const start = (o: Partial<SledRigOptions> = {}, at = 20): BusMaster =>
    new BusMaster({ seed: 11, ...o, sled: { startPositionMm: at, ...o.sled } })
        .begin()
        .ramp({ speed: 2, accel: 40 })

test("screw error: 10 um peak to peak with a period of one revolution", () => {
    const m = start({ sled: { screwErrorUmPp: 10, detentN: 0 } })
    m.write("VMAX", m.velocity(0.5))
    m.target(12).advanceMs(4000)
    const error: number[] = []
    for (let i = 0; i < 4000; i++) {
        m.advanceMs(1)
        error.push(m.rig.sled.positionMm * 1000 - m.rig.chip.core.ramp.fieldUsteps / 51.2)
    }
    const pp = Math.max(...error) - Math.min(...error)
    // the load angle adds a few hundredths of a um
    assert.ok(Math.abs(pp - 10) < 0.2, `${pp} um`)
    // 0.5 mm/s: one revolution in 2 s; half a revolution inverts the error
    const mean = (Math.max(...error) + Math.min(...error)) / 2
    for (let i = 0; i < 2000; i += 100) {
        assert.ok(Math.abs(error[i]! + error[i + 1000]! - 2 * mean) < 0.3)
        assert.ok(Math.abs(error[i]! - error[i + 2000]!) < 0.3)
    }
})

test("linear screw error accumulates over the travel", () => {
    const m = start({ sled: { screwLinearUmPerM: 500, screwErrorUmPp: 0 } })
    m.write("VMAX", m.velocity(10))
    m.target(1).finish()
    const from = m.rig.sled.positionMm
    m.target(101).finish()
    // 100 mm * 500 um/m = 50 um; the nut stays on the same flank
    assert.ok(Math.abs(m.rig.sled.positionMm - from - 100.05) < 0.001)
})

for (const backlash of [0, 5, 40]) {
    test(`backlash of ${backlash} um appears on reversal`, () => {
        const m = start({ sled: { backlashUm: backlash, detentN: 0 } })
        m.target(5).finish()
        const forward = m.rig.sled.positionMm
        m.target(10).finish().target(5).finish()
        const back = m.rig.sled.positionMm
        // friction of 0.8 N on 3.4 N/um each way (0.5 um), and of 4 N on the field's 55 N/um (0.15 um)
        const lost = (back - forward) * 1000
        assert.ok(lost > backlash - 0.5 && lost < backlash + 1, `${lost} um`)
    })
}

test("a load above the pull-out force loses steps in whole electrical periods", () => {
    const m = start({ sled: { screwErrorUmPp: 0, backlashUm: 0, detentN: 0 } })
    m.target(2).finish()
    const offset = (): number => m.rig.sled.rotorMm - m.rig.chip.core.ramp.fieldUsteps / 51200
    const before = offset()
    m.rig.setLoad(-130, m.timeUs)
    m.target(6).finish()
    m.rig.setLoad(0, m.timeUs)
    m.advanceMs(100)
    assert.ok(Math.abs(offset() - before) < 0.0005, "130 N of 174 N: nothing lost")
    m.target(8).advanceMs(500)
    m.rig.faults.inject("stall", m.timeUs)
    m.advanceMs(200)
    m.rig.faults.clear("stall", m.timeUs)
    m.finish()
    const periods = (before - offset()) / 0.02
    assert.ok(periods > 10, `${periods} periods lost`)
    assert.ok(Math.abs(periods - Math.round(periods)) < 0.03, `${periods}`)
})

test("the current sets the force: 90 N stall the motor at IRUN 10 (60 N) but not at 31 (174 N)", () => {
    const lost = (irun: number): number => {
        const m = new BusMaster({
            seed: 11,
            sled: { startPositionMm: 20 },
        }).begin(irun, irun)
        m.ramp({ speed: 2, accel: 40 }).target(1).finish()
        m.rig.setLoad(-90, m.timeUs)
        m.target(4).finish()
        return 24 - m.rig.sled.positionMm
    }
    assert.ok(lost(31) < 0.05)
    assert.ok(lost(10) > 1)
})

test("DRV_ENN high: the motor is free, the ramp continues, the sled coasts to rest", () => {
    const m = start().target(50)
    m.advanceMs(2000)
    m.rig.setEnable(true, m.timeUs)
    const at = m.rig.sled.positionMm
    const x = m.readSigned("XACTUAL")
    assert.is(
        m.rig.edges.first("power-stage", false)?.timeUs,
        m.rig.edges.edges("drv-enn").at(-1)?.timeUs
    )
    m.advanceMs(100)
    const stopped = m.rig.sled.positionMm
    // 18.2 kg at 2 mm/s against 3.7 N: v^2 m / 2F = 9.8 um; drag makes it less, the detent adds up to half a full step
    assert.ok(stopped - at < 0.0125 && stopped >= at, `${stopped - at}`)
    m.advanceMs(5000)
    assert.is(m.rig.sled.positionMm, stopped)
    assert.ok(m.readSigned("XACTUAL") - x > 5 * 2 * 51200, "XACTUAL is no longer the position")
})

test("a hand moves a free sled but not a held one, and the encoder keeps counting", () => {
    const m = start()
    m.rig.push(12, m.timeUs)
    m.advanceMs(1000)
    assert.ok(Math.abs(m.rig.sled.positionMm - 20) < 0.02, "held by the motor")
    m.rig.setEnable(true, m.timeUs)
    // 8 N accelerate 18 kg to 0.1 m/s; friction stops it within some centimetres
    m.advanceMs(250)
    m.rig.push(0, m.timeUs)
    m.advanceMs(1500)
    const moved = m.rig.sled.positionMm - 20
    assert.ok(moved > 10 && moved < 140, `${moved} mm`)
    assert.ok(Math.abs(m.rig.encoder.countsAt(m.timeUs) / 1000 - moved) < 0.02)
    assert.ok(m.rig.sled.asleep)
    // friction of the drive 3.1 N, detent up to 2.8 N, guide 0.8 N
    m.rig.push(3, m.timeUs)
    m.advanceMs(500)
    assert.ok(
        Math.abs(m.rig.sled.positionMm - 20 - moved) < 0.01,
        "3 N only take up the backlash and stretch the screw"
    )
})

test("the detent torque makes the speed uneven within a full step, but not on average", () => {
    const m = start({ sled: { screwErrorUmPp: 0 } })
    m.write("VMAX", m.velocity(1))
    m.target(50).advanceMs(2000)
    const speeds: number[] = []
    for (let i = 0; i < 500; i++) {
        m.advanceMs(0.1)
        speeds.push(m.rig.sled.speedMmPerS)
    }
    // 200 full steps a second, 50 ms are 10 of them
    const peak = Math.max(...speeds) - 1
    assert.ok(peak > 0.05 && peak < 1, `${peak} mm/s`)
    // 0.1 um of ripple in 50 um
    assert.ok(Math.abs(speeds.reduce((sum, v) => sum + v) / speeds.length - 1) < 0.002)
})

test("a reversed coil turns the motor the other way, from where the field stands", () => {
    const m = start({ sled: { screwErrorUmPp: 0 } })
    m.target(1).finish()
    const at = m.rig.sled.positionMm
    m.rig.faults.inject("motor-coil-reversed", m.timeUs)
    m.target(3).finish()
    // the mirrored angle is within half an electrical period, and the backlash is taken up
    assert.ok(Math.abs(m.rig.sled.positionMm - (at - 2)) < 0.016, `${m.rig.sled.positionMm - at}`)
    m.rig.faults.clear("motor-coil-reversed", m.timeUs)
    m.target(4).finish()
    assert.ok(Math.abs(m.rig.sled.positionMm - (at - 1)) < 0.016)
})

test("the hard ends stop the sled, and the motor loses steps", () => {
    const m = start({}, 1).target(-10)
    m.advanceMs(6000)
    assert.ok(
        m.rig.sled.positionMm > -2.1 && m.rig.sled.positionMm < -1.9,
        `${m.rig.sled.positionMm}`
    )
    assert.is(m.readSigned("XACTUAL"), -10 * 51200)
})

test("screw slip: the nut slips once by the given length", () => {
    const m = start().target(20)
    m.advanceMs(2000)
    m.rig.faults.inject("screw-slip", m.timeUs, 1.5)
    m.finish()
    // 18.5 of 20 mm; start, screw error and backlash below 0.03
    assert.ok(Math.abs(m.rig.sled.positionMm - 38.5) < 0.03, `${m.rig.sled.positionMm}`)
})

test("stick-slip: unchanged mean speed, with jumps of tens of um", () => {
    const spread = (fault: boolean): number => {
        const m = start()
        m.write("VMAX", m.velocity(0.5))
        if (fault) m.rig.faults.inject("stick-slip", m.timeUs)
        m.target(15).advanceMs(3000)
        const error: number[] = []
        for (let i = 0; i < 8000; i++) {
            m.advanceMs(1)
            error.push(m.rig.sled.positionMm - m.rig.chip.core.ramp.fieldUsteps / 51200)
        }
        return (Math.max(...error) - Math.min(...error)) * 1000
    }
    assert.ok(spread(false) < 11)
    const rough = spread(true)
    assert.ok(rough > 30 && rough < 300, `${rough} um`)
})

test("constant speed: the mean over whole revolutions equals the set point to 0.01 %", () => {
    const m = start({ fclkHz: 12.3e6 })
    m.write("VMAX", m.velocity(1))
    m.target(30).advanceMs(2000)
    const from = m.rig.sled.positionMm
    m.advanceMs(10_000)
    assert.ok(Math.abs((m.rig.sled.positionMm - from) / 10 - 1) < 1e-4)
    assert.ok(Math.abs(m.rig.ruler.speedMmPerS(m.timeUs - 5e6, 4000) - 1) < 1e-4)
})

test("one seed reproduces a run bit for bit; another seed gives another machine", () => {
    const run = (seed: number): number[] => {
        const m = new BusMaster({ seed }).begin().ramp({ speed: 3, accel: 30 })
        m.rig.faults.inject("stick-slip", m.timeUs)
        m.target(10).finish()
        const r = m.rig.ruler
        return [0, 1e6, 2e6, 3e6].map(t => r.positionMm(t)).concat(m.rig.encoder.countsAt(m.timeUs))
    }
    assert.equal(run(4), run(4))
    assert.not.equal(run(4), run(5))
})

test("neighbouring seeds give start positions across 5..20 mm and different screws", () => {
    const rigs = Array.from({ length: 40 }, (_, seed) => new BusMaster({ seed }).rig)
    const at = rigs.map(r => r.sled.positionMm)
    assert.ok(Math.min(...at) >= 5 && Math.max(...at) <= 20)
    // of 40 uniform draws the extremes miss a tenth of the range with a probability of 0.9^40 = 1.5 % each; the seeds are fixed
    assert.ok(Math.min(...at) < 6.5 && Math.max(...at) > 18.5)
    const error = (seed: number): number => {
        const m = start({ seed })
        m.target(3).finish()
        return Math.round(m.rig.sled.positionMm * 1e6)
    }
    assert.is(new Set([0, 1, 2, 3, 4, 5].map(error)).size, 6)
})

test("rest is free: an hour at standstill computes no steps and leaves the sled in place", () => {
    const m = start().target(3).finish()
    m.advanceMs(2000)
    const at = m.rig.sled.positionMm
    let steps = 0
    const step = m.rig.sled.step.bind(m.rig.sled)
    m.rig.sled.step = (...a) => {
        steps++
        step(...a)
    }
    m.advanceMs(1_600_000)
    // frequent calls must be free too: the ruler stores no samples at rest
    for (let i = 0; i < 2000; i++) m.advanceMs(1000)
    assert.is(m.rig.sled.positionMm, at)
    assert.is(m.rig.ruler.positionMm(m.timeUs - 1e9), at)
    assert.ok(steps < 100, `${steps} steps`)
    m.target(4).finish()
    assert.ok(steps > 1000)
    assert.ok(Math.abs(m.rig.sled.positionMm - at - 1) < 0.02)
})

test("refuses options out of range and unknown faults, and names what is allowed", () => {
    assert.throws(
        () => new BusMaster({ seed: 1, sled: { sledMassKg: 0 } }),
        /sledMassKg must be from/
    )
    assert.throws(() => new BusMaster({ seed: 1.5 }), /integer/)
    assert.throws(() => new BusMaster({ seed: 1, fclkHz: 1e9 }), /4 to 20 MHz/)
    const m = start()
    assert.throws(
        () => m.rig.faults.inject("gremlin", 0),
        /no fault "gremlin"; it has: stall, load/
    )
    assert.throws(() => m.rig.faults.inject("stall", 0, 3), /takes no value/)
    assert.throws(() => m.rig.faults.inject("load", 0, 999), /-200 to 200/)
    assert.throws(() => m.rig.advanceTo(NaN), /finite/)
    assert.throws(() => m.rig.push(NaN, 0), /1000 N/)
})

test.run()
