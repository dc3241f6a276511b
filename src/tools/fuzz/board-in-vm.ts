// Fuzz target: the firmware in the VM receives damaged bytes, during the greeting and in an open
// session. It must accept the messages before the damage, report why it closes, keep running, and
// accept the correct host afterwards.

import * as fc from "fast-check"
import * as assert from "uvu/assert"
import { applyDamage, damage } from "../../host/link/testing/stream-damage"
import { concat } from "../../host/link/testing/test-board"
import * as burst from "../../shared/protocol/burst"
import { getNumber } from "../../shared/protocol/bytes"
import * as machine from "../../shared/cart-machine"
import * as messages from "../../shared/protocol/messages"
import * as codes from "../../shared/codes"
import { ScriptedHost } from "../../../hil-tests/support/carts/scripted-host"

const HEADER = burst.BURST_HEADER_LENGTH
/** Codes with which the board may refuse damaged bytes. */
const CODES: readonly number[] = [
    ...[codes.REJECT_LAYOUT, codes.REJECT_VERSION, codes.REJECT_HEADER],
    ...[codes.REJECT_PAYLOAD, codes.REJECT_SESSION],
    ...[codes.REJECT_SEQUENCE, codes.REJECT_UNEXPECTED],
    ...[codes.REJECT_OVERSIZE, codes.REJECT_KEY, codes.REJECT_INSECURE],
    ...[codes.REJECT_TAG, codes.REJECT_LATE, codes.REJECT_CREDIT],
]

const attack = fc.record({
    /** Which burst of the greeting is damaged; 3 and 4: bursts of an open session. */
    place: fc.nat(4),
    messages: fc.array(fc.nat(3), { minLength: 1, maxLength: 6 }),
    damages: fc.array(damage, { minLength: 1, maxLength: 3 }),
    /** At least 16 bytes, since the runtime queues a task for each chunk. */
    cut: fc.integer({ min: 16, max: 600 }),
})
type Attack = typeof attack extends fc.Arbitrary<infer T> ? T : never

/** One board is used for many cases; after a failure the next case boots another. */
let idle: ScriptedHost | undefined

export function stopIdleBoard(): void {
    idle?.board.stopVm()
    idle = undefined
}

export function boardInVm(): fc.IAsyncProperty<unknown> {
    return fc.asyncProperty(attack, async a => {
        const host = idle ?? (await ScriptedHost.boot())
        idle = undefined
        if (!host.session?.isOpen) assert.ok(await host.open())
        host.clear()
        await (a.place < 3 ? inGreeting(host, a) : inSession(host, a))
        assert.is(host.panics, 0)
        idle = host
    })
}

function damaged(bytes: Uint8Array, a: Attack, other: Uint8Array): Uint8Array {
    for (const d of a.damages) bytes = applyDamage(bytes, d, other)
    return bytes
}

function pieces(bytes: Uint8Array, cut: number): Uint8Array[] {
    const parts: Uint8Array[] = []
    for (let at = 0; at < bytes.length; at += cut) parts.push(bytes.subarray(at, at + cut))
    return parts
}

async function inGreeting(host: ScriptedHost, a: Attack): Promise<void> {
    const before = concat([...host.sent.slice(0, 3), host.received[0]!])
    host.session.reject(codes.REJECT_UNEXPECTED)
    host.closings.length = 0
    let unchanged = false
    host.disturb = (bytes, n) => {
        if (n !== a.place) return [bytes]
        const harmed = damaged(bytes, a, before)
        unchanged = Buffer.compare(harmed, bytes) === 0
        return pieces(harmed, a.cut)
    }
    const { connections } = host
    const limitUs = host.clock.nowUs + 6e6
    await host.clock.run(
        () =>
            host.connections > connections &&
            (host.closings.length > 0 || (host.session.isOpen && host.sent.length > 8)),
        limitUs
    )
    // Extra bytes after a whole message damage the next one.
    if (unchanged) return assert.equal(host.closings, [])
    await checkRefused(host)
}

async function inSession(host: ScriptedHost, a: Attack): Promise<void> {
    host.pinging = false
    await host.wait(30)
    const first = host.sent.length
    const sent = a.messages.map((kind, i) => makeMessage(host, kind, first + i))
    const bytes = damaged(concat(sent), a, concat(host.sent.slice(0, 4)))
    // Number of messages before the first change; bytes that were cut off are not sent again.
    let whole = 0
    for (let at = 0; whole < sent.length; at += sent[whole++]!.length) {
        const there = bytes.subarray(at, at + sent[whole]!.length)
        if (Buffer.compare(there, sent[whole]!) !== 0) break
    }
    const receivedBefore = host.received.length
    const refusals = host.refusals.length
    for (const part of pieces(bytes, a.cut)) host.raw(part)
    await host.wait(100)
    // The correct host continues with a used sequence number: the damaged messages took its own.
    host.pinging = true
    // A message that was never sent leaves no trace; the next message takes its number.
    const silent = bytes.length === 0
    const limitUs = host.clock.nowUs + (silent ? 2e5 : 4e6)
    await host.clock.run(() => host.closings.length > 0, limitUs)
    // Only messages before the damage were accepted, each once.
    const pongs = host.received
        .slice(receivedBefore)
        .filter(b => b[burst.TYPE_AT] === burst.TYPE_PONG)
        .map(b => getNumber(b, HEADER, "u32"))
        .filter(v => v < 1000)
    const requested = (kind: number): number[] =>
        a.messages.slice(0, whole).flatMap((k, i) => (k === kind ? [i] : []))
    assert.equal(pongs, requested(0))
    assert.equal(
        host.refusals.slice(refusals).map(r => r.serial - 500),
        requested(2)
    )
    if (silent) return assert.equal(host.closings, [])
    await checkRefused(host)
}

/**
 * A message of the correct host: ping, credit, a command that is refused in this state, or another
 * ping.
 */
function makeMessage(host: ScriptedHost, kind: number, sequence: number): Uint8Array {
    const i = sequence - host.sent.length
    if (kind === 0)
        return host.burst(
            { type: burst.TYPE_PING, sequence },
            host.payload(messages.PING, { value: i })
        )
    if (kind === 1)
        return host.burst(
            { type: burst.TYPE_CREDIT, sequence },
            host.payload(messages.CREDIT, { limit_bytes: 1 << 20 })
        )
    const command = { command: machine.COMMAND_START, serial: 500 + i, argument: 0 }
    if (kind === 2)
        return host.burst(
            { type: burst.TYPE_COMMAND, sequence },
            host.payload(messages.COMMAND, command)
        )
    // A message of which several fill the board's input buffer.
    return host.burst(
        { type: burst.TYPE_PING, sequence },
        host.payload(messages.PING, { value: 5000 })
    )
}

/**
 * Checks that the board reported the reason in its log and to the host, and that the next host
 * connects and learns it.
 */
async function checkRefused(host: ScriptedHost): Promise<void> {
    const [closing] = host.closings
    assert.ok(closing, "the session was closed")
    host.disturb = undefined
    if (closing.by === "board") {
        assert.ok(CODES.includes(closing.reason), `${closing.reason}`)
        const sentence = codes.sentenceOf(closing.reason)
        assert.match(host.boardLog.join("\n"), `link closed by this cart: ${sentence}`)
    }
    host.events.length = 0
    assert.ok(await host.open(), "the correct host connects")
    await host.wait(50)
    assert.is(host.reportedRefusals.at(-1), closing.reason)
}
