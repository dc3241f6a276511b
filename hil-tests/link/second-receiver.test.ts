// Checks that src/shared/protocol/README.md is sufficient to write a receiver: one in Python,
// written from it alone, gives the same counts as the project's receiver and opens a session with
// the firmware.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { FaultyNetwork } from "../../boards/virtual/network/faulty-network"
import { VirtualBoard } from "../../boards/virtual/virtual-board"
import { VirtualClock } from "../../boards/virtual/vm/virtual-clock"
import { randomOf } from "../../src/host/targets/virtual/virtual-cart"
import { BurstStream } from "../../src/host/link/burst-stream"
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
import { EVENT_CATHETER_DATA, EVENT_PAIRS, sentenceOf } from "../../src/shared/codes"
import { LINK_KEY_SETTING } from "../../src/shared/protocol/session"
import { un0rickGains } from "../../src/host/sequence/firing-check"
import { tgcOf, tgcStepNs } from "../../src/shared/acquisition/tgc"
import { BenchCart, BYTECODE, EVEN_SLED, REQUEST, SILENCE } from "../support/carts/bench-cart"
import { MemoryCapture } from "../support/carts/memory-capture"

const PYTHON = "python3"
const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const SCRIPT = fileOf("./second-receiver/receiver.py")
const README = fileOf("../../src/shared/protocol/README.md")
const KEY = Uint8Array.from({ length: 32 }, (_, i) => 11 * i + 5)
const deploy = { [LINK_KEY_SETTING]: Buffer.from(KEY).toString("hex") }
const folder = mkdtempSync(join(tmpdir(), "ivus-second-"))
const test = suite("a second receiver, from the specification alone")
test.after(() => rmSync(folder, { recursive: true }))

function python<T>(args: readonly string[], input?: object): T {
    const { status, stdout, stderr } = spawnSync(PYTHON, ["-B", SCRIPT, README, ...args], {
        encoding: "utf8",
        ...(input && { input: JSON.stringify(input) }),
    })
    assert.is(status, 0, stderr)
    return JSON.parse(stdout) as T
}

/** Data of a catheter that is not built in, in the order of the specification. */
const MINE = [
    ...["mine", 1, 1, 20000, 64, 896, 0, 0, 256, 256, 10000, 12000, 300, 250],
    ...[0, 170, 150000, 2, 4, 60000, 55000, 40000, 3000, 2500, 0, 0, 0],
]

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")

/** What both receivers report of a capture, in the same terms. */
interface Counts {
    bursts_missing: number
    bursts_doubled: number
    bursts_foreign: number
    lines_damaged: number
    messages_damaged: number
    test_lines: number
    test_lines_wrong: number
    insecure: boolean
    complete: boolean
    run?: Record<string, unknown>
}

function ours(capture: Uint8Array): Counts {
    const receiver = new RunReceiver()
    receiver.push(capture)
    receiver.finish()
    const { faults } = receiver.stream
    const { counts: byCause } = receiver.assembler!
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
            received: byCause.received,
            at_speed: byCause.atSpeed,
            missing: byCause.missing,
            fired: receiver.end?.lines_fired ?? null,
            dropped: { ...receiver.dropped },
        },
    }
}

interface Decoded extends Counts {
    bursts: number
    authentic: number
    forged: number
    samples?: {
        format: number
        peak: number
        tgc: { step_ns: number; cdb: number[] }
        gain_codes?: number[]
    }
}

function theirs(capture: Uint8Array, challenge?: Uint8Array): Decoded {
    const file = join(folder, "capture.ivl")
    writeFileSync(file, capture)
    const secrets = challenge ? [hex(KEY), hex(challenge)] : []
    return python<Decoded>(["decode", file, ...secrets])
}

function sameCounts(capture: Uint8Array): Decoded {
    const decoded = theirs(capture)
    const mine = ours(capture)
    for (const name of Object.keys(mine) as (keyof Counts)[])
        assert.equal(decoded[name], mine[name], name)
    assert.is(decoded.authentic + decoded.forged, 0)
    return decoded
}

/** A TGC curve that rises and falls, so that the gain between two points differs from both. */
const ZIGZAG = Array.from({ length: 32 }, (_, i) => 100 * i + (i % 2) * 1500)

/** 1 mm with an un0rick, whose lines end with digests. */
async function pulledWithUn0rick(): Promise<Uint8Array> {
    const came = new MemoryCapture()
    const request = {
        ...REQUEST,
        catheterId: "single-un0rick",
        frameRateHz: 1,
        lengthMm: 1,
        tgcCdb: ZIGZAG,
    }
    const bench = await BenchCart.boot(request, { ...EVEN_SLED, onBytes: came.take })
    await bench.home()
    await bench.pull()
    await bench.cart.until(() => bench.ended, bench.nowUs + 20e6)
    bench.cart.board.stopVm()
    return came.bytes
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
    const known = testRecord(0)
    return new TestBoard()
        .hello()
        .lines([known], { flags: burst.FLAG_INSECURE | burst.FLAG_TEST_LINES })
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
    const came = new MemoryCapture()
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
        onBytes: came.take,
    })
    await bench.home()
    await bench.pull()
    await bench.cart.until(() => bench.ended, bench.nowUs + 20e6)
    bench.cart.board.stopVm()
    return { capture: came.bytes, challenge: received[0]! }
}

/** Bursts of a capture, cut by the project's receiver. */
function burstsOf(capture: Uint8Array): Uint8Array[] {
    const parts: Uint8Array[] = []
    const stream = new BurstStream(b => void parts.push(b.bytes))
    stream.push(capture)
    stream.end()
    return parts
}

if (spawnSync(PYTHON, ["--version"]).status !== 0)
    test("is skipped: python3 is missing", () => {
        console.log("skipped, because python3 is missing")
    })
else {
    const { capture, challenge } = await pulled()

    test("gives the same counts and finds every tag valid", () => {
        const { bursts, run } = sameCounts(capture)
        assert.ok(bursts > 100)
        assert.ok((run!.received as number) > 7000)
        const sealed = theirs(capture, challenge)
        assert.is(sealed.forged, 0)
        // All except the hello.
        assert.is(sealed.authentic, bursts - 1)
        // With one bit changed the burst is not used.
        const forged = Uint8Array.from(capture)
        const at = forged.length >> 1
        forged[at]! ^= 1
        assert.is(theirs(forged, challenge).forged, 1)
        // Another key verifies nothing.
        const other = Uint8Array.from(challenge)
        other[70]! ^= 1
        assert.is(theirs(capture, other).authentic, 0)
    })

    test("gives the same counts for captures that are cut, flipped, doubled, swapped or lack a burst", () => {
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

    test("gives the same counts for lines that end with a digest, and reads their gain", async () => {
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

    test("gives the same counts for channel data, and reads their samples", () => {
        const capture = channelData()
        const { run, samples, complete } = sameCounts(capture)
        assert.ok(complete)
        assert.is(run!.received, PAIR_LINES)
        const { tgc_step_ns: step_ns, tgc_cdb: cdb } = DESCRIPTION
        assert.equal(samples, { format: SAMPLE_FORMAT_RF16, peak: -RF_PEAK, tgc: { step_ns, cdb } })
        const at = capture.length >> 1
        assert.is(sameCounts(flippedIn(capture, at)).lines_damaged, 1)
    })

    test("opens a session with the firmware", async () => {
        const clock = new VirtualClock()
        const hostBursts: Uint8Array[] = []
        const nonce = hex(new Uint8Array(16).fill(0x3c))
        const key = hex(KEY)
        let greeted: { challenge: string; proof: string } | undefined
        let accepted:
            | (Record<"accept" | "ping" | "catheter" | "piece", string> & { right: boolean })
            | undefined
        const log: string[] = []
        const board = await VirtualBoard.boot({
            ...{ clock, bytecodeFile: BYTECODE, seed: 1, vesselOriginMm: 0 },
            ...{ catheter: { id: "array-20mhz", serial: 1 }, echo: SILENCE },
            ...{ deploy, onLog: (line: string) => void log.push(line) },
            onConnect: socket => {
                const say = (text: string): void =>
                    void clock.after(20_000, () => socket.send(Buffer.from(text, "hex")))
                socket.onData = bytes => {
                    const message = Uint8Array.from(bytes)
                    hostBursts.push(message)
                    const type = message[burst.TYPE_AT]
                    if (type === burst.TYPE_HELLO) {
                        greeted = python(["greet"], { key, nonce, hello: hex(message), session: 3 })
                        say(greeted!.challenge)
                        clock.after(20_000, () => say(greeted!.proof))
                    } else if (type === burst.TYPE_PROOF) {
                        accepted = python(["accept"], {
                            key,
                            hello: hex(hostBursts[0]!),
                            challenge: greeted!.challenge,
                            proof: hex(message),
                            credit: 100_000,
                            catheter: MINE,
                            pairs: [
                                [0, 0],
                                [1, 1],
                                [2, 5],
                            ],
                        })
                        say(accepted!.accept)
                        clock.after(100_000, () => say(accepted!.ping))
                        clock.after(150_000, () => say(accepted!.catheter))
                        clock.after(200_000, () => say(accepted!.piece))
                    }
                }
                clock.after(150, () => socket.accept())
            },
        })
        await clock.run(() => false, 1e6)
        board.stopVm()
        assert.ok(accepted?.right, "the board's proof is right")
        const received = Uint8Array.from(Buffer.concat(hostBursts))
        const types = burstsOf(received).map(b => b[burst.TYPE_AT])
        for (const type of [burst.TYPE_LINES, burst.TYPE_STATUS, burst.TYPE_PONG])
            assert.ok(types.includes(type), `${type} of ${types.join()}`)
        assert.not.match(log.join("\n"), "link closed")
        // Messages to the cart before a setup, as in the specification.
        assert.match(log.join("\n"), `${sentenceOf(EVENT_CATHETER_DATA)}: 0`)
        assert.match(log.join("\n"), `${sentenceOf(EVENT_PAIRS)}: 3`)
        // The board's messages are now tagged.
        const told = theirs(received, Buffer.from(greeted!.challenge, "hex"))
        assert.is(told.forged, 0)
        assert.is(told.authentic, told.bursts - 1)
        assert.is(told.test_lines, 14)
        assert.is(told.test_lines_wrong, 0)
    })

    test("imports nothing of the project", () => {
        const script = readFileSync(SCRIPT, "utf8")
        const imports = [...script.matchAll(/^(?:import|from) (\w+)/gm)]
        assert.equal(
            imports.map(m => m[1]),
            ["hashlib", "hmac", "json", "struct", "sys"]
        )
        assert.equal(script.match(/open\(/g)?.length, 2)
    })
}

test.run()
