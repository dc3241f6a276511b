// Properties of the ramp generator: it always arrives, never exceeds its acceleration limits, does not depend on how
// often it is evaluated; and details of braking.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import * as fc from "fast-check"
import { RampGenerator } from "./ramp-generator"

const test = suite("ramp properties")

test("property: every move with sane parameters ends exactly at its target, in one direction, never above VMAX", () => {
    const tick = 42.7
    fc.assert(
        fc.property(
            fc.record({
                vstart: fc.integer({ min: 0, max: 2000 }),
                extraStop: fc.integer({ min: 0, max: 3000 }),
                extraMax: fc.integer({ min: 0, max: 500_000 }),
                v1: fc.integer({ min: 0, max: 300_000 }),
                rates: fc.array(fc.integer({ min: 1000, max: 4_000_000 }), {
                    minLength: 4,
                    maxLength: 4,
                }),
                distance: fc.integer({ min: -3_000_000, max: 3_000_000 }),
            }),
            o => {
                const [a1, amax, dmax, d1] = o.rates as [number, number, number, number]
                // VSTOP >= VSTART as the data sheet requires; VMAX is never so small that the move takes hours
                const vstop = o.vstart + 10 + o.extraStop
                const vmax = vstop + 20_000 + o.extraMax
                const p = {
                    vstart: o.vstart,
                    a1,
                    v1: o.v1,
                    amax,
                    vmax,
                    dmax,
                    d1,
                    vstop,
                    zerowaitUs: 0,
                }
                const ramp = new RampGenerator(tick, p, 0)
                ramp.setXtarget(o.distance)
                let last = 0
                const sign = Math.sign(o.distance)
                for (let t = 0; (t === 0 || ramp.moving) && t < 600e6; t += 20_011) {
                    ramp.advanceTo(t)
                    assert.ok(
                        ramp.velocity * sign >= 0 && Math.abs(ramp.velocity) <= vmax * (1 + 1e-12)
                    )
                    assert.ok((ramp.xactual - last) * sign >= 0)
                    last = ramp.xactual
                }
                ramp.advanceTo(600e6)
                assert.is(ramp.xactual, o.distance)
                assert.is(ramp.secondMove, false)
                assert.is(Math.round(ramp.fieldUsteps), o.distance)
            }
        ),
        { seed: 5, numRuns: 200 }
    )
})

test("property: VMAX and XTARGET may change at any time; accelerations stay within limits and the last target is reached", () => {
    fc.assert(
        fc.property(
            fc.array(fc.integer({ min: 20_000, max: 900_000 }), {
                minLength: 4,
                maxLength: 4,
            }),
            fc.integer({ min: 0, max: 300_000 }),
            fc.array(
                fc.record({
                    afterUs: fc.integer({ min: 1, max: 2_000_000 }),
                    vmax: fc.integer({ min: 2_000, max: 400_000 }),
                    target: fc.option(fc.integer({ min: -600_000, max: 600_000 })),
                }),
                { minLength: 1, maxLength: 8 }
            ),
            (rates, v1, changes) => {
                const [a1, amax, dmax, d1] = rates as [number, number, number, number]
                const p = {
                    vstart: 100,
                    a1,
                    v1,
                    amax,
                    vmax: 50_000,
                    dmax,
                    d1,
                    vstop: 200,
                    zerowaitUs: 0,
                }
                const ramp = new RampGenerator(42.7, p, 0)
                ramp.setXtarget(300_000)
                let target = 300_000
                let t = 0
                let v = 0
                const stepUs = 1000
                const go = (untilUs: number): void => {
                    while (t < untilUs) {
                        t += stepUs
                        ramp.advanceTo(t)
                        const dv = Math.abs(ramp.velocity - v)
                        // VSTOP to rest and rest to VSTART may both fall into one interval
                        assert.ok(dv <= Math.max(...rates) * stepUs * 1e-6 + 300.001, `${dv}`)
                        v = ramp.velocity
                    }
                }
                for (const c of changes) {
                    go(t + c.afterUs)
                    p.vmax = c.vmax
                    ramp.changed()
                    if (c.target !== null) ramp.setXtarget((target = c.target))
                }
                while (ramp.xactual !== target || ramp.moving) {
                    go(t + 1e6)
                    assert.ok(t < 900e6, `stuck at ${ramp.xactual}, not ${target}`)
                }
            }
        ),
        { seed: 6, numRuns: 100 }
    )
})

test("the result does not depend on how often the ramp is evaluated", () => {
    const run = (everyUs: number): number[] => {
        const p = {
            vstart: 0,
            a1: 9e5,
            v1: 50_000,
            amax: 3e5,
            vmax: 2e5,
            dmax: 4e5,
            d1: 8e5,
            vstop: 10,
            zerowaitUs: 0,
        }
        const ramp = new RampGenerator(42.7, p, 0)
        ramp.setXtarget(400_000)
        for (let t = 0; t <= 1e6; t += everyUs) ramp.advanceTo(t)
        ramp.advanceTo(1e6)
        const middle = ramp.velocity
        const x = ramp.fieldUsteps
        ramp.advanceTo(60e6)
        return [middle, x, ramp.lastStepUs]
    }
    const often = run(97)
    run(1e6).forEach((v, i) => assert.ok(Math.abs(v / often[i]! - 1) < 1e-9, `${i}`))
})

test("raising DMAX while braking has no effect until XTARGET is rewritten (note at XTARGET, 6.3.1)", () => {
    const p = {
        vstart: 0,
        a1: 0,
        v1: 0,
        amax: 1e5,
        vmax: 1e5,
        dmax: 2e4,
        d1: 1,
        vstop: 1000,
        zerowaitUs: 0,
    }
    const ramp = new RampGenerator(42.7, p, 0)
    ramp.setXtarget(400_000)
    ramp.advanceTo(4e6)
    const v = ramp.velocity
    assert.ok(v < 9e4, "braking")
    p.dmax = 1e5
    ramp.changed()
    ramp.advanceTo(4.1e6)
    assert.ok(Math.abs(ramp.velocity - (v - 1e4)) < 1, "at the new rate, but still braking")
    ramp.setXtarget(400_000)
    ramp.advanceTo(4.2e6)
    assert.ok(Math.abs(ramp.velocity - v) < 1, "accelerates again")
    ramp.advanceTo(60e6)
    assert.is(ramp.xactual, 400_000)
})

test("a low AMAX towards a lower VMAX is replaced by DMAX in time", () => {
    const p = {
        vstart: 0,
        a1: 1e6,
        v1: 0,
        amax: 2e4,
        vmax: 1e5,
        dmax: 1e5,
        d1: 1e5,
        vstop: 10,
        zerowaitUs: 0,
    }
    const ramp = new RampGenerator(42.7, p, 0)
    ramp.setXtarget(600_000)
    while (ramp.xactual < 520_000) ramp.advanceTo(ramp.lastStepUs + 1000)
    p.vmax = 1e4
    ramp.changed()
    ramp.advanceTo(60e6)
    assert.is(ramp.xactual, 600_000)
    assert.is(ramp.secondMove, false)
})

test("hold mode keeps the speed unless a stop event occurs (6.3.1)", () => {
    const p = {
        vstart: 0,
        a1: 0,
        v1: 0,
        amax: 1e5,
        vmax: 1e5,
        dmax: 1e5,
        d1: 1,
        vstop: 10,
        zerowaitUs: 0,
    }
    const ramp = new RampGenerator(42.7, p, 0)
    ramp.setMode(1)
    ramp.advanceTo(2e6)
    ramp.setMode(3)
    ramp.advanceTo(3e6)
    assert.is(ramp.velocity, 1e5)
    ramp.blockedRight = true
    ramp.changed()
    assert.is(ramp.velocity, 0)
    ramp.blockedRight = false
    ramp.changed()
    ramp.advanceTo(4e6)
    assert.is(ramp.velocity, 0, "nothing restarts by itself in hold mode")
})

test.run()
