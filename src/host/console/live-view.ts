// Responsible for: everything that the live console shows, in one place: picture, freeze, settings, counts, ECG, faults.
// Not for: what is asked of the cart (../run/watcher.ts), or how it gets to the page (console-server.ts).

import * as machine from "../../shared/cart-machine"
import { catheterNamed, type CatheterSpec } from "../sequence/catheter-spec"
import { PAIRS_NONE } from "../../shared/acquisition/line-record"
import type { Description, Event, Status } from "../../shared/protocol/messages"
import { EVENT_FAULT, EVENT_STATE, sentenceOf } from "../../shared/codes"
import type { AssembledFrame } from "../frames/assembled-frame"
import { checkGeometry, GeometryError, type ImagingGeometry } from "../picture/picture"
import { referenceKey } from "../references/reference-key"
import { isRf, RfFrames } from "../frames/rf-frames"
import { geometryOf, hasOneDirection } from "../results/picture-frames"
import { refusalText } from "../sequence/refusal-text"
import type { RunListener, RunReceiver } from "../run/run-receiver"
import type { ConsoleRequest } from "./console-request"
import { type ConsoleView, NOTICE, type OfferedPicture, type Picture } from "./console-view"
import type { Display, DisplayTold } from "./display"
import { EcgRate } from "./ecg-rate"
import type { RingDownController, RingDownTold } from "./ring-down-controller"

/** A picture that is older than this on the wall, and than two frames and a half, is not live any more. */
const STANDS_AFTER_MS = 500
const STANDS_AFTER_FRAMES = 2.5
/** Frames over which their rate is told. */
const RATE_FRAMES = 30

/** What the page is told of lines: received and lost, by cause. */
export interface LinesTold {
    readonly received: number
    readonly missing: number
    readonly damaged: number
    readonly dropped: Readonly<RunReceiver["dropped"]>
}

export interface LiveTold {
    readonly mode: "live"
    readonly notice: string
    readonly target: string
    readonly catheter: string | null
    readonly serial: number | null
    /** The cart's state in words; null before it told. */
    readonly state: string | null
    readonly insecure: boolean
    /** live: frames come; frozen: one stands because it was asked to; stopped: none comes. */
    readonly picture: "none" | "live" | "frozen" | "stopped"
    readonly frozen: { readonly frame: number; readonly timeMs: number } | null
    readonly transmit: boolean
    readonly fault: string | null
    /** The latest of other things to read: a refusal of the cart, a depth that does not fit. */
    readonly said: string | null
    readonly frames: number
    readonly framesPerS: number | null
    readonly timeMs: number | null
    readonly lines: LinesTold | null
    readonly ecgPerMin: number | null
    /** By so much a virtual cart's clock has fallen behind the wall's, since this machine is too busy. */
    readonly behindMs: number
    readonly display: DisplayTold
    readonly ringDown: RingDownTold
}

export interface LiveOptions {
    /** Who shows the picture: "virtual board". */
    readonly target: string
    readonly display: Display
    readonly ringDown: RingDownController
    /** Monotone, ms. */
    readonly nowMs: () => number
    /** Asks the cart to go live or to stand by. @returns why not */
    readonly transmit: (on: boolean) => string | undefined
    /** Of a catheter that the cart was sent. */
    readonly spec?: CatheterSpec
}

export class LiveView implements ConsoleView {
    readonly opening = null
    frames = 0
    /** Set by whoever made the receiver. */
    receiver: RunReceiver | undefined
    /** Set by a target whose clock may fall behind the wall's. */
    behindMs = (): number => 0
    private firmwareVersion = 0
    private description: Description | undefined
    /** Makes codes of lines that are RF; undefined where they are codes. */
    private rf: RfFrames | undefined
    private oneWay = false
    private state: number | undefined
    private fault: string | null = null
    private said: string | null = null
    private latest: AssembledFrame | undefined
    private latestNumber = 0
    private cameMs = -Infinity
    private frozen: { frame: AssembledFrame; number: number } | undefined
    private readonly ticksUs: number[] = []
    private readonly ecg = new EcgRate()

    constructor(private readonly options: LiveOptions) {}

    /** What the view wants to hear of the cart. */
    readonly listener: RunListener = {
        onHello: hello => void (this.firmwareVersion = hello.firmware_version),
        onDescription: description => this.describe(description),
        onFrame: frame => this.take(frame),
        onStatus: status => this.onStatus(status),
        onEvent: event => this.onEvent(event),
        onRefusal: ({ reason, value }) =>
            this.say(`The cart refused: ${refusalText(reason, value)}.`),
        onEnd: () => this.options.ringDown.end(),
    }

    /** Something happened that the page should say: one sentence. */
    say(sentence: string): void {
        this.said = sentence
    }

    /** The connection to the cart is gone. */
    linkLost(sentence: string): void {
        this.state = undefined
        this.fault = sentence
        this.options.ringDown.end()
    }

    /** The frame that is shown: the frozen one, or the latest. */
    get shown(): { frame: AssembledFrame; number: number } | undefined {
        if (this.frozen) return this.frozen
        return this.latest && { frame: this.latest, number: this.latestNumber }
    }

    ask(ask: ConsoleRequest): string | undefined {
        const { display, ringDown, transmit } = this.options
        switch (ask.ask) {
            case "gain":
            case "dynamic-range":
            case "depth":
                return display.set(ask)
            case "freeze":
                return this.freeze(ask.value)
            case "subtract": {
                const refusal = ringDown.subtract(ask.value)
                if (!refusal) display.version++
                return refusal
            }
            case "capture":
                if (!this.isComing)
                    return "The request was not taken: no picture comes that a ring-down could be captured from; go live first."
                return ringDown.capture()
            case "transmit":
                return transmit(ask.value)
            case "frame":
                return "The request was not taken: a live picture has no frames to choose from; freeze it instead."
        }
    }

    pictures(): readonly OfferedPicture[] {
        const { shown } = this
        if (!shown) return []
        const { version } = this.options.display
        return [
            {
                name: "cross-section",
                // Settings and frames both make another picture; there are fewer than 2^21 changes of the first.
                version: shown.number * 2 ** 21 + version,
                make: () => this.picture(),
            },
        ]
    }

    /** The picture as it is shown now. @throws when no frame has come */
    picture(): Picture {
        const { frame, number } = this.shown!
        const { display, ringDown } = this.options
        const lines = this.description!.lines_per_frame
        return {
            image: display.draw(frame, ringDown.ringDown, this.oneWay),
            about: {
                frame: number,
                timeMs: frame.timeMs,
                // From the home switch, as the sled's own display has it.
                positionMm: frame.positionMm + this.description!.window_start_nm / 1e6,
                linesMissing: lines - frame.linesPresent,
                triggersDeg: frame.triggers.map(t => (360 * t.line) / lines),
                oneWay: this.oneWay,
                frozen: this.frozen !== undefined,
            },
        }
    }

    told(): LiveTold {
        const { description: d, receiver, frozen, state } = this
        const { display, ringDown, target } = this.options
        return {
            mode: "live",
            notice: NOTICE,
            target,
            catheter: d?.catheter ?? null,
            serial: d?.catheter_serial ?? null,
            state: state === undefined ? null : (machine.STATE_NAMES[state] ?? `state ${state}`),
            insecure: receiver?.insecure ?? false,
            picture: !this.shown ? "none" : frozen ? "frozen" : this.isComing ? "live" : "stopped",
            frozen: frozen ? { frame: frozen.number, timeMs: frozen.frame.timeMs } : null,
            transmit: state !== undefined && machine.fires(state),
            fault: this.fault,
            said: this.said,
            frames: this.frames,
            framesPerS: this.framesPerS,
            timeMs: this.latest?.timeMs ?? null,
            lines: linesOf(receiver),
            ecgPerMin: this.ecg.perMin(this.latest?.tickUs ?? 0),
            behindMs: Math.round(this.behindMs()),
            display: display.told(),
            ringDown: ringDown.told(),
        }
    }

    /** Frames are coming: the picture is not of some time ago. */
    private get isComing(): boolean {
        const frames = STANDS_AFTER_FRAMES * (1e6 / (this.description?.frame_rate_mhz ?? 1e6))
        const limitMs = Math.max(STANDS_AFTER_MS, frames)
        return this.options.nowMs() - this.cameMs <= limitMs
    }

    private get framesPerS(): number | null {
        const { ticksUs } = this
        const spanUs = ticksUs.length > 1 ? ticksUs.at(-1)! - ticksUs[0]! : 0
        if (spanUs === 0) return null
        return Math.round((1e7 * (ticksUs.length - 1)) / spanUs) / 10
    }

    private freeze(on: boolean): string | undefined {
        if (on && !this.latest)
            return "The request was not taken: no picture has come that could be frozen."
        if (on === (this.frozen !== undefined)) return undefined
        this.frozen = on ? { frame: this.latest!, number: this.latestNumber } : undefined
        this.options.display.version++
        return undefined
    }

    private describe(description: Description): void {
        const { display, ringDown } = this.options
        const geometry = geometryOf(description)
        const why = unshowable(description, geometry)
        this.description = why ? undefined : description
        // A frozen picture of another catheter would get that one's scale.
        this.frozen = this.latest = undefined
        this.ticksUs.length = 0
        this.ecg.clear()
        if (why) return this.say(why)
        this.rf = isRf(description) ? new RfFrames(description) : undefined
        this.oneWay = hasOneDirection(description)
        this.said = display.describe(geometry) ?? null
        ringDown.describe(
            referenceKey(description, this.firmwareVersion),
            geometry,
            catheterNamed(description.catheter, this.options.spec)?.elements === 1
        )
    }

    private take(came: AssembledFrame): void {
        if (!this.description || this.isCut(came)) return
        const frame = this.rf ? { ...came, ...this.rf.detect(came) } : came
        const capturing = this.options.ringDown.told().capturing !== null
        this.latest = frame
        this.latestNumber = ++this.frames
        this.cameMs = this.options.nowMs()
        this.ticksUs.push(frame.tickUs)
        if (this.ticksUs.length > RATE_FRAMES) this.ticksUs.shift()
        for (const { tickUs } of frame.triggers) this.ecg.take(tickUs)
        this.options.ringDown.take(frame, frame.tickUs)
        // A capture that has ended changes a frozen picture too.
        if (capturing) this.options.display.version++
    }

    /** The run's first and last frame come as far as they were fired: nothing is missing, and nothing is to be seen. */
    private isCut(frame: AssembledFrame): boolean {
        const whole = frame.linesPresent === this.description!.lines_per_frame
        return !whole && (!this.latest || this.receiver?.end !== undefined)
    }

    private onStatus(status: Status): void {
        this.state = status.state
        this.fault =
            status.state === machine.STATE_FAULT
                ? `The cart stopped: ${sentenceOf(status.fault)}.`
                : null
    }

    private onEvent(event: Event): void {
        if (event.code === EVENT_STATE) this.state = event.value
        else if (event.code === EVENT_FAULT)
            this.fault = `The cart stopped: ${sentenceOf(event.value)}.`
    }
}

/** Why no picture can be made of such lines; undefined where one can. */
function unshowable(description: Description, geometry: ImagingGeometry): string | undefined {
    if (description.pair_list !== PAIRS_NONE)
        return "The cart sends element data, of which no live picture is made; pull them back with `ivus pullback --data elements`."
    try {
        checkGeometry(geometry)
        return undefined
    } catch (error) {
        if (error instanceof GeometryError) return error.message
        throw error
    }
}

function linesOf(receiver: RunReceiver | undefined): LinesTold | null {
    const counts = receiver?.assembler?.counts
    if (!receiver || !counts) return null
    return {
        received: counts.received,
        missing: counts.missing,
        damaged: receiver.stream.faults.linesDamaged,
        dropped: { ...receiver.dropped },
    }
}
