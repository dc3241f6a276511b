// `ivus doctor --wiring` on the virtual board, whose hand does each step: right wires, and each fault of a wire by its step.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { SAFETY_FAULTS } from "../../boards/virtual/safety-circuit/faults"
import { SLED_FAULT_NAMES } from "../../boards/virtual/sled/faults"
import { ivus } from "../support/cli/ivus"

const test = suite("ivus doctor --wiring")

test("asks for each step, finds right wires, and leaves the cart unhomed [IVUS-SAF-009]", async () => {
    const { status, out, err } = await ivus("doctor", "--wiring")
    assert.is(status, 0, err)
    assert.is(out.match(/^.*ok/gm)?.length, 7, out)
    assert.match(out, /The wiring is right \(state: unhomed\)/)
    for (const step of [/Press the home/, /Press the far/, /10 mm away/, /Press the em/, /Release/])
        assert.match(err, step)
    for (const line of `${out}${err}`.split("\n")) assert.ok(line.length <= 90, line)
})

/** The steps that are wrong with each fault from the start; "bus" ends the check. */
const WRONG: Readonly<Record<string, readonly string[]>> = {
    "home-switch-wire-cut": ["switches at rest"],
    "home-switch-short": ["home switch"],
    "far-switch-wire-cut": ["switches at rest"],
    "far-switch-short": ["far switch"],
    "switch-cable-off": ["switches at rest"],
    "switches-swapped": ["home switch", "far switch"],
    "encoder-dead": ["encoder"],
    "encoder-reversed": ["encoder"],
    "encoder-unplugged": ["encoder"],
    "bus-all-ones": ["bus"],
    "bus-all-zeros": ["bus"],
    "bus-stuck": ["bus"],
    estop: ["emergency stop"],
    "estop-wire": ["emergency stop"],
    "estop-bridged": ["emergency stop"],
    "sense-low": ["emergency stop"],
    "rearm-open": ["emergency stop"],
    // Found by the self test, whose fault the cart reports.
    "sense-high": ["cart"],
    "watchdog-stuck": ["cart"],
    "latch-stuck": ["cart"],
    "transmit-gate": ["cart"],
    "engine-all-ones": ["cart"],
    "motor-gate": ["motor stage"],
    "motor-gate-safe": ["motor stage"],
    "motor-gate-open": ["motor stage"],
    // Not seen while nothing is driven.
    "motor-coil-reversed": [],
    "open-load": [],
    short: [],
    "encoder-slip": [],
    "encoder-jump": [],
    "screw-slip": [],
    "driver-reset": [],
    "over-temperature-warning": [],
}

/** Neither a wire nor a cable, and a sled that does not let itself be moved by hand. */
const NO_WIRE = ["stall", "load", "stick-slip", "over-temperature", "undervoltage"]

/** Faults that are injected together, as they concern different steps or leave the same one wrong. */
const RUNS: readonly (readonly string[])[] = [
    Object.keys(WRONG).filter(name => WRONG[name]!.length === 0),
    ["estop-bridged", "home-switch-wire-cut", "encoder-reversed"],
    ["estop-wire", "far-switch-wire-cut", "encoder-dead"],
    ["estop", "switches-swapped"],
    ["sense-low", "rearm-open"],
    ["switch-cable-off"],
    ["sense-high", "watchdog-stuck"],
    ["latch-stuck", "encoder-unplugged"],
    ["transmit-gate", "far-switch-short"],
    ["engine-all-ones", "home-switch-short"],
    ["motor-gate-safe"],
    ["motor-gate-open"],
    ["motor-gate"],
    ["bus-all-ones"],
    ["bus-all-zeros"],
    ["bus-stuck"],
]

test("every fault of sled and safety circuit is in the table, or no wire", () => {
    const faults = [...SLED_FAULT_NAMES, ...Object.keys(SAFETY_FAULTS), "engine-all-ones"]
    assert.equal([...Object.keys(WRONG), ...NO_WIRE].sort(), faults.sort())
    assert.equal(RUNS.flat().sort(), Object.keys(WRONG).sort())
})

interface Result {
    readonly name: string
    readonly ok: boolean | null
    readonly text: string
}

const resultsOf = async (faults: readonly string[]): Promise<readonly Result[] | undefined> => {
    const options = faults.flatMap(name => ["--fault", `${name}@0`])
    const { status, out, err } = await ivus("doctor", "--wiring", "--json", ...options)
    if (/The motor driver does not answer/.test(err)) return undefined
    const { good, results } = JSON.parse(out) as { good: boolean; results: Result[] }
    assert.is(status, good ? 0 : 1)
    return results
}

for (const faults of RUNS) {
    const expected = new Set(faults.flatMap(name => WRONG[name]!))
    test(`${faults.join(", ")}: wrong is ${[...expected].join(", ") || "nothing"} [IVUS-SAF-009]`, async () => {
        const results = await resultsOf(faults)
        const wrong = results?.filter(({ ok }) => ok === false).map(({ name }) => name)
        assert.equal(
            (wrong ?? ["bus"]).sort(),
            [...expected].sort(),
            JSON.stringify(results, undefined, 1)
        )
    })
}

test("an emergency stop that is pressed during the check is not released by the check", async () => {
    const { status, out } = await ivus("doctor", "--wiring", "--fault", "estop@1")
    assert.is(status, 1)
    // Lines are broken at the width of a terminal.
    const text = out.replace(/\s+/g, " ")
    assert.match(text, /WRONG\S* emergency stop stays open: it is still pressed/)
    assert.match(text, /the cart stays stopped: the next command that moves it asks for its reset/)
})

test.run()
