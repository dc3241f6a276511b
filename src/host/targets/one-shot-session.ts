// A one-shot session with any target: connect, let a client send its requests, disconnect.

import type { CartSession } from "../link/cart-session"
import type { WiringAction } from "../registers/wiring-check"
import type { OneShotClient, OneShotResult } from "./one-shot-client"
import type { Target } from "./target"
import { runTcpOneShot } from "./tcp/tcp-one-shot"
import { runVirtualOneShot } from "./virtual/virtual-one-shot"

/** What a session needs, whatever the target. */
export interface OneShotSession<C extends OneShotClient> {
    /**
     * Makes the client.
     * @param cartUs the virtual cart's time in us, and undefined for a real one
     * @param hand moves the virtual cart's sled; a real one needs a person
     */
    makeClient(
        session: CartSession,
        cartUs?: () => number,
        hand?: (action: WiringAction) => void
    ): C
    /** The catheter that the virtual cart is built for. */
    readonly catheterId: string
    /** The date at power-up of the virtual cart, in ms since 1970 UTC; left out, a fixed one. */
    readonly dateMs?: number
    /** Time limit of the session; Infinity for none. */
    readonly limitS: number
    /** Time that a real cart has to connect. */
    readonly waitS: number
    report(line: string): void
    onProgress?(client: C): void
    /** When aborted, a real cart is stopped, and the session ends once it reports standstill. */
    readonly stop?: AbortSignal
}

/** @throws RunError when the cart does not connect, or does not answer */
export function runOneShot<C extends OneShotClient>(
    target: Target,
    session: OneShotSession<C>
): Promise<OneShotResult<C>> {
    return target.kind === "tcp"
        ? runTcpOneShot(target, session)
        : runVirtualOneShot(target, session)
}
