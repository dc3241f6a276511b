// Responsible for: a visit to a cart, virtual or over TCP: connected, asked by a client, and let go.
// Not for: what is asked (../run/examiner.ts, ../run/calibrator.ts) or pullbacks (virtual-target.ts, tcp-target.ts).

import { CATHETER_IDS } from "../../shared/acquisition/catheter-list"
import type { Hello } from "../../shared/protocol/messages"
import type { HostSession } from "../link/host-session"
import type { HostIdentity } from "../link/host-identity"
import { RunReceiver, type RunListener } from "../run/run-receiver"
import { RunError } from "../errors"
import { injectFault, type TimedFault } from "./virtual/faults"
import { closingText } from "./closing-text"
import { type TlsIdentity } from "./tcp/link-server"
import { INSECURE } from "./tcp/link-server"
import { attendCart, awaitCart } from "./tcp/tcp-target"
import { VirtualCart } from "./virtual/virtual-cart"

/** Somebody who asks a cart something, and leaves when it has been answered. */
export interface OneShotClient {
    readonly hello: Hello | undefined
    readonly listener: RunListener
    readonly done: boolean
    readonly failure: RunError | undefined
    /** What was not answered, if the cart falls silent: "tell all of its registers". */
    readonly task: string
}

/**
 * Boots a virtual cart, lets the faults happen, and leaves when the client does.
 * @param make of the session and the cart's time in us
 * @param limitS of the cart's time
 * @returns the client and all bytes from the board
 * @throws RunError when the cart does not answer
 */
export async function runOneShotVirtual<V extends OneShotClient>(
    options: {
        bytecodeFile: string
        /** Whose front end the cart has; left out, the first of them all, of a line engine. */
        catheterId?: string
        seed: number
        faults: readonly TimedFault[]
        limitS: number
        eachTurn?: (client: V) => void
    },
    make: (session: HostSession, nowUs: () => number) => V
): Promise<{ client: V; capture: Uint8Array }> {
    let client: V
    const parts: Uint8Array[] = []
    const cart = await VirtualCart.boot({
        bytecodeFile: options.bytecodeFile,
        seed: options.seed,
        catheterId: options.catheterId ?? CATHETER_IDS[0],
        echo: { line: (_zMm, _line, out) => void out.fill(0) },
        vesselOriginMm: 0,
        onBytes: bytes => void parts.push(Uint8Array.from(bytes)),
        listener: ({ session, clock }) => {
            client = make(session, () => clock.nowUs)
            return client.listener
        },
    })
    const { clock, board } = cart
    for (const fault of options.faults) clock.at(fault.atS * 1e6, () => injectFault(cart, fault))
    await cart.until(
        () => client.done || client.failure !== undefined,
        options.limitS * 1e6,
        () => options.eachTurn?.(client)
    )
    board.stopVm()
    return { client: finished(client!), capture: Buffer.concat(parts) }
}

/** Where a cart is expected, and for how long. */
export interface OneShotTcpOptions {
    readonly host: string
    readonly port: number
    readonly waitS: number
    /** How long the visit itself may take. */
    readonly limitS: number
    readonly identity: HostIdentity
    readonly tls: TlsIdentity | undefined
    tell(line: string): void
}

/**
 * Waits for the cart at `host`, which connects to us, and stays until the client leaves.
 * @returns the client, and whether the link went without a key
 * @throws RunError when it does not come, was built with another layout, or cannot answer
 */
export async function runOneShotTcp<V extends OneShotClient>(
    options: OneShotTcpOptions,
    make: (session: HostSession) => V
): Promise<{ client: V; insecure: boolean }> {
    const { host, port, waitS, limitS, tell, identity } = options
    const socket = await awaitCart(host, port, options.tls, tell, waitS)
    let client: V
    let receiver: RunReceiver
    const { ended } = attendCart(socket, identity, session => {
        const asking = make(session)
        client = asking
        const { listener } = asking
        const leave = (): void => {
            if (asking.done || asking.failure) socket.end()
        }
        receiver = new RunReceiver(
            {
                ...listener,
                onLines: (_, bytes) => session.consumed(bytes),
                onStatus: status => {
                    listener.onStatus?.(status)
                    leave()
                },
                onEvent: event => {
                    listener.onEvent?.(event)
                    leave()
                },
                onRefusal: refusal => {
                    listener.onRefusal?.(refusal)
                    leave()
                },
                onRegister: register => {
                    listener.onRegister?.(register)
                    leave()
                },
            },
            session
        )
        return { receiver }
    })
    const silent = setTimeout(() => socket.destroy(), limitS * 1000)
    const closing = await ended
    clearTimeout(silent)
    if (closing) throw new RunError(closingText(closing))
    const { insecure } = receiver!
    if (insecure) tell(`The cart runs ${INSECURE}.`)
    return { client: finished(client!), insecure }
}

/** @throws RunError when the client did not get what it came for */
function finished<V extends OneShotClient>(client: V): V {
    if (client.failure) throw client.failure
    if (!client.hello)
        throw new RunError(
            "The cart did not say hello; check that it runs this project's firmware."
        )
    if (!client.done)
        throw new RunError(`The cart did not ${client.task}; look at its log and try again.`)
    return client
}
