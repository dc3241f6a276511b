// Responsible for: the requests of one pullback in their order, each sent when the cart is ready for it.
// Not for: what the cart makes of them.

import * as machine from "../../wire/cart-machine"
import type { Event, Refusal } from "../../wire/messages"
import * as reasons from "../../wire/reasons"
import {
    EVENT_FAULT,
    EVENT_SETUP,
    EVENT_STATE,
    sentenceOf,
} from "../../wire/reasons"
import type { HostSession } from "../link/host-session"
import { refusalText } from "./refusals"
import type { RunListener, RunReceiver } from "./run-receiver"
import { type PullbackRequest, setupOf } from "./run-target"

/** The cart refused or failed; the message is a sentence. */
export class RunError extends Error {
    /** What had come of the run by then. */
    receiver?: RunReceiver
}

/** Refusals that a calibration mends. */
const CALIBRATION_REASONS: readonly number[] = [
    reasons.REFUSED_CALIBRATION,
    reasons.REFUSED_CLOCK,
    reasons.REFUSED_SCALE,
    reasons.REFUSED_SCREW,
]

/** How long the picture is watched before the pullback starts, as a technician would, in us of cart time. */
const LIVE_US = 300_000

/** Drives a cart from power-up to the end of one pullback and back to its start. */
export class Technician {
    state = machine.STATE_BOOT
    /** Set when the cart is ready again after the pullback. */
    done = false
    failure: RunError | undefined
    private pulled = false
    private speedsChanged = 0
    private windowStartNm = Infinity

    /**
     * @param after runs something later, in us of the cart's time
     * @param mayCalibrate whether a sled that asks for it is calibrated, which moves it 24 mm: only where no catheter is in anybody
     */
    constructor(
        protected readonly session: HostSession,
        private readonly request: PullbackRequest,
        private readonly after: (delayUs: number, action: () => void) => void,
        private mayCalibrate = false
    ) {}

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
            this.windowStartNm = description.window_start_nm
        },
        onLines: header => this.onPosition(header.position_nm),
        onEnd: () => this.onEnd(),
    }

    /** The run's last line has come: the sled may go back. */
    protected onEnd(): void {
        this.session.command(machine.ASK_RETURN)
    }

    /** A change of speed is asked for where its place has been reached, by the position that came with the lines. */
    private onPosition(positionNm: number): void {
        const next = this.request.speedChanges?.[this.speedsChanged]
        if (!next || this.state !== machine.STATE_PULLING) return
        if (positionNm < this.windowStartNm + next.atMm * 1e6) return
        this.speedsChanged++
        const speed_nm_s = Math.round(next.speedMmPerS * 1e6)
        this.session.command(machine.ASK_SPEED, speed_nm_s)
    }

    /** The cart's state is known from its first status; after that its events tell. */
    private onState(state: number): void {
        if (state === this.state) return
        this.state = state
        this.act()
    }

    private onEvent(event: Event): void {
        if (event.code === EVENT_STATE) this.onState(event.value)
        else if (event.code === EVENT_SETUP) {
            this.session.command(machine.ASK_LIVE)
        } else if (event.code === EVENT_FAULT)
            this.fail(`The cart stopped: ${sentenceOf(event.value)}.`)
    }

    private onRefusal(refusal: Refusal): void {
        if (this.mayCalibrate && CALIBRATION_REASONS.includes(refusal.reason)) {
            this.mayCalibrate = false
            this.session.command(machine.ASK_CALIBRATE)
            return
        }
        this.fail(
            `The cart refused: ${refusalText(refusal.reason, refusal.value)}.`
        )
    }

    protected fail(sentence: string): void {
        this.failure ??= new RunError(sentence)
    }

    protected act(): void {
        const { session } = this
        switch (this.state) {
            case machine.STATE_UNHOMED:
                session.command(machine.ASK_HOME)
                break
            case machine.STATE_READY:
                if (this.pulled) this.done = true
                else session.setup(setupOf(this.request))
                break
            case machine.STATE_LIVE:
                this.after(LIVE_US, () => session.command(machine.ASK_ARM))
                break
            case machine.STATE_ARMED:
                session.command(machine.ASK_START)
                break
            case machine.STATE_COMPLETED:
                this.pulled = true
                break
        }
    }
}
