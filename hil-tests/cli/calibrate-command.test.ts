// `ivus calibrate`: what it measures, refuses and prints.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { runVirtualOneShot, silentBoard } from "../../src/host/targets/virtual/virtual-one-shot"
import { CalibrationClient } from "../../src/host/run/calibration-client"
import { screwUmOf } from "../../src/host/registers/screw"
import { parseFault } from "../../src/host/targets/virtual/timed-faults"
import { RunError } from "../../src/host/errors"
import { ivus } from "../support/cli/ivus"

const test = suite("ivus calibrate")

const calibrate = (faults: string[] = []) =>
    runVirtualOneShot(
        { board: silentBoard({ seed: 1, faults: faults.map(parseFault) }) },
        { limitS: 180, makeClient: session => new CalibrationClient(session) }
    )

test("reports the measured clock, scale, backlash and lead-screw error of the sled", async () => {
    const { status, out } = await ivus("calibrate", "--json")
    assert.is(status, 0)
    const { before, after } = JSON.parse(out)
    assert.equal(before.screwUm, [])
    // The virtual sled: 12 MHz, 51,200 steps per mm, 5 um backlash, 10 um lead-screw error peak to
    // peak per revolution.
    // Tolerances: 1e-4 as specified for the calibration; one encoder count; two points of the
    // table.
    assert.ok(Math.abs(after.clockHz / 12e6 - 1) < 1e-4)
    assert.ok(Math.abs(after.microstepsPerMm / 51200 - 1) < 1e-4)
    assert.ok(Math.abs(after.backlashUm - 5) < 1.5, `${after.backlashUm}`)
    assert.is(after.screwUm.length, 32)
    const range = Math.max(...after.screwUm) - Math.min(...after.screwUm)
    assert.ok(Math.abs(range - 10) < 1, `${range} um`)
})

test("prints a table with the shape of the lead-screw error", async () => {
    const { out } = await ivus("calibrate")
    assert.match(out, /clock of the motor driver +12000000 Hz/)
    assert.match(out, /[▁▂▃▄▅▆▇█]{32} {2}\d+\.\d um peak to peak/)
    assert.match(out, "moves as measured")
})

test("moves no sled over TCP before the user confirms that no catheter is attached", async () => {
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

test("stores what it measured", async () => {
    const { client } = await calibrate()
    assert.ok(client.after!.complete)
    assert.is(screwUmOf(client.after!).length, 32)
    assert.is(screwUmOf(client.before!).length, 0)
})

test.run()
