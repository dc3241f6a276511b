// Receives real carts, one at a time, and writes the results of each run.

import type { Socket } from "node:net"
import { REJECT_OVERSIZE } from "../../shared/codes"
import { boardIdOf, type HostIdentity } from "../link/host-identity"
import type { HostSession } from "../link/host-session"
import type { Restart } from "../../shared/protocol/messages"
import { summaryText } from "../results/summary-text"
import { writeResults } from "../results/write-results"
import { reportsAlarms } from "../run/alarm"
import { restartDetail } from "../run/restart-text"
import { RunReceiver } from "../run/run-receiver"
import type { TakeBytes } from "../run/run-target"
import { keepCapture, replayHint } from "../runs/cut-capture"
import { CutRuns } from "../runs/cut-runs"
import { OutFolder } from "../runs/out-folder"
import { closingText } from "../targets/closing-text"
import { attendCart } from "../targets/tcp/cart-connection"
import { INSECURE, linkServer, listen, type TlsIdentity } from "../targets/tcp/link-server"
import { filesText } from "./files-text"

/** A server that listens for carts. */
export interface Serving {
    readonly port: number
    /**
     * Stops listening and closes every connection; a cart without its host stops by itself. The capture of a run in progress
     * is kept as of a run that was cut short; the results of a run that has ended are finished first.
     */
    close(): Promise<void>
    /** Exits without waiting: keeps the capture of every run that has no results yet. */
    drop(): void
}

/** Bytes that a client may send before it has proven to be a cart. */
const GREETING_BYTES_MAX = 1024
/** Connections at the same time; at most one of them is a cart in session. */
const CONNECTIONS_MAX = 8

/**
 * Listens for a cart.
 * @param port 0 takes any free one
 * @param print gets the summary of each run, and each connection, disconnection, refusal and restart of a cart
 * @param verbose whether the summaries have all timing figures
 * @throws RunError when the port cannot be opened
 */
export async function serve(
    port: number,
    out: string,
    print: (line: string) => void,
    identity: HostIdentity,
    tls?: TlsIdentity,
    verbose = false
): Promise<Serving> {
    const server = new CartServer(out, print, identity, verbose)
    const listener = linkServer(tls, socket => server.attend(socket), print)
    listener.maxConnections = CONNECTIONS_MAX
    const bound = await listen(listener, port)
    return {
        port: bound,
        close: async () => {
            listener.close()
            await server.close()
        },
        drop: () => {
            listener.close()
            server.drop()
        },
    }
}

/** The capture of one run while it is written. */
interface Capture {
    readonly folder: OutFolder
    readonly take: TakeBytes
}

class CartServer {
    private readonly sessions = new Set<HostSession>()
    private readonly sockets = new Set<Socket>()
    private readonly unfinished = new Set<OutFolder>()
    /** Sessions with carts, and results that are being written. */
    private readonly inProgress = new Set<Promise<void>>()
    private readonly cutRuns = new CutRuns()
    /** The start of each cart that was last printed: a cart reports it in every session. */
    private readonly starts = new Map<string, number>()
    private readonly identity: HostIdentity

    constructor(
        private readonly out: string,
        private readonly print: (line: string) => void,
        identity: HostIdentity,
        private readonly verbose: boolean
    ) {
        this.identity = { ...identity, isBusy: () => [...this.sessions].some(s => s.isOpen) }
    }

    attend(socket: Socket): void {
        const address = socket.remoteAddress ?? "a cart"
        this.print(`${address} connected`)
        this.sockets.add(socket)
        socket.on("close", () => this.sockets.delete(socket))
        const cart = new ServedCart(this.cutRuns, this.print, {
            start: () => this.startCapture(),
            save: (receiver, folder) => this.save(receiver, folder),
            started: (boardId, restart) => this.printStart(boardId, restart),
        })
        const { ended } = attendCart(socket, this.identity, session => {
            this.sessions.add(session)
            socket.on("close", () => this.sessions.delete(session))
            return cart.join(session, socket)
        })
        this.waitFor(
            ended.then(closing => {
                if (closing) {
                    const id = closing.hello ? boardIdOf(closing.hello) : cart.boardId
                    this.print(`cart ${id}: ${closingText(closing)}`)
                }
                const folder = cart.leave()
                if (folder) this.unfinished.delete(folder)
                this.print(`${address} left`)
            })
        )
    }

    async close(): Promise<void> {
        for (const socket of this.sockets) socket.destroy()
        while (this.inProgress.size > 0) await Promise.all(this.inProgress)
    }

    drop(): void {
        for (const folder of this.unfinished)
            this.print(`The bytes received so far are kept: ${keepCapture(folder)}`)
    }

    private waitFor(work: Promise<void>): void {
        this.inProgress.add(work)
        void work.finally(() => this.inProgress.delete(work))
    }

    private printStart(boardId: string, restart: Restart): void {
        if (this.starts.get(boardId) === restart.boots) return
        this.starts.set(boardId, restart.boots)
        this.print(`cart ${boardId}: ${restartDetail(restart)}`)
    }

    private startCapture(): Capture {
        const folder = new OutFolder(this.out)
        this.unfinished.add(folder)
        return { folder, take: folder.stream("capture.ivl") }
    }

    /** The next run may begin while the results of this one are written. */
    private save(receiver: RunReceiver, folder: OutFolder): void {
        this.waitFor(
            writtenText(receiver, folder, this.verbose).then(text => {
                this.unfinished.delete(folder)
                this.print(text)
            })
        )
    }
}

/** One cart from its connection on. */
class ServedCart {
    boardId = "?"
    private receiver: RunReceiver | undefined
    /** The capture of the current run; that of the next run is a new one. */
    private capture: Capture | undefined
    private reportedInsecure = false

    constructor(
        private readonly cutRuns: CutRuns,
        private readonly print: (line: string) => void,
        private readonly server: {
            start(): Capture
            save(receiver: RunReceiver, folder: OutFolder): void
            started(boardId: string, restart: Restart): void
        }
    ) {}

    join(session: HostSession, socket: Socket): { receiver: RunReceiver; onBytes: TakeBytes } {
        const alarms = reportsAlarms(line => this.print(`cart ${this.boardId}: ${line}`))
        const receiver: RunReceiver = new RunReceiver(
            {
                ...alarms,
                onHello: hello => void (this.boardId = boardIdOf(hello)),
                onRestart: restart => this.server.started(this.boardId, restart),
                onStatus: () => this.reportInsecure(session),
                onLines: (_, bytes) => session.consumed(bytes),
                onUnknownRunEnd: end => {
                    const text = this.cutRuns.close(this.boardId, end)
                    if (text) this.print(text)
                },
                onEnd: ({ run }) => {
                    this.cutRuns.ended(this.boardId, run)
                    const { folder } = this.currentCapture()
                    this.capture = undefined
                    this.server.save(receiver.snapshot(), folder)
                },
            },
            session
        )
        this.receiver = receiver
        return { receiver, onBytes: this.recorder(session, socket) }
    }

    /** Keeps the capture of a run in progress. @returns the folder that is no longer used */
    leave(): OutFolder | undefined {
        const folder = this.capture?.folder
        if (!folder) return undefined
        if (this.receiver?.inRun) this.print(this.cutRuns.cut(this.boardId, this.receiver, folder))
        folder.discard()
        return folder
    }

    private currentCapture(): Capture {
        this.capture ??= this.server.start()
        return this.capture
    }

    /** Writes the bytes of a cart in session to its capture. */
    private recorder(session: HostSession, socket: Socket): TakeBytes {
        let greeting = Buffer.alloc(0)
        return bytes => {
            // A client that has not proven to be a cart cannot fill the disk.
            if (!session.isOpen) {
                greeting = Buffer.concat([greeting, bytes])
                if (greeting.length > GREETING_BYTES_MAX) session.reject(REJECT_OVERSIZE)
                return
            }
            try {
                if (greeting.length > 0) this.currentCapture().take(greeting)
                greeting = Buffer.alloc(0)
                this.currentCapture().take(bytes)
            } catch (error) {
                this.print(`The capture cannot be written: ${(error as Error).message}`)
                socket.destroy()
            }
        }
    }

    private reportInsecure(session: HostSession): void {
        if (!session.isInsecure || this.reportedInsecure) return
        this.reportedInsecure = true
        this.print(`cart ${this.boardId} runs ${INSECURE}`)
    }
}

/** Writes the results of a run. @returns its summary, or why there is none */
async function writtenText(
    receiver: RunReceiver,
    out: OutFolder,
    verbose: boolean
): Promise<string> {
    try {
        const run = { receiver, instruments: undefined }
        const summary = await writeResults(run, out, () => undefined)
        const files = out.commit()
        return `${summaryText(summary, { verbose })}\n\n${filesText(out.path, files)}`
    } catch (error) {
        return `Failed: no results were written: ${(error as Error).message}\n${keptText(out)}`
    } finally {
        out.discard()
    }
}

function keptText(out: OutFolder): string {
    try {
        return `The bytes received are kept.\n${replayHint(keepCapture(out), [])}`
    } catch (error) {
        return `The bytes received could not be kept: ${(error as Error).message}`
    }
}
