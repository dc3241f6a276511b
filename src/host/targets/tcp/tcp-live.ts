// A live picture from a real cart over TCP.

import { REJECT_LATE } from "../../../shared/codes"
import type { LiveController } from "../../console/live-controller"
import { RunError } from "../../errors"
import type { Closing } from "../../link/closing"
import type { CartConnection } from "../../link/thread/cart-connection"
import { SILENCE_MS } from "../../link/thread/peer"
import { combineListeners } from "../../run/combine-listeners"
import { LiveClient } from "../../run/live-client"
import { restartText } from "../../run/restart-text"
import { RunReceiver } from "../../run/run-receiver"
import type { PullbackRequest } from "../../sequence/pullback-request"
import { closingText } from "../closing-text"
import type { LiveConsole } from "../run-live"
import { receiveFrom } from "./receive-from"
import { TcpCarts, type TcpTarget } from "./tcp-carts"

/** Interval at which the controller is checked for the end. */
const CHECK_MS = 25
/** The summary is sent within some control loops after standby; then the connection is closed in any case. */
const LEAVE_LIMIT_MS = 3000

const LOST = "The link to the cart is lost"
const WAITING =
    "Without its host the cart stops by itself. When it has connected again, nothing starts before you allow it."

/**
 * Shows the picture of a real cart until the controller ends it; then the cart goes to standby. If somebody watches, the session
 * goes on after a fault, and waits for a cart whose link was lost.
 * @throws RunError when the port is taken, or the cart refuses, fails or leaves, and nobody watches; or when the session ends
 * with a cart that has stopped or is lost
 */
export async function runTcpLive(
    target: TcpTarget,
    request: PullbackRequest,
    live: LiveConsole,
    report: (line: string) => void
): Promise<void> {
    const carts = await TcpCarts.open(target, report)
    try {
        await show(carts, request, live, report)
    } finally {
        await carts.close()
    }
}

async function show(
    carts: TcpCarts,
    request: PullbackRequest,
    live: LiveConsole,
    report: (line: string) => void
): Promise<void> {
    const { view, controller } = live
    const over = rejectsWhenOver(controller)
    for (let resumed = false; ; resumed = true) {
        const connection = await carts.next(Infinity, over).catch((error: RunError) => {
            if (!controller.isOver) return fail(live, error)
            // What was lost is the reason, not the wait for it.
            throw resumed ? new RunError(view.state().fault!.sentence) : error
        })
        const { client, closing, wasOpen } = await showCart(connection, request, live, {
            report,
            resumed,
        })
        if (client.done) {
            // The page knows what the cart did before its link was lost.
            if (client.stopText) throw new RunError(view.state().fault?.sentence ?? client.stopText)
            return
        }
        if (controller.questions && wasOpen && !controller.isOver) {
            controller.linkLost(`${lostText(closing)} ${WAITING}`)
            continue
        }
        return fail(live, client.failure ?? new RunError(lostText(closing)))
    }
}

/** Shows why there is no picture until the user ends the command. @throws RunError then */
async function fail({ view, controller }: LiveConsole, failure: RunError): Promise<never> {
    view.linkLost(failure.message)
    controller.reportFailure(failure)
    while (!controller.isOver) await delay(CHECK_MS)
    throw failure
}

/** @returns the client after the end of its session, why it ended, and whether it had been open */
async function showCart(
    connection: CartConnection,
    request: PullbackRequest,
    { view, controller, operator }: LiveConsole,
    { report, resumed }: { report: (line: string) => void; resumed: boolean }
): Promise<{ client: LiveClient; closing: Closing | undefined; wasOpen: boolean }> {
    const { session } = connection
    let wasOpen = false
    const attendant = controller.questions
    const client = new LiveClient(session, request, operator, { attendant, resumed })
    const listener = combineListeners(client.listener, view.listener, controller.listener)
    const receiver = new RunReceiver(
        {
            ...listener,
            onStatus: status => {
                wasOpen = true
                listener.onStatus?.(status)
            },
            onRestart: restart => {
                listener.onRestart?.(restart)
                const text = restartText(restart)
                if (text) report(text)
            },
            onLines: (header, bytes) => {
                listener.onLines?.(header, bytes)
                session.consumed(bytes)
            },
        },
        session,
        "nothing"
    )
    view.receiver = receiver
    controller.attach(client)
    const timer = standByWhenOver(connection, client, controller)
    const closing = await receiveFrom(connection, receiver)
    clearInterval(timer)
    return { client, closing, wasOpen }
}

/** Why there is no link any more, and what to check. */
function lostText(closing: Closing | undefined): string {
    if (!closing)
        return `${LOST}: it was closed; check that the cart is on and connected to the network.`
    if (closing.reason === REJECT_LATE && closing.by === "host")
        return `${LOST}: nothing came from the cart for ${SILENCE_MS / 1000} s; check its power and the network.`
    return closingText(closing)
}

/** Rejects when the user ends the command before the cart has connected. */
async function rejectsWhenOver(controller: LiveController): Promise<never> {
    while (!controller.isOver) await delay(CHECK_MS)
    throw new RunError("The live picture was ended before a cart had connected.")
}

/** Once the controller is over, sends the cart to standby and closes the connection after its summary. */
function standByWhenOver(
    connection: CartConnection,
    client: LiveClient,
    controller: LiveController
): NodeJS.Timeout {
    let leavingMs: number | undefined
    return setInterval(() => {
        // After a failure there is nothing to wait for: without its host the cart stops by itself.
        if (client.failure) return void connection.close()
        if (leavingMs === undefined && controller.isOver) {
            leavingMs = performance.now()
            client.finish()
        }
        if (leavingMs === undefined) return
        if (client.done) connection.close()
        else if (performance.now() - leavingMs > LEAVE_LIMIT_MS) connection.cut()
    }, CHECK_MS)
}

function delay(ms: number): Promise<void> {
    return new Promise(resolve => setTimeout(resolve, ms))
}
