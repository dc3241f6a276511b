// The link of a host in its thread: the server, who is admitted, and the pings of all carts.

import type { Server, Socket } from "node:net"
import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks"
import type { HostIdentity } from "../host-identity"
import { PING_INTERVAL_US } from "../host-session"
import { Peer } from "./peer"
import { listen, tcpServer } from "./tcp-server"
import type { FromLink, LinkedCart, LinkSettings, LinkStats } from "./thread-messages"

/** A cart that connects again replaces its older connection, if nothing was received from it for this long. */
const REPLACED_MS = 500
const LOOP_RESOLUTION_MS = 10

export class LinkServer {
    private readonly peers = new Set<Peer>()
    private readonly server: Server
    private readonly identity: HostIdentity
    private pinging: NodeJS.Timeout | undefined
    private pingedMs = 0
    private pingGapMs = 0
    private readonly delay: IntervalHistogram
    private readonly counts = {
        connections: 0,
        sessions: 0,
        refused: 0,
        dropped: 0,
        pings: 0,
        bytes: 0,
    }

    /** @param tell passes a message and the port that it holds to the thread that has opened the link */
    constructor(
        private readonly settings: LinkSettings,
        identity: HostIdentity,
        private readonly tell: (message: FromLink, port?: LinkedCart["port"]) => void
    ) {
        this.identity = { ...identity, isBusy: boardId => this.isBusy(boardId) }
        this.server = tcpServer(settings.tls, {
            onConnection: socket => this.admit(socket),
            onReady: socket => this.attend(socket),
            report: line => tell({ kind: "report", line }),
        })
        this.delay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS })
        this.delay.enable()
    }

    /** @throws RunError when the port cannot be opened */
    async listen(): Promise<void> {
        const port = await listen(this.server, this.settings.port)
        this.tell({ kind: "listening", port })
    }

    close(): void {
        this.server.close()
        for (const peer of this.peers) peer.cut()
        this.delay.disable()
    }

    stats(): LinkStats {
        const { delay, pingGapMs, counts } = this
        const carts = [...this.peers].filter(peer => peer.isOpen).length
        const ms = (ns: number): number => Math.max(0, ns / 1e6 - LOOP_RESOLUTION_MS)
        const loopDelayMs = {
            mean: ms(delay.mean),
            p99: ms(delay.percentile(99)),
            max: ms(delay.max),
        }
        delay.reset()
        this.pingGapMs = 0
        const waiting = this.peers.size - carts
        return { ...counts, waiting, carts, pingGapMs, loopDelayMs }
    }

    private admit(socket: Socket): void {
        this.counts.connections++
        const { from } = this.settings
        if (from !== undefined && addressOf(socket) !== from) socket.destroy()
    }

    private attend(socket: Socket): void {
        if (socket.destroyed) return
        const peer = new Peer(socket, addressOf(socket), this.identity, {
            onBytes: count => (this.counts.bytes += count),
            onOpen: (opened, cart) => {
                for (const other of this.peers)
                    if (other !== opened && other.isOpen && other.boardId === cart.boardId)
                        other.cut()
                this.counts.sessions++
                this.tell({ kind: "cart", ...cart }, cart.port)
            },
            onEnd: ended => this.ended(ended),
        })
        this.peers.add(peer)
        if (!this.pinging) {
            this.pingedMs = performance.now()
            this.pinging = setInterval(() => this.ping(), PING_INTERVAL_US / 1000)
        }
    }

    private ended(peer: Peer): void {
        this.peers.delete(peer)
        if (this.peers.size === 0) {
            clearInterval(this.pinging)
            this.pinging = undefined
        }
        if (peer.wasOpen) return
        const { address, boardId, closing, isDropped: dropped } = peer
        if (dropped) this.counts.dropped++
        else this.counts.refused++
        this.tell({ kind: "refused", address, boardId, closing, dropped })
    }

    private ping(): void {
        const nowMs = performance.now()
        this.pingGapMs = Math.max(this.pingGapMs, nowMs - this.pingedMs)
        this.pingedMs = nowMs
        let isAnyLate = false
        for (const peer of this.peers) {
            if (peer.isOpen) this.counts.pings++
            peer.ping(nowMs)
            isAnyLate ||= peer.isLate(nowMs)
        }
        // What waits in the sockets is read first, if this thread was held up.
        if (isAnyLate) setImmediate(() => this.judge())
    }

    private judge(): void {
        const nowMs = performance.now()
        for (const peer of this.peers) if (peer.isLate(nowMs)) peer.rejectLate()
    }

    private isBusy(boardId: string): boolean {
        const open = [...this.peers].filter(peer => peer.isOpen)
        const same = open.find(peer => peer.boardId === boardId)
        if (!same) return open.length >= (this.settings.cartsMax ?? 1)
        return performance.now() - same.receivedMs < REPLACED_MS
    }
}

function addressOf(socket: Socket): string {
    return socket.remoteAddress?.replace(/^::ffff:/, "") ?? "?"
}
