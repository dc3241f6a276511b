// The unit on its bus and its display: two units, another version, a missing display, updates without flicker, packets, and the data path.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { readCommands } from "../../boards/virtual/vm/jacdac-frame"
import { COMMAND_HOME } from "../../src/shared/cart-machine"
import { BEDSIDE_PROGRAM } from "../../src/shared/programs"
import { CONTRACT_VERSION } from "../../src/shared/versions"
import { buildOfVersion } from "../../src/tools/build/build-program"
import * as unit from "../../src/shared/devices/bedside-unit"
import { HEIGHT, readDisplay, WIDTH } from "../support/bedside/read-display"
import { EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { UnitBench } from "../support/bedside/unit-bench"

/** Requirement: updates a second while the sled pulls. */
const UPDATES_PER_S = 5
/** An image is written in pieces for so long; about the time for which a film shows a picture. */
const IMAGE_MS = 50
/** An address that nobody acknowledges stops an ESP32's program for 1 s (boards/virtual/bedside/i2c-bus.ts): the cart misses its unit. */
const VANISHED_MS = 300
/** The runtime sends five packets at once, then 50 a second. */
const PACKETS_PER_S = 50
const AT_ONCE = 5

const display = suite("the display of the unit")

display(
    `${UPDATES_PER_S} updates a second while the sled pulls, none half drawn [IVUS-UNT-001]`,
    async () => {
        const bench = await UnitBench.homed()
        await bench.pull()
        await bench.wait(1000)
        const { display: oled } = bench.unit
        // Each pixel that changes between two whole images changes once: no image is cleared and drawn again in sight.
        let before = oled.pixels
        let changes = new Uint8Array(WIDTH * HEIGHT)
        let flickers = 0
        let [worstMs, beganUs] = [0, 0]
        let last = oled.pixels
        const write = oled.write.bind(oled)
        let images = oled.frames.length
        const first = images
        oled.write = (bytes, timeUs) => {
            write(bytes, timeUs)
            const now = oled.pixels
            if (beganUs === 0 && bytes.length > 8)
                beganUs = timeUs - (1000 * bytes.length * 9) / 400
            for (let i = 0; i < now.length; i++) if (now[i] !== last[i]) changes[i]!++
            last = now
            if (oled.frames.length === images) return
            images = oled.frames.length
            for (let i = 0; i < now.length; i++)
                if (changes[i]! > (now[i] === before[i] ? 0 : 1)) flickers++
            worstMs = Math.max(worstMs, (timeUs - beganUs) / 1000)
            assert.ok(readDisplay(now).text.includes("PULLING"))
            before = now
            changes = new Uint8Array(WIDTH * HEIGHT)
            beganUs = 0
        }
        const seconds = 5
        await bench.wait(1000 * seconds)
        const updates = (images - first) / seconds
        console.log(
            `    ${updates.toFixed(1)} updates a second, an image is written in ${worstMs.toFixed(0)} ms at most`
        )
        assert.ok(updates >= UPDATES_PER_S - 0.2, `${updates}`)
        assert.is(flickers, 0)
        assert.ok(worstMs < IMAGE_MS, `${worstMs} ms`)
    }
)

display(
    "its figures are right: what is left and the speed, twice a second [IVUS-UNT-001]",
    async () => {
        const bench = await UnitBench.homed()
        await bench.pull()
        await bench.wait(1500)
        const leftMm = (): number => Number(bench.screen().large[1])
        const endMm = bench.positionMm + leftMm()
        for (let i = 0; i < 10; i++) {
            await bench.wait(500)
            const [, left, mmPerS] = bench.screen().large.map(Number)
            // One decimal place, 200 ms between two screens and 100 ms between two reports, at 1 mm/s.
            assert.ok(Math.abs(endMm - bench.positionMm - left!) < 0.5, `${left}`)
            assert.ok(Math.abs(mmPerS! - 1) < 0.03, `${mmPerS}`)
        }
    }
)

display(
    "is missing and plugged in later: the buttons work; fails in mid-pullback: the sled stops [IVUS-UNT-014, IVUS-UNT-003]",
    async () => {
        const bench = await UnitBench.boot()
        bench.unit.hasDisplay = false
        await bench.wait(3000)
        assert.equal(bench.screen().lines, [])
        const fromMm = bench.positionMm
        await bench.tap(unit.BUTTON_HOME)
        await bench.wait(1000)
        assert.not.equal(bench.positionMm, fromMm)
        const fromUs = bench.nowUs
        await bench.tap(unit.BUTTON_START)
        await bench.wait(300)
        assert.ok(bench.standstillMs(fromUs) < 100)
        bench.unit.hasDisplay = true
        await bench.see("press HOME", 25_000)
        bench.stop()

        const pulling = await UnitBench.homed()
        await pulling.pull()
        await pulling.wait(1000)
        pulling.unit.hasDisplay = false
        const goneUs = pulling.nowUs
        await pulling.wait(3000)
        // From the next screen on.
        assert.ok(
            pulling.standstillMs(goneUs) < 250 + VANISHED_MS,
            `${pulling.standstillMs(goneUs)}`
        )
        pulling.unit.hasDisplay = true
        await pulling.see("FAULT 143", 25_000)
    }
)

const bus = suite("units on one bus")

bus("two units: one leads, the other says so; both stop [IVUS-CTL-001, IVUS-UNT-012]", async () => {
    const bench = await UnitBench.boot()
    const second = await bench.board.addUnit()
    const seen = async (text: string): Promise<void> => {
        const shown = (): string => readDisplay(second.display.pixels).text
        // An image is written in pieces.
        for (let ms = 0; ms < 1000 && !shown().includes(text); ms += 50) await bench.wait(50)
        assert.ok(shown().includes(text), shown())
    }
    await bench.home()
    await seen("UNIT LEADS")
    // The second one may not move anything.
    const fromUs = bench.nowUs
    for (const button of [unit.BUTTON_HOME, unit.BUTTON_LIVE, unit.BUTTON_JOG_PROXIMAL]) {
        second.press(button)
        await bench.wait(100)
        second.release(button)
        await bench.wait(300)
    }
    assert.is(bench.travelMm(fromUs), 0)
    await bench.pull()
    await bench.wait(1000)
    await seen("PULLING")
    const pressedUs = bench.nowUs
    second.press(unit.BUTTON_START)
    await bench.wait(300)
    assert.ok(bench.standstillMs(pressedUs) < 100, `${bench.standstillMs(pressedUs)}`)
    second.release(unit.BUTTON_START)
    await bench.see("CUT SHORT")
    // The first one vanishes for good: the second one takes over.
    bench.unit.unplug()
    await bench.wait(4000)
    second.press(unit.BUTTON_JOG_DISTAL)
    const jogUs = bench.nowUs
    await bench.wait(700)
    assert.ok(bench.travelMm(jogUs) > 0.2)
    second.release(unit.BUTTON_JOG_DISTAL)
    await bench.wait(300)
    bench.stop()
    second.vm.stop()
})

bus("a unit that is older than its cart says so; only STOP works [IVUS-UNT-012]", async () => {
    const older = (CONTRACT_VERSION - 1) << 8
    const bytecodeFile = await buildOfVersion(BEDSIDE_PROGRAM.source, "older-unit", older)
    const bench = await UnitBench.boot(REQUEST, EVEN_SLED, { bytecodeFile })
    await bench.see("UPDATE", 6000)
    assert.ok(bench.shows("This unit's program is older"), bench.screen().text)
    const fromUs = bench.nowUs
    for (const button of [unit.BUTTON_HOME, unit.BUTTON_LIVE, unit.BUTTON_RELEASE])
        await bench.tap(button)
    assert.is(bench.travelMm(fromUs), 0)
    bench.host.cart.session.command(COMMAND_HOME)
    await bench.wait(1500)
    const pressedUs = bench.nowUs
    await bench.tap(unit.BUTTON_START)
    await bench.wait(300)
    assert.ok(bench.travelMm(fromUs) > 0.5)
    assert.ok(bench.standstillMs(pressedUs) < 100, `${bench.standstillMs(pressedUs)}`)
    bench.stop()
})

/** In each second from a packet on. */
function checkPackets(sentUs: readonly number[]): void {
    for (const from of sentUs) {
        const within = sentUs.filter(us => us >= from && us < from + 1e6).length
        assert.ok(within <= PACKETS_PER_S + AT_ONCE, `${within} packets in a second`)
    }
}

const packets = suite("packets of the unit")

packets(
    "stay within 50 a second; a stop is never late while an alarm sounds, lamps flash and the dial turns [IVUS-UNT-002]",
    async () => {
        const bench = await UnitBench.homed()
        const sentUs: number[] = []
        bench.board.cable.plug(frame => {
            // Commands to the cart; its own go to the unit.
            for (const { payload } of readCommands(frame)?.commands ?? [])
                if (payload.length <= 8) sentUs.push(bench.nowUs)
        })
        await bench.pull()
        await bench.wait(500)
        bench.board.rig.faults.inject("over-temperature-warning", bench.nowUs)
        await bench.see("WARM")
        const restore = await bench.save()
        const list: number[] = []
        for (let i = 0; i < 6; i++) {
            restore()
            sentUs.length = 0
            for (let k = 0; k < 10; k++) {
                bench.unit.turn(k % 2 === 0 ? 1 : -1)
                bench.press(unit.BUTTON_ARM)
                await bench.wait(11 + i)
                bench.release(unit.BUTTON_ARM)
                await bench.wait(50)
            }
            const fromUs = bench.nowUs
            bench.press(unit.BUTTON_START)
            await bench.wait(300)
            list.push(bench.standstillMs(fromUs))
            bench.release(unit.BUTTON_START)
            checkPackets(sentUs)
        }
        console.log(`    a stop among other packets: at most ${Math.max(...list).toFixed(0)} ms`)
        assert.ok(Math.max(...list) < 100, list.join(" "))
    }
)

display.run()
bus.run()
packets.run()
