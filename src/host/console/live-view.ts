// The live console's state: the latest frame, counts, ECG and faults.

import * as machine from "../../shared/cart-machine"
import { EVENT_STATE } from "../../shared/codes"
import type { Description, Event, Status } from "../../shared/protocol/messages"
import type { GreyImage, ImagingGeometry, RingDownReference } from "../picture/picture"
import type { AssembledFrame } from "../frames/assembled-frame"
import { isRf, RfFrames } from "../frames/rf-frames"
import { referenceKey } from "../references/reference-key"
import { geometryOf, isFixedDirection } from "../results/picture-frames"
import type { RunListener, RunReceiver } from "../run/run-receiver"
import { catheterNamed, type CatheterSpec } from "../sequence/catheter-spec"
import { refusalText } from "../sequence/refusal-text"
import { type ConsoleRequest, refusalOf } from "./console-request"
import type { Display } from "./display"
import { LiveAlarms, soundOf } from "./live-alarms"
import { EcgRate } from "./ecg-rate"
import { LiveFault } from "./live-fault"
import type { LiveQuestions } from "./live-questions"
import type { LiveFrame, LiveSource } from "./live-source"
import { displayError, lineCounts, type LiveState, type PullbackState } from "./live-state"
import type { RingDownController } from "./ring-down-controller"
import { sceneJson } from "./run/run-content"
import type { SceneJson } from "./run/run-json"

/** The picture counts as stopped after the longer of these times without a frame. */
const STOPPED_AFTER_MS = 500
const STOPPED_AFTER_FRAMES = 2.5
/** Frames over which the frame rate is measured. */
const RATE_FRAMES = 30

export interface LiveOptions {
    /** Name of the target, such as "virtual board". */
    readonly target: string
    readonly display: Display
    readonly ringDown: RingDownController
    /** Monotonic clock, ms. */
    readonly nowMs: () => number
    /** Requests live or standby from the cart. @returns the sentence by which it was refused */
    readonly transmit: (on: boolean) => string | undefined
    /** Requests that the sled brakes. @returns the sentence by which it was refused */
    readonly stop: () => string | undefined
    /** What users are asked after a fault; left out, a fault ends the session. */
    readonly questions?: LiveQuestions | undefined
    /** Tells the cart that a user has seen its warnings. @returns the sentence by which it was refused */
    readonly acknowledge: () => string | undefined
    /** Pauses the sound of the cart's alarms. @returns the sentence by which it was refused */
    readonly pauseSound: () => string | undefined
    /** Spec of a custom catheter that was sent to the cart. */
    readonly spec?: CatheterSpec
}

export class LiveView implements LiveSource {
    frames = 0
    /** Set by the target that creates the receiver. */
    receiver: RunReceiver | undefined
    /** Set by a target whose clock may fall behind the wall clock. */
    clockLagMs = (): number => 0
    private firmwareVersion = 0
    private description: Description | undefined
    /** Converts RF A-lines to sample codes; undefined if the front end sends sample codes. */
    private rf: RfFrames | undefined
    private fixedDirection = false
    private cartState: number | undefined
    private control: number | undefined
    private readonly fault = new LiveFault()
    private readonly alarms = new LiveAlarms()
    private sound: string | null = null
    private message: string | null = null
    /** The latest frame. */
    shown: AssembledFrame | undefined
    private latestFrameMs = -Infinity
    private geometry: ImagingGeometry | undefined
    private sentScene: { ringDown: RingDownReference; scene: SceneJson } | undefined
    private readonly ticksUs: number[] = []
    private readonly ecg = new EcgRate()

    constructor(private readonly options: LiveOptions) {}

    /** Receives the cart's messages. */
    readonly listener: RunListener = {
        onHello: hello => void (this.firmwareVersion = hello.firmware_version),
        onDescription: description => this.onDescription(description),
        onFrame: frame => this.addFrame(frame),
        onStatus: status => this.onStatus(status),
        onEvent: event => this.onEvent(event),
        onRestart: restart => {
            const text = this.fault.onRestart(restart)
            if (text) this.showMessage(text)
        },
        onRefusal: ({ reason, value }) =>
            this.showMessage(`The cart refused: ${refusalText(reason, value)}.`),
        onEnd: () => this.options.ringDown.end(),
    }

    get questions(): LiveQuestions | undefined {
        return this.options.questions
    }

    /** Shows one sentence on the page. */
    showMessage(sentence: string): void {
        this.message = sentence
    }

    /** Reports that the connection to the cart was lost. */
    linkLost(sentence: string): void {
        this.cartState = this.control = undefined
        this.fault.linkLost(sentence)
        this.options.ringDown.end()
    }

    handle(request: ConsoleRequest): string | undefined {
        const { ringDown, transmit } = this.options
        switch (request.kind) {
            case "subtract":
                return ringDown.setSubtracted(request.value)
            case "capture":
                if (!this.isReceiving) return refusalOf("no frames are received; go live first")
                return ringDown.capture()
            case "transmit":
                return transmit(request.value)
            case "stop":
                return this.options.stop()
            case "answer":
                return this.options.questions
                    ? this.options.questions.answer(request.value)
                    : refusalOf("nothing is asked")
            case "acknowledge":
                return this.options.acknowledge()
            case "pause-sound":
                return this.options.pauseSound()
            case "drawn":
                return undefined
        }
    }

    /** Sets the gain with which pages show the picture, as the bedside unit asks. */
    setGain(gainDb: number): void {
        const refusal = this.options.display.setGain(gainDb)
        if (refusal) this.showMessage(refusal)
    }

    scene(): SceneJson | null {
        const { geometry, fixedDirection, sentScene } = this
        if (!geometry) return null
        const { ringDown } = this.options.ringDown
        if (sentScene?.ringDown === ringDown) return sentScene.scene
        const scene = sceneJson({ geometry, ringDown, fixedDirection })
        this.sentScene = { ringDown, scene }
        return scene
    }

    latest(): LiveFrame | undefined {
        const { shown: frame, frames: number } = this
        if (!frame) return undefined
        const lines = this.description!.lines_per_frame
        const about = {
            timeMs: frame.timeMs,
            // From the home switch, as on the cart's display.
            positionMm: frame.positionMm + this.description!.window_start_nm / 1e6,
            linesMissing: lines - frame.linesPresent,
            triggersDeg: frame.triggers.map(t => (360 * t.line) / lines),
        }
        return { number, frame, about }
    }

    /** Renders the latest frame with the settings of the command line. @throws when no frame has been received */
    picture(): GreyImage {
        const { display, ringDown } = this.options
        return display.draw(this.shown!, ringDown.ringDown, this.fixedDirection)
    }

    state(): LiveState {
        const { description: d, receiver, cartState } = this
        const { display, ringDown, target } = this.options
        return {
            target,
            catheter: d?.catheter ?? null,
            serial: d?.catheter_serial ?? null,
            cartState:
                cartState === undefined
                    ? null
                    : (machine.STATE_NAMES[cartState] ?? `state ${cartState}`),
            control: this.control === undefined ? null : machine.holderName(this.control),
            insecure: receiver?.insecure ?? false,
            picture: !this.shown ? "none" : this.isReceiving ? "live" : "stopped",
            transmit: cartState !== undefined && machine.fires(cartState),
            moving: cartState !== undefined && machine.moves(cartState),
            pullback: this.pullback,
            fault: this.fault.state(),
            question: this.options.questions?.state() ?? null,
            alarms: this.alarms.state(),
            sound: this.sound,
            message: this.message,
            frames: this.frames,
            framesPerS: this.framesPerS,
            timeMs: this.shown?.timeMs ?? null,
            lines: lineCounts(receiver),
            ecgPerMin: this.ecg.perMin(this.shown?.tickUs ?? 0),
            clockLagMs: Math.round(this.clockLagMs()),
            display: display.state(),
            ringDown: ringDown.state(),
        }
    }

    private get pullback(): PullbackState | null {
        const { description: d, cartState } = this
        const isAsked = cartState === machine.STATE_ARMED || cartState === machine.STATE_PULLING
        if (!d || !isAsked || d.window_end_nm <= d.window_start_nm) return null
        return {
            fromMm: d.window_start_nm / 1e6,
            toMm: d.window_end_nm / 1e6,
            speedMmPerS: d.speed_nm_s / 1e6,
        }
    }

    /** Whether the latest frame is recent. */
    private get isReceiving(): boolean {
        const frames = STOPPED_AFTER_FRAMES * (1e6 / (this.description?.frame_rate_mhz ?? 1e6))
        const limitMs = Math.max(STOPPED_AFTER_MS, frames)
        return this.options.nowMs() - this.latestFrameMs <= limitMs
    }

    private get framesPerS(): number | null {
        const { ticksUs } = this
        const spanUs = ticksUs.length > 1 ? ticksUs.at(-1)! - ticksUs[0]! : 0
        if (spanUs === 0) return null
        return Math.round((1e7 * (ticksUs.length - 1)) / spanUs) / 10
    }

    private onDescription(description: Description): void {
        const { display, ringDown } = this.options
        const geometry = geometryOf(description)
        const error = displayError(description, geometry)
        this.description = error ? undefined : description
        // A frame of another catheter would be drawn with the wrong scale.
        this.shown = this.geometry = this.sentScene = undefined
        this.ticksUs.length = 0
        this.ecg.clear()
        if (error) return this.showMessage(error)
        this.rf = isRf(description) ? new RfFrames(description) : undefined
        this.fixedDirection = isFixedDirection(description)
        this.geometry = geometry
        this.message = display.setGeometry(geometry) ?? null
        ringDown.setCatheter(
            referenceKey(description, this.firmwareVersion),
            geometry,
            catheterNamed(description.catheter, this.options.spec)?.elements === 1
        )
    }

    private addFrame(received: AssembledFrame): void {
        if (!this.description || this.isPartialEdgeFrame(received)) return
        const frame = this.rf ? { ...received, ...this.rf.detect(received) } : received
        this.shown = frame
        this.frames++
        this.latestFrameMs = this.options.nowMs()
        this.ticksUs.push(frame.tickUs)
        if (this.ticksUs.length > RATE_FRAMES) this.ticksUs.shift()
        for (const { tickUs } of frame.triggers) this.ecg.addTrigger(tickUs)
        this.options.ringDown.addFrame(frame, frame.tickUs)
    }

    /** The first and last frame of a run are fired only in part: they are not shown, and their A-lines are not missing. */
    private isPartialEdgeFrame(frame: AssembledFrame): boolean {
        const complete = frame.linesPresent === this.description!.lines_per_frame
        return !complete && (!this.shown || this.receiver?.end !== undefined)
    }

    private onStatus(status: Status): void {
        this.onState(status.state)
        this.control = status.control
        this.alarms.onStatus(status)
        this.sound = soundOf(status)
        this.fault.onStatus(status)
    }

    private onState(state: number): void {
        const { cartState } = this
        const goesOn = cartState !== undefined && machine.isLatched(cartState)
        // What was said before is over.
        if (cartState !== state && (machine.moves(state) || (goesOn && !machine.isLatched(state))))
            this.message = null
        this.cartState = state
        this.fault.onState(state)
    }

    private onEvent(event: Event): void {
        this.alarms.onEvent(event)
        this.fault.onEvent(event)
        if (event.code === EVENT_STATE) this.onState(event.value)
    }
}
