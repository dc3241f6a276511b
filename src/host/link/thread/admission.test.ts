// Who makes room for a new connection.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { ConnectionRate, crowdedOut, RATE_MAX, type Waiter, WAITING_MAX } from "./admission"

interface Named extends Waiter {
    readonly name: number
}

function waiters(count: number, address: string, also: Partial<Waiter> = {}): Named[] {
    const waiter = { address, isGreeted: false, isRefused: false, ...also }
    return Array.from({ length: count }, (_, name) => ({ ...waiter, name }))
}

const out = (waiting: readonly Named[], address: string): string[] =>
    crowdedOut(waiting, address).map(w => `${w.address} ${w.name}`)

const test = suite("admission to the link")

test("lets everybody in while there is room", () => {
    assert.equal(out([], "a"), [])
    assert.equal(out([...waiters(3, "a"), ...waiters(4, "b")], "a"), [])
    assert.equal(out(waiters(20, "a", { isGreeted: true }), "a"), [])
})

test("a fifth connection of one address drives out its oldest without a hello", () => {
    assert.equal(out([...waiters(4, "b"), ...waiters(4, "a")], "a"), ["a 0"])
    assert.equal(out([...waiters(1, "a", { isGreeted: true }), ...waiters(4, "a")], "a"), ["a 0"])
})

test("when all places are taken, the address with most connections gives way, its oldest without a hello first", () => {
    const others = Array.from({ length: 15 }, (_, i) => waiters(4, `other ${i}`)).flat()
    const crowd = [...waiters(1, "crowd", { isGreeted: true }), ...waiters(3, "crowd")]
    const full = [...others, ...crowd]
    assert.is(full.length, WAITING_MAX)
    assert.equal(out(full, "cart"), ["other 0 0"])
    const greeted = [...others.slice(1), ...waiters(5, "crowd", { isGreeted: true })]
    assert.is(greeted.length, WAITING_MAX)
    assert.equal(out(greeted, "cart"), ["crowd 0"])
    const refused = [...full.slice(0, -1), ...waiters(1, "r", { isRefused: true })]
    assert.equal(out(refused, "cart"), ["r 0"])
})

test("one address connects so often in a second, and others are not concerned", () => {
    const rate = new ConnectionRate()
    const exceeding = (address: string, count: number, nowMs: number): number =>
        Array.from({ length: count }, () => rate.exceeds(address, nowMs)).filter(Boolean).length
    assert.is(exceeding("a", RATE_MAX + 7, 5000), 7)
    assert.is(exceeding("b", RATE_MAX, 5900), 0)
    assert.is(exceeding("a", RATE_MAX + 1, 6000), 1)
})

test.run()
