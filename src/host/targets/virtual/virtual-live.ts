// A live picture on the virtual board, in real or in virtual time.

import { RealClock, SYSTEM_CLOCK } from "../../../../boards/virtual/vm/real-clock"
import type { VirtualClock } from "../../../../boards/virtual/vm/virtual-clock"
import { combineListeners } from "../../run/combine-listeners"
import { RunError } from "../../errors"
import { LiveClient } from "../../run/live-client"
import type { PullbackRequest } from "../../sequence/pullback-request"
import type { LiveConsole } from "../run-live"
import { builtBytecodeOf } from "./bytecode"
import { VirtualCart } from "./virtual-cart"
import { vesselOriginMm, type VirtualTarget } from "./virtual-pullback"

/** From power-up to live: homing from the far end, a calibration and a second homing. */
const LIVE_LIMIT_US = 120e6
/** The summary is sent within some control loops after standby. */
const LEAVE_LIMIT_US = 3e6
/** A starting browser occupies the processor for longer than the front end's FIFO bridges; the picture then slows down briefly. */
const PATIENCE_US = 200

/**
 * Shows the live picture until the controller ends it.
 * @param clock left out, real time from the first picture on; before, time jumps so that homing takes no minute
 * @param onBoot gets the cart, for tests that disturb it
 * @throws RunError when no picture is received, or a fault ends it and nobody watches
 */
export async function runVirtualLive(
    { board }: Pick<VirtualTarget, "board">,
    request: PullbackRequest,
    console: LiveConsole,
    clock: VirtualClock = new RealClock(SYSTEM_CLOCK, PATIENCE_US),
    onBoot: (cart: VirtualCart) => void = () => undefined
): Promise<void> {
    const { view, controller, operator } = console
    if (clock instanceof RealClock) view.clockLagMs = () => clock.slippedUs / 1000
    let began = false
    /** Before the first picture too, a person is asked in real time. */
    let waits = false
    let client!: LiveClient
    const cart = await VirtualCart.boot({
        ...board,
        bytecodeFile: builtBytecodeOf(request.catheterId),
        catheterId: request.catheterId,
        vesselOriginMm: vesselOriginMm(request),
        clock,
        keeps: "nothing",
        listener: made => {
            const attendant = controller.questions
            client = new LiveClient(made.session, request, operator, { attendant })
            const listener = combineListeners(client.listener, view.listener, controller.listener)
            let sessions = 0
            return {
                ...listener,
                onHello: hello => {
                    if (++sessions > 1) client.resume()
                    listener.onHello?.(hello)
                },
                onDescription: description => {
                    listener.onDescription?.(description)
                    if (began) return
                    began = true
                    // The vessel's first planes take 0.1 s; in real time the watchdogs would time out.
                    made.board.precomputeEcho()
                    if (clock instanceof RealClock && !waits) clock.begin()
                },
            }
        },
    })
    onBoot(cart)
    view.receiver = cart.receiver
    controller.attach(client)
    try {
        await showUntilOver(cart, client, console, () => {
            if (!began && !waits && controller.questions?.state()) {
                waits = true
                if (clock instanceof RealClock) clock.begin()
            }
            return began
        })
    } finally {
        cart.board.stopVm()
        board.echo.close?.()
        cart.receiver.finish()
    }
}

async function showUntilOver(
    cart: VirtualCart,
    client: LiveClient,
    { view, controller }: LiveConsole,
    began: () => boolean
): Promise<void> {
    const attended = controller.questions !== undefined
    const failure = (): RunError | undefined =>
        cart.panic !== undefined && !attended
            ? new RunError(`The cart's program crashed (${cart.panic}).`)
            : client.failure
    let reported: string | undefined
    const isOver = (): boolean => {
        const { panic } = cart
        if (attended && panic !== undefined && panic !== reported) {
            reported = panic
            controller.linkLost(
                `The cart's program crashed (${panic}) and starts again after 5 s; its sled must then be homed.`
            )
        }
        return controller.isOver || failure() !== undefined
    }
    // After a fault a person decides when it goes on.
    const live = await cart.until(() => began() || isOver(), attended ? Infinity : LIVE_LIMIT_US)
    if (!live)
        throw new RunError(
            `The cart did not go live within ${LIVE_LIMIT_US / 1e6} s of its time; its last state was ${client.stateName}.`
        )
    await cart.until(isOver, Infinity)
    const failed = failure()
    if (failed) {
        if (cart.panic !== undefined) view.linkLost(failed.message)
        // Users who watch the page read the failure there and end the command.
        controller.reportFailure(failed)
        await cart.until(() => controller.isOver, Infinity)
        throw failed
    }
    const { stopText } = client
    client.finish()
    await cart.until(() => client.done, cart.clock.nowUs + LEAVE_LIMIT_US)
    if (stopText) throw new RunError(stopText)
}
