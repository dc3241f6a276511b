// Asks at the terminal who ends the fault or the emergency stop of a served cart, or has seen its warnings; what the cart refuses is
// printed and asked again.

import { warningsIn } from "../../../shared/alarms"
import * as machine from "../../../shared/cart-machine"
import type { Status } from "../../../shared/protocol/messages"
import type { CartSession } from "../../link/cart-session"
import { technicianText } from "../../run/alarm-text"
import { acknowledging, resetting } from "../../run/motions"
import type { RunListener } from "../../run/run-receiver"
import { refusalText } from "../../sequence/refusal-text"

/** Asks a person. @returns a function that takes the question back */
export type Ask = (what: string, question: string, yes: () => void) => () => void

export class ServedFault {
    private takeBack = (): void => undefined
    /** What the open question is about; "" without one. */
    private asked = ""
    private latest: Status | undefined

    /** @param name of the cart, for a sentence about one of several */
    constructor(
        private readonly session: Pick<CartSession, "command" | "giveBackControl">,
        private readonly name: () => string,
        private readonly print: (line: string) => void,
        private readonly ask: Ask
    ) {}

    readonly listener: RunListener = {
        onStatus: status => {
            this.latest = status
            const now = subjectOf(status)
            if (now === this.asked) return
            this.close()
            this.asked = now
            if (now !== "") this.askNow(status)
        },
        onRefusal: ({ command, reason, value }) => {
            if (command !== machine.COMMAND_ACKNOWLEDGE && command !== machine.COMMAND_RESET) return
            this.print(`${this.name()}: The cart refused: ${refusalText(reason, value)}.`)
            this.takeBack()
            if (this.latest && subjectOf(this.latest) !== "") this.askNow(this.latest)
        },
    }

    /** Takes the question back, as the cart has left or gone on. */
    close(): void {
        this.asked = ""
        this.takeBack()
        this.takeBack = () => undefined
    }

    private askNow(status: Status): void {
        const { state, fault } = status
        if (!machine.isLatched(state)) return this.askSeen(status)
        const isReset = state === machine.STATE_STOPPED
        const { what, question } = isReset ? resetting(fault) : acknowledging(fault)
        this.takeBack = this.ask(`${this.name()}: ${what}`, question, () => {
            this.session.command(isReset ? machine.COMMAND_RESET : machine.COMMAND_ACKNOWLEDGE)
            // The procedure goes on at the bedside unit.
            this.session.giveBackControl()
        })
    }

    private askSeen(status: Status): void {
        const codes = unseen(status).map(({ code }) => `${technicianText(code)} (${code})`)
        this.takeBack = this.ask(
            `${this.name()} warns: ${codes.join("; ")}.`,
            "Acknowledge this?",
            () => {
                // A fault that has just occurred is another question.
                if (!this.latest || machine.isLatched(this.latest.state)) return
                this.session.command(machine.COMMAND_ACKNOWLEDGE)
                this.session.giveBackControl()
            }
        )
    }
}

const unseen = ({ warnings }: Status): { code: number }[] =>
    warningsIn(warnings).filter(({ acknowledged }) => !acknowledged)

/** What a person is asked about: a latched state with its fault, else the warnings that nobody has acknowledged; "": nothing. */
function subjectOf(status: Status): string {
    const { state, fault } = status
    if (machine.isLatched(state)) return `${state} ${fault}`
    return unseen(status)
        .map(({ code }) => code)
        .join(" ")
}
