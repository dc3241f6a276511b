// What the presses of the technician allow the sled to do: which moves, and when each must end. Written from the rules of the buttons.

import * as machine from "../../shared/cart-machine"
import * as unit from "../../shared/devices/bedside-unit"
import type { Order, RequestedMove } from "../campaign/recording"
import * as moves from "../campaign/requested-moves"
import type { UnitFinding } from "./action"
import type { Entry, History } from "./history"

/** The button whose press allows a state to begin. */
const BEGUN_BY: Readonly<Record<number, readonly number[]>> = {
    [machine.STATE_HOMING]: [unit.BUTTON_HOME],
    [machine.STATE_PULLING]: [unit.BUTTON_START],
    [machine.STATE_RETURNING]: [unit.BUTTON_RETURN],
    [machine.STATE_JOGGING]: [unit.BUTTON_JOG_DISTAL, unit.BUTTON_JOG_PROXIMAL],
}
/** Moves that go on only while their button is held. */
const HELD: readonly number[] = [
    unit.BUTTON_JOG_DISTAL,
    unit.BUTTON_JOG_PROXIMAL,
    unit.BUTTON_RETURN,
]
/** From a press to the state that it begins: to take control and the command, each with its answer. */
const BEGINS_US = 700_000
/**
 * From a button to the cart's stop: up to 5 mm/s the sled stands 100 ms after the press, at 10 mm/s 160 ms. Braking and its
 * reaction take 90 and 149 ms of them (judge.ts).
 */
const STOP_MS = 10
/** A contact that opens for less is a bounce, not a release. */
const RELEASED_US = 60_000
/** Without a packet of the unit in control the motion ends: noticed in 160 ms. */
const UNIT_LOST_MS = 160
/** Host (design, rule 3) and watchdog. */
const HOST_LOST_MS = 100
const PROGRAM_LOST_MS = 100
/** Until unit and cart have found each other again; the motion has ended by other means. */
const UNIT_FOUND_US = 3e6
const JOG_MM_S = 1

interface Press {
    readonly button: number
    readonly atUs: number
    upUs: number
    used: boolean
}

class Reading {
    readonly orders: Order[] = []
    readonly findings: UnitFinding[] = []
    private readonly presses: Press[] = []
    private state: number
    private armed = { speedMmPerS: 10, lengthMm: 150 }

    constructor(
        private readonly history: History,
        base: number,
        private readonly positionMm: (atUs: number) => number
    ) {
        this.state = base
        history.forEach((entry, i) => this.note(entry, i))
    }

    /** @param current the move that is going on when the sequence begins */
    begin(current: RequestedMove | undefined, atUs: number): void {
        if (current) this.orders.push({ atUs, kind: "move", move: current })
    }

    read(): void {
        for (const entry of this.history) this.take(entry)
        this.orders.sort((a, b) => a.atUs - b.atUs)
    }

    private note(entry: Entry, i: number): void {
        if (entry.kind !== "down") return
        const up = this.history.find(
            (e, k) =>
                k > i && e.kind === "up" && e.button === entry.button && !this.bounces(e.atUs, k)
        )
        const { button, atUs } = entry
        this.presses.push({ button, atUs, upUs: up?.atUs ?? Infinity, used: false })
    }

    /** Whether the button is down again soon after it was let go. */
    private bounces(upUs: number, i: number): boolean {
        const { button } = this.history[i] as Entry & { button: number }
        return this.history.some(
            (e, k) =>
                k > i && e.kind === "down" && e.button === button && e.atUs < upUs + RELEASED_US
        )
    }

    private stop(atUs: number, what: string, afterMs: number): void {
        this.orders.push({ atUs, kind: "stop", what, afterMs })
    }

    private take(entry: Entry): void {
        const { atUs } = entry
        switch (entry.kind) {
            case "down":
                // In armed it starts; everywhere else it stops.
                if (
                    entry.button === unit.BUTTON_START &&
                    this.state !== machine.STATE_ARMED &&
                    this.isHeard(atUs)
                )
                    this.stop(atUs, "START/STOP", STOP_MS)
                return
            case "armed":
                this.armed = entry
                return
            case "cable":
                if (!entry.on && this.staysUnplugged(atUs))
                    this.stop(atUs, "the unit is unplugged", UNIT_LOST_MS)
                return
            case "restart":
                if (entry.which === "unit") this.stop(atUs, "the unit restarts", UNIT_LOST_MS)
                else this.stop(atUs, "the cart restarts", PROGRAM_LOST_MS)
                return
            case "host":
                if (!entry.on && this.state === machine.STATE_PULLING)
                    this.stop(atUs, "the host is gone", HOST_LOST_MS)
                return
            case "estop":
                if (entry.on) this.stop(atUs, "e-stop", 0)
                return
            case "state":
                this.reported(entry.state, atUs)
        }
    }

    /** A cable that is back before the cart misses its unit stops nothing. */
    private staysUnplugged(atUs: number): boolean {
        return !this.history.some(
            e => e.kind === "cable" && e.on && e.atUs > atUs && e.atUs < atUs + 1000 * UNIT_LOST_MS
        )
    }

    /** Whether the cart hears the buttons: it and the unit are connected, and have found each other. */
    private isHeard(atUs: number): boolean {
        let untilUs = -Infinity
        for (const entry of this.history) {
            if (entry.atUs > atUs) break
            if (entry.kind === "restart") untilUs = Math.max(untilUs, entry.atUs + UNIT_FOUND_US)
            if (entry.kind === "cable") untilUs = entry.on ? entry.atUs + UNIT_FOUND_US : Infinity
        }
        return atUs >= untilUs
    }

    private reported(state: number, atUs: number): void {
        const before = this.state
        this.state = state
        if (!machine.moves(state)) {
            this.orders.push({ atUs, kind: "ended", what: machine.STATE_NAMES[state]! })
            return
        }
        if (state === before) return
        const buttons = BEGUN_BY[state] ?? []
        const press = this.presses
            .filter(p => !p.used && buttons.includes(p.button))
            .filter(p => p.atUs <= atUs && p.atUs > atUs - BEGINS_US)
            .pop()
        if (!press) {
            const text = `${machine.STATE_NAMES[state]} began without a fresh press of its button`
            this.findings.push({ kind: "motion", atUs, text })
            return
        }
        press.used = true
        this.orders.push({ atUs: press.atUs, kind: "move", move: this.moveOf(state, press) })
        if (HELD.includes(press.button)) this.endHeld(press)
    }

    private endHeld({ button, atUs, upUs }: Press): void {
        if (upUs !== Infinity && this.isHeard(upUs))
            this.stop(upUs, "the button was let go", STOP_MS)
        const opposite = {
            [unit.BUTTON_JOG_DISTAL]: unit.BUTTON_JOG_PROXIMAL,
            [unit.BUTTON_JOG_PROXIMAL]: unit.BUTTON_JOG_DISTAL,
        }[button]
        const other = this.presses.find(
            p => p.button === opposite && p.atUs > atUs && p.atUs < upUs
        )
        if (other && this.isHeard(other.atUs)) this.stop(other.atUs, "both JOG buttons", STOP_MS)
    }

    private moveOf(state: number, press: Press): RequestedMove {
        const fromMm = this.positionMm(press.atUs)
        if (state === machine.STATE_HOMING) return moves.homing(fromMm)
        if (state === machine.STATE_RETURNING) return moves.returning()
        if (state === machine.STATE_JOGGING) {
            const sign = press.button === unit.BUTTON_JOG_PROXIMAL ? 1 : -1
            return moves.jogging(sign * JOG_MM_S, fromMm)
        }
        return pullback(this.armed.speedMmPerS, this.armed.lengthMm, fromMm)
    }
}

/** A pullback as the unit showed it before START. */
export function pullback(speed: number, lengthMm: number, fromMm: number): RequestedMove {
    return moves.pulling({ do: "pull", mode: "continuous", speed, lengthMm }, fromMm)
}

/**
 * @param base state in which the sequence begins
 * @param positionMm true position at a time
 * @param current the move that is going on then
 */
export function allowedMoves(
    history: History,
    base: number,
    positionMm: (atUs: number) => number,
    current?: { readonly move: RequestedMove; readonly atUs: number }
): { readonly orders: Order[]; readonly findings: UnitFinding[] } {
    const reading = new Reading(history, base, positionMm)
    if (current) reading.begin(current.move, current.atUs)
    reading.read()
    return reading
}
