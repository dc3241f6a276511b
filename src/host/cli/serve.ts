// Receives real carts, one at a time, and writes the results of each run.

import type { Socket } from "node:net"
import { boardIdOf, type HostIdentity } from "../link/host-identity"
import type { HostSession } from "../link/host-session"
import type { Restart } from "../../shared/protocol/messages"
import { hostText } from "../log/cart-log"
import type { LogFile } from "../log/log-file"
import { serveLog } from "../log/serve-log"
import { summaryText } from "../results/summary-text"
import { writeKeptRun } from "../results/pipeline/kept-run"
import { restartDetail } from "../run/restart-text"
import type { RunReceiver } from "../run/run-receiver"
import { keepCapture, replayHint } from "../runs/cut-capture"
import { CutRuns } from "../runs/cut-runs"
import { OutFolder } from "../runs/out-folder"
import { closingText } from "../targets/closing-text"
import { attendCart } from "../targets/tcp/cart-connection"
import { linkServer, listen, type TlsIdentity } from "../targets/tcp/link-server"
import { filesText } from "./files-text"
import { FollowedCart, type Following } from "./followed-cart"
import type { Ask } from "../serve/cart/served-fault"
import { openRunLog } from "./run-log"
import { type Capture, ServedCart } from "./served-cart"

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

/** Connections at the same time; at most one of them is a cart in session. */
const CONNECTIONS_MAX = 8

/**
 * Listens for a cart.
 * @param port 0 takes any free one
 * @param print gets the summary of each run, and each connection, disconnection, refusal and restart of a cart
 * @throws RunError when the port cannot be opened
 */
export async function serve(
    port: number,
    out: string,
    print: (line: string) => void,
    identity: HostIdentity,
    { tls, verbose = false, logFolder, ask, following }: ServeSettings = {}
): Promise<Serving> {
    let log: LogFile | undefined
    const write: LogFile["write"] = (kind, text) => log?.write(kind, text)
    const say = (line: string): void => {
        write("note", line)
        print(line)
    }
    const server = new CartServer(out, say, identity, verbose, { write }, ask, following)
    const listener = linkServer(tls, socket => server.attend(socket), say)
    listener.maxConnections = CONNECTIONS_MAX
    const bound = await listen(listener, port)
    // No cart is attended before: a connection is an event of its own.
    if (logFolder !== undefined) log = serveLog(logFolder, bound, print)
    write("asked", `serve on port ${bound}${tls ? ", with TLS" : ""}`)
    write("host", hostText())
    const end = (): void => {
        listener.close()
        write("host", "ended")
    }
    return {
        port: bound,
        close: async () => {
            end()
            await server.close()
            log?.end()
        },
        drop: () => {
            end()
            server.drop()
            log?.end()
        },
    }
}

/** Options of {@link serve}. */
export interface ServeSettings {
    readonly tls?: TlsIdentity | undefined
    /** Whether the summaries have all timing figures. */
    readonly verbose?: boolean | undefined
    /** Folder of the log; left out, there is none. */
    readonly logFolder?: string
    /** Asks a person whether a fault ends; left out, it ends at the cart only. */
    readonly ask?: Ask
    /** Follows carts whose bedside units lead, each run in a folder of its own; left out, the host may take control. */
    readonly following?: Following | undefined
}

class CartServer {
    private readonly sessions = new Set<HostSession>()
    private readonly sockets = new Set<Socket>()
    private readonly unfinished = new Set<Capture>()
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
        private readonly verbose: boolean,
        private readonly log: Pick<LogFile, "write">,
        private readonly ask: Ask | undefined,
        private readonly following: Following | undefined
    ) {
        this.identity = { ...identity, isBusy: () => [...this.sessions].some(s => s.isOpen) }
    }

    attend(socket: Socket): void {
        const address = socket.remoteAddress ?? "a cart"
        this.print(`${address} connected`)
        this.sockets.add(socket)
        socket.on("close", () => this.sockets.delete(socket))
        const cart = this.cart()
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
                const capture = cart.leave()
                if (capture) this.unfinished.delete(capture)
                this.print(`${address} left`)
            })
        )
    }

    private cart(): ServedCart | FollowedCart {
        const started = (boardId: string, restart: Restart): void =>
            this.printStart(boardId, restart)
        if (this.following) return new FollowedCart(this.following, this.print, this.log, started)
        return new ServedCart(this.cutRuns, this.print, this.log, {
            start: receiver => this.startCapture(receiver),
            save: (receiver, capture) => this.save(receiver, capture),
            ...{ started, ask: this.ask },
        })
    }

    async close(): Promise<void> {
        for (const socket of this.sockets) socket.destroy()
        while (this.inProgress.size > 0) await Promise.all(this.inProgress)
    }

    drop(): void {
        for (const { folder, log } of this.unfinished) {
            log.failed("Ended at once, by Ctrl-C.")
            log.file.end()
            this.print(`The bytes received so far are kept: ${keepCapture(folder)}`)
        }
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

    private startCapture(receiver: RunReceiver): Capture {
        const folder = new OutFolder(this.out)
        const log = openRunLog(folder.logPath, "nothing: a run that the cart sends", this.print)
        log.cart(receiver)
        const capture = { folder, log, take: folder.stream("capture.ivl") }
        this.unfinished.add(capture)
        return capture
    }

    /** The next run may begin while the results of this one are written. */
    private save(receiver: RunReceiver, capture: Capture): void {
        this.waitFor(
            writtenText(receiver, capture, this.verbose).then(text => {
                this.unfinished.delete(capture)
                this.print(text)
            })
        )
    }
}

/** Writes the results of a run. @returns its summary, or why there is none */
async function writtenText(
    receiver: RunReceiver,
    { folder: out, log }: Capture,
    verbose: boolean
): Promise<string> {
    try {
        const run = { receiver, instruments: undefined }
        const summary = await writeKeptRun(run, out)
        log.verdict(summary)
        log.file.end()
        const files = out.commit()
        return `${summaryText(summary, { verbose })}\n\n${filesText(out.path, files)}`
    } catch (error) {
        log.failed((error as Error).message)
        log.file.end()
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
