// Follows a cart that a bedside unit controls: live picture, gain and ring-down as the unit asks; it takes no control.

import * as machine from "../../shared/cart-machine"
import { refusalOf } from "../console/console-request"
import { Display } from "../console/display"
import { combineListeners } from "../console/live-controller"
import { LiveView } from "../console/live-view"
import { RingDownController } from "../console/ring-down-controller"
import type { HostSession } from "../link/host-session"
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
    readonly listener: RunListener
    private session: HostSession | undefined

    constructor(options: FollowerOptions) {
        const { target, nowMs, dateMs, references } = options
        const ringDown = new RingDownController(references, dateMs)
        this.view = new LiveView({
            ...{ target, display: new Display(), ringDown, nowMs },
            transmit: () => refusalOf(`${AT_THE_UNIT}: press LIVE there`),
            acknowledge: () => refusalOf(`${AT_THE_UNIT}: press ACK there`),
            stop: () => this.command(machine.COMMAND_STOP),
            pauseSound: () => this.command(machine.COMMAND_PAUSE_SOUND),
        })
        this.listener = combineListeners(this.view.listener, { onFrame: () => options.onFrame() })
    }

    /** @param session undefined while no cart is connected */
    attach(session: HostSession | undefined): void {
        this.session = session
    }

    /** Neither needs control of the cart. */
    private command(command: number): string | undefined {
        if (!this.session?.isOpen) return refusalOf("no cart is connected")
        this.session.command(command)
        return undefined
    }
}
