// A board in an open session, and the checks after it has ended one.

import * as assert from "uvu/assert"
import * as burst from "../../../src/shared/protocol/burst"
import * as machine from "../../../src/shared/cart-machine"
import * as messages from "../../../src/shared/protocol/messages"
import * as codes from "../../../src/shared/codes"
import { ScriptedHost } from "./scripted-host"

export const HEADER = burst.BURST_HEADER_LENGTH
export const PING = 123
export const pingOf = (host: ScriptedHost): Uint8Array =>
    host.payload(messages.PING, { value: PING })

/** One board is used for many cases; after a failure the next case boots another. */
export let idle: ScriptedHost | undefined

/** A board in an open session. */
export async function inSession(): Promise<ScriptedHost> {
    const host = idle ?? (await ScriptedHost.boot())
    idle = undefined
    assert.ok(host.session?.isOpen || (await host.open()))
    assert.equal(host.closings, [])
    return host
}

/** The cart accepts requests of the correct host. */
export async function isUsable(host: ScriptedHost): Promise<void> {
    host.session.command(machine.COMMAND_HOME)
    await host.wait(300)
    assert.is(host.status?.state, machine.STATE_HOMING)
    assert.is(host.panics, 0)
}

/**
 * Checks that the board ended the session with `reason`, that both logs contain its sentence, and
 * that the next host receives the code and controls the cart.
 */
export async function isRefused(host: ScriptedHost, reason: number): Promise<void> {
    const sentence = codes.sentenceOf(reason)
    await host.wait(200)
    assert.equal(host.closings.at(-1), { reason, by: "board" })
    const log = host.boardLog.join("\n")
    assert.match(log, `link closed by this cart: ${sentence}`)
    assert.match(host.hostLog.join("\n"), `The cart ended the session: ${sentence}`)
    host.disturb = undefined
    host.pinging = true
    assert.ok(await host.open(), "the correct host connects")
    await host.wait(100)
    assert.equal(host.reportedRefusals, [reason])
    await isUsable(host)
    host.session.command(machine.COMMAND_STOP)
    await host.wait(500)
    assert.is(host.status?.state, machine.STATE_UNHOMED)
    host.clear()
    idle = host
}

/** Flips the lowest bit of one byte, in place. */
export function flipped(bytes: Uint8Array, at: number): Uint8Array {
    bytes[at]! ^= 1
    return bytes
}
