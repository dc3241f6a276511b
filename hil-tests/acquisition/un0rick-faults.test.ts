// Faults of an un0rick front end and its bus: detected, made safe, reported.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../src/shared/cart-machine"
import * as codes from "../../src/shared/codes"
import * as un from "../../src/shared/devices/un0rick"
import { BenchCart, EVEN_SLED } from "../support/carts/bench-cart"
import {
    UN0RICK,
    homed,
    pulling,
    betweenLines,
    checkCounts,
    checkUnknownCount,
} from "../support/carts/un0rick-cart"

const faults = suite("faults of an un0rick")

/**
 * Firing and motion must end within a line and two loops, the cart reports the reason, and firing
 * does not restart.
 */
async function checkStop(bench: BenchCart, cause: () => void, code: number): Promise<void> {
    const fromUs = bench.nowUs
    cause()
    await bench.wait(500)
    assert.is(bench.stateNow, machine.STATE_FAULT)
    const reported = bench.events.find(e => codes.isFault(e.code))
    assert.is(reported?.code, code, codes.sentenceOf(reported?.code ?? 0))
    const { transmit, rig } = bench.cart.board
    // The next line is up to 40 ms away, and a line in progress is finished.
    const pulsesMs = (transmit.lastUs! - fromUs) / 1000
    assert.ok(pulsesMs <= 45, `pulses for ${pulsesMs} ms`)
    const speed = rig.ruler.speedMmPerS(fromUs + 120_000, 10)
    assert.ok(Math.abs(speed) < 0.02, `${speed} mm/s`)
    const pulses = transmit.count
    await bench.wait(1000)
    assert.is(transmit.count, pulses)
}

for (const dead of ["ones", "zeros"] as const)
    faults(`stops when its bus fails during a run: ${dead}`, async () => {
        const bench = await pulling()
        const { un0rick } = bench.cart.board
        await betweenLines(bench)
        await checkStop(bench, () => void (un0rick.dead = dead), codes.FAULT_UN0RICK_MISSING)
        // Detected before a line was started: the number of fired lines is certain.
        checkCounts(bench, codes.FAULT_UN0RICK_MISSING)
    })

faults(
    "reports an unknown number of lines when the bus fails between a start and its end",
    async () => {
        const bench = await pulling()
        const { un0rick } = bench.cart.board
        const transfer = un0rick.transfer.bind(un0rick)
        un0rick.transfer = (mosi, timeUs) => {
            const miso = transfer(mosi, timeUs)
            if (mosi[0] === 0x80 && mosi[2] === 0x50) un0rick.dead = "ones"
            return miso
        }
        await checkStop(bench, () => undefined, codes.FAULT_UN0RICK_MISSING)
        checkUnknownCount(bench)
    }
)

faults("stops when the board resets during a run, with no stray pulse", async () => {
    const bench = await pulling()
    const { un0rick } = bench.cart.board
    await betweenLines(bench)
    await checkStop(bench, () => un0rick.reset(), codes.FAULT_UN0RICK_RESET)
    checkCounts(bench, codes.FAULT_UN0RICK_RESET)
})

faults("stops when a line never ends", async () => {
    const bench = await pulling()
    const { acquisition } = bench.cart.board.un0rick
    await betweenLines(bench)
    await checkStop(bench, () => void (acquisition.stuck = true), codes.FAULT_UN0RICK_LATE)
    checkUnknownCount(bench)
})

faults("stops when its gain resets during a run: no further frame is fired with it", async () => {
    const bench = await pulling()
    const { un0rick, transmit } = bench.cart.board
    const fromUs = bench.nowUs
    un0rick.reloadGain()
    await bench.wait(1500)
    assert.is(bench.status!.fault, codes.FAULT_UN0RICK_WRITE)
    const reported = bench.events.find(e => codes.isFault(e.code))!
    assert.is(reported.code, codes.FAULT_UN0RICK_WRITE)
    // The rest of the frame, 25 lines of 40 ms at most.
    assert.ok(transmit.lastUs! - fromUs <= 1_000_000)
    // Detected before a line was started: the number of fired lines is certain.
    checkCounts(bench, codes.FAULT_UN0RICK_WRITE)
})

for (const [name, address] of [
    ["pulse", un.UN_PONW],
    ["pause before the next pulse", un.UN_DRMODE],
    ["gain between lines", un.UN_DACOUT],
    ["switches' enable", un.UN_HVMUXEN],
] as const)
    faults(
        `stops when its ${name} changes during a run: no further frame is fired with it`,
        async () => {
            const bench = await pulling()
            const { un0rick, transmit } = bench.cart.board
            await betweenLines(bench)
            const fromUs = bench.nowUs
            // Flips one bit of the register by a write that the firmware did not send.
            const miso = un0rick.transfer(Uint8Array.of(0, 0, address, 0, 0), fromUs)
            un0rick.transfer(Uint8Array.of(0x80, 0, address, 0, miso[4]! ^ 1), fromUs)
            await bench.wait(1500)
            const reported = bench.events.find(e => codes.isFault(e.code))!
            assert.is(reported.code, codes.FAULT_UN0RICK_WRITE)
            // The rest of the frame, 25 lines of 40 ms at most.
            assert.ok(transmit.lastUs! - fromUs <= 1_000_000)
            checkCounts(bench, codes.FAULT_UN0RICK_WRITE)
        }
    )

faults(
    "detects a sequencer that reports done without starting, after at most 33 repeated lines",
    async () => {
        const bench = await pulling()
        const { un0rick, transmit } = bench.cart.board
        const before = transmit.count
        const linesBefore = bench.lines().length
        un0rick.acquisition.deaf = true
        await bench.wait(2500)
        assert.is(bench.status!.fault, codes.FAULT_UN0RICK_LATE)
        // The line in progress when it began may still be counted.
        assert.ok(transmit.count - before <= 1)
        const repeated = bench.lines().length - linesBefore
        assert.ok(repeated >= 30 && repeated <= 33, `${repeated} repeated lines`)
        // The number fired is unknown.
        assert.is(bench.cart.receiver.end!.lines_fired, 0xffffffff)
    }
)

faults("a poll that finds the line already done is not reported as a fault", async () => {
    const bench = await homed()
    const { un0rick } = bench.cart.board
    const transfer = un0rick.transfer.bind(un0rick)
    let polledEarly = 0
    // Right after a start the board reports done, as it does to a poll 0.6 ms later.
    let started = false
    un0rick.transfer = (mosi, timeUs) => {
        const miso = transfer(mosi, timeUs)
        if (started && mosi[0] === 0x40 && mosi[2] === 0x51) {
            polledEarly++
            miso[4] = 1
            miso[8] = 0
        }
        started = mosi[0] === 0x80 && mosi[2] === 0x50
        return miso
    }
    await bench.pull()
    await bench.cart.until(() => bench.ended, bench.nowUs + 30e6)
    assert.ok(polledEarly > 125, `${polledEarly}`)
    checkCounts(bench)
})

faults("continues after any single transfer without a reply or with one bit flipped", async () => {
    const bench = await homed()
    const { un0rick, transmit } = bench.cart.board
    const transfer = un0rick.transfer.bind(un0rick)
    // The samples of a line have no checksum.
    const lineBytes = 1000
    let count = 0
    un0rick.transfer = (mosi, timeUs) => {
        const miso = transfer(mosi, timeUs)
        // Every seventh transfer, so that the next ones are good; the bit goes through the whole reply.
        if (++count % 7 !== 0 || miso.length > lineBytes) return miso
        if (count % 2 === 0) return new Uint8Array(miso.length)
        const at = count % miso.length
        miso[at]! ^= 1 << (count % 8)
        return miso
    }
    await bench.pull()
    await bench.cart.until(() => bench.ended, bench.nowUs + 30e6)
    assert.ok(count > 500, `${count} transfers`)
    assert.ok(transmit.count > 100, `${transmit.count} pulses`)
    checkCounts(bench)
})

faults("does not arm with a gain disturbed after loading", async () => {
    const bench = await homed()
    await bench.pullTo(machine.STATE_LIVE)
    bench.cart.board.un0rick.reloadGain()
    bench.cart.session.command(machine.COMMAND_ARM)
    await bench.wait(200)
    assert.is(bench.stateNow, machine.STATE_FAULT)
    const { fault } = bench.status!
    assert.is(fault, codes.FAULT_UN0RICK_WRITE)
})

faults("pulls again after a fault is acknowledged and the cart homed", async () => {
    const bench = await pulling()
    bench.cart.board.un0rick.reset()
    await bench.wait(400)
    const before = bench.cart.board.transmit.count
    bench.cart.session.command(machine.COMMAND_ACKNOWLEDGE)
    await bench.home()
    await bench.pull()
    await bench.cart.until(() => bench.ended, bench.nowUs + 30e6)
    const { end, assembler } = bench.cart.receiver
    assert.is(end!.lines_fired, bench.cart.board.transmit.count - before)
    assert.is(assembler!.frames.length, 5)
})

faults("reports a fault while nothing fires", async () => {
    const bench = await homed()
    bench.cart.board.un0rick.reset()
    await bench.wait(200)
    assert.is(bench.status!.fault, codes.FAULT_UN0RICK_RESET)
})

for (const [name, options, disturb, code] of [
    ["another version", { un0rickVersion: 0x0202 }, () => undefined, codes.FAULT_UN0RICK_VERSION],
    [
        "a memory bit that reads back wrong",
        {},
        (bench: BenchCart) => bench.cart.board.un0rick.flipRam(500, 0x10),
        codes.FAULT_UN0RICK_MEMORY,
    ],
    [
        "a dead bus",
        {},
        (bench: BenchCart) => void (bench.cart.board.un0rick.dead = "ones"),
        codes.FAULT_UN0RICK_MISSING,
    ],
] as const)
    faults(`${name} at power-up: fails the self-test`, async () => {
        const bench = await BenchCart.boot(UN0RICK, { ...EVEN_SLED, ...options })
        disturb(bench)
        await bench.wait(2000)
        assert.is(bench.status!.state, machine.STATE_FAULT)
        assert.is(bench.status!.fault, code, codes.sentenceOf(bench.status!.fault))
        assert.is((await bench.command(machine.COMMAND_HOME))?.reason, codes.REFUSED_STATE)
        assert.is(bench.cart.board.transmit.count, 0)
    })

faults("does not pass the self-test if no catheter is set", async () => {
    const bench = await BenchCart.boot(UN0RICK, {
        ...EVEN_SLED,
        deploy: { link_insecure: true, catheter: "array-20mhz" },
        un0rickSetting: false,
    })
    await bench.wait(2000)
    assert.ok(
        bench.log.some(l => l.includes(codes.sentenceOf(codes.FAULT_UN0RICK_CATHETER).slice(0, 60)))
    )
    assert.is(bench.cart.board.transmit.count, 0)
})

faults(
    "when the program stops, no line is started and the pulser loses its supply [IVUS-TX-007]",
    async () => {
        const bench = await pulling()
        const fromUs = bench.nowUs
        bench.cart.board.stopVm()
        await bench.wait(300)
        const { transmit, un0rick } = bench.cart.board
        // A started line has its pulse 8 us later; the watchdog acts after 100 ms.
        assert.ok(transmit.lastUs! - fromUs <= 1000)
        assert.not(un0rick.acquisition.supplied)
    }
)

faults("firing ends within 100 ms after the link is cut [IVUS-LNK-001]", async () => {
    const bench = await pulling()
    const fromUs = bench.nowUs
    bench.cart.cutLink()
    await bench.wait(3000)
    const { transmit } = bench.cart.board
    assert.ok(transmit.lastUs! - fromUs <= 100_000)
    assert.is(bench.status!.fault, codes.FAULT_LINK_LOST)
    // Reported in the next session.
    assert.is(bench.cart.receiver.end!.lines_fired, transmit.count)
})

faults.run()
