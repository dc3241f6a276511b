// Asks at the terminal who ends the fault or the emergency stop of a served cart; what the cart refuses is printed and asked again.

import * as machine from "../../shared/cart-machine"
import type { Status } from "../../shared/protocol/messages"
import type { HostSession } from "../link/host-session"
import { acknowledging, resetting } from "../run/motions"
import type { RunListener } from "../run/run-receiver"
import { refusalText } from "../sequence/refusal-text"

/** Asks a person. @returns a function that takes the question back */
export type Ask = (what: string, question: string, yes: () => void) => () => void

export interface Served {
    readonly session: Pick<HostSession, "command" | "takeControl">
    /** Of the cart, for a sentence about one of several. */
    name(): string
    print(line: string): void
    readonly ask: Ask
    /** Ends the session: only so a host gives control back, which the bedside unit needs. The cart connects again. */
    leave(): void
}

export class ServedFault {
    private takeBack = (): void => undefined
    /** State and fault of the open question; "" without one. */
    private asked = ""
    /** A person has said yes, and the cart has not done it nor refused yet. */
    private isAnswered = false
    /** The cart has done or refused it since the latest status. */
    private isSettled = false

    constructor(private readonly served: Served) {}

    readonly listener: RunListener = {
        onStatus: status => {
            const { state, fault, control } = status
            const now = machine.isLatched(state) ? `${state} ${fault}` : ""
            if (now !== this.asked) {
                this.close()
                this.asked = now
                if (now === "") this.isSettled ||= this.isAnswered
                else this.askNow(status)
            }
            if (!this.isSettled) return
            this.isSettled = this.isAnswered = false
            if (control === machine.HOLDER_HOST) this.served.leave()
            else if (now !== "") this.askNow(status)
        },
        onRefusal: ({ command, reason, value }) => {
            if (command !== machine.COMMAND_ACKNOWLEDGE && command !== machine.COMMAND_RESET) return
            const { print, name } = this.served
            print(`${name()}: The cart refused: ${refusalText(reason, value)}.`)
            this.takeBack()
            this.isSettled = true
        },
    }

    /** Takes the question back, as the cart has left or gone on. */
    close(): void {
        this.asked = ""
        this.takeBack()
        this.takeBack = () => undefined
    }

    private askNow({ state, fault }: Status): void {
        const { session, name, ask } = this.served
        const isReset = state === machine.STATE_STOPPED
        const { what, question } = isReset ? resetting(fault) : acknowledging(fault)
        this.takeBack = ask(`${name()}: ${what}`, question, () => {
            this.isAnswered = true
            session.takeControl()
            session.command(isReset ? machine.COMMAND_RESET : machine.COMMAND_ACKNOWLEDGE)
        })
    }
}
