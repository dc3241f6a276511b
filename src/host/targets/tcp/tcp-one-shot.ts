// A one-shot session with a real cart over TCP.

import type { Socket } from "node:net"
import { RunError } from "../../errors"
import type { HostSession } from "../../link/host-session"
import { type RunListener, RunReceiver } from "../../run/run-receiver"
import { closingText } from "../closing-text"
import { finishedClient, type OneShotClient, type OneShotResult } from "../one-shot-client"
import { awaitCart, type TcpTarget } from "./await-cart"
import { attendCart } from "./cart-connection"
import { INSECURE } from "./link-server"

/**
 * Waits for the cart and disconnects when the client is done.
 * @throws RunError when the cart does not connect, has another message layout, or does not answer
 */
export async function runTcpOneShot<C extends OneShotClient>(
    target: TcpTarget,
    session: {
        makeClient(session: HostSession): C
        /** Time that the cart has to connect. */
        readonly waitS: number
        /** Time limit once it has connected. */
        readonly limitS: number
        report(line: string): void
    }
): Promise<OneShotResult<C>> {
    const { report, waitS, limitS } = session
    const socket = await awaitCart(target, report, waitS)
    let client!: C
    let receiver!: RunReceiver
    const { ended } = attendCart(socket, target.identity, hostSession => {
        client = session.makeClient(hostSession)
        receiver = new RunReceiver(closingWhenDone(client, socket, hostSession), hostSession)
        return { receiver }
    })
    const timer = setTimeout(() => socket.destroy(), limitS * 1000)
    const closing = await ended
    clearTimeout(timer)
    if (closing) throw new RunError(closingText(closing))
    const { insecure } = receiver
    if (insecure) report(`The cart runs ${INSECURE}.`)
    return { client: finishedClient(client), insecure }
}

/** The client's listener, which closes the connection after the message that completes or fails the client. */
function closingWhenDone(client: OneShotClient, socket: Socket, session: HostSession): RunListener {
    const { listener } = client
    const closeWhenDone = (): void => {
        if (client.done || client.failure) socket.end()
    }
    return {
        ...listener,
        onLines: (_, bytes) => session.consumed(bytes),
        onStatus: status => {
            listener.onStatus?.(status)
            closeWhenDone()
        },
        onEvent: event => {
            listener.onEvent?.(event)
            closeWhenDone()
        },
        onRefusal: refusal => {
            listener.onRefusal?.(refusal)
            closeWhenDone()
        },
        onRegister: register => {
            listener.onRegister?.(register)
            closeWhenDone()
        },
    }
}
