// The host for several carts: a thread for the link, one for each cart, and here the command, the status and the log.

import { statfs } from "node:fs/promises"
import { PROGRAM_VERSION, versionText } from "../../shared/versions"
import { dateMs } from "../clock"
import { NOTICE } from "../console/station"
import { boardIdOf } from "../link/host-identity"
import { type Link, openLink } from "../link/thread/open-link"
import type { TlsIdentity } from "../link/thread/tcp-server"
import type { LinkedCart, LinkStats, RefusedPeer } from "../link/thread/thread-messages"
import { hostText } from "../log/cart-log"
import type { LogFile } from "../log/log-file"
import { serveLog } from "../log/serve-log"
import { closeAbandoned } from "../runs/abandoned-runs"
import type { OnDiskFull } from "../runs/run-about"
import { closingText } from "../targets/closing-text"
import type { Ask } from "./cart/served-fault"
import { ThreadFigures } from "./cart/thread-figures"
import type { CartTask } from "./cart-messages"
import { type Notice, noticeText, type Say } from "./notice"
import { Repeats } from "./repeats"
import { CARTS_MAX, ServedCarts } from "./served-carts"
import { CART_PROGRAM, ServedThread } from "./served-thread"
import type { DiskStatus, LinkStatus, ServeStatus } from "./status/serve-status"
import { openStatus, type StatusServer } from "./status/status-server"

export interface ServeOptions {
    /** Port for carts; 0 takes any free one. */
    readonly port: number
    /** Port of the status page on 127.0.0.1; 0 takes any free one. */
    readonly statusPort: number
    /** Folder for the folders of runs; it exists. */
    readonly runs: string
    /** Folder of the keys that this host shares with carts. */
    readonly keys: string
    /** Whether carts without a key are accepted. */
    readonly insecure: boolean
    readonly tls?: TlsIdentity | undefined
    /** The bedside units of the carts lead. */
    readonly bedside: boolean
    /** Folder of the ring-down references. */
    readonly references: string
    readonly onDiskFull: OnDiskFull
    readonly verbose: boolean
    /** Folder of the log; left out, there is none. */
    readonly logFolder?: string
    /** Asks a person whether a fault ends; left out, it ends at the cart only. */
    readonly ask?: Ask
    readonly say: Say
    /** Program of the thread of a cart, for tests. */
    readonly cartProgram?: string
}

/** A server that listens for carts. */
export interface Serving {
    readonly port: number
    /** Address of the status page. */
    readonly statusUrl: string
    /**
     * Stops listening and cuts every connection; a cart without its host stops by itself. Runs in progress are cut: their results
     * are made of what came.
     */
    close(): Promise<void>
    /** Before an exit at once: what was received is on the disk, without results. */
    drop(): void
}

const CHECK_MS = 1000
/** Time for all threads to bring to the disk what was received. */
const DROP_MS = 3000
/** Notices that the status page shows. */
const NOTICES_MAX = 30

/**
 * Opens both ports before anything else, then serves carts.
 * @throws RunError or PageServerError when a port cannot be opened
 */
export async function serve(options: ServeOptions): Promise<Serving> {
    const status = await openStatus(options.statusPort)
    const server = new CartServer(options, status)
    try {
        await server.open()
    } catch (error) {
        await status.close()
        throw error
    }
    return server
}

class CartServer implements Serving {
    private link!: Link
    private log: LogFile | undefined
    private readonly carts: ServedCarts
    private readonly startedMs = dateMs()
    private readonly notices: string[] = []
    private readonly measured = new ThreadFigures()
    private readonly repeats = new Repeats(() => performance.now())
    private checking: NodeJS.Timeout | undefined
    private stats: LinkStats | undefined
    private statsMs = performance.now()
    private readonly rejected: Record<string, number> = {}
    private disk: DiskStatus
    private delayMs = 0

    constructor(
        private readonly options: ServeOptions,
        private readonly page: StatusServer
    ) {
        this.disk = { folder: options.runs, freeBytes: null }
        this.carts = new ServedCarts({
            ...{ dateMs, nowMs: () => performance.now() },
            start: (boardId, events) =>
                new ServedThread({
                    task: this.taskOf(boardId),
                    program: options.cartProgram ?? CART_PROGRAM,
                    say: notice => this.say(notice),
                    log: (entry, text) => this.log?.write(entry, text),
                    ...{ ask: options.ask, nowMs: () => performance.now(), events },
                }),
        })
    }

    get port(): number {
        return this.link.port
    }

    get statusUrl(): string {
        return this.page.url
    }

    async open(): Promise<void> {
        const { port, tls, insecure, keys, logFolder, say } = this.options
        this.link = await openLink({
            ...{ port, tls, insecure, keys, cartsMax: CARTS_MAX },
            onCart: cart => this.connected(cart),
            onRefused: peer => this.refused(peer),
            report: text => this.say({ kind: "connection", text }),
        })
        const complain = (text: string): void => say({ kind: "note", text })
        if (logFolder !== undefined) this.log = serveLog(logFolder, this.link.port, complain)
        this.log?.write("asked", `serve on port ${this.link.port}${tls ? ", with TLS" : ""}`)
        this.log?.write("host", hostText())
        for (const text of closeAbandoned(this.options.runs)) this.say({ kind: "run", text })
        await this.check()
        this.checking = setInterval(() => void this.check(), CHECK_MS)
        this.page.show(() => this.status())
    }

    async close(): Promise<void> {
        clearInterval(this.checking)
        this.log?.write("host", "ended")
        await this.link.close()
        await this.carts.close()
        this.measured.close()
        await this.page.close()
        this.log?.end()
    }

    drop(): void {
        this.carts.drop(DROP_MS)
        // What the threads say now is not heard any more.
        for (const { board, figures } of this.carts.states)
            if (figures?.run)
                this.say({
                    ...{ kind: "run", board, data: { folder: figures.run.folder } },
                    text: `the bytes received so far are kept in ${figures.run.folder}, without all of the results; "ivus replay" makes them`,
                })
        this.log?.write("host", "ended at once")
        this.log?.end()
    }

    private taskOf(boardId: string): CartTask {
        const { runs, references, bedside, onDiskFull, verbose, ask } = this.options
        return { boardId, runs, references, bedside, onDiskFull, verbose, asks: ask !== undefined }
    }

    private connected({ boardId, address, port }: LinkedCart): void {
        const isServed = this.carts.connected(boardId, address, port)
        if (!isServed) port.close()
        this.say({
            ...{ kind: "connection", board: boardId, data: { address } },
            text: isServed
                ? `connected from ${address}`
                : `refused: this host serves ${CARTS_MAX} carts already`,
        })
    }

    private refused({ address, boardId, closing, dropped }: RefusedPeer): void {
        const code = String(closing?.reason ?? (dropped ? "dropped" : "left"))
        this.rejected[code] = (this.rejected[code] ?? 0) + 1
        const board = boardId ?? (closing?.hello && boardIdOf(closing.hello))
        const why = closing
            ? closingText(closing)
            : dropped
              ? "was cut off to make room for others"
              : "left before it had proven to be a cart"
        const text = this.repeats.pass(board ?? "", `${address}: ${why}`)
        if (text === undefined) return
        this.say({
            ...{ kind: "connection", text, ...(board !== undefined && { board }) },
            data: { address, code: closing?.reason ?? null },
        })
    }

    private say(notice: Notice): void {
        const text = noticeText(notice)
        this.log?.write("note", text)
        this.notices.unshift(text)
        this.notices.length = Math.min(this.notices.length, NOTICES_MAX)
        this.options.say(notice)
    }

    private async check(): Promise<void> {
        this.carts.check()
        this.delayMs = this.measured.take().delayMs
        void this.link.stats().then(stats => {
            this.stats = stats
            this.statsMs = performance.now()
        })
        const { runs: folder } = this.options
        const freeBytes = await statfs(folder).then(
            ({ bavail, bsize }) => bavail * bsize,
            () => null
        )
        this.disk = { folder, freeBytes }
    }

    private status(): ServeStatus {
        const { tls, insecure, bedside } = this.options
        return {
            ...{ notice: NOTICE, version: versionText(PROGRAM_VERSION) },
            ...{ startedMs: this.startedMs, nowMs: dateMs(), port: this.link.port },
            ...{ tls: tls !== undefined, insecure, bedside },
            ...{ carts: this.carts.states, link: this.linkStatus(), disk: this.disk },
            ...{ delayMs: this.delayMs, notices: this.notices },
        }
    }

    private linkStatus(): LinkStatus {
        const { waiting = 0, carts = 0, loopDelayMs } = this.stats ?? {}
        return {
            connections: waiting + carts,
            rejected: this.rejected,
            delayMs: loopDelayMs?.max ?? 0,
            ageMs: performance.now() - this.statsMs,
        }
    }
}
