// Network disturbances between cart and host: delay, segmentation, low rate, stalls, breaks. Data
// arrive bit for bit where possible, losses are counted line by line, and the cart is safe.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64"
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus"
import {
    FaultyNetwork,
    type FaultyNetworkOptions,
} from "../../boards/virtual/network/faulty-network"
import * as machine from "../../src/shared/cart-machine"
import * as codes from "../../src/shared/codes"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"

const SEED = 11
const SHORT = { ...REQUEST, lengthMm: 2 }
const FRAMES = 60

async function boot(
    options: Omit<FaultyNetworkOptions, "random"> = {},
    request = SHORT
): Promise<{ bench: BenchCart; network: FaultyNetwork }> {
    const chance = xoroshiro128plus(SEED)
    const random = (): number => uniformFloat64(chance)
    const bench = await BenchCart.boot(request, {
        ...EVEN_SLED,
        network: clock => new FaultyNetwork(clock, { ...options, random }),
    })
    await bench.home()
    return { bench, network: bench.cart.network! }
}

async function pulled(bench: BenchCart): Promise<void> {
    await bench.pull()
    await bench.cart.until(() => bench.ended, bench.nowUs + 20e6)
    bench.cart.board.settle()
}

/** Engine, firmware and host agree on the fired and the missing lines of the cart's first run. */
function checkLines(bench: BenchCart): { missing: number } {
    const { receiver, board } = bench.cart
    const end = receiver.end!
    assert.ok(end, "the run has an end summary")
    assert.is(end.lines_fired, board.transmit.count)
    const { counts, gaps } = receiver.assembler!
    assert.is(counts.received + counts.missing, end.lines_fired)
    const arrived = new Set(bench.lines().map(line => line.line))
    let missing = 0
    for (const { first, last } of gaps)
        for (let line = first; line <= last; line++) {
            assert.not(arrived.has(line), `line ${line} arrived`)
            missing++
        }
    assert.is(missing, counts.missing)
    return { missing }
}

// Networks that delay and split data but lose none.
const SLOW: Record<string, Omit<FaultyNetworkOptions, "random">> = {
    // The cart treats 85 ms of silence as a lost link; half of that may be transit time.
    "delay of 40 ms each way": {
        toHost: { delayUs: 40_000 },
        toBoard: { delayUs: 40_000 },
    },
    "jitter of 50 ms": {
        toHost: { jitterUs: 50_000 },
        toBoard: { jitterUs: 50_000 },
    },
    // 7,680 lines/s of 280 bytes, with headers 2.2 MB/s.
    "throttle to 3 MB/s": { toHost: { bytesPerS: 3e6 } },
    // Paced towards the board, as from a sender without coalescing: its runtime queues each chunk
    // as a task, and the chunks of several messages at once would exceed its heap. The program
    // would then restart, which the watchdog makes safe.
    "segments of one byte": {
        toHost: { segment: 1 },
        toBoard: { segment: 1, gapUs: 100 },
    },
    "segments of 60 kB": { toHost: { segment: 60_000 } },
}

const slow = suite("a network that loses nothing")
for (const [name, options] of Object.entries(SLOW))
    slow(`${name}: every line arrives`, async () => {
        const { bench } = await boot(options)
        await pulled(bench)
        assert.is(checkLines(bench).missing, 0)
        assert.is(bench.cart.receiver.end!.outcome, codes.GOOD)
        const { frames } = bench.cart.receiver.assembler!
        assert.is(frames.length, FRAMES)
        const { faults } = bench.cart.receiver.stream
        assert.ok(Object.values(faults).every(n => n === 0))
        bench.cart.board.stopVm()
    })

slow("repeated stalls of 40 ms: every line arrives", async () => {
    const { bench, network } = await boot()
    await bench.pull()
    for (let i = 0; i < 8 && !bench.ended; i++) {
        network.stall(40_000)
        await bench.wait(200)
    }
    await bench.cart.until(() => bench.ended, bench.nowUs + 20e6)
    bench.cart.board.settle()
    assert.is(checkLines(bench).missing, 0)
    assert.is(bench.cart.receiver.end!.outcome, codes.GOOD)
    assert.equal(bench.cart.closings, [])
    bench.cart.board.stopVm()
})

slow(
    "throttled below the line rate: complete lines are dropped and counted, and the pullback continues",
    async () => {
        // Two thirds of the line rate. 2 MiB may be in transit, so lines are dropped only after
        // some seconds.
        const { bench, network } = await boot(
            { toHost: { bytesPerS: 1.5e6 } },
            { ...REQUEST, lengthMm: 5 }
        )
        await bench.pull()
        let maxBytes = 0
        await bench.cart.until(() => {
            maxBytes = Math.max(maxBytes, network.inFlightToHost)
            return bench.ended
        }, bench.nowUs + 40e6)
        const end = bench.cart.receiver.end!
        assert.is(end.outcome, codes.GOOD)
        const { missing } = checkLines(bench)
        assert.ok(missing > 1000, `${missing} lines missing`)
        assert.is(missing, end.lines_dropped_credit)
        // The credit window of 2 MiB and messages without credit bound the bytes in transit.
        assert.ok(maxBytes <= 2.1 * 1024 * 1024, `${maxBytes} bytes in transit`)
        const { faults } = bench.cart.receiver.stream
        assert.ok(Object.values(faults).every(n => n === 0))
        bench.cart.board.stopVm()
    }
)
slow.run()

interface Break {
    readonly disturb: (network: FaultyNetwork) => void
    /** Bursts of which the host receives only a part. */
    readonly cutBursts?: number
    /** Whether the bytes arrive later. */
    readonly delivers?: boolean
}

// Disturbances that break the link while pulling. The cart reconnects within a second.
const BREAKS: Record<string, Break> = {
    "the connection is reset": { disturb: network => network.reset() },
    // A burst of three blocks is some 12 kB, so this is within one.
    "the connection is cut within a burst": {
        disturb: network => network.cut(5000),
        cutBursts: 1,
    },
    "the cable is unplugged without a reset": { disturb: network => network.halfOpen() },
    "nothing passes for 500 ms": { disturb: network => network.stall(500_000), delivers: true },
}

const broken = suite("a network that breaks while pulling")
for (const [name, { disturb, cutBursts = 0, delivers }] of Object.entries(BREAKS))
    broken(
        `${name}: safe within 100 ms, no unrequested motion, and the host receives the numbers of the missing lines [IVUS-LNK-001, IVUS-DAT-001]`,
        async () => {
            const { bench, network } = await boot({}, REQUEST)
            await bench.pull()
            await bench.wait(1500)
            const { board } = bench.cart
            const fromUs = bench.nowUs
            disturb(network)
            await bench.wait(400)
            // 100 ms by design; the timeout starts at the last ping, which was sent up to 25 ms
            // before.
            const pulsesMs = (board.transmit.lastUs! - fromUs) / 1000
            assert.ok(pulsesMs <= 100, `pulses for ${pulsesMs} ms`)
            let standstillUs = fromUs
            for (let t = fromUs; t < bench.nowUs; t += 1000)
                if (Math.abs(board.rig.ruler.speedMmPerS(t, 10)) > 0.02) standstillUs = t
            // Plus the ruler's 10 ms and braking from 1 mm/s.
            assert.ok(standstillUs - fromUs <= 120_000, `${standstillUs - fromUs} us`)
            const standstillMm = board.rig.sled.positionMm
            const pulses = board.transmit.count
            await bench.cart.until(() => bench.ended, bench.nowUs + 10e6)
            await bench.wait(2000)
            assert.is(bench.stateNow, machine.STATE_FAULT)
            assert.is(bench.status!.fault, codes.FAULT_LINK_LOST)
            assert.is(bench.cart.receiver.end!.outcome, codes.FAULT_LINK_LOST)
            const { missing } = checkLines(bench)
            const { faults } = bench.cart.receiver.stream
            // Data in transit or in the FIFO are lost; the host reports a burst that was cut.
            if (!delivers) assert.ok(missing > 0)
            assert.is(faults.burstsCut, cutBursts)
            assert.is(faults.burstsForged + faults.headersDamaged, 0)
            assert.ok(Math.abs(board.rig.sled.positionMm - standstillMm) < 1e-4)
            assert.is(board.transmit.count, pulses)
            // The same host can use it again.
            bench.cart.session.command(machine.COMMAND_ACKNOWLEDGE)
            await bench.reach(machine.STATE_UNHOMED)
            await bench.home()
            await pulled(bench)
            const { end, assembler } = bench.cart.receiver
            assert.is(end!.outcome, codes.GOOD)
            assert.is(end!.lines_fired, board.transmit.count - pulses)
            assert.is(assembler!.counts.received, end!.lines_fired)
            board.stopVm()
        }
    )
broken.run()
