// Requests a register dump of a cart once it is idle, and collects the answers. ../registers interprets them.

import * as machine from "../../shared/cart-machine"
import type { Hello, Refusal, Restart, Status } from "../../shared/protocol/messages"
import { EVENT_FRAM, sentenceOf } from "../../shared/codes"
import type { CartSession } from "../link/cart-session"
import { Dump } from "../registers/dump"
import type { RunListener } from "./run-receiver"
import { RunError } from "../errors"

export class RegisterDumpClient {
    hello: Hello | undefined
    restart: Restart | undefined
    /** The latest status: the state of the cart when its last register was read. */
    status: Status | undefined
    dump: Dump | undefined
    /** The cart has reported that its FRAM does not store. */
    framBroken = false
    failure: RunError | undefined
    readonly task = "report all of its registers"

    /** @param isTime whether to request the dump now; called with each status */
    constructor(
        private readonly session: CartSession,
        private readonly isTime: () => boolean = () => true
    ) {}

    get done(): boolean {
        return this.dump?.complete ?? false
    }

    readonly listener: RunListener = {
        onHello: hello => void (this.hello = hello),
        onRestart: restart => void (this.restart = restart),
        onStatus: status => this.onStatus(status),
        onEvent: ({ code }) => void (this.framBroken ||= code === EVENT_FRAM),
        onRefusal: refusal => this.onRefusal(refusal),
        onRegister: register => this.dump?.add(register),
    }

    private onStatus(status: Status): void {
        this.status = status
        const { state } = status
        const starting = state === machine.STATE_BOOT || state === machine.STATE_SELF_TEST
        if (this.dump || starting || !this.isTime()) return
        if (!machine.mayDump(state)) {
            const name = machine.STATE_NAMES[state] ?? `state ${state}`
            this.failure ??= new RunError(
                `The cart is ${name}; its registers can only be read while it neither moves nor fires; end that and try again.`
            )
            return
        }
        this.dump = new Dump(this.session.command(machine.COMMAND_DUMP))
    }

    private onRefusal(refusal: Refusal): void {
        if (refusal.serial !== this.dump?.serial) return
        this.failure ??= new RunError(`The cart refused: ${sentenceOf(refusal.reason)}.`)
    }
}
