// A cart and a host of different versions: neither opens a session, and both name the program that must be updated. The firmware
// is the real one; its hello is altered on the way to the host, which then is the older or the newer one.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { sealHeader } from "../../src/shared/protocol/burst"
import * as burst from "../../src/shared/protocol/burst"
import { getNumber, putNumber } from "../../src/shared/protocol/bytes"
import * as codes from "../../src/shared/codes"
import { PROGRAM_VERSION, versionText } from "../../src/shared/versions"
import { crc32c } from "../../src/shared/protocol/crc32c"
import { layoutHash } from "../../src/shared/protocol/layout-hash"
import { ScriptedHost } from "../support/carts/scripted-host"

const test = suite("versions of cart and host")
const host = await ScriptedHost.boot()

const HEADER = burst.BURST_HEADER_LENGTH
const VERSION_AT = HEADER + 12
const OLDER = PROGRAM_VERSION - 0x100
const NEWER = PROGRAM_VERSION + 0x100
const FOREIGN = (layoutHash() ^ 0x1234) >>> 0

/** A hello or reject as a program of another version, and with another layout, sends it. */
function changed(from: Uint8Array, version: number, layout: number): Uint8Array {
    const bytes = Uint8Array.from(from)
    const type = bytes[burst.TYPE_AT]
    if (type !== burst.TYPE_HELLO && type !== burst.TYPE_REJECT) return bytes
    const end = HEADER + getNumber(bytes, burst.PAYLOAD_LENGTH_AT, "u32") - 4
    if (type === burst.TYPE_HELLO) {
        putNumber(bytes, HEADER, "u32", layout)
        putNumber(bytes, VERSION_AT, "u32", version)
        putNumber(bytes, end, "u32", crc32c(bytes, HEADER, end, 0))
    }
    sealHeader(bytes, layout)
    return bytes
}

/** Connects the cart to a host that takes it for a program of this version and layout. */
async function refused(version: number, layout: number): Promise<void> {
    host.session.reject(codes.REJECT_UNEXPECTED)
    host.clear()
    host.alter = bytes => changed(bytes, version, layout)
    host.disturb = bytes => [changed(bytes, version, layout)]
    await host.clock.run(() => host.closings.length > 0, host.clock.nowUs + 3e6)
    await host.wait(100)
    assert.not(host.session.isOpen)
    assert.is(host.receiver.testLines, 0)
}

const CASES = [
    ["an older cart", OLDER, layoutHash(), codes.REJECT_CART_OLDER],
    ["an older cart with another layout", OLDER, FOREIGN, codes.REJECT_CART_OLDER],
    ["an older host", NEWER, layoutHash(), codes.REJECT_HOST_OLDER],
    ["an older host with another layout", NEWER, FOREIGN, codes.REJECT_HOST_OLDER],
    ["equal versions with different layouts", PROGRAM_VERSION, FOREIGN, codes.REJECT_LAYOUT],
] as const

for (const [name, version, layout, reason] of CASES)
    test(`${name}: the host refuses with ${reason}, and both sides say so [IVUS-SVC-005]`, async () => {
        host.clear()
        assert.ok(host.session?.isOpen || (await host.open()))
        await refused(version, layout)
        const sentence = codes.sentenceOf(reason)
        assert.equal(host.closings, [{ reason, by: "host" }])
        assert.match(host.hostLog.join("\n"), `The cart has version ${versionText(version)} `)
        assert.match(host.hostLog.join("\n"), sentence)
        assert.match(host.boardLog.join("\n"), `link closed by the host: ${sentence}`)
        host.clear()
        assert.ok(await host.open(), "the host of the same version connects")
        await host.wait(100)
        assert.equal(host.reportedRefusals, [reason])
    })

test.run()
