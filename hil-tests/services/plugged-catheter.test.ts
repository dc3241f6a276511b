// A catheter that is unknown, exchanged or unplugged in any state is reported to host and bedside unit and
// refused, or stops the run.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../src/shared/cart-machine"
import * as codes from "../../src/shared/codes"
import { sentenceOf } from "../../src/shared/codes"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { NONE, UNKNOWN, fired, plug } from "../support/carts/plugged"
import { RawUnit } from "../support/jacdac/raw-unit"

const plugged = suite("the plugged-in catheter")

/** The cart reads the catheter in its next loop and tells the unit; a stop comes first in a run. */
const TOLD_MS = 100
/** The unit has announced itself, and the runtime has bound it. */
const BOUND_MS = 600

async function unitOf(bench: BenchCart): Promise<RawUnit> {
    const unit = new RawUnit(bench.cart.board, 0xbed51de)
    await bench.wait(BOUND_MS)
    return unit
}

/** What the unit was told last about the catheter: why the cart does not fire with it, its name and serial number. */
async function told(bench: BenchCart, unit: RawUnit): Promise<(number | string | undefined)[]> {
    await bench.wait(TOLD_MS)
    const { catheter_reason, catheter, catheter_serial } = unit.setting
    return [catheter_reason, catheter, catheter_serial]
}

async function alarms(bench: BenchCart, unit: RawUnit, code: number): Promise<void> {
    await bench.wait(TOLD_MS)
    assert.is(unit.status["alarm"], code)
}

for (const [name, catheter, code] of [
    ["none", NONE, codes.REFUSED_NO_CATHETER],
    ["an unknown catheter", UNKNOWN, codes.REFUSED_CATHETER_UNKNOWN],
    // Its memory is empty, as in a clone.
    [
        "a catheter without identification",
        { id: "\0\0", serial: 0 },
        codes.REFUSED_CATHETER_UNKNOWN,
    ],
] as const)
    plugged(
        `${name}: is told before any request, refused and not fired [IVUS-CAT-001]`,
        async () => {
            const bench = await BenchCart.boot(REQUEST, EVEN_SLED)
            plug(bench, catheter)
            await bench.home()
            const unit = await unitOf(bench)
            const name = catheter === UNKNOWN ? catheter.id : ""
            assert.equal(await told(bench, unit), [code, name, catheter.serial])
            assert.equal(
                bench.events.filter(e => e.code === code).map(e => e.value),
                [catheter.serial]
            )
            assert.is(await bench.setUp(), code)
            assert.is((await bench.command(machine.COMMAND_LIVE))?.reason, codes.REFUSED_NO_SETUP)
            assert.is(bench.stateNow, machine.STATE_READY)
            assert.is(fired(bench), 0)
            // After an exchange for a built-in catheter the cart fires, and the unit is told.
            plug(bench, NONE)
            await bench.wait(300)
            plug(bench, { id: "array-20mhz", serial: 0x89abcdef })
            await bench.wait(100)
            const last = bench.events.at(-1)!
            assert.is(last.code, codes.EVENT_CATHETER)
            assert.is(last.value >>> 0, 0x89abcdef)
            assert.equal(await told(bench, unit), [codes.GOOD, "array-20mhz", 0x89abcdef])
            await bench.pullTo(machine.STATE_LIVE)
            await bench.wait(TOLD_MS)
            assert.ok(fired(bench) > 0)
            bench.cart.board.stopVm()
        }
    )

for (const [name, catheter, code] of [
    ["unplugged", NONE, codes.REFUSED_NO_CATHETER],
    ["exchanged for another", { id: "array-10mhz", serial: 1 }, codes.REFUSED_CATHETER_PLUGGED],
    ["exchanged for an unknown one", UNKNOWN, codes.REFUSED_CATHETER_UNKNOWN],
    [
        "exchanged for another of the same model",
        { id: "array-20mhz", serial: 2 },
        codes.REFUSED_CATHETER_SERIAL,
    ],
] as const)
    plugged(
        `${name} after the setup: refused with its code and not fired [IVUS-CAT-001]`,
        async () => {
            const bench = await BenchCart.homed()
            assert.is(await bench.setUp(), codes.GOOD)
            plug(bench, catheter)
            const refusal = await bench.command(machine.COMMAND_LIVE)
            assert.is(refusal?.reason, code, sentenceOf(refusal?.reason ?? 0))
            assert.is(bench.stateNow, machine.STATE_READY)
            assert.is(fired(bench), 0)
            bench.cart.board.stopVm()
        }
    )

for (const [name, catheter, code] of [
    ["unplugged", NONE, codes.FAULT_CATHETER_UNPLUGGED],
    ["exchanged for another", { id: "array-10mhz", serial: 1 }, codes.FAULT_CATHETER_CHANGED],
    [
        "exchanged for another of the same model",
        { id: "array-20mhz", serial: 2 },
        codes.FAULT_CATHETER_CHANGED,
    ],
] as const) {
    plugged(`${name} during a run: a fault, and no further pulse [IVUS-CAT-002]`, async () => {
        const bench = await BenchCart.homed()
        const unit = await unitOf(bench)
        await bench.pull()
        await bench.wait(1000)
        plug(bench, catheter)
        const before = fired(bench)
        assert.ok(before > 0)
        await alarms(bench, unit, code)
        assert.is(fired(bench), before)
        assert.is(bench.status?.fault, code)
        const first = bench.events.find(e => codes.isFault(e.code))
        assert.is(first?.code, code)
        assert.is(bench.cart.receiver.end?.outcome, code)
        bench.cart.board.stopVm()
    })
}

// The engine fires an array-10mhz by a table of 896 pairs, which takes several loops to load.
const TABLED = { ...REQUEST, catheterId: "array-10mhz" }
for (const [name, catheter, code] of [
    ["unplugged", NONE, codes.FAULT_CATHETER_UNPLUGGED],
    ["exchanged for another", { id: "array-20mhz", serial: 1 }, codes.FAULT_CATHETER_CHANGED],
    [
        "exchanged for another of the same model",
        { id: "array-10mhz", serial: 2 },
        codes.FAULT_CATHETER_CHANGED,
    ],
] as const)
    plugged(`${name} while its table is loaded: a fault, and no pulse [IVUS-CAT-001]`, async () => {
        const bench = await BenchCart.homed(TABLED)
        const unit = await unitOf(bench)
        await bench.setUp()
        bench.cart.session.command(machine.COMMAND_LIVE)
        await bench.wait(25)
        assert.is(bench.stateNow, machine.STATE_READY)
        plug(bench, catheter)
        await alarms(bench, unit, code)
        assert.is(bench.status?.fault, code)
        assert.is(fired(bench), 0)
        bench.cart.board.stopVm()
    })

plugged("unplugged while its rotor spins up: a fault, and no pulse", async () => {
    const bench = await BenchCart.homed({ ...REQUEST, catheterId: "rotational-40mhz" })
    const unit = await unitOf(bench)
    await bench.setUp()
    bench.cart.session.command(machine.COMMAND_LIVE)
    await bench.wait(200)
    assert.is(bench.stateNow, machine.STATE_READY)
    plug(bench, NONE)
    await alarms(bench, unit, codes.FAULT_CATHETER_UNPLUGGED)
    assert.is(fired(bench), 0)
    bench.cart.board.stopVm()
})

plugged("a host that connects later receives the report", async () => {
    const bench = await BenchCart.boot(REQUEST, EVEN_SLED)
    plug(bench, UNKNOWN)
    await bench.home()
    const shown = () => bench.events.filter(e => e.code === codes.REFUSED_CATHETER_UNKNOWN)
    assert.is(shown().length, 1)
    bench.cart.cutLink()
    await bench.wait(1500)
    assert.ok(bench.cart.session.isOpen)
    assert.is(shown().length, 2)
    bench.cart.board.stopVm()
})

plugged.run()
