// Buttons that are pressed in the wrong order, held, bouncing, together, or down at power-on. Nothing moves, and the display says why.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as unit from "../../src/shared/devices/bedside-unit"
import { bringTo, type Word } from "../support/bedside/bring-to"
import { UnitBench } from "../support/bedside/unit-bench"

/** A refused press gives one beep, lower than any alarm (440 Hz and more). */
const LOW_HZ = 400
/** A reason is shown for 2 s. */
const SHOWN_MS = 2500
const NAMES = [
    "LIVE",
    "ARM",
    "START",
    "HOME",
    "JOG DISTAL",
    "JOG PROX.",
    "RETURN",
    "RELEASE",
    "ACK",
]

const order = suite("presses in the wrong order")

/** Presses that are impossible in a state: they change nothing, now and later. */
const WRONG: readonly (readonly [Word, readonly number[]])[] = [
    [
        "NOT HOMED",
        [
            unit.BUTTON_LIVE,
            unit.BUTTON_ARM,
            unit.BUTTON_RETURN,
            unit.BUTTON_JOG_DISTAL,
            unit.BUTTON_ACK,
        ],
    ],
    ["READY", [unit.BUTTON_ARM, unit.BUTTON_ACK]],
    ["LIVE", [unit.BUTTON_HOME, unit.BUTTON_RETURN, unit.BUTTON_JOG_PROXIMAL, unit.BUTTON_RELEASE]],
    [
        "ARMED",
        [
            unit.BUTTON_HOME,
            unit.BUTTON_RETURN,
            unit.BUTTON_JOG_PROXIMAL,
            unit.BUTTON_RELEASE,
            unit.BUTTON_DIAL,
        ],
    ],
    [
        "PULLING",
        [
            unit.BUTTON_LIVE,
            unit.BUTTON_ARM,
            unit.BUTTON_HOME,
            unit.BUTTON_RETURN,
            unit.BUTTON_JOG_DISTAL,
            unit.BUTTON_RELEASE,
        ],
    ],
    ["CUT SHORT", [unit.BUTTON_LIVE, unit.BUTTON_ARM, unit.BUTTON_HOME]],
    [
        "RELEASED",
        [unit.BUTTON_LIVE, unit.BUTTON_HOME, unit.BUTTON_RETURN, unit.BUTTON_JOG_PROXIMAL],
    ],
]

for (const [word, buttons] of WRONG)
    order(
        `in ${word}: a low beep, the reason for 2 s, and nothing else [IVUS-UNT-012]`,
        async () => {
            const bench = await UnitBench.homed()
            await bringTo(bench, word)
            await bench.wait(300)
            const restore = await bench.save()
            for (const button of buttons) {
                restore()
                const fromUs = bench.nowUs
                const fromMm = bench.positionMm
                const before = bench.screen().text
                await bench.tap(button)
                await bench.wait(250)
                const what = `${NAMES[button] ?? "DIAL"} in ${word}: ${bench.screen().text}`
                assert.is(
                    bench.unit.tones.filter(t => t.timeUs > fromUs && t.frequencyHz < LOW_HZ)
                        .length,
                    1,
                    what
                )
                assert.ok(bench.shows(word), what)
                if (word !== "PULLING") {
                    assert.is.not(bench.screen().text, before, what)
                    await bench.wait(SHOWN_MS)
                    assert.is(bench.screen().text, before, what)
                    assert.is(bench.positionMm, fromMm, what)
                }
            }
        }
    )

order(
    "START while ARM is still down does not start; after it is let go a new press does [IVUS-UNT-012]",
    async () => {
        const bench = await UnitBench.homed()
        await bench.live()
        const fromMm = bench.positionMm
        bench.press(unit.BUTTON_ARM)
        await bench.see("ARMED")
        await bench.tap(unit.BUTTON_START)
        await bench.wait(1000)
        assert.is(bench.positionMm, fromMm)
        bench.release(unit.BUTTON_ARM)
        await bench.wait(SHOWN_MS)
        assert.is(bench.positionMm, fromMm)
        await bench.tap(unit.BUTTON_START)
        await bench.see("PULLING")
    }
)

order("START while ARM is down for long, as a stuck one is, stops [IVUS-UNT-012]", async () => {
    const bench = await UnitBench.homed()
    await bench.live()
    bench.press(unit.BUTTON_ARM)
    await bench.see("ARMED")
    await bench.wait(1500)
    const fromMm = bench.positionMm
    await bench.tap(unit.BUTTON_START)
    await bench.see("READY")
    const { fired } = bench
    await bench.wait(500)
    assert.is(bench.fired, fired)
    assert.is(bench.positionMm, fromMm)
})

const odd = suite("buttons that are held, bounce, or go together")

odd("held for more than 10 s: named and ignored until it is let go [IVUS-UNT-010]", async () => {
    const bench = await UnitBench.homed()
    const fromUs = bench.nowUs
    bench.press(unit.BUTTON_ARM)
    await bench.see(/BUTTON\?.*ARM: held/, 12_000)
    bench.release(unit.BUTTON_ARM)
    await bench.see(s => s.word === "READY")
    assert.is(bench.travelMm(fromUs), 0)
    // START that sticks still stops once, and is named; a jog may be held for as long as it takes.
    await bench.hold(unit.BUTTON_JOG_PROXIMAL, 12_000)
    assert.ok(bench.travelMm(fromUs) > 11, `${bench.travelMm(fromUs)}`)
    await bench.wait(300)
    assert.is(bench.word, "READY")
})

odd(
    "bouncing: named and ignored until it is quiet; START/STOP stops on its first edge [IVUS-UNT-010]",
    async () => {
        const bench = await UnitBench.homed()
        await bench.pull()
        await bench.wait(1000)
        const fromUs = bench.nowUs
        const fromMm = bench.positionMm
        bench.unit.press(unit.BUTTON_START, { ms: 300, edges: 12 })
        await bench.wait(150)
        assert.ok(bench.standstillMs(fromUs) < 100, `${bench.standstillMs(fromUs)}`)
        assert.ok(bench.positionMm - fromMm < 0.1)
        await bench.wait(500)
        bench.release(unit.BUTTON_START)
        await bench.wait(1500)
        // However it bounces, it starts nothing.
        assert.ok(bench.standstillMs(fromUs) < 100)
        assert.is(bench.word, "CUT SHORT")

        const again = await UnitBench.homed()
        const restore = await again.save()
        for (const button of [unit.BUTTON_JOG_DISTAL, unit.BUTTON_LIVE]) {
            restore()
            // Six pairs of edges, slow enough for the panel to see them.
            for (let i = 0; i < 8; i++) {
                again.press(button)
                await again.wait(25)
                again.release(button)
                await again.wait(25)
            }
            await again.see(new RegExp(`${NAMES[button]}(: bounces| ignored)`))
            await again.see(s => s.word === "READY" || s.word === "LIVE", 1500)
        }
    }
)

odd("an end of travel of a key that chatters is one press [IVUS-UNT-010]", async () => {
    const bench = await UnitBench.homed()
    // A real key: a few milliseconds of chatter.
    bench.unit.press(unit.BUTTON_LIVE, { ms: 6, edges: 4 })
    await bench.wait(100)
    bench.unit.release(unit.BUTTON_LIVE, { ms: 6, edges: 4 })
    await bench.see(s => s.word === "LIVE", 2000)
    await bench.wait(1000)
    assert.is(bench.word, "LIVE")
})

odd("both JOG buttons: stop [IVUS-UNT-012]", async () => {
    const bench = await UnitBench.homed()
    for (const [first, second] of [
        [unit.BUTTON_JOG_DISTAL, unit.BUTTON_JOG_PROXIMAL],
        [unit.BUTTON_JOG_PROXIMAL, unit.BUTTON_JOG_DISTAL],
    ] as const) {
        // Away from the switch, so that either direction is free.
        await bench.hold(unit.BUTTON_JOG_PROXIMAL, 1500)
        await bench.wait(400)
        bench.press(first)
        await bench.wait(600)
        const fromUs = bench.nowUs
        bench.press(second)
        await bench.wait(600)
        assert.ok(bench.standstillMs(fromUs) < 100, `${bench.standstillMs(fromUs)}`)
        assert.ok(bench.shows("Two of JOG and RETURN"), bench.screen().text)
        // Letting one go starts nothing: a new press is needed.
        const standsMm = bench.positionMm
        bench.release(second)
        await bench.wait(600)
        assert.is(bench.positionMm, standsMm)
        bench.release(first)
        await bench.wait(300)
        // At once.
        bench.press(first)
        bench.press(second)
        await bench.wait(600)
        assert.ok(Math.abs(bench.positionMm - standsMm) < 0.06, `${bench.positionMm} ${standsMm}`)
        bench.release(first)
        bench.release(second)
        await bench.wait(300)
    }
})

odd("a jog that reaches the end of the travel says so while its button is held", async () => {
    const bench = await UnitBench.homed()
    bench.press(unit.BUTTON_JOG_DISTAL)
    await bench.see("end of its travel", 5000)
    assert.is(bench.word, "READY")
    const fromUs = bench.nowUs
    await bench.wait(1000)
    assert.is(bench.travelMm(fromUs), 0)
    bench.release(unit.BUTTON_JOG_DISTAL)
    await bench.hold(unit.BUTTON_JOG_PROXIMAL, 1000)
    assert.ok(bench.travelMm(fromUs) > 0.5)
})

const power = suite("buttons that are down at power-on")

for (const button of [unit.BUTTON_HOME, unit.BUTTON_START, unit.BUTTON_JOG_PROXIMAL])
    power(`${NAMES[button]}: named and ignored until it is let go [IVUS-UNT-010]`, async () => {
        const bench = await UnitBench.homed()
        const fromUs = bench.nowUs
        bench.unit.powerOff()
        await bench.wait(500)
        assert.equal(bench.screen().lines, [])
        bench.press(button)
        await bench.unit.powerOn()
        await bench.see(new RegExp(`BUTTON\\?.*${NAMES[button]}: was down.*power-on`), 5000)
        await bench.wait(2000)
        assert.is(bench.travelMm(fromUs), 0)
        bench.release(button)
        await bench.see(s => s.word === "READY", 3000)
        await bench.wait(500)
        assert.is(bench.travelMm(fromUs), 0)
        // Then it works.
        bench.press(button)
        if (button === unit.BUTTON_START) return
        await bench.see(button === unit.BUTTON_HOME ? "HOMING" : "JOG", 1500)
    })

order.run()
odd.run()
power.run()
