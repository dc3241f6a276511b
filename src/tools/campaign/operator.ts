// Plays the steps of a case on a cart as an operator would, and records what was requested and what was reported.

import * as machine from "../../shared/cart-machine"
import { EVENT_SETUP, EVENT_STATE, isFault } from "../../shared/codes"
import { nominalCalibration } from "../../shared/motion/calibration"
import type { RunListener } from "../../host/run/run-receiver"
import { setupOf } from "../../host/sequence/pullback-request"
import type { CampaignCart } from "./campaign-cart"
import type { Case, Step } from "./case"
import * as moves from "./requested-moves"
import type { Order, RequestedMove, Recording } from "./recording"
import { requestOf } from "./requests"

/** Until a move is reported, earlier reports belong to the state before its request; no longer than this. */
const LAG_US = 200_000
const NETWORK_US = 150
/** Repeats of a held button. */
const HOLD_MS = 50
/** A released button is noticed after 150 ms without a repeat. */
const RELEASE_MS = 150 - HOLD_MS
const NM = 1e6

/** The requests that leave the latched states. */
const LEFT_BY: ReadonlyMap<number, number> = new Map([
    [machine.STATE_FAULT, machine.COMMAND_ACKNOWLEDGE],
    [machine.STATE_STOPPED, machine.COMMAND_RESET],
])

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export class Operator {
    readonly orders: Order[] = []
    readonly positions: Mutable<Recording["positions"][number]>[] = []
    readonly runs: Recording["runs"][number][] = []
    readonly requestedRuns: Recording["requestedRuns"][number][] = []
    readonly faults: Recording["faults"][number][] = []
    readonly provokedUs: { fromUs: number; toUs: number }[] = []
    readonly log: Recording["log"][number][] = []
    /** The host is there: it reads, answers and sends requests. */
    present = true
    private refused = new Set<number>()
    private setUp = false
    private sinceUs = 0
    /** A move was requested and its state was not reported yet. */
    private awaited = false
    private windowStartMm: number | undefined

    constructor(
        private readonly on: CampaignCart,
        private readonly c: Case
    ) {
        on.listener = this.listener()
    }

    private get nowUs(): number {
        return this.on.cart.clock.nowUs
    }

    get positionMm(): number {
        this.on.cart.board.settle()
        return this.on.cart.board.rig.sled.positionMm
    }

    note(text: string): void {
        this.log.push({ atUs: this.nowUs, text })
    }

    private listener(): RunListener {
        return {
            onStatus: status => {
                // `flags` bit 0 says whether the sled is homed; before it was added the state did.
                const { flags } = status as { flags?: number }
                const homed = flags === undefined ? isHomedState(status.state) : (flags & 1) !== 0
                this.positions.push({
                    atUs: this.nowUs - NETWORK_US,
                    positionMm: status.position_nm / NM,
                    homed,
                })
                this.reported(status.state)
            },
            onEvent: event => {
                if (event.code === EVENT_SETUP) this.setUp = true
                if (isFault(event.code)) {
                    this.faults.push({ atUs: this.nowUs, code: event.code })
                    this.note(`fault ${event.code}`)
                }
                if (event.code === EVENT_STATE) {
                    this.note(machine.STATE_NAMES[event.value] ?? `state ${event.value}`)
                    this.reported(event.value)
                }
            },
            onRefusal: refusal => {
                this.refused.add(refusal.serial)
                this.note(`refused ${refusal.command}: ${refusal.reason}`)
            },
            onEnd: end => void this.runs.push({ atUs: this.nowUs, outcome: end.outcome }),
            onDescription: d => (this.windowStartMm = d.window_start_nm / NM),
        }
    }

    private reported(state: number): void {
        if (machine.moves(state)) this.awaited = false
        else if (this.awaited && this.nowUs < this.sinceUs + LAG_US) return
        if (machine.moves(state)) return
        this.orders.push({ atUs: this.nowUs, kind: "ended", what: machine.STATE_NAMES[state]! })
    }

    private move(move: RequestedMove): void {
        this.sinceUs = this.nowUs
        this.awaited = !machine.moves(this.on.state)
        this.orders.push({ atUs: this.nowUs, kind: "move", move })
    }

    /** A stop that the operator, the e-stop or a fault of the environment demands. */
    stop(what: string, afterMs: number): void {
        this.orders.push({ atUs: this.nowUs, kind: "stop", what, afterMs })
    }

    private send(command: number, argument = 0): number {
        if (!this.present) return 0
        return this.on.cart.session.command(command, argument)
    }

    async wait(ms: number): Promise<void> {
        await this.on.cart.until(() => false, this.nowUs + 1000 * ms)
    }

    private async until(reached: () => boolean, limitS: number): Promise<boolean> {
        return this.on.cart.until(reached, this.nowUs + 1e6 * limitS)
    }

    /** Waits for the answer to a request: a refusal, or time for the control loop. */
    private async accepted(serial: number): Promise<boolean> {
        await this.wait(30)
        return this.present && !this.refused.has(serial)
    }

    private async stopNow(): Promise<void> {
        if (!this.present || !machine.moves(this.on.state)) return
        this.note("stop requested")
        this.send(machine.COMMAND_STOP)
        this.stop("stop by the operator", 0)
        await this.wait(400)
    }

    /** Waits until the state is left; stops it if requested. */
    private async follow(state: number, limitS: number, stopAfterMs?: number): Promise<void> {
        if (stopAfterMs !== undefined) {
            await this.until(() => this.on.state !== state, stopAfterMs / 1000)
            await this.stopNow()
        }
        await this.until(() => this.on.state !== state, limitS + 1)
    }

    /** Starts a move by a request. @returns whether it was accepted */
    private async start(command: number, argument: number, move: RequestedMove): Promise<boolean> {
        this.note(move.what)
        if (!this.present) return false
        this.move(move)
        const order = this.orders[this.orders.length - 1]!
        const accepted = await this.accepted(this.send(command, argument))
        // A refused request allows no motion; what was allowed before it goes on.
        if (!accepted && this.present) this.orders.splice(this.orders.indexOf(order), 1)
        return accepted
    }

    async play(step: Step): Promise<void> {
        switch (step.do) {
            case "wait":
                return this.wait(step.ms)
            case "home":
                return this.home(step.stopAfterMs)
            case "return":
                return this.moveWhole(machine.COMMAND_RETURN, moves.returning(), step.stopAfterMs)
            case "calibrate": {
                const move = moves.calibrating(step.um, this.positionMm)
                return this.moveWhole(machine.COMMAND_CALIBRATE, move, step.stopAfterMs, step.um)
            }
            case "record":
                if (this.present) this.on.cart.session.calibration(nominalCalibration())
                await this.wait(200)
                return this.home()
            case "jog":
                return this.jog(step)
            case "live":
                return this.live(step.ms)
            case "pull":
                return this.pull(step)
            case "trip":
                return this.trip()
            case "recover":
                return this.recover()
        }
    }

    private async home(stopAfterMs?: number): Promise<void> {
        return this.moveWhole(machine.COMMAND_HOME, moves.homing(this.positionMm), stopAfterMs)
    }

    private async moveWhole(
        command: number,
        move: RequestedMove,
        stopAfterMs?: number,
        argument = 0
    ): Promise<void> {
        if (!(await this.start(command, argument, move))) return
        const { state } = this.on
        if (machine.moves(state)) await this.follow(state, move.limitS, stopAfterMs)
    }

    private async hold(ms: number): Promise<void> {
        for (let t = 0; t < ms && this.on.state === machine.STATE_JOGGING; t += HOLD_MS) {
            this.send(machine.COMMAND_HOLD)
            await this.wait(Math.min(HOLD_MS, ms - t))
        }
    }

    private async jog({ speed, holdMs, stops, then }: Step & { do: "jog" }): Promise<void> {
        const press = (v: number): Promise<boolean> =>
            this.start(machine.COMMAND_JOG, Math.round(v * NM), moves.jogging(v, this.positionMm))
        if (!(await press(speed))) return
        await this.hold(then === undefined ? holdMs : holdMs / 2)
        if (then !== undefined && this.on.state === machine.STATE_JOGGING) {
            if (!(await press(then)) && this.present) this.stop("a jog request that was refused", 0)
            await this.hold(holdMs / 2)
        }
        if (stops) await this.stopNow()
        else if (this.on.state === machine.STATE_JOGGING) {
            this.note("button released")
            this.stop("release of the button", RELEASE_MS + HOLD_MS + 10)
        }
        await this.until(() => this.on.state !== machine.STATE_JOGGING, 1)
    }

    private async request(step: Step & { do: "pull" }): Promise<boolean> {
        this.setUp = false
        if (this.present) this.on.cart.session.setup(setupOf(requestOf(this.c.frontEnd, step)))
        return this.until(() => this.setUp, 0.2)
    }

    private async goLive(): Promise<boolean> {
        const serial = this.send(machine.COMMAND_LIVE)
        return this.until(() => this.on.state === machine.STATE_LIVE || this.refused.has(serial), 1)
    }

    private async live(ms: number): Promise<void> {
        if (!(await this.request({ do: "pull", mode: "continuous", speed: 1, lengthMm: 1 }))) return
        await this.goLive()
        await this.wait(ms)
        this.send(machine.COMMAND_STANDBY)
        await this.wait(100)
    }

    private async pull(step: Step & { do: "pull" }): Promise<void> {
        if (!(await this.request(step)) || !(await this.goLive())) return
        if (!(await this.accepted(this.send(machine.COMMAND_ARM)))) return
        const from = this.positionMm
        const startedUs = this.nowUs
        if (!(await this.start(machine.COMMAND_START, 0, moves.pulling(step, from)))) return
        this.requestedRuns.push({ startedUs, travelMm: moves.travelMm(step) })
        if (step.then !== undefined) await this.changeSpeed(step, from)
        await this.follow(machine.STATE_PULLING, moves.pulling(step, from).limitS, step.stopAfterMs)
        await this.wait(150)
    }

    private async changeSpeed(step: Step & { do: "pull" }, from: number): Promise<void> {
        const at = (this.windowStartMm ?? from) + 0.5
        const pulls = (): boolean => this.on.state === machine.STATE_PULLING
        await this.until(() => !pulls() || this.positionMm >= at, moves.pulling(step, from).limitS)
        if (!pulls()) return
        const changed = moves.pulling({ ...step, speed: step.then! }, from, step.speed)
        await this.start(machine.COMMAND_SPEED, Math.round(step.then! * NM), changed)
    }

    private async trip(): Promise<void> {
        const { board, clock } = this.on.cart
        const fromUs = this.nowUs
        const jogs = this.start(machine.COMMAND_JOG, NM, moves.jogging(1, this.positionMm))
        if (!(await jogs)) return
        await this.hold(200)
        board.rig.faults.inject("stall", clock.nowUs)
        await this.hold(300)
        board.rig.faults.clear("stall", clock.nowUs)
        this.provokedUs.push({ fromUs, toUs: this.nowUs })
        await this.wait(100)
        this.send(machine.COMMAND_ACKNOWLEDGE)
        await this.wait(400)
    }

    private async recover(): Promise<void> {
        for (let tries = 0; tries < 2 && this.present; tries++) {
            const leave = LEFT_BY.get(this.on.state)
            if (leave === undefined) break
            this.send(leave)
            await this.wait(400)
        }
        if (this.present && this.on.state === machine.STATE_UNHOMED) await this.home()
    }
}

function isHomedState(state: number): boolean {
    return (
        (state >= machine.STATE_READY && state <= machine.STATE_RETURNING) ||
        state === machine.STATE_JOGGING
    )
}
