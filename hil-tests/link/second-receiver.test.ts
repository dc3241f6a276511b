// The Python receiver, written from src/shared/protocol/README.md alone, reports the same counts
// for captures as the project's receiver, which shows that the specification is sufficient.

import { readFileSync } from "node:fs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { FaultyNetwork } from "../../boards/virtual/network/faulty-network"
import type { VirtualClock } from "../../boards/virtual/vm/virtual-clock"
import { randomOf } from "../../src/host/targets/virtual/virtual-cart"
import { fixedIdentity } from "../../src/host/link/host-identity"
import { RunReceiver } from "../../src/host/run/run-receiver"
import {
    plainLine,
    record,
    testRecord,
    TestBoard,
    DESCRIPTION,
} from "../../src/host/link/testing/test-board"
import * as burst from "../../src/shared/protocol/burst"
import { putNumber } from "../../src/shared/protocol/bytes"
import { catheterOf } from "../../src/shared/acquisition/catheters"
import {
    PAIRS_FULL,
    recordLength,
    SAMPLE_FORMAT_RF10,
    SAMPLE_FORMAT_RF16,
} from "../../src/shared/acquisition/line-record"
import { un0rickGains } from "../../src/host/sequence/firing-check"
import { tgcOf, tgcStepNs } from "../../src/shared/acquisition/tgc"
import type { ReceiverVectors } from "../../src/tools/vectors/receiver-cases"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { MemoryCapture } from "../support/carts/memory-capture"
import {
    burstsOf,
    type Counts,
    type Decoded,
    deploy,
    hasPython,
    KEY,
    pythonCounts,
} from "./second-receiver/python-receiver"

const VECTORS = new URL("../../src/shared/protocol/receiver-vectors.json", import.meta.url)
const receiverVectors = JSON.parse(readFileSync(VECTORS, "utf8")) as ReceiverVectors

const test = suite("a second receiver, from the specification alone")

function projectCounts(capture: Uint8Array): Counts {
    const receiver = new RunReceiver()
    receiver.push(capture)
    receiver.finish()
    const { faults } = receiver.stream
    const { counts } = receiver.assembler!
    return {
        bursts_missing: faults.burstsMissing,
        bursts_doubled: faults.burstsDoubled,
        bursts_foreign: faults.burstsForeign,
        lines_damaged: faults.linesDamaged,
        messages_damaged: faults.messagesDamaged,
        test_lines: receiver.testLines,
        test_lines_wrong: receiver.testLinesWrong,
        insecure: receiver.insecure,
        complete: receiver.end !== undefined,
        run: {
            catheter: receiver.description!.catheter,
            frames: receiver.assembler!.frames.length,
            received: counts.received,
            at_speed: counts.atSpeed,
            missing: counts.missing,
            fired: receiver.end?.lines_fired ?? null,
            dropped: { ...receiver.dropped },
        },
    }
}

function sameCounts(capture: Uint8Array): Decoded {
    const decoded = pythonCounts(capture)
    const expected = projectCounts(capture)
    for (const name of Object.keys(expected) as (keyof Counts)[])
        assert.equal(decoded[name], expected[name], name)
    assert.is(decoded.authentic + decoded.forged, 0)
    return decoded
}

/** A TGC curve that rises and falls, so that the gain between two points differs from both. */
const ZIGZAG = Array.from({ length: 32 }, (_, i) => 100 * i + (i % 2) * 1500)

/** 1 mm with an un0rick, whose lines end with digests. */
async function pulledWithUn0rick(): Promise<Uint8Array> {
    const captured = new MemoryCapture()
    const request = {
        ...REQUEST,
        catheterId: "single-un0rick",
        frameRateHz: 1,
        lengthMm: 1,
        tgcCdb: ZIGZAG,
    }
    const bench = await BenchCart.boot(request, { ...EVEN_SLED, onBytes: captured.take })
    await bench.home()
    await bench.pull()
    await bench.cart.until(() => bench.ended, bench.nowUs + 20e6)
    bench.cart.board.stopVm()
    return captured.bytes
}

const PAIR_LINES = 28
const RF_SAMPLES = 100
/** The largest deviation from zero signal in a line. */
const RF_PEAK = -20_001

/** A frame of channel data, two bytes per sample. */
function channelData(): Uint8Array {
    const records = Array.from({ length: PAIR_LINES }, (_, line) => {
        const samples = new Uint8Array(2 * RF_SAMPLES)
        for (let k = 0; k < RF_SAMPLES; k++)
            putNumber(samples, 2 * k, "u16", (300 * line - 11 * k) & 0xffff)
        if (line === 9) putNumber(samples, 40, "u16", RF_PEAK & 0xffff)
        const index = line
        const header = { ...plainLine(line), index, samples: RF_SAMPLES }
        return record(header, samples)
    })
    const testLine = testRecord(0)
    return new TestBoard()
        .hello()
        .lines([testLine], { flags: burst.FLAG_INSECURE | burst.FLAG_TEST_LINES })
        .describe({
            sample_format: SAMPLE_FORMAT_RF16,
            pair_list: PAIRS_FULL,
            lines_per_frame: PAIR_LINES,
            samples_per_line: RF_SAMPLES,
            record_length: recordLength(2 * RF_SAMPLES),
        })
        .lines(records.slice(0, 20))
        .lines(records.slice(20))
        .end({ lines_fired: PAIR_LINES, lines_sent: PAIR_LINES })
        .bytes()
}

/** Changes one bit in the samples of a burst of lines. */
function flippedIn(capture: Uint8Array, at: number): Uint8Array {
    const flipped = Uint8Array.from(capture)
    flipped[at]! ^= 0x10
    return flipped
}

/** The firmware pulls 1 mm; the board's bytes, and the host's challenge. */
async function pulled(): Promise<{
    capture: Uint8Array
    challenge: Uint8Array
}> {
    const received: Uint8Array[] = []
    const captured = new MemoryCapture()
    const network = (clock: VirtualClock): FaultyNetwork => {
        const cable = new FaultyNetwork(clock, { random: () => 0 })
        const through = cable.wrap.bind(cable)
        cable.wrap = board => {
            const host = through(board)
            const { send } = host
            host.send = bytes => (received.push(Uint8Array.from(bytes)), send(bytes))
            return host
        }
        return cable
    }
    const request = { ...REQUEST, lengthMm: 1 }
    const identity = fixedIdentity(KEY, randomOf(8))
    const bench = await BenchCart.boot(request, {
        ...EVEN_SLED,
        deploy,
        identity,
        network,
        onBytes: captured.take,
    })
    await bench.home()
    await bench.pull()
    await bench.cart.until(() => bench.ended, bench.nowUs + 20e6)
    bench.cart.board.stopVm()
    return { capture: captured.bytes, challenge: received[0]! }
}

if (!hasPython)
    test("is skipped: python3 is missing", () => {
        console.log("skipped, because python3 is missing")
    })
else {
    const { capture, challenge } = await pulled()

    test("reports the same counts and finds every tag valid", () => {
        const { bursts, run } = sameCounts(capture)
        assert.ok(bursts > 100)
        assert.ok((run!.received as number) > 7000)
        const sealed = pythonCounts(capture, challenge)
        assert.is(sealed.forged, 0)
        // All except the hello.
        assert.is(sealed.authentic, bursts - 1)
        // With one bit changed the burst is not used: damaged in its content, forged in its tag.
        const parts = burstsOf(capture)
        const odd = parts.filter(b => b[burst.TYPE_AT] === burst.TYPE_LINES).at(-2)!
        for (const at of [burst.BURST_HEADER_LENGTH + 100, burst.TAG_AT]) {
            const changed = parts.map(b => (b === odd ? flippedIn(b, at) : b))
            const decoded = pythonCounts(Uint8Array.from(Buffer.concat(changed)), challenge)
            assert.is(decoded.forged, at === burst.TAG_AT ? 1 : 0)
            assert.is(decoded.authentic, bursts - 2)
            assert.is(decoded.bursts_missing, 1)
        }
        // Another key verifies nothing.
        const other = Uint8Array.from(challenge)
        other[70]! ^= 1
        assert.is(pythonCounts(capture, other).authentic, 0)
    })

    test("reports the same counts for captures that are cut, flipped, doubled, swapped or lack a burst", () => {
        const parts = burstsOf(capture)
        const middle = parts.findIndex(
            (b, i) => i > parts.length / 2 && b[burst.TYPE_AT] === burst.TYPE_LINES
        )
        const join = (bursts: readonly Uint8Array[]): Uint8Array =>
            Uint8Array.from(Buffer.concat(bursts))
        const odd = parts[middle]!
        const flipped = Uint8Array.from(odd)
        flipped[200]! ^= 0x10
        const header = Uint8Array.from(odd)
        header[20]! ^= 1
        const replaced = (by: readonly Uint8Array[]): Uint8Array =>
            join([...parts.slice(0, middle), ...by, ...parts.slice(middle + 1)])
        const cases: Record<string, Uint8Array> = {
            flipped: replaced([flipped]),
            "header damaged": replaced([header]),
            cut: replaced([odd.subarray(0, odd.length >> 1)]),
            dropped: replaced([]),
            doubled: replaced([odd, odd]),
            swapped: join([
                ...parts.slice(0, middle),
                parts[middle + 1]!,
                odd,
                ...parts.slice(middle + 2),
            ]),
            "ends in mid-burst": capture.subarray(0, (capture.length * 0.7) | 1),
            "begins in mid-session": join([parts[0]!, ...parts.slice(20)]),
            "two sessions": join([capture, capture]),
        }
        for (const [name, bytes] of Object.entries(cases))
            try {
                sameCounts(bytes)
            } catch (error) {
                throw new Error(
                    `${name}: ${(error as { details?: string }).details ?? String(error)}`
                )
            }
    })

    test("reports the frozen counts of each stream for receivers", () => {
        for (const { name, hex, counts } of receiverVectors.streams) {
            const stream = Uint8Array.from(Buffer.from(hex, "hex"))
            const decoded = pythonCounts(stream)
            const { received, missing, frames } = decoded.run!
            assert.equal(
                {
                    bursts_missing: decoded.bursts_missing,
                    bursts_doubled: decoded.bursts_doubled,
                    bursts_forged: decoded.forged,
                    bursts_cut: counts.bursts_cut,
                    lines_damaged: decoded.lines_damaged,
                    messages_damaged: decoded.messages_damaged,
                    lines_received: received,
                    lines_missing: missing,
                    frames: counts.frames,
                },
                counts,
                name
            )
            assert.is(frames, counts.frames.length, name)
        }
    })

    test("reports the same counts for lines that end with a digest, and reads their gain", async () => {
        const capture = await pulledWithUn0rick()
        const { run, samples, lines_damaged } = sameCounts(capture)
        assert.ok((run!.received as number) > 25)
        assert.is(lines_damaged, 0)
        const catheter = { ...catheterOf("single-un0rick")!, tgc_cdb: ZIGZAG }
        assert.is(samples!.format, SAMPLE_FORMAT_RF10)
        assert.equal(samples!.gain_codes, un0rickGains(catheter))
        assert.equal(samples!.tgc, { step_ns: tgcStepNs(catheter), cdb: tgcOf(catheter) })
        const last = burstsOf(capture)
            .filter(b => b[burst.TYPE_AT] === burst.TYPE_LINES)
            .at(-1)!
        const at = Buffer.from(capture).indexOf(last) + 200
        assert.is(sameCounts(flippedIn(capture, at)).lines_damaged, 1)
    })

    test("reports the same counts for channel data, and reads their samples", () => {
        const capture = channelData()
        const { run, samples, complete } = sameCounts(capture)
        assert.ok(complete)
        assert.is(run!.received, PAIR_LINES)
        const { tgc_step_ns: step_ns, tgc_cdb: cdb } = DESCRIPTION
        assert.equal(samples, { format: SAMPLE_FORMAT_RF16, peak: -RF_PEAK, tgc: { step_ns, cdb } })
        const at = capture.length >> 1
        assert.is(sameCounts(flippedIn(capture, at)).lines_damaged, 1)
    })
}

test.run()
