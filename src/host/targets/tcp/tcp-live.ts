// A live picture from a real cart over TCP.

import type { Socket } from "node:net"
import { combineListeners, type LiveController } from "../../console/live-controller"
import { RunError } from "../../errors"
import { LiveClient } from "../../run/live-client"
import { restartText } from "../../run/restart-text"
import { RunReceiver } from "../../run/run-receiver"
import type { PullbackRequest } from "../../sequence/pullback-request"
import { closingText } from "../closing-text"
import type { LiveConsole } from "../run-live"
import { awaitCart, type TcpTarget } from "./await-cart"
import { attendCart } from "./cart-connection"

/** Interval at which the controller is checked for the end. */
const CHECK_MS = 25
/** The summary is sent within some control loops after standby; then the connection is closed in any case. */
const LEAVE_LIMIT_MS = 3000

/**
 * Shows the picture of a real cart until the controller ends it; then the cart goes to standby.
 * @throws RunError when the port is taken, or the cart refuses, fails or leaves
 */
export async function runTcpLive(
    target: TcpTarget,
    request: PullbackRequest,
    { view, controller, operator }: LiveConsole,
    report: (line: string) => void
): Promise<void> {
    const socket = await awaitCart(target, report, Infinity, rejectsWhenOver(controller))
    let client!: LiveClient
    const { ended } = attendCart(socket, target.identity, session => {
        client = new LiveClient(session, request, operator)
        const listener = combineListeners(client.listener, view.listener, controller.listener)
        const receiver = new RunReceiver(
            {
                ...listener,
                onRestart: restart => {
                    const text = restartText(restart)
                    if (text) report(text)
                },
                onLines: (header, bytes) => {
                    listener.onLines?.(header, bytes)
                    session.consumed(bytes)
                },
            },
            session,
            true
        )
        view.receiver = receiver
        controller.attach(client)
        return { receiver }
    })
    const timer = standByWhenOver(socket, client, controller)
    const closing = await ended
    clearInterval(timer)
    if (client.done) return
    const failure =
        client.failure ??
        new RunError(
            closing ? closingText(closing) : "The cart closed the link; check its display and log."
        )
    view.linkLost(failure.message)
    controller.reportFailure(failure)
    while (!controller.isOver) await delay(CHECK_MS)
    throw failure
}

/** Rejects when the user ends the command before the cart has connected. */
async function rejectsWhenOver(controller: LiveController): Promise<never> {
    while (!controller.isOver) await delay(CHECK_MS)
    throw new RunError("The live picture was ended before a cart had connected.")
}

/** Once the controller is over, sends the cart to standby and closes the connection after its summary. */
function standByWhenOver(
    socket: Socket,
    client: LiveClient,
    controller: LiveController
): NodeJS.Timeout {
    let leavingMs: number | undefined
    return setInterval(() => {
        // After a failure there is nothing to wait for: without its host the cart stops by itself.
        if (client.failure) return void socket.end()
        if (leavingMs === undefined && controller.isOver) {
            leavingMs = performance.now()
            client.finish()
        }
        if (leavingMs === undefined) return
        if (client.done) socket.end()
        else if (performance.now() - leavingMs > LEAVE_LIMIT_MS) socket.destroy()
    }, CHECK_MS)
}

function delay(ms: number): Promise<void> {
    return new Promise(resolve => setTimeout(resolve, ms))
}
