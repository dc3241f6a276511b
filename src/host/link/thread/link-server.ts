// The link of a host in its thread: the server, who is admitted, and the pings of all carts.

import type { Server, Socket } from "node:net"
import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks"
import type { HostIdentity } from "../host-identity"
import { PING_INTERVAL_US } from "../host-session"
import { ConnectionRate, crowdedOut, type Waiter } from "./admission"
import { Peer } from "./peer"
import { addressOf, listen, tcpServer } from "./tcp-server"
import type { FromLink, LinkedCart, LinkSettings, LinkStats } from "./thread-messages"

/** A cart that connects again replaces its older connection, if nothing was received from it for this long. */
const REPLACED_MS = 500
const LOOP_RESOLUTION_MS = 10
/** What is told in a second of each kind: refused connections with a hello and without, failed handshakes, errors. The rest is only counted. */
const TOLD_MAX = 20
const NOTHING_TOLD = { greeted: 0, silent: 0, handshakes: 0, errors: 0 }

/** A connection before its session has opened. */
class Waiting implements Waiter {
    peer: Peer | undefined
    isDropped = false

    constructor(
        readonly socket: Socket,
        readonly address: string
    ) {}

    get isGreeted(): boolean {
        return this.peer?.isGreeted ?? false
    }

    get isRefused(): boolean {
        return this.peer?.closing !== undefined
    }

    drop(): void {
        this.isDropped = true
        this.socket.destroy()
    }
}

export class LinkServer {
    private readonly peers = new Set<Peer>()
    /** By the socket of the connection; with TLS the one that is wrapped. The oldest first. */
    private readonly waiting = new Map<Socket, Waiting>()
    private readonly server: Server
    private readonly identity: HostIdentity
    private pinging: NodeJS.Timeout | undefined
    private pingedMs = 0
    private told = { ...NOTHING_TOLD }
    private tellingMs = -Infinity
    private pingGapMs = 0
    private readonly delay: IntervalHistogram
    private readonly rate = new ConnectionRate()
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
            onReady: (socket, raw) => this.attend(socket, raw),
            report: line => {
                if (!this.isTooMuch("handshakes")) tell({ kind: "report", line })
            },
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
        for (const { socket } of this.waiting.values()) socket.destroy()
        this.delay.disable()
    }

    stats(): LinkStats {
        const { delay, pingGapMs, counts } = this
        const carts = [...this.peers].filter(peer => peer.isOpen).length
        const ms = (ns: number): number => Math.max(0, (ns || 0) / 1e6 - LOOP_RESOLUTION_MS)
        const loopDelayMs = {
            mean: ms(delay.mean),
            p99: ms(delay.percentile(99)),
            max: ms(delay.max),
        }
        delay.reset()
        this.pingGapMs = 0
        return { ...counts, waiting: this.waiting.size, carts, pingGapMs, loopDelayMs }
    }

    private admit(socket: Socket): void {
        this.counts.connections++
        const { from } = this.settings
        const address = addressOf(socket)
        // Without a listener an error would end the thread.
        socket.on("error", () => socket.destroy())
        if (from !== undefined && address !== from) return this.turnAway(socket)
        if (this.rate.exceeds(address, performance.now())) return this.turnAway(socket)
        for (const out of crowdedOut([...this.waiting.values()], address)) {
            this.waiting.delete(out.socket)
            out.drop()
        }
        const waiting = new Waiting(socket, address)
        this.waiting.set(socket, waiting)
        socket.on("close", () => {
            this.waiting.delete(socket)
            if (!waiting.peer) this.refused(waiting)
        })
    }

    private turnAway(socket: Socket): void {
        this.counts.dropped++
        socket.destroy()
    }

    private attend(socket: Socket, raw: Socket): void {
        const waiting = this.waiting.get(raw)
        if (!waiting || socket.destroyed) return void socket.destroy()
        const peer = new Peer(socket, waiting.address, this.identity, {
            onBytes: count => (this.counts.bytes += count),
            onOpen: cart => {
                this.waiting.delete(raw)
                this.opened(peer, cart)
            },
            onEnd: () => this.ended(peer, waiting),
            onError: ({ stack, message }) => {
                const line = `The connection of ${waiting.address} was cut by an internal error of the link: ${stack ?? message}`
                if (!this.isTooMuch("errors")) this.tell({ kind: "report", line })
            },
        })
        waiting.peer = peer
        this.peers.add(peer)
        if (this.pinging) return
        this.pingedMs = performance.now()
        this.pinging = setInterval(() => this.ping(), PING_INTERVAL_US / 1000)
    }

    private opened(peer: Peer, cart: LinkedCart): void {
        for (const other of this.peers)
            if (other !== peer && other.isOpen && other.boardId === cart.boardId) other.cut()
        this.counts.sessions++
        this.tell({ kind: "cart", ...cart }, cart.port)
    }

    private ended(peer: Peer, waiting: Waiting): void {
        this.peers.delete(peer)
        if (this.peers.size === 0) {
            clearInterval(this.pinging)
            this.pinging = undefined
        }
        if (!peer.wasOpen) this.refused(waiting)
    }

    private refused({ address, peer, isDropped: dropped }: Waiting): void {
        if (dropped) this.counts.dropped++
        else this.counts.refused++
        const { boardId, closing } = peer ?? {}
        if (this.isTooMuch(boardId === undefined ? "silent" : "greeted")) return
        this.tell({ kind: "refused", address, boardId, closing, dropped })
    }

    /** Whether more was told of this kind in the present second than anybody reads. */
    private isTooMuch(kind: keyof typeof NOTHING_TOLD): boolean {
        const nowMs = performance.now()
        if (nowMs - this.tellingMs > 1000) {
            this.tellingMs = nowMs
            this.told = { ...NOTHING_TOLD }
        }
        return ++this.told[kind] > TOLD_MAX
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
