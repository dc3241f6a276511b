// Lamps and sounds of the alarms over time, against the ranges of IEC 60601-1-8 that src/shared/alarms.ts is made for.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { lampLevels } from "../../src/firmware/bedside/lamps"
import { beepFits, beepPlayed, pulseDue, pulsePlayed } from "../../src/firmware/bedside/sound"
import * as states from "../../src/firmware/bedside/unit-state"
import { PRIORITY_HIGH, PRIORITY_LOW, PRIORITY_MEDIUM, signalOf } from "../../src/shared/alarms"
import * as machine from "../../src/shared/cart-machine"
import * as lamps from "../../src/shared/devices/bedside-unit"

const test = suite("signals of the unit")

/** Long after any test before: the sound has a state of its own. */
let nowMs = 0

interface Pulse {
    readonly atMs: number
    readonly ms: number
}

/** The pulses that a buzzer plays, by the loop of 10 ms. */
function listen(priority: number, ms: number): Pulse[] {
    const pulses: Pulse[] = []
    for (const end = nowMs + ms; nowMs < end; nowMs += 10) {
        const due = pulseDue(priority, nowMs)
        if (due === 0) continue
        pulses.push({ atMs: nowMs, ms: due })
        pulsePlayed(nowMs)
    }
    return pulses
}

/** Lengths of the bursts: pulses less than `gapMs` apart are one. */
function bursts(pulses: Pulse[], gapMs: number): Pulse[][] {
    const groups: Pulse[][] = []
    for (const pulse of pulses) {
        const last = groups.at(-1)?.at(-1)
        if (last && pulse.atMs - last.atMs - last.ms < gapMs) groups.at(-1)!.push(pulse)
        else groups.push([pulse])
    }
    return groups
}

for (const [name, priority, count] of [
    ["high", PRIORITY_HIGH, 10],
    ["medium", PRIORITY_MEDIUM, 3],
    ["low", PRIORITY_LOW, 2],
] as const)
    test(`a ${name} alarm sounds in bursts of ${count} pulses`, () => {
        nowMs += 60_000
        listen(0, 100)
        const signal = signalOf(priority)
        const groups = bursts(listen(priority, 40_000), 1000)
        assert.ok(groups.length >= 2)
        for (const burst of groups.slice(0, -1)) {
            assert.is(burst.length, count)
            for (const pulse of burst) assert.is(pulse.ms, signal.pulse_ms)
        }
        const end = groups[0]!.at(-1)!
        // The loop adds up to 10 ms.
        const pauseMs = groups[1]![0]!.atMs - end.atMs - end.ms
        assert.ok(pauseMs >= signal.interval_ms && pauseMs <= signal.interval_ms + 10, `${pauseMs}`)
    })

test("no two tones overlap when a more urgent alarm begins, and the new one sounds at once [IVUS-UNT-013]", () => {
    nowMs += 60_000
    listen(0, 100)
    const first = listen(PRIORITY_MEDIUM, 60)
    const second = listen(PRIORITY_HIGH, 1000)
    const end = first[0]!.atMs + first[0]!.ms
    assert.ok(second[0]!.atMs >= end && second[0]!.atMs <= end + 160)
})

for (const [before, after] of [
    [PRIORITY_MEDIUM, PRIORITY_HIGH],
    [PRIORITY_LOW, PRIORITY_MEDIUM],
    [PRIORITY_HIGH, PRIORITY_MEDIUM],
] as const)
    test(`an alarm of priority ${after} in the pause of one of ${before} sounds at once [IVUS-UNT-013]`, () => {
        nowMs += 60_000
        listen(0, 100)
        const burst = bursts(listen(before, 3500), 1000)[0]!
        assert.is(burst.length, signalOf(before).pulses)
        const fromMs = nowMs
        assert.is(listen(after, 1000)[0]!.atMs, fromMs)
    })

test("a pulse that could not be sent is played at the next chance", () => {
    nowMs += 60_000
    listen(0, 100)
    for (let i = 0; i < 5; i++) assert.ok(pulseDue(PRIORITY_MEDIUM, (nowMs += 10)) > 0)
    assert.is(listen(PRIORITY_MEDIUM, 1000).length, 3)
})

test("the low beep sounds alone: not with an alarm", () => {
    nowMs += 60_000
    listen(0, 100)
    assert.ok(beepFits(nowMs))
    beepPlayed(150, nowMs)
    assert.not.ok(beepFits(nowMs + 100))
    const pulses = listen(PRIORITY_MEDIUM, 1000)
    assert.ok(pulses[0]!.atMs >= nowMs - 1000 + 150)
    assert.not.ok(beepFits(nowMs))
    // The long pause after a burst is over with its alarm.
    listen(PRIORITY_LOW, 3000)
    listen(0, 10)
    assert.ok(beepFits(nowMs))
})

/** Levels of one lamp each 10 ms. */
function levels(unit: states.UnitState, lamp: number, ms: number): number[] {
    return Array.from({ length: ms / 10 }, (_, i) => {
        const all: number[] = []
        lampLevels(unit, 10 * i, all)
        return all[lamp]!
    })
}

function unitIn(state: number, alarm = 0): states.UnitState {
    const unit = states.newUnitState()
    unit.cart_is_there = true
    unit.cart_was_there = true
    unit.cart.state = state
    unit.cart.alarm = alarm
    return unit
}

const flashes = (shown: number[]): number =>
    shown.filter((level, i) => level === 1 && shown[i - 1] === 0).length

test("the lamps of motion and ultrasound follow the state [IVUS-UNT-013]", () => {
    machine.STATE_NAMES.forEach((_, state) => {
        const all: number[] = []
        lampLevels(unitIn(state), 0, all)
        assert.is(all[lamps.LAMP_POWER], 1)
        assert.is(all[lamps.LAMP_MOTION], machine.moves(state) ? 1 : 0)
        assert.is(all[lamps.LAMP_ULTRASOUND], machine.fires(state) ? 1 : 0)
    })
})

test("red flashes at 1.4 to 2.8 Hz for a high alarm, yellow at 0.4 to 0.8 Hz for a medium one and is steady for a low one [IVUS-UNT-013]", () => {
    const red = flashes(levels(unitIn(machine.STATE_FAULT, 108), lamps.LAMP_ALARM_RED, 20_000)) / 20
    assert.ok(red >= 1.4 && red <= 2.8, `${red} Hz`)
    const medium = unitIn(machine.STATE_FAULT, 143)
    const yellow = flashes(levels(medium, lamps.LAMP_ALARM_YELLOW, 20_000)) / 20
    assert.ok(yellow >= 0.4 && yellow <= 0.8, `${yellow} Hz`)
    const low = levels(unitIn(machine.STATE_READY, 311), lamps.LAMP_ALARM_YELLOW, 5000)
    assert.equal([...new Set(low)], [1])
    const none = unitIn(machine.STATE_READY)
    for (const lamp of [lamps.LAMP_ALARM_RED, lamps.LAMP_ALARM_YELLOW])
        assert.equal([...new Set(levels(none, lamp, 5000))], [0])
})

test("a lost cart is a medium alarm, and its old state lights no lamp [IVUS-UNT-013]", () => {
    const unit = unitIn(machine.STATE_PULLING)
    unit.cart_is_there = false
    const all: number[] = []
    lampLevels(unit, 0, all)
    assert.is(all[lamps.LAMP_MOTION], 0)
    assert.is(all[lamps.LAMP_ULTRASOUND], 0)
    assert.ok(flashes(levels(unit, lamps.LAMP_ALARM_YELLOW, 20_000)) > 8)
    unit.cart_was_there = false
    assert.equal([...new Set(levels(unit, lamps.LAMP_ALARM_YELLOW, 5000))], [0])
})

test.run()
