// Network between the board's socket and the host with delay, segmentation, bandwidth limit, stalls and connection loss.
// As with TCP, bytes stay complete and in order until the connection ends.

import type { VirtualClock } from "../vm/virtual-clock"
import type { VmSocket } from "../vm/device-vm"

/** Properties of one direction; default: ideal. */
export interface DirectionOptions {
    /** Latency. */
    readonly delayUs?: number
    /** Added to the latency of each segment: uniform from 0 to this value. */
    readonly jitterUs?: number
    readonly bytesPerS?: number
    /** Bytes per delivered segment. Shorter writes are combined, for at most {@link GATHER_US}. */
    readonly segment?: number
    /** Time between segments; default: all segments of one write arrive at once. */
    readonly gapUs?: number
}

export interface FaultyNetworkOptions {
    readonly toHost?: DirectionOptions
    readonly toBoard?: DirectionOptions
    /** Uniform random numbers in [0, 1). */
    readonly random: () => number
}

/** Maximum time for which the sender waits to combine writes. */
const GATHER_US = 20_000

/** One direction of one connection. */
class Direction {
    /** Bytes sent and not yet delivered. */
    inFlight = 0
    private gathered: Uint8Array[] = []
    private gatheredLength = 0
    private readonly queue: Uint8Array[] = []
    private busyUntilUs = 0
    private lastArrivalUs = 0
    private stalledUntilUs = 0
    private lastDeliveryUs = 0
    /** Bytes still delivered before the connection ends, and the action at that moment. */
    private bytesUntilCut = Infinity
    private onCut: () => void = () => undefined

    constructor(
        private readonly clock: VirtualClock,
        private readonly options: DirectionOptions,
        private readonly random: () => number,
        private readonly deliver: (bytes: Uint8Array) => void
    ) {}

    send(bytes: Uint8Array): void {
        this.inFlight += bytes.length
        this.gathered.push(bytes)
        this.gatheredLength += bytes.length
        if (this.gatheredLength >= (this.options.segment ?? 0)) this.post()
        else if (this.gathered.length === 1) this.clock.after(GATHER_US, () => this.post())
    }

    /** Delivers nothing before this time; Infinity: never again. */
    stall(untilUs: number): void {
        this.stalledUntilUs = untilUs
    }

    /** Ends the connection after this many further bytes. */
    cut(bytes: number, onCut: () => void): void {
        this.bytesUntilCut = bytes
        this.onCut = onCut
    }

    private post(): void {
        if (this.gatheredLength === 0) return
        const { delayUs = 0, jitterUs = 0, bytesPerS = Infinity } = this.options
        const { clock } = this
        this.queue.push(Buffer.concat(this.gathered))
        this.busyUntilUs =
            Math.max(clock.nowUs, this.busyUntilUs) + (1e6 * this.gatheredLength) / bytesPerS
        this.gathered = []
        this.gatheredLength = 0
        // Jitter must not reorder segments.
        this.lastArrivalUs = Math.max(
            this.lastArrivalUs,
            this.busyUntilUs + delayUs + jitterUs * this.random()
        )
        clock.at(this.lastArrivalUs, () => this.arrive())
    }

    /** Delivers the oldest write; each alarm is for one of them. */
    private arrive(): void {
        if (this.stalledUntilUs === Infinity) return
        if (this.clock.nowUs < this.stalledUntilUs) {
            this.clock.at(this.stalledUntilUs, () => this.arrive())
            return
        }
        const bytes = this.queue.shift()!
        this.inFlight -= bytes.length
        const { segment: size = bytes.length, gapUs } = this.options
        for (let at = 0; at < bytes.length; at += size) {
            const piece = bytes.subarray(at, at + size)
            if (gapUs === undefined) this.deliverPiece(piece)
            else {
                const { nowUs } = this.clock
                this.lastDeliveryUs = Math.max(nowUs, this.lastDeliveryUs + gapUs)
                this.clock.at(this.lastDeliveryUs, () => this.deliverPiece(piece))
            }
        }
    }

    private deliverPiece(piece: Uint8Array): void {
        if (this.bytesUntilCut <= 0) return
        const isComplete = piece.length < this.bytesUntilCut
        this.deliver(isComplete ? piece : piece.subarray(0, this.bytesUntilCut))
        this.bytesUntilCut -= piece.length
        if (!isComplete) this.onCut()
    }
}

/** One connection through {@link FaultyNetwork}. */
interface Connection {
    readonly board: VmSocket
    readonly host: VmSocket
    readonly toHost: Direction
    readonly toBoard: Direction
}

/** Network between a board and its host; all connections that the board opens pass through it. */
export class FaultyNetwork {
    private latest: Connection | undefined
    /** While true, connection attempts fail. */
    down = false

    constructor(
        private readonly clock: VirtualClock,
        private readonly options: FaultyNetworkOptions
    ) {}

    /** @returns the socket as the host sees it */
    wrap(board: VmSocket): VmSocket {
        const { clock, options } = this
        const { random } = options
        const host: VmSocket = {
            host: board.host,
            port: board.port,
            tls: board.tls,
            onData: () => undefined,
            onEnd: () => undefined,
            accept: () => {
                if (this.down) board.refuse("connection refused")
                else board.accept()
            },
            refuse: reason => board.refuse(reason),
            send: bytes => toBoard.send(bytes),
            end: () => board.end(),
        }
        const toHost = new Direction(clock, options.toHost ?? {}, random, bytes =>
            host.onData(bytes)
        )
        const toBoard = new Direction(clock, options.toBoard ?? {}, random, bytes =>
            board.send(bytes)
        )
        board.onData = bytes => toHost.send(bytes)
        board.onEnd = () => host.onEnd()
        this.latest = { board, host, toHost, toBoard }
        return host
    }

    /** Bytes of the latest connection that the board has sent and the host has not received. */
    get inFlightToHost(): number {
        return this.latest?.toHost.inFlight ?? 0
    }

    /** Stalls one direction or both for `us`; everything sent meanwhile is delivered afterwards. */
    stall(us: number, way: "toHost" | "toBoard" | "both" = "both"): void {
        const untilUs = this.clock.nowUs + us
        if (way !== "toBoard") this.latest?.toHost.stall(untilUs)
        if (way !== "toHost") this.latest?.toBoard.stall(untilUs)
    }

    /** Stops all traffic without notice to either end, as a cable unplugged behind a switch does. */
    halfOpen(): void {
        this.stall(Infinity)
    }

    /** Closes the connection at both ends after the host has received this many further bytes, usually within a burst. */
    cut(bytes: number): void {
        const { latest } = this
        latest?.toHost.cut(bytes, () => {
            latest.toBoard.stall(Infinity)
            latest.board.end()
            latest.host.onEnd()
        })
    }

    /** Closes the connection at both ends; data in flight is lost. */
    reset(): void {
        const { latest } = this
        if (!latest) return
        this.stall(Infinity)
        latest.board.end()
        latest.host.onEnd()
    }
}
