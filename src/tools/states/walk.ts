// A random walk through the states: each step is an operator's request, a fault, an e-stop or a lost link, and is judged by the model and
// by the safety rules.

import { uniformInt } from "pure-rand/distribution/uniformInt"
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus"
import * as machine from "../../shared/cart-machine"
import {
    afterHappening,
    afterRequest,
    firesIn,
    movesIn,
    STARTED,
    stateName,
    type Facts,
    type Happening,
} from "./model"

/** The state machine under test. */
export interface Table {
    readonly nextState: (state: number, event: number) => number
    readonly moves: (state: number) => boolean
    readonly fires: (state: number) => boolean
    readonly needsControl: (command: number) => boolean
}

/** A request by its number, or what happens. The end of a move names the move, so that a late one can arrive in another state. */
export type Step =
    | { readonly request: number }
    | { readonly happening: Exclude<Happening, "move ended"> }
    | { readonly ended: keyof typeof ENDS }

/** The event of the end of each move. */
const ENDS = {
    homing: machine.DONE_HOMING,
    calibrating: machine.DONE_CALIBRATING,
    pulling: machine.DONE_PULLING,
    returning: machine.DONE_RETURNING,
    jogging: machine.DONE_JOGGING,
} as const

const EVENTS = {
    booted: machine.DONE_BOOT,
    tested: machine.DONE_SELF_TEST,
    fault: machine.ON_FAULT,
    "e-stop": machine.ON_ESTOP,
    calibration: machine.ON_CALIBRATION,
} as const

/** Request 0 does not exist, and the one after the last one of an operator concerns no state. */
const REQUESTS = Array.from({ length: machine.COMMAND_LAST + 2 }, (_, n) => n)
const STEPS: readonly Step[] = [
    ...REQUESTS.map(request => ({ request })),
    ...Object.keys(ENDS).map(ended => ({ ended: ended as keyof typeof ENDS })),
    ...(
        [
            ...(["booted", "tested", "fault", "e-stop", "calibration"] as const),
            ...(["link lost", "host silent", "restart", "button let go"] as const),
        ] as const
    ).map(happening => ({ happening })),
]
/** Requests that lead back. */
const BACK = [
    ...[machine.COMMAND_STOP, machine.COMMAND_STANDBY],
    ...[machine.COMMAND_RELEASE, machine.COMMAND_HOME],
]
/** Steps that lead on: the other requests, and what ends by itself. */
const ONWARD = STEPS.filter(step => {
    if ("request" in step) return !BACK.includes(step.request)
    return "ended" in step || step.happening === "booted" || step.happening === "tested"
})
/** Of ten steps so many lead on in the present state, so that the walk gets anywhere. */
const ONWARD_OF_10 = 7

export interface Walk {
    readonly steps: number
    /** How often each state was entered, and each state and step was tried. */
    readonly visits: ReadonlyMap<string, number>
    readonly tried: ReadonlySet<string>
}

/** @throws Error at the first step that model or rules do not allow, with the steps before it */
export function walk(table: Table, steps: number, seed: number): Walk {
    const random = xoroshiro128plus(seed)
    const draw = <T>(from: readonly T[]): T => from[uniformInt(random, 0, from.length - 1)]!
    const visits = new Map<string, number>()
    const tried = new Set<string>()
    const recent: string[] = []
    let facts = STARTED
    let state = machine.STATE_BOOT
    let homed = false
    let control = false
    for (let n = 0; n < steps; n++) {
        const onward = uniformInt(random, 1, 10) <= ONWARD_OF_10
        const useful = ONWARD.filter(s => expected(facts, s) !== facts)
        const step = draw(onward && useful.length > 0 ? useful : STEPS)
        const name = stateName(facts)
        tried.add(`${name}, ${textOf(step)}`)
        recent.push(`${name}, ${textOf(step)}`)
        const next = taken(table, state, step, control)
        homed = zeroKnown(homed, state, next, step)
        const error =
            ruleBroken({ table, state, next, step, homed, control }) ??
            modelBroken(table, next, expected(facts, step))
        if (error)
            throw new Error(
                `step ${n + 1}: ${error}; the last steps: ${recent.slice(-6).join("; ")}`
            )
        facts = expected(facts, step)
        control = controlAfter(table, state, step, control)
        if (control !== facts.control)
            throw new Error(`step ${n + 1}: the model differs on who is in control`)
        state = next
        visits.set(stateName(facts), (visits.get(stateName(facts)) ?? 0) + 1)
    }
    return { steps, visits, tried }
}

function textOf(step: Step): string {
    if ("request" in step) return `request ${step.request}`
    return "ended" in step ? `${step.ended} ended` : step.happening
}

/** What the model says; the same object if nothing changes. */
function expected(facts: Facts, step: Step): Facts {
    if ("request" in step) return afterRequest(facts, step.request) ?? facts
    if ("happening" in step) return afterHappening(facts, step.happening)
    return facts.move === step.ended ? afterHappening(facts, "move ended") : facts
}

const isLoss = (step: Step): boolean =>
    "happening" in step && (step.happening === "link lost" || step.happening === "host silent")

/** Who is in control is no state of the table (control.ts of the firmware). */
function controlAfter(table: Table, state: number, step: Step, control: boolean): boolean {
    if ("request" in step && step.request === machine.COMMAND_CONTROL)
        return control || !(table.moves(state) || table.fires(state))
    if (!("happening" in step)) return control
    return control && step.happening !== "link lost" && step.happening !== "restart"
}

/** What the table does. A lost host is a fault in a state that moves or fires (interlocks of the firmware). */
function taken(table: Table, state: number, step: Step, control: boolean): number {
    const after = (event: number): number => {
        const next = table.nextState(state, event)
        return next < 0 ? state : next
    }
    if ("request" in step)
        return control || !table.needsControl(step.request) ? after(step.request) : state
    if ("ended" in step) return after(ENDS[step.ended])
    if (step.happening === "restart") return machine.STATE_BOOT
    if (step.happening === "link lost" || step.happening === "host silent")
        return table.moves(state) || table.fires(state) ? after(machine.ON_FAULT) : state
    if (step.happening === "calibration" && !control) return state
    // The firmware then brakes as for a stop, or ends the jog.
    if (step.happening === "button let go") return letGo(table, state)
    return after(EVENTS[step.happening])
}

function letGo(table: Table, state: number): number {
    if (state === machine.STATE_RETURNING) return table.nextState(state, machine.COMMAND_STOP)
    const next = table.nextState(state, machine.DONE_JOGGING)
    return next < 0 ? state : next
}

function modelBroken(table: Table, next: number, facts: Facts): string | undefined {
    const [is, should] = [machine.STATE_NAMES[next], stateName(facts)]
    if (is !== should) return `the state is "${is}", the model's "${should}"`
    if (table.moves(next) !== movesIn(facts)) return `"${is}": the model differs on what moves`
    if (table.fires(next) !== firesIn(facts)) return `"${is}": the model differs on what fires`
    return undefined
}

const HOMED = [
    ...[machine.STATE_READY, machine.STATE_LIVE, machine.STATE_ARMED, machine.STATE_PULLING],
    ...[machine.STATE_COMPLETED, machine.STATE_RETURNING, machine.STATE_JOGGING],
    machine.STATE_CALIBRATING,
]
const MOVING = [
    ...[machine.STATE_HOMING, machine.STATE_CALIBRATING, machine.STATE_PULLING],
    ...[machine.STATE_RETURNING, machine.STATE_JOGGING],
]
const FIRING = [machine.STATE_LIVE, machine.STATE_ARMED, machine.STATE_PULLING]

/** The zero is known from the end of homing until something may have moved the sled unseen. */
function zeroKnown(homed: boolean, state: number, next: number, step: Step): boolean {
    if ("ended" in step && step.ended === "homing" && state === machine.STATE_HOMING) return true
    const lost = [machine.STATE_BOOT, machine.STATE_FAULT, machine.STATE_STOPPED]
    return homed && ![...lost, machine.STATE_MANUAL, machine.STATE_HOMING].includes(next)
}

interface Judged {
    readonly table: Table
    readonly state: number
    readonly next: number
    readonly step: Step
    readonly homed: boolean
    /** Before the step. */
    readonly control: boolean
}

/** Safety rules 3 to 6 of the design, without the model. */
function ruleBroken({ state, next, step, homed, control }: Judged): string | undefined {
    const request = "request" in step ? step.request : 0
    const acts = (of: number): boolean => MOVING.includes(of) || FIRING.includes(of)
    const happening = "happening" in step ? step.happening : undefined
    if (isLoss(step) && acts(state) && acts(next)) return "rule 3: it moves or fires without a host"
    const begins =
        (MOVING.includes(next) && next !== state) ||
        (FIRING.includes(next) && !FIRING.includes(state))
    // Holding a button is no fresh action.
    if (begins && (request === 0 || request === machine.COMMAND_HOLD))
        return "rule 4: something begins that no operator asked for"
    if (
        happening === "button let go" &&
        [machine.STATE_JOGGING, machine.STATE_RETURNING].includes(next)
    )
        return "rule 4: it goes on without its button"
    if (begins && !control) return "rule 3: something begins for one who is not in control"
    if (state === machine.STATE_FAULT && next !== state)
        if (
            request !== machine.COMMAND_ACKNOWLEDGE &&
            happening !== "e-stop" &&
            happening !== "restart"
        )
            return "rule 5: the fault ends without an acknowledgement"
    if (happening === "fault" && next !== machine.STATE_FAULT && state !== machine.STATE_STOPPED)
        return "rule 5: the fault does not latch"
    if (HOMED.includes(next) && !homed) return "rule 5: it counts as homed and is not"
    if (happening === "e-stop" && next !== machine.STATE_STOPPED)
        return "rule 6: the emergency stop does not win"
    if (state === machine.STATE_STOPPED && next !== state)
        if (request !== machine.COMMAND_RESET && happening !== "restart")
            return "rule 6: the emergency stop ends without a reset"
    return undefined
}
