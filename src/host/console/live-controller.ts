// Connects the live view to the cart's client, and decides when a live session ends: frame count, capture, Ctrl-C.

import type { Event } from "../../shared/protocol/messages"
import type { RunError } from "../errors"
import type { LiveClient } from "../run/live-client"
import { reportsWarnings } from "../run/alarm-reports"
import type { RunListener } from "../run/run-receiver"
import { refusalOf } from "./console-request"
import type { LiveQuestions } from "./live-questions"
import type { LiveView } from "./live-view"
import type { RingDownController } from "./ring-down-controller"

export class LiveController {
    private stopped = false
    private captureRequested = false
    private client: LiveClient | undefined
    /** The cart's events, over all of its sessions. */
    readonly events: Event[] = []

    /**
     * @param frames ends the session after this many frames; undefined: runs until {@link stop}, with somebody who watches
     * @param capture captures a ring-down reference first
     * @param report prints a warning, or a failure while the page still shows it, to the terminal
     * @param onFrame called after each frame
     */
    constructor(
        private readonly view: LiveView,
        private readonly ringDown: RingDownController,
        private readonly frames: number | undefined,
        private readonly capture: boolean,
        private readonly report: (line: string) => void,
        private readonly onFrame: () => void
    ) {}

    private readonly warnings = reportsWarnings(line => this.report(line))

    /** Must be called after the view's own listener. */
    readonly listener: RunListener = {
        onEvent: event => {
            this.events.push(event)
            this.warnings.onEvent(event)
        },
        onStatus: status => this.warnings.onStatus(status),
        onFrame: () => {
            if (this.capture && !this.captureRequested) {
                this.captureRequested = true
                const refusal = this.ringDown.capture()
                if (refusal) this.view.showMessage(refusal)
            }
            this.onFrame()
        },
    }

    /** Who is asked after a fault; undefined where a fault ends the session. */
    get questions(): LiveQuestions | undefined {
        return this.view.questions
    }

    /** @param client undefined while no cart is connected */
    attach(client: LiveClient | undefined): void {
        this.client = client
    }

    /** The link to the cart was lost; the session waits for the cart. */
    linkLost(sentence: string): void {
        this.attach(undefined)
        this.questions?.withdraw()
        this.view.linkLost(sentence)
        this.report(sentence)
    }

    /** Requests live (true) or standby. @returns the sentence by which it was refused; undefined when it was sent */
    transmit(on: boolean): string | undefined {
        return this.client ? this.client.transmit(on) : refusalOf("no cart is connected")
    }

    /** Requests that the sled brakes. @returns the sentence by which it was refused */
    stopMotion(): string | undefined {
        return this.client ? this.client.stop() : refusalOf("no cart is connected")
    }

    /** Tells the cart that a user has seen its warnings. @returns the sentence by which it was refused */
    acknowledge(): string | undefined {
        if (!this.client) return refusalOf("no cart is connected")
        const reason = this.client.acknowledgeWarnings()
        return reason === undefined ? undefined : refusalOf(reason)
    }

    /** Silences the cart's alarms for two minutes. @returns the sentence by which it was refused */
    pauseSound(): string | undefined {
        if (!this.client) return refusalOf("no cart is connected")
        this.client.pauseSound()
        return undefined
    }

    /** Ends the session, for example on Ctrl-C. */
    stop(): void {
        this.stopped = true
    }

    get isOver(): boolean {
        if (this.stopped) return true
        if (this.frames === undefined || this.view.frames < this.frames) return false
        // A capture may need more frames than were requested.
        return this.ringDown.state().capturing === null
    }

    /** A user who watches the picture reads the failure below it, and ends the session. */
    reportFailure(failure: RunError): void {
        if (this.frames !== undefined || this.view.frames === 0) this.stopped = true
        else this.report(`${failure.message}\nThe console stays open until Ctrl-C is pressed.`)
    }
}
