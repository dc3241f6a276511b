// The default pullback from power-up to the last line, against the instruments.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../src/shared/cart-machine"
import type { ReceivedRun, TakeBytes } from "../../src/host/run/run-target"
import { runVirtualPullback } from "../../src/host/targets/virtual/virtual-pullback"
import { BenchCart, EVEN_SLED, REQUEST, veinEcho } from "../support/carts/bench-cart"
import { MemoryCapture } from "../support/carts/memory-capture"

const DEFAULT = { ...REQUEST, lengthMm: 25 }

async function pullback(
    seed: number,
    request = DEFAULT,
    onBytes: TakeBytes = () => undefined
): Promise<ReceivedRun> {
    const echo = veinEcho(seed, Math.max(5, request.lengthMm))
    return runVirtualPullback({ board: { seed, echo } }, request, {
        onBytes,
        progress: () => undefined,
    })
}

const pullbackTest = suite<{ run: ReceivedRun }>("the default pullback")

pullbackTest.before(async context => {
    context.run = await pullback(1)
})

pullbackTest("delivers 750 frames of 256 lines and loses none", ({ run }) => {
    const { receiver, instruments } = run
    const { frames, counts } = receiver.assembler!
    assert.is(frames.length, 750)
    assert.ok(frames.every(f => f.linesPresent === 256))
    assert.is(counts.missing, 0)
    assert.ok(Object.values(receiver.stream.faults).every(n => n === 0))
    // Front end, firmware, host and transmit counter have the same count.
    assert.is(receiver.end!.lines_fired, counts.received)
    assert.is(receiver.end!.lines_sent, counts.received)
    assert.is(instruments!.pulses, counts.received)
})

pullbackTest("sends known test lines first", ({ run }) => {
    assert.is(run.receiver.testLines, 14)
    assert.is(run.receiver.testLinesWrong, 0)
})

pullbackTest("is 25.00 mm long at speed within 50 um by the ruler [IVUS-LEN-001]", ({ run }) => {
    // Limit: requirement of the whole path; one line at 1 mm/s is 0.13 um, one count 1 um.
    const { firstAtSpeed, lastAtSpeed } = run.receiver.assembler!
    const endUs = lastAtSpeed!.tickUs + 130.2
    const mm =
        run.instruments!.positionMm(endUs) - run.instruments!.positionMm(firstAtSpeed!.tickUs)
    assert.ok(Math.abs(mm - 25) <= 0.05, `${mm} mm`)
})

pullbackTest("reports its position within 20 um in every burst [IVUS-LEN-002]", ({ run }) => {
    // Limit: requirement of the whole path; the encoder has 1 um.
    for (const burst of run.receiver.lineBursts) {
        const errorMm = burst.position_nm / 1e6 - run.instruments!.positionMm(burst.tick_us)
        assert.ok(Math.abs(errorMm) <= 0.02, `${errorMm} mm at ${burst.tick_us} us`)
    }
})

pullbackTest("flags lines only while the true speed is within 1 % [IVUS-LEN-003]", ({ run }) => {
    // Limit: requirement of the whole path, over 100 ms; the ruler samples every 10 ms.
    const { firstAtSpeed, lastAtSpeed } = run.receiver.assembler!
    for (let t = firstAtSpeed!.tickUs; t <= lastAtSpeed!.tickUs; t += 1e4) {
        const speed = run.instruments!.speedMmPerS(t, 100)
        assert.ok(Math.abs(speed - 1) <= 0.01, `${speed} mm/s at ${t} us`)
    }
})

pullbackTest("reports the true time and position of frames", ({ run }) => {
    const { frames } = run.receiver.assembler!
    // 256 lines of 130,208 ns, as set in the engine; its clock counts whole microseconds.
    frames.forEach((frame, i) => {
        assert.is(frame.index, i)
        assert.ok(Math.abs(frame.timeMs - i * 33.333248) <= 0.01)
        // Middle of the frame, 1 mm/s, 1 % and one count.
        assert.ok(
            Math.abs(frame.positionMm - (i + 0.5) * 0.033333) <= 0.02,
            `frame ${i} at ${frame.positionMm}`
        )
    })
})

pullbackTest.run()

const repeat = suite("one seed")
const short = { ...REQUEST, lengthMm: 1 }

async function shortCapture(seed: number): Promise<Uint8Array> {
    const capture = new MemoryCapture()
    await pullback(seed, short, capture.take)
    return capture.bytes
}

repeat("reproduces the capture byte for byte", async () => {
    const [a, b] = [await shortCapture(7), await shortCapture(7)]
    assert.is(Buffer.compare(a, b), 0)
})

repeat("another seed produces another capture", async () => {
    const [a, b] = [await shortCapture(7), await shortCapture(8)]
    assert.is.not(Buffer.compare(a, b), 0)
})

repeat.run()

const states = suite("the cart's states")

states("follow the state table", async () => {
    const bench = await BenchCart.boot(short, EVEN_SLED)
    await bench.home()
    await bench.pull()
    await bench.cart.until(() => bench.ended, bench.nowUs + 20e6)
    bench.cart.session.command(machine.COMMAND_RETURN)
    await bench.reach(machine.STATE_READY)
    assert.equal(
        bench.states.map(s => machine.STATE_NAMES[s]),
        [
            ...["unhomed", "homing", "ready", "live", "armed", "pulling"],
            ...["completed", "returning", "ready"],
        ]
    )
    assert.is(bench.refusals.length, 0)
    // Parked 1 mm from the home switch; backlash and lead-screw error are below 10 um.
    const parkedMm = bench.cart.board.rig.sled.positionMm
    assert.ok(Math.abs(parkedMm - 1) < 0.01, `${parkedMm} mm`)
})

states(
    "refuse requests that the state does not allow, and nothing moves [IVUS-MOT-001]",
    async () => {
        const bench = await BenchCart.boot(short)
        await bench.reach(machine.STATE_UNHOMED)
        const before = bench.cart.board.rig.sled.positionMm
        const refused = [machine.COMMAND_LIVE, machine.COMMAND_ARM, machine.COMMAND_START, 99]
        for (const command of refused) bench.cart.session.command(command)
        await bench.wait(200)
        assert.is(bench.refusals.length, refused.length)
        assert.is(bench.stateNow, machine.STATE_UNHOMED)
        assert.is(bench.cart.board.rig.sled.positionMm, before)
        assert.is(bench.cart.board.transmit.count, 0)
    }
)

states.run()
