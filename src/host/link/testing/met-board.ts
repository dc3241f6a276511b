// A host and a board that are connected directly, without a network.

import * as assert from "uvu/assert"
import * as burst from "../../../shared/protocol/burst"
import { checkHeader } from "../../../shared/protocol/burst"
import { getNumber, putNumber, type Layout, type Message } from "../../../shared/protocol/bytes"
import { crc32c } from "../../../shared/protocol/crc32c"
import { layoutHash } from "../../../shared/protocol/layout-hash"
import * as messages from "../../../shared/protocol/messages"
import { BurstStream } from "../burst-stream"
import { HostSession } from "../host-session"
import { type HostIdentity } from "../host-identity"
import { TestPeer, type TestPeerOptions } from "./test-peer"

export const KEY = Uint8Array.from({ length: 32 }, (_, i) => 7 * i + 1)
/** Another key. */
export const OTHER = KEY.map(b => b ^ 1)

export interface Met {
    readonly host: HostSession
    readonly peer: TestPeer
    readonly stream: BurstStream
    readonly closings: [reason: number, by: string][]
    /** Types of the bursts that were delivered. */
    readonly delivered: number[]
    last<L extends Layout>(fields: L): Message<L>
}

/** Connects a host and a board directly. Every burst of the host is checked as a board checks it. */
export function meet(
    board: TestPeerOptions = { key: KEY },
    identity: Partial<HostIdentity> = {}
): Met {
    const closings: [number, string][] = []
    const delivered: number[] = []
    let sessions = 0
    let expected = 0
    const host: HostSession = new HostSession(
        bytes => {
            assert.is(checkHeader(bytes, 0, layoutHash()), burst.HEADER_GOOD)
            assert.is(getNumber(bytes, burst.SEQUENCE_AT, "u32"), expected++)
            assert.is(getNumber(bytes, 16, "u32"), bytes.length - 64)
            peer.receive(bytes)
        },
        {
            keyOf: () => KEY,
            insecure: false,
            random: count => new Uint8Array(count).fill(0x17),
            nextSession: () => ++sessions,
            ...identity,
        },
        (reason, by) => void closings.push([reason, by])
    )
    const stream = new BurstStream(b => {
        delivered.push(b.header.type)
        host.receive(b)
    }, host.isTrusted)
    const peer = new TestPeer(oneByOne(stream), board)
    const last = <L extends Layout>(fields: L): Message<L> => {
        const { bytes } = peer.received.at(-1)!
        assert.ok(messages.payloadIsValid(bytes, 64, bytes.length - 64, fields))
        return messages.readPayload(bytes, 64, fields)
    }
    return { host, peer, stream, closings, delivered, last }
}

/** Delivers bursts one after the other, as a network would, also when an answer is sent during delivery. */
export function oneByOne(stream: BurstStream): (bytes: Uint8Array) => void {
    const waiting: Uint8Array[] = []
    return bytes => {
        if (waiting.push(bytes) > 1) return
        for (; waiting.length > 0; waiting.shift()) stream.push(waiting[0]!)
    }
}

/** Types of all messages that the board received. */
export const types = (met: Met): number[] => met.peer.received.map(m => m.type)

/** Updates the CRC at the end of a message. */
export function resealPayload(bytes: Uint8Array, at = 64): void {
    const end = bytes.length - 4
    putNumber(bytes, end, "u32", crc32c(bytes, at, end, 0))
}
