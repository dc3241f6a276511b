// Faults of the line engine and its bus: detected, made safe, reported, and every lost line
// counted.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../src/shared/cart-machine"
import { DATA_AT, OP_READ_FIFO } from "../../src/shared/devices/line-engine"
import { LINES_UNKNOWN } from "../../src/shared/protocol/messages"
import * as codes from "../../src/shared/codes"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/bench-cart"
import { checkCounts } from "../support/check-counts"

async function bench(state: number): Promise<BenchCart> {
    const made = await BenchCart.boot(REQUEST, EVEN_SLED)
    await made.home()
    await made.pullTo(state)
    if (state === machine.STATE_PULLING) await made.wait(1500)
    return made
}

/** Changes the engine's answers; `change` gets each transaction and may return another answer. */
function disturb({ cart }: BenchCart, change: (mosi: Uint8Array, miso: Uint8Array) => void): void {
    const { engine } = cart.board
    const transfer = engine.transfer.bind(engine)
    engine.transfer = (mosi, timeUs) => {
        const miso = transfer(mosi, timeUs)
        change(mosi, miso)
        return miso
    }
}

/**
 * Firing and motion must end within the required time from the cause: 20 ms to the command,
 * braking from 1 mm/s 15 ms.
 */
async function checkStop(
    made: BenchCart,
    cause: () => void,
    code: number,
    limitMs = 20
): Promise<void> {
    const fromUs = made.nowUs
    cause()
    await made.wait(400)
    assert.is(made.stateNow, machine.STATE_FAULT)
    const told = made.events.find(e => e.code === codes.EVENT_FAULT)
    assert.is(told?.value, code, codes.sentenceOf(told?.value ?? 0))
    const { transmit, rig } = made.cart.board
    const pulsesMs = (transmit.lastUs! - fromUs) / 1000
    assert.ok(pulsesMs <= limitMs, `pulses for ${pulsesMs} ms`)
    const stands = rig.ruler.speedMmPerS(fromUs + 1000 * (limitMs + 20), 10)
    assert.ok(Math.abs(stands) < 0.02, `${stands} mm/s`)
}

const test = suite("a fault of the front end while pulling")

test("a short supply failure stops the run with the number of lost lines unknown", async () => {
    const made = await bench(machine.STATE_PULLING)
    const { engine } = made.cart.board
    await checkStop(made, () => engine.powerCycle(made.nowUs), codes.FAULT_ENGINE_RESET)
    // The engine lost its count of fired lines; no number of lost lines is invented.
    const { end, assembler, dropped } = made.cart.receiver
    assert.is(end!.outcome, codes.FAULT_ENGINE_RESET)
    assert.is(end!.lines_fired, LINES_UNKNOWN)
    assert.is(end!.lines_sent, assembler!.counts.received)
    assert.equal(dropped, { fifo: 0, credit: 0, crc: 0, gate: 0 })
    assert.is(assembler!.counts.missing, 0)
})

test("a transmit inhibit from the safety circuit stops the run", async () => {
    const made = await bench(machine.STATE_PULLING)
    const { firing } = made.cart.board.engine
    await checkStop(made, () => (firing.inhibited = true), codes.FAULT_ENGINE_INHIBITED)
    const end = checkCounts(made, codes.FAULT_ENGINE_INHIBITED)
    assert.ok(end.lines_dropped_gate > 0)
})

test("a catheter that is unplugged or exchanged stops the run", async () => {
    const { FAULT_CATHETER_CHANGED, FAULT_CATHETER_UNPLUGGED } = codes
    for (const [catheter, fault] of [
        [{ id: "", serial: 0 }, FAULT_CATHETER_UNPLUGGED],
        [{ id: "array-10mhz", serial: 9 }, FAULT_CATHETER_CHANGED],
        [{ id: "array-20mhz", serial: 2 }, FAULT_CATHETER_CHANGED],
    ] as const) {
        const made = await bench(machine.STATE_PULLING)
        const { engine } = made.cart.board
        await checkStop(made, () => engine.plug(catheter), fault)
        checkCounts(made, fault)
        made.cart.board.stopVm()
    }
})

for (const byte of [0x00, 0xff])
    test(`a bus that reads ${byte === 0 ? "all zeros" : "all ones"} stops the run`, async () => {
        const made = await bench(machine.STATE_PULLING)
        // The engine receives no stop either: its own watchdog ends firing after 100 ms.
        await checkStop(
            made,
            () =>
                disturb(made, (mosi, miso) => {
                    mosi.fill(0)
                    miso.fill(byte)
                }),
            codes.FAULT_ENGINE_MISSING,
            130
        )
        const end = made.cart.receiver.end!
        assert.is(end.lines_fired, LINES_UNKNOWN)
    })

test("a flipped bit of a line costs that line only, and it is counted", async () => {
    const made = await bench(machine.STATE_PULLING)
    let blocks = 0
    disturb(made, (mosi, miso) => {
        if (mosi[0] === OP_READ_FIFO && ++blocks % 10 === 0) miso[DATA_AT + 100]! ^= 0x04
    })
    await made.cart.until(() => made.ended, made.nowUs + 20e6)
    const { stream, assembler } = made.cart.receiver
    const damaged = stream.faults.linesDamaged
    assert.ok(damaged > 100, `${damaged}`)
    assert.is(assembler!.counts.missing, damaged)
    assert.is(assembler!.counts.received + damaged, made.cart.board.transmit.count)
})

test("a register answer with one flipped bit is read again", async () => {
    const made = await bench(machine.STATE_PULLING)
    let flips = 0
    disturb(made, (mosi, miso) => {
        // Answers to writes and to services are left alone.
        if (mosi[0] === 2 && flips++ === 0) miso[12]! ^= 1
    })
    await made.cart.until(() => made.ended, made.nowUs + 20e6)
    assert.ok(flips > 1)
    assert.is(made.stateNow, machine.STATE_COMPLETED)
    assert.is(made.cart.receiver.assembler!.frames.length, 150)
})

test("a table disturbed after loading is not armed", async () => {
    const made = await bench(machine.STATE_LIVE)
    made.cart.board.engine.disturbTable(1000, 3)
    made.cart.session.command(machine.COMMAND_ARM)
    await made.wait(200)
    assert.is(made.stateNow, machine.STATE_FAULT)
    const told = made.events.find(e => e.code === codes.EVENT_FAULT)
    assert.is(told?.value, codes.FAULT_ENGINE_TABLE)
    const count = made.cart.board.transmit.count
    await made.wait(300)
    assert.is(made.cart.board.transmit.count, count)
})

test("a table disturbed during firing ends the run by the engine's own CRC", async () => {
    const made = await bench(machine.STATE_PULLING)
    await checkStop(
        made,
        () => made.cart.board.engine.disturbTable(1000, 3),
        codes.FAULT_ENGINE_TABLE
    )
    checkCounts(made, codes.FAULT_ENGINE_TABLE)
})

for (const level of [0, 5])
    test(`a FIFO level stuck at ${level} stops the run: it fires and no lines arrive`, async () => {
        const made = await bench(machine.STATE_PULLING)
        // Every 50 ms the firmware checks that half of the lines arrived: detected within 75 ms,
        // then as any fault.
        await checkStop(
            made,
            () => made.cart.board.engine.stickLevel(level),
            codes.FAULT_ENGINE_LINES,
            100
        )
        const end = checkCounts(made, codes.FAULT_ENGINE_LINES)
        // At least half of 50 ms at 7,680 lines/s.
        assert.ok(end.lines_dropped_crc > 192, `${end.lines_dropped_crc}`)
    })

test("a catheter unplugged after the setup is not fired", async () => {
    const made = await BenchCart.boot(REQUEST, EVEN_SLED)
    await made.home()
    assert.is(await made.setUp(), codes.GOOD)
    made.cart.board.engine.plug({ id: "", serial: 0 })
    const refusal = await made.ask(machine.COMMAND_LIVE)
    assert.is(refusal?.reason, codes.REFUSED_NO_CATHETER)
    assert.is(made.stateNow, machine.STATE_READY)
    assert.is(made.cart.board.transmit.count, 0)
})

test("after acknowledging and homing, the cart pulls again", async () => {
    const made = await bench(machine.STATE_PULLING)
    made.cart.board.engine.powerCycle(made.nowUs)
    await made.wait(400)
    made.cart.session.command(machine.COMMAND_ACKNOWLEDGE)
    await made.home()
    await made.pull()
    await made.cart.until(() => made.ended, made.nowUs + 20e6)
    assert.is(made.cart.receiver.assembler!.frames.length, 150)
})

test.run()
