// `ivus doctor --wiring` on the virtual board, whose hand moves the sled: right wires, and wires that are not.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { ivus } from "../support/cli/ivus"

const test = suite("ivus doctor --wiring")

test("asks for each step, finds right wires, and leaves the cart unhomed", async () => {
    const { status, out, err } = await ivus("doctor", "--wiring")
    assert.is(status, 0, err)
    assert.is(out.match(/^.*ok/gm)?.length, 5, out)
    assert.match(out, /The wiring is right \(state: unhomed\)/)
    for (const step of [/middle of its travel/, /Press the home/, /Press the far/, /5 mm or more/])
        assert.match(err, step)
})

test("names swapped switches, and leaves the motor off", async () => {
    const { status, out, err } = await ivus("doctor", "--wiring", "--fault", "switches-swapped@0")
    assert.is(status, 1)
    assert.match(out, /home switch: reads as the far switch: swap the wires/)
    assert.match(out, /The motor stays off \(state: manual\)/)
    assert.match(err, /^ivus: The wiring is wrong\. home switch: .*; and 1 more\.$/m)
})

test("names a cable that is off, as JSON", async () => {
    const fault = ["--fault", "switch-cable-off@0"]
    const { status, out } = await ivus("doctor", "--wiring", "--json", ...fault)
    assert.is(status, 1)
    const { good, results } = JSON.parse(out)
    assert.is(good, false)
    // The cart is in fault then; its encoder step is not judged here.
    assert.equal(
        results.slice(0, 4).map((r: { ok: boolean }) => r.ok),
        [true, false, false, false]
    )
    assert.match(results[1].text, /the switch cable is off/)
})

test("names a motor driver that does not answer", async () => {
    const { status, err } = await ivus("doctor", "--wiring", "--fault", "bus-all-ones@0")
    assert.is(status, 1)
    assert.match(err, /motor driver does not answer/)
})

test.run()
