// `ivus calibrate`: what it measures, refuses and prints.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { runVirtualOneShot, silentBoard } from "../../src/host/targets/virtual/virtual-one-shot"
import { CalibrationClient } from "../../src/host/run/calibration-client"
import { allowsAll } from "../../src/host/run/operator"
import { parseFault } from "../../src/host/targets/virtual/timed-faults"
import { RunError } from "../../src/host/errors"
import { ivus } from "../support/cli/ivus"

const test = suite("ivus calibrate")

const calibrate = (faults: string[] = []) =>
    runVirtualOneShot(
        { board: silentBoard({ seed: 1, faults: faults.map(parseFault) }) },
        { limitS: 400, makeClient: session => new CalibrationClient(session, allowsAll()) }
    )

const folder = mkdtempSync(join(tmpdir(), "ivus-calibrate-"))
test.after(() => rmSync(folder, { recursive: true, force: true }))

test("reports and keeps what it measured, and sends the copy back", async () => {
    const copy = join(folder, "copy.json")
    const { status, out } = await ivus("calibrate", "--json", "--copy", copy)
    assert.is(status, 0)
    const { before, after, rounds, worstSpeedErrorPercent } = JSON.parse(out)
    assert.equal(before.screwUm, [])
    // The virtual sled: 12 MHz, 51,200 steps per mm, 5 um backlash, 10 um lead-screw error peak to
    // peak per revolution.
    // Tolerances: 1e-4 as specified for the calibration; one encoder count and the windup of the
    // nut; two points of the table.
    assert.ok(Math.abs(after.clockHz / 12e6 - 1) < 1e-4)
    assert.ok(Math.abs(after.microstepsPerMm / 51200 - 1) < 1e-4)
    assert.ok(Math.abs(after.backlashUm - 5) < 2, `${after.backlashUm}`)
    assert.is(after.screwUm.length, 32)
    const range = Math.max(...after.screwUm) - Math.min(...after.screwUm)
    assert.ok(Math.abs(range - 10) < 1, `${range} um`)
    assert.is(rounds, 2)
    // Half of the required 1 %.
    assert.ok(worstSpeedErrorPercent <= 0.5, `${worstSpeedErrorPercent} %`)
    const kept = JSON.parse(readFileSync(copy, "utf8")) as { calibration: { fclk_hz: number } }
    assert.is(kept.calibration.fclk_hz, after.clockHz)
    // The report lies beside the copy, says both values, and loads nothing.
    const page = readFileSync(join(folder, "copy.html"), "utf8")
    assert.match(page, "default-src 'none'")
    assert.match(page, `<td class="number">${after.backlashUm.toFixed(1)}</td>`)
    assert.is(page.match(/<svg/g)?.length, 2)
    const restored = await ivus("calibrate", "--restore", copy)
    assert.is(restored.status, 0)
    assert.match(restored.out, "has stored the calibration of")
    writeFileSync(copy, readFileSync(copy, "utf8").replace(/"board": "./, '"board": "f'))
    const other = await ivus("calibrate", "--restore", copy)
    assert.is(other.status, 1)
    assert.match(other.err, /is of board f/)
    const missing = await ivus("calibrate", "--restore", join(folder, "none.json"))
    assert.is(missing.status, 1)
    assert.match(missing.err, /There is no copy/)
    const unnamed = await ivus("calibrate", "--restore")
    assert.is(unnamed.status, 2)
    assert.match(unnamed.err, /for real carts only; name a file with --restore FILE/)
})

test("prints a table with the shape of the lead-screw error", async () => {
    const { out } = await ivus("calibrate")
    assert.match(out, /clock of the motor driver +12000000 Hz/)
    assert.match(out, /[▁▂▃▄▅▆▇█]{32} {2}\d+\.\d um peak to peak/)
    assert.match(out, /in 2 rounds.*expected speed error over 100 ms at 0\.25 mm\/s: 0\.\d+ %/s)
    assert.match(out, "moves as measured")
    assert.match(out, "Force is not supervised")
})

test("moves no sled over TCP before the user confirms that no catheter is attached [IVUS-MOT-002]", async () => {
    const { status, err } = await ivus("calibrate", "--target", "tcp:127.0.0.1")
    assert.is(status, 2)
    assert.match(err, "--no-catheter")
})

test("reports a blocked sled and its cause", async () => {
    try {
        await calibrate(["stall@12"])
        assert.unreachable()
    } catch (error) {
        assert.instance(error, RunError)
        assert.match((error as Error).message, /The cart stopped: .*free the catheter/)
    }
})

test.run()
