// Questions of a cart's thread, which the main thread asks at its terminal.

import type { FromCart } from "../cart-messages"
import type { Ask } from "./served-fault"

export class CartQuestions {
    private readonly open = new Map<number, () => void>()
    private count = 0

    constructor(private readonly tell: (message: FromCart) => void) {}

    readonly ask: Ask = (what, text, yes) => {
        const question = ++this.count
        this.open.set(question, yes)
        this.tell({ kind: "ask", question, what, text })
        return () => {
            // The answer may be on its way.
            if (this.open.delete(question)) this.tell({ kind: "take back", question })
        }
    }

    /** The answer is yes. */
    answered(question: number): void {
        const yes = this.open.get(question)
        this.open.delete(question)
        yes?.()
    }
}
