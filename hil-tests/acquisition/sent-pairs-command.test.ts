// A custom pair list by the command line: pullback, replay, and invalid files.

import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { ivus } from "../support/cli/ivus"
import { areaIn, roundVein } from "../support/imaging/round-vein"
import { FIVE_NEIGHBOURS } from "../support/carts/five-pairs"
import { file, folder } from "../support/cli/scratch"
import { keepCalibration } from "../support/cli/calibrated-board"

const test = suite("a pair list by the command line")
keepCalibration(test)

const measuresOf = (out: string): string => readFileSync(join(out, "measurements.csv"), "utf8")

test("measures the true lumen area; a replay accepts only the fired list, from the capture's folder or by name", async () => {
    const out = join(folder, "out")
    const radiusMm = 3
    const list = file("five.json", JSON.stringify(FIVE_NEIGHBOURS))
    const first = await ivus(
        ...["pullback", "--once", "--json", "--out", out, "--length", "1"],
        ...["--data", "elements", "--frame-rate", "5", "--speed", "0.5"],
        ...["--vessel", file("round.csv", roundVein(radiusMm)), "--pairs", list]
    )
    assert.is(first.status, 0, first.err)
    const summary = JSON.parse(first.out)
    assert.is(summary.lines_per_frame, 320)
    assert.is(summary.lines.missing, 0)
    assert.is(summary.sequence.crc32c, summary.sequence.planned_crc32c)
    const area = areaIn(measuresOf(out))
    // As with 64 x 14 (channel-data-pullback.test.ts): half a pulse, and scatterers 0.15 mm apart.
    assert.ok(Math.abs(area / (Math.PI * radiusMm ** 2) - 1) < 0.06, `${area} mm²`)
    assert.equal(JSON.parse(readFileSync(join(out, "pairs.json"), "utf8")), FIVE_NEIGHBOURS)
    const capture = join(out, "capture.ivl")
    const replayed = join(folder, "again")
    const replay = (...args: string[]): ReturnType<typeof ivus> =>
        ivus("replay", capture, "--force", "--out", replayed, ...args)
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
    const swapped = file(
        "swapped.json",
        JSON.stringify([FIVE_NEIGHBOURS[1], FIVE_NEIGHBOURS[0], ...FIVE_NEIGHBOURS.slice(2)])
    )
    const mismatched = await replay("--pairs", swapped)
    assert.is(mismatched.status, 1)
    assert.match(mismatched.err, /The pair list is not the one that was fired/)
    const nonsense = await replay("--pairs", file("no.json", "{}"))
    assert.is(nonsense.status, 2)
    assert.match(nonsense.err, /no\.json": pairs is .*; allowed: \[\[tx, rx\], …\]/)
})

test.run()

const files = suite("a pairs file")

/** File content and the expected sentence. */
const INVALID: [string, RegExp][] = [
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

files(
    "an invalid file is refused with file, position, value and limit, and exit status 2",
    async () => {
        for (const [i, [text, sentence]] of INVALID.entries()) {
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
            [["--pairs", "most"], /reciprocal-14, both-27, full and a FILE\.json/],
            [
                ["--pairs", file("ok.json", JSON.stringify(FIVE_NEIGHBOURS)), "--frame-rate", "30"],
                /up to 6.\d+ frames\/s fit/,
            ],
            [
                ["--pairs", join(folder, "ok.json"), "--catheter", "rotational-40mhz"],
                /needs an array/,
            ],
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
    }
)

files.run()
