// Responsible for: the virtual board and a host session on one clock, with the network between them.
// Not for: what is asked of the cart (virtual-target.ts, tests).

import { uniformInt } from "pure-rand/distribution/uniformInt"
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus"
import type { SledRigOptions } from "../../../../boards/virtual/sled"
import type { PanelOptions } from "../../../../boards/virtual/bedside/character-screen"
import type { SpiTransfer } from "../../../../boards/virtual/spi-bridge"
import type { EngineBuild } from "../../../../boards/virtual/line-engine/line-engine"
import type { EchoSource, ChannelDataSource } from "../../../../boards/virtual/vessel/vessel"
import { VirtualBoard } from "../../../../boards/virtual/virtual-board"
import type { FaultyNetwork } from "../../../../boards/virtual/network/faulty-network"
import type { VmSocket } from "../../../../boards/virtual/vm/device-vm"
import { VirtualClock } from "../../../../boards/virtual/vm/virtual-clock"
import type { LinePath } from "../../../shared/acquisition/sequence"
import { catheterOf, FRONT_END_UN0RICK } from "../../../shared/acquisition/catheters"
import { KEY_LENGTH, LINK_KEY_SETTING } from "../../../shared/protocol/session"
import { UN0RICK_SETTING } from "../../../shared/devices/un0rick"
import { HostSession, PING_INTERVAL_US, PROOF_DELAY_US } from "../../link/host-session"
import { fixedIdentity } from "../../link/host-identity"
import { type HostIdentity } from "../../link/host-identity"
import { RunReceiver, type RunListener } from "../../run/run-receiver"
import type { TakeBytes } from "../../run/run-target"
import { BurstFaults } from "./burst-faults"
import type { LinkFault } from "./faults"

/** One way through cable and switch. */
const NETWORK_US = 150

export interface VirtualCartOptions {
    readonly bytecodeFile: string
    readonly seed: number
    readonly catheterId: string
    readonly echo: EchoSource
    /** For element data. */
    readonly elements?: ChannelDataSource
    readonly vesselOriginMm: number
    readonly sled?: Omit<SledRigOptions, "seed">
    readonly heartRatePerMin?: number
    /** Non-uniform rotation of a catheter that turns: peak lag of its tip. */
    readonly nurdDeg?: number
    /** How the line engine is built; left out, with one lane and the shortest FIFO. */
    readonly engine?: EngineBuild
    /** What VERSION of an un0rick reads, if not what it should. */
    readonly un0rickVersion?: number
    /** Whether the board's setting says which catheter is wired to its un0rick; left out, it does. */
    readonly un0rickSetting?: boolean
    /** The screen of its bedside unit; left out, one is plugged in. */
    readonly panel?: PanelOptions
    /** A clock of the caller's, such as one that keeps to the wall's; left out, a virtual one. */
    readonly clock?: VirtualClock
    /** The board's settings from an earlier life. */
    readonly settings?: Uint8Array
    /** What the host knows of keys; left out, a key is made from the seed for this run, and the board is paired with it. */
    readonly identity?: HostIdentity
    /** The board's own link settings instead of that key: {} for none. */
    readonly deploy?: Readonly<Record<string, unknown>>
    readonly onSpi?: (transfer: SpiTransfer) => void
    readonly onLog?: (line: string, timeUs: number) => void
    readonly onBytes?: TakeBytes
    /** Nothing is kept of the lines (../run/run-receiver.ts). */
    readonly watchOnly?: boolean
    /** What lies between board and host; left out, a good cable. */
    readonly network?: (clock: VirtualClock) => FaultyNetwork
    /** Told after the cart's own bookkeeping. */
    readonly listener?: (cart: VirtualCart) => RunListener
}

/** Sets the keys' chance apart from that of the board. */
const KEY_SEED = 0x6b65

/** Bytes of a generator of its own: as secret as the seed, which is enough for a cart that is not there. */
export function randomOf(seed: number): (count: number) => Uint8Array {
    const chance = xoroshiro128plus(seed)
    return count => Uint8Array.from({ length: count }, () => uniformInt(chance, 0, 255))
}

/** The line engine of a board that carries its lines so. */
export function engineOn(path: LinePath): EngineBuild {
    return { lanes: path.lanes, fifoLines: path.fifo_lines }
}

/** A cart that has power, a host that answers it, and nobody at the buttons. */
export class VirtualCart {
    readonly clock: VirtualClock
    readonly session: HostSession
    readonly receiver: RunReceiver
    board!: VirtualBoard
    /** What lies between board and host, if it is no good cable. */
    readonly network: FaultyNetwork | undefined
    private readonly burstFaults = new BurstFaults()
    /** What the VM said when its program crashed; it starts again after 5 s. */
    panic: string | undefined
    private readonly onBytes: TakeBytes | undefined
    private peer: VmSocket | undefined
    /** Why sessions ended that did not end with their connection, by code. */
    readonly closings: { reason: number; by: "board" | "host" }[] = []
    private pinging = true
    /** The latest that is on its way to the host. */
    private pieces: { dueUs: number; parts: Uint8Array[] } | undefined

    private constructor(options: VirtualCartOptions, identity: HostIdentity) {
        this.clock = options.clock ?? new VirtualClock()
        this.onBytes = options.onBytes
        this.network = options.network?.(this.clock)
        this.session = new HostSession(
            bytes => {
                const to = this.peer
                this.clock.after(NETWORK_US, () => to?.send(bytes))
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
                    // A grant of credit is a sign of life as a ping is.
                    if (this.pinging) this.session.consumed(bytes)
                    also.onLines?.(header, bytes)
                },
            },
            this.session,
            options.watchOnly
        )
    }

    static async boot(options: VirtualCartOptions): Promise<VirtualCart> {
        // The key of this run: the board is paired with its host as a seed would have it.
        const random = randomOf(options.seed ^ KEY_SEED)
        const key = random(KEY_LENGTH)
        const cart = new VirtualCart(options, options.identity ?? fixedIdentity(key, random))
        // The board has the front end that its catheter needs.
        const hasUn0rick = catheterOf(options.catheterId)?.front_end === FRONT_END_UN0RICK
        cart.board = await VirtualBoard.boot({
            clock: cart.clock,
            bytecodeFile: options.bytecodeFile,
            seed: options.seed,
            catheter: { id: options.catheterId, serial: 1 },
            ...(hasUn0rick && { frontEnd: "un0rick" }),
            ...(options.un0rickVersion !== undefined && {
                un0rickVersion: options.un0rickVersion,
            }),
            echo: options.echo,
            vesselOriginMm: options.vesselOriginMm,
            ...(options.elements && { elements: options.elements }),
            onConnect: socket => cart.connect(cart.network?.through(socket) ?? socket),
            ...(options.sled && { sled: options.sled }),
            ...(options.heartRatePerMin !== undefined && {
                heartRatePerMin: options.heartRatePerMin,
            }),
            ...(options.engine && { engine: options.engine }),
            ...(options.nurdDeg !== undefined && { nurdDeg: options.nurdDeg }),
            deploy: {
                ...(options.deploy ?? {
                    [LINK_KEY_SETTING]: Buffer.from(key).toString("hex"),
                }),
                ...(hasUn0rick &&
                    (options.un0rickSetting ?? true) && {
                        [UN0RICK_SETTING]: options.catheterId,
                    }),
            },
            ...(options.panel && { panel: options.panel }),
            ...(options.settings && { settings: options.settings }),
            onLog: (line, timeUs) => {
                if (line.startsWith("PANIC")) cart.panic ??= line
                options.onLog?.(line, timeUs)
            },
            ...(options.onSpi && { onSpi: options.onSpi }),
        })
        cart.ping()
        return cart
    }

    /** The host falls silent: no pings and no credit any more, the socket stays open. */
    stopPinging(): void {
        this.pinging = false
    }

    /** Harms the next line burst. */
    set linkFault(fault: LinkFault) {
        this.burstFaults.next = fault
    }

    /** The cable is pulled. */
    cutLink(): void {
        this.peer?.end()
        this.session.connectionLost()
    }

    /**
     * Lets time pass until `reached`.
     * @returns false when `limitUs` of the clock came first
     */
    async until(reached: () => boolean, limitUs: number, eachTurn?: () => void): Promise<boolean> {
        return this.clock.run(reached, limitUs, eachTurn)
    }

    private connect(socket: VmSocket): void {
        this.peer = socket
        this.session.connectionLost()
        // Whatever came of a burst on the connection before, its rest will not.
        this.receiver.finish()
        // The end comes behind the last bytes.
        socket.onEnd = () => {
            this.clock.after(NETWORK_US, () => {
                if (this.peer === socket) this.session.connectionLost()
            })
        }
        socket.onData = bytes => {
            for (const part of this.burstFaults.through(bytes)) this.underWay(part)
        }
        this.clock.after(NETWORK_US, () => socket.accept())
    }

    /** What the board writes in one moment arrives in one: a burst is one piece here, though it is written in several. */
    private underWay(part: Uint8Array): void {
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
            const whole = parts.length > 1 ? Buffer.concat(parts) : part
            this.onBytes?.(whole)
            this.receiver.push(whole)
        })
    }

    private ping(): void {
        if (this.pinging) this.session.ping(this.clock.nowUs)
        this.clock.after(PING_INTERVAL_US, () => this.ping())
    }
}
