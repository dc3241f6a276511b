// How long a bedside unit keeps control of the cart: while it is used, and while the sled moves or the transducer fires.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../src/shared/cart-machine"
import { GOOD, REFUSED_CONTROL } from "../../src/shared/codes"
import * as unit from "../../src/shared/devices/bedside-unit"
import { REQUEST } from "../support/carts/bench-cart"
import { UnitBench } from "../support/bedside/unit-bench"

const test = suite("control of the bedside unit")

/** Unused, the unit falls silent after 60 s (src/firmware/bedside/README.md), and its control ends 3 s later. */
const KEEPS_MS = 59_000
const ENDS_MS = 5000
/** Argument of COMMAND_CONTROL by which control is given back. */
const GIVE_BACK = 1

test("a unit that nobody uses gives up control, and a press takes it again", async () => {
    const bench = await UnitBench.homed()
    const { host } = bench
    // A refused press is a use as well.
    await bench.tap(unit.BUTTON_ARM)
    await bench.wait(KEEPS_MS)
    assert.is((await host.command(machine.COMMAND_CONTROL))?.reason, REFUSED_CONTROL)
    await bench.wait(ENDS_MS)
    assert.is(await host.command(machine.COMMAND_CONTROL), undefined)
    await bench.see(/host leads/i)
    assert.is(await host.command(machine.COMMAND_CONTROL, GIVE_BACK), undefined)
    await bench.wait(1000)
    await bench.live()
    assert.is(host.status?.control, machine.HOLDER_UNIT)
})

test("it keeps control while the transducer fires, however long nobody presses", async () => {
    // One frame per second: 64 s of live cost little computation.
    const request = { ...REQUEST, frameRateHz: 1 }
    const bench = await UnitBench.homed()
    // Its control ends 3 s after it was unplugged.
    bench.unit.unplug()
    await bench.wait(ENDS_MS)
    assert.is(await bench.host.command(machine.COMMAND_CONTROL), undefined)
    assert.is(await bench.host.setUp(request), GOOD)
    assert.is(await bench.host.command(machine.COMMAND_CONTROL, GIVE_BACK), undefined)
    bench.unit.plug()
    await bench.see("READY", 5000)
    await bench.live()
    await bench.wait(KEEPS_MS + ENDS_MS)
    assert.is(bench.word, "LIVE")
    assert.is(bench.host.status?.control, machine.HOLDER_UNIT)
    await bench.tap(unit.BUTTON_ARM)
    await bench.see("ARMED")
})

test.run()
