// Cart and bedside unit are reproducible: equal seeds give equal pixels, and so does a cart that was set back with its unit.

import * as assert from "uvu/assert"
import { suite } from "uvu"
import { RealClock, type WallClock } from "../../boards/virtual/vm/real-clock"
import { STATE_HOMING } from "../../src/shared/cart-machine"
import { BUTTON_HOME, BUTTON_LIVE } from "../../src/shared/devices/bedside-unit"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"

const test = suite("same pixels")

const UNIT = { ...EVEN_SLED, units: [{}] }

/** What the glass shows each 50 ms, and what the cart reported, while a unit homes the cart. */
async function play(bench: BenchCart, steps = 40): Promise<unknown[]> {
    const { unit } = bench.cart.board
    const seen: unknown[] = []
    bench.cart.session.giveBackControl()
    for (let step = 0; step < steps; step++) {
        if (step === 8) unit.press(BUTTON_HOME, { ms: 5, edges: 4 })
        if (step === 11) unit.release(BUTTON_HOME)
        if (step === 15) unit.press(BUTTON_LIVE)
        if (step === 16) unit.release(BUTTON_LIVE)
        if (step === 20) unit.turn(2)
        await bench.wait(50)
        seen.push(Buffer.from(unit.display.packed).toString("base64"), bench.stateNow)
    }
    seen.push(unit.lamps, unit.tones, unit.i2c.transfers)
    return seen
}

test("equal seeds give equal pixels, lamps and tones", async () => {
    const [first, second] = [
        await BenchCart.boot(REQUEST, UNIT),
        await BenchCart.boot(REQUEST, UNIT),
    ]
    await first.wait(1500)
    await second.wait(1500)
    const seen = await play(first)
    assert.ok(first.states.includes(STATE_HOMING), "the unit homes the cart")
    assert.equal(await play(second), seen)
})

test("a cart that was set back shows the same again", async () => {
    const seen = await play(await BenchCart.homed(REQUEST, UNIT), 30)
    assert.equal(await play(await BenchCart.homed(REQUEST, UNIT), 30), seen)
})

test("on a clock that follows real time the unit shows the same", async () => {
    let nowMs = 0
    // A real clock without a machine that would be late.
    const wall: WallClock = {
        nowMs: () => nowMs,
        block: ms => void (nowMs += ms),
        yield: ms => {
            nowMs += ms
            return Promise.resolve()
        },
    }
    const clock = new RealClock(wall, 0)
    const bench = await BenchCart.boot(REQUEST, { ...UNIT, clock })
    const jumping = await BenchCart.boot(REQUEST, UNIT)
    await bench.wait(1500)
    await jumping.wait(1500)
    clock.begin()
    assert.equal(await play(bench, 25), await play(jumping, 25))
    clock.end()
})

test.run()
