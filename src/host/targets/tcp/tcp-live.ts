// Responsible for: a live picture from a real cart over TCP: it connects, is watched, and stands by at the end.
// Not for: what is shown (../console), or pullbacks (tcp-target.ts).

import type { Socket } from "node:net"
import type { LiveView } from "../../console/live-view"
import type { HostIdentity } from "../../link/host-identity"
import { RunReceiver } from "../../run/run-receiver"
import type { PullbackRequest } from "../../sequence/pullback-request"
import { RunError } from "../../errors"
import { LiveClient } from "../../run/live-client"
import { closingText } from "../closing-text"
import type { TlsIdentity } from "./link-server"
import { listenTogether, type LiveController } from "../../console/live-controller"
import { attendCart, awaitCart } from "./tcp-target"

/** How often is looked whether somebody has seen enough. */
const LOOK_MS = 25
/** The summary comes within some loops of the cart after standby; then the connection is closed anyway. */
const LEAVE_LIMIT_MS = 3000

/**
 * Shows the picture of the cart at `host`, which connects to us, until the desk has enough.
 * @throws RunError when the port is taken, or the cart refuses, fails or leaves
 */
export async function runTcpLive(
    request: PullbackRequest,
    host: string,
    port: number,
    identity: HostIdentity,
    tls: TlsIdentity | undefined,
    view: LiveView,
    desk: LiveController,
    tell: (line: string) => void
): Promise<void> {
    const socket = await awaitCart(host, port, tls, tell, Infinity, left(desk))
    let watcher!: LiveClient
    const { ended } = attendCart(socket, identity, session => {
        watcher = new LiveClient(session, request)
        const listener = listenTogether(watcher.listener, view.listener, desk.listener)
        const receiver = new RunReceiver(
            {
                ...listener,
                onLines: (header, bytes) => {
                    listener.onLines?.(header, bytes)
                    session.consumed(bytes)
                },
            },
            session,
            true
        )
        view.receiver = receiver
        desk.watch(watcher)
        return { receiver }
    })
    const leaving = leftByDesk(socket, watcher, desk)
    const closing = await ended
    clearInterval(leaving.timer)
    if (watcher.done) return
    const failure =
        watcher.failure ??
        new RunError(
            closing
                ? closingText(closing)
                : "The cart closed the link; look at its display and log."
        )
    view.linkLost(failure.message)
    desk.failed(failure)
    while (!desk.isOver) await later(LOOK_MS)
    throw failure
}

/** Ends the wait for a cart when somebody has pressed Ctrl-C before it came. */
async function left(desk: LiveController): Promise<never> {
    while (!desk.isOver) await later(LOOK_MS)
    throw new RunError("Nobody waited until the cart came.")
}

/** Stands the cart by when the desk has enough, and lets it go when its summary has come. */
function leftByDesk(
    socket: Socket,
    watcher: LiveClient,
    desk: LiveController
): { timer: NodeJS.Timeout } {
    let leavingMs: number | undefined
    const timer = setInterval(() => {
        if (leavingMs === undefined && desk.isOver && !watcher.failure) {
            leavingMs = performance.now()
            watcher.finish()
        }
        if (leavingMs === undefined) return
        if (watcher.done) socket.end()
        else if (performance.now() - leavingMs > LEAVE_LIMIT_MS) socket.destroy()
    }, LOOK_MS)
    return { timer }
}

function later(ms: number): Promise<void> {
    return new Promise(resolve => setTimeout(resolve, ms))
}
