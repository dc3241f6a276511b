// A one-shot session with a real cart over TCP.

import { Interrupted, RunError } from "../../errors"
import type { CartSession } from "../../link/cart-session"
import type { CartConnection } from "../../link/thread/cart-connection"
import { restartText } from "../../run/restart-text"
import { type RunListener, RunReceiver } from "../../run/run-receiver"
import { closingText } from "../closing-text"
import { finishedClient, type OneShotClient, type OneShotResult } from "../one-shot-client"
import type { OneShotSession } from "../one-shot-session"
import { INSECURE } from "../../link/link-defaults"
import { receiveFrom } from "./receive-from"
import { rejectsOn, STOP_LIMIT_MS, TcpCarts, type TcpTarget } from "./tcp-carts"

type TcpOneShot<C extends OneShotClient> = Omit<OneShotSession<C>, "catheterId" | "makeClient"> & {
    makeClient(session: CartSession): C
}

/**
 * Waits for the cart and disconnects when the client is done.
 * @throws RunError when the cart does not connect, has another message layout, or does not answer
 */
export async function runTcpOneShot<C extends OneShotClient>(
    target: TcpTarget,
    session: TcpOneShot<C>
): Promise<OneShotResult<C>> {
    const { report, waitS, stop } = session
    const carts = await TcpCarts.open(target, report)
    try {
        const connection = await carts.next(waitS, stop && rejectsOn(stop))
        return await useCart(connection, session)
    } finally {
        await carts.close()
    }
}

async function useCart<C extends OneShotClient>(
    connection: CartConnection,
    session: TcpOneShot<C>
): Promise<OneShotResult<C>> {
    const { report, limitS, stop } = session
    const client = session.makeClient(connection.session)
    const closeWhenDone = (): void => {
        session.onProgress?.(client)
        if (client.done || client.failure) connection.close()
    }
    const receiver = new RunReceiver(
        {
            ...closingWhenDone(client.listener, closeWhenDone, connection.session),
            onRestart: restart => {
                // A client that reads it prints it itself.
                if (client.listener.onRestart) return client.listener.onRestart(restart)
                const text = restartText(restart)
                if (text) report(text)
            },
        },
        connection.session
    )
    const timers: NodeJS.Timeout[] = []
    const endAfter = (ms: number): void => void timers.push(setTimeout(() => connection.cut(), ms))
    if (limitS !== Infinity) endAfter(limitS * 1000)
    const abandon = (): void => {
        client.abort?.()
        endAfter(STOP_LIMIT_MS)
    }
    stop?.addEventListener("abort", abandon)
    const closing = await receiveFrom(connection, receiver)
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
    session: CartSession
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
