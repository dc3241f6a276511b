// Keeps the cart of the last case, so that the next case with the same cart needs no boot.

import { CampaignCart } from "./campaign-cart"
import type { Case } from "./case"
import { runCase, type CaseResult } from "./run-case"

/** Cases after which a cart is booted anew, so that its logs do not grow. */
const CASES_PER_BOOT = 500

export class Carts {
    private kept: { readonly name: string; readonly cart: CampaignCart; cases: number } | undefined

    /** @param program bytecode of another firmware than the built one */
    async run(c: Case, program?: string): Promise<CaseResult> {
        const name = `${c.frontEnd} ${c.cart} ${program}`
        if (this.kept?.name !== name || this.kept.cases >= CASES_PER_BOOT) {
            this.stop()
            this.kept = { name, cart: await CampaignCart.boot(c, program), cases: 0 }
        }
        this.kept.cases++
        try {
            return await runCase(this.kept.cart, c)
        } catch (e) {
            // An exception in the middle of an alarm may leave the models half-way.
            this.stop()
            throw e
        }
    }

    stop(): void {
        this.kept?.cart.stop()
        this.kept = undefined
    }
}
