// Responsible for: a live picture on the virtual board, on the wall's clock or in virtual time.
// Not for: the board and the network (virtual-cart.ts), or what is shown (../console).

import type { EchoSource } from "../../../../boards/virtual/vessel/vessel"
import { RealClock, WALL } from "../../../../boards/virtual/vm/real-clock"
import type { VirtualClock } from "../../../../boards/virtual/vm/virtual-clock"
import type { LiveView } from "../../console/live-view"
import type { PullbackRequest } from "../../sequence/pullback-request"
import { RunError } from "../../errors"
import { LiveClient } from "../../run/live-client"
import { listenTogether, type LiveController } from "../../console/live-controller"
import { VirtualCart } from "./virtual-cart"
import { vesselOriginMm } from "./virtual-target"

/** From power-up to live: homing from the far end, a calibration and a second homing. */
const LIVE_LIMIT_US = 120e6
/** After standby was asked for: the summary comes within some loops. */
const LEAVE_LIMIT_US = 3e6
/** A browser that starts takes the processor for longer than the front end's FIFO lasts; the picture then goes slower for a moment. */
const PATIENCE_US = 200

export interface VirtualLiveOptions {
    readonly request: PullbackRequest
    readonly bytecodeFile: string
    readonly seed: number
    readonly echo: EchoSource
    readonly heartRatePerMin?: number
    /** Left out, the wall's from the first picture on; until then it jumps, so that homing takes no minute. */
    readonly clock?: VirtualClock
}

/**
 * Shows the live picture until the desk has enough.
 * @throws RunError when no picture comes, or it ends by a fault and nobody watches
 */
export async function runVirtualLive(
    options: VirtualLiveOptions,
    view: LiveView,
    desk: LiveController
): Promise<void> {
    const clock = options.clock ?? new RealClock(WALL, PATIENCE_US)
    if (clock instanceof RealClock) view.behindMs = () => clock.slippedUs / 1000
    let watcher!: LiveClient
    let began = false
    const cart = await VirtualCart.boot({
        bytecodeFile: options.bytecodeFile,
        seed: options.seed,
        catheterId: options.request.catheterId,
        echo: options.echo,
        vesselOriginMm: vesselOriginMm(options.request),
        clock,
        watchOnly: true,
        ...(options.heartRatePerMin !== undefined && {
            heartRatePerMin: options.heartRatePerMin,
        }),
        listener: made => {
            watcher = new LiveClient(made.session, options.request, true)
            const listener = listenTogether(watcher.listener, view.listener, desk.listener)
            return {
                ...listener,
                onDescription: description => {
                    listener.onDescription?.(description)
                    if (began) return
                    began = true
                    // The vessel's first planes take 0.1 s, in which the watchdogs would bark.
                    made.board.listen()
                    if (clock instanceof RealClock) clock.begin()
                },
            }
        },
    })
    view.receiver = cart.receiver
    desk.watch(watcher)
    const failure = (): RunError | undefined =>
        cart.panic !== undefined
            ? new RunError(`The cart's program crashed (${cart.panic}).`)
            : watcher.failure
    try {
        const came = await cart.until(
            () => began || desk.isOver || failure() !== undefined,
            LIVE_LIMIT_US
        )
        if (!came)
            throw new RunError(
                `The cart did not go live within ${LIVE_LIMIT_US / 1e6} s of its time; it was last ${watcher.stateName}.`
            )
        await cart.until(() => desk.isOver || failure() !== undefined, Infinity)
        const failed = failure()
        if (failed) {
            if (cart.panic !== undefined) view.linkLost(failed.message)
            // Whoever watches reads it on the page, and ends it.
            desk.failed(failed)
            await cart.until(() => desk.isOver, Infinity)
            throw failed
        }
        watcher.finish()
        await cart.until(() => watcher.done, clock.nowUs + LEAVE_LIMIT_US)
    } finally {
        cart.board.stopVm()
        options.echo.close?.()
        cart.receiver.finish()
    }
}
