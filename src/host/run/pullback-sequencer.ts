// Sends the requests of one pullback in order, each when the cart is ready for it and the operator has allowed it.

import * as machine from "../../shared/cart-machine"
import type { Event, Refusal, Status } from "../../shared/protocol/messages"
import * as codes from "../../shared/codes"
import { EVENT_SETUP, EVENT_STATE, isFault } from "../../shared/codes"
import type { CartSession } from "../link/cart-session"
import { oddDescriptionText } from "../link/description-check"
import { fieldAt } from "../sequence/catheter-schema"
import { invalidFieldText } from "../sequence/check"
import { catheterFor, type PullbackRequest } from "../sequence/pullback-request"
import { planFrom } from "../sequence/pullback-plan"
import { calibrating, homing, pulling, returning } from "./motions"
import { OperatedClient } from "./operated-client"
import type { Operator } from "./operator"
import { Preparation } from "./preparation"
import { QUICK, SledCalibration } from "./sled-calibration"
import { refusalText } from "../sequence/refusal-text"
import type { RunListener } from "./run-receiver"
import { Interrupted } from "../errors"

/** Refusal codes that a calibration resolves. */
const CALIBRATION_CODES: readonly number[] = [
    codes.REFUSED_CALIBRATION,
    codes.REFUSED_CLOCK,
    codes.REFUSED_SCALE,
    codes.REFUSED_SCREW,
]

/** Time in live before the pullback starts, us of cart time: what a technician needs to check the picture. */
const LIVE_US = 300_000

/** Drives a cart from power-up through one pullback. The sled then stays where the pullback ended. */
export class PullbackSequencer extends OperatedClient {
    /** The latest reported position of the sled. */
    positionNm = 0
    /** Where the sled stood when the pullback was started. */
    startNm: number | undefined
    /** Set when the pullback has ended and the sled stands. */
    done = false
    private readonly preparation: Preparation
    private speedsChanged = 0
    private calibrated = false
    protected calibration: SledCalibration | undefined
    /** Set with the first request that moves the sled or fires. */
    private inControl = false
    /** Set between a run's description and its summary. */
    private inRun = false
    private hasEnded = false
    private windowStartNm = Infinity

    /**
     * @param after runs an action later, after a delay in us of cart time
     * @param operator is asked before each motion
     */
    constructor(
        session: CartSession,
        private readonly request: PullbackRequest,
        private readonly after: (delayUs: number, action: () => void) => void,
        operator: Operator
    ) {
        super(session, operator)
        this.preparation = new Preparation(session, request)
    }

    /** Handles the cart's messages. */
    readonly listener: RunListener = {
        onStatus: status => this.onStatus(status),
        onEvent: event => this.onEvent(event),
        onRefusal: refusal => this.onRefusal(refusal),
        onRegister: register => this.calibration?.onRegister(register),
        onSurvey: sample => this.calibration?.onSurvey(sample),
        onDescription: description => {
            this.inRun = true
            this.windowStartNm = description.window_start_nm
        },
        onOddDescription: defect => this.onOddDescription(defect),
        onLines: header => this.onPosition(header.position_nm),
        onEnd: () => {
            this.inRun = false
            this.hasEnded = true
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
            this.failure ??= new Interrupted(
                `${this.inControl ? "the sled has stopped" : "nothing was moved"} (state: ${this.stateName}).`
            )
    }

    /** Called after the end message of the run. */
    protected onEnd(): void {
        // The next status says where the sled stands.
    }

    private onStatus(status: Status): void {
        this.positionNm = status.position_nm
        this.onState(status.state)
        this.checkLatched(status)
        const isOver = this.hasEnded && status.state === machine.STATE_COMPLETED
        if (isOver && !this.aborted) this.done = true
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
    protected onState(state: number): void {
        if (state === this.state) return
        const before = this.state
        this.state = state
        if (this.aborted) this.stopAll()
        // After a failure, an acknowledged fault must not start anything.
        else if (!this.failure) {
            if (this.calibration) this.continueCalibration(this.calibration, before)
            else this.act(before)
        }
    }

    private continueCalibration(calibration: SledCalibration, before: number): void {
        calibration.onState(this.state)
        if (this.hasFailed(calibration) || !calibration.done) return
        this.calibration = undefined
        this.act(before)
    }

    private hasFailed({ failure }: SledCalibration): boolean {
        if (!failure) return false
        this.calibration = undefined
        this.fail(failure.message)
        return true
    }

    /** Nothing of such a run could be shown or measured. */
    protected onOddDescription(defect: string): void {
        this.fail(`${oddDescriptionText(defect)}.`)
    }

    private onEvent(event: Event): void {
        const { calibration } = this
        calibration?.onEvent(event)
        if (calibration) this.hasFailed(calibration)
        if (event.code === EVENT_STATE) this.onState(event.value)
        else if (isFault(event.code)) this.failByFault(event.code, event.value)
        else if (this.aborted || this.failure) return
        else if (event.code === EVENT_SETUP) this.onSetup()
        else this.preparation.onEvent(event)
    }

    private onRefusal(refusal: Refusal): void {
        // The state changed just before the stop arrived; the event of the new state follows.
        if (this.aborted) return
        const { spec } = this.request
        const { reason, value } = refusal
        const field =
            reason === codes.REFUSED_CATHETER_FIELD && spec
                ? `: ${invalidFieldText(fieldAt(value, spec))}`
                : ""
        const text = `${refusalText(reason, value)}${field}.`
        if (this.calibrated || !CALIBRATION_CODES.includes(reason))
            return this.fail(`The cart refused: ${text}`)
        const why = `The cart needs a calibration before a run: ${text}`
        this.ask(calibrating(why, QUICK.strokeMm), () => {
            this.calibrated = true
            this.inControl = true
            this.calibration = new SledCalibration(this.session, QUICK)
        })
    }

    protected command(command: number): void {
        this.inControl = true
        this.session.command(command)
    }

    /** The cart has accepted the setup: asks for the pullback. */
    protected onSetup(): void {
        const catheter = catheterFor(this.request)
        const plan = catheter && planFrom(this.positionNm, this.request, catheter).plan
        this.ask(pulling(this.positionNm, this.request, plan), () => this.goLive())
    }

    protected goLive(): void {
        this.command(machine.COMMAND_LIVE)
    }

    /** A state in which another operator uses the cart. */
    private isInUse(): boolean {
        const { state } = this
        const busy = machine.moves(state) || machine.fires(state)
        return state === machine.STATE_MANUAL || (busy && !this.inControl)
    }

    /** Requests what follows in this state. @param before the state before it */
    protected act(before: number): void {
        // A stop of an operator at the cart is not undone.
        const wasMoving = machine.moves(before)
        switch (this.state) {
            case machine.STATE_UNHOMED:
                if (wasMoving) this.fail(`The homing was stopped at the cart; ${this.nextText}.`)
                else this.ask(homing(), () => this.command(machine.COMMAND_HOME))
                break
            case machine.STATE_READY:
                if (machine.fires(before))
                    this.fail(
                        "The cart was sent to standby before the pullback began; start the command again."
                    )
                else this.preparation.begin()
                break
            case machine.STATE_LIVE:
                if (!this.inControl) return this.failInUse()
                this.after(LIVE_US, () => {
                    if (!this.aborted && !this.failure && this.state === machine.STATE_LIVE)
                        this.session.command(machine.COMMAND_ARM)
                })
                break
            case machine.STATE_ARMED:
                if (!this.inControl) return this.failInUse()
                this.startNm = this.positionNm
                this.session.command(machine.COMMAND_START)
                break
            case machine.STATE_COMPLETED:
                if (before === machine.STATE_RETURNING)
                    this.fail(`The return was stopped at the cart; ${this.nextText}.`)
                else if (before !== machine.STATE_PULLING)
                    this.ask(returning(this.positionNm), () => this.command(machine.COMMAND_RETURN))
                break
            default:
                if (this.isInUse()) this.failInUse()
        }
    }

    /** What a user does after a stop at the cart. */
    protected get nextText(): string {
        return "start the command again"
    }

    protected failInUse(): void {
        this.fail(
            `The cart is ${this.stateName}: it is in use; finish that procedure and try again.`
        )
    }
}
