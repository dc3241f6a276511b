// Responsible for: what a cart is sent before a pullback of which it has not all: one message after the other, then the setup.
// Not for: what it refuses (pullback-sequencer.ts).

import type { Event } from "../../shared/protocol/messages"
import { EVENT_CATHETER_DATA, EVENT_PAIRS } from "../../shared/codes"
import type { HostSession } from "../link/host-session"
import { catheterFrom } from "../sequence/catheter-spec"
import { pairBytes } from "../sequence/pair-list"
import { sentData } from "./run-target"
import { setupOf } from "../sequence/pullback-request"
import { type PullbackRequest } from "../sequence/pullback-request"

export class Preparation {
    private readonly pairs: Uint8Array | undefined

    constructor(
        private readonly session: HostSession,
        private readonly request: PullbackRequest
    ) {
        const { pairs } = sentData(request)
        this.pairs = pairs && pairBytes(pairs)
    }

    /** From its first message on, whatever was sent before. */
    begin(): void {
        const { spec: spec } = this.request
        // The pairs are judged by it.
        if (spec) this.session.catheter(catheterFrom(spec))
        else this.sendPairs(0)
    }

    /** The next message when the cart took the last one; it tells how many pairs have come. */
    onEvent({ code, value }: Event): void {
        if (code === EVENT_CATHETER_DATA && this.request.spec) this.sendPairs(0)
        else if (code === EVENT_PAIRS && this.pairs) this.sendPairs(value)
    }

    private sendPairs(came: number): void {
        const { session, pairs } = this
        if (pairs && came < pairs.length / 2) session.pairs(pairs, came)
        else session.setup(setupOf(this.request))
    }
}
