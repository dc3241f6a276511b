// The client of a one-shot session: it sends a few requests to a cart and is then done.

import type { Hello } from "../../shared/protocol/messages"
import { RunError } from "../errors"
import type { RunListener } from "../run/run-receiver"

export interface OneShotClient {
    readonly hello: Hello | undefined
    readonly listener: RunListener
    readonly done: boolean
    readonly failure: RunError | undefined
    /** What a silent cart did not do, for the error: "send all of its registers". */
    readonly task: string
    /** Ends what is in progress; `failure` is set once the cart has reported it. Clients that move nothing have none. */
    abort?(): void
}

/** The result of a session. */
export interface OneShotResult<C extends OneShotClient> {
    readonly client: C
    /** Whether the link had no key. */
    readonly insecure: boolean
}

/** @throws RunError when the client did not finish */
export function finishedClient<C extends OneShotClient>(client: C): C {
    if (client.failure) throw client.failure
    if (!client.hello)
        throw new RunError(
            "The cart did not send its hello; check that it runs this project's firmware."
        )
    if (!client.done)
        throw new RunError(`The cart did not ${client.task}; check its log and try again.`)
    return client
}
