// Bytes that a host must not send in an open session: the board refuses them with a code in the log
// of both sides; the correct host then connects, receives the report, and controls the cart.

import { suite } from "uvu"
import { VirtualClock } from "../../boards/virtual/vm/virtual-clock"
import * as assert from "uvu/assert"
import { randomOf } from "../../src/host/targets/virtual/virtual-cart"
import { fixedIdentity } from "../../src/host/link/host-identity"
import * as burst from "../../src/shared/protocol/burst"
import { putNumber } from "../../src/shared/protocol/bytes"
import * as machine from "../../src/shared/cart-machine"
import { crc32c } from "../../src/shared/protocol/crc32c"
import * as messages from "../../src/shared/protocol/messages"
import * as codes from "../../src/shared/codes"
import { KEY, ScriptedHost } from "../support/carts/scripted-host"
import {
    HEADER,
    pingOf,
    inSession,
    isUsable,
    isRefused,
    flipped,
} from "../support/carts/refused-session"

const open = suite("in an open session the board refuses")

/** Sent in between the messages of the correct host. */
const FORBIDDEN: Record<string, [reason: number, send: (host: ScriptedHost) => void]> = {
    "a repeated burst (replay)": [codes.REJECT_SEQUENCE, host => host.raw(host.sent.at(-1)!)],
    "the host's own accept again": [codes.REJECT_SEQUENCE, host => host.raw(host.sent[2]!)],
    "a burst too far ahead": [
        codes.REJECT_SEQUENCE,
        host =>
            host.raw(
                host.burst({ type: burst.TYPE_PING, sequence: host.sent.length + 1 }, pingOf(host))
            ),
    ],
    "its own burst sent back (reflection)": [
        codes.REJECT_TAG,
        host => host.raw(host.received.at(-1)!),
    ],
    "a board's burst sent by the host (direction)": [
        codes.REJECT_UNEXPECTED,
        host => host.raw(host.burst({ type: burst.TYPE_PONG }, pingOf(host))),
    ],
    "a burst without a tag": [codes.REJECT_TAG, host => host.raw(untagged(host))],
    "a tag with the board's key": [
        codes.REJECT_TAG,
        host =>
            host.raw(host.burst({ type: burst.TYPE_PING }, pingOf(host), host.secrets.board_key)),
    ],
    "a command changed in transit": [codes.REJECT_TAG, host => host.raw(changed(host))],
    "a burst of another host's session": [
        codes.REJECT_SESSION,
        host => host.raw(host.burst({ type: burst.TYPE_PING, session: 77 }, pingOf(host))),
    ],
    "session 0": [
        codes.REJECT_SESSION,
        host => host.raw(host.burst({ type: burst.TYPE_PING, session: 0 }, pingOf(host))),
    ],
    "a second challenge": [
        codes.REJECT_UNEXPECTED,
        host =>
            host.raw(host.burst({ type: burst.TYPE_CHALLENGE }, host.sent[0]!.subarray(HEADER))),
    ],
    "an unknown type": [
        codes.REJECT_UNEXPECTED,
        host => host.raw(host.burst({ type: 99 }, pingOf(host))),
    ],
    "a payload with a wrong CRC": [
        codes.REJECT_PAYLOAD,
        host => host.raw(host.burst({ type: burst.TYPE_PING }, new Uint8Array(8).fill(1))),
    ],
    "a payload of wrong length": [
        codes.REJECT_PAYLOAD,
        host => host.raw(host.burst({ type: burst.TYPE_SETUP }, pingOf(host))),
    ],
    "a message of 2000 bytes": [
        codes.REJECT_OVERSIZE,
        host =>
            host.raw(
                host.burst({ type: burst.TYPE_SETUP }, new Uint8Array(2000)).subarray(0, 1000)
            ),
    ],
    "more than its input buffer holds": [
        codes.REJECT_OVERSIZE,
        host => host.raw(host.burst({ type: burst.TYPE_SETUP }, new Uint8Array(2000))),
    ],
    "a payload longer than any message": [
        codes.REJECT_HEADER,
        host =>
            host.raw(host.burst({ type: burst.TYPE_SETUP, payload_length: 20000 }, pingOf(host))),
    ],
    "bytes that are no burst": [
        codes.REJECT_HEADER,
        host => host.raw(new Uint8Array(64).fill(0x55)),
    ],
    "a header with one bit flipped": [
        codes.REJECT_HEADER,
        host => host.raw(flipped(host.burst({ type: burst.TYPE_PING }, pingOf(host)), 9)),
    ],
    "another protocol version": [
        codes.REJECT_VERSION,
        host => host.raw(host.burst({ type: burst.TYPE_PING, version: 3 }, pingOf(host))),
    ],
    "more credit than the board can use": [
        codes.REJECT_CREDIT,
        host =>
            host.raw(
                host.burst(
                    { type: burst.TYPE_CREDIT },
                    host.payload(messages.CREDIT, { limit_bytes: 0x70000000 })
                )
            ),
    ],
}

function untagged(host: ScriptedHost): Uint8Array {
    const bytes = host.burst({ type: burst.TYPE_PING }, pingOf(host))
    return bytes.fill(0, burst.TAG_AT, HEADER)
}

/** A stop changed to a start with recomputed CRCs: only the tag reveals it. */
function changed(host: ScriptedHost): Uint8Array {
    const command = { command: machine.COMMAND_STOP, serial: 9, argument: 0 }
    const bytes = host.burst({ type: burst.TYPE_COMMAND }, host.payload(messages.COMMAND, command))
    bytes[HEADER] = machine.COMMAND_START
    const end = bytes.length - 4
    putNumber(bytes, end, "u32", crc32c(bytes, HEADER, end, 0))
    return bytes
}

for (const [name, [reason, send]] of Object.entries(FORBIDDEN))
    open(`${name}: ${reason} [IVUS-LNK-003]`, async () => {
        const host = await inSession()
        send(host)
        await isRefused(host, reason)
    })

open("a burst of the previous session with the same session number", async () => {
    // A host that lost its session counter: each of its sessions is number 4.
    const identity = { ...fixedIdentity(KEY, randomOf(3)), nextSession: () => 4 }
    const host = await ScriptedHost.boot({ identity })
    await host.open()
    const ping = host.burst({ type: burst.TYPE_PING }, pingOf(host))
    host.session.reject(codes.REJECT_UNEXPECTED)
    await host.wait(100)
    assert.ok(await host.open())
    host.events.length = 0
    host.raw(ping)
    await isRefused(host, codes.REJECT_TAG)
})

open("silence of 3 s", async () => {
    const host = await inSession()
    host.pinging = false
    await host.wait(3100)
    await isRefused(host, codes.REJECT_LATE)
})

open("refuses a command in a wrong state without ending the session", async () => {
    const host = await ScriptedHost.boot()
    await host.open()
    for (const command of [machine.COMMAND_START, machine.COMMAND_ARM, machine.COMMAND_LIVE]) {
        const serial = host.session.command(command)
        await host.wait(50)
        const refusal = host.refusals.at(-1)!
        assert.equal(refusal, {
            command,
            serial,
            reason: codes.REFUSED_STATE,
            value: machine.STATE_UNHOMED,
        })
    }
    const sentence = codes.sentenceOf(codes.REFUSED_STATE)
    assert.is(host.boardLog.filter(l => l.includes(`refused: ${sentence}`)).length, 3)
    assert.equal(host.closings, [])
    await isUsable(host)
    host.board.stopVm()
})
open.run()

/** Setting the wall clock makes the VM's time jump. */
class SettableClock extends VirtualClock {
    setByMs = 0
    override get dateMs(): number {
        return super.dateMs + this.setByMs
    }
}

/** If the session ended, both sides report why; a fault caused by the jump is acknowledged. */
async function reconnects(host: ScriptedHost): Promise<void> {
    if (!host.session.isOpen) assert.ok(await host.open())
    await host.wait(1500)
    assert.equal(
        host.reportedRefusals,
        host.closings.map(c => c.reason)
    )
    for (const { reason } of host.closings)
        assert.match(
            host.boardLog.join("\n"),
            `link closed by this cart: ${codes.sentenceOf(reason)}`
        )
    if (host.status?.state === machine.STATE_FAULT) {
        host.session.command(machine.COMMAND_ACKNOWLEDGE)
        await host.wait(300)
        assert.is(host.status.state, machine.STATE_UNHOMED)
    }
    await isUsable(host)
    host.board.stopVm()
}

const clocks = suite("clocks that jump")

clocks("a board halted for 4 s reports why it closes and connects again", async () => {
    const host = await ScriptedHost.boot()
    await host.open()
    host.board.stallVm(4000)
    // The SPI transfer interrupted by the halt is abandoned a second later.
    await host.wait(6000)
    // More data arrived in the meantime than its buffer holds.
    assert.equal(host.closings, [{ reason: codes.REJECT_OVERSIZE, by: "board" }])
    await reconnects(host)
})

for (const byMs of [3_600_000, -1000, -3_600_000])
    clocks(`the wall clock is set by ${byMs / 1000} s`, async () => {
        const clock = new SettableClock()
        const host = await ScriptedHost.boot({ clock })
        await host.open()
        clock.setByMs = byMs
        await host.wait(4500)
        await reconnects(host)
    })

clocks("the host's clock jumps: pings may carry any value", async () => {
    const host = await ScriptedHost.boot()
    await host.open()
    for (const value of [0xffffffff, 0, 5e9, -1, 12]) {
        host.session.ping(value)
        await host.wait(30)
        assert.is(host.closings.length, 0)
    }
    await isUsable(host)
    host.board.stopVm()
})
clocks.run()
