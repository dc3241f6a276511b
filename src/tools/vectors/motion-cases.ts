// Vectors of planned moves and speed changes: one of each kind, limit and refusal.

import { planMove } from "../../shared/motion/move-plan"
import { checkTrigger, stopNm } from "../../shared/motion/move-steps"
import * as terms from "../../shared/motion/move-terms"
import { PARK_NM } from "../../shared/motion/ramp"
import { planSpeedChange } from "../../shared/motion/speed-change"
import type { Vectors } from "./vectors"

const MM = 1000000
const USUAL: terms.MoveRequest = {
    speed_nm_s: MM,
    length_nm: 20 * MM,
    towards: 1,
    step_um: 200,
    dwell_ms: 100,
    trigger_rate_per_min: 60,
    refractory_ms: 500,
    timeout_ms: 5000,
}
const CART = terms.limitsOf(150000)
const { MOVE_PULLBACK, MOVE_RETURN, MOVE_JOG, MOVE_STEPPED, MOVE_GATED, MOVE_MANUAL } = terms

type Changes = Partial<terms.MoveRequest>
/** Kind, start in nm, changes to the usual request, changes to the cart's limits. */
type Case = [number, number, Changes?, Partial<terms.MoveLimits>?]

const FITTING: Case[] = [
    ...[250000, 500000, 5 * MM, 9 * MM, 10 * MM].map((speed_nm_s): Case => [
        MOVE_PULLBACK,
        PARK_NM,
        { speed_nm_s, length_nm: 150 * MM },
    ]),
    [MOVE_PULLBACK, 3000499, { speed_nm_s: 1230000, length_nm: 33333000 }],
    [MOVE_PULLBACK, PARK_NM, {}, { stroke_nm: 100 * MM }],
    [MOVE_PULLBACK, 100 * MM],
    [MOVE_RETURN, 101 * MM, { speed_nm_s: 5 * MM }],
    [MOVE_RETURN, 1234567, { speed_nm_s: 5 * MM }],
    [MOVE_RETURN, PARK_NM],
    [MOVE_RETURN, -200500],
    [MOVE_JOG, 10 * MM, { towards: -1 }],
    [MOVE_JOG, 10 * MM, { speed_nm_s: 3770000 }],
    [MOVE_JOG, 163999000],
    [MOVE_STEPPED, PARK_NM],
    [MOVE_STEPPED, PARK_NM, { step_um: 10, length_nm: 150 * MM, dwell_ms: 0 }],
    [
        MOVE_STEPPED,
        PARK_NM,
        { step_um: 5000, speed_nm_s: 10 * MM, length_nm: 5 * MM, dwell_ms: 10000 },
    ],
    [MOVE_GATED, PARK_NM, { speed_nm_s: 5 * MM }],
    [
        MOVE_GATED,
        PARK_NM,
        {
            speed_nm_s: 10 * MM,
            trigger_rate_per_min: 240,
            dwell_ms: 40,
            step_um: 100,
            refractory_ms: 240,
        },
    ],
    [MOVE_MANUAL, 42 * MM, { speed_nm_s: NaN }],
]

const REFUSED: Case[] = [
    [0, PARK_NM],
    [MOVE_MANUAL, 1e12],
    ...[0, 249999, 255000, 5010000].map((speed_nm_s): Case => [MOVE_JOG, 10 * MM, { speed_nm_s }]),
    [MOVE_JOG, 10 * MM, { towards: 0 }],
    [MOVE_JOG, 164 * MM],
    [MOVE_JOG, 400000, { towards: -1 }],
    ...[999000, 1000500, 150001000].map((length_nm): Case => [
        MOVE_PULLBACK,
        PARK_NM,
        { length_nm },
    ]),
    [MOVE_PULLBACK, PARK_NM, { length_nm: 150 * MM }, { stroke_nm: 100 * MM }],
    [MOVE_PULLBACK, 10 * MM, { length_nm: 150 * MM, speed_nm_s: 10 * MM }],
    [MOVE_PULLBACK, PARK_NM, { length_nm: 150 * MM }, { travel_end_nm: 100 * MM }],
    [MOVE_PULLBACK, 163 * MM],
    [MOVE_PULLBACK, 0],
    [MOVE_PULLBACK, PARK_NM, {}, { travel_end_nm: 0 }],
    [MOVE_STEPPED, PARK_NM, { step_um: 9 }],
    [MOVE_STEPPED, PARK_NM, { step_um: 5001 }],
    [MOVE_STEPPED, PARK_NM, { step_um: 1500 }, { stroke_nm: 1200000 }],
    [MOVE_STEPPED, PARK_NM, { step_um: 300 }],
    [MOVE_STEPPED, PARK_NM, { dwell_ms: 10001 }],
    [MOVE_GATED, PARK_NM, { trigger_rate_per_min: 29 }],
    [MOVE_GATED, PARK_NM, { step_um: 1000 }],
    [MOVE_GATED, PARK_NM, { speed_nm_s: 10 * MM, trigger_rate_per_min: 240 }],
    [MOVE_GATED, PARK_NM, { dwell_ms: 990 }],
    [MOVE_GATED, PARK_NM, { refractory_ms: 100 }],
    [MOVE_GATED, PARK_NM, { refractory_ms: 1001 }],
    [MOVE_GATED, PARK_NM, { timeout_ms: 1999 }],
]

/** JSON has no NaN, so unused fields with NaN are omitted from the vector. */
function numbersOf<T extends object>(from: T): T {
    return Object.fromEntries(Object.entries(from).filter(([, v]) => Number.isFinite(v))) as T
}

export function moves(): Vectors["moves"] {
    return [...FITTING, ...REFUSED].map(([kind, from_nm, other, bounds], i) => {
        const request = { ...USUAL, ...other }
        const limits = { ...CART, ...bounds }
        const { reason, value, plan } = planMove(kind, from_nm, request, limits)
        if (!plan !== i >= FITTING.length)
            throw new Error(`motion-cases.ts: case ${i} gives reason ${reason}.`)
        return {
            kind,
            from_nm,
            request: numbersOf(request),
            limits,
            reason,
            value,
            plan: { ...plan },
        }
    })
}

/** Position, speed, new speed, end of the travel; in mm. */
const CHANGES = [
    [10, 0.5, 1, 164],
    [10, 1, 0.5, 164],
    [10, 10, 0.25, 164],
    [10, 0.25, 10, 164],
    [10, 9, 8.99, 164],
    [10, 1, 1, 164],
    [1, 1, 2, 164],
    [21.5, 1, 2, 164],
    [20.4, 1, 10, 164],
    [3, 1, 10, 24],
    [20, 10, 0.25, 164],
    [17, 10, 8.5, 164],
    [15, 10, 8.5, 164],
    [10, 1, 0.2, 164],
    [10, 1, 1.005, 164],
] as const

export function speedChanges(): Vectors["speed_changes"] {
    return CHANGES.map(([at, now, requested, end], i) => {
        const request = { ...USUAL, speed_nm_s: now * MM }
        const plan = planMove(MOVE_PULLBACK, PARK_NM, request, CART).plan!
        const left = {
            window_start_nm: plan.window_start_nm,
            window_end_nm: plan.window_end_nm,
            target_nm: plan.target_nm,
            travel_end_nm: end * MM,
            epoch: i === 0 ? 65535 : i,
        }
        const [position_nm, now_nm_s, new_nm_s] = [at * MM, now * MM, Math.round(requested * MM)]
        const { reason, value, change } = planSpeedChange(position_nm, now_nm_s, new_nm_s, left)
        return { position_nm, now_nm_s, new_nm_s, left, reason, value, change: { ...change } }
    })
}

/** Stops and trigger decisions of a gated pullback at 5 mm/s. */
export function gates(): Vectors["gates"] {
    const request = { ...USUAL, speed_nm_s: 5 * MM }
    const plan = planMove(MOVE_GATED, PARK_NM, request, CART).plan!
    const triggers = [0, 499, 500, 5000, 5001].flatMap(since_ms =>
        [false, true].flatMap(triggered =>
            [false, true].map(first => {
                const verdict = checkTrigger(plan, since_ms, triggered, first)
                return { since_ms, triggered, first, verdict }
            })
        )
    )
    const stops = [0, 1, 57, 100, 101].map(index => ({ index, nm: stopNm(plan, index) }))
    return { request, from_nm: PARK_NM, limits: CART, stops, triggers }
}
