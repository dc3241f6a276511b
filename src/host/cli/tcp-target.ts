// Responsible for: a real cart over TCP: the host listens, the cart connects, in real time.
// Not for: what is asked of the cart (../run/technician.ts) or done with its lines.

import { createServer, type Server, type Socket } from "node:net"
import { HostSession, PING_INTERVAL_US } from "../link/host-session"
import { expectedFrames } from "../run/pullback-plan"
import { RunReceiver } from "../run/run-receiver"
import {
    type Progress,
    type PullbackRequest,
    type ReceivedRun,
    type TakeBytes,
} from "../run/run-target"
import { RunError, Technician } from "../run/technician"

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
            resolve(
                typeof address === "object" && address ? address.port : port
            )
        })
    })
}

/** One connected cart: bytes in, messages out. Ends when the cart closes or `stop` is called. */
export function attendCart(
    socket: Socket,
    make: (session: HostSession) => {
        receiver: RunReceiver
        onBytes?: TakeBytes
    }
): { ended: Promise<void> } {
    socket.setNoDelay(true)
    const session = new HostSession(bytes => void socket.write(bytes))
    const { receiver, onBytes } = make(session)
    const pinging = setInterval(
        () => session.ping(performance.now() * 1000),
        PING_INTERVAL_US / 1000
    )
    const ended = new Promise<void>(resolve => {
        socket.on("data", bytes => {
            onBytes?.(bytes)
            receiver.push(bytes)
        })
        socket.on("error", () => socket.destroy())
        socket.on("close", () => {
            clearInterval(pinging)
            session.lost()
            receiver.finish()
            resolve()
        })
    })
    return { ended }
}

/**
 * One pullback on the cart at `host`, which connects to us.
 * @throws RunError when the port is taken, or the cart refuses, fails or leaves
 */
export async function runTcpPullback(
    request: PullbackRequest,
    host: string,
    onBytes: TakeBytes,
    progress: Progress,
    port = DEFAULT_PORT
): Promise<ReceivedRun> {
    const server = createServer()
    await listen(server, port)
    progress(0, `waiting for the cart at ${host} on port ${port}`)
    const socket = await new Promise<Socket>(resolve => {
        server.on("connection", s => {
            const from = s.remoteAddress?.replace(/^::ffff:/, "")
            if (from === host) resolve(s)
            else s.destroy()
        })
    })
    server.close()
    let technician: Technician
    let receiver: RunReceiver
    const { ended } = attendCart(socket, session => {
        technician = new Technician(
            session,
            request,
            (us, action) => void setTimeout(action, us / 1000)
        )
        const { listener } = technician
        receiver = new RunReceiver({
            ...listener,
            onHello: () => session.accept(1),
            onLines: (_, bytes) => session.consumed(bytes),
            onStatus: status => {
                listener.onStatus?.(status)
                const frames = receiver.assembler?.frames.length ?? 0
                progress(frames / expectedFrames(request), `${frames} frames`)
                if (technician.done || technician.failure) socket.end()
            },
        })
        return { receiver, onBytes }
    })
    await ended
    if (!technician!.done) {
        const failure =
            technician!.failure ??
            new RunError(
                `The cart closed the link before the pullback had ended; look at its display and log.`
            )
        failure.receiver = receiver!
        throw failure
    }
    return {
        receiver: receiver!,
        instruments: undefined,
    }
}
