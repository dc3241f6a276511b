// A catheter from a file: its data through link and firmware to the picture; wrong data are refused
// on both sides.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { randomOf } from "../../src/host/targets/virtual/virtual-cart"
import { runTcpPullback } from "../../src/host/targets/tcp/tcp-pullback"
import { fixedIdentity } from "../../src/host/link/host-identity"
import { TestPeer } from "../../src/host/link/testing/test-peer"
import { firedSequence } from "../../src/host/sequence/fired"
import { applyDamage, damage } from "../../src/host/link/testing/stream-damage"
import { Preparation } from "../../src/host/run/preparation"
import type { RunSummary } from "../../src/host/results/summary"
import type { PullbackRequest } from "../../src/host/sequence/pullback-request"
import { catheterFrom, type CatheterSpec, specOf } from "../../src/host/sequence/catheter-spec"
import * as burst from "../../src/shared/protocol/burst"
import { fieldsOf, type Message, nameOf } from "../../src/shared/protocol/bytes"
import * as machine from "../../src/shared/cart-machine"
import { catheterLimits } from "../../src/shared/acquisition/catheter-limits"
import { CATHETER } from "../../src/shared/acquisition/catheters"
import * as codes from "../../src/shared/codes"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { ivus } from "../support/cli/ivus"
import { KEY, ScriptedHost } from "../support/carts/scripted-host"
import { areaIn, roundVein } from "../support/imaging/round-vein"

const folder = mkdtempSync(join(tmpdir(), "ivus-catheter-"))
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

function file(name: string, content: unknown): string {
    const path = join(folder, name)
    writeFileSync(path, JSON.stringify(content))
    return path
}

/** Neither is built in: other frequency, elements, lines, samples, depth, budget. */
const ROTOR: CatheterSpec = {
    ...specOf("rotational-40mhz")!,
    ...{ id: "my-rotor-30mhz", centre_frequency_khz: 30000 },
    ...{ depth_um: 7000, depth_max_um: 8000, catheter_radius_um: 500 },
    ...{ lines_per_frame: 200, firings_per_frame: 200, samples_per_line: 300 },
    ...{ tgc_slope_cdb_per_mm: 255, rpm_max: 1500, frame_rate_mhz: 20000 },
    rotor_direction: "counter-clockwise",
}
const ARRAY: CatheterSpec = {
    ...specOf("array-20mhz")!,
    ...{ id: "my-array-32", elements: 32, centre_frequency_khz: 12000 },
    ...{ firings_per_frame: 448, pair_span: 14, depth_um: 8000 },
    ...{ tgc_slope_cdb_per_mm: 100, stroke_um: 60000, frame_rate_mhz: 25000 },
}

const RADIUS_MM = 3
const VESSEL = join(folder, "round.csv")
writeFileSync(VESSEL, roundVein(RADIUS_MM))

type Data = Message<typeof CATHETER>
const DATA: Data = catheterFrom(ARRAY)
const requestFor = (spec: CatheterSpec): PullbackRequest => ({
    ...{ ...REQUEST, catheterId: spec.id, spec: spec, lengthMm: 2 },
    frameRateHz: 20,
})

/** A homed cart with such a catheter plugged in. */
async function homed(
    spec: CatheterSpec = ARRAY,
    options: Parameters<typeof BenchCart.boot>[1] = {}
): Promise<BenchCart> {
    const bench = await BenchCart.boot(requestFor(spec), { ...EVEN_SLED, ...options })
    await bench.home()
    return bench
}

/** Sends catheter data. @returns the refusal, or undefined if accepted */
async function sends(
    bench: BenchCart,
    data: Data
): Promise<{ reason: number; value: number } | undefined> {
    const [refusals, events] = [bench.refusals.length, bench.events.length]
    bench.cart.session.catheter(data)
    await bench.wait(60)
    const taken = bench.events.slice(events).some(e => e.code === codes.EVENT_CATHETER_DATA)
    const refusal = bench.refusals[refusals]
    assert.is(taken, refusal === undefined)
    return refusal && { reason: refusal.reason, value: refusal.value }
}

const board = suite("catheter data on the cart")

board("refuses each wrong field by its number, and transmits nothing", async () => {
    const bench = await homed()
    const limits = catheterLimits()
    for (const [i, field] of fieldsOf(CATHETER).entries()) {
        const name = nameOf(field)
        if (i === 0) {
            for (const id of ["", "Mine", "a b"])
                assert.equal(await sends(bench, { ...DATA, id }), {
                    reason: codes.REFUSED_CATHETER_FIELD,
                    value: 0,
                })
            continue
        }
        const [min, max] = [limits[2 * i - 2]!, limits[2 * i - 1]!]
        for (const value of min === 0 ? [max + 1] : [min - 1, max + 1])
            assert.equal(
                await sends(bench, { ...DATA, [name]: value }),
                { reason: codes.REFUSED_CATHETER_FIELD, value: i },
                `${name} ${value}`
            )
    }
    // Fields on which safety depends.
    for (const [change, name] of [
        [{ pulse_cycles: 5 }, "pulse_cycles"],
        [{ depth_um: 12001 }, "depth_um"],
        [{ front_end: 2 }, "front_end"],
        [{ pair_span: 33 }, "pair_span"],
        [{ rpm_max: 100 }, "rpm_max"],
    ] as const)
        assert.equal(await sends(bench, { ...DATA, ...change }), {
            reason: codes.REFUSED_CATHETER_FIELD,
            value: fieldsOf(CATHETER).findIndex(f => nameOf(f) === name),
        })
    // None of it was kept.
    assert.is(await bench.setUp(), codes.REFUSED_CATHETER)
    assert.is((await bench.ask(machine.COMMAND_LIVE))?.reason, codes.REFUSED_NO_SETUP)
    assert.is(bench.cart.board.transmit.count, 0)
    // The cart still works.
    assert.is(await sends(bench, DATA), undefined)
    assert.is(await bench.setUp(), codes.GOOD)
})

board("refuses the id of a built-in catheter, even with the same data", async () => {
    const bench = await homed()
    for (const id of ["array-20mhz", "rotational-60mhz", "single-un0rick"])
        assert.equal(await sends(bench, { ...DATA, id, pulses_max_per_s: 100000 }), {
            reason: codes.REFUSED_CATHETER_BUILT_IN,
            value: 0,
        })
    assert.equal(await sends(bench, catheterFrom(specOf("array-20mhz")!)), {
        reason: codes.REFUSED_CATHETER_BUILT_IN,
        value: 0,
    })
})

board(
    "refuses a plugged-in catheter other than the one of the data, and keeps the last data",
    async () => {
        const bench = await homed()
        assert.is(await sends(bench, { ...DATA, id: "other" }), undefined)
        // The cart has data for that one, but not for the one that is plugged in.
        assert.is(
            (await bench.setUpWith({ catheter: "other" }))?.reason,
            codes.REFUSED_CATHETER_UNKNOWN
        )
        assert.is(await bench.setUp(), codes.REFUSED_CATHETER)
        assert.is(await sends(bench, DATA), undefined)
        assert.is((await bench.setUpWith({ catheter: "other" }))?.reason, codes.REFUSED_CATHETER)
        assert.is(await bench.setUp(), codes.GOOD)
        // One that its front end could not drive at all.
        const single = catheterFrom({
            ...specOf("single-un0rick")!,
            id: ARRAY.id,
        })
        assert.is(await sends(bench, single), undefined)
        assert.is(await bench.setUp(), codes.REFUSED_FRONT_END)
    }
)

board("checks the budget by the data: before the run, and in the engine's registers", async () => {
    const bench = await homed()
    assert.is(await sends(bench, { ...DATA, pulses_max_per_s: 448 * 10 }), undefined)
    const refusal = await bench.setUpWith({})
    assert.is(refusal?.reason, codes.REFUSED_PULSES)
    assert.is(refusal?.value, 10_000)
    assert.is(await sends(bench, DATA), undefined)
    await bench.pullTo(machine.STATE_LIVE)
    const { engine } = bench.cart.board
    const { budget } = engine.firing
    assert.is(budget.settings.pulses, DATA.pulses_max_per_s)
    assert.is(budget.supplyMv, DATA.supply_mv)
    // No data are accepted while it fires.
    for (const state of [machine.STATE_LIVE, machine.STATE_ARMED]) {
        if (state === machine.STATE_ARMED) {
            assert.is(await bench.ask(machine.COMMAND_ARM), undefined)
        }
        assert.equal(await sends(bench, { ...DATA, depth_um: 7000 }), {
            reason: codes.REFUSED_STATE,
            value: state,
        })
    }
    bench.cart.session.command(machine.COMMAND_START)
    await bench.reach(machine.STATE_PULLING)
    assert.equal(await sends(bench, { ...DATA, depth_um: 7000 }), {
        reason: codes.REFUSED_STATE,
        value: machine.STATE_PULLING,
    })
    await bench.reach(machine.STATE_COMPLETED)
})

board("a setup keeps the data it was checked with; a new session forgets them", async () => {
    const bench = await homed()
    const plugged = (): number[] => {
        const { EVENT_CATHETER: known, REFUSED_CATHETER_UNKNOWN: unknown } = codes
        return bench.events.map(e => e.code).filter(c => c === known || c === unknown)
    }
    assert.equal(plugged(), [codes.REFUSED_CATHETER_UNKNOWN])
    assert.is(await sends(bench, DATA), undefined)
    // The plugged-in catheter is now known, and the cart reports it.
    assert.equal(plugged(), [codes.REFUSED_CATHETER_UNKNOWN, codes.EVENT_CATHETER])
    assert.is(await bench.setUp(), codes.GOOD)
    // Other data of the same name arrive after it.
    assert.is(
        await sends(bench, { ...DATA, depth_um: 7000, centre_frequency_khz: 11000 }),
        undefined
    )
    assert.is(await bench.ask(machine.COMMAND_LIVE), undefined)
    await bench.reach(machine.STATE_LIVE)
    await bench.wait(100)
    assert.is(bench.cart.receiver.description!.centre_frequency_khz, 12000)
    await bench.ask(machine.COMMAND_STANDBY)
    await bench.reach(machine.STATE_READY)
    bench.cart.cutLink()
    await bench.cart.until(() => bench.cart.session.isOpen, bench.nowUs + 10e6)
    await bench.wait(200)
    assert.is(await bench.setUp(), codes.REFUSED_CATHETER)
    assert.is(await sends(bench, DATA), undefined)
    assert.is(await bench.setUp(), codes.GOOD)
})

board("does not fire a pair list that was sent for other data of the same name", async () => {
    const sent = Array.from({ length: 32 }, (_, i) => [i, i] as const)
    const request: PullbackRequest = {
        ...requestFor(ARRAY),
        frameRateHz: 5,
        channelDataPairs: { sent },
    }
    const bench = await BenchCart.boot(request, EVEN_SLED)
    await bench.home()
    const preparation = new Preparation(bench.cart.session, request)
    preparation.begin()
    for (let eventsBefore = bench.events.length; bench.events.at(-1)?.code !== codes.EVENT_SETUP;) {
        await bench.wait(10)
        while (eventsBefore < bench.events.length)
            preparation.onEvent(bench.events[eventsBefore++]!)
        assert.equal(bench.refusals, [])
    }
    // Its entries have the pulse of the data in force when it arrived.
    assert.is(await sends(bench, { ...DATA, centre_frequency_khz: 10000 }), undefined)
    assert.is(await bench.setUp(), codes.REFUSED_PAIRS_MISSING)
})

board(
    "accepts mutated bytes as a whole or not at all, and never faults (30 per seed)",
    async () => {
        const host = await ScriptedHost.boot()
        const samples = fc.sample(fc.array(damage, { minLength: 1, maxLength: 3 }), {
            seed: 5,
            numRuns: 30,
        })
        let refused = 0
        for (const damages of samples) {
            assert.ok(await host.open())
            host.clear()
            const good = host.burst({ type: burst.TYPE_CATHETER }, host.payload(CATHETER, DATA))
            const bad = damages.reduce((bytes, d) => applyDamage(bytes, d, good), good)
            if (Buffer.compare(good, bad) === 0) continue
            host.raw(bad)
            await host.wait(3500)
            // Nothing of it was accepted; the sender was told why, or the board waits for the rest.
            const arrived = host.events.filter(e => e.code === codes.EVENT_CATHETER_DATA)
            if (arrived.length === 0) refused++
            else assert.ok(bad.length > good.length, JSON.stringify(damages))
            assert.is(host.panics, 0)
        }
        assert.ok(refused > 20, `${refused}`)
        assert.is(host.board.transmit.count, 0)
    }
)

board(
    "a payload with a valid CRC but wrong length or fields ends the session or is refused",
    async () => {
        const host = await ScriptedHost.boot()
        assert.ok(await host.open())
        const payload = host.payload(CATHETER, DATA)
        for (const wrong of [
            payload.slice(0, -1),
            payload.slice(0, 4),
            new Uint8Array([...payload, 0]),
            payload.map((b, i) => (i === 20 ? b ^ 1 : b)),
        ]) {
            host.clear()
            host.raw(host.burst({ type: burst.TYPE_CATHETER }, wrong))
            await host.wait(100)
            assert.equal(host.closings, [{ reason: codes.REJECT_PAYLOAD, by: "board" }])
            assert.ok(await host.open())
        }
    }
)

board.run()

const whole = suite("a catheter from a file")
/** Of channel data with a sent pair list. */
let sentCapture: string

const onePull = async (
    spec: CatheterSpec,
    ...more: string[]
): Promise<{
    out: string
    path: string
    summary: RunSummary
    replayed: string
}> => {
    const out = join(folder, `${spec.id}-${more.length}`)
    const path = file(`${spec.id}.json`, spec)
    const done = await ivus(
        "pullback",
        "--once",
        "--json",
        "--length",
        "2",
        "--out",
        out,
        "--catheter",
        path,
        "--vessel",
        VESSEL,
        ...more
    )
    assert.is(done.status, 0, done.err)
    // As for built-in catheters (channel-data-pullback.test.ts, lumen-in-view.test.ts).
    const area = areaIn(readFileSync(join(out, "measurements.csv"), "utf8"))
    assert.ok(Math.abs(area / (Math.PI * RADIUS_MM ** 2) - 1) < 0.06, `${area} mm²`)
    const replayed = `${out}-again`
    const replay = await ivus("replay", join(out, "capture.ivl"), "--out", replayed, "--json")
    assert.is(replay.status, 0, replay.err)
    const result = JSON.parse(replay.out) as RunSummary
    const summary = JSON.parse(done.out) as RunSummary
    assert.equal(result.sequence, summary.sequence)
    assert.equal(result.lines, summary.lines)
    for (const name of ["measurements.csv", "catheter.json"])
        assert.is(readFileSync(join(replayed, name), "utf8"), readFileSync(join(out, name), "utf8"))
    assert.equal(JSON.parse(readFileSync(join(out, "catheter.json"), "utf8")), spec)
    return { out, path, summary, replayed: replayed }
}

whole(
    "a counter-clockwise 30 MHz rotor: pulled back, and replayed with its data and without",
    async () => {
        const { out, summary, replayed: replayed, path } = await onePull(ROTOR)
        assert.is(summary.catheter, ROTOR.id)
        assert.is(summary.linesPerFrame, 200)
        assert.is(summary.lines.missing, 0)
        assert.ok(summary.clean, JSON.stringify(summary))
        assert.is(summary.sequence.crc32c, summary.sequence.plannedCrc32c)
        assert.ok(summary.rotation)
        // From the description alone: all pictures and measurements, but no plan to compare with.
        rmSync(join(out, "catheter.json"))
        const bare = await ivus("replay", join(out, "capture.ivl"), "--out", `${replayed}-bare`)
        assert.is(bare.status, 0, bare.err)
        assert.match(bare.out, /NOT COMPARED: .*--catheter and --pairs FILE\.json/)
        assert.is(
            readFileSync(join(`${replayed}-bare`, "measurements.csv"), "utf8"),
            readFileSync(join(out, "measurements.csv"), "utf8")
        )
        assert.not(existsSync(join(`${replayed}-bare`, "catheter.json")))
        const named = await ivus(
            "replay",
            join(out, "capture.ivl"),
            "--out",
            `${replayed}-bare`,
            "--catheter",
            path
        )
        assert.match(named.out, /as planned/)
    }
)

whole("a 32-element array: A-lines, and its channel data beamformed", async () => {
    const { summary } = await onePull(ARRAY)
    assert.is(summary.linesPerFrame, 256)
    assert.ok(summary.clean, JSON.stringify(summary))
    const {
        summary: elements,
        out,
        path,
    } = await onePull(ARRAY, "--data", "elements", "--frame-rate", "2")
    assert.is(elements.linesPerFrame, 448)
    assert.is(elements.sequence.crc32c, elements.sequence.plannedCrc32c)
    // The description does not contain the number of elements.
    rmSync(join(out, "catheter.json"))
    const bare = await ivus("replay", join(out, "capture.ivl"), "--out", `${out}-bare`)
    assert.is(bare.status, 1)
    assert.match(
        bare.err,
        /number of elements is unknown; name its spec with --catheter FILE\.json/
    )
    const other = file("other.json", { ...ARRAY, id: "other" })
    const wrong = await ivus("replay", join(out, "capture.ivl"), "--catheter", other)
    assert.is(wrong.status, 2)
    assert.match(
        wrong.err,
        /other\.json": its id is "other", but the capture's catheter is "my-array-32"/
    )
    const pairs = file(
        "pairs.json",
        Array.from({ length: 32 * 3 }, (_, i) => [
            Math.floor(i / 3),
            (Math.floor(i / 3) + (i % 3)) % 32,
        ])
    )
    const { summary: sent, out: kept } = await onePull(
        ARRAY,
        "--data",
        "elements",
        "--frame-rate",
        "5",
        "--pairs",
        pairs
    )
    sentCapture = join(kept, "capture.ivl")
    assert.is(sent.linesPerFrame, 96)
    assert.is(sent.sequence.crc32c, sent.sequence.plannedCrc32c)
    assert.ok(existsSync(path))
})

whole("a cart over TCP receives the same messages in the same order", async () => {
    const sent = Array.from(
        { length: 32 * 3 },
        (_, i) => [Math.floor(i / 3), (Math.floor(i / 3) + (i % 3)) % 32] as const
    )
    const request: PullbackRequest = {
        ...{ catheterId: ARRAY.id, spec: ARRAY, channelDataPairs: { sent } },
        ...{ speedMmPerS: 1, lengthMm: 2, frameRateHz: 5 },
    }
    let listens: (port: number) => void
    const port = new Promise<number>(resolve => (listens = resolve))
    const run = runTcpPullback(
        { kind: "tcp", host: "127.0.0.1", port: 0, identity: fixedIdentity(KEY, randomOf(1)) },
        request,
        {
            progress: (_, line) => {
                const result = /^waiting for the cart at .* on port (\d+)/.exec(line)
                if (result) listens(Number(result[1]))
            },
        }
    )
    // A cart that replays the same pullback from a virtual one, except that its sled asked for
    // calibration.
    const socket = connect(await port, "127.0.0.1")
    const peer = new TestPeer(bytes => void socket.write(bytes), {
        key: KEY,
        corrupt: (bytes, type) => (type === burst.TYPE_REFUSAL ? undefined : bytes),
    })
    peer.onOpen = () => {
        peer.play(readFileSync(sentCapture))
        setTimeout(() => socket.end(), 1000)
    }
    // The host has all it needs before the last bytes are sent.
    socket.on("error", () => socket.destroy())
    socket.on("data", bytes => peer.receive(bytes))
    peer.hello()
    const received = await run
    assert.equal(received.spec, ARRAY)
    assert.equal(received.pairs, sent)
    assert.is(
        firedSequence(received.receiver.description!, sent, undefined, ARRAY).plannedCrc32c,
        received.receiver.description!.sequence_crc
    )
    const asked = peer.received.map(h => h.type)
    const before = asked.slice(0, asked.lastIndexOf(burst.TYPE_SETUP) + 1)
    const { TYPE_CATHETER: c, TYPE_PAIRS: p, TYPE_SETUP: s } = burst
    assert.equal(before.filter(t => t === c || t === p || t === s).slice(-4), [c, p, p, s])
})

whole("a live picture with the catheter's own values", async () => {
    const png = join(folder, "live.png")
    const { status, out, err } = await ivus(
        "live",
        "--catheter",
        file("rotor.json", ROTOR),
        "--frames",
        "5",
        "--json",
        "--console-port",
        "0",
        "--references",
        join(folder, "refs"),
        "--out",
        png
    )
    assert.is(status, 0, err)
    assert.is(JSON.parse(out).catheter, ROTOR.id)
    assert.ok(existsSync(png))
})

/** File content and the expected sentence. */
const WRONG: [object, RegExp][] = [
    [
        { ...ARRAY, supply_mv: 200000 },
        /supply_mv is 200000; allowed: whole numbers from 1000 to 100000 mV/,
    ],
    [{ ...ARRAY, pulse_cycles: 5 }, /pulse_cycles is 5; allowed: up to burst_max_cycles, 4/],
    [
        { ...ARRAY, id: "array-20mhz" },
        /the id "array-20mhz" is reserved for a built-in catheter; choose another/,
    ],
    [
        { ...specOf("single-un0rick")!, id: "mine" },
        /front_end is 2; allowed: 1, an array or a rotor/,
    ],
    [{ ...ARRAY, rotor_sign: 0 }, /rotor_sign is 0; allowed: no field of this name/],
    [[], /catheter is \[\]; allowed: an object/],
]

whole("a wrong file is refused with file, field, value and limit, and exit status 2", async () => {
    for (const [i, [content, sentence]] of WRONG.entries())
        for (const command of [
            ["pullback", "--once"],
            ["live", "--frames", "1"],
        ]) {
            const { status, err } = await ivus(
                ...command,
                "--catheter",
                file(`bad-${i}.json`, content)
            )
            assert.is(status, 2, err)
            assert.match(err, sentence)
            assert.match(err, `bad-${i}.json`)
        }
    for (const [args, sentence] of [
        [["--catheter", join(folder, "none.json")], /cannot be read \(ENOENT\)/],
        [["--catheter", file("a.json", ARRAY), "--length", "61"], /1 to 60 mm/],
        [
            [
                "--catheter",
                file("b.json", { ...ARRAY, elements: 8, pair_span: 0 }),
                "--data",
                "elements",
                "--frame-rate",
                "1",
            ],
            /more receivers than my-array-32 has elements, 8/,
        ],
        [
            ["--catheter", file("c.json", ROTOR), "--frame-rate", "30"],
            /rotor of this catheter does not support this frame rate.* up to 25\.00 frames\/s fit/,
        ],
    ] as const) {
        const { status, err } = await ivus("pullback", "--once", ...args)
        assert.is(status, 2, err)
        assert.match(err, sentence)
    }
})

whole.run()
