// The option --tgc: its syntax, the curve that `sequence show` prints, and the curve that a cart
// fires.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { RunSummary } from "../../src/host/results/summary"
import type { SnakeCase } from "../../src/host/runs/snake-case"
import { firedSequence, matchesPlan } from "../../src/host/sequence/firing-check"
import { tgcCurve, type TgcPoint } from "../../src/host/sequence/tgc"
import { STATE_LIVE } from "../../src/shared/cart-machine"
import { catheterOf } from "../../src/shared/acquisition/catheters"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { ivus } from "../support/cli/ivus"
import { keepCalibration } from "../support/cli/calibrated-board"

const folder = mkdtempSync(join(tmpdir(), "ivus-tgc-"))
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

/** Flat, then a step of 20 dB, then falling: a start value and a slope cannot describe it. */
const STEP: TgcPoint[] = [
    [0, 3],
    [4, 3],
    [4.1, 23],
    [6, 23],
    [10, 8],
]
const array = catheterOf("array-20mhz")!

const command = suite("the option --tgc")
keepCalibration(command)

const file = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
}

command(
    "a curve on the command line and one in a file give the same run, fired as planned, also in replay",
    async () => {
        const points = STEP.map(p => p.join(":")).join(",")
        const runs: SnakeCase<RunSummary>[] = []
        for (const [name, tgc] of [
            ["typed", points],
            ["file", file("step.json", JSON.stringify(STEP))],
        ] as const) {
            const out = join(folder, name)
            const {
                status,
                out: json,
                err,
            } = await ivus(
                "pullback",
                "--once",
                "--json",
                "--length",
                "1",
                "--tgc",
                tgc,
                "--out",
                out
            )
            assert.is(status, 0, err)
            runs.push(JSON.parse(json) as SnakeCase<RunSummary>)
        }
        const [typed, fromFile] = runs
        assert.equal(typed!.sequence, fromFile!.sequence)
        assert.ok(typed!.clean)
        assert.is(typed!.sequence.crc32c, typed!.sequence.planned_crc32c)
        assert.ok(
            readFileSync(join(folder, "typed", "longitudinal.png")).equals(
                readFileSync(join(folder, "file", "longitudinal.png"))
            )
        )
        const replayed = await ivus(
            "replay",
            join(folder, "typed", "capture.ivl"),
            "--out",
            join(folder, "again")
        )
        assert.match(replayed.out, /fired: .*, as planned/)
        // sequence show prints the same curve as was fired.
        const shown = JSON.parse((await ivus("sequence", "show", "--json", "--tgc", points)).out)
        assert.is(shown.table.with_tgc_crc32c, typed!.sequence.crc32c)
        assert.equal(tgcCurve(shown.sequence.tgc.points, array), tgcCurve(STEP, array))
        assert.equal(shown.catheter.tgc_points, STEP)
        // Its output can be used as input again, as a curve and as a catheter.
        const curve = file("curve.json", JSON.stringify(shown.sequence.tgc.points))
        const spec = file("spec.json", JSON.stringify(shown.catheter))
        for (const args of [
            ["--tgc", curve],
            ["--catheter", spec],
        ]) {
            const same = JSON.parse((await ivus("sequence", "show", "--json", ...args)).out)
            assert.is(same.table.with_tgc_crc32c, typed!.sequence.crc32c)
        }
    }
)

command(
    "a cart that reports another curve than the requested one has not fired as planned",
    async () => {
        const tgcCdb = tgcCurve(STEP, array)
        const request = { ...REQUEST, lengthMm: 1, tgcCdb }
        const bench = await BenchCart.boot(request, EVEN_SLED)
        await bench.home()
        await bench.pullTo(STATE_LIVE)
        const d = bench.cart.receiver.description!
        bench.cart.board.stopVm()
        assert.ok(matchesPlan(firedSequence(d, undefined, tgcCdb)))
        const other = tgcCdb.map((cdb, i) => (i === 20 ? cdb + 1 : cdb))
        assert.not(matchesPlan(firedSequence(d, undefined, other)))
        // A cart whose reported curve differs from the one that it read back.
        assert.not(matchesPlan(firedSequence({ ...d, tgc_cdb: other })))
    }
)

/** The typed text and the expected sentence. */
const INVALID: [string, RegExp][] = [
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
    [join(folder, "none.json"), /cannot be read \(ENOENT\); name a readable JSON file/],
    [
        file("text.json", "0:0"),
        /is not JSON \(.*\); \[\[0, 0\], \[10, 25\]\] is 0 dB at the centre/,
    ],
    [file("object.json", "{}"), /the curve is \{\}; allowed: one point or more/],
    [
        file("high.json", "[[0, 0], [5, 101]]"),
        /high\.json": the gain of point 2 is 101; allowed: 0 to 100 dB/,
    ],
]

for (const [typed, sentence] of INVALID)
    command(`--tgc ${JSON.stringify(typed.replace(folder, "…"))} is bad usage`, async () => {
        for (const args of [
            ["pullback", "--once"],
            ["sequence", "show"],
            ["live", "--frames", "1"],
        ]) {
            const { status, out, err } = await ivus(...args, `--tgc=${typed}`)
            assert.is(status, 2, err)
            assert.match(err, sentence)
            assert.is(out, "")
        }
    })

command("an un0rick has its own gain limit, and sequence show prints its gain steps", async () => {
    const show = ["sequence", "show", "--catheter", "single-un0rick", "--tgc"]
    const high = await ivus(...show, "0:0,10:49.96")
    assert.is(high.status, 2)
    assert.match(high.err, /the gain of point 2 is 49\.96; allowed: 0 to 49\.95 dB/)
    const { out } = await ivus(...show, "0:4,7:4,7.3:16")
    assert.match(out, /gain steps: 4\.00, 16\.02 dB, each for 6\.2 mm/)
})

command.run()
