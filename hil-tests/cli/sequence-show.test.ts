// `ivus sequence show`: sequences that fit, sequences that do not, with the nearest allowed value,
// and invalid files.

import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { specOf } from "../../src/host/sequence/catheter-spec"
import { CATHETER_IDS } from "../../src/shared/acquisition/catheter-list"
import { ivus } from "../support/cli/ivus"
import { file, folder } from "../support/cli/scratch"

const sequence = suite("sequence show")
const show = (...args: string[]): ReturnType<typeof ivus> => ivus("sequence", "show", ...args)

sequence("draws a sequence that fits", async () => {
    const { status, out, err } = await show("--pairs", "reciprocal-14")
    assert.is(status, 0, err)
    assert.is(err, "")
    assert.match(out, /array-20mhz, coronary: 20 MHz/)
    assert.match(out, /896 pairs, summed into 256 lines/)
    assert.match(out, /tx {2}1 -> rx 1\.\.14\n/)
    assert.match(out, /0\.71 to {5}12\.99 us {2}echo to 10 mm/)
    assert.match(out, /^budget +needed +available +%$/m)
    assert.match(out, /firings of a frame +15\.22 +33\.33 ms +45\.7\n/)
    assert.match(out, /The sequence fits all limits\.\n$/)
})

sequence("each catheter fits with its default sequence", async () => {
    for (const id of CATHETER_IDS) {
        const { status, out, err } = await show("--catheter", id)
        assert.is(status, 0, err)
        assert.match(out, `catheter  ${id},`)
    }
})

sequence("90 revolutions per second of 512 lines of 256 samples fit over four lanes", async () => {
    const fast = [
        "--catheter",
        "rotational-60mhz",
        "--lines",
        "512",
        "--samples",
        "256",
        "--frame-rate",
        "90",
    ]
    const { status, out, err } = await show(...fast, "--bus", "quad")
    assert.is(status, 0, err)
    // 46,080 lines/s of 2,240 bits; 85 % of 160 Mbit/s
    assert.match(out, /front end's bus +103\.2 +136 Mbit\/s/)
    assert.is((await show(...fast)).status, 1)
})

/** Requests that do not fit, and the expected sentence with the nearest allowed value. */
const TOO_FAST: [string[], RegExp][] = [
    [
        ["--catheter", "array-10mhz", "--depth", "30"],
        /firings of a frame take longer.* \(nearest allowed value: 25\.978 frames\/s\)/,
    ],
    [["--frame-rate", "60"], /front end's bus.* \(nearest allowed value: 59\.291 frames\/s\)/],
    [["--pairs", "full", "--frame-rate", "15"], /transmit budget.* 13\.427 frames\/s/],
    [["--depth", "12.5"], /depth .* \(nearest allowed value: 12 mm\)/],
    [["--link-rate", "2"], /link to the host.* \(nearest allowed value: 27\.126 frames\/s\)/],
    [
        ["--catheter", "rotational-40mhz", "--frame-rate", "60"],
        /rotor .* \(nearest allowed value: 30 frames\/s\)/,
    ],
    [
        ["--catheter", "rotational-60mhz", "--lines", "512", "--frame-rate", "60"],
        /bus.* \(nearest allowed value: 33\.47 frames\/s\)/,
    ],
    [
        [
            "--catheter",
            "rotational-60mhz",
            "--lines",
            "512",
            "--samples",
            "512",
            "--frame-rate",
            "90",
            "--bus",
            "quad",
        ],
        /bus.* \(nearest allowed value: 60\.081 frames\/s\)/,
    ],
]

for (const [args, sentence] of TOO_FAST)
    sequence(`${args.join(" ")} does not fit`, async () => {
        const { status, out, err } = await show(...args)
        assert.is(status, 1)
        assert.match(err, sentence)
        assert.is(err.trimEnd().split("\n").length, 1)
        assert.match(out, sentence)
        assert.match(out, "too much")
        const result = JSON.parse((await show(...args, "--json")).out)
        assert.is(result.fits, false)
        assert.match(result.sentence, sentence)
    })

sequence("accepts a catheter and pairs from files; --json prints a file's content", async () => {
    const { catheter } = JSON.parse((await show("--json")).out)
    const neighbours = Array.from({ length: 64 }, (_, i) => [i, (i + 1) % 64])
    const edited = { ...catheter, id: "mine", depth_um: 8000 }
    const { status, out, err } = await show(
        ...["--catheter", file("mine.json", JSON.stringify(edited)), "--json"],
        ...["--pairs", file("pairs.json", JSON.stringify(neighbours))]
    )
    assert.is(status, 0, err)
    const result = JSON.parse(out)
    assert.equal(result.catheter.depth_um, 8000)
    assert.equal(result.sequence.pairs, neighbours)
    assert.is(result.table.entries, 64)
})

const SPEC = { ...specOf("array-20mhz")!, supply_mv: 200_000 }
const INVALID: [string[], RegExp][] = [
    [["--catheter", "array-30mhz"], /array-20mhz, array-10mhz, .*single-un0rick are known/],
    [
        ["--catheter", file("hot.json", JSON.stringify(SPEC))],
        /supply_mv is 200000; allowed: whole numbers from 1000 to 100000 mV/,
    ],
    [["--catheter", file("text.json", "hello")], /is not valid JSON/],
    [["--catheter", join(folder, "none.json")], /cannot be read \(ENOENT\)/],
    [["--frame-rate", "0"], /1 to 90 frames\/s/],
    [["--lines", "100.5"], /--lines 100\.5 is not a whole number; whole numbers from 16 to 512/],
    [["--lines", "8"], /16 to 512/],
    [["--samples", "100.5"], /--samples 100\.5 is not a whole number/],
    [["--bus", "octal"], /Allowed choices are single, quad/],
    [["--depth", "-1"], /1 to 100 mm/],
    [
        ["--pairs", file("one.json", "[[0, 1]]")],
        /pairs is "1 of 1 transmitters"; allowed: all 64 elements transmit once at least.*element 1 does not/,
    ],
    [
        [
            "--catheter",
            file(
                "steep.json",
                JSON.stringify({ ...specOf("array-20mhz"), tgc_slope_cdb_per_mm: 65535 })
            ),
        ],
        /tgc_slope_cdb_per_mm is 65535; allowed: whole numbers from 0 to 1040 cdB\/mm/,
    ],
    [
        [
            "--catheter",
            file(
                "steeper.json",
                JSON.stringify({ ...specOf("array-20mhz"), tgc_slope_cdb_per_mm: 261 })
            ),
        ],
        /tgc_slope_cdb_per_mm is 261; allowed: up to 260 cdB\/mm/,
    ],
    [["--pairs", "some"], /reciprocal-14, both-27, full and a FILE\.json/],
    [
        ["--pairs", file("far.json", "[[0, 64]]")],
        /ops\[0\]\.rx\.aperture is 64; allowed: whole numbers from 0 to 63/,
    ],
    [["--pairs", file("odd.json", "[[0]]")], /pairs\[0\] is \[0\]/],
    [["--pairs", "full", "--catheter", "rotational-40mhz"], /is not an array/],
    [["--link-rate", "fast"], /not a number/],
    [["--wrong"], /unknown option/],
]

for (const [args, sentence] of INVALID)
    sequence(`${args.join(" ").replace(folder, "…")} is bad usage`, async () => {
        const { status, out, err } = await show(...args)
        assert.is(status, 2, err)
        assert.match(err, sentence)
        assert.is(out, "")
    })

sequence.run()
