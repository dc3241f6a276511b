// The cart's Jacdac services on its bus: announced, read, commanded; bad packets are refused and change nothing.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { CART_COMMAND, SERVICE_CART } from "../../src/shared/service-table"
import * as machine from "../../src/shared/cart-machine"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { RawClient } from "../support/jacdac/raw-client"

/** Class of pullback-cart (services/pullback-cart.md). */
const CART_CLASS = 0x14f1c2a7
const STATUS = 0x1180
const STATE = 0x1181
const STOP = CART_COMMAND + machine.COMMAND_STOP

const test = suite("the services of the cart")

test("are announced each 500 ms and read", async () => {
    const bench = await BenchCart.boot(REQUEST, EVEN_SLED)
    const client = new RawClient(bench.cart.board, CART_CLASS)
    await bench.wait(3000)
    const announced = client.of(0, 0)
    assert.is(announced.length, 6)
    assert.is(announced.at(-1)!.toString("hex"), "06000000a7c2f114936b2e15c8d4a9161e5fd317")
    const fromUs = bench.nowUs
    client.send(SERVICE_CART, STATUS)
    client.send(SERVICE_CART, STATE)
    await bench.wait(50)
    const [status] = client.of(SERVICE_CART, STATUS, fromUs)
    assert.is(status!.length, 30)
    assert.is(status![0], machine.STATE_UNHOMED)
    assert.equal([...client.of(SERVICE_CART, STATE, fromUs)[0]!], [machine.STATE_UNHOMED])
    client.send(SERVICE_CART, STOP)
    await bench.wait(50)
    assert.is(client.of(SERVICE_CART, STOP, fromUs)[0]!.toString("hex"), "0000000000000000")
    bench.cart.board.stopVm()
})

test.run()
