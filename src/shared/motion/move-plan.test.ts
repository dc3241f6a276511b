// Tests move plans over the whole range of requests against an independent kinematic model.

import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { planMove } from "./move-plan"
import {
    GATE_BEAT,
    GATE_IGNORE,
    GATE_TIMED_OUT,
    GATE_WAIT,
    checkTrigger,
    stopNm,
} from "./move-steps"
import * as terms from "./move-terms"
import type { MoveRequest, MoveLimits, MovePlan } from "./move-terms"
import * as ramp from "./ramp"
import * as codes from "../codes"

const test = suite("motion plan")
const MM = 1000000
const KINDS = [1, 2, 3, 4, 5, 6]
const IMAGED = [terms.MOVE_PULLBACK, terms.MOVE_STEPPED, terms.MOVE_GATED]
const CART = terms.limitsOf(150000)
const USUAL: MoveRequest = {
    speed_nm_s: MM,
    length_nm: 20 * MM,
    towards: 1,
    step_um: 200,
    dwell_ms: 100,
    trigger_rate_per_min: 60,
    refractory_ms: 500,
    timeout_ms: 5000,
}

/** Values inside and outside a range, off the grid, and not numbers. */
const around = (min: number, max: number): fc.Arbitrary<number> =>
    fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min, max }) },
        {
            weight: 2,
            arbitrary: fc.double({ min: min - (max - min) / 2, max: max * 1.5, noNaN: true }),
        },
        { weight: 1, arbitrary: fc.constantFrom(min, max, 0, -1, NaN, Infinity, -Infinity) }
    )
const onGrid = (min: number, max: number, grid: number): fc.Arbitrary<number> =>
    fc.oneof(
        {
            weight: 5,
            arbitrary: fc
                .integer({ min: Math.ceil(min / grid), max: Math.floor(max / grid) })
                .map(n => n * grid),
        },
        { weight: 1, arbitrary: around(min, max) }
    )
const anyRequest: fc.Arbitrary<MoveRequest> = fc
    .record({
        speed_nm_s: onGrid(250000, 10 * MM, 10000),
        length_nm: onGrid(MM, 150 * MM, 1000),
        towards: fc.constantFrom(1, 1, -1, -1, 0, 2, NaN),
        step_um: around(10, 5000),
        dwell_ms: fc.oneof(around(0, 200), around(0, 10000)),
        trigger_rate_per_min: around(30, 240),
        refractory_ms: around(150, 2000),
        timeout_ms: around(500, 10000),
        whole_steps: fc.boolean(),
    })
    .map(({ whole_steps, ...a }) => {
        const step_nm = a.step_um * 1000
        return whole_steps && step_nm > 0
            ? { ...a, length_nm: step_nm * Math.round(a.length_nm / step_nm) }
            : a
    })
/** Each field is valid; their combination need not be. */
const validFields: fc.Arbitrary<MoveRequest> = fc
    .record({
        speed: fc.integer({ min: 25, max: 1000 }),
        step_um: fc.integer({ min: 10, max: 400 }),
        steps: fc.integer({ min: 3, max: 15000 }),
        dwell_ms: fc.integer({ min: 0, max: 200 }),
        trigger_rate_per_min: fc.integer({ min: 30, max: 90 }),
        refractory_ms: fc.integer({ min: 400, max: 700 }),
        timeout_ms: fc.integer({ min: 4000, max: 10000 }),
    })
    .map(({ speed, steps, ...a }) => ({
        ...USUAL,
        ...a,
        speed_nm_s: speed * 10000,
        length_nm: steps * a.step_um * 1000,
    }))
const requests = fc.oneof(anyRequest, validFields)
const anyLimits: fc.Arbitrary<MoveLimits> = fc.oneof(
    fc.constant(CART),
    fc.record({
        travel_start_nm: fc.integer({ min: -5 * MM, max: 20 * MM }),
        travel_end_nm: fc.integer({ min: 60 * MM, max: 200 * MM }),
        stroke_nm: fc.oneof(
            fc.integer({ min: MM, max: 3 * MM }),
            fc.integer({ min: 2 * MM, max: 200 * MM })
        ),
    })
)
const anyFrom = fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 160 * MM }) },
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 3 * MM }) },
    { weight: 1, arbitrary: around(-2 * MM, 170 * MM) }
)
const anyKind = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...KINDS) },
    { weight: 1, arbitrary: fc.constantFrom(0, 7, 1.5, NaN) }
)
const RUNS = { seed: 20240607, numRuns: 5000 }

/** Time from standstill to standstill from textbook kinematics, in ms; acceleration and deceleration 20 mm/s². */
function textbookMs(distance_nm: number, speed_nm_s: number): number {
    const [d, v, a] = [distance_nm / MM, speed_nm_s / MM, 20]
    const s = d > (v * v) / a ? d / v + v / a : 2 * Math.sqrt(d / a)
    return s * 1000
}

/** Tolerance of a time, which is rounded to whole ms from distances in whole nm. */
const MS = 1.01
const near = (actual: number, expected: number, by: number, what: string): void =>
    assert.ok(Math.abs(actual - expected) <= by, `${what}: ${actual} instead of ${expected}`)
const ascending = (...values: number[]): void =>
    values.slice(1).forEach((v, i) => assert.ok(v >= values[i]!, `${values}`))

function checkPlan(p: MovePlan, request: MoveRequest, limits: MoveLimits): void {
    for (const [name, value] of Object.entries(p))
        assert.ok(Number.isInteger(value), `${name} is ${value}`)
    const d = p.direction
    ascending(...[p.start_nm, p.run_up_end_nm, p.run_down_start_nm, p.target_nm].map(nm => d * nm))
    ascending(0, p.run_up_end_ms, p.run_down_start_ms, p.duration_ms, p.duration_max_ms)
    if (p.kind !== terms.MOVE_MANUAL) {
        assert.is(p.speed_nm_s, request.speed_nm_s)
        assert.is(p.speed_nm_s % 10000, 0)
        ascending(250000, p.speed_nm_s, 10 * MM)
        ascending(0, p.peak_nm_s, p.speed_nm_s)
        assert.is(p.accel_nm_s2, 20 * MM)
        ascending(limits.travel_start_nm, p.target_nm, limits.travel_end_nm)
    } else assert.is(p.target_nm, p.start_nm)
    if (!IMAGED.includes(p.kind)) {
        assert.is(p.window_end_nm, p.window_start_nm)
        near(
            p.duration_ms,
            textbookMs(d * (p.target_nm - p.start_nm), p.speed_nm_s || 1),
            MS,
            "move"
        )
        return
    }
    assert.is(d, 1)
    assert.is(p.window_end_nm - p.window_start_nm, request.length_nm)
    ascending(MM, request.length_nm, p.length_max_nm, Math.min(150 * MM, limits.stroke_nm))
    ascending(limits.travel_start_nm, p.start_nm, p.run_up_end_nm, p.window_start_nm)
    ascending(p.window_end_nm, p.run_down_start_nm, p.target_nm)
    ascending(p.run_up_end_ms, p.window_start_ms, p.window_end_ms, p.run_down_start_ms)
    if (p.kind === terms.MOVE_PULLBACK) checkPullback(p)
    else checkSteps(p, request)
}

function checkPullback(p: MovePlan): void {
    const v = p.speed_nm_s
    const ramp_nm = (v * v) / (2 * 20 * MM)
    near(p.run_up_end_nm - p.start_nm, ramp_nm, 1, "run-up")
    near(p.target_nm - p.run_down_start_nm, ramp_nm, 1, "run-down")
    near(p.run_up_end_ms, (1000 * v) / (20 * MM), MS, "run-up")
    near(p.duration_ms, textbookMs(p.target_nm - p.start_nm, v), MS, "pullback")
    near(
        p.window_end_ms - p.window_start_ms,
        (1000 * (p.window_end_nm - p.window_start_nm)) / v,
        MS,
        "window"
    )
    // At least 400 ms at speed before the window and 200 ms after it, rounded up to whole um.
    const um_ms = 1e6 / v
    near(p.window_start_ms - p.run_up_end_ms, 400 + um_ms / 2, MS + um_ms / 2, "settling")
    near(p.run_down_start_ms - p.window_end_ms, 200 + um_ms / 2, MS + um_ms / 2, "end")
}

function checkSteps(p: MovePlan, request: MoveRequest): void {
    assert.is(p.step_nm, request.step_um * 1000)
    assert.is((p.stops - 1) * p.step_nm, request.length_nm)
    assert.is(stopNm(p, 0), p.window_start_nm)
    assert.is(stopNm(p, p.stops - 1), p.window_end_nm)
    assert.is(p.target_nm, p.window_end_nm)
    // Rounded up, so that the time covers the whole step.
    ascending(0, p.step_ms - textbookMs(p.step_nm, p.speed_nm_s) + 0.01, MS)
    const busy_ms = p.step_ms + 50 + p.dwell_ms
    if (p.kind === terms.MOVE_STEPPED) {
        assert.is(p.cycle_ms, busy_ms)
        assert.is(
            p.window_end_ms - p.window_start_ms,
            p.stops * (50 + p.dwell_ms) + (p.stops - 1) * p.step_ms
        )
    } else ascending(busy_ms, p.refractory_ms, p.cycle_ms, p.timeout_ms / 2, 5000)
}

const FIELD_OF = new Map<number, keyof MoveRequest | "from" | "kind">([
    [codes.REFUSED_MOVE_KIND, "kind"],
    [codes.REFUSED_SPEED, "speed_nm_s"],
    [codes.REFUSED_LENGTH, "length_nm"],
    [codes.REFUSED_TRAVEL, "length_nm"],
    [codes.REFUSED_STEP_COUNT, "length_nm"],
    [codes.REFUSED_START, "from"],
    [codes.REFUSED_DIRECTION, "towards"],
    [codes.REFUSED_STEP, "step_um"],
    [codes.REFUSED_DWELL, "dwell_ms"],
    [codes.REFUSED_TRIGGER_RATE, "trigger_rate_per_min"],
    [codes.REFUSED_REFRACTORY, "refractory_ms"],
    [codes.REFUSED_TIMEOUT, "timeout_ms"],
])

/** Repeats the request with the nearest value of each refusal until it is accepted; returns the changed fields. */
function follow(kind: number, from: number, request: MoveRequest, limits: MoveLimits): string[] {
    const changed: string[] = []
    let a = { ...request }
    for (;;) {
        const { reason, value, plan } = planMove(kind, from, a, limits)
        if (plan) {
            assert.is(reason, codes.GOOD)
            near(plan.start_nm, from, 500, "start")
            checkPlan(plan, a, limits)
            return changed
        }
        const field = FIELD_OF.get(reason)!
        const what = `${reason} of ${field}: ${value} for kind ${kind} from ${from} ${JSON.stringify(a)} ${JSON.stringify(limits)}`
        assert.ok(Number.isFinite(value), what)
        assert.ok(changed.length < 10, what)
        if (field === "kind") {
            assert.is.not(value, kind, what)
            kind = value
        } else if (field === "from") {
            assert.is.not(value, from, what)
            from = value
        } else {
            assert.is.not(value, a[field], what)
            a = { ...a, [field]: value }
        }
        changed.push(field)
    }
}

test("every plan is valid, and the nearest values of refusals lead to one, each field changed once", () => {
    const seen = new Map<string, number>()
    fc.assert(
        fc.property(anyKind, anyFrom, requests, anyLimits, (...ask) => {
            const changed = follow(...ask)
            // The start may change twice: if it is out of range, and if it is too far for the length.
            const once = changed.filter(f => f !== "from")
            assert.is(new Set(once).size, once.length, changed.join(" "))
            const key = `${ask[0]} ${changed[0] ?? "fits"}`
            seen.set(key, (seen.get(key) ?? 0) + 1)
        }),
        RUNS
    )
    // The generators must produce plans of each kind and refusals of each field.
    for (const kind of KINDS)
        assert.ok((seen.get(`${kind} fits`) ?? 0) >= 20, `${kind} ${JSON.stringify([...seen])}`)
    const refused = new Set([...seen.keys()].map(key => key.split(" ")[1]))
    for (const field of FIELD_OF.values()) assert.ok(refused.has(field), field)
})

const LONG = { speed_nm_s: 5 * MM, length_nm: 150 * MM, step_um: 500 }
const ORDER = [
    "trigger_rate_per_min",
    "dwell_ms",
    "step_um",
    "refractory_ms",
    "timeout_ms",
    "length_nm",
]

test("if a single field is wrong, its nearest value is sufficient", () => {
    const cases: [keyof MoveRequest, fc.Arbitrary<number>][] = [
        ["length_nm", around(MM, 150 * MM)],
        ["step_um", around(10, 5000)],
        ["dwell_ms", around(0, 10000)],
        ["trigger_rate_per_min", around(30, 60)],
        ["refractory_ms", around(150, 2000)],
        ["timeout_ms", around(2000, 10000)],
    ]
    for (const [field, values] of cases)
        fc.assert(
            fc.property(fc.constantFrom(...IMAGED), values, (kind, value) => {
                const request = { ...USUAL, ...LONG, [field]: value }
                const changed = follow(kind, ramp.PARK_NM, request, CART)
                // Fields checked later may not fit the new value: the step a shorter beat, the length a new step.
                const order = changed.map(f => ORDER.indexOf(f))
                ascending(ORDER.indexOf(field), ...order)
            }),
            { seed: RUNS.seed, numRuns: 500 }
        )
})

test("the nearest length is the maximum, to the micrometre", () => {
    fc.assert(
        fc.property(
            fc.integer({ min: 25, max: 1000 }),
            fc.integer({ min: 500, max: 150000 }),
            (speed, from_um) => {
                const request = { ...USUAL, speed_nm_s: speed * 10000, length_nm: 150 * MM }
                const ask = (length_nm: number): boolean =>
                    !!planMove(terms.MOVE_PULLBACK, from_um * 1000, { ...request, length_nm }, CART)
                        .plan
                const result = planMove(terms.MOVE_PULLBACK, from_um * 1000, request, CART)
                if (result.plan) return
                assert.is(result.reason, codes.REFUSED_TRAVEL)
                assert.ok(ask(result.value))
                assert.not(ask(result.value + 1000))
            }
        ),
        { seed: RUNS.seed, numRuns: 500 }
    )
})

test("the nearest step of a gated pullback is the longest that fits into the beat", () => {
    fc.assert(
        fc.property(validFields, sound => {
            const ask = (step_um: number) =>
                planMove(terms.MOVE_GATED, ramp.PARK_NM, { ...sound, step_um }, CART)
            const { reason, value } = ask(5000)
            if (reason !== codes.REFUSED_STEP) return
            assert.is.not(ask(value).reason, codes.REFUSED_STEP)
            assert.equal(ask(value + 1), { reason, value, plan: undefined })
            const beat_ms = Math.floor(60000 / sound.trigger_rate_per_min)
            const left_ms = beat_ms - 50 - sound.dwell_ms
            assert.ok(textbookMs(value * 1000, sound.speed_nm_s) <= left_ms + 0.01)
            // The next step needs more time, except for the rounding up to a whole ms.
            assert.ok(textbookMs(value * 1000 + 2000, sound.speed_nm_s) > left_ms)
        }),
        { seed: RUNS.seed, numRuns: 1000 }
    )
})

test("pullbacks from the park position equal those of ramp.ts; all presets allow 150 mm", () => {
    assert.equal(
        terms.SPEED_PRESETS_NM_S.map(v => v / MM),
        [0.5, 1, 2, 5, 9, 10]
    )
    for (const speed_nm_s of terms.SPEED_PRESETS_NM_S) {
        const request = { ...USUAL, speed_nm_s, length_nm: 150 * MM }
        const { plan } = planMove(terms.MOVE_PULLBACK, ramp.PARK_NM, request, CART)
        const expected = ramp.planPullback(ramp.PARK_NM, speed_nm_s, 150 * MM)
        for (const [name, value] of Object.entries(expected))
            assert.is(plan![name as keyof MovePlan], value, name)
        assert.is(plan!.limited_by, terms.LIMIT_CART)
    }
})

test("reports which limit determines the maximum length", () => {
    const bound = (stroke_um: number, from_mm: number): unknown[] => {
        const { plan } = planMove(
            terms.MOVE_PULLBACK,
            from_mm * MM,
            USUAL,
            terms.limitsOf(stroke_um)
        )
        return [plan!.limited_by, plan!.length_max_nm / MM]
    }
    assert.equal(bound(100000, 1), [terms.LIMIT_STROKE, 100])
    assert.equal(bound(150000, 1), [terms.LIMIT_CART, 150])
    // 164 mm of travel; 1 mm/s needs 0.425 mm before and 0.225 mm after the window.
    assert.equal(bound(150000, 100), [terms.LIMIT_TRAVEL, 63.35])
})

test("known answers by hand calculation", () => {
    // 20 mm/s²: 0.2 mm take 2·sqrt(0.2/20) s with a peak of 2 mm/s, below the 5 mm/s.
    const gated = planMove(terms.MOVE_GATED, MM, { ...USUAL, speed_nm_s: 5 * MM }, CART).plan!
    assert.is(gated.step_ms, 200)
    assert.is(gated.peak_nm_s, 2 * MM)
    assert.is(gated.stops, 101)
    // Return from 101 mm at 5 mm/s: 100 mm / 5 mm/s + 5/20 s.
    const back = planMove(terms.MOVE_RETURN, 101 * MM, { ...USUAL, speed_nm_s: 5 * MM }, CART).plan!
    assert.equal([back.target_nm, back.direction, back.duration_ms], [MM, -1, 20250])
    // Faster, only a pullback may move.
    const fastJog = planMove(terms.MOVE_JOG, MM, { ...USUAL, speed_nm_s: 6 * MM }, CART)
    assert.equal([fastJog.reason, fastJog.value], [codes.REFUSED_SPEED, 5 * MM])
    // A jog stops at the soft limit, before the switch.
    const jog = planMove(terms.MOVE_JOG, 10 * MM, { ...USUAL, towards: -1 }, CART).plan!
    assert.equal([jog.target_nm, jog.duration_ms], [500000, 9550])
    const manual = planMove(terms.MOVE_MANUAL, 10 * MM, USUAL, CART).plan!
    assert.equal([manual.target_nm, manual.direction, manual.duration_ms], [10 * MM, 0, 0])
    // At 240/min, after 50 ms of settling and 100 ms of imaging, 100 ms remain for the step: 20·0.1²/4 mm.
    const fast = { ...USUAL, speed_nm_s: 10 * MM, trigger_rate_per_min: 240, refractory_ms: 250 }
    assert.equal(planMove(terms.MOVE_GATED, MM, fast, CART), {
        reason: codes.REFUSED_STEP,
        value: 50,
        plan: undefined,
    })
})

test("without travel or stroke every pullback is refused without a nearest value", () => {
    const none = [
        { ...CART, travel_end_nm: CART.travel_start_nm },
        { ...CART, travel_end_nm: NaN },
        { ...CART, stroke_nm: MM - 1 },
        { ...CART, stroke_nm: NaN },
    ]
    for (const limits of none)
        for (const kind of IMAGED)
            assert.equal(planMove(kind, MM, USUAL, limits), {
                reason: codes.REFUSED_TRAVEL,
                value: 0,
                plan: undefined,
            })
})

test("triggers: refractory period, time-out, and immediate acceptance of the first one", () => {
    const plan = planMove(terms.MOVE_GATED, MM, USUAL, CART).plan!
    const at = (ms: number, triggered: boolean, first = false): number =>
        checkTrigger(plan, ms, triggered, first)
    assert.is(at(499, true), GATE_IGNORE)
    assert.is(at(500, true), GATE_BEAT)
    assert.is(at(0, true, true), GATE_BEAT)
    assert.is(at(5000, false), GATE_WAIT)
    assert.is(at(5001, false), GATE_TIMED_OUT)
    assert.is(at(5001, true), GATE_TIMED_OUT)
})

test.run()
