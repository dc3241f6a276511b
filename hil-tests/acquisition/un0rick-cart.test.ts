// A cart with an un0rick front end, end to end: pullback, picture, live, refusals, faults.

import { createHash } from "node:crypto"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { echoSource } from "../../src/host/targets/virtual/echo-source"
import type { VirtualCartOptions } from "../../src/host/targets/virtual/virtual-cart"
import type { AssembledFrame } from "../../src/host/frames/assembled-frame"
import { pictureFrames } from "../../src/host/results/picture-frames"
import * as machine from "../../src/shared/cart-machine"
import { catheterOf } from "../../src/shared/acquisition/catheters"
import { DATA_CHANNEL } from "../../src/shared/acquisition/channel-data"
import { amplitudeToCode } from "../../src/shared/acquisition/sample-codes"
import {
    LINE_AT_SPEED,
    LINE_FRAME_CUT,
    LINE_FRAME_START,
    PAIRS_FULL,
} from "../../src/shared/acquisition/line-record"
import { MOVE_GATED, MOVE_STEPPED } from "../../src/shared/motion/move-terms"
import * as codes from "../../src/shared/codes"
import * as un from "../../src/shared/devices/un0rick"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { ivus } from "../support/cli/ivus"
import { liveHeap } from "../support/carts/live-heap"

const catheter = catheterOf("single-un0rick")!
const UN0RICK = { ...REQUEST, catheterId: catheter.id, frameRateHz: 1 }
const VEIN = echoSource(catheter, {
    vesselFile: undefined,
    echoFile: undefined,
    seed: 1,
    lengthMm: 5,
})

async function homed(
    options: Partial<VirtualCartOptions> = {},
    request = UN0RICK
): Promise<BenchCart> {
    const bench = await BenchCart.boot(request, { ...EVEN_SLED, ...options })
    await bench.home()
    return bench
}

async function pulling(options: Partial<VirtualCartOptions> = {}): Promise<BenchCart> {
    const bench = await homed(options)
    await bench.pull()
    await bench.wait(1500)
    return bench
}

/** Until 10 ms after a pulse: its line has arrived, and the next is 30 ms away. */
async function betweenLines(bench: BenchCart): Promise<void> {
    const { transmit } = bench.cart.board
    const before = transmit.count
    await bench.cart.until(() => transmit.count > before, bench.nowUs + 1e5)
    await bench.wait(10)
}

/**
 * Pulses by the counter, lines by the firmware and by the host agree. A fault drops the line that
 * waits in its burst of two for the second one, and counts it; whether one waits depends on phase.
 * @returns how many were dropped
 */
function checkCounts(bench: BenchCart, outcome: number = codes.GOOD): number {
    bench.cart.board.settle()
    const { end, assembler, stream } = bench.cart.receiver
    assert.is(end!.outcome, outcome, codes.sentenceOf(end!.outcome))
    assert.is(end!.lines_fired, bench.cart.board.transmit.count)
    const given_up = end!.lines_dropped_crc
    assert.ok(given_up <= (outcome === codes.GOOD ? 0 : 1), `${given_up}`)
    assert.is(end!.lines_dropped_fifo + end!.lines_dropped_credit, 0)
    assert.is(end!.lines_sent + given_up, end!.lines_fired)
    assert.is(assembler!.counts.received, end!.lines_sent)
    assert.is(assembler!.counts.missing, given_up)
    assert.ok(Object.values(stream.faults).every(n => n === 0))
    return end!.lines_fired
}

/**
 * A pulse was fired whose line never arrived: the number fired is reported as unknown; all other
 * lines arrived, or one was dropped.
 */
function checkUnknownCount(bench: BenchCart): void {
    const { end, assembler } = bench.cart.receiver
    assert.is(end!.lines_fired, 0xffffffff)
    assert.is(end!.lines_sent, assembler!.counts.received)
    const given_up = end!.lines_dropped_crc
    assert.ok(given_up <= 1, `${given_up}`)
    assert.is(assembler!.counts.received + given_up + 1, bench.cart.board.transmit.count)
}

const whole = suite<{ bench: BenchCart }>("a pullback with an un0rick")

whole.before(async context => {
    context.bench = await homed({ echo: VEIN })
    await context.bench.pull()
    await context.bench.cart.until(() => context.bench.ended, context.bench.nowUs + 30e6)
})

whole("counts agree, and the board is used correctly", ({ bench }) => {
    const lines = checkCounts(bench)
    const { assembler, end } = bench.cart.receiver
    assert.is(end!.lines_dropped_gate, 0)
    assert.is(assembler!.frames.length, 5)
    for (const frame of assembler!.frames) assert.is(frame.linesPresent, 25)
    // 5 mm at 1 mm/s, a line each 40 ms.
    assert.ok(Math.abs(assembler!.counts.atSpeed - 125) <= 1)
    assert.ok(lines > 125)
    assert.equal(bench.cart.board.un0rick.misuse, [])
})

whole("the test lines come first and are correct", ({ bench }) => {
    const { testLines, testLinesWrong, description } = bench.cart.receiver
    assert.is(testLines, 1)
    assert.is(testLinesWrong, 0)
    assert.is(description!.catheter_serial, 0)
    assert.is(description!.record_length, 20 + 2 * 938 + 4)
})

whole("position and time of a line are those of its pulse", ({ bench }) => {
    const { transmit, rig } = bench.cart.board
    const lines = bench.lines()
    assert.is(lines.length, transmit.count)
    lines.forEach((line, i) => {
        const pulseUs = transmit.timesUs[i]!
        // Reported in whole ms of the clock, with one encoder read on a bus that a poll may occupy:
        // 0.4 ms.
        const lateUs = pulseUs - line.tick_us
        assert.ok(lateUs >= -400 && lateUs <= 1400, `line ${i}: ${lateUs} us`)
        const nm = line.position_counts * 1000
        const apartUm = nm / 1000 - 1000 * rig.ruler.positionMm(pulseUs)
        // One count, and 0.4 ms at 1 mm/s.
        assert.ok(Math.abs(apartUm) <= 1.5, `line ${i}: ${apartUm} um`)
        assert.is(line.line, i)
    })
})

whole(
    "the imaged part starts with a whole frame, and the line that cut a frame short is marked",
    ({ bench }) => {
        const lines = bench.lines()
        const first = lines.findIndex(l => l.flags & LINE_AT_SPEED)
        const [before, begin] = [lines[first - 1]!, lines[first]!]
        // Out of 25 lines: otherwise the test shows nothing.
        assert.ok(before.index < 24, `${before.index}`)
        assert.equal([begin.index, begin.frame], [0, before.frame + 1])
        assert.ok(begin.flags & LINE_FRAME_START)
        const cut = lines.filter(l => l.flags & LINE_FRAME_CUT)
        assert.equal(cut, [begin])
    }
)

whole("the picture has the codes of the vessel", ({ bench }) => {
    const { description, assembler } = bench.cart.receiver
    const frames = pictureFrames(description!, assembler!.frames)
    const envelope = new Float32Array(256)
    const errors: number[] = []
    let below = 0
    for (const frame of frames) {
        VEIN.line(frame.positionMm, 0, envelope)
        const middle = 12 * 256
        for (let k = 40; k < 250; k++) {
            const depthMm = (k * catheter.depth_um) / 256 / 1000
            const gainDb = (catheter.tgc_slope_cdb_per_mm * depthMm) / 100
            const wanted = amplitudeToCode(envelope[k]! * 10 ** (gainDb / 20))
            const got = frame.codes[middle + k]!
            // 10 bits: an echo 54 dB below full scale is below the last bit.
            if (wanted < 100) below++
            else errors.push(Math.abs(got - wanted))
        }
    }
    errors.sort((a, b) => a - b)
    const median = errors[errors.length >> 1]!
    assert.ok(errors.length > 300, `${errors.length} samples, ${below} too dark`)
    // 0.28 dB per code: the window of 25 RF samples blurs speckle by some dB at its edges, in the
    // middle by less than one.
    assert.ok(median <= 4, `${median} codes`)
})

whole.run()

const record = suite("records of an un0rick")

record("each ends with the digest of the specification", async () => {
    const parts: Uint8Array[] = []
    const bench = await homed({
        onBytes: bytes => void parts.push(Uint8Array.from(bytes)),
    })
    parts.length = 0
    await bench.pullTo(machine.STATE_LIVE)
    await bench.wait(400)
    const bytes = Buffer.concat(parts)
    // As in src/shared/protocol/README.md, without code of src/shared: a burst of lines has type
    // 17.
    let records = 0
    for (let at = 0; at + 64 <= bytes.length;) {
        const length = bytes.readUInt32LE(at + 16)
        if (bytes[at + 5] === 17) {
            const size = length / bytes.readUInt16LE(at + 34)
            for (let i = at + 64; i < at + 64 + length; i += size) {
                const one = Buffer.from(bytes.subarray(i, i + size))
                const reported = Buffer.from(one.subarray(-4))
                one.fill(0, size - 4)
                const digest = createHash("sha256").update(one).digest()
                assert.ok(digest.subarray(0, 4).equals(reported))
                assert.ok(one.readUInt16LE(16) & 0x20)
                records++
            }
        }
        at += 64 + length
    }
    assert.ok(records >= 5, `${records}`)
})

record("a flipped bit on the link costs one line, which is counted", async () => {
    const bench = await pulling()
    bench.cart.board.startFault("link-flip")
    await bench.cart.until(() => bench.ended, bench.nowUs + 30e6)
    const { stream, assembler, end } = bench.cart.receiver
    const { linesDamaged } = stream.faults
    assert.ok(linesDamaged >= 1)
    assert.is(end!.lines_fired, bench.cart.board.transmit.count)
    assert.is(assembler!.counts.missing, end!.lines_fired - assembler!.counts.received)
    assert.ok(assembler!.counts.missing >= linesDamaged)
})

record("lines do not leak memory", async () => {
    const bench = await homed({}, { ...UN0RICK, frameRateHz: 8 })
    await bench.pullTo(machine.STATE_LIVE)
    await bench.wait(1000)
    const first = await liveHeap(bench)
    await bench.wait(5000)
    const last = await liveHeap(bench)
    assert.ok(bench.cart.board.transmit.count > 1000)
    console.log(
        `${first.leastBytes} to ${first.mostBytes} B in use at first, ${last.leastBytes} to ${last.mostBytes} B after, ${last.freeBytes} B free`
    )
    // The minimum: the maximum varies by 40 bytes with the phase between a frame's check and the
    // control loop.
    const growth = last.leastBytes - first.leastBytes
    assert.ok(growth <= 8, `${growth} bytes more`)
})

record.run()

const live = suite("the live picture of an un0rick")

live(
    "delivers frames at the requested rate while the sled stands still, and ends on request",
    async () => {
        const frames: AssembledFrame[] = []
        const bench = await BenchCart.boot(
            { ...UN0RICK, frameRateHz: 5 },
            { ...EVEN_SLED, alsoListen: { onFrame: f => void frames.push(f) } }
        )
        await bench.home()
        const { transmit, rig } = bench.cart.board
        assert.is(transmit.count, 0)
        await bench.pullTo(machine.STATE_LIVE)
        const [fromMm, first] = [rig.sled.positionMm, frames.length]
        await bench.wait(3000)
        assert.ok(Math.abs(frames.length - first - 15) <= 1, `${frames.length}`)
        for (const frame of frames) assert.is(frame.linesPresent, 25)
        assert.is(rig.sled.positionMm, fromMm)
        assert.is(await bench.ask(machine.COMMAND_STANDBY), undefined)
        const pulses = transmit.count
        await bench.wait(500)
        assert.is(transmit.count, pulses)
        assert.is(bench.stateNow, machine.STATE_READY)
        checkCounts(bench)
    }
)

live("up to the highest allowed rate no line is late by a period", async () => {
    const request = { ...UN0RICK, frameRateHz: 8.18 }
    const bench = await homed({}, request)
    await bench.pullTo(machine.STATE_LIVE)
    await bench.wait(3000)
    await bench.ask(machine.COMMAND_STANDBY)
    await bench.wait(300)
    // 204.5 lines a second, for 3 s and the time of the standby.
    const lines = checkCounts(bench)
    assert.ok(lines >= 613 && lines <= 635, `${lines}`)
    assert.is(bench.cart.receiver.end!.lines_dropped_gate, 0)
})

live("without credit no line is fired, and the lines that were due are counted", async () => {
    const bench = await homed({}, { ...UN0RICK, frameRateHz: 8 })
    const { session, board } = bench.cart
    await bench.pullTo(machine.STATE_LIVE)
    const consumed = session.consumed.bind(session)
    session.consumed = () => undefined
    await bench.cart.until(
        () => bench.status?.credit_bytes !== undefined && bench.status.credit_bytes < 4000,
        bench.nowUs + 60e6
    )
    await bench.wait(100)
    const pulses = board.transmit.count
    await bench.wait(1000)
    assert.is(board.transmit.count, pulses)
    session.consumed = consumed
    consumed(1 << 20)
    await bench.wait(500)
    assert.ok(board.transmit.count > pulses)
    await bench.ask(machine.COMMAND_STANDBY)
    await bench.wait(300)
    checkCounts(bench)
    // 5 ms per line: a second and the margins before and after it.
    const { lines_dropped_gate } = bench.cart.receiver.end!
    assert.ok(lines_dropped_gate >= 200 && lines_dropped_gate < 260, `${lines_dropped_gate}`)
    assert.is(bench.cart.receiver.dropped.gate, lines_dropped_gate)
    // They belong to this run only.
    await bench.pullTo(machine.STATE_LIVE)
    await bench.wait(300)
    await bench.ask(machine.COMMAND_STANDBY)
    await bench.wait(300)
    assert.is(bench.cart.receiver.end!.lines_dropped_gate, 0)
})

live.run()

const faults = suite("faults of an un0rick")

/**
 * Firing and motion must end within a line and two loops, the reason is reported, and nothing
 * fires again by itself.
 */
async function checkStop(bench: BenchCart, cause: () => void, code: number): Promise<void> {
    const fromUs = bench.nowUs
    cause()
    await bench.wait(500)
    assert.is(bench.stateNow, machine.STATE_FAULT)
    const reported = bench.events.find(e => e.code === codes.EVENT_FAULT)
    assert.is(reported?.value, code, codes.sentenceOf(reported?.value ?? 0))
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
        // Detected before a start: no line is in doubt.
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
    const reported = bench.events.find(e => e.code === codes.EVENT_FAULT)!
    assert.is(reported.value, codes.FAULT_UN0RICK_WRITE)
    // The rest of the frame, 25 lines of 40 ms at most.
    assert.ok(transmit.lastUs! - fromUs <= 1_000_000)
    // Detected before a start: no line is in doubt.
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
            const reported = bench.events.find(e => e.code === codes.EVENT_FAULT)!
            assert.is(reported.value, codes.FAULT_UN0RICK_WRITE)
            // The rest of the frame, 25 lines of 40 ms at most.
            assert.ok(transmit.lastUs! - fromUs <= 1_000_000)
            checkCounts(bench, codes.FAULT_UN0RICK_WRITE)
        }
    )

faults(
    "detects a sequencer that reports done without starting: old lines do not pass as new ones for long",
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
        const old = bench.lines().length - linesBefore
        assert.ok(old >= 30 && old <= 33, `${old} old lines`)
        // The number fired is unknown.
        assert.is(bench.cart.receiver.end!.lines_fired, 0xffffffff)
    }
)

faults("polling too late to see a line in progress is not reported as a fault", async () => {
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
        "a memory bit that reads wrong",
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
        assert.is((await bench.ask(machine.COMMAND_HOME))?.reason, codes.REFUSED_STATE)
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

faults("when the program dies no line is started and the pulser loses its supply", async () => {
    const bench = await pulling()
    const fromUs = bench.nowUs
    bench.cart.board.stopVm()
    await bench.wait(300)
    const { transmit, un0rick } = bench.cart.board
    // 100 ms: the watchdog's; a started line has its pulse 8 us later.
    assert.ok(transmit.lastUs! - fromUs <= 1000)
    assert.not(un0rick.acquisition.supplied)
})

faults("firing ends within 100 ms after the link is cut", async () => {
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

const refused = suite("requests that an un0rick cannot serve")

refused("are refused with a code and the alternative", async () => {
    const bench = await homed()
    for (const [fields, reason, value] of [
        [{ frame_rate_mhz: 30000 }, codes.REFUSED_SPI_RATE, 8180],
        [{ frame_rate_mhz: 999 }, codes.REFUSED_FRAME_RATE, 1000],
        [{ mode: MOVE_GATED }, codes.REFUSED_NO_TRIGGERS, MOVE_STEPPED],
        // One more than its 1023 codes allow.
        [
            { tgc: 1, tgc_cdb: Array.from({ length: 32 }, (_, i) => (i < 31 ? 4995 : 4996)) },
            codes.REFUSED_TGC,
            4995,
        ],
        [{ tgc: 2 }, codes.REFUSED_TGC_KIND, 0],
        [{ catheter: "array-20mhz" }, codes.REFUSED_FRONT_END, 2],
        [{ catheter: "rotational-40mhz" }, codes.REFUSED_FRONT_END, 2],
        [{ data: DATA_CHANNEL, pair_list: PAIRS_FULL }, codes.REFUSED_DATA, 0],
    ] as const) {
        const refusal = await bench.setUpWith(fields)
        assert.is(refusal?.reason, reason, codes.sentenceOf(refusal?.reason ?? 0))
        assert.is(refusal?.value, value)
    }
    // The limits themselves are allowed.
    const tgc_cdb = Array<number>(32).fill(4995)
    assert.is(await bench.setUpWith({ frame_rate_mhz: 8180, tgc: 1, tgc_cdb }), undefined)
    assert.is(bench.cart.board.transmit.count, 0)
})

refused("a line engine refuses its catheter", async () => {
    const bench = await BenchCart.boot(REQUEST, EVEN_SLED)
    await bench.home()
    const refusal = await bench.setUpWith({ catheter: catheter.id, frame_rate_mhz: 1000 })
    assert.is(refusal?.reason, codes.REFUSED_FRONT_END)
})

refused("are refused by the command line", async () => {
    const single = ["pullback", "--once", "--catheter", catheter.id]
    const fast = await ivus(...single, "--frame-rate", "30")
    assert.is(fast.status, 2)
    assert.match(fast.err, /up to 8\.18 frames\/s fit/)
    const gated = await ivus(
        ...single,
        "--frame-rate",
        "1",
        "--mode",
        "gated",
        "--heart-rate",
        "60"
    )
    assert.is(gated.status, 2)
    assert.match(gated.err, /has no ECG input/)
})

refused.run()

const files = suite("result files of a pullback with an un0rick")

files("show depth instead of cross-sections, no lumen, and a replay makes the same", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ivus-un0rick-"))
    try {
        const out = join(folder, "out")
        const run = await ivus(
            "pullback",
            "--once",
            "--json",
            "--catheter",
            catheter.id,
            "--frame-rate",
            "1",
            "--length",
            "2",
            "--out",
            out
        )
        assert.is(run.status, 0, run.err)
        const summary = JSON.parse(run.out)
        assert.is(summary.lumen, null)
        assert.is(summary.clean, true)
        assert.is(summary.lines.fired, summary.lines.received)
        assert.equal(readdirSync(out).sort(), [
            "capture.ivl",
            "depth-lines-0000.png",
            "depth-lines-0001.png",
            "longitudinal.png",
            "measurements.csv",
            "pullback.dcm",
            "timing.html",
            "timing.json",
        ])
        const csv = readFileSync(join(out, "measurements.csv"), "utf8")
        assert.match(csv.split("\n")[1]!, /^0,0\.000,[\d.]+,,,$/)
        const again = join(folder, "again")
        const replay = await ivus("replay", join(out, "capture.ivl"), "--out", again)
        assert.is(replay.status, 0, replay.err)
        for (const name of ["longitudinal.png", "measurements.csv"])
            assert.ok(readFileSync(join(out, name)).equals(readFileSync(join(again, name))))
    } finally {
        rmSync(folder, { recursive: true, force: true })
    }
})

files.run()
