// The bedside unit in software: its VM, panel, display and I2C bus, run by a bench program that shows what the panel does.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { buildProgram } from "../../../src/tools/build/build-program"
import { snapshotOf } from "../snapshot"
import { JacdacCable } from "../jacdac-cable"
import { readCommands, readReports } from "../vm/jacdac-frame"
import { VirtualClock } from "../vm/virtual-clock"
import { BedsideUnit, type UnitOptions } from "./bedside-unit"
import { HEIGHT, WIDTH } from "./ssd1306"

const test = suite("bedside unit")

const PROGRAM = await buildProgram("src/firmware/bench/unit-panel.ts", "unit-panel")
/** Roles bind within 980 ms. */
const BOUND_MS = 1500
/** The chip reads the pins of its buttons each 9 ms; then one frame of 23.6 ms may be under way, and the new one follows. */
const SHOWN_MS = 9 + 2 * 24 + 5

interface Bench {
    readonly clock: VirtualClock
    readonly cable: JacdacCable
    readonly unit: BedsideUnit
    readonly log: string[]
    run(ms: number): void
}

/** A unit that has started. The first call boots it, a later one sets the same unit back, which takes less time. */
let fresh: (() => Bench) | undefined
async function started(): Promise<Bench> {
    if (fresh) return fresh()
    const bench = await boot()
    const restoreObjects = snapshotOf(bench)
    const restoreVm = bench.unit.vm.save()
    fresh = () => {
        restoreObjects()
        restoreVm()
        return bench
    }
    return bench
}

async function boot(options: UnitOptions = {}): Promise<Bench> {
    const clock = new VirtualClock()
    const cable = new JacdacCable(clock)
    const log: string[] = []
    const onLog = (line: string): void => {
        const text = /\[95m(.*)\x1b/.exec(line)?.[1]
        if (text) log.push(text)
    }
    const unit = await BedsideUnit.boot(
        { clock, cable },
        { bytecodeFile: PROGRAM, onLog, ...options }
    )
    const run = (ms: number): void => {
        const untilUs = clock.nowUs + 1000 * ms
        while (clock.step(untilUs));
    }
    run(BOUND_MS)
    return { clock, cable, unit, log, run }
}

const lit = (unit: BedsideUnit): number => unit.display.pixels.reduce((sum, bit) => sum + bit, 0)

test("the stock driver draws on the display, each button and the dial reach the program", async () => {
    const { unit, log, run } = await started()
    assert.is(unit.display.isOn, true)
    assert.ok(lit(unit) > 20 && lit(unit) < 200, "a few letters")
    for (let button = 0; button < 10; button++) {
        const before = unit.display.pixels
        log.length = 0
        unit.press(button)
        run(SHOWN_MS)
        assert.is(log[0], `down ${button}`)
        assert.not.equal(unit.display.pixels, before)
        run(200)
        assert.is(unit.lamps[button % 5], 1)
        unit.release(button)
        run(300)
        assert.equal(log.slice(1), [`up ${button}`])
        assert.is(unit.lamps[button % 5], 0)
        const tone = unit.tones.at(-1)!
        // The program sends the period in whole microseconds.
        assert.ok(Math.abs(tone.frequencyHz - (1000 + button)) < 1, `${tone.frequencyHz}`)
        assert.ok(Math.abs(tone.volume - 0.5) < 0.01, `${tone.volume}`)
        assert.is(tone.ms, 100)
    }
    log.length = 0
    unit.turn(3)
    run(500)
    unit.turn(-1)
    run(500)
    assert.equal(log, ["dial 3", "dial 2"])
})

test("an image takes the time of its bits at 400 kbit/s, and the program stands meanwhile", async () => {
    const { unit, clock, run } = await started()
    const [before, busyBefore] = [unit.i2c.transfers, unit.i2c.busyUs]
    unit.press(0)
    run(SHOWN_MS)
    // A window by six commands of two bytes, then 1,025 bytes; each transfer has an address of one byte, start and stop.
    assert.is(unit.i2c.transfers - before, 7)
    assert.is(unit.i2c.busyUs - busyBefore, (6 * (2 + 9 * 3) + (2 + 9 * 1026)) / 0.4)
    assert.is(unit.display.frames.at(-1)!.timeUs < clock.nowUs, true)
})

test("an absent display is not acknowledged: the program stands for a second and goes on", async () => {
    const { unit, log, run } = await started()
    unit.hasDisplay = false
    log.length = 0
    unit.press(1)
    run(900)
    assert.equal(log, ["down 1"])
    run(300)
    assert.equal(log, ["down 1", "no display"])
    assert.is(unit.i2c.notAcknowledged, 1)
    assert.is(unit.tones.length, 1)
})

test("a display at another address is absent", async () => {
    const { unit, log, run } = await boot({ display: { address: 0x3d } })
    // A second for each of the two attempts.
    run(2000)
    assert.equal(log.slice(0, 3), ["no display", "ready", "no display"])
    assert.is(unit.display.isOn, false)
})

test("panel and display stay off the cable: only announcements leave the unit at rest", async () => {
    const { cable, unit, run } = await started()
    const others: number[] = []
    const heard: number[] = []
    cable.plugBoard(frame => {
        for (const report of readReports(frame)) heard.push(report.command)
        if (readCommands(frame)) others.push(frame[14]!)
    })
    unit.press(0)
    run(600)
    unit.release(0)
    run(2000)
    assert.equal(others, [])
    assert.ok(heard.length >= 4)
    assert.ok(heard.every(command => command === 0))
})

test("a bouncing button gives the program more than one press", async () => {
    const { unit, log, run } = await started()
    log.length = 0
    unit.press(2, { ms: 400, edges: 12 })
    run(1000)
    const presses = log.filter(line => line === "down 2").length
    assert.ok(presses > 1, `${presses}`)
    assert.is(log.at(-1), "down 2")
    unit.release(2)
    // Two handlers of the bench program may use the bus at once; then one waits for its limit of 3 s.
    run(4000)
    assert.is(log.at(-1), "up 2")
})

test("without power the display is dark and lamps are off; with power the program starts anew", async () => {
    const { unit, log, run } = await started()
    unit.press(0)
    run(500)
    assert.is(unit.lamps[0], 1)
    unit.powerOff()
    run(500)
    assert.is(lit(unit), 0)
    assert.is(unit.lamps[0], 0)
    log.length = 0
    await unit.powerOn()
    run(BOUND_MS)
    assert.is(log[0], "ready")
    assert.ok(lit(unit) > 20)
})

test("a restarted controller finds the display as it was and draws again", async () => {
    const { unit, log, run } = await started()
    const { pixels } = unit.display
    log.length = 0
    await unit.restart()
    assert.equal(unit.display.pixels, pixels)
    run(BOUND_MS)
    assert.equal(log, ["ready"])
    assert.equal(unit.display.pixels, pixels)
})

test("equal seeds give the same pixels at every moment, other seeds another memory at power-on", async () => {
    const images = async (seed: number): Promise<Uint8Array[]> => {
        const { unit, run } = await boot({ seed })
        const seen: Uint8Array[] = []
        unit.press(3, { ms: 30, edges: 4 })
        for (let i = 0; i < 50; i++) {
            run(7)
            if (i === 20) unit.turn(2)
            seen.push(unit.display.pixels)
        }
        return seen
    }
    assert.equal(await images(7), await images(7))
    const memories: Uint8Array[] = []
    for (const seed of [1, 2]) {
        const clock = new VirtualClock()
        const host = { clock, cable: new JacdacCable(clock) }
        const unit = await BedsideUnit.boot(host, { bytecodeFile: PROGRAM, seed })
        memories.push(unit.display.memory)
        assert.is(unit.display.isOn, false)
    }
    assert.not.equal(memories[0], memories[1])
})

test("a snapshot sets unit, panel and display back", async () => {
    const play = async (): Promise<[string[], Uint8Array, number[], number]> => {
        const { unit, log, run } = await started()
        unit.press(4)
        run(500)
        unit.turn(5)
        run(700)
        return [[...log], unit.display.pixels, unit.lamps, unit.tones.length]
    }
    const first = await play()
    assert.equal(await play(), first)
})

test("the display has the pixels of its glass", async () => {
    const { unit } = await started()
    assert.is(unit.display.pixels.length, WIDTH * HEIGHT)
    const { pixels, packed } = unit.display
    for (let y = 0; y < HEIGHT; y++)
        for (let x = 0; x < WIDTH; x++)
            assert.is((packed[(y >> 3) * WIDTH + x]! >> (y & 7)) & 1, pixels[y * WIDTH + x])
})

test.run()
