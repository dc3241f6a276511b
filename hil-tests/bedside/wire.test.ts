// What cart and bedside unit really put on their Jacdac cable, and what a tool on the cart's USB hears besides.

import * as assert from "uvu/assert"
import { suite } from "uvu"
import { readCommands, readReports } from "../../boards/virtual/vm/jacdac-frame"
import { STATE_LIVE } from "../../src/shared/cart-machine"
import { BUTTON_LIVE } from "../../src/shared/devices/bedside-unit"
import { codeOf, serviceSpec } from "../../src/tools/services/service-specs"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { JacdacClient } from "../support/jacdac/jacdac-client"

const test = suite("wire between cart and unit")

const CART = serviceSpec("pullback-cart")

test("commands and announcements only; a tool reads registers at the same time", async () => {
    const bench = await BenchCart.homed(REQUEST, { ...EVEN_SLED, units: [{}] })
    const { board } = bench.cart
    const { unit } = board
    bench.cart.session.giveBackControl()
    await bench.wait(300)
    const reports: number[] = []
    const commanded = new Set<string>()
    board.cable.plugBoard(frame => {
        for (const { command } of readReports(frame)) reports.push(command)
        for (const { deviceId } of readCommands(frame)?.commands ?? [])
            commanded.add(Buffer.from(deviceId ?? []).toString("hex"))
    })
    unit.press(BUTTON_LIVE)
    await bench.wait(200)
    unit.release(BUTTON_LIVE)
    await bench.reach(STATE_LIVE, 1)
    // Each VM serves under an id of its own: commands go to the cart's and to the unit's.
    assert.is(commanded.size, 2)
    const client = await JacdacClient.connect(board)
    const service = await client.service(CART.classIdentifier)
    const status = await client.read(service, codeOf(CART, "status"))
    assert.is(status[0], STATE_LIVE)
    await client.stop()
    assert.ok(reports.length > 0)
    assert.ok(reports.every(command => command === 0))

    unit.unplug()
    reports.length = 0
    commanded.clear()
    await bench.wait(1000)
    assert.is(commanded.size, 1)
    assert.ok(unit.isPowered && !unit.isPlugged)
})

test.run()
