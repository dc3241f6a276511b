// Who is in control of the cart: host and bedside units on the virtual cart. Only the one in control moves and fires; anybody stops.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { nominalCalibration } from "../../src/shared/motion/calibration"
import * as machine from "../../src/shared/cart-machine"
import * as codes from "../../src/shared/codes"
import { CART_STOP, SERVICE_CART } from "../../src/shared/service-table"
import { GOOD } from "../../src/shared/codes"
import { catheterFrom, specOf } from "../../src/host/sequence/catheter-spec"
import { setupOf } from "../../src/host/sequence/pullback-request"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { whileHostIsSilent } from "../support/carts/silent-host"
import { RawClient } from "../support/jacdac/raw-client"

const { HOLDER_NOBODY, HOLDER_HOST, HOLDER_UNIT, COMMAND_HOME, COMMAND_STOP } = machine
/** Everything that moves, fires, sets up, or changes what may move. */
const CONTROLLED = [
    ...[machine.COMMAND_HOME, machine.COMMAND_LIVE, machine.COMMAND_ARM, machine.COMMAND_START],
    ...[machine.COMMAND_RETURN, machine.COMMAND_ACKNOWLEDGE, machine.COMMAND_RELEASE],
    ...[machine.COMMAND_ENGAGE, machine.COMMAND_CALIBRATE, machine.COMMAND_JOG],
    ...[machine.COMMAND_SPEED, machine.COMMAND_HOLD, machine.COMMAND_RESET],
]
/** A bedside unit has no command for the first two, and the last one has no report. */
const UNANSWERED = [machine.COMMAND_CALIBRATE, machine.COMMAND_SPEED, machine.COMMAND_HOLD]
/** Status interval, 100 ms, with a loop. */
const STATUS_MS = 120
/** mm/s²; braking as hard as the motor driver allows. */
const BRAKING = 84
/** The cart announces its services every 500 ms. */
const ANNOUNCED_MS = 600
/** The report of a command comes after the next control loop, and may wait for other packets. */
const ANSWER_MS = 100
const PRESENT_US = 50_000
const JOG_NM_S = 1_000_000

/** A bedside unit that is present. */
class Unit {
    private readonly joinedUs: number

    private constructor(
        private readonly bench: BenchCart,
        private readonly client: RawClient
    ) {
        this.joinedUs = bench.nowUs
        client.stayPresent()
    }

    static async join(bench: BenchCart, device = 0xbed51de): Promise<Unit> {
        const client = new RawClient(bench.cart.board, device)
        await bench.wait(ANNOUNCED_MS)
        return new Unit(bench, client)
    }

    /** @returns the code of its refusal, or GOOD */
    async command(command: number): Promise<number> {
        const { bench, client } = this
        const fromUs = bench.nowUs
        // A stop is taken from anybody, and so names nobody.
        if (command === COMMAND_STOP) client.send(SERVICE_CART, CART_STOP)
        else client.command(command, ...(command === machine.COMMAND_JOG ? [JOG_NM_S] : []))
        await bench.wait(ANSWER_MS)
        return client.answerTo(command, fromUs)![0]
    }

    async takeControl(): Promise<number> {
        return this.command(machine.COMMAND_CONTROL)
    }

    /** @returns when it was last heard */
    vanish(): number {
        this.client.vanish()
        const presentUs = this.bench.nowUs - this.joinedUs
        return this.joinedUs + presentUs - (presentUs % PRESENT_US)
    }
}

/** The host sends requests without having asked for control. */
function withoutControl(bench: BenchCart): void {
    bench.cart.session.takeControl = () => undefined
}

async function holderOf(bench: BenchCart): Promise<number> {
    await bench.wait(STATUS_MS)
    return bench.status!.control
}

const holders = (bench: BenchCart): number[] =>
    bench.events.filter(e => e.code === codes.EVENT_CONTROL).map(e => e.value)

/** Sends a message that is no command. @returns the code of its refusal, or GOOD */
async function refusalOf(bench: BenchCart, send: () => void): Promise<number> {
    const before = bench.refusals.length
    send()
    await bench.wait(50)
    return bench.refusals[before]?.reason ?? GOOD
}

/** The messages of a host that set something up. */
function messagesOf({ cart: { session } }: BenchCart): (() => void)[] {
    return [
        () => session.setup(setupOf(REQUEST)),
        () => session.catheter({ ...catheterFrom(specOf("array-20mhz")!), id: "mine" }),
        () => session.calibration(nominalCalibration()),
        () => session.pairs(new Uint8Array(2), 0),
    ]
}

/** A homed cart whose host is in control and has set up a pullback; the unit takes control while the host is silent. */
async function unitInControl(): Promise<{ bench: BenchCart; unit: Unit }> {
    const bench = await BenchCart.homed()
    assert.is(await bench.setUp(), GOOD)
    const unit = await Unit.join(bench)
    await whileHostIsSilent(bench, async () => assert.is(await unit.takeControl(), GOOD))
    return { bench, unit }
}

const test = suite("control of the cart")

test("nobody is in control of a cart that has started; a request without control is refused [IVUS-CTL-001, IVUS-CTL-002]", async () => {
    const bench = await BenchCart.boot(REQUEST, EVEN_SLED)
    await bench.reach(machine.STATE_UNHOMED)
    assert.is(await holderOf(bench), HOLDER_NOBODY)
    const unit = await Unit.join(bench)
    withoutControl(bench)
    const { sled } = bench.cart.board.rig
    const at = sled.positionMm
    for (const command of CONTROLLED) {
        assert.equal((await bench.command(command))?.reason, codes.REFUSED_NO_CONTROL, `${command}`)
        if (!UNANSWERED.includes(command))
            assert.is(await unit.command(command), codes.REFUSED_NO_CONTROL, `${command}`)
    }
    for (const send of messagesOf(bench))
        assert.is(await refusalOf(bench, send), codes.REFUSED_NO_CONTROL)
    assert.is(bench.stateNow, machine.STATE_UNHOMED)
    assert.is(sled.positionMm, at)
    assert.is(bench.cart.board.transmit.count, 0)
    assert.equal(holders(bench), [])
    // What only stops is taken from anybody.
    assert.is(await bench.command(COMMAND_STOP), undefined)
    assert.is(await unit.command(COMMAND_STOP), GOOD)

    // Both ways to take it.
    assert.is(await unit.takeControl(), GOOD)
    assert.is(await holderOf(bench), HOLDER_UNIT)
    unit.vanish()
    await bench.wait(3100)
    assert.is(await holderOf(bench), HOLDER_NOBODY)
    assert.is(await bench.command(machine.COMMAND_CONTROL), undefined)
    assert.is(await holderOf(bench), HOLDER_HOST)
    assert.equal(holders(bench), [HOLDER_UNIT, HOLDER_NOBODY, HOLDER_HOST])
    bench.cart.board.stopVm()
})

test("what only the one in control may request is refused for the host and for another unit [IVUS-CTL-002]", async () => {
    const { bench, unit } = await unitInControl()
    const other = await Unit.join(bench, 77)
    const { sled } = bench.cart.board.rig
    const at = sled.positionMm
    for (const command of CONTROLLED) {
        const refusal = await bench.command(command)
        assert.is(refusal?.reason, codes.REFUSED_CONTROL, `${command}`)
        assert.is(refusal!.value, HOLDER_UNIT)
        if (!UNANSWERED.includes(command))
            assert.is(await other.command(command), codes.REFUSED_CONTROL, `${command}`)
    }
    for (const send of messagesOf(bench))
        assert.is(await refusalOf(bench, send), codes.REFUSED_CONTROL)
    assert.is(bench.stateNow, machine.STATE_READY)
    assert.ok(Math.abs(sled.positionMm - at) < 1e-4)
    assert.is(bench.cart.board.transmit.count, 0)
    assert.is(await unit.command(COMMAND_HOME), GOOD)
    await bench.reach(machine.STATE_HOMING)
})

test("control is not taken while the sled moves or brakes or the transducer fires [IVUS-CTL-001]", async () => {
    const bench = await BenchCart.homed()
    const unit = await Unit.join(bench)
    await bench.command(COMMAND_HOME)
    assert.is(bench.stateNow, machine.STATE_HOMING)
    assert.is(await unit.takeControl(), codes.REFUSED_STATE)
    await bench.reach(machine.STATE_READY)
    bench.cart.session.command(COMMAND_HOME)
    await bench.wait(1000)
    bench.cart.session.command(COMMAND_STOP)
    // From 5 mm/s the sled brakes for 60 ms.
    await bench.wait(20)
    assert.is(bench.stateNow, machine.STATE_UNHOMED)
    assert.is(await unit.takeControl(), codes.REFUSED_STATE)
    await bench.wait(100)
    assert.is(await unit.takeControl(), codes.REFUSED_CONTROL)
    await bench.command(COMMAND_HOME)
    await bench.reach(machine.STATE_READY)
    for (const state of [machine.STATE_LIVE, machine.STATE_ARMED, machine.STATE_PULLING]) {
        await bench.pullTo(state)
        assert.is(await unit.takeControl(), codes.REFUSED_STATE)
        assert.is(bench.stateNow, state)
        await bench.command(COMMAND_STOP)
    }
    assert.is(await holderOf(bench), HOLDER_HOST)
})

test("host and bedside unit stop the other one's motion and firing [IVUS-CTL-003, IVUS-MOT-004]", async () => {
    const { bench, unit } = await unitInControl()
    assert.is(await unit.command(machine.COMMAND_LIVE), GOOD)
    await bench.reach(machine.STATE_LIVE)
    assert.is(await bench.command(machine.COMMAND_STANDBY), undefined)
    await bench.reach(machine.STATE_READY)
    assert.is(await unit.command(COMMAND_HOME), GOOD)
    await bench.reach(machine.STATE_HOMING)
    assert.is(await bench.command(COMMAND_STOP), undefined)
    await bench.reach(machine.STATE_UNHOMED)
    await bench.wait(200)

    const second = await BenchCart.homed()
    const stranger = await Unit.join(second)
    await second.pull()
    assert.is(await stranger.command(COMMAND_STOP), GOOD)
    await second.reach(machine.STATE_COMPLETED)
    await second.wait(200)
    const { ruler } = second.cart.board.rig
    assert.ok(Math.abs(ruler.speedMmPerS(second.nowUs - 5000, 10)) < 0.01)
})

/** Waits for the fault. @returns how long after `fromUs` the cart reported it, in ms */
async function faultAfterMs(bench: BenchCart, fault: number, fromUs: number): Promise<number> {
    await bench.reach(machine.STATE_FAULT, 2)
    const reportedUs = bench.nowUs
    await bench.wait(STATUS_MS)
    assert.is(bench.status!.fault, fault)
    return (reportedUs - fromUs) / 1000
}

test("the sled and the transducer stop within 160 ms of the last packet of the unit in control [IVUS-CTL-004]", async () => {
    for (const command of [COMMAND_HOME, machine.COMMAND_LIVE]) {
        const { bench, unit } = await unitInControl()
        assert.is(await unit.command(command), GOOD)
        await bench.wait(1000)
        const { board } = bench.cart
        const speed = Math.abs(board.rig.ruler.speedMmPerS(bench.nowUs - 5000, 10))
        assert.ok(command === COMMAND_HOME ? speed > 0.5 : board.transmit.count > 0)
        const lastUs = unit.vanish()
        const afterMs = await faultAfterMs(bench, codes.FAULT_UNIT_LOST, lastUs)
        assert.ok(afterMs > 140 && afterMs <= 160, `${afterMs} ms`)
        assert.ok((board.transmit.lastUs ?? 0) - lastUs <= 160_000)
        const restUs = lastUs + 1000 * (160 + 30) + (1e6 * speed) / BRAKING
        await bench.wait(500)
        const movedMm = Math.abs(board.rig.ruler.positionMm(restUs) - board.rig.sled.positionMm)
        assert.ok(movedMm < 0.01, `${movedMm} mm`)
        // It is silent, so the host may take over and end the fault.
        assert.is(await bench.command(machine.COMMAND_CONTROL), undefined)
        assert.is(await bench.command(machine.COMMAND_ACKNOWLEDGE), undefined)
        await bench.reach(machine.STATE_UNHOMED)
    }
})

test("with a unit in control the sled moves without a host, and nothing fires without one [IVUS-CTL-004, IVUS-LNK-001]", async () => {
    const { bench, unit } = await unitInControl()
    assert.is(await unit.command(machine.COMMAND_LIVE), GOOD)
    await bench.reach(machine.STATE_LIVE)
    const cutUs = bench.nowUs
    bench.cart.cutLink()
    await bench.cart.until(() => bench.cart.session.isOpen, bench.nowUs + 3e6)
    await bench.wait(200)
    assert.is(bench.status!.fault, codes.FAULT_LINK_LOST)
    assert.ok(bench.cart.board.transmit.lastUs! - cutUs <= 100_000)
    // The unit was not lost.
    assert.is(bench.status!.control, HOLDER_UNIT)
    assert.is(await unit.command(machine.COMMAND_ACKNOWLEDGE), GOOD)
    await bench.reach(machine.STATE_UNHOMED)
    assert.is(await unit.command(COMMAND_HOME), GOOD)
    await bench.reach(machine.STATE_HOMING)
    bench.cart.cutLink()
    await bench.cart.until(() => bench.cart.session.isOpen, bench.nowUs + 3e6)
    await bench.reach(machine.STATE_READY)
    assert.is(bench.status!.fault, GOOD)
})

test("a host that is lost while the rotor spins up: nothing fires, and the rotor stops [IVUS-CTL-004, IVUS-TX-008]", async () => {
    const bench = await BenchCart.boot({ ...REQUEST, catheterId: "rotational-40mhz" }, EVEN_SLED)
    const { board, clock, session } = bench.cart
    await bench.home()
    await bench.setUp()
    session.command(machine.COMMAND_LIVE)
    const { rotor } = board.engine.firing
    await bench.cart.until(() => !rotor.drive.atRest, clock.nowUs + 1e6)
    assert.ok(!rotor.locked)
    const cutUs = bench.nowUs
    bench.cart.cutLink()
    await bench.cart.until(() => rotor.drive.atRest, cutUs + 1e6)
    // The loop after the cut, and some register writes.
    assert.ok(bench.nowUs - cutUs <= 100_000, `${bench.nowUs - cutUs} us`)
    await bench.wait(3000)
    assert.is(bench.status!.fault, codes.FAULT_LINK_LOST)
    assert.is(board.transmit.count, 0)
    board.stopVm()
})

test("a holder that answers is not replaced; an unreachable one is, at standstill, by a request for control [IVUS-CTL-005]", async () => {
    const bench = await BenchCart.homed()
    const unit = await Unit.join(bench)
    assert.is(await holderOf(bench), HOLDER_HOST)
    assert.is(await unit.takeControl(), codes.REFUSED_CONTROL)
    await whileHostIsSilent(bench, async () => {
        // Without a request for control nothing changes.
        assert.is(await unit.command(COMMAND_HOME), codes.REFUSED_CONTROL)
        assert.is(await unit.takeControl(), GOOD)
    })
    assert.is(await holderOf(bench), HOLDER_UNIT)
    assert.is((await bench.command(machine.COMMAND_CONTROL))?.reason, codes.REFUSED_CONTROL)
    // A cable with a loose contact.
    unit.vanish()
    await bench.wait(200)
    assert.is((await bench.command(COMMAND_HOME))?.reason, codes.REFUSED_CONTROL)
    assert.is(await bench.command(machine.COMMAND_CONTROL), undefined)
    assert.is(await holderOf(bench), HOLDER_HOST)
})

test("the host gives control back at standstill, and the unit may take it", async () => {
    const bench = await BenchCart.homed()
    const unit = await Unit.join(bench)
    bench.cart.session.command(COMMAND_HOME)
    await bench.wait(300)
    const back = await bench.command(machine.COMMAND_CONTROL, 1)
    assert.is(back?.reason, codes.REFUSED_STATE)
    await bench.reach(machine.STATE_READY)
    bench.cart.session.giveBackControl()
    assert.is(await holderOf(bench), HOLDER_NOBODY)
    assert.is(await unit.takeControl(), GOOD)
    // One that is not in control cannot give it back.
    assert.is((await bench.command(machine.COMMAND_CONTROL, 1))?.reason, codes.REFUSED_CONTROL)
    assert.is(await holderOf(bench), HOLDER_UNIT)
})

test("control ends with the session of the host, and with a restart [IVUS-CTL-001, IVUS-CTL-004]", async () => {
    const bench = await BenchCart.homed()
    assert.is(await holderOf(bench), HOLDER_HOST)
    bench.cart.cutLink()
    await bench.cart.until(() => bench.cart.session.isOpen, bench.nowUs + 3e6)
    assert.is(await holderOf(bench), HOLDER_NOBODY)
    const { takeControl } = bench.cart.session
    withoutControl(bench)
    assert.is((await bench.command(COMMAND_HOME))?.reason, codes.REFUSED_NO_CONTROL)
    bench.cart.session.takeControl = takeControl
    assert.is(await bench.command(COMMAND_HOME), undefined)
    await bench.reach(machine.STATE_READY)
    assert.is(await holderOf(bench), HOLDER_HOST)
    const { board } = bench.cart
    board.stopVm()
    await bench.wait(200)
    await board.restartVm()
    await bench.cart.until(() => bench.cart.session.isOpen, bench.nowUs + 5e6)
    await bench.reach(machine.STATE_UNHOMED)
    assert.is(await holderOf(bench), HOLDER_NOBODY)
    board.stopVm()
})

test.run()
