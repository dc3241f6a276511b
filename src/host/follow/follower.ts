// Follows a cart that a bedside unit controls: shows the live picture, applies gain and ring-down as the unit asks, and records
// its pullbacks. It takes no control of the cart, so that the unit keeps it.

import * as machine from "../../shared/cart-machine"
import { EVENT_GAIN, EVENT_RING_DOWN } from "../../shared/codes"
import type { Event } from "../../shared/protocol/messages"
import { refusalOf } from "../console/console-request"
import { Display } from "../console/display"
import { combineListeners } from "../run/combine-listeners"
import { LiveView } from "../console/live-view"
import { RingDownController } from "../console/ring-down-controller"
import type { CartSession } from "../link/cart-session"
import type { ReferenceStore } from "../references/reference-store"
import type { RunListener } from "../run/run-receiver"

export interface FollowerOptions {
    /** Name of the target, as the console shows it. */
    readonly target: string
    readonly references: Pick<ReferenceStore, "find" | "save">
    /** Monotonic clock, ms. */
    readonly nowMs: () => number
    /** The date, ms since 1970 UTC. */
    readonly dateMs: () => number
    /** Called when there is a new picture. */
    readonly onFrame: () => void
}

const AT_THE_UNIT = "the bedside unit controls the cart"

export class Follower {
    readonly view: LiveView
    /** Receives the cart's messages. */
    readonly listener: RunListener
    private readonly ringDown: RingDownController
    private session: CartSession | undefined

    constructor(options: FollowerOptions) {
        const { target, nowMs, dateMs, references } = options
        const ringDown = new RingDownController(references, dateMs)
        this.ringDown = ringDown
        this.view = new LiveView({
            ...{ target, display: new Display(), ringDown, nowMs },
            transmit: () => refusalOf(`${AT_THE_UNIT}: press LIVE there`),
            acknowledge: () => refusalOf(`${AT_THE_UNIT}: press ACK there`),
            stop: () => this.command(machine.COMMAND_STOP),
            pauseSound: () => this.command(machine.COMMAND_PAUSE_SOUND),
        })
        this.listener = combineListeners(this.view.listener, {
            onFrame: () => options.onFrame(),
            onEvent: event => this.onEvent(event),
        })
    }

    /** @param session undefined while no cart is connected */
    attach(session: CartSession | undefined): void {
        this.session = session
    }

    private onEvent({ code, value }: Event): void {
        if (code === EVENT_RING_DOWN) this.captureRingDown()
        else if (code === EVENT_GAIN) this.view.setGain(value)
    }

    /** The unit shows what becomes of it. */
    private captureRingDown(): void {
        const answer = (isStored: boolean): void =>
            void this.command(
                machine.COMMAND_RING_DOWN,
                isStored ? machine.RING_DOWN_STORED : machine.RING_DOWN_FAILED
            )
        const refusal = this.ringDown.capture(undefined, answer)
        if (!refusal) return
        this.view.showMessage(refusal)
        answer(false)
    }

    /** None of these commands needs control of the cart. */
    private command(command: number, argument = 0): string | undefined {
        if (!this.session?.isOpen) return refusalOf("no cart is connected")
        this.session.command(command, argument)
        return undefined
    }
}
