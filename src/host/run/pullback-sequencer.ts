// Sends the requests of one pullback in order, each when the cart is ready for it.

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

/** Refusal codes that a calibration resolves. */
const CALIBRATION_CODES: readonly number[] = [
    codes.REFUSED_CALIBRATION,
    codes.REFUSED_CLOCK,
    codes.REFUSED_SCALE,
    codes.REFUSED_SCREW,
]

/** Time in live before the pullback starts, us of cart time: what a technician needs to check the picture. */
const LIVE_US = 300_000

/** Drives a cart from power-up through one pullback and back to the start position. */
export class PullbackSequencer {
    state = machine.STATE_BOOT
    /** Set when the cart is ready again after the pullback. */
    done = false
    failure: RunError | undefined
    private pullbackDone = false
    private readonly preparation: Preparation
    private speedsChanged = 0
    private aborted = false
    /** Set between a run's description and its summary. */
    private inRun = false
    private windowStartNm = Infinity

    /**
     * @param after runs an action later, after a delay in us of cart time
     * @param allowCalibration whether a sled that needs calibration is calibrated, which moves it 24 mm: only allowed
     * while no catheter is in a patient
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

    /** Handles the cart's messages. */
    readonly listener: RunListener = {
        onStatus: status => {
            this.onState(status.state)
            // After a lost link the event with the fault was not received.
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

    /**
     * Ends what is in progress: the sled brakes and firing stops. {@link failure} is set once the cart has reported
     * it.
     */
    abort(): void {
        this.aborted = true
        this.stopAll()
    }

    /** The cart did not report in time that it has stopped. */
    stopUnanswered(): void {
        this.failure ??= new Interrupted(
            `The cart did not confirm the stop and was last ${this.stateName}. Without a host it stops by itself: check that it has stopped.`
        )
    }

    private stopAll(): void {
        const { session, state } = this
        if (machine.moves(state)) session.command(machine.COMMAND_STOP)
        else if (machine.fires(state)) session.command(machine.COMMAND_STANDBY)
        // During a run, wait for its end message.
        else if (!this.inRun)
            this.failure ??= new Interrupted(`the sled has stopped (state: ${this.stateName}).`)
    }

    /** Called after the end message of the run: returns the sled. */
    protected onEnd(): void {
        this.session.command(machine.COMMAND_RETURN)
    }

    /** Commands a speed change when its position is reached, by the position in the line bursts. */
    private onPosition(positionNm: number): void {
        const next = this.request.speedChanges?.[this.speedsChanged]
        if (!next || this.state !== machine.STATE_PULLING) return
        if (positionNm < this.windowStartNm + next.atMm * 1e6) return
        this.speedsChanged++
        const speed_nm_s = Math.round(next.speedMmPerS * 1e6)
        this.session.command(machine.COMMAND_SPEED, speed_nm_s)
    }

    /** Called with the state of the first status, then with that of each event. */
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
        // The state changed just before the stop arrived; the event of the new state follows.
        if (this.aborted) return
        if (this.allowCalibration && CALIBRATION_CODES.includes(refusal.reason)) {
            this.allowCalibration = false
            this.session.command(machine.COMMAND_CALIBRATE)
            return
        }
        const { spec } = this.request
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
