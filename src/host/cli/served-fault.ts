// Asks at the terminal who ends the fault or the emergency stop of a served cart; what the cart refuses is printed and asked again.

import * as machine from "../../shared/cart-machine"
import type { Status } from "../../shared/protocol/messages"
import type { HostSession } from "../link/host-session"
import { acknowledging, resetting } from "../run/motions"
import type { RunListener } from "../run/run-receiver"
import { refusalText } from "../sequence/refusal-text"

/** Asks a person. @returns a function that takes the question back */
export type Ask = (what: string, question: string, yes: () => void) => () => void

export class ServedFault {
    private takeBack = (): void => undefined
    /** State and fault of the open question; "" without one. */
    private asked = ""
    private latest: Status | undefined

    /** @param name of the cart, for a sentence about one of several */
    constructor(
        private readonly session: Pick<HostSession, "command" | "giveBackControl">,
        private readonly name: () => string,
        private readonly print: (line: string) => void,
        private readonly ask: Ask
    ) {}

    readonly listener: RunListener = {
        onStatus: status => {
            this.latest = status
            const { state, fault } = status
            const now = machine.isLatched(state) ? `${state} ${fault}` : ""
            if (now === this.asked) return
            this.close()
            this.asked = now
            if (now !== "") this.askNow(status)
        },
        onRefusal: ({ command, reason, value }) => {
            if (command !== machine.COMMAND_ACKNOWLEDGE && command !== machine.COMMAND_RESET) return
            this.print(`${this.name()}: The cart refused: ${refusalText(reason, value)}.`)
            this.takeBack()
            if (this.latest && machine.isLatched(this.latest.state)) this.askNow(this.latest)
        },
    }

    /** Takes the question back, as the cart has left or gone on. */
    close(): void {
        this.asked = ""
        this.takeBack()
        this.takeBack = () => undefined
    }

    private askNow({ state, fault }: Status): void {
        const isReset = state === machine.STATE_STOPPED
        const { what, question } = isReset ? resetting(fault) : acknowledging(fault)
        this.takeBack = this.ask(`${this.name()}: ${what}`, question, () => {
            this.session.command(isReset ? machine.COMMAND_RESET : machine.COMMAND_ACKNOWLEDGE)
            // The procedure goes on at the bedside unit.
            this.session.giveBackControl()
        })
    }
}
