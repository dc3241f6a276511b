// What a cart was doing when a fault or the emergency stop stopped it, from the states that it reports.

import { isLatched } from "../../shared/cart-machine"
import { stoppedText } from "../fault-text"

export class StopCause {
    private state: number | undefined
    /** The state that ended; undefined if it is not known. */
    private during: number | undefined

    onState(state: number): void {
        const before = this.state
        this.state = state
        if (!isLatched(state)) this.during = undefined
        // An emergency stop after a fault ends nothing that had not ended before.
        else if (before === undefined || !isLatched(before)) this.during = before
    }

    /** The cart's program has started again: what it did before is no longer what it does. */
    forget(): void {
        this.state = this.during = undefined
    }

    /** @param value of the fault's event, for a text that an engineer reads too */
    text(fault: number, value?: number): string {
        const { during, state } = this
        return stoppedText(fault, { value, during, state })
    }
}
