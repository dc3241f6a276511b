// What goes away in each state and comes back: the unit's cable, the unit's program, the cart's power, the host. Nothing moves again by itself.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as unit from "../../src/shared/devices/bedside-unit"
import { bringTo, FIRING, MOVING, type Word } from "../support/bedside/bring-to"
import { UnitBench } from "../support/bedside/unit-bench"

/** A unit in control that vanishes. */
const VANISHED_MS = 300
/** A host that vanishes is noticed in 100 ms; a program that stands, by the watchdog after 100 ms. At most 5 mm/s here. */
const NOTICED_MS = 200
/** Without its cart for 600 ms the unit says so. */
const UNHEARD_MS = 1000
/** Found again: roles are bound, and the next screen drawn. */
const BACK_MS = 5000

const STATES: readonly Word[] = [
    ...(["READY", "LIVE", "ARMED", "PULLING", "CUT SHORT", "RETURNING", "JOG"] as const),
    ...(["HOMING", "RELEASED", "NOT HOMED"] as const),
]
/** A test of each state begins here; the buttons of jog and return are down. */
const saved = new Map<Word, () => void>()

async function benchIn(word: Word): Promise<UnitBench> {
    const bench = await UnitBench.homed()
    if (!saved.has(word)) {
        await bringTo(bench, word)
        saved.set(word, await bench.save())
    } else saved.get(word)!()
    return bench
}

/** The sled stands since `limitMs` after `fromUs`, and nothing has fired since then. */
function checkStill(bench: UnitBench, fromUs: number, limitMs: number, what: string): void {
    const ms = bench.standstillMs(fromUs)
    assert.ok(ms <= limitMs, `${what}: stands after ${ms} ms`)
    const late = bench.board.transmit.timesUs.filter(us => us > fromUs + 1000 * limitMs)
    assert.is(late.length, 0, `${what}: fired`)
}

/** After a fault: acknowledged, the cart must be homed again. */
async function recover(bench: UnitBench): Promise<void> {
    for (let i = 0; i < 4 && bench.word !== "NOT HOMED"; i++) await bench.tap(unit.BUTTON_ACK)
    await bench.see("NOT HOMED", 3000)
}

function letGo(bench: UnitBench): void {
    for (const button of [unit.BUTTON_JOG_PROXIMAL, unit.BUTTON_RETURN]) bench.release(button)
}

const cable = suite("the unit's cable")

for (const word of STATES)
    cable(`unplugged in ${word}, and plugged in again [IVUS-UNT-003, IVUS-UNT-013]`, async () => {
        const bench = await benchIn(word)
        const isActive = MOVING.includes(word) || FIRING.includes(word)
        const fromUs = bench.nowUs
        bench.unit.unplug()
        await bench.see("NO CART", UNHEARD_MS)
        await bench.wait(500)
        checkStill(bench, fromUs, VANISHED_MS, word)
        // It sounds, and each press is refused.
        assert.ok(bench.unit.tones.some(t => t.timeUs > fromUs && t.frequencyHz > 400))
        await bench.tap(unit.BUTTON_START)
        // JOG and RETURN are still held: they must not move anything.
        bench.unit.plug()
        await bench.see(s => s.texts.length > 0 && s.word !== "NO CART", BACK_MS)
        await bench.wait(1500)
        checkStill(bench, fromUs, VANISHED_MS, word)
        letGo(bench)
        if (isActive) {
            assert.is(bench.word, "FAULT 143", bench.screen().text)
            await recover(bench)
        } else assert.is(bench.word, word)
        await bench.wait(1000)
        checkStill(bench, fromUs, VANISHED_MS, word)
    })

const restarts = suite("restarts")

for (const word of ["READY", "ARMED", "PULLING", "JOG"] as const)
    restarts(`the unit's program starts again in ${word} [IVUS-UNT-003]`, async () => {
        const bench = await benchIn(word)
        const fromUs = bench.nowUs
        await bench.unit.restart()
        await bench.wait(4000)
        checkStill(bench, fromUs, VANISHED_MS, word)
        letGo(bench)
        if (word === "READY") return assert.is(bench.word, "READY")
        assert.is(bench.word, "FAULT 143", bench.screen().text)
        await recover(bench)
        await bench.tap(unit.BUTTON_HOME)
        await bench.see("HOMING")
    })

for (const word of ["READY", "LIVE", "RETURNING", "RELEASED"] as const)
    restarts(
        `the cart starts again in ${word}: the unit says so [IVUS-UNT-001, IVUS-UNT-013]`,
        async () => {
            const bench = await benchIn(word)
            const fromUs = bench.nowUs
            await bench.board.restartVm()
            await bench.see(/RESTARTED|NOT HOMED|NO CART/, BACK_MS)
            letGo(bench)
            await bench.see(/RESTARTED|NOT HOMED/, BACK_MS)
            const isActive = MOVING.includes(word) || FIRING.includes(word)
            await bench.wait(1500)
            if (isActive) {
                assert.is(bench.word, "RESTARTED", bench.screen().text)
                assert.ok(bench.shows("while "), bench.screen().text)
                await bench.tap(unit.BUTTON_ACK)
            } else if (bench.word === "RESTARTED") await bench.tap(unit.BUTTON_ACK)
            await bench.see("NOT HOMED", 2000)
            checkStill(bench, fromUs, NOTICED_MS, word)
        }
    )

for (const word of STATES)
    restarts(
        `the power of the cart is cut in ${word} and comes back [IVUS-UNT-001, IVUS-UNT-013]`,
        async () => {
            const bench = await benchIn(word)
            const fromUs = bench.nowUs
            bench.board.cutPower()
            await bench.see("NO CART", UNHEARD_MS)
            checkStill(bench, fromUs, NOTICED_MS, word)
            await bench.board.restorePower()
            await bench.see(/RESTARTED|NOT HOMED/, BACK_MS)
            letGo(bench)
            await bench.wait(1500)
            if (MOVING.includes(word) || FIRING.includes(word)) {
                assert.ok(bench.shows(/RESTARTED.*power was cut.*while /), bench.screen().text)
                await bench.tap(unit.BUTTON_ACK)
            }
            await bench.see("NOT HOMED", 2000)
            checkStill(bench, fromUs, NOTICED_MS, word)
        }
    )

restarts(
    "a restart is no news any more once the sled is homed, for a unit that starts later",
    async () => {
        const bench = await benchIn("LIVE")
        await bench.board.restartVm()
        await bench.see("RESTARTED", BACK_MS)
        await bench.tap(unit.BUTTON_ACK)
        await bench.home()
        await bench.unit.restart()
        await bench.wait(4000)
        bench.board.pressEstop()
        await bench.see("E-STOP")
        bench.board.releaseEstop()
        // The sound, then the stop.
        await bench.tap(unit.BUTTON_ACK)
        await bench.tap(unit.BUTTON_ACK)
        await bench.see(/RESTARTED|NOT HOMED/, 2000)
        assert.is(bench.word, "NOT HOMED")
    }
)

const hosts = suite("the host")

for (const word of STATES)
    hosts(`is gone in ${word}, and comes back [IVUS-LNK-001, IVUS-UNT-004]`, async () => {
        const bench = await benchIn(word)
        const fromUs = bench.nowUs
        const { session } = bench.host.cart
        const { ping, consumed } = session
        Object.assign(session, { ping: () => undefined, consumed: () => undefined })
        await bench.wait(1500)
        const needsHost = FIRING.includes(word)
        if (needsHost) {
            checkStill(bench, fromUs, NOTICED_MS, word)
            assert.is(bench.word, "FAULT 141", bench.screen().text)
        } else assert.not(bench.word.startsWith("FAULT"), bench.screen().text)
        if (word === "READY") {
            assert.is(bench.word, "NO HOST")
            await bench.tap(unit.BUTTON_LIVE)
            await bench.wait(500)
            assert.is(bench.fired, 0)
            await bench.see("NO HOST", 3000)
        }
        letGo(bench)
        Object.assign(session, { ping, consumed })
        await bench.wait(3000)
        if (needsHost) await recover(bench)
        if (word === "READY") {
            assert.is(bench.word, "READY", bench.screen().text)
            await bench.live()
        }
    })

cable.run()
restarts.run()
hosts.run()
