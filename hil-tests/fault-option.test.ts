// Responsible for: `--fault` and `--nurd` of front end and rotor as an engineer uses them: listed, refused where there is no such part, caused.
// Not for: how fast the cart stops (front-end-faults.test.ts, rotor.test.ts), faults of sled and link (command-line.test.ts).

import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { FRONT_END_FAULTS } from "../src/host/cli/front-end-faults"
import type { RunSummary } from "../src/host/results/summary"
import * as reasons from "../src/wire/reasons"
import { ivus } from "./tools/ivus"

const folder = mkdtempSync(join(tmpdir(), "ivus-fault-"))
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

const pullback = (...args: string[]) =>
    ivus("pullback", "--once", "--json", "--length", "5", "--out", join(folder, "out"), ...args) // prettier-ignore

/** The sled is homed, calibrated and homed again by then, and pulls. */
const AT_S = "40"

const TURNING = ["--catheter", "rotational-40mhz"]

/** What the cart stops with: while it pulls, or, of a table and an index, before it may. */
const STOPS: Readonly<Record<string, number>> = {
    "catheter-out": reasons.FAULT_CATHETER_CHANGED,
    "transmit-inhibit": reasons.FAULT_ENGINE_INHIBITED,
    "engine-reset": reasons.FAULT_ENGINE_RESET,
    "engine-all-ones": reasons.FAULT_ENGINE_MISSING,
    "rotor-stall": reasons.FAULT_ROTOR_STALLED,
    "rotor-wobble": reasons.FAULT_ROTOR_SPEED,
    "rotor-index": reasons.FAULT_ROTOR_LOCK,
}

const test = suite("faults of the front end by option")

test("the help lists each with what it does", async () => {
    const { out } = await ivus("pullback", "--help")
    for (const [name, { text }] of Object.entries(FRONT_END_FAULTS))
        assert.match(out, `${name.padEnd(26)}${text}`)
    assert.match(out, "--nurd <deg>")
})

test("what a cart has not is refused", async () => {
    for (const [args, sentence] of [
        [["--fault", "rotor-stall@1"], /needs a catheter that turns, which array-20mhz/],
        [["--nurd", "5"], /needs a catheter that turns, which array-20mhz/],
        [["--catheter", "single-un0rick", "--fault", "engine-reset@1"], /needs a line engine, which single-un0rick/],
        [[...TURNING, "--nurd", "31"], /0 to 30 degrees/],
        [["--fault", "engine-on-fire@1"], /has link-flip, .*catheter-out, .*rotor-stall, .*stall/],
        [["--target", "tcp:1.2.3.4", ...TURNING, "--nurd", "5"], /--nurd needs the virtual board/],
    ] as const) {
        const { status, err } = await pullback(...args)
        assert.is(status, 2)
        assert.match(err, sentence)
    }
}) // prettier-ignore

for (const [name, code] of Object.entries(STOPS))
    test(`${name}: the cart stops and says why`, async () => {
        const turns = FRONT_END_FAULTS[name]!.ofRotor ? TURNING : []
        const at = name === "rotor-index" ? "1" : AT_S
        const { status, err } = await pullback(...turns, "--fault", `${name}@${at}`) // prettier-ignore
        assert.is(status, 1)
        assert.match(err, reasons.sentenceOf(code))
    })

test("bit errors on the bus: each line that had one is missed and counted, and the run goes on", async () => {
    const { status, out } = await pullback("--fault", `spi-bit-errors@${AT_S}`)
    assert.is(status, 0)
    const { lines, clean } = JSON.parse(out) as RunSummary
    assert.ok(lines.damaged > 50 && lines.damaged === lines.missing)
    assert.not(clean)
})

test("a tip that lags its drive shows in the summary's unevenness", async () => {
    const rotationOf = async (...args: string[]) => {
        const { out } = await pullback(...TURNING, ...args)
        return (JSON.parse(out) as RunSummary).rotation!
    }
    const even = await rotationOf()
    assert.is(even.maxDeg, null)
    assert.is(even.belowDeg, 0.7)
    const uneven = await rotationOf("--nurd", "20")
    assert.ok(uneven.maxDeg! > 10, `${uneven.maxDeg}`)
})

test.run()
