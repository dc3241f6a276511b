// `--fault` and `--nurd`: every fault is listed, refused on a cart without the part, injected, and
// reported.

import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { FRAM_FAULTS } from "../../boards/virtual/fram/faults"
import { SAFETY_FAULTS } from "../../boards/virtual/safety-circuit/faults"
import { FAULT_GROUPS, FAULT_NAMES, faultGroupOf } from "../../boards/virtual/fault-groups"
import type { RunRecord } from "../../src/host/runs/run-record"
import * as codes from "../../src/shared/codes"
import { keepCalibration } from "../support/cli/calibrated-board"
import { ivus } from "../support/cli/ivus"
import { withoutResultFiles } from "../support/cli/without-files"

const folder = mkdtempSync(join(tmpdir(), "ivus-fault-"))
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

/** The shortest run that is still imaging for more than a second after {@link AT_S}. */
const LENGTH_MM = "2"

let runs = 0
const pullback = (...args: string[]) =>
    ivus(
        "pullback",
        "--once",
        "--json",
        "--length",
        LENGTH_MM,
        "--out",
        join(folder, `out-${++runs}`),
        ...args
    )

/** At this time the sled of a calibrated board has been homed and has pulled for a second. */
const AT_S = 12.4
/** Faults that must be injected earlier to be detected as themselves. */
const EARLY_S: Readonly<Record<string, number>> = {
    "home-switch-short": 1,
    "switches-swapped": 1,
    "rotor-index": 1,
    "un0rick-memory": 0,
}

const ROTATIONAL = ["--catheter", "rotational-40mhz"]

/**
 * The fault code with which the cart stops.
 */
const STOPS: Readonly<Record<string, number>> = {
    stall: codes.FAULT_STALL,
    load: codes.FAULT_STALL,
    // The encoder cannot distinguish a blocked sled from a nut that slips.
    "stick-slip": codes.FAULT_STALL,
    "screw-slip": codes.FAULT_STALL,
    "encoder-dead": codes.FAULT_STALL,
    "encoder-reversed": codes.FAULT_ENCODER_REVERSED,
    "encoder-slip": codes.FAULT_POSITION,
    "encoder-jump": codes.FAULT_COUNTER,
    // The homing move then ends at the mechanical stop.
    "home-switch-short": codes.FAULT_HOMING,
    // The homing move then reaches the far input at the home switch.
    "switches-swapped": codes.FAULT_END_SWITCH,
    "switch-cable-off": codes.FAULT_SWITCHES,
    "encoder-unplugged": codes.FAULT_STALL,
    // The encoder cannot distinguish a reversed motor from its own channels swapped.
    "motor-coil-reversed": codes.FAULT_ENCODER_REVERSED,
    "home-switch-wire-cut": codes.FAULT_END_SWITCH,
    "far-switch-wire-cut": codes.FAULT_END_SWITCH,
    "driver-reset": codes.FAULT_MOTOR_DRIVER_RESET,
    "bus-all-ones": codes.FAULT_MOTOR_DRIVER_MISSING,
    "bus-all-zeros": codes.FAULT_MOTOR_DRIVER_MISSING,
    "bus-stuck": codes.FAULT_MOTOR_DRIVER_MISSING,
    "over-temperature": codes.FAULT_DRIVER_HOT,
    short: codes.FAULT_DRIVER_SHORT,
    undervoltage: codes.FAULT_DRIVER_SUPPLY,
    "engine-table": codes.FAULT_ENGINE_TABLE,
    "un0rick-reset": codes.FAULT_UN0RICK_RESET,
    "un0rick-gain": codes.FAULT_UN0RICK_WRITE,
    "un0rick-no-end": codes.FAULT_UN0RICK_LATE,
    "un0rick-no-start": codes.FAULT_UN0RICK_LATE,
    "un0rick-unplugged": codes.FAULT_UN0RICK_MISSING,
    "un0rick-memory": codes.FAULT_UN0RICK_MEMORY,
    "catheter-out": codes.FAULT_CATHETER_UNPLUGGED,
    "transmit-inhibit": codes.FAULT_ENGINE_INHIBITED,
    "engine-reset": codes.FAULT_ENGINE_RESET,
    "engine-all-ones": codes.FAULT_ENGINE_MISSING,
    "rotor-stall": codes.FAULT_ROTOR_STALLED,
    "rotor-wobble": codes.FAULT_ROTOR_SPEED,
    "rotor-index": codes.FAULT_ROTOR_LOCK,
}

/** A burst of 42 lines was lost. */
const lost = ({ lines, clean }: RunRecord): boolean => lines!.missing === 42 && !clean
const warnsOf = ({ alarms }: RunRecord, code: number): boolean =>
    alarms?.length === 1 && alarms[0]!.code === code && alarms[0]!.priority === "low"

const noEffect = ({ lines, clean }: RunRecord): boolean => lines!.missing === 0 && clean!

/** Faults that do not stop the run, and the expected summary. */
const NO_EVENT: Readonly<Record<string, (summary: RunRecord) => boolean>> = {
    "link-flip": s => lost(s) && s.lines!.damaged === 1,
    "link-cut": s => lost(s),
    "link-drop": s => lost(s) && s.link!.bursts_missing === 1,
    "link-double": s => s.lines!.missing === 0 && s.link!.bursts_doubled === 1 && !s.clean,
    // Every affected line is missing and counted.
    "spi-bit-errors": s =>
        s.lines!.damaged > 50 && s.lines!.damaged === s.lines!.missing && !s.clean,
    // Such errors cannot be detected (boards/un0rick.md, "Integrity").
    "un0rick-bit-errors": noEffect,
    // The sled never reaches the other end.
    "far-switch-short": noEffect,
    "over-temperature-warning": s => noEffect(s) && warnsOf(s, codes.EVENT_DRIVER_WARM),
    // Half the force is sufficient.
    "open-load": s => noEffect(s) && warnsOf(s, codes.EVENT_OPEN_LOAD),
}

function catheterFor(name: string): string[] {
    const group = faultGroupOf(name)!.name
    if (group === "rotor") return ROTATIONAL
    return group === "un0rick" ? ["--catheter", "single-un0rick"] : []
}

/** A rare fault needs a longer run to occur often enough. */
const lengthFor = (name: string): string[] => (name === "spi-bit-errors" ? ["--length", "5"] : [])

const cause = (name: string) =>
    pullback(
        ...catheterFor(name),
        ...lengthFor(name),
        "--fault",
        `${name}@${EARLY_S[name] ?? AT_S}`
    )

const test = suite("faults by option")
// Without it, each of the runs below would calibrate the sled first, which takes longer than the run.
keepCalibration(test)
withoutResultFiles(test)

/** Faults whose outcome depends on when they appear: hil-tests/motion. */
const IN_MOTION = [...Object.keys(SAFETY_FAULTS), ...Object.keys(FRAM_FAULTS)]

test("every fault has an expected outcome in this file or in hil-tests/motion", () => {
    const expected = [...Object.keys({ ...STOPS, ...NO_EVENT }), ...IN_MOTION]
    assert.equal(expected.sort(), [...FAULT_NAMES].sort())
})

test("the help of pullback names the groups of faults", async () => {
    const { out } = await ivus("pullback", "--help")
    for (const { name } of FAULT_GROUPS) assert.match(out, name)
    assert.match(out, "--nurd <deg>")
})

test("a fault of a missing part is refused", async () => {
    for (const [args, sentence] of [
        [["--fault", "rotor-stall@1"], /needs a rotor, which a cart with array-20mhz does not/],
        [["--nurd", "5"], /--nurd needs a rotational catheter, and array-20mhz is not one/],
        [
            ["--catheter", "single-un0rick", "--fault", "engine-reset@1"],
            /needs a line engine, which a cart with single-un0rick/,
        ],
        [["--fault", "un0rick-reset@1"], /needs an un0rick, which a cart with array-20mhz/],
        [[...ROTATIONAL, "--nurd", "31"], /0 to 30 degrees/],
        [
            ["--fault", "link-drop"],
            /--fault link-drop has no time; write link-drop@SECONDS, such as link-drop@40\./,
        ],
        [
            ["--fault", "engine-on-fire@1"],
            /ivus -- faults" lists those of sled, line engine, rotor, un0rick, link/,
        ],
        [
            ["--target", "tcp:1.2.3.4", ...ROTATIONAL, "--nurd", "5"],
            /--nurd needs the virtual board/,
        ],
        [["--sheath", "winding"], /--sheath winding is not a sheath; use easy, tortuous or a FILE/],
        [
            ["--sheath", "none.json"],
            /The sheath file "none.json" cannot be read \(there is no such/,
        ],
        [["--target", "tcp:1.2.3.4", "--sheath", "easy"], /--sheath needs the virtual board/],
    ] as const) {
        const { status, err } = await pullback(...args)
        assert.is(status, 2)
        assert.match(err, sentence)
    }
})

/**
 * Faults of the sled, injected by name through the library (timing.test.ts); all others are
 * injected here.
 */
const IN_RIG: readonly string[] = [
    "load",
    "screw-slip",
    "encoder-dead",
    "encoder-reversed",
    "encoder-slip",
    "home-switch-wire-cut",
    "far-switch-wire-cut",
    "bus-all-ones",
    "bus-all-zeros",
    "bus-stuck",
    "undervoltage",
    "over-temperature",
    "short",
]

test("the timing rig injects the faults that are not injected here", () => {
    const rig = readFileSync("hil-tests/support/rig/faults.ts", "utf8")
    for (const name of IN_RIG) {
        assert.ok(name in STOPS, name)
        assert.match(rig, new RegExp(`["\\s]${name}["\\b:]`), name)
    }
})

for (const [name, code] of Object.entries(STOPS).filter(([name]) => !IN_RIG.includes(name)))
    test(`${name}: the cart stops and reports why`, async () => {
        const { status, err } = await cause(name)
        assert.is(status, 1)
        assert.match(err, codes.sentenceOf(code))
    })

for (const [name, hasResult] of Object.entries(NO_EVENT))
    test(`${name}: the run continues`, async () => {
        const { status, out, err } = await cause(name)
        assert.is(status, 0, err)
        const summary = JSON.parse(out) as RunRecord
        const { lines, link, clean } = summary
        assert.ok(hasResult(summary), JSON.stringify({ lines, link, clean }))
    })

test("the summary reports the non-uniform rotation of a tip that lags its drive", async () => {
    const rotationOf = async (...args: string[]) => {
        const { out } = await pullback(...ROTATIONAL, ...args)
        return (JSON.parse(out) as RunRecord).rotation!
    }
    const even = await rotationOf()
    assert.is(even.max_deg, null)
    assert.is(even.below_deg, 0.7)
    const uneven = await rotationOf("--nurd", "20")
    assert.ok(uneven.max_deg! > 10, `${uneven.max_deg}`)
})

test.run()
