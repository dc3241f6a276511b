// A one-shot session with the virtual board.

import { CATHETER_IDS } from "../../../shared/acquisition/catheter-list"
import type { HostSession } from "../../link/host-session"
import type { WiringAction } from "../../registers/wiring-check"
import { finishedClient, type OneShotClient, type OneShotResult } from "../one-shot-client"
import { builtBytecodeOf } from "./bytecode"
import { type VirtualBoardOptions, VirtualCart } from "./virtual-cart"
import { VirtualHand } from "./virtual-hand"
import type { VirtualTarget } from "./virtual-pullback"

/** A board for sessions in which nothing is imaged. */
export function silentBoard(
    options: Pick<VirtualBoardOptions, "seed" | "faults">
): VirtualBoardOptions {
    return { ...options, echo: { line: (_zMm, _line, out) => void out.fill(0) } }
}

/**
 * Boots a virtual cart and runs it until the client is done.
 * @returns the client and all bytes from the board
 * @throws RunError when the cart does not answer
 */
export async function runVirtualOneShot<C extends OneShotClient>(
    target: Pick<VirtualTarget, "board">,
    {
        catheterId = CATHETER_IDS[0],
        limitS,
        dateMs,
        ...session
    }: {
        makeClient(
            session: HostSession,
            cartUs: () => number,
            hand: (action: WiringAction) => void
        ): C
        /** Left out, the first one, which has a line engine. */
        readonly catheterId?: string
        readonly dateMs?: number
        /** Time limit, of the cart's time. */
        readonly limitS: number
        onProgress?(client: C): void
    }
): Promise<OneShotResult<C> & { readonly capture: Uint8Array }> {
    let client!: C
    const parts: Uint8Array[] = []
    const cart = await VirtualCart.boot({
        ...target.board,
        ...(dateMs !== undefined && { dateMs }),
        bytecodeFile: builtBytecodeOf(catheterId),
        catheterId,
        onBytes: bytes => void parts.push(Uint8Array.from(bytes)),
        listener: made => {
            let hand: VirtualHand | undefined
            client = session.makeClient(
                made.session,
                () => made.clock.nowUs,
                action => (hand ??= new VirtualHand(made.board)).do(action)
            )
            return client.listener
        },
    })
    await cart.until(
        () => client.done || client.failure !== undefined,
        limitS * 1e6,
        () => session.onProgress?.(client)
    )
    cart.board.stopVm()
    // A virtual cart is paired with its host for the run.
    return { client: finishedClient(client), insecure: false, capture: Buffer.concat(parts) }
}
