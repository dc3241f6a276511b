// Sends the messages before a pullback in order: catheter data and firing pairs if the cart lacks them, then the
// setup.

import type { Event } from "../../shared/protocol/messages"
import { EVENT_CATHETER_DATA, EVENT_PAIRS } from "../../shared/codes"
import type { CartSession } from "../link/cart-session"
import { catheterFrom } from "../sequence/catheter-spec"
import { pairBytes } from "../sequence/pair-list"
import { sentData } from "./run-target"
import { type PullbackRequest, setupOf } from "../sequence/pullback-request"

/** Sends each message after the cart has acknowledged the one before. */
export class Preparation {
    private readonly pairs: Uint8Array | undefined

    constructor(
        private readonly session: CartSession,
        private readonly request: PullbackRequest
    ) {
        const { pairs } = sentData(request)
        this.pairs = pairs && pairBytes(pairs)
    }

    /** Starts over from the first message. */
    begin(): void {
        const { spec } = this.request
        // First, since the cart checks the pairs against the catheter.
        if (spec) this.session.catheter(catheterFrom(spec))
        else this.sendPairs(0)
    }

    /**
     * Sends the next message once the cart has acknowledged the last one; an acknowledgement carries the number of
     * pairs received so far.
     */
    onEvent({ code, value }: Event): void {
        if (code === EVENT_CATHETER_DATA && this.request.spec) this.sendPairs(0)
        else if (code === EVENT_PAIRS && this.pairs) this.sendPairs(value)
    }

    private sendPairs(received: number): void {
        const { session, pairs } = this
        if (pairs && received < pairs.length / 2) session.pairs(pairs, received)
        else session.setup(setupOf(this.request))
    }
}
