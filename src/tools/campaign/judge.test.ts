// The judge must find each kind of unsafe motion in an invented trace, and nothing in a right one.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { type FindingKind, judge } from "./judge"
import type { Order, Recording, RequestedMove } from "./recording"

const MS = 1000

/** Position as a function of time, both in ms and mm; the invented case lasts a second. */
type Motion = (ms: number) => number

const JOG: RequestedMove = {
    ...{ what: "jog", speedMmPerS: 2, towards: 1 },
    ...{ withinMm: [9.9, 20], limitS: 5 },
}
/** A jog at 2 mm/s from 100 to 500 ms, without ramps. */
const jogOf =
    (mmPerS: number, toMs = 500): Motion =>
    ms =>
        10 + (mmPerS * Math.min(Math.max(ms - 100, 0), toMs - 100)) / 1000

const requested = (atMs: number, move: RequestedMove = JOG): Order => ({
    ...{ kind: "move", atUs: atMs * MS, move },
})
const stopped = (atMs: number, afterMs = 0): Order => ({
    ...{ kind: "stop", what: "stop by the operator", atUs: atMs * MS, afterMs },
})
const REQUESTED: readonly Order[] = [requested(100), stopped(500)]

function recorded(motion: Motion, changes: Partial<Recording> = {}): Recording {
    return {
        ...{
            fromUs: 0,
            stepUs: MS,
            positionsMm: Float64Array.from({ length: 1000 }, (_, ms) => motion(ms)),
        },
        ...{ stageOn: true, stageEdges: [], orders: REQUESTED, positions: [], runs: [] },
        ...{ requestedRuns: [], faults: [], provokedUs: [], log: [] },
        ...{ endsMm: [-2, 167], switchIsShorted: false, heldUs: { fromUs: 0, toUs: 0 } },
        ...{ forcedFromUs: undefined, encoderWrongFromUs: undefined },
        ...changes,
    }
}

const kinds = (r: Recording): FindingKind[] => judge(r, ["bus"]).map(f => f.kind)

const judging = suite("the judge of the campaign")

judging("finds nothing in a jog as requested", () => {
    assert.equal(kinds(recorded(jogOf(2))), [])
    // 10 % faster is allowed.
    assert.equal(kinds(recorded(jogOf(2.19))), [])
})

judging("motion that nobody requested, from 0.1 mm on", () => {
    const creep = (mm: number): Recording => recorded(ms => 10 + (mm * ms) / 1000, { orders: [] })
    assert.equal(kinds(creep(0.09)), [])
    assert.equal(kinds(creep(0.11)), ["motion"])
    assert.equal(kinds(creep(-0.11)), ["motion"])
    // Without current a hand may move the sled.
    assert.equal(kinds({ ...creep(5), stageOn: false }), [])
})

judging("motion that goes on after the stop, and again later", () => {
    assert.equal(kinds(recorded(jogOf(2, 900))), ["late stop", "motion"])
    const later: Motion = ms => jogOf(2)(ms) + (ms > 800 ? 0.2 : 0)
    assert.equal(kinds(recorded(later)), ["motion"])
})

judging("a stop within speed / 84 mm/s² + 30 ms", () => {
    // 54 ms at 2 mm/s.
    assert.equal(kinds(recorded(jogOf(2, 553))), [])
    assert.equal(kinds(recorded(jogOf(2, 560))), ["late stop"])
    // Or with the stage off.
    const off = { stageEdges: [{ atUs: 540 * MS, on: false }] }
    assert.equal(kinds(recorded(jogOf(2, 900), off)), [])
    assert.equal(
        kinds(recorded(jogOf(2, 620), { orders: [requested(100), stopped(500, 100)] })),
        []
    )
})

judging("a report that the move has ended is a stop", () => {
    const ended: Order = { kind: "ended", what: "ready", atUs: 350 * MS }
    assert.equal(kinds(recorded(jogOf(2), { orders: [requested(100), ended] })), [
        "late stop",
        "motion",
    ])
})

judging("speed: 10 % and 0.1 mm/s for 40 ms, 1 mm/s at any time", () => {
    assert.equal(kinds(recorded(jogOf(2.3))), ["too fast"])
    const burst =
        (mmPerS: number, forMs: number): Motion =>
        ms =>
            jogOf(2)(ms) + ((mmPerS - 2) * Math.min(Math.max(ms - 200, 0), forMs)) / 1000
    // The window of 10 ms adds its length to a burst.
    assert.equal(kinds(recorded(burst(2.9, 25))), [])
    assert.equal(kinds(recorded(burst(2.9, 50))), ["too fast"])
    assert.equal(kinds(recorded(burst(3.2, 20))), ["too fast"])
    // A slow move: 0.1 mm/s counts.
    const slow = { orders: [requested(100, { ...JOG, speedMmPerS: 0.25 }), stopped(500)] }
    assert.equal(kinds(recorded(jogOf(0.34), slow)), [])
    assert.equal(kinds(recorded(jogOf(0.4), slow)), ["too fast"])
})

judging("a lower speed may be reached by a ramp", () => {
    const slower = requested(300, { ...JOG, speedMmPerS: 1 })
    const motion: Motion = ms =>
        jogOf(2, 340)(ms) + (Math.min(Math.max(ms - 340, 0), 160) * 1) / 1000
    assert.equal(kinds(recorded(motion, { orders: [requested(100), slower, stopped(500)] })), [])
    const never = { orders: [requested(100), slower, stopped(500)] }
    assert.equal(kinds(recorded(jogOf(2), never)), ["too fast"])
})

judging("the wrong direction", () => {
    assert.equal(kinds(recorded(ms => 20 - jogOf(2)(ms))), ["backwards", "too far"])
    const turns: Motion = ms =>
        ms < 300 ? jogOf(2)(ms) : jogOf(2)(300) - (jogOf(2)(ms) - jogOf(2)(300))
    assert.equal(kinds(recorded(turns)), ["backwards"])
    // A return is towards its end, whatever side the sled is on.
    const move: RequestedMove = { ...JOG, towards: 0, bandMm: [0.65, 1], withinMm: [0, 20] }
    const orders = [requested(100, move), stopped(500)]
    assert.equal(kinds(recorded(jogOf(2), { orders })), ["backwards"])
    assert.equal(kinds(recorded(ms => 20 - jogOf(2)(ms), { orders })), [])
})

judging("too far, and without an end", () => {
    const orders = [requested(100, { ...JOG, withinMm: [9.9, 10.5] }), stopped(500)]
    assert.equal(kinds(recorded(jogOf(2), { orders })), ["too far"])
    const endless = [requested(100, { ...JOG, limitS: 0.5 })]
    assert.equal(kinds(recorded(() => 10, { orders: endless })), ["no end"])
})

judging("a wrong position that is reported as homed", () => {
    const at = (positionMm: number, homed = true) => ({
        positions: [{ atUs: 300 * MS, positionMm, homed }],
    })
    // True: 10.4 mm, at 2 mm/s: 20 um and 24 um.
    assert.equal(kinds(recorded(jogOf(2), at(10.36))), [])
    assert.equal(kinds(recorded(jogOf(2), at(10.35))), ["position"])
    assert.equal(kinds(recorded(jogOf(2), at(10.45))), ["position"])
    assert.equal(kinds(recorded(jogOf(2), at(0, false))), [])
    // A wrong encoder is noticed at 80 um.
    const wrong = { encoderWrongFromUs: 200 * MS }
    assert.equal(kinds(recorded(jogOf(2), { ...at(10.28), ...wrong })), [])
    assert.equal(kinds(recorded(jogOf(2), { ...at(10.27), ...wrong })), ["position"])
})

judging("a run that is called complete and is not", () => {
    const run = (travelMm: number, outcome = 0) => ({
        requestedRuns: [{ startedUs: 100 * MS, travelMm }],
        runs: [{ atUs: 700 * MS, outcome }],
    })
    assert.equal(kinds(recorded(jogOf(2), run(0.79))), [])
    assert.equal(kinds(recorded(jogOf(2), run(0.81))), ["false success"])
    assert.equal(kinds(recorded(jogOf(2), run(0.81, 309))), [])
})

judging("a fault that names another part", () => {
    const fault = (code: number) => ({ faults: [{ atUs: 600 * MS, code }] })
    assert.equal(kinds(recorded(jogOf(2), fault(101))), [])
    assert.equal(kinds(recorded(jogOf(2), fault(112))), ["cause"])
    const provoked = { provokedUs: [{ fromUs: 0, toUs: 650 * MS }] }
    assert.equal(kinds(recorded(jogOf(2), { ...fault(112), ...provoked })), [])
})

judging("a sled that a load moves is not the cart's motion, but it must stop again", () => {
    const pushed: Motion = ms => jogOf(2)(ms) + (ms > 700 ? 0.5 : 0)
    assert.equal(kinds(recorded(pushed)), ["motion"])
    assert.equal(kinds(recorded(pushed, { forcedFromUs: 700 * MS })), [])
})

judging.run()
