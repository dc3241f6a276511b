// A one-shot session with a real cart over TCP.

import { Interrupted, RunError } from "../../errors"
import type { HostSession } from "../../link/host-session"
import { restartText } from "../../run/restart-text"
import { type RunListener, RunReceiver } from "../../run/run-receiver"
import { closingText } from "../closing-text"
import { finishedClient, type OneShotClient, type OneShotResult } from "../one-shot-client"
import type { OneShotSession } from "../one-shot-session"
import { awaitCart, rejectsOn, STOP_LIMIT_MS, type TcpTarget } from "./await-cart"
import { attendCart } from "./cart-connection"
import { INSECURE } from "./link-server"

/**
 * Waits for the cart and disconnects when the client is done.
 * @throws RunError when the cart does not connect, has another message layout, or does not answer
 */
export async function runTcpOneShot<C extends OneShotClient>(
    target: TcpTarget,
    session: Omit<OneShotSession<C>, "catheterId" | "makeClient"> & {
        makeClient(session: HostSession): C
    }
): Promise<OneShotResult<C>> {
    const { report, waitS, limitS, stop } = session
    const cancelled = stop && rejectsOn(stop)
    const socket = await awaitCart(target, report, waitS, cancelled)
    let client!: C
    let receiver!: RunReceiver
    const { ended } = attendCart(socket, target.identity, hostSession => {
        client = session.makeClient(hostSession)
        const closeWhenDone = (): void => {
            session.onProgress?.(client)
            if (client.done || client.failure) socket.end()
        }
        receiver = new RunReceiver(
            {
                ...closingWhenDone(client.listener, closeWhenDone, hostSession),
                onRestart: restart => {
                    // A client that reads it prints it itself.
                    if (client.listener.onRestart) return client.listener.onRestart(restart)
                    const text = restartText(restart)
                    if (text) report(text)
                },
            },
            hostSession
        )
        return { receiver }
    })
    const timers: NodeJS.Timeout[] = []
    const endAfter = (ms: number): void => void timers.push(setTimeout(() => socket.destroy(), ms))
    if (limitS !== Infinity) endAfter(limitS * 1000)
    const abandon = (): void => {
        client.abort?.()
        endAfter(STOP_LIMIT_MS)
    }
    stop?.addEventListener("abort", abandon)
    const closing = await ended
    stop?.removeEventListener("abort", abandon)
    timers.forEach(clearTimeout)
    if (stop?.aborted && !client.failure)
        throw new Interrupted(
            "The cart did not confirm the stop. Without a host it stops by itself: check that it has stopped."
        )
    if (closing) throw new RunError(closingText(closing))
    const { insecure } = receiver
    if (insecure) report(`The cart runs ${INSECURE}.`)
    return { client: finishedClient(client), insecure }
}

/** The client's listener, which closes the connection after the message that completes or fails the client. */
function closingWhenDone(
    listener: RunListener,
    closeWhenDone: () => void,
    session: HostSession
): RunListener {
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
        onLogEntry: entry => {
            listener.onLogEntry?.(entry)
            closeWhenDone()
        },
    }
}
