// The firmware's side of the greeting: refusals and their codes; the correct host connects
// afterwards.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { fixedIdentity } from "../../src/host/link/host-identity"
import { storedIdentity } from "../../src/host/link/stored-identity"
import { randomOf } from "../../src/host/targets/virtual/virtual-cart"
import * as codes from "../../src/shared/codes"
import { LINK_INSECURE_SETTING, LINK_KEY_SETTING } from "../../src/shared/protocol/session"
import { BenchCart, EVEN_SLED } from "../support/carts/bench-cart"

const test = suite("the board's greeting")
const KEY = Uint8Array.from({ length: 32 }, (_, i) => 3 * i + 1)
const OTHER = KEY.map(b => b ^ 0x80)
const random = randomOf(5)
const keyed = (key: Uint8Array): Record<string, unknown> => ({
    [LINK_KEY_SETTING]: Buffer.from(key).toString("hex"),
})

/**
 * Boots a board with these settings and a host with this key or none, and waits for a second
 * attempt.
 */
async function connectTo(
    deploy: Record<string, unknown>,
    hostKey: Uint8Array | undefined
): Promise<BenchCart> {
    const identity = fixedIdentity(hostKey, random)
    const bench = await BenchCart.boot(undefined, { ...EVEN_SLED, deploy, identity })
    await bench.wait(1500)
    return bench
}

const CASES: [string, Record<string, unknown>, Uint8Array | undefined, number, "board" | "host"][] =
    [
        ["another key", keyed(KEY), OTHER, codes.REJECT_KEY, "board"],
        ["no key on the board", {}, KEY, codes.REJECT_NO_KEY, "board"],
        ["a damaged key", { [LINK_KEY_SETTING]: "abc" }, KEY, codes.REJECT_NO_KEY, "board"],
        [
            "insecure, and a host with a key",
            { [LINK_INSECURE_SETTING]: true },
            KEY,
            codes.REJECT_INSECURE,
            "host",
        ],
        ["a key, and a host without one", keyed(KEY), undefined, codes.REJECT_NO_KEY, "host"],
    ]

for (const [name, deploy, hostKey, reason, by] of CASES)
    test(`${name}: refused, reported on both sides, no line sent [IVUS-LNK-002]`, async () => {
        const bench = await connectTo(deploy, hostKey)
        assert.not(bench.cart.session.isOpen)
        assert.equal(bench.cart.closings[0], { reason, by })
        assert.is(bench.cart.receiver.testLines, 0)
        const log = bench.log.join("\n")
        assert.ok(log.includes(codes.sentenceOf(reason)), log)
        bench.cart.board.stopVm()
    })

test("the same key on both sides: open, tagged, not insecure", async () => {
    const bench = await connectTo(keyed(KEY), KEY)
    assert.ok(bench.cart.session.isOpen)
    assert.not(bench.cart.receiver.insecure)
    assert.is(bench.cart.receiver.testLines, 14)
    assert.equal(bench.cart.closings, [])
    bench.cart.board.stopVm()
})

test("a session number may be any except 0", async () => {
    const identity = { ...fixedIdentity(KEY, random), nextSession: () => 0xfffffff0 }
    const bench = await BenchCart.boot(undefined, { ...EVEN_SLED, deploy: keyed(KEY), identity })
    await bench.wait(1500)
    assert.ok(bench.cart.session.isOpen)
    assert.equal(bench.cart.closings, [])
    assert.ok(Object.values(bench.cart.receiver.stream.faults).every(n => n === 0))
    bench.cart.board.stopVm()
})

test("a restarted host program continues with larger numbers", () => {
    let nowS = 1_790_000_000
    const start = () =>
        storedIdentity(
            false,
            () => undefined,
            undefined,
            () => nowS
        )
    const first = start()
    const numbers = [first.nextSession(), first.nextSession()]
    // The clock is set back while it runs.
    nowS -= 1000
    numbers.push(first.nextSession())
    nowS += 1010
    numbers.push(start().nextSession())
    assert.equal(
        numbers,
        [...new Set(numbers)].sort((a, b) => a - b)
    )
})

test("insecure on both sides: open, and every burst is flagged insecure", async () => {
    const bench = await connectTo({ [LINK_INSECURE_SETTING]: true }, undefined)
    assert.ok(bench.cart.session.isOpen)
    assert.ok(bench.cart.receiver.insecure)
    assert.ok(bench.log.some(line => line.includes("INSECURE")))
    bench.cart.board.stopVm()
})

test("after a host with a wrong key the correct one connects and receives the report", async () => {
    let tries = 0
    const identity = {
        ...fixedIdentity(KEY, random),
        keyOf: () => (tries++ === 0 ? OTHER : KEY),
    }
    const bench = await BenchCart.boot(undefined, { ...EVEN_SLED, deploy: keyed(KEY), identity })
    await bench.wait(2500)
    assert.ok(bench.cart.session.isOpen)
    const reported = bench.events.find(e => e.code === codes.EVENT_LINK_REFUSED)
    assert.is(reported?.value, codes.REJECT_KEY)
    bench.cart.board.stopVm()
})

test.run()
