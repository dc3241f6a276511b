// Responsible for: `ivus serve`: the host core for a real cart: takes its lines and writes each run's results.
// Not for: asking the cart for anything: the bedside unit does.

import type { Socket } from "node:net"
import { OutFolder } from "../../runs/out-folder"
import { summaryText } from "../../results/summary"
import { writeResults } from "../../results/write-results"
import { RunReceiver } from "../../run/run-receiver"
import { REJECT_OVERSIZE } from "../../../shared/codes"
import { type HostSession } from "../../link/host-session"
import { boardIdOf } from "../../link/host-identity"
import { type HostIdentity } from "../../link/host-identity"
import { keepCapture, replayHint } from "../../runs/cut-capture"
import { CutRuns } from "../../runs/cut-runs"
import { report } from "../../terminal"
import { closingText } from "../../targets/closing-text"
import { storedIdentity } from "../../link/stored-identity"
import { type LinkOptions, parseTls } from "../options/link-options"
import { linkServer } from "../../targets/tcp/link-server"
import { type TlsIdentity } from "../../targets/tcp/link-server"
import { INSECURE } from "../../targets/tcp/link-server"
import { onStop } from "../on-stop"
import { parsePort } from "../options/pullback-options"
import type { TakeBytes } from "../../run/run-target"
import { openOut } from "./pullback"
import { attendCart } from "../../targets/tcp/cart-connection"
import { listen } from "../../targets/tcp/link-server"

/** A host core that listens. */
export interface Serving {
    readonly port: number
    /**
     * Listens no more and lets every cart go, which stops by itself when its host is gone. What came of a run under way is
     * kept as of one that was cut; the results of one that has ended are finished first.
     */
    close(): Promise<void>
    /** Leaves at once: of every run that has no results yet the capture is kept. */
    drop(): void
}

/** Serves one cart at a time until the process is stopped. */
export async function serveCommand(
    options: { port: string; out: string } & LinkOptions
): Promise<void> {
    const port = parsePort(options.port)
    const tls = parseTls(options)
    openOut(options.out).discard()
    const said = (line: string): void => void process.stdout.write(`${line}\n`)
    const identity = storedIdentity(options.insecure ?? false, said)
    const serving = await serve(port, options.out, said, identity, tls)
    const stopped = new Promise<void>(resolve => {
        onStop(resolve, () => serving.drop())
    })
    report(
        `waiting for a cart on port ${serving.port}${tls ? ", with TLS" : ""}${options.insecure ? `; carts are taken ${INSECURE}` : ""}`
    )
    await stopped
    await serving.close()
    process.exit(130)
}

/** Who has not proven yet to be a cart may say so much; then it is refused. */
const GREETING_BYTES_MAX = 1024
/** So many may be at the door at once; one of them gets in. */
const CONNECTIONS_MAX = 8

/**
 * Listens for a cart.
 * @param port 0 takes any that is free
 * @param tell gets the summary of each run, who came and left, and why
 * @throws RunError when the port cannot be had
 */
export async function serve(
    port: number,
    out: string,
    tell: (line: string) => void,
    identity: HostIdentity,
    tls?: TlsIdentity
): Promise<Serving> {
    const sessions = new Set<HostSession>()
    const oneAtATime: HostIdentity = {
        ...identity,
        isBusy: () => [...sessions].some(s => s.isOpen),
    }
    const unfinished = new Set<OutFolder>()
    const cutRuns = new CutRuns()
    const sockets = new Set<Socket>()
    /** Carts that are there, and results that are being made. */
    const underWay = new Set<Promise<void>>()
    const waitFor = (work: Promise<void>): void => {
        underWay.add(work)
        void work.finally(() => underWay.delete(work))
    }
    const attend = (socket: Socket): void => {
        const who = socket.remoteAddress ?? "a cart"
        tell(`${who} connected`)
        sockets.add(socket)
        socket.on("close", () => sockets.delete(socket))
        let boardId = "?"
        let attended: RunReceiver | undefined
        // Of the run under way; the capture of the next one starts behind it.
        let capture: Capture | undefined
        const captured = (): Capture => {
            capture ??= startCapture(out)
            unfinished.add(capture.folder)
            return capture
        }
        const { ended } = attendCart(socket, oneAtATime, session => {
            sessions.add(session)
            socket.on("close", () => sessions.delete(session))
            let greeting = Buffer.alloc(0)
            const take = (bytes: Uint8Array): void => {
                // Nobody fills this disk who is not our cart.
                if (!session.isOpen) {
                    greeting = Buffer.concat([greeting, bytes])
                    if (greeting.length > GREETING_BYTES_MAX) session.reject(REJECT_OVERSIZE)
                    return
                }
                try {
                    if (greeting.length > 0) captured().take(greeting)
                    greeting = Buffer.alloc(0)
                    captured().take(bytes)
                } catch (error) {
                    tell(`the capture cannot be written: ${(error as Error).message}`)
                    socket.destroy()
                }
            }
            const receiver: RunReceiver = new RunReceiver(
                {
                    onHello: hello => void (boardId = boardIdOf(hello)),
                    onStatus: () => {
                        if (!session.isInsecure || told) return
                        told = true
                        tell(`cart ${boardId} runs ${INSECURE}`)
                    },
                    onLines: (_, bytes) => session.consumed(bytes),
                    onUnknownRunEnd: end => {
                        const said = cutRuns.close(boardId, end)
                        if (said) tell(said)
                    },
                    onEnd: ({ run }) => {
                        cutRuns.ended(boardId, run)
                        const { folder } = captured()
                        capture = undefined
                        // The next run may begin while this one is being written.
                        waitFor(
                            save(receiver.snapshot(), folder).then(said => {
                                unfinished.delete(folder)
                                tell(said)
                            })
                        )
                    },
                },
                session
            )
            let told = false
            attended = receiver
            return { receiver, onBytes: take }
        })
        waitFor(
            ended.then(closing => {
                if (closing) tell(`cart ${boardId}: ${closingText(closing)}`)
                if (capture) {
                    if (attended?.inRun) tell(cutRuns.cut(boardId, attended, capture.folder))
                    capture.folder.discard()
                    unfinished.delete(capture.folder)
                }
                tell(`${who} left`)
            })
        )
    }
    const server = linkServer(tls, attend, tell)
    server.maxConnections = CONNECTIONS_MAX
    const bound = await listen(server, port)
    return {
        port: bound,
        close: async () => {
            server.close()
            for (const socket of sockets) socket.destroy()
            while (underWay.size > 0) await Promise.all(underWay)
        },
        drop: () => {
            server.close()
            for (const folder of unfinished) tell(`kept as it came: ${keepCapture(folder)}`)
        },
    }
}

/** The capture of one run on its way to the disk. */
interface Capture {
    readonly folder: OutFolder
    readonly take: TakeBytes
}

function startCapture(out: string): Capture {
    const folder = new OutFolder(out)
    return { folder, take: folder.stream("capture.ivl") }
}

/** @returns what to tell: the summary, or why there is none */
async function save(receiver: RunReceiver, out: OutFolder): Promise<string> {
    try {
        const run = { receiver, instruments: undefined }
        const summary = await writeResults(run, out, () => undefined)
        out.commit()
        return `${summaryText(summary)}\nin ${out.path}`
    } catch (error) {
        return `no results were written: ${(error as Error).message}\n${keptText(out)}`
    } finally {
        out.discard()
    }
}

function keptText(out: OutFolder): string {
    try {
        return `what had come is kept: ${replayHint(keepCapture(out), [])}`
    } catch (error) {
        return `what had come could not be kept: ${(error as Error).message}`
    }
}
