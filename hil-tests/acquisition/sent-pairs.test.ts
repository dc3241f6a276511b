// A user's own pair list from the command line through link, firmware and engine to the picture and
// its replay.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { ChannelDataEcho } from "../../boards/virtual/vessel/channel-data-echo"
import { beamformed } from "../../src/host/results/channel-data-frames"
import { Preparation } from "../../src/host/run/preparation"
import type { PullbackRequest } from "../../src/host/sequence/pullback-request"
import { RunError } from "../../src/host/errors"
import type { Pair } from "../../src/host/sequence/pair-list"
import { tableOf } from "../../src/host/sequence/txrx"
import * as machine from "../../src/shared/cart-machine"
import { catheterOf } from "../../src/shared/acquisition/catheters"
import { crc32c } from "../../src/shared/protocol/crc32c"
import { fireByPairs } from "../../src/shared/acquisition/channel-data"
import { PAIRS_SENT } from "../../src/shared/acquisition/line-record"
import { TGC_LENGTH, writeTgc } from "../../src/shared/acquisition/tgc"
import * as codes from "../../src/shared/codes"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { ivus } from "../support/cli/ivus"
import { areaIn, roundVein } from "../support/imaging/round-vein"
import { arrayOf, loudestIn, SOUND_SPEED_M_PER_S, targetAt } from "../support/imaging/point-targets"

const folder = mkdtempSync(join(tmpdir(), "ivus-pairs-"))
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

/** 64 x 5: each element with itself and the next four; no built-in list. */
const FIVE: readonly Pair[] = Array.from({ length: 64 * 5 }, (_, i) => {
    const tx = Math.floor(i / 5)
    return [tx, (tx + (i % 5)) % 64] as const
})
const sending = (sent: readonly Pair[]): PullbackRequest => ({
    ...{ ...REQUEST, lengthMm: 2, speedMmPerS: 1, frameRateHz: 6 },
    channelDataPairs: { sent },
})

/** A homed cart that sends what a request needs before its setup, and the setup. */
async function prepared(
    request: PullbackRequest,
    options: Parameters<typeof BenchCart.boot>[1] = {}
): Promise<{ bench: BenchCart; prepare: () => Promise<void> }> {
    const received: { now?: Preparation } = {}
    const bench = await BenchCart.boot(request, { ...EVEN_SLED, ...options })
    const prepare = async (): Promise<void> => {
        received.now = new Preparation(bench.cart.session, request)
        let eventsBefore = bench.events.length
        received.now.begin()
        await bench.cart.until(() => {
            while (eventsBefore < bench.events.length)
                received.now!.onEvent(bench.events[eventsBefore++]!)
            return bench.refusals.length > 0 || bench.events.at(-1)?.code === codes.EVENT_SETUP
        }, bench.nowUs + 5e6)
    }
    await bench.home()
    return { bench, prepare }
}

const test = suite("a sent pair list")

test("shows a point target at its true position, from lines of the sent list", async () => {
    const array = arrayOf("array-20mhz")
    const [radiusMm, degrees] = [2.5, 100]
    const target = targetAt(array, radiusMm, (degrees * Math.PI) / 180)
    const echo = new ChannelDataEcho(
        { array, soundSpeedMPerS: SOUND_SPEED_M_PER_S, noise: 0, seed: 1 },
        // The front end's TGC of 1.7 dB/mm is added.
        [{ ...target, strength: target.strength / 2 }]
    )
    const fired = new Set<string>()
    const request = sending(FIVE)
    const { bench, prepare } = await prepared(request, {
        channelData: {
            line: (_z, shot, out) => {
                fired.add(`${shot.tx}-${shot.rx}`)
                echo.line(shot.tx, shot.rx, shot, out)
            },
        },
    })
    await prepare()
    assert.equal(bench.refusals, [])
    // 64 pairs per part.
    assert.is(bench.events.filter(e => e.code === codes.EVENT_PAIRS).length, 5)
    for (const [ask, next] of [
        [machine.COMMAND_LIVE, machine.STATE_LIVE],
        [machine.COMMAND_ARM, machine.STATE_ARMED],
        [machine.COMMAND_START, machine.STATE_PULLING],
    ] as const) {
        bench.cart.session.command(ask)
        await bench.reach(next)
    }
    await bench.reach(machine.STATE_COMPLETED)
    await bench.cart.until(() => bench.ended, bench.nowUs + 2e6)
    bench.cart.board.stopVm()
    const { assembler, description, end } = bench.cart.receiver
    assert.is(description!.pair_list, PAIRS_SENT)
    assert.is(description!.lines_per_frame, 320)
    assert.is(assembler!.counts.received, end!.lines_fired)
    assert.equal(fired, new Set(FIVE.map(([tx, rx]) => `${tx}-${rx}`)))
    // CRC of table and TGC, computed independently.
    const catheter = catheterOf("array-20mhz")!
    fireByPairs(catheter, PAIRS_SENT, FIVE.length)
    const tgc = new Uint8Array(TGC_LENGTH)
    writeTgc(tgc, catheter)
    const loaded = Buffer.concat([tableOf(catheter, FIVE), tgc])
    assert.is(description!.sequence_crc, crc32c(loaded, 0, loaded.length, 0))
    const { frames, geometry } = await beamformed(
        description!,
        assembler!.frames,
        {},
        () => undefined,
        { pairs: FIVE }
    )
    assert.ok(frames.length >= 8)
    for (const frame of frames) {
        assert.ok(frame.present.every(flag => flag === 1))
        const { line, radiusMm: mm } = loudestIn(frame, geometry)
        // A line is 1.4 degrees, a sample 39 um; an aperture of five elements advances by one
        // element in 5.6 degrees and is up to half of that beside the line.
        assert.ok(Math.abs(line - (degrees * 256) / 360) <= 2, `line ${line}`)
        assert.ok(Math.abs(mm - radiusMm) <= geometry.sampleSpacingMm, `${mm} mm`)
    }
    // With another list the same lines must be refused, not drawn.
    const other = FIVE.map(([tx, rx]) => [rx, tx] as const)
    const make = async (pairs?: readonly Pair[]): Promise<string> => {
        try {
            await beamformed(
                description!,
                assembler!.frames,
                {},
                () => undefined,
                pairs ? { pairs } : {}
            )
        } catch (error) {
            assert.instance(error, RunError)
            return (error as RunError).message
        }
        return "made"
    }
    assert.match(
        await make(other),
        /not the one that was fired: .*0x[0-9a-f]{8}, and the cart read back 0x[0-9a-f]{8}; name the right list with --pairs/
    )
    assert.match(await make(FIVE.slice(1)), /not the one that was fired/)
    assert.match(
        await make(),
        /custom pair list, which is missing; name it with --pairs FILE\.json/
    )
})

test("does not fire a list that changed after its check, or in the table", async () => {
    const request = sending(FIVE)
    const { bench, prepare } = await prepared(request)
    await prepare()
    const { session, board } = bench.cart
    // Another list of the same length, or a part of one: the setup matches neither.
    const turned = Uint8Array.from(FIVE.flatMap(([tx, rx]) => [rx, tx]))
    session.pairs(turned, 0)
    await bench.wait(200)
    assert.is((await bench.ask(machine.COMMAND_LIVE))?.reason, codes.REFUSED_NO_SETUP)
    assert.is((await bench.setUp())!, codes.REFUSED_PAIRS_MISSING)
    bench.refusals.length = 0
    await prepare()
    assert.equal(bench.refusals, [])
    // A bit of the engine's table flips.
    board.engine.disturbTable(7, 2)
    await bench.ask(machine.COMMAND_LIVE)
    await bench.reach(machine.STATE_FAULT)
    const fault = bench.events.find(e => e.code === codes.EVENT_FAULT)
    assert.is(fault?.value, codes.FAULT_ENGINE_TABLE)
    // Before any host receives lines.
    assert.is(bench.cart.receiver.description, undefined)
    assert.is(board.transmit.count, 0)
})

test("refuses parts out of order, with unknown elements, in the wrong state or for another catheter, and fires none of them", async () => {
    const request = sending(FIVE)
    const { bench, prepare } = await prepared(request)
    const { session, board } = bench.cart
    const bytes = Uint8Array.from(FIVE.flat())
    const sends = async (first: number, pairs = bytes): Promise<[number, number] | undefined> => {
        const eventsBefore = bench.refusals.length
        session.pairs(pairs, first)
        await bench.wait(60)
        const refusal = bench.refusals[eventsBefore]
        return refusal && [refusal.reason, refusal.value]
    }
    assert.equal(await sends(64), [codes.REFUSED_PAIRS_ORDER, 0])
    const beyond = bytes.map((e, i) => (i === 15 ? 64 : e))
    assert.equal(await sends(0, beyond), [codes.REFUSED_PAIRS_ELEMENT, 7])
    // An incomplete list counts as none.
    assert.is(await sends(0), undefined)
    assert.is(await bench.setUp(), codes.REFUSED_PAIRS_MISSING)
    bench.refusals.length = 0
    await prepare()
    assert.equal(bench.refusals, [])
    // A list belongs to its catheter: entries for another array have another pulse.
    board.engine.plug({ id: "array-10mhz", serial: 1 })
    await bench.wait(100)
    assert.is(
        (await bench.setUpWith({ catheter: "array-10mhz", frame_rate_mhz: 2000 }))?.reason,
        codes.REFUSED_PAIRS_MISSING
    )
    board.engine.plug({ id: "array-20mhz", serial: 1 })
    await bench.wait(100)
    // No part enters the table while the engine fires.
    assert.is(await bench.ask(machine.COMMAND_LIVE), undefined)
    await bench.reach(machine.STATE_LIVE)
    assert.equal(await sends(0), [codes.REFUSED_STATE, machine.STATE_LIVE])
    await bench.ask(machine.COMMAND_STANDBY)
    await bench.reach(machine.STATE_READY)
    await bench.wait(500)
    assert.is(bench.cart.receiver.end?.lines_fired, board.transmit.count)
    // A rotor has no pairs.
    board.engine.plug({ id: "rotational-40mhz", serial: 1 })
    await bench.wait(100)
    assert.equal(await sends(0), [codes.REFUSED_DATA, 0])
    board.stopVm()
})

function file(name: string, text: string): string {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
}

const measuresOf = (out: string): string => readFileSync(join(out, "measurements.csv"), "utf8")

test("by the command line: measures the true lumen area; a replay uses the list beside the capture, or by name, and no other", async () => {
    const out = join(folder, "out")
    const radiusMm = 3
    const list = file("five.json", JSON.stringify(FIVE))
    const first = await ivus(
        ...["pullback", "--once", "--json", "--out", out, "--length", "1"],
        ...["--data", "elements", "--frame-rate", "5", "--speed", "0.5"],
        ...["--vessel", file("round.csv", roundVein(radiusMm)), "--pairs", list]
    )
    assert.is(first.status, 0, first.err)
    const summary = JSON.parse(first.out)
    assert.is(summary.linesPerFrame, 320)
    assert.is(summary.lines.missing, 0)
    assert.is(summary.sequence.crc32c, summary.sequence.plannedCrc32c)
    const area = areaIn(measuresOf(out))
    // As with 64 x 14 (channel-data-pullback.test.ts): half a pulse, and scatterers 0.15 mm apart.
    assert.ok(Math.abs(area / (Math.PI * radiusMm ** 2) - 1) < 0.06, `${area} mm²`)
    assert.equal(JSON.parse(readFileSync(join(out, "pairs.json"), "utf8")), FIVE)
    const capture = join(out, "capture.ivl")
    const replayed = join(folder, "again")
    const replay = (...args: string[]): ReturnType<typeof ivus> =>
        ivus("replay", capture, "--out", replayed, ...args)
    const found = await replay()
    assert.is(found.status, 0, found.err)
    assert.match(found.out, /as planned/)
    assert.is(measuresOf(replayed), measuresOf(out))
    // The list is kept with each result, so that a replay can be replayed.
    assert.is(
        readFileSync(join(replayed, "pairs.json"), "utf8"),
        readFileSync(join(out, "pairs.json"), "utf8")
    )
    rmSync(join(out, "pairs.json"))
    const missing = await replay()
    assert.is(missing.status, 1)
    assert.match(missing.err, /custom pair list, which is missing; name it with --pairs FILE\.json/)
    const named = await replay("--pairs", list)
    assert.is(named.status, 0, named.err)
    assert.is(measuresOf(replayed), measuresOf(out))
    const swapped = file("swapped.json", JSON.stringify([FIVE[1], FIVE[0], ...FIVE.slice(2)]))
    const wrong = await replay("--pairs", swapped)
    assert.is(wrong.status, 1)
    assert.match(wrong.err, /The pair list is not the one that was fired/)
    const nonsense = await replay("--pairs", file("no.json", "{}"))
    assert.is(nonsense.status, 2)
    assert.match(nonsense.err, /no\.json": pairs is .*; allowed: \[\[tx, rx\], …\]/)
})

test.run()

const bad = suite("a pairs file")

/** File content and the expected sentence. */
const WRONG: [string, RegExp][] = [
    ["nonsense", /it is not valid JSON/],
    ["{}", /pairs is {}; allowed: \[\[tx, rx\], …\] with at least one pair/],
    ["[]", /at least one pair/],
    ["[[0,1],[2]]", /pairs\[1\] is \[2\]; allowed: two numbers, \[tx, rx\]/],
    ["[[0,1],[1,2,3]]", /pairs\[1\] is \[1,2,3\]/],
    ['[[0,1],["1",2]]', /pairs\[1\] is \["1",2\]/],
    ["[[0,1],[64,2]]", /pairs\[1\]\[0\] is 64; allowed: whole numbers from 0 to 63/],
    ["[[0,1],[2,-1]]", /pairs\[1\]\[1\] is -1; allowed: whole numbers from 0 to 63/],
    ["[[0,1.5]]", /pairs\[0\]\[1\] is 1\.5; allowed: whole numbers/],
    [
        "[[0,1],[1,0],[0,1]]",
        /pairs\[2\] is \[0,1\]; allowed: each pair once; pairs\[0\] is the same/,
    ],
    [
        JSON.stringify(Array.from({ length: 4097 }, (_, i) => [i >> 6, i & 63])),
        /pairs is "4097 pairs"; allowed: 1 to 4096/,
    ],
]

bad("a wrong file is refused with file, place, value and limit, and exit status 2", async () => {
    for (const [i, [text, sentence]] of WRONG.entries()) {
        const path = file(`bad-${i}.json`, text)
        const { status, err } = await ivus(
            "pullback",
            "--once",
            "--data",
            "elements",
            "--out",
            join(folder, "never"),
            "--pairs",
            path
        )
        assert.is(status, 2, text.slice(0, 40))
        assert.match(err, sentence)
        assert.match(err, `bad-${i}.json`)
    }
    for (const [args, sentence] of [
        [["--pairs", join(folder, "none.json")], /cannot be read \(ENOENT\)/],
        [["--pairs", "most"], /reciprocal-14, both-27, full or a FILE\.json/],
        [
            ["--pairs", file("ok.json", JSON.stringify(FIVE)), "--frame-rate", "30"],
            /up to 6.\d+ frames\/s fit/,
        ],
        [["--pairs", join(folder, "ok.json"), "--catheter", "rotational-40mhz"], /needs an array/],
    ] as const) {
        const { status, err } = await ivus(
            "pullback",
            "--once",
            "--data",
            "elements",
            "--out",
            join(folder, "never"),
            ...args
        )
        assert.is(status, 2, err)
        assert.match(err, sentence)
    }
})

bad.run()
