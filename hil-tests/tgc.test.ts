// Responsible for: a free time gain (TGC) from the setup through the real firmware and the front end to the lines that come.
// Not for: the curve's numbers (src/wire, src/host/sequence), the engine alone (boards/virtual/line-engine).
//
// The instrument is a known echo, the same at all depths: what is in a sample beyond it is gain. A code is 0.28 dB, and the
// engine's model has steps of 0.004 dB: a code may be the neighbour of the computed one.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { pictureFrames } from "../src/host/results/picture-frames"
import type { RunSummary } from "../src/host/results/summary"
import type { PullbackRequest } from "../src/host/run/run-target"
import { tgcCurve, type TgcPoint } from "../src/host/sequence/tgc"
import * as machine from "../src/wire/cart-machine"
import { catheterOf } from "../src/wire/catheters"
import { amplitudeToCode } from "../src/wire/line-samples"
import type { Description } from "../src/wire/messages"
import { FAULT_ENGINE_TGC } from "../src/wire/reasons"
import { BenchCart, EVEN_SLED, REQUEST } from "./tools/bench-cart"
import { ivus } from "./tools/ivus"

const folder = mkdtempSync(join(tmpdir(), "ivus-tgc-"))
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

const test = suite("a free time gain, in the lines that come")

/** Flat, then a step of 20 dB, then falling: nothing that a start and a slope could make. */
const STEP: TgcPoint[] = [[0, 3], [4, 3], [4.1, 23], [6, 23], [10, 8]] // prettier-ignore
/** -50 dB of full scale. */
const ECHO = 10 ** (-50 / 20)

const array = catheterOf("array-20mhz")!
const ARRAY_REQUEST: PullbackRequest = { ...REQUEST, lengthMm: 1 }

/** The gain of sample `k` by the words of the link's page: 32 points, straight between them. */
function gainDb(
    curve: readonly number[],
    stepNs: number,
    timeNs: number
): number {
    const at = Math.min(timeNs / stepNs, 31)
    const i = Math.min(Math.floor(at), 30)
    return (curve[i]! * (i + 1 - at) + curve[i + 1]! * (at - i)) / 100
}

async function pulled(
    bench: BenchCart,
    request: PullbackRequest
): Promise<Description> {
    await bench.pull(request)
    await bench.cart.until(() => bench.ended, bench.nowUs + 30e6)
    return bench.cart.receiver.description!
}

/** From the end of a pullback to where the next one can be set up. */
async function back(bench: BenchCart): Promise<void> {
    await bench.ask(machine.ASK_RETURN)
    await bench.reach(machine.STATE_READY)
}

test("a line engine: the step is in every sample of every line; without a curve the catheter's own is back", async () => {
    const bench = await BenchCart.boot(ARRAY_REQUEST, {
        ...EVEN_SLED,
        echo: { line: (_z, _line, out) => void out.fill(ECHO) },
    })
    await bench.home()
    const tgcCdb = tgcCurve(STEP, array)
    const given = await pulled(bench, { ...ARRAY_REQUEST, tgcCdb })
    assert.equal(given.tgc_cdb, tgcCdb)
    assert.is(given.tgc_step_ns, 419)
    const frames = bench.cart.receiver.assembler!.frames
    assert.is(frames.length, 30)
    // 10 mm in 256 samples, 50.731 ns each.
    const wanted = Array.from({ length: 256 }, (_, k) =>
        amplitudeToCode(ECHO * 10 ** (gainDb(tgcCdb, 419, k * 50.731) / 20))
    )
    for (const frame of frames)
        for (let at = 0; at < frame.codes.length; at++)
            assert.ok(Math.abs(frame.codes[at]! - wanted[at % 256]!) <= 1, `sample ${at % 256}`) // prettier-ignore
    // Really a step: 20 dB, or 70.8 codes, from sample 98, before point 12, to 112, behind point 13.
    const [before, after] = [wanted[98]!, wanted[112]!]
    assert.ok(after - before >= 70 && after - before <= 72)
    assert.ok(wanted[255]! < wanted[150]!)

    await back(bench)
    const own = await pulled(bench, ARRAY_REQUEST)
    assert.not.equal(own.tgc_cdb, tgcCdb)
    assert.is.not(own.sequence_crc, given.sequence_crc)
    const [first] = bench.cart.receiver.assembler!.frames
    for (let k = 0; k < 256; k++) {
        // 1.7 dB/mm from the centre on.
        const exact = amplitudeToCode(ECHO * 10 ** ((1.7 * k * (10 / 256)) / 20)) // prettier-ignore
        assert.ok(Math.abs(first!.codes[k]! - exact) <= 1, `own, sample ${k}`)
    }
})

test("a gain that is disturbed between loading and arming is found, whichever of the 17 registers", async () => {
    for (const disturb of [
        (e: BenchCart["cart"]["board"]["engine"]): void =>
            void (e.firing.settings.tgcStepNs = 420),
        (e: BenchCart["cart"]["board"]["engine"]): void =>
            void (e.firing.settings.tgcCdb[0]! += 1),
        (e: BenchCart["cart"]["board"]["engine"]): void =>
            void (e.firing.settings.tgcCdb[31]! ^= 0x1000),
    ]) {
        const bench = await BenchCart.boot(ARRAY_REQUEST, EVEN_SLED)
        await bench.home()
        await bench.pullTo(machine.STATE_LIVE)
        disturb(bench.cart.board.engine)
        await bench.ask(machine.ASK_ARM)
        await bench.reach(machine.STATE_FAULT)
        // Until the next status.
        await bench.wait(150)
        assert.is(bench.status?.fault, FAULT_ENGINE_TGC)
        bench.cart.board.stopVm()
    }
})

const single = catheterOf("single-un0rick")!
const SINGLE_REQUEST: PullbackRequest = { ...ARRAY_REQUEST, catheterId: single.id, frameRateHz: 1 } // prettier-ignore
/** Its two steps reach to 7.2 and 13.4 mm: a curve that they can show as they are. */
const TWO_STEPS: TgcPoint[] = [[0, 4], [7, 4], [7.3, 16], [12.32, 16]] // prettier-ignore

test("an un0rick: its steps have the curve's gain, its words show it, and its picture lies on the curve", async () => {
    // Quiet enough that 16 dB do not saturate: -24 dB of full scale.
    const level = 10 ** (-24 / 20)
    const bench = await BenchCart.boot(SINGLE_REQUEST, {
        ...EVEN_SLED,
        echo: { line: (_z, _line, out) => void out.fill(level) },
    })
    await bench.home()
    const tgcCdb = tgcCurve(TWO_STEPS, single)
    const given = await pulled(bench, { ...SINGLE_REQUEST, tgcCdb })
    assert.equal(given.tgc_cdb, tgcCdb)
    const { frames } = bench.cart.receiver.assembler!
    assert.ok(frames.length >= 1)
    const peakOf = (from: number, to: number): number => {
        let peak = 0
        for (let n = from; n < to; n++) {
            const word = (frames[0]!.codes[2 * n]! << 8) | frames[0]!.codes[2 * n + 1]! // prettier-ignore
            peak = Math.max(peak, Math.abs((word & 0x3ff) - 512))
        }
        return peak
    }
    // Words 4 to 511 of the board are samples 0 to 507. The steps' middles lie at 4.04 and 10.2 mm: codes 82 and 328, 20.48 a dB.
    for (const [from, to, db] of [
        [100, 500, 4.004],
        [520, 930, 16.016],
    ] as const) {
        const exact = 512 * level * 10 ** (db / 20)
        // A carrier of 13 samples misses its top by 3 % at most; rounding half a step.
        assert.ok(Math.abs(peakOf(from, to) - exact) <= 0.03 * exact + 0.5, `${peakOf(from, to)} instead of ${exact}`) // prettier-ignore
    }
    const [picture] = pictureFrames(given, frames)
    const spacingMm = 12.32 / 256
    for (let k = 40; k < 240; k++) {
        const mm = k * spacingMm
        // At the jump of the board's gain the detector's window holds both.
        if (Math.abs(mm - 7.17) < 0.4) continue
        const db = gainDb(tgcCdb, given.tgc_step_ns, (mm * 2e6) / 1540)
        const exact = amplitudeToCode(level * 10 ** (db / 20))
        // 10 bits at -24 dB are 0.4 dB.
        assert.ok(Math.abs(picture!.codes[k]! - exact) <= 2, `${mm.toFixed(2)} mm: ${picture!.codes[k]} instead of ${exact}`) // prettier-ignore
    }
})

test("element data: the gain of a sample is that of its time after the pulse", async () => {
    const request: PullbackRequest = { ...ARRAY_REQUEST, frameRateHz: 1, elementPairs: { list: 1 }, tgcCdb: tgcCurve(STEP, array) } // prettier-ignore
    const bench = await BenchCart.boot(request, {
        ...EVEN_SLED,
        elements: { line: (_z, _shot, out) => void out.fill(ECHO) },
    })
    await bench.home()
    const d = await pulled(bench, request)
    assert.is(d.first_sample_ns, 324)
    const [frame] = bench.cart.receiver.assembler!.frames
    const rf = new DataView(frame!.codes.buffer, frame!.codes.byteOffset)
    for (let at = 0; at < frame!.codes.length / 2; at++) {
        const k = at % d.samples_per_line
        const db = gainDb(request.tgcCdb!, 419, 324 + 12.5 * k)
        const exact = 32768 * ECHO * 10 ** (db / 20)
        assert.ok(Math.abs(rf.getInt16(2 * at, true) - exact) <= 0.51, `sample ${k}`) // prettier-ignore
    }
})

const command = suite("the option --tgc")

const file = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
}

command(
    "typed or from a file, the same run; fired as planned, also when it is replayed",
    async () => {
        const points = STEP.map(p => p.join(":")).join(",")
        const runs: RunSummary[] = []
        for (const [name, tgc] of [
            ["typed", points],
            ["file", file("step.json", JSON.stringify(STEP))],
        ] as const) {
            const out = join(folder, name)
            const { status, out: told, err } = await ivus("pullback", "--once", "--json", "--length", "1", "--tgc", tgc, "--out", out) // prettier-ignore
            assert.is(status, 0, err)
            runs.push(JSON.parse(told) as RunSummary)
        }
        const [typed, filed] = runs
        assert.equal(typed!.sequence, filed!.sequence)
        assert.ok(typed!.clean)
        assert.is(typed!.sequence.crc32c, typed!.sequence.plannedCrc32c)
        assert.ok(readFileSync(join(folder, "typed", "longitudinal.png")).equals(readFileSync(join(folder, "file", "longitudinal.png")))) // prettier-ignore
        const again = await ivus("replay", join(folder, "typed", "capture.ivl"), "--out", join(folder, "again")) // prettier-ignore
        assert.match(again.out, /fired: .*, as planned/)
        // What sequence show says of it is what was fired.
        const shown = JSON.parse((await ivus("sequence", "show", "--json", "--tgc", points)).out) // prettier-ignore
        assert.is(shown.table.with_tgc_crc32c, typed!.sequence.crc32c)
        assert.equal(tgcCurve(shown.sequence.tgc.points, array), tgcCurve(STEP, array)) // prettier-ignore
        assert.equal(shown.catheter.tgc_points, STEP)
        // What it shows can be given again, as a curve and as a catheter.
        const curve = file(
            "curve.json",
            JSON.stringify(shown.sequence.tgc.points)
        )
        const sheet = file("sheet.json", JSON.stringify(shown.catheter))
        for (const args of [
            ["--tgc", curve],
            ["--catheter", sheet],
        ]) {
            const same = JSON.parse((await ivus("sequence", "show", "--json", ...args)).out) // prettier-ignore
            assert.is(same.table.with_tgc_crc32c, typed!.sequence.crc32c)
        }
    }
)

command(
    "a cart that has another curve than the one asked for has not fired as planned",
    async () => {
        const { firedSequence, isAsPlanned } = await import("../src/host/sequence/fired") // prettier-ignore
        const bench = await BenchCart.boot(ARRAY_REQUEST, EVEN_SLED)
        await bench.home()
        const tgcCdb = tgcCurve(STEP, array)
        const d = await pulled(bench, { ...ARRAY_REQUEST, tgcCdb })
        assert.ok(isAsPlanned(firedSequence(d, undefined, tgcCdb)))
        const other = tgcCdb.map((cdb, i) => (i === 20 ? cdb + 1 : cdb))
        assert.not(isAsPlanned(firedSequence(d, undefined, other)))
        // And one that tells another curve than it read back.
        assert.not(isAsPlanned(firedSequence({ ...d, tgc_cdb: other })))
    }
)

/** What is typed, and the sentence. */
const WRONG: [string, RegExp][] = [
    ["", /point 1 is ""; allowed: a depth in mm and a gain in dB/],
    ["5", /point 1 is "5"/],
    ["0:0,", /point 2 is ""/],
    ["0:0,5-3", /point 2 is "5-3"/],
    ["0:0:0", /point 1 is "0:0:0"/],
    ["a:b", /point 1 is "a:b"/],
    ["-1:0", /the depth of point 1 is -1; allowed: 0 to 60 mm/],
    ["0:0,61:1", /the depth of point 2 is 61; allowed: 0 to 60 mm/],
    ["0:0,5:1,5:2", /the depth of point 3 is 5; allowed: above 5 mm, that of point 2/],
    ["0:0,5:1,4:2", /the depth of point 3 is 4; allowed: above 5 mm/],
    ["0:-1", /the gain of point 1 is -1; allowed: 0 to 100 dB/],
    ["0:0,10:100.5", /the gain of point 2 is 100\.5; allowed: 0 to 100 dB/],
    [join(folder, "none.json"), /cannot be read \(ENOENT\); name a JSON file that can/],
    [file("text.json", "0:0"), /is no JSON \(.*\); \[\[0, 0\], \[10, 25\]\] is 0 dB at the centre/],
    [file("object.json", "{}"), /the curve is \{\}; allowed: one point or more/],
    [file("high.json", "[[0, 0], [5, 101]]"), /high\.json": the gain of point 2 is 101; allowed: 0 to 100 dB/],
] // prettier-ignore

for (const [typed, sentence] of WRONG)
    command(
        `--tgc ${JSON.stringify(typed.replace(folder, "…"))} is bad usage`,
        async () => {
            for (const args of [
                ["pullback", "--once"],
                ["sequence", "show"],
                ["live", "--frames", "1"],
            ]) {
                const { status, out, err } = await ivus(
                    ...args,
                    `--tgc=${typed}`
                )
                assert.is(status, 2, err)
                assert.match(err, sentence)
                assert.is(out, "")
            }
        }
    )

command(
    "an un0rick's limit is its own, and sequence show tells its steps",
    async () => {
        const show = [
            "sequence",
            "show",
            "--catheter",
            "single-un0rick",
            "--tgc",
        ]
        const high = await ivus(...show, "0:0,10:49.96")
        assert.is(high.status, 2)
        assert.match(high.err, /the gain of point 2 is 49\.96; allowed: 0 to 49\.95 dB/) // prettier-ignore
        const { out } = await ivus(
            ...show,
            TWO_STEPS.map(p => p.join(":")).join()
        )
        assert.match(out, /of its depth: 4\.00, 16\.02 dB, each for 6\.2 mm/)
    }
)

test.run()
command.run()
