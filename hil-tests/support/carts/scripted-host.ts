// The firmware in the VM and a host that can send anything: valid, damaged, late, repeated or
// foreign bytes.

import { VirtualBoard } from "../../../boards/virtual/virtual-board"
import type { VmSocket } from "../../../boards/virtual/vm/device-vm"
import { VirtualClock } from "../../../boards/virtual/vm/virtual-clock"
import { closingText } from "../../../src/host/targets/closing-text"
import { randomOf } from "../../../src/host/targets/virtual/virtual-cart"
import { type ForeignHello, foreignHello } from "../../../src/host/link/foreign-hello"
import { HostSession, PING_INTERVAL_US, PROOF_DELAY_US } from "../../../src/host/link/host-session"
import { fixedIdentity } from "../../../src/host/link/host-identity"
import { type HostIdentity } from "../../../src/host/link/host-identity"
import { hashing, tagOf } from "../../../src/host/link/seal"
import { BurstStream } from "../../../src/host/link/burst-stream"
import { RunReceiver } from "../../../src/host/run/run-receiver"
import * as burst from "../../../src/shared/protocol/burst"
import { sealHeader } from "../../../src/shared/protocol/burst"
import {
    nameOf,
    fieldsOf,
    type Layout,
    getNumber,
    type Message,
    writeFields,
} from "../../../src/shared/protocol/bytes"
import { layoutHash } from "../../../src/shared/protocol/layout-hash"
import * as messages from "../../../src/shared/protocol/messages"
import { EVENT_LINK_REFUSED } from "../../../src/shared/codes"
import {
    LINK_KEY_SETTING,
    type SessionSecrets,
    sessionSecrets,
} from "../../../src/shared/protocol/session"
import { BYTECODE, EVEN_SLED, SILENCE } from "./bench-cart"

export const KEY = Uint8Array.from({ length: 32 }, (_, i) => 5 * i + 2)
const NETWORK_US = 150
const HEADER = burst.BURST_HEADER_LENGTH

export type Header = Message<typeof burst.BURST_HEADER>

/** Changes what the correct host would send: burst number `n` of the connection. */
export type Disturbance = (bytes: Uint8Array, n: number) => readonly Uint8Array[]

export interface ScriptedHostOptions {
    readonly seed?: number
    readonly identity?: HostIdentity
    readonly clock?: VirtualClock
    readonly deploy?: Readonly<Record<string, unknown>>
}

/**
 * A board and its host; each connection is a new session of the correct host unless {@link disturb}
 * changes its bytes.
 */
export class ScriptedHost {
    readonly clock: VirtualClock
    board!: VirtualBoard
    /** Log of the board, and the host's reasons for closing sessions. */
    readonly boardLog: string[] = []
    readonly hostLog: string[] = []
    readonly closings: { reason: number; by: "board" | "host" }[] = []
    readonly events: messages.Event[] = []
    readonly refusals: messages.Refusal[] = []
    status: messages.Status | undefined
    connections = 0
    panics = 0
    /** Complete bursts of the open connection, as sent. */
    sent: Uint8Array[] = []
    received: Uint8Array[] = []
    /** Bursts sent on earlier connections. */
    readonly sentBefore: Uint8Array[][] = []
    session!: HostSession
    receiver!: RunReceiver
    disturb: Disturbance | undefined
    /** Changes bytes of the board before the host gets them. */
    alter: (bytes: Uint8Array) => Uint8Array = bytes => bytes
    pinging = true
    private socket: VmSocket | undefined
    private foreign: ForeignHello | undefined

    private constructor(
        private readonly identity: HostIdentity,
        clock: VirtualClock
    ) {
        this.clock = clock
    }

    static async boot(options: ScriptedHostOptions = {}): Promise<ScriptedHost> {
        const { seed = 1 } = options
        const host = new ScriptedHost(
            options.identity ?? fixedIdentity(KEY, randomOf(seed)),
            options.clock ?? new VirtualClock()
        )
        host.board = await VirtualBoard.boot({
            ...{ clock: host.clock, bytecodeFile: BYTECODE, seed },
            ...{ catheter: { id: "array-20mhz", serial: 1 }, echo: SILENCE },
            ...{ vesselOriginMm: 0, ...EVEN_SLED },
            deploy: options.deploy ?? {
                [LINK_KEY_SETTING]: Buffer.from(KEY).toString("hex"),
            },
            onConnect: socket => host.connect(socket),
            onLog: line => {
                host.boardLog.push(line)
                if (line.includes("PANIC")) host.panics++
            },
        })
        host.ping()
        return host
    }

    private connect(socket: VmSocket): void {
        this.connections++
        this.socket = socket
        this.sentBefore.push(this.sent)
        this.sent = []
        this.received = []
        const { clock } = this
        const session = new HostSession(
            bytes => this.send(socket, bytes),
            this.identity,
            (reason, by) => {
                this.closings.push({ reason, by })
                clock.after(NETWORK_US, () => {
                    const hello = receiver.hello ?? this.foreign
                    this.hostLog.push(closingText({ reason, by, hello }))
                    socket.end()
                })
            },
            action => void clock.after(PROOF_DELAY_US, action)
        )
        this.session = session
        const receiver = new RunReceiver(
            {
                onEvent: event => void this.events.push(event),
                onRefusal: refusal => void this.refusals.push(refusal),
                onStatus: status => (this.status = status),
                onLines: (_, bytes) => session.consumed(bytes),
            },
            session,
            "nothing"
        )
        this.receiver = receiver
        // The board sends a burst of lines in several writes.
        const bursts = new BurstStream(b => void this.received.push(b.bytes))
        // The close arrives after the last bytes.
        socket.onEnd = () => void clock.after(NETWORK_US, () => session.connectionLost())
        socket.onData = bytes => {
            const copy = this.alter(Uint8Array.from(bytes))
            clock.after(NETWORK_US, () => {
                bursts.push(copy)
                this.foreign = receiver.hello ? undefined : foreignHello(copy)
                if (this.foreign) session.reject(this.foreign.reason)
                receiver.push(copy)
            })
        }
        clock.after(NETWORK_US, () => socket.accept())
    }

    private send(socket: VmSocket, bytes: Uint8Array): void {
        const n = this.sent.push(bytes) - 1
        for (const part of this.disturb?.(bytes, n) ?? [bytes])
            this.clock.after(NETWORK_US, () => socket.send(part))
    }

    /** Sends arbitrary bytes from the host to the board. */
    raw(bytes: Uint8Array): void {
        const { socket } = this
        this.clock.after(NETWORK_US, () => socket?.send(bytes))
    }

    /** Session secrets derived from the key and the first two bursts of this connection. */
    get secrets(): SessionSecrets {
        return sessionSecrets(hashing, KEY, this.received[0]!, this.sent[0]!)
    }

    /**
     * The next burst of the correct host with some header fields changed, then sealed and tagged.
     * @param key for the tag; undefined leaves the tag zero
     */
    burst(
        changes: Partial<Header>,
        payload: Uint8Array,
        key: SessionSecrets["host_key"] | undefined = this.secrets.host_key
    ): Uint8Array {
        const bytes = new Uint8Array(HEADER + payload.length)
        const header = { ...this.nextHeader(), payload_length: payload.length }
        writeFields(bytes, 0, burst.BURST_HEADER, { ...header, ...changes })
        sealHeader(bytes, layoutHash())
        bytes.set(payload, HEADER)
        if (key) bytes.set(tagOf(key, bytes), burst.TAG_AT)
        return bytes
    }

    private nextHeader(): Header {
        const zeros = fieldsOf(burst.BURST_HEADER).map(f => [nameOf(f), 0])
        return {
            ...(Object.fromEntries(zeros) as Header),
            magic: burst.BURST_MAGIC,
            version: burst.PROTOCOL_VERSION,
            header_length: HEADER,
            session: this.sent[0] ? getNumber(this.sent[0], burst.SESSION_AT, "u32") : 0,
            sequence: this.sent.length,
        }
    }

    /** Payload of a message, with a valid CRC. */
    payload<L extends Layout>(layout: L, record: Message<L>): Uint8Array {
        const bytes = new Uint8Array(messages.payloadLength(layout))
        messages.writePayload(bytes, 0, layout, record)
        return bytes
    }

    /** Clears logs and lists and removes the disturbance. */
    clear(): void {
        this.disturb = undefined
        this.alter = bytes => bytes
        this.pinging = true
        for (const list of [this.boardLog, this.hostLog, this.closings, this.events, this.refusals])
            list.length = 0
    }

    private ping(): void {
        if (this.pinging && this.connections > 0) this.session.ping(this.clock.nowUs)
        this.clock.after(PING_INTERVAL_US, () => this.ping())
    }

    async wait(ms: number): Promise<void> {
        await this.clock.run(() => false, this.clock.nowUs + 1000 * ms)
    }

    /** Waits until the session is open and the board has sent its status. */
    async open(limitMs = 5000): Promise<boolean> {
        this.status = undefined
        return this.clock.run(
            () => this.session?.isOpen && this.status !== undefined,
            this.clock.nowUs + 1000 * limitMs
        )
    }

    /** Codes of refused connections that the board reported to a later host. */
    get reportedRefusals(): number[] {
        return this.events.filter(e => e.code === EVENT_LINK_REFUSED).map(e => e.value)
    }
}
