// Requests the event log of a cart once it is idle, and collects its entries.

import * as machine from "../../shared/cart-machine"
import { EVENT_FRAM, sentenceOf } from "../../shared/codes"
import type { Hello, LogEntry, Refusal, Status } from "../../shared/protocol/messages"
import { RunError } from "../errors"
import type { CartSession } from "../link/cart-session"
import type { RunListener } from "./run-receiver"

/** Argument of the request: from the first entry on. The cart sends those that it still has. */
const FROM_FIRST = 1
/** Within this time of its first status a cart has stored the date that this host told it: three control loops, and a margin. */
const DATE_MS = 60

export class LogClient {
    hello: Hello | undefined
    /** In the order of their numbers. */
    readonly entries: LogEntry[] = []
    done = false
    /** The cart has reported that its FRAM does not store. */
    framBroken = false
    failure: RunError | undefined
    readonly task = "send all of its event log"
    private serial: number | undefined
    private firstMs: number | undefined

    /** @param isTime whether to request the log now; called with each status */
    constructor(
        private readonly session: Pick<CartSession, "command">,
        private readonly isTime: () => boolean = () => true
    ) {}

    readonly listener: RunListener = {
        onHello: hello => void (this.hello = hello),
        onStatus: status => this.onStatus(status),
        onEvent: ({ code }) => void (this.framBroken ||= code === EVENT_FRAM),
        onRefusal: refusal => this.onRefusal(refusal),
        onLogEntry: entry => {
            if (entry.number === 0) this.done = true
            else this.entries.push(entry)
        },
    }

    private onStatus({ state, time_ms }: Status): void {
        this.firstMs ??= time_ms
        const starting = state === machine.STATE_BOOT || state === machine.STATE_SELF_TEST
        if (this.serial !== undefined || starting || !this.isTime()) return
        if (machine.mayDump(state)) {
            if (time_ms - this.firstMs < DATE_MS) return
            this.serial = this.session.command(machine.COMMAND_LOG, FROM_FIRST)
            return
        }
        const name = machine.STATE_NAMES[state] ?? `state ${state}`
        this.failure ??= new RunError(
            `The cart is ${name}; its log can only be read while it neither moves nor fires; end that and try again.`
        )
    }

    private onRefusal({ serial, reason }: Refusal): void {
        if (serial !== this.serial) return
        this.failure ??= new RunError(
            `The cart did not send all of its log: ${sentenceOf(reason)}; try again.`
        )
    }
}
