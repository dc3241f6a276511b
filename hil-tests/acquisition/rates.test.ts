// Line rates through the real firmware without a lost line: four data lanes at 30,720 and 46,080
// lines/s of 256 samples, and the slow rates of arrays.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { catheterOf } from "../../src/shared/acquisition/catheters"
import { FIFO_LINES, LANES_QUAD } from "../../src/shared/devices/line-engine"
import * as codes from "../../src/shared/codes"
import {
    budgetSequence,
    maxFrameRateMhz,
    slowestPath,
} from "../../src/shared/acquisition/sequence-budget"
import { setImageFormat } from "../../src/shared/acquisition/image-format"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { fastCart, fastRequest, lossesOf } from "../support/carts/fast-pull"

const test = suite("line rates")

const SECONDS = 1

async function pullsWithoutLoss(bench: BenchCart): Promise<void> {
    await bench.pull()
    await bench.cart.until(() => bench.ended, bench.nowUs + 20e6)
    const { board, receiver } = bench.cart
    assert.equal(lossesOf(receiver, board.transmit.count), [])
}

for (const revolutionsPerS of [60, 90])
    test(`${revolutionsPerS} revolutions/s × 512 lines × 256 samples: no line is lost and all counts agree`, async () => {
        const bench = await fastCart(fastRequest(revolutionsPerS, SECONDS))
        const { board, receiver } = bench.cart
        await bench.pull()
        const fromUs = bench.nowUs
        const fired = board.transmit.count
        await bench.wait(500)
        const perS = ((board.transmit.count - fired) * 1e6) / (bench.nowUs - fromUs)
        // The rotor's speed is within 0.2 % (LOCK_PPM); the rest depends on the phase at the end of
        // the half second.
        assert.ok(Math.abs(perS / (512 * revolutionsPerS) - 1) < 0.003, `${perS} lines/s`)
        await bench.cart.until(() => bench.ended, bench.nowUs + 20e6)
        assert.equal(lossesOf(receiver, board.transmit.count), [])
        const { description, assembler } = receiver
        assert.is(description?.lines_per_frame, 512)
        assert.is(description?.samples_per_line, 256)
        const { frames } = assembler!
        // Half of the first and of the last revolution may be outside the window.
        assert.ok(Math.abs(frames.length - revolutionsPerS) <= 1, `${frames.length}`)
        for (const frame of frames.slice(1, -1)) assert.is(frame.linesPresent, 512)
        board.stopVm()
    })

for (const frameRateHz of [10, 15])
    test(`an array at ${frameRateHz} frames/s: all lines of all frames arrive at the requested rate`, async () => {
        const request = { ...REQUEST, frameRateHz }
        const bench = await BenchCart.boot(request, EVEN_SLED)
        await bench.home()
        await pullsWithoutLoss(bench)
        const { board, receiver } = bench.cart
        const { frames } = receiver.assembler!
        // 5 mm at 1 mm/s.
        assert.is(frames.length, 5 * frameRateHz)
        for (const [i, frame] of frames.entries()) {
            assert.is(frame.linesPresent, 256)
            const ms = frame.timeMs - (frames[i - 1]?.timeMs ?? -Infinity)
            // The engine's line clock counts whole ns: 256 periods of up to half a ns too much.
            if (i > 0) assert.ok(Math.abs(ms - 1000 / frameRateHz) < 0.01, `${ms} ms`)
        }
        board.stopVm()
    })

for (const catheterId of ["rotational-15mhz", "rotational-40mhz", "rotational-60mhz"])
    test(`${catheterId} at the lowest rotor speed, 15 frames/s: stays locked and loses no line; a lower speed is refused`, async () => {
        const request = { ...REQUEST, catheterId, frameRateHz: 15 }
        const bench = await BenchCart.boot(request, EVEN_SLED)
        await bench.home()
        const slower = await bench.setUpWith({ frame_rate_mhz: 14999 })
        assert.is(slower?.reason, codes.REFUSED_ROTOR)
        assert.is(slower?.value, 15000)
        await pullsWithoutLoss(bench)
        const { board, receiver } = bench.cart
        assert.is(receiver.end?.outcome, codes.GOOD)
        // 5 mm at 1 mm/s; half of the first and of the last revolution may be outside the window.
        const { length } = receiver.assembler!.frames
        assert.ok(Math.abs(length - 75) <= 1, `${length}`)
        board.stopVm()
    })

// A block of 4,096 holds three records of 24 + 1,000 bytes: a quarter of the clocked bytes is
// unused, which the planner must include.
test("records that leave a quarter of each block unused: no line is lost at the highest frame rate that the planner allows", async () => {
    const [samples, lines] = [1000, 200]
    const requested = catheterOf("rotational-40mhz")!
    setImageFormat(requested, lines, samples)
    const mhz = maxFrameRateMhz(codes.REFUSED_SPI_RATE, requested, slowestPath())
    const frameRateHz = Math.floor(mhz / 10) / 100
    assert.is(budgetSequence(requested, mhz + 1).reason, codes.REFUSED_SPI_RATE)
    const request = {
        ...REQUEST,
        catheterId: requested.id,
        lines,
        samples,
        frameRateHz,
    }
    const bench = await BenchCart.boot(request, EVEN_SLED)
    await bench.home()
    await pullsWithoutLoss(bench)
    const { board, receiver } = bench.cart
    assert.is(receiver.description?.record_length, 1024)
    // 5 mm at 1 mm/s.
    assert.ok(board.transmit.count > 5 * frameRateHz * lines)
    board.stopVm()
})

test("over one lane, or with the FIFO for one lane, the rates are refused with the limiting quantity", async () => {
    const refused = async (lanes: number, fifoLines: number) => {
        const request = fastRequest(60, SECONDS)
        const bench = await BenchCart.boot(request, {
            ...EVEN_SLED,
            engine: { lanes, fifoLines },
        })
        await bench.home()
        const refusal = await bench.setUpWith({})
        bench.cart.board.stopVm()
        return [refusal?.reason, refusal?.value]
    }
    // 0.85 · 40 MHz / 2,240 bits / 512 lines
    assert.equal(await refused(1, 8192), [codes.REFUSED_SPI_RATE, 29_645])
    // 2,048 lines in 100 ms / 512 lines
    assert.equal(await refused(LANES_QUAD, FIFO_LINES), [codes.REFUSED_FIFO, 40_000])
})

test.run()
