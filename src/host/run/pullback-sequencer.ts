// Responsible for: the requests of one pullback in their order, each sent when the cart is ready for it.
// Not for: what the cart makes of them.

import * as machine from "../../shared/cart-machine"
import type { Event, Refusal } from "../../shared/protocol/messages"
import * as codes from "../../shared/codes"
import { EVENT_FAULT, EVENT_SETUP, EVENT_STATE, sentenceOf } from "../../shared/codes"
import type { HostSession } from "../link/host-session"
import { fieldAt } from "../sequence/catheter-schema"
import { invalidFieldText } from "../sequence/check"
import { Preparation } from "./preparation"
import { refusalText } from "../sequence/refusal-text"
import type { RunListener } from "./run-receiver"
import type { PullbackRequest } from "../sequence/pullback-request"
import { Interrupted, RunError } from "../errors"

/** Refusals that a calibration mends. */
const CALIBRATION_CODES: readonly number[] = [
    codes.REFUSED_CALIBRATION,
    codes.REFUSED_CLOCK,
    codes.REFUSED_SCALE,
    codes.REFUSED_SCREW,
]

/** How long the picture is watched before the pullback starts, as a technician would, in us of cart time. */
const LIVE_US = 300_000

/** Drives a cart from power-up to the end of one pullback and back to its start. */
export class PullbackSequencer {
    state = machine.STATE_BOOT
    /** Set when the cart is ready again after the pullback. */
    done = false
    failure: RunError | undefined
    private pullbackDone = false
    private readonly preparation: Preparation
    private speedsChanged = 0
    private aborted = false
    /** A run has been described and not yet summed up. */
    private inRun = false
    private windowStartNm = Infinity

    /**
     * @param after runs something later, in us of the cart's time
     * @param allowCalibration whether a sled that asks for it is calibrated, which moves it 24 mm: only where no catheter is in anybody
     */
    constructor(
        protected readonly session: HostSession,
        private readonly request: PullbackRequest,
        private readonly after: (delayUs: number, action: () => void) => void,
        private allowCalibration = false
    ) {
        this.preparation = new Preparation(session, request)
    }

    get stateName(): string {
        return machine.STATE_NAMES[this.state] ?? `state ${this.state}`
    }

    /** What the technician wants to hear of the cart. */
    readonly listener: RunListener = {
        onStatus: status => {
            this.onState(status.state)
            // After a lost link the event of the fault never came.
            if (status.state === machine.STATE_FAULT)
                this.fail(`The cart stopped: ${sentenceOf(status.fault)}.`)
        },
        onEvent: event => this.onEvent(event),
        onRefusal: refusal => this.onRefusal(refusal),
        onDescription: description => {
            this.inRun = true
            this.windowStartNm = description.window_start_nm
        },
        onLines: header => this.onPosition(header.position_nm),
        onEnd: () => {
            this.inRun = false
            if (this.aborted) this.stopAll()
            else this.onEnd()
        },
    }

    /** Ends whatever is under way: the sled brakes, nothing fires any more. {@link failure} is set when the cart has said so. */
    abort(): void {
        this.aborted = true
        this.stopAll()
    }

    /** The cart did not say in time that it stands. */
    stopUnanswered(): void {
        this.failure ??= new Interrupted(
            `Ended before its time. The cart was asked to stop and did not say that it did; it was last ${this.stateName}. Without a host it stops by itself: look at it.`
        )
    }

    private stopAll(): void {
        const { session, state } = this
        if (machine.moves(state)) session.command(machine.COMMAND_STOP)
        else if (machine.fires(state)) session.command(machine.COMMAND_STANDBY)
        // Its summary is on the way.
        else if (!this.inRun)
            this.failure ??= new Interrupted(
                `Ended before its time; the cart stands, ${this.stateName}.`
            )
    }

    /** The run's last line has come: the sled may go back. */
    protected onEnd(): void {
        this.session.command(machine.COMMAND_RETURN)
    }

    /** A change of speed is asked for where its place has been reached, by the position that came with the lines. */
    private onPosition(positionNm: number): void {
        const next = this.request.speedChanges?.[this.speedsChanged]
        if (!next || this.state !== machine.STATE_PULLING) return
        if (positionNm < this.windowStartNm + next.atMm * 1e6) return
        this.speedsChanged++
        const speed_nm_s = Math.round(next.speedMmPerS * 1e6)
        this.session.command(machine.COMMAND_SPEED, speed_nm_s)
    }

    /** The cart's state is known from its first status; after that its events tell. */
    private onState(state: number): void {
        if (state === this.state) return
        this.state = state
        if (this.aborted) this.stopAll()
        else this.act()
    }

    private onEvent(event: Event): void {
        if (event.code === EVENT_STATE) this.onState(event.value)
        else if (event.code === EVENT_SETUP) {
            if (!this.aborted) this.session.command(machine.COMMAND_LIVE)
        } else if (event.code === EVENT_FAULT)
            this.fail(`The cart stopped: ${sentenceOf(event.value)}.`)
        else this.preparation.onEvent(event)
    }

    private onRefusal(refusal: Refusal): void {
        // The state that a stop was for had just ended; the next one is told.
        if (this.aborted) return
        if (this.allowCalibration && CALIBRATION_CODES.includes(refusal.reason)) {
            this.allowCalibration = false
            this.session.command(machine.COMMAND_CALIBRATE)
            return
        }
        const { spec: spec } = this.request
        const { reason, value } = refusal
        const field =
            reason === codes.REFUSED_CATHETER_FIELD && spec
                ? `: ${invalidFieldText(fieldAt(value, spec))}`
                : ""
        this.fail(`The cart refused: ${refusalText(reason, value)}${field}.`)
    }

    protected fail(sentence: string): void {
        this.failure ??= new RunError(sentence)
    }

    protected act(): void {
        const { session } = this
        switch (this.state) {
            case machine.STATE_UNHOMED:
                session.command(machine.COMMAND_HOME)
                break
            case machine.STATE_READY:
                if (this.pullbackDone) this.done = true
                else this.preparation.begin()
                break
            case machine.STATE_LIVE:
                this.after(LIVE_US, () => {
                    if (!this.aborted) session.command(machine.COMMAND_ARM)
                })
                break
            case machine.STATE_ARMED:
                session.command(machine.COMMAND_START)
                break
            case machine.STATE_COMPLETED:
                this.pullbackDone = true
                break
        }
    }
}
