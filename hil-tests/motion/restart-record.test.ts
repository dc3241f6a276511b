// The restart record: what a restarted cart says about the run before, with power cuts at any byte and a bad FRAM.
// Uptime may be up to a second old, as it is written once a second; all else is exact.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { readFileSync } from "node:fs"
import * as machine from "../../src/shared/cart-machine"
import * as codes from "../../src/shared/codes"
import {
    CAUSE_CONTROLLER,
    CAUSE_POWER,
    CAUSE_PROGRAM,
    payloadIsValid,
    payloadLength,
    readPayload,
    type Restart,
    RESTART,
} from "../../src/shared/protocol/messages"
import { BenchCart, EVEN_SLED } from "../support/carts/bench-cart"

const test = suite("restart record")

const restartOf = (bench: BenchCart): Restart => bench.cart.receiver.restart!

/** The newest record in a FRAM's contents, by the layout of src/firmware/cart/README.md. */
function newest(memory: Uint8Array): Restart | undefined {
    const records = [0, 32]
        .filter(at => payloadIsValid(memory, at, payloadLength(RESTART), RESTART))
        .map(at => readPayload(memory, at, RESTART))
    return records.sort((a, b) => b.sequence - a.sequence)[0]
}

test("the first start has no record; a power-up after it tells state, uptime and number", async () => {
    const first = await BenchCart.boot()
    await first.reach(machine.STATE_UNHOMED)
    await first.wait(4000)
    assert.equal(restartOf(first), {
        ...{ sequence: 0, boots: 1, uptime_ms: 0, state: 0, fault: 0 },
        cause: CAUSE_POWER,
    })
    assert.is(first.status!.flags, 4, "SAFE, not homed, motor off")
    const { board } = first.cart
    board.stopVm()
    const upMs = first.nowUs / 1000
    const second = await BenchCart.boot(undefined, { fram: board.fram.memory.slice() })
    await second.reach(machine.STATE_UNHOMED)
    const { boots, uptime_ms, state, cause } = restartOf(second)
    assert.equal({ boots, state, cause }, { boots: 2, state: 2, cause: CAUSE_POWER })
    assert.ok(upMs - uptime_ms <= 1020 && uptime_ms <= upMs, `${uptime_ms} of ${upMs} ms`)
    second.cart.board.stopVm()
})

test("a reset of the controller and a restart of the program are told apart, with state and fault [IVUS-SAF-007]", async () => {
    const bench = await BenchCart.boot(undefined, EVEN_SLED)
    await bench.home()
    await bench.pull()
    await bench.wait(1500)
    const { board } = bench.cart
    assert.is(bench.status!.flags, 7, "SAFE, homed, motor on")
    await board.restartVm()
    await bench.reach(machine.STATE_UNHOMED)
    await bench.wait(500)
    assert.is(restartOf(bench).state, machine.STATE_PULLING)
    assert.is(restartOf(bench).cause, CAUSE_CONTROLLER)
    // A fault, then the program alone is started again.
    board.rig.faults.inject("driver-reset", bench.nowUs)
    await bench.reach(machine.STATE_FAULT)
    await bench.wait(5000)
    board.restartProgram()
    await bench.wait(3000)
    const { boots, state, fault, cause } = restartOf(bench)
    assert.equal(
        { boots, state, fault, cause },
        {
            ...{ boots: 3, state: machine.STATE_FAULT },
            ...{ fault: codes.FAULT_MOTOR_DRIVER_RESET, cause: CAUSE_PROGRAM },
        }
    )
    board.stopVm()
})

test("a power cut at any byte of a write leaves the record before it or the new one [IVUS-SAF-007]", async () => {
    const bench = await BenchCart.boot()
    await bench.reach(machine.STATE_UNHOMED)
    const { fram } = bench.cart.board
    // WREN, then op-code, address and 32 bytes.
    for (let cut = 0; cut <= 36; cut++) {
        const before = newest(fram.memory)!
        fram.cutAfter(cut)
        await bench.wait(1010)
        const after = newest(fram.memory)
        const fresh = after!.sequence > before.sequence
        assert.ok(fresh || after!.sequence === before.sequence, `cut after ${cut} bytes`)
        assert.ok(cut < 22 + 4 || fresh, `the record is complete after ${cut} bytes`)
        fram.powerOn()
        await bench.wait(1010)
        assert.ok(newest(fram.memory)!.sequence > before.sequence)
    }
    bench.cart.board.stopVm()
})

for (const fault of ["fram-dead", "fram-bit"])
    test(`${fault}: the cart says so once in a session, and works`, async () => {
        const bench = await BenchCart.boot(undefined, {
            ...EVEN_SLED,
            faults: [{ name: fault, atS: 0 }],
        })
        await bench.home()
        await bench.wait(3000)
        assert.is(bench.events.filter(e => e.code === codes.EVENT_FRAM).length, 1)
        assert.is(bench.status!.fault, codes.GOOD)
        bench.cart.board.stopVm()
    })

test("the layout that is documented is the one that is used", () => {
    const readme = readFileSync("src/firmware/cart/README.md", "utf8")
    for (const field of RESTART.trim().split("\n")) assert.match(readme, field.split(":")[0]!)
})

test.run()
