// The guided check of a cart's wires: asks a person for one step after another and collects the results. Nothing is driven.

import { FAULT_ESTOP, FAULT_MOTOR_GATE, FAULT_SWITCHES, GOOD } from "../../shared/codes"
import { faultText } from "../fault-text"
import type { WiringReading } from "./wiring-reading"
import {
    judge,
    judgeFirst,
    type Memory,
    type Outcome,
    RELEASE_FIRST,
    type Step,
    STEPS,
    type WiringAction,
} from "./wiring-steps"

export type { WiringAction } from "./wiring-steps"

/** The result of one step. */
export interface WiringResult {
    readonly name: string
    /** Whether the wires are right; null if that was not judged. */
    readonly ok: boolean | null
    readonly text: string
}

/** Gets each request as its step begins. */
export type Ask = (text: string, action: WiringAction) => void

/** Faults that a step of the check names. */
const NAMED_BY_STEPS = [FAULT_SWITCHES, FAULT_ESTOP, FAULT_MOTOR_GATE]

/** Takes readings until every step has its result; each step ends when its reading is seen, or in time. */
export class WiringCheck {
    readonly results: WiringResult[] = []
    private steps: Step[] | undefined
    private sinceMs = 0
    private fault = GOOD
    private readonly memory: Memory = {
        ...{
            startMm: 0,
            lastMm: 0,
            rests: 0,
            pressed: undefined,
            swapped: false,
            stuck: new Set(),
        },
        ...{ fell: false, isOpen: false, reset: undefined },
    }

    /** @param limitMs time for one step */
    constructor(
        private readonly limitMs: number,
        private readonly ask: Ask
    ) {}

    get done(): boolean {
        return this.steps?.length === 0
    }

    get isGood(): boolean {
        return this.done && this.results.every(({ ok }) => ok)
    }

    /** The present step waits for the release of the emergency stop, which only a reset of the cart shows. */
    get isReleasing(): boolean {
        return this.steps?.[0]?.action === "release"
    }

    /** The operator is to be asked now whether the cart may be reset. */
    get wantsReset(): boolean {
        return this.isReleasing && this.memory.reset === undefined
    }

    /** The cart refused a reset in the present step, as the chain is open. */
    get isOpen(): boolean {
        return this.memory.isOpen
    }

    /** What came of the reset; open: the cart refused it, as the chain is open, and the operator is asked again. */
    onReset(result: "asked" | "done" | "declined" | "open"): void {
        const { memory } = this
        if (result === "open") memory.isOpen = true
        memory.reset = result === "open" ? undefined : result
    }

    take(reading: WiringReading, nowMs: number): void {
        if (!this.steps) return this.begin(reading, nowMs)
        const { fault } = reading
        if (fault !== GOOD && fault !== this.fault) return this.end(fault)
        const step = this.steps[0]
        if (!step) return
        const outcome = judge(step, reading, this.memory, nowMs - this.sinceMs >= this.limitMs)
        if (!outcome) return
        this.complete(step, outcome)
        this.next(reading, nowMs)
    }

    /** What is known before anything is asked for. */
    private begin(reading: WiringReading, nowMs: number): void {
        const { fault, stageOff, stopped } = reading
        this.fault = fault
        this.results.push(faultResult(fault, stopped))
        this.results.push(stageResult(stageOff, fault))
        this.steps = stageOff ? [...(stopped ? [RELEASE_FIRST] : []), ...STEPS] : []
        this.next(reading, nowMs)
    }

    /** A fault that appeared during the check: what else is read may be its effect. */
    private end(fault: number): void {
        const { name, text } = faultResult(fault, false)
        this.results.push({ name, ok: false, text: `${text}; the remaining steps were not judged` })
        this.steps = []
    }

    private complete({ name }: Step, outcome: NonNullable<Outcome>): void {
        this.steps!.shift()
        if (outcome === "next") return
        const [ok, text] = outcome
        this.results.push({ name, ok, text })
        // An emergency stop that was not seen or not released needs no further step.
        this.steps = this.steps!.filter(step => step.name !== name)
    }

    /** Begins the next step that the person is needed for. */
    private next(reading: WiringReading, nowMs: number): void {
        const { memory } = this
        this.sinceMs = nowMs
        memory.startMm = memory.lastMm = reading.positionMm
        memory.rests = 0
        memory.pressed = memory.reset = undefined
        memory.isOpen = false
        for (;;) {
            const step = this.steps?.[0]
            if (!step) return
            const known = judgeFirst(step, reading, memory)
            if (!known) return step.ask === undefined ? undefined : this.ask(step.ask, step.action)
            this.complete(step, known)
        }
    }
}

function faultResult(fault: number, stopped: boolean): WiringResult {
    const name = "cart"
    if (stopped) return { name, ok: true, text: "is stopped by its emergency stop, see below" }
    if (fault === GOOD) return { name, ok: true, text: "is in no fault" }
    return NAMED_BY_STEPS.includes(fault)
        ? { name, ok: true, text: `is in fault ${fault}, whose cause is checked below` }
        : { name, ok: false, text: `is in fault: ${faultText(fault)}` }
}

function stageResult(stageOff: boolean, fault: number): WiringResult {
    const name = "motor stage"
    if (!stageOff)
        return {
            ...{ name, ok: false },
            text: "still on: check the wire of DRV_ENN; nothing else was checked",
        }
    return fault === FAULT_MOTOR_GATE
        ? { name, ok: false, text: faultText(fault) }
        : { name, ok: true, text: "off: the sled can be moved by hand" }
}
