// A bedside unit whose display is missing, comes late or fails: buttons and sound go on, and the display is set up again.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { BedsideUnit } from "../../boards/virtual/bedside/bedside-unit"
import { JacdacCable } from "../../boards/virtual/jacdac-cable"
import { VirtualClock } from "../../boards/virtual/vm/virtual-clock"
import { BUTTON_LIVE, LAMP_POWER } from "../../src/shared/devices/bedside-unit"

/** Roles bind within 980 ms, and the first screen is drawn. */
const STARTED_MS = 2500
/** An attempt each 10 s, each of which stops the program for a second if nobody answers. */
const ATTEMPT_MS = 11_000
/** From then on a button that is not hold-to-run counts as stuck. */
const STUCK_MS = 10_000
/** The stand of the controller (boards/README.md), and the next screen. */
const REPEATED_MS = 1300
/** Press, sampling, and the time of a packet. */
const BEEP_MS = 200
import { readDisplay } from "../support/bedside/read-display"

interface Lone {
    readonly unit: BedsideUnit
    run(ms: number): void
}

/** A unit without a cart. */
async function boot(hasDisplay: boolean): Promise<Lone> {
    const clock = new VirtualClock()
    const unit = await BedsideUnit.boot({ clock, cable: new JacdacCable(clock) })
    unit.hasDisplay = hasDisplay
    return {
        unit,
        run: ms => {
            const untilUs = clock.nowUs + 1000 * ms
            while (clock.step(untilUs));
        },
    }
}

const isDark = ({ unit }: Lone): boolean => !unit.display.pixels.includes(1)

/** Presses a button. @returns whether the unit answered with its beep */
function answers({ unit, run }: Lone): boolean {
    const before = unit.tones.length
    unit.press(BUTTON_LIVE)
    run(BEEP_MS)
    unit.release(BUTTON_LIVE)
    run(BEEP_MS)
    return unit.tones.length > before
}

const test = suite("bedside unit without its display")

test("missing from the start: the unit answers, and draws when the display is there [IVUS-UNT-014]", async () => {
    const lone = await boot(false)
    lone.run(STARTED_MS + 1000)
    assert.is(lone.unit.lamps[LAMP_POWER], 1)
    assert.ok(answers(lone))
    assert.ok(isDark(lone))
    lone.unit.hasDisplay = true
    lone.run(ATTEMPT_MS + 1000)
    assert.not(isDark(lone))
})

test("lost and back with an empty memory: it is set up again [IVUS-UNT-014]", async () => {
    const lone = await boot(true)
    lone.run(STARTED_MS)
    assert.not(isDark(lone))
    lone.unit.hasDisplay = false
    // A stuck button is named: the screen changes.
    lone.unit.press(BUTTON_LIVE)
    lone.run(STUCK_MS + 1000)
    // The transfer and its repetition.
    assert.is(lone.unit.i2c.notAcknowledged, 2)
    // Its supply was interrupted.
    lone.unit.display.reset()
    lone.unit.hasDisplay = true
    assert.ok(isDark(lone))
    lone.run(ATTEMPT_MS + 2000)
    assert.not(isDark(lone))
})

test("a transfer that is not acknowledged once is repeated: no old screen stays [IVUS-UNT-014]", async () => {
    const { unit, run } = await boot(true)
    run(STARTED_MS)
    // A stuck button is named: the screen changes.
    unit.press(BUTTON_LIVE)
    run(STUCK_MS - 100)
    unit.hasDisplay = false
    for (let ms = 0; unit.i2c.notAcknowledged === 0; ms++) {
        assert.ok(ms < 1000, "the screen did not change")
        run(1)
    }
    unit.hasDisplay = true
    run(REPEATED_MS)
    assert.match(readDisplay(unit.display.pixels).text, "LIVE: held 10 s")
})

test("while it is missing, the unit stands for at most a second in ten [IVUS-UNT-014]", async () => {
    const lone = await boot(false)
    lone.run(STARTED_MS + 1000)
    const before = lone.unit.i2c.notAcknowledged
    lone.run(6 * ATTEMPT_MS)
    const attempts = lone.unit.i2c.notAcknowledged - before
    assert.ok(attempts >= 5 && attempts <= 6, `${attempts}`)
})

test.run()
