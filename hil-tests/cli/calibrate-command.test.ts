// Responsible for: `ivus calibrate` as an engineer meets it: what it measures, refuses and prints.
// Not for: how good a calibrated sled is (calibration.test.ts, timing.test.ts).

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { runOneShotVirtual } from "../../src/host/targets/one-shot-session"
import { CalibrationClient } from "../../src/host/run/calibration-client"
import { screwUmOf } from "../../src/host/registers/screw"
import { parseFault } from "../../src/host/targets/virtual/faults"
import { RunError } from "../../src/host/errors"
import { BYTECODE } from "../support/bench-cart"
import { ivus } from "../support/ivus"

const test = suite("ivus calibrate")

const visit = (faults: string[] = []) =>
    runOneShotVirtual(
        {
            bytecodeFile: BYTECODE,
            seed: 1,
            faults: faults.map(parseFault),
            limitS: 180,
        },
        session => new CalibrationClient(session)
    )

test("tells what it measured: clock, scale, play and screw of the sled", async () => {
    const { status, out } = await ivus("calibrate", "--json")
    assert.is(status, 0)
    const { before, after } = JSON.parse(out)
    assert.equal(before.screwUm, [])
    // The virtual sled: 12 MHz, 51,200 steps a mm, 5 um of play, 10 um from peak to peak in a turn.
    // 1e-4 is what the calibration promises; a count of the encoder; two points of the table.
    assert.ok(Math.abs(after.clockHz / 12e6 - 1) < 1e-4)
    assert.ok(Math.abs(after.microstepsPerMm / 51200 - 1) < 1e-4)
    assert.ok(Math.abs(after.backlashUm - 5) < 1.5, `${after.backlashUm}`)
    assert.is(after.screwUm.length, 32)
    const range = Math.max(...after.screwUm) - Math.min(...after.screwUm)
    assert.ok(Math.abs(range - 10) < 1, `${range} um`)
})

test("prints it as a table with the shape of the screw", async () => {
    const { out } = await ivus("calibrate")
    assert.match(out, /clock of the motor chip +12000000 Hz/)
    assert.match(out, /[▁▂▃▄▅▆▇█]{32} {2}\d+\.\d um peak to peak/)
    assert.match(out, "moves as measured")
})

test("moves no sled over TCP before somebody says that no catheter is on it", async () => {
    const { status, err } = await ivus("calibrate", "--target", "tcp:127.0.0.1")
    assert.is(status, 2)
    assert.match(err, "--no-catheter")
})

test("a sled that is held says so, and what it is", async () => {
    try {
        await visit(["stall@12"])
        assert.unreachable()
    } catch (error) {
        assert.instance(error, RunError)
        assert.match((error as Error).message, /The cart stopped: .*free the catheter/)
    }
})

test("keeps what it measured", async () => {
    const { client } = await visit()
    assert.ok(client.after!.complete)
    assert.is(screwUmOf(client.after!).length, 32)
    assert.is(screwUmOf(client.before!).length, 0)
})

test.run()
