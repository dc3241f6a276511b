// Responsible for: a real cart over TCP: the host listens, the cart connects, in real time.
// Not for: what is asked of the cart (../run/technician.ts) or done with its lines.

import type { Server, Socket } from "node:net"
import { REJECT_LATE } from "../../../shared/codes"
import { type ForeignHello, foreignHello } from "../../link/foreign-hello"
import { HostSession, PING_INTERVAL_US, PROOF_DELAY_US } from "../../link/host-session"
import { boardIdOf } from "../../link/host-identity"
import { type HostIdentity } from "../../link/host-identity"
import { expectedFrames } from "../../sequence/pullback-plan"
import { RunReceiver } from "../../run/run-receiver"
import { type Progress, type ReceivedRun, sentData, type TakeBytes } from "../../run/run-target"
import { tgcAsked } from "../../sequence/pullback-request"
import { type PullbackRequest } from "../../sequence/pullback-request"
import { PullbackSequencer } from "../../run/pullback-sequencer"
import { Interrupted } from "../../errors"
import { RunError } from "../../errors"
import { closingText } from "../closing-text"
import { type Closing } from "../closing-text"
import { linkServer } from "./link-server"
import { type TlsIdentity } from "./link-server"
import { INSECURE } from "./link-server"

/** Where a cart looks for its host when nothing else was set on it. */
export const DEFAULT_PORT = 7316

/**
 * Listens on a port.
 * @throws RunError when the port cannot be had
 */
export function listen(server: Server, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
        server.once("error", (error: NodeJS.ErrnoException) => {
            const why =
                error.code === "EADDRINUSE"
                    ? "another program uses it"
                    : error.code === "EACCES"
                      ? "no permission"
                      : error.message
            reject(
                new RunError(
                    `Port ${port} cannot be opened (${why}); stop that program or name another port with --port.`
                )
            )
        })
        server.listen(port, () => {
            const address = server.address()
            resolve(typeof address === "object" && address ? address.port : port)
        })
    })
}

/**
 * Listens until the cart at `host` has connected; others are turned away.
 * @param waitS how long; left out, as long as it takes
 * @param givenUp rejects when nobody wants to wait any longer
 * @throws RunError when the port cannot be had or it does not come
 */
export async function awaitCart(
    host: string,
    port: number,
    tls: TlsIdentity | undefined,
    tell: (line: string) => void,
    waitS = Infinity,
    givenUp?: Promise<never>
): Promise<Socket> {
    let came: (socket: Socket) => void
    const cart = new Promise<Socket>(resolve => (came = resolve))
    const server = linkServer(
        tls,
        socket => {
            const from = socket.remoteAddress?.replace(/^::ffff:/, "")
            if (from === host) came(socket)
            else socket.destroy()
        },
        tell
    )
    const bound = await listen(server, port)
    tell(`waiting for the cart at ${host} on port ${bound}`)
    let late: NodeJS.Timeout | undefined
    const gaveUp = new Promise<never>((_, reject) => {
        if (waitS === Infinity) return
        const sentence = `No cart at ${host} connected within ${waitS} s; check its supply and network, and that its host setting names this machine and port ${bound}.`
        late = setTimeout(() => reject(new RunError(sentence)), waitS * 1000)
    })
    try {
        return await Promise.race([cart, gaveUp, ...(givenUp ? [givenUp] : [])])
    } finally {
        clearTimeout(late)
        server.close()
    }
}

/** A cart that does not say what it has to say for so long is gone, or was none; it says its status ten times a second. */
const SILENCE_MS = 3000
/** A hello of any build is shorter. */
const GREETING_BYTES = 320
/** For a last message to leave before the connection is cut. */
const LINGER_MS = 500

/** One connected cart: bytes in, messages out. Ends when the cart closes, either side refuses, or it falls silent. */
export function attendCart(
    socket: Socket,
    identity: HostIdentity,
    make: (session: HostSession) => {
        receiver: RunReceiver
        onBytes?: TakeBytes
    }
): { ended: Promise<Closing | undefined> } {
    socket.setNoDelay(true)
    let closing: Closing | undefined
    let first = Buffer.alloc(0)
    let foreign: ForeignHello | undefined
    let heardMs = performance.now()
    const session = new HostSession(
        bytes => void socket.write(bytes),
        identity,
        (reason, by) => {
            closing = { reason, by, ...(foreign && { foreign }) }
            socket.end()
            setTimeout(() => socket.destroy(), LINGER_MS)
        },
        action => void setTimeout(action, PROOF_DELAY_US / 1000)
    )
    const { receiver, onBytes } = make(session)
    const pinging = setInterval(() => {
        const nowMs = performance.now()
        session.ping(nowMs * 1000)
        if (nowMs - heardMs > SILENCE_MS) session.reject(REJECT_LATE)
    }, PING_INTERVAL_US / 1000)
    const ended = new Promise<Closing | undefined>(resolve => {
        socket.on("data", bytes => {
            // Whoever has not proven to be a cart does not keep its place by talking.
            if (session.isOpen) heardMs = performance.now()
            // A board of another build says a hello that can be told from damage, and nothing more.
            if (!receiver.hello && first.length <= GREETING_BYTES) {
                first = Buffer.concat([first, bytes])
                foreign = foreignHello(first)
                if (foreign) session.reject(foreign.reason)
            }
            onBytes?.(bytes)
            receiver.push(bytes)
        })
        socket.on("error", () => socket.destroy())
        socket.on("close", () => {
            clearInterval(pinging)
            session.connectionLost()
            receiver.finish()
            const { hello } = receiver
            resolve(closing && hello ? { ...closing, boardId: boardIdOf(hello) } : closing)
        })
    })
    return { ended }
}

/** So long a cart that was lost may take to connect again; it tries once a second. */
const RETURN_S = 10
/** The summary of a run comes before the first status of a session; ten times a second is told how the cart is. */
const STATUSES_MAX = 10

/** Waits for a cart that was lost in a run, which then tells how many lines it fired; `cut` has the summary if it came. */
async function learnEnd(
    cut: RunReceiver,
    comes: Promise<Socket>,
    onBytes: TakeBytes,
    identity: HostIdentity
): Promise<void> {
    let socket: Socket
    try {
        socket = await comes
    } catch (error) {
        if (error instanceof RunError) return
        throw error
    }
    let statuses = 0
    const { ended } = attendCart(socket, identity, session => {
        const receiver = new RunReceiver(
            {
                onUnknownRunEnd: end => {
                    if (cut.closeCounts(end)) socket.end()
                },
                onStatus: () => {
                    if (++statuses >= STATUSES_MAX) socket.end()
                },
                onLines: (_, bytes) => session.consumed(bytes),
            },
            session
        )
        return { receiver, onBytes }
    })
    await ended
}

/** A cart brakes and sums its run up within some loops of 10 ms; from 10 mm/s it takes 0.2 s. */
const STOP_LIMIT_MS = 3000

function givenUpBy(stop: AbortSignal): Promise<never> {
    const givenUp = new Promise<never>((_, reject) => {
        const give = (): void => reject(new Interrupted("Ended before a cart was there."))
        if (stop.aborted) give()
        else stop.addEventListener("abort", give)
    })
    // Mostly nobody waits for it.
    givenUp.catch(() => undefined)
    return givenUp
}

/**
 * One pullback on the cart at `host`, which connects to us. If the connection is lost in the run, the cart has
 * `returnS` to connect again and say how many lines it fired; it is not asked for anything then.
 * @param stop stops the cart, waits until it says that it stands, and lets it go
 * @throws Interrupted when that was so RunError when the port is taken, or the cart refuses, fails or leaves
 */
export async function runTcpPullback(
    request: PullbackRequest,
    host: string,
    onBytes: TakeBytes,
    progress: Progress,
    identity: HostIdentity,
    tls?: TlsIdentity,
    port = DEFAULT_PORT,
    returnS = RETURN_S,
    stop?: AbortSignal
): Promise<ReceivedRun> {
    const tell = (line: string): void => progress(0, line)
    const givenUp = stop && givenUpBy(stop)
    const socket = await awaitCart(host, port, tls, tell, Infinity, givenUp)
    let technician: PullbackSequencer
    let receiver: RunReceiver
    const { ended } = attendCart(socket, identity, session => {
        technician = new PullbackSequencer(
            session,
            request,
            (us, action) => void setTimeout(action, us / 1000)
        )
        const { listener } = technician
        receiver = new RunReceiver(
            {
                ...listener,
                onLines: (header, bytes) => {
                    listener.onLines?.(header, bytes)
                    session.consumed(bytes)
                },
                onStatus: status => {
                    listener.onStatus?.(status)
                    const frames = receiver.assembler?.frames.length ?? 0
                    progress(
                        frames / expectedFrames(request),
                        `${frames} frames${session.isInsecure ? `, ${INSECURE}` : ""}`
                    )
                    if (technician.done || technician.failure) socket.end()
                },
            },
            session
        )
        return { receiver, onBytes }
    })
    let late: NodeJS.Timeout | undefined
    const abandon = (): void => {
        technician.abort()
        late = setTimeout(() => {
            technician.stopUnanswered()
            socket.destroy()
        }, STOP_LIMIT_MS)
    }
    stop?.addEventListener("abort", abandon)
    const closing = await ended
    clearTimeout(late)
    stop?.removeEventListener("abort", abandon)
    if (!technician!.done) {
        const failure =
            technician!.failure ??
            new RunError(
                closing
                    ? closingText(closing)
                    : `The cart closed the link before the pullback had ended; look at its display and log.`
            )
        failure.receiver = receiver!
        if (receiver!.inRun) {
            const comes = awaitCart(host, port, tls, tell, returnS, givenUp)
            await learnEnd(receiver!, comes, onBytes, identity)
            if (receiver!.inRun)
                failure.message += ` It did not come back within ${returnS} s to tell how many lines it fired, so what is missing behind the last line is not known.`
        }
        throw failure
    }
    return {
        receiver: receiver!,
        instruments: undefined,
        tgcCdb: tgcAsked(request),
        ...sentData(request),
    }
}
