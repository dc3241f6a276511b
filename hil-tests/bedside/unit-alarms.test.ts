// Each alarm as the technician meets it: screen, lamp, sound, what ACK does; and the e-stop. Read from the display, lamps and tones.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { priorityOf, signalOf } from "../../src/shared/alarms"
import * as unit from "../../src/shared/devices/bedside-unit"
import { bringTo } from "../support/bedside/bring-to"
import { UnitBench } from "../support/bedside/unit-bench"

/** A fault is noticed, and its screen drawn. */
const SEEN_MS = 1000
/** The sled stands by then: 1 mm/s, and 100 ms until a hung program or a lost host is noticed. */
const STANDS_MS = 150
/** A sled that is freed, or whose motor is switched off and on, moves by less: a full step of the motor. */
const SETTLES_MM = 0.02
const LAMP_SAMPLE_MS = 50

interface Alarm {
    readonly fault: string
    /** What stands in large letters, and a part of the sentence. */
    readonly word: string
    readonly says: string
    readonly code: number
    /** With the cause still there the fault comes back after ACK. */
    readonly staysWhile?: boolean
}

/** Faults in a pullback, each with the code that its alarm has. */
const ALARMS: readonly Alarm[] = [
    { fault: "stall", word: "FAULT 108", says: "does not follow", code: 108 },
    { fault: "encoder-jump", word: "FAULT 120", says: "pushed", code: 120 },
    { fault: "undervoltage", word: "FAULT 115", says: "motor supply", code: 115, staysWhile: true },
    { fault: "short", word: "FAULT 113", says: "Short circuit", code: 113 },
    { fault: "over-temperature", word: "FAULT 114", says: "too hot", code: 114, staysWhile: true },
    { fault: "driver-reset", word: "FAULT 103", says: "reset", code: 103 },
    { fault: "far-switch-wire-cut", word: "FAULT 109", says: "end switch", code: 109 },
    { fault: "switch-cable-off", word: "FAULT 139", says: "Both end switches", code: 139 },
    { fault: "bus-all-ones", word: "MOTOR OFF", says: "did not stop", code: 320 },
    { fault: "catheter-out", word: "FAULT 125", says: "catheter was unplugged", code: 125 },
    { fault: "engine-reset", word: "FAULT 124", says: "line engine was reset", code: 124 },
    { fault: "engine-table", word: "FAULT 123", says: "sequence", code: 123 },
    { fault: "transmit-inhibit", word: "FAULT 171", says: "blocks ultrasound", code: 171 },
    { fault: "link-cut", word: "FAULT 141", says: "host was lost", code: 141 },
    { fault: "hang", word: "FAULT 163", says: "program hung", code: 163 },
]

let pulling: { bench: UnitBench; restore: () => void } | undefined

/** A cart that pulls back at 1 mm/s. */
async function pullingBench(): Promise<UnitBench> {
    if (!pulling) {
        const bench = await UnitBench.homed()
        await bench.pull()
        await bench.wait(1200)
        pulling = { bench, restore: await bench.save() }
    }
    pulling.restore()
    return pulling.bench
}

function begin({ board, host }: UnitBench, fault: string): void {
    const { names } = board.rig.faults
    if (fault === "hang") board.stallVm(300)
    else if (fault === "link-cut") host.cart.cutLink()
    else if (names.some(n => n === fault)) board.rig.faults.inject(fault, board.clock.nowUs)
    else board.startFault(fault)
}

function clear({ board }: UnitBench, fault: string): void {
    if (board.rig.faults.names.some(n => n === fault))
        board.rig.faults.clear(fault, board.clock.nowUs)
}

/** Flashes of a lamp per second and its share of light, over two seconds. */
async function lampOf(bench: UnitBench, lamp: number): Promise<{ hz: number; share: number }> {
    const levels: number[] = []
    for (let ms = 0; ms < 2000; ms += LAMP_SAMPLE_MS) {
        await bench.wait(LAMP_SAMPLE_MS)
        levels.push(bench.unit.lamps[lamp]!)
    }
    const rises = levels.filter((level, i) => i > 0 && level > levels[i - 1]!).length
    return { hz: rises / 2, share: levels.reduce((a, b) => a + b, 0) / levels.length }
}

const alarms = suite("alarms at the bedside unit")

for (const { fault, word, says, code, staysWhile } of ALARMS)
    alarms(`${fault}: ${word}, lamp, sound, ACK [IVUS-UNT-004, IVUS-ALM-004]`, async () => {
        const bench = await pullingBench()
        const fromUs = bench.nowUs
        begin(bench, fault)
        await bench.see(s => s.word === word, SEEN_MS)
        assert.ok(bench.shows(says), bench.screen().text)
        assert.ok(bench.shows("ACK"), bench.screen().text)
        const stopped = bench.standstillMs(fromUs)
        assert.ok(stopped < STANDS_MS, `stands after ${stopped} ms`)
        const atMm = bench.positionMm

        const isHigh = priorityOf(code) === 4
        const [lamp, other] = isHigh
            ? [unit.LAMP_ALARM_RED, unit.LAMP_ALARM_YELLOW]
            : [unit.LAMP_ALARM_YELLOW, unit.LAMP_ALARM_RED]
        const { hz, share } = await lampOf(bench, lamp)
        // A count of whole flashes in two seconds.
        const { flash_chz, pulses, pulse_ms } = signalOf(priorityOf(code))
        assert.ok(Math.abs(hz - flash_chz / 100) <= 0.5, `${hz} Hz`)
        assert.ok(share > 0.3 && share < 0.7, `${share}`)
        assert.is(bench.unit.lamps[other], 0)
        const tones = bench.unit.tones.filter(t => t.timeUs > fromUs)
        assert.is(tones[0]?.ms, pulse_ms)
        assert.ok(tones.length >= Math.min(pulses, 5), `${tones.length} pulses`)

        // The first ACK pauses the sound; lamp and text stay.
        await bench.tap(unit.BUTTON_ACK)
        await bench.wait(500)
        const heard = bench.unit.tones.length
        assert.ok((await lampOf(bench, lamp)).hz > 0)
        await bench.wait(2000)
        assert.is(bench.unit.tones.length, heard)
        assert.is(bench.word, word)
        assert.ok(bench.shows(says), bench.screen().text)
        if (staysWhile) {
            await bench.tap(unit.BUTTON_ACK)
            await bench.wait(2500)
            assert.is(bench.word, word)
        }
        clear(bench, fault)
        await bench.wait(100)
        // A fault that came back when its cause was still there sounds again.
        if (staysWhile) await bench.tap(unit.BUTTON_ACK)
        await bench.tap(unit.BUTTON_ACK)
        await bench.see("NOT HOMED", 3000)
        await bench.wait(500)
        assert.is(bench.unit.lamps[lamp], 0)
        assert.ok(Math.abs(bench.positionMm - atMm) < SETTLES_MM, `${bench.positionMm} ${atMm}`)
    })

alarms("a warning stands beside a pullback that goes on [IVUS-UNT-004]", async () => {
    const bench = await pullingBench()
    const fromUs = bench.nowUs
    begin(bench, "over-temperature-warning")
    await bench.see("WARM")
    assert.ok(bench.shows(/PULLING/))
    const left = (): number => Number(/([\d.]+) mm/.exec(bench.screen().text)![1])
    const before = left()
    await bench.wait(2000)
    // What is left stays in sight, and is right: one decimal place, and the time until it is drawn.
    assert.ok(Math.abs(before - left() - 2) < 0.3, `${before} ${left()}`)
    assert.ok(bench.travelMm(fromUs) > 2)
    assert.is(bench.unit.lamps[unit.LAMP_ALARM_YELLOW], 1)
    await bench.tap(unit.BUTTON_ACK)
    await bench.tap(unit.BUTTON_ACK)
    await bench.see(s => s.word === "PULLING")
    assert.ok(bench.shows("speed mm/s"))
})

const estop = suite("e-stop at the bedside unit")

estop(
    "in mid-pullback; a reset needs a released button and a press; nothing moves again by itself [IVUS-UNT-005, IVUS-SAF-002]",
    async () => {
        const bench = await pullingBench()
        const fromUs = bench.nowUs
        const fired = bench.fired
        bench.board.pressEstop("bedside")
        await bench.see("E-STOP", SEEN_MS)
        const screen = bench.screen()
        assert.ok(screen.texts.find(t => t.text === "E-STOP")!.isInverted)
        assert.ok(bench.standstillMs(fromUs) < 50)
        // Lines of one loop.
        assert.ok(bench.fired - fired < 200, `${bench.fired - fired}`)
        for (const button of [
            unit.BUTTON_START,
            unit.BUTTON_HOME,
            unit.BUTTON_LIVE,
            unit.BUTTON_RELEASE,
        ])
            await bench.tap(button)
        await bench.tap(unit.BUTTON_ACK)
        await bench.tap(unit.BUTTON_ACK)
        await bench.see("still pressed")
        bench.board.releaseEstop("bedside")
        await bench.wait(3000)
        assert.is(bench.word, "E-STOP")
        await bench.tap(unit.BUTTON_ACK)
        await bench.see("NOT HOMED", 3000)
        await bench.wait(2000)
        assert.ok(bench.standstillMs(fromUs) < 50)
        await bench.tap(unit.BUTTON_HOME)
        await bench.see("READY", 30_000)
    }
)

for (const state of ["NOT HOMED", "READY", "LIVE", "ARMED", "RETURNING", "JOG"] as const)
    estop(`in ${state} [IVUS-UNT-005]`, async () => {
        const bench = await UnitBench.homed()
        await bringTo(bench, state)
        const fromUs = bench.nowUs
        bench.board.pressEstop("bedside")
        await bench.see("E-STOP", SEEN_MS)
        assert.ok(bench.standstillMs(fromUs) < 100, `${bench.standstillMs(fromUs)}`)
        for (const button of [unit.BUTTON_JOG_PROXIMAL, unit.BUTTON_RETURN]) bench.release(button)
        bench.board.releaseEstop("bedside")
        await bench.wait(500)
        await bench.tap(unit.BUTTON_ACK)
        if (bench.word === "E-STOP") await bench.tap(unit.BUTTON_ACK)
        await bench.see("NOT HOMED", 3000)
    })

alarms.run()
estop.run()
