// Responsible for: a network between the board's socket and its host that delays, cuts up, throttles, stalls and breaks.
// Not for: what either end makes of it. Until a connection ends its bytes stay whole and in their order, as TCP has it.

import type { VirtualClock } from "../vm/virtual-clock"
import type { VmSocket } from "../vm/device-vm"

/** How one direction behaves; what is left out is as good as can be. */
export interface WayOptions {
    /** Time on the way. */
    readonly delayUs?: number
    /** On top of it, anything from 0 to this, anew for each piece. */
    readonly jitterUs?: number
    readonly bytesPerS?: number
    /** Bytes of each piece that arrives. Shorter writes are put together, for at most {@link GATHER_US}. */
    readonly segment?: number
    /** Between one piece and the next; left out, those of one write arrive in one instant. */
    readonly gapUs?: number
}

export interface FaultyNetworkOptions {
    readonly toHost?: WayOptions
    readonly toBoard?: WayOptions
    /** Chance in [0, 1). */
    readonly random: () => number
}

/** A sender that puts writes together waits no longer than this for more. */
const GATHER_US = 20_000

/** One direction of one connection. */
class Way {
    /** Bytes that were sent and have not arrived. */
    underWay = 0
    private gathered: Uint8Array[] = []
    private gatheredLength = 0
    private readonly queue: Uint8Array[] = []
    private busyUntilUs = 0
    private lastArrivalUs = 0
    private stalledUntilUs = 0
    private handedUs = 0
    /** Bytes that still arrive before the connection ends, and what happens then. */
    private left = Infinity
    private onCut: () => void = () => undefined

    constructor(
        private readonly clock: VirtualClock,
        private readonly options: WayOptions,
        private readonly random: () => number,
        private readonly deliver: (bytes: Uint8Array) => void
    ) {}

    send(bytes: Uint8Array): void {
        this.underWay += bytes.length
        this.gathered.push(bytes)
        this.gatheredLength += bytes.length
        if (this.gatheredLength >= (this.options.segment ?? 0)) this.post()
        else if (this.gathered.length === 1) this.clock.after(GATHER_US, () => this.post())
    }

    /** Nothing arrives before this time; for ever if it is Infinity. */
    stall(untilUs: number): void {
        this.stalledUntilUs = untilUs
    }

    /** The connection ends behind so many bytes more. */
    cut(bytes: number, onCut: () => void): void {
        this.left = bytes
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
        // Whatever its own delay, no piece overtakes another.
        this.lastArrivalUs = Math.max(
            this.lastArrivalUs,
            this.busyUntilUs + delayUs + jitterUs * this.random()
        )
        clock.at(this.lastArrivalUs, () => this.arrive())
    }

    /** One piece is due: the oldest, whichever it was for. */
    private arrive(): void {
        if (this.stalledUntilUs === Infinity) return
        if (this.clock.nowUs < this.stalledUntilUs) {
            this.clock.at(this.stalledUntilUs, () => this.arrive())
            return
        }
        const bytes = this.queue.shift()!
        this.underWay -= bytes.length
        const { segment: size = bytes.length, gapUs } = this.options
        for (let at = 0; at < bytes.length; at += size) {
            const piece = bytes.subarray(at, at + size)
            if (gapUs === undefined) this.hand(piece)
            else {
                const { nowUs } = this.clock
                this.handedUs = Math.max(nowUs, this.handedUs + gapUs)
                this.clock.at(this.handedUs, () => this.hand(piece))
            }
        }
    }

    private hand(piece: Uint8Array): void {
        if (this.left <= 0) return
        const whole = piece.length < this.left
        this.deliver(whole ? piece : piece.subarray(0, this.left))
        this.left -= piece.length
        if (!whole) this.onCut()
    }
}

/** A connection as it goes through {@link FaultyNetwork}. */
interface Connection {
    readonly board: VmSocket
    readonly host: VmSocket
    readonly toHost: Way
    readonly toBoard: Way
}

/** Stands between a board and its host; every connection that the board opens passes through it. */
export class FaultyNetwork {
    private latest: Connection | undefined
    /** While true, nobody answers a board that wants to connect. */
    down = false

    constructor(
        private readonly clock: VirtualClock,
        private readonly options: FaultyNetworkOptions
    ) {}

    /** @returns the same socket as the host sees it from the other side of the network */
    through(board: VmSocket): VmSocket {
        const { clock, options } = this
        const { random } = options
        const host: VmSocket = {
            host: board.host,
            port: board.port,
            tls: board.tls,
            onData: () => undefined,
            onEnd: () => undefined,
            accept: () => {
                if (this.down) board.refuse("nobody answers")
                else board.accept()
            },
            refuse: reason => board.refuse(reason),
            send: bytes => toBoard.send(bytes),
            end: () => board.end(),
        }
        const toHost = new Way(clock, options.toHost ?? {}, random, bytes => host.onData(bytes))
        const toBoard = new Way(clock, options.toBoard ?? {}, random, bytes => board.send(bytes))
        board.onData = bytes => toHost.send(bytes)
        board.onEnd = () => host.onEnd()
        this.latest = { board, host, toHost, toBoard }
        return host
    }

    /** Bytes of the latest connection that the board has sent and the host has not got. */
    get underWayToHost(): number {
        return this.latest?.toHost.underWay ?? 0
    }

    /** Nothing passes for so long, in one direction or both; then all of it does. */
    stall(us: number, way: "toHost" | "toBoard" | "both" = "both"): void {
        const untilUs = this.clock.nowUs + us
        if (way !== "toBoard") this.latest?.toHost.stall(untilUs)
        if (way !== "toHost") this.latest?.toBoard.stall(untilUs)
    }

    /** Nothing passes any more, and neither end is told: a cable pulled behind a switch. */
    halfOpen(): void {
        this.stall(Infinity)
    }

    /** The connection ends at both ends once the host has got so many bytes more: within a burst, but for chance. */
    cut(bytes: number): void {
        const { latest } = this
        latest?.toHost.cut(bytes, () => {
            latest.toBoard.stall(Infinity)
            latest.board.end()
            latest.host.onEnd()
        })
    }

    /** The connection ends at both ends; what was under way is lost. */
    reset(): void {
        const { latest } = this
        if (!latest) return
        this.stall(Infinity)
        latest.board.end()
        latest.host.onEnd()
    }
}
