// The virtual board and a host session on one clock, with the network between them.

import { uniformInt } from "pure-rand/distribution/uniformInt"
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus"
import type { EngineBuild } from "../../../../boards/virtual/line-engine/line-engine"
import { VirtualBoard } from "../../../../boards/virtual/virtual-board"
import type { VirtualBoardOptions } from "../../../../boards/virtual/virtual-board-options"
import type { FaultyNetwork } from "../../../../boards/virtual/network/faulty-network"
import type { VmSocket } from "../../../../boards/virtual/vm/device-vm"
import { VirtualClock } from "../../../../boards/virtual/vm/virtual-clock"
import type { LinePath } from "../../../shared/acquisition/sequence-budget"
import { catheterOf, FRONT_END_UN0RICK } from "../../../shared/acquisition/catheters"
import { KEY_LENGTH, LINK_KEY_SETTING } from "../../../shared/protocol/session"
import { UN0RICK_SETTING } from "../../../shared/devices/un0rick"
import { fixedIdentity, type HostIdentity } from "../../link/host-identity"
import { HostSession, PING_INTERVAL_US, PROOF_DELAY_US } from "../../link/host-session"
import type { KeptOfFrames } from "../../frames/frame-assembler"
import { RunReceiver, type RunListener } from "../../run/run-receiver"
import type { TakeBytes } from "../../run/run-target"

export type { VirtualBoardOptions } from "../../../../boards/virtual/virtual-board-options"

/** Delay of cable and switch, one way. */
const NETWORK_US = 150

/** The board's options, and those of the host and the network around it. */
export interface VirtualCartOptions extends VirtualBoardOptions {
    readonly bytecodeFile: string
    readonly catheterId: string
    /** Whether the board's settings name the catheter that is wired to its un0rick; left out, they do. */
    readonly un0rickSetting?: boolean
    /** A clock of the caller, such as one that follows real time; left out, a virtual one. */
    readonly clock?: VirtualClock
    /** The keys of the host; left out, a key is made from the seed for this run, and the board is paired with it. */
    readonly identity?: HostIdentity
    /** The date at power-up, in ms since 1970 UTC, which the host tells the board; left out, {@link VIRTUAL_DATE_MS}. */
    readonly dateMs?: number
    /** The board's own link settings in place of that key: {} for none. */
    readonly deploy?: Readonly<Record<string, unknown>>
    readonly onBytes?: TakeBytes
    /** What the receiver keeps of the frames (../../run/run-receiver.ts); left out, all. */
    readonly keeps?: KeptOfFrames
    /** The network between board and host; left out, a good cable. */
    readonly network?: (clock: VirtualClock) => FaultyNetwork
    /** Called after the cart's own receiver. */
    readonly listener?: (cart: VirtualCart) => RunListener
}

/** A fixed date, so that a seed replays every byte: 2026-01-01. */
export const VIRTUAL_DATE_MS = Date.UTC(2026, 0, 1)

/** Separates the random numbers of the keys from those of the board. */
const KEY_SEED = 0x6b65

/** Random bytes for keys of virtual carts: only as secret as the seed. */
export function randomOf(seed: number): (count: number) => Uint8Array {
    const generator = xoroshiro128plus(seed)
    return count => Uint8Array.from({ length: count }, () => uniformInt(generator, 0, 255))
}

/** A line engine that is built for this path of the A-lines. */
export function engineOn(path: LinePath): EngineBuild {
    return { lanes: path.lanes, fifoLines: path.fifo_lines }
}

/** A virtual board that has power, and the host session that answers it. */
export class VirtualCart {
    readonly clock: VirtualClock
    readonly session: HostSession
    readonly receiver: RunReceiver
    board!: VirtualBoard
    /** The network between board and host; undefined for a good cable. */
    readonly network: FaultyNetwork | undefined
    /** The VM's message when the program crashed; it starts again after 5 s. */
    panic: string | undefined
    private peer: VmSocket | undefined
    /** The sessions that either side ended, with the reason's code. */
    readonly closings: { reason: number; by: "board" | "host" }[] = []
    private pinging = true
    /** The network cable: no byte arrives on either side. */
    private isUnplugged = false
    /** Bytes on their way to the host that arrive together. */
    private pieces: { dueUs: number; parts: Uint8Array[] } | undefined

    private constructor(options: VirtualCartOptions, identity: HostIdentity) {
        this.clock = options.clock ?? new VirtualClock()
        this.network = options.network?.(this.clock)
        this.session = new HostSession(
            bytes => {
                const to = this.peer
                if (!this.isUnplugged) this.clock.after(NETWORK_US, () => to?.send(bytes))
            },
            identity,
            (reason, by) => {
                const to = this.peer
                this.closings.push({ reason, by })
                this.clock.after(NETWORK_US, () => to?.end())
            },
            action => void this.clock.after(PROOF_DELAY_US, action)
        )
        const also = options.listener?.(this) ?? {}
        this.receiver = new RunReceiver(
            {
                ...also,
                onLines: (header, bytes) => {
                    // A credit grant keeps the board's host timeout from expiring, as a ping does.
                    if (this.pinging) this.session.consumed(bytes)
                    also.onLines?.(header, bytes)
                },
            },
            this.session,
            options.keeps
        )
        this.receiver.record = options.onBytes
    }

    static async boot(options: VirtualCartOptions): Promise<VirtualCart> {
        // The board is paired with this host by a key of this run.
        const random = randomOf(options.seed ^ KEY_SEED)
        const key = random(KEY_LENGTH)
        const unixS = (): number =>
            Math.round(((options.dateMs ?? VIRTUAL_DATE_MS) + cart.clock.nowUs / 1000) / 1000)
        const cart: VirtualCart = new VirtualCart(
            options,
            options.identity ?? fixedIdentity(key, random, unixS)
        )
        // The board has the front end that its catheter needs.
        const hasUn0rick = catheterOf(options.catheterId)?.front_end === FRONT_END_UN0RICK
        cart.board = await VirtualBoard.boot({
            ...options,
            clock: cart.clock,
            catheter: { id: options.catheterId, serial: 1 },
            ...(hasUn0rick && { frontEnd: "un0rick" }),
            deploy: {
                ...(options.deploy ?? {
                    [LINK_KEY_SETTING]: Buffer.from(key).toString("hex"),
                }),
                ...(hasUn0rick &&
                    (options.un0rickSetting ?? true) && {
                        [UN0RICK_SETTING]: options.catheterId,
                    }),
            },
            onConnect: socket => cart.connect(cart.network?.wrap(socket) ?? socket),
            onLog: (line, timeUs) => {
                if (line.startsWith("PANIC")) cart.panic ??= line
                options.onLog?.(line, timeUs)
            },
        })
        cart.ping()
        return cart
    }

    /** The host sends no more pings and no more credit; the socket stays open. */
    stopPinging(): void {
        this.pinging = false
    }

    /** The connection is cut; the board connects again. */
    cutLink(): void {
        this.peer?.end()
        this.session.connectionLost()
    }

    /** The network cable is unplugged until {@link plugLink}: both sides notice by silence. */
    unplugLink(): void {
        this.isUnplugged = true
        this.session.connectionLost()
    }

    plugLink(): void {
        this.isUnplugged = false
        this.cutLink()
    }

    /**
     * Runs the clock until `reached` returns true.
     * @returns false when the clock came to `limitUs` first
     */
    async until(
        reached: () => boolean,
        limitUs: number,
        eachStep?: () => void | Promise<void>
    ): Promise<boolean> {
        return this.clock.run(reached, limitUs, eachStep)
    }

    private connect(socket: VmSocket): void {
        if (this.isUnplugged)
            return void this.clock.after(NETWORK_US, () => socket.refuse("no route to the host"))
        this.peer = socket
        this.session.connectionLost()
        // The rest of a burst on the former connection will not be received.
        this.receiver.finish()
        // The end of the connection arrives after the last bytes.
        socket.onEnd = () => {
            this.clock.after(NETWORK_US, () => {
                if (this.peer === socket) this.session.connectionLost()
            })
        }
        socket.onData = bytes => {
            for (const part of this.board.link.through(bytes)) this.deliverLater(part)
        }
        this.clock.after(NETWORK_US, () => socket.accept())
    }

    /** Bytes that the board writes at the same time arrive together: a burst, which is written in pieces, is one piece here. */
    private deliverLater(part: Uint8Array): void {
        const dueUs = this.clock.nowUs + NETWORK_US
        const last = this.pieces
        if (last?.dueUs === dueUs) {
            last.parts.push(part)
            return
        }
        const parts = [part]
        this.pieces = { dueUs, parts }
        this.clock.at(dueUs, () => {
            if (this.pieces?.parts === parts) this.pieces = undefined
            if (this.isUnplugged) return
            const whole = parts.length > 1 ? Buffer.concat(parts) : part
            this.receiver.push(whole)
        })
    }

    private ping(): void {
        if (this.pinging) this.session.ping(this.clock.nowUs)
        this.clock.after(PING_INTERVAL_US, () => this.ping())
    }
}
