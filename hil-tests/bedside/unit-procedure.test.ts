// The whole procedure from the bedside unit alone: first use, pullbacks in each mode, abort, settings, marks. Read from the display's pixels.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { EVENT_GAIN } from "../../src/shared/codes"
import * as unit from "../../src/shared/devices/bedside-unit"
import type { PullbackRequest } from "../../src/host/sequence/pullback-request"
import { EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { UnitBench } from "../support/bedside/unit-bench"

const LENGTH_MM = 5
/** Position as the display rounds it, and the travel until it is drawn. */
const SHOWN_MM = 0.3
/** A refused press gives one beep, lower than any alarm (440 Hz and more). */
const LOW_HZ = 400

/** The two figures of a screen with two. */
function figures(bench: UnitBench): [number, number] {
    const [a, b] = bench.screen().large.slice(-2).map(Number)
    return [a!, b!]
}

async function withLength(bench: UnitBench, mm: number): Promise<UnitBench> {
    await bench.set("length", mm.toFixed(1))
    assert.equal(figures(bench), [1, mm])
    return bench
}

/** Counts of the run that the host received. */
function checkReceived(bench: UnitBench, outcome: number): void {
    const { end, assembler } = bench.host.cart.receiver
    assert.is(end?.outcome, outcome)
    assert.is(end?.lines_fired, bench.fired)
    assert.is(assembler?.counts.received, bench.fired)
    assert.is(assembler?.counts.missing, 0)
}

const first = suite("first use of the bedside unit")

first("from power-on to homed, each step as the display asks for it [IVUS-UNT-001]", async () => {
    const bench = await UnitBench.boot()
    await bench.see(/not for clinical use/i, 4000)
    await bench.see("press HOME", 6000)
    assert.is(bench.word, "NOT HOMED")
    const fromUs = bench.nowUs
    const tones = bench.unit.tones.length
    // Nothing but HOME and RELEASE is possible now.
    for (const button of [unit.BUTTON_LIVE, unit.BUTTON_ARM, unit.BUTTON_START])
        await bench.tap(button)
    await bench.hold(unit.BUTTON_JOG_PROXIMAL, 300)
    await bench.hold(unit.BUTTON_RETURN, 300)
    await bench.wait(300)
    assert.is(bench.travelMm(fromUs), 0)
    assert.is(bench.fired, 0)
    const beeps = bench.unit.tones.slice(tones)
    assert.ok(beeps.length >= 3, `${beeps.length}`)
    assert.ok(beeps.every(tone => tone.frequencyHz < LOW_HZ))
    await bench.wait(2500)
    assert.is(bench.word, "NOT HOMED")

    await bench.tap(unit.BUTTON_HOME)
    await bench.see("HOMING")
    await bench.wait(200)
    assert.is(bench.unit.lamps[unit.LAMP_MOTION], 1)
    await bench.see("READY", 30_000)
    await bench.wait(200)
    assert.is(bench.unit.lamps[unit.LAMP_MOTION], 0)
    assert.equal(figures(bench), [1, 50])
    assert.ok(bench.shows("array-20mhz"))
    assert.ok(bench.shows("press LIVE"))
    bench.stop()
})

const pullbacks = suite("pullbacks from the bedside unit")

pullbacks("a continuous one, then return, held [IVUS-UNT-001]", async () => {
    const bench = await withLength(await UnitBench.homed(), LENGTH_MM)
    const startMm = bench.positionMm
    await bench.live()
    await bench.wait(300)
    assert.ok(bench.fired > 0)
    assert.is(bench.unit.lamps[unit.LAMP_ULTRASOUND], 1)
    await bench.tap(unit.BUTTON_ARM)
    await bench.see("ARMED")
    assert.equal(figures(bench), [1, LENGTH_MM])
    assert.ok(bench.shows("START"))
    await bench.wait(1000)
    assert.is(bench.positionMm, startMm)
    await bench.tap(unit.BUTTON_START)
    await bench.see("PULLING")
    await bench.wait(2500)
    // What is left, and the measured speed.
    const [leftMm, mmPerS] = figures(bench)
    assert.ok(Math.abs(mmPerS - 1) < 0.02, `${mmPerS} mm/s`)
    const endMm = bench.positionMm + leftMm
    await bench.see("COMPLETED", 10_000)
    assert.ok(bench.shows("5.0 of 5.0 mm"), bench.screen().text)
    assert.ok(bench.shows("no line was lost"))
    assert.ok(Math.abs(bench.positionMm - endMm) < SHOWN_MM + 0.1, `${bench.positionMm} ${endMm}`)
    await bench.wait(300)
    assert.is(bench.unit.lamps[unit.LAMP_ULTRASOUND], 0)
    checkReceived(bench, 0)

    // Letting go stops it, holding again goes on.
    await bench.hold(unit.BUTTON_RETURN, 500)
    await bench.wait(500)
    const heldMm = bench.positionMm
    assert.ok(heldMm > startMm + 2 && heldMm < startMm + LENGTH_MM + 0.5, `${heldMm}`)
    await bench.wait(1000)
    assert.is(bench.positionMm, heldMm)
    bench.press(unit.BUTTON_RETURN)
    await bench.see("RETURNING")
    assert.ok(bench.shows(/KEEP.*HOLDING/))
    await bench.see("READY", 5000)
    bench.release(unit.BUTTON_RETURN)
    assert.ok(Math.abs(bench.positionMm - startMm) < 0.05, `${bench.positionMm} ${startMm}`)
})

pullbacks(
    "one that START/STOP ends is never called complete [IVUS-UNT-001, IVUS-DAT-003]",
    async () => {
        const bench = await UnitBench.homed()
        await bench.pull()
        await bench.wait(3000)
        const fromUs = bench.nowUs
        await bench.tap(unit.BUTTON_START)
        await bench.see("CUT SHORT")
        assert.ok(bench.shows("STOP was pressed"))
        const [pulled] = /([\d.]+) of 50\.0 mm/.exec(bench.screen().text)!.slice(1).map(Number)
        await bench.wait(500)
        assert.ok(bench.standstillMs(fromUs) < 100)
        const { assembler, end } = bench.host.cart.receiver
        assert.ok(end && end.outcome !== 0)
        assert.is(assembler?.counts.received, bench.fired)
        // 1 mm/s for the time in the window: 3 s, less the run-up, plus the time until the press.
        assert.ok(pulled! > 2 && pulled! < 3.8, `${pulled}`)
        // START alone does not start again.
        for (let i = 0; i < 3; i++) await bench.tap(unit.BUTTON_START)
        assert.ok(bench.standstillMs(fromUs) < 100)
    }
)

/** Modes by what the dial shows, and the catheters. */
const OTHERS: readonly {
    readonly name: string
    readonly mode?: string
    readonly request: PullbackRequest
}[] = [
    { name: "stepped", mode: "STEPPED", request: REQUEST },
    { name: "a rotational catheter", request: { ...REQUEST, catheterId: "rotational-60mhz" } },
    { name: "an un0rick", request: { ...REQUEST, catheterId: "single-un0rick", frameRateHz: 1 } },
]

for (const { name, mode, request } of OTHERS)
    pullbacks(`${name} [IVUS-UNT-001]`, async () => {
        const bench = await UnitBench.homed(request)
        await withLength(bench, 2)
        if (mode) await bench.set("mode", mode)
        await bench.pull()
        await bench.see("COMPLETED", 60_000)
        assert.ok(bench.shows("2.0 of 2.0 mm"), bench.screen().text)
        await bench.wait(300)
        checkReceived(bench, 0)
    })

pullbacks("gated by the ECG [IVUS-UNT-001]", async () => {
    const bench = await UnitBench.boot(REQUEST, { ...EVEN_SLED, heartRatePerMin: 75 })
    await bench.home()
    await withLength(bench, 2)
    await bench.set("mode", "ECG GATED")
    await bench.pull()
    await bench.see("COMPLETED", 60_000)
    assert.ok(bench.shows("2.0 of 2.0 mm"), bench.screen().text)
    bench.stop()
})

const dial = suite("dial and marks")

dial(
    "the menu: kept by a push, unchanged after 10 s without a turn, dead while armed [IVUS-UNT-001]",
    async () => {
        const bench = await UnitBench.homed()
        await bench.set("speed", "2.00")
        assert.is(figures(bench)[0], 2)
        await bench.tap(unit.BUTTON_DIAL)
        await bench.see("SETTINGS")
        await bench.tap(unit.BUTTON_DIAL)
        await bench.see("SPEED")
        bench.unit.turn(5)
        await bench.wait(9000)
        assert.ok(bench.shows("SPEED"))
        await bench.see("READY", 4000)
        await bench.wait(2500)
        assert.is(figures(bench)[0], 2)

        await bench.arm()
        const armed = bench.screen().text
        bench.unit.turn(3)
        await bench.tap(unit.BUTTON_DIAL)
        await bench.wait(3000)
        assert.is(bench.screen().text, armed)
        await bench.tap(unit.BUTTON_START)
        await bench.see("PULLING")
        await bench.wait(2000)
        assert.ok(Math.abs(figures(bench)[1] - 2) < 0.04)
    }
)

dial("a mark in a pullback: the length counts from it [IVUS-UNT-001]", async () => {
    const bench = await UnitBench.homed()
    await bench.pull()
    await bench.wait(2000)
    const markMm = bench.positionMm
    await bench.tap(unit.BUTTON_DIAL)
    await bench.wait(4000)
    const shown = /mark ([\d.]+) mm/.exec(bench.screen().text)?.[1]
    assert.ok(shown, bench.screen().text)
    const pulledMm = bench.positionMm - markMm
    assert.ok(Math.abs(Number(shown) - pulledMm) < SHOWN_MM, `${shown} ${pulledMm}`)
})

dial("gain from the unit in live reaches the host [IVUS-UNT-001]", async () => {
    const bench = await UnitBench.homed()
    await bench.live()
    await bench.set("gain", "+3")
    await bench.see("gain +3 dB")
    const gains = bench.host.events.filter(e => e.code === EVENT_GAIN).map(e => e.value)
    assert.equal(gains, [3])
})

first.run()
pullbacks.run()
dial.run()
