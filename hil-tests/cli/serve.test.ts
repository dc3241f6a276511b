// `ivus serve`: what it tells of a cart that connects, and carts that are refused, with reports on both sides; the correct cart
// connects or stays connected.

import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as burst from "../../src/shared/protocol/burst"
import * as machine from "../../src/shared/cart-machine"
import * as messages from "../../src/shared/protocol/messages"
import * as codes from "../../src/shared/codes"
import { PROGRAM_VERSION, versionText } from "../../src/shared/versions"
import { KEY, ServingHost, type TestCart } from "../support/cli/serving-host"

const OTHER = new Uint8Array(32).fill(4)
const host = await ServingHost.start()

const test = suite("ivus serve")
test.before.each(() => host.beginTest())
test.after(() => host.close())

/** The correct cart connects and disconnects. */
async function acceptsCorrectCart(): Promise<void> {
    const correct = host.connect({ key: KEY })
    correct.peer.hello()
    await correct.opened
    correct.socket.end()
    await correct.ended
}

test("the same board twice at once: the second connection is refused as this host is busy, and the first one goes on", async () => {
    const first = host.connect({ key: KEY })
    first.peer.hello()
    await first.opened
    const second = host.connect({ key: KEY })
    second.peer.hello()
    assert.is(await second.ended, codes.REJECT_BUSY)
    assert.match(await host.waitFor(/refused/), codes.sentenceOf(codes.REJECT_BUSY))
    const pings = first.peer.received.length
    await new Promise<void>(resolve => first.socket.once("data", () => resolve()))
    assert.ok(first.peer.received.length > pings)
    assert.is(first.peer.rejected, 0)
    first.socket.end()
    await first.ended
})

test("prints why a cart started, how long it ran before and in which state: once for each start [IVUS-SAF-007]", async () => {
    const report = async (boots: number): Promise<void> => {
        const cart = host.connect({ key: KEY })
        cart.peer.hello()
        await cart.opened
        cart.peer.message(burst.TYPE_RESTART, messages.RESTART, {
            ...{ sequence: 40, boots, uptime_ms: 32_400, state: machine.STATE_PULLING },
            ...{ fault: codes.FAULT_LINK_LOST, cause: messages.CAUSE_PROGRAM },
        })
        cart.socket.end()
        await cart.ended
        await host.allDisconnected()
    }
    for (const boots of [7, 7, 8]) await report(boots)
    const lines = host.printed.filter(line => /cart .*The cart restarted/.test(line))
    assert.equal(
        lines,
        [7, 8].map(
            boots =>
                `cart 0000000200000001: The cart restarted in state pulling after 32 s, as its program alone started again; this is start number ${boots}. Its fault then: ${codes.sentenceOf(codes.FAULT_LINK_LOST)} (fault ${codes.FAULT_LINK_LOST}).`
        )
    )
})

test("prints each alarm of a cart when it begins, and nothing of other events [IVUS-ALM-006]", async () => {
    const cart = host.connect({ key: KEY })
    cart.peer.hello()
    await cart.opened
    const { EVENT_FRAM, EVENT_GATE, FAULT_STALL } = codes
    for (const code of [EVENT_FRAM, EVENT_GATE, EVENT_FRAM, FAULT_STALL]) {
        cart.peer.message(burst.TYPE_EVENT, messages.EVENT, { code, time_ms: 5, value: 1 })
    }
    cart.socket.end()
    await cart.ended
    await host.allDisconnected()
    const lines = host.printed.filter(line => line.includes("priority)"))
    assert.is(lines.length, 2, lines.join("\n"))
    assert.match(lines[0]!, /^cart 0000000200000001: Warning: .*FRAM.* \(321, low priority\)$/)
    assert.match(lines[1]!, /^cart 0000000200000001: Fault: .* \(108, high priority\)$/)
})

test("a cart with another key is reported by the cart and the host", async () => {
    const cart = host.connect({ key: OTHER })
    cart.peer.hello()
    // The cart rejects the host's proof, as the firmware does.
    while (!cart.peer.received.some(m => m.type === burst.TYPE_PROOF))
        await new Promise<void>(resolve => cart.socket.once("data", () => resolve()))
    cart.peer.secrets = undefined
    cart.peer.reject(codes.REJECT_KEY)
    await cart.ended
    const line = await host.waitFor(/The cart ended/)
    assert.match(line, `The cart ended the session: ${codes.sentenceOf(codes.REJECT_KEY)}`)
    assert.match(line, /`npm run ivus -- pair --board 0000000200000001` makes/)
    await acceptsCorrectCart()
})

test("refuses a cart for which this host has no key", async () => {
    const unknown = host.connect({ key: KEY, idLow: 9 })
    unknown.peer.hello()
    assert.is(await unknown.ended, codes.REJECT_NO_KEY)
    assert.match(
        await host.waitFor(/^cart 0000000200000009: 127\.0\.0\.1: /),
        /pair --board 0000000200000009` makes a key/
    )
    await acceptsCorrectCart()
})

const of = (difference: number): Partial<messages.Hello> => ({
    firmware_version: PROGRAM_VERSION + difference,
})

test("a cart whose program differs in the patch number only is accepted [IVUS-SVC-005]", async () => {
    const cart = host.connect({ key: KEY })
    cart.peer.hello(of(1))
    await cart.opened
    cart.socket.end()
    await cart.ended
})

test("the refusal of an older cart has its id, both versions and how to update it [IVUS-SVC-005]", async () => {
    const cart = host.connect({ key: KEY })
    cart.peer.hello({ ...of(-0x100), layout_hash: 1 })
    await cart.ended
    const line = await host.waitFor(/^cart 0000000200000001: /)
    const [theirs, ours] = [-0x100, 0].map(n => versionText(PROGRAM_VERSION + n))
    assert.match(line, new RegExp(`cart has version ${theirs} .*, this host version ${ours} `))
    assert.match(line, /update the cart\. `npm run ivus -- flash`/)
})

/** What a cart must not send before authentication, and the host's report. */
const FORBIDDEN: Record<string, [reason: number, send: (c: TestCart) => void]> = {
    "another layout": [codes.REJECT_LAYOUT, c => c.peer.hello({ layout_hash: 1 })],
    "an older program": [codes.REJECT_CART_OLDER, c => c.peer.hello(of(-0x100))],
    "a newer program": [codes.REJECT_HOST_OLDER, c => c.peer.hello(of(0x100))],
    "an older program with another layout": [
        codes.REJECT_CART_OLDER,
        c => c.peer.hello({ ...of(-0x100), layout_hash: 1 }),
    ],
    "a payload limit below one burst": [
        codes.REJECT_PAYLOAD,
        c => c.peer.hello({ window_bytes: 100 }),
    ],
    "more data than a greeting may hold": [
        codes.REJECT_OVERSIZE,
        c => c.peer.raw(new Uint8Array(2000)),
    ],
}

// Each is another board: a sentence that is the same is told once a minute.
for (const [i, [name, [reason, send]]] of Object.entries(FORBIDDEN).entries())
    test(`${name}: ${reason}`, async () => {
        const cart = host.connect({ key: KEY, idLow: 0x100 + i })
        send(cart)
        assert.is(await cart.ended, reason)
        await host.waitFor(new RegExp(codes.sentenceOf(reason).slice(0, 30)))
        await acceptsCorrectCart()
    })

test("accepts the correct cart while a peer has sent only noise", async () => {
    const noise = host.connect({ key: KEY })
    noise.peer.raw(new Uint8Array(300).fill(0x49))
    await acceptsCorrectCart()
    noise.socket.destroy()
    await noise.ended
})

test("the log has each connection, event and refusal with time and zone, and no key [IVUS-LOG-005]", async () => {
    const cart = host.connect({ key: KEY })
    cart.peer.hello()
    await cart.opened
    const event = { code: codes.EVENT_SLED_MOVED, time_ms: 1500, value: 2_500_000 }
    cart.peer.message(burst.TYPE_EVENT, messages.EVENT, event)
    cart.socket.end()
    await cart.ended
    await host.allDisconnected()
    const text = readFileSync(join(host.logs, readdirSync(host.logs)[0]!), "utf8")
    const lines = text.trim().split("\n")
    for (const line of lines)
        assert.match(line, /^\d{4}-\d\d-\d\dT[\d:.]{12}[+-]\d\d:\d\d [a-z]+ +[^\p{Cc}]+$/u)
    assert.match(lines[0]!, / asked {3}serve on port \d+$/)
    for (const entry of [
        / note {4}cart 0000000200000001: connected from 127\.0\.0\.1$/,
        / cart {4}cart 0000000200000001: board 0000000200000001, version /,
        / alarm {3}cart 0000000200000001: 1\.500 s 319 .*: the encoder reads 2\.500 mm$/,
        / note {4}cart 0000000200000001: 127\.0\.0\.1: .*update the cart\./,
    ])
        assert.ok(
            lines.some(line => entry.test(line)),
            `${entry} in\n${text}`
        )
    for (const key of [KEY, OTHER].map(bytes => Buffer.from(bytes)))
        for (const form of ["hex", "base64", "latin1"] as const)
            assert.not(text.includes(key.toString(form)))
})

test("a log that cannot be written is said once, and carts are served", async () => {
    const file = join(host.folder, "not-a-folder")
    writeFileSync(file, "")
    const other = await ServingHost.start({ logFolder: file })
    const cart = other.connect({ key: KEY })
    cart.peer.hello()
    await cart.opened
    cart.socket.end()
    await cart.ended
    await other.close()
    const said = other.printed.filter(line => line.includes("cannot be written"))
    assert.is(said.length, 1)
    assert.match(
        said[0]!,
        /^The log ".*\.log" cannot be written \(.+\); everything else goes on\.$/
    )
})

test.run()
