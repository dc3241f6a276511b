// Alarms: every code has a class, the frozen vectors, and rules that hold for random conditions and operator acts.

import { readFileSync } from "node:fs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as alarms from "./alarms"
import { CODES } from "./code-table"
import * as codes from "./codes"

const test = suite("alarms")
// Untyped on purpose: the frozen file is the reference, not the present types.
const vectors = JSON.parse(
    readFileSync(new URL("protocol/vectors.json", import.meta.url), "utf8")
).alarms

const KINDS = /^((high|medium|low|information)( latching)?|log|neither)$/
const named = (prefix: string): number[] =>
    Object.entries(codes).flatMap(([name, code]) =>
        name.startsWith(prefix) && typeof code === "number" ? [code] : []
    )

test("gives each fault and event one class, and no other code one [IVUS-ALM-001]", () => {
    const classed = [...named("FAULT_"), ...named("EVENT_")]
    assert.ok(classed.length > 80)
    for (const code of classed) {
        assert.match(alarms.classOf(code), KINDS, String(code))
        assert.is(alarms.isLogged(code), alarms.classOf(code) !== "neither", String(code))
    }
    for (const [code] of CODES)
        if (!classed.includes(code)) assert.is(alarms.classOf(code), "", String(code))
    const source = readFileSync(new URL("alarms.ts", import.meta.url), "utf8")
    const rows = source.slice(
        source.indexOf("CLASSES = `") + 11,
        source.indexOf("`\n\n/** Priority,")
    )
    const listed = rows.match(/\d{3}/g)!.map(Number)
    assert.equal(
        listed.sort((a, b) => a - b),
        classed.sort((a, b) => a - b),
        "each once"
    )
})

test("makes every fault an alarm that latches, of medium priority at least [IVUS-ALM-002]", () => {
    for (const code of named("FAULT_")) {
        assert.ok(alarms.priorityOf(code) >= alarms.PRIORITY_MEDIUM, String(code))
        assert.ok(alarms.isLatching(code), String(code))
    }
})

// IEC 60601-1-8, tables 2 to 4, and the narrower figures of a converter for such sounds.
test("keeps lamp and sound within the limits of the standard [IVUS-ALM-002]", () => {
    const [, information, low, medium, high] = [0, 1, 2, 3, 4].map(alarms.signalOf)
    const within = (value: number, min: number, max: number) =>
        assert.ok(value >= min && value <= max, `${value} in ${min} to ${max}`)
    assert.equal([high!.lamp, high!.pulses], ["red", 10])
    within(high!.flash_chz, 140, 280)
    within(high!.pulse_ms, 80, 150)
    within(high!.interval_ms, 2550, 3800)
    assert.equal([medium!.lamp, medium!.pulses], ["yellow", 3])
    within(medium!.flash_chz, 40, 80)
    within(medium!.pulse_ms, 130, 250)
    within(medium!.interval_ms, 2600, 4000)
    assert.equal([low!.lamp, low!.flash_chz], ["yellow", 0])
    within(low!.pulses, 1, 2)
    within(low!.interval_ms, 15_000, Infinity)
    assert.equal([information!.lamp, information!.pulses], ["none", 0])
})

test("has a bit in the status for each warning that is kept", () => {
    for (const code of named("EVENT_"))
        if (alarms.priorityOf(code) >= alarms.PRIORITY_LOW)
            assert.ok(code >= alarms.WARNING_FIRST && code < alarms.WARNING_FIRST + 16, `${code}`)
})

test("vectors", () => {
    assert.ok(vectors.classes.length > 80 && vectors.steps.length > 25)
    for (const { code, name } of vectors.classes) assert.is(alarms.classOf(code), name)
    for (const { priority, ...signal } of vectors.signals)
        assert.equal(alarms.signalOf(priority), signal)
    const state = alarms.noAlarms()
    for (const step of vectors.steps) {
        const { act, code, now_ms } = step
        if (act === "begin") alarms.begin(state, code)
        else if (act === "end") alarms.end(state, code)
        else if (act === "acknowledge") alarms.acknowledge(state)
        else if (act === "pause") alarms.pauseSound(state, now_ms)
        const { code: shown, sound, warnings } = alarms.signalled(state, now_ms, alarms.noSignals())
        const count = state.occurrences.length
        assert.equal({ act, code, now_ms, shown, sound, warnings, count }, step)
    }
})

/** A small generator of numbers below a limit (mulberry32), so that a seed replays a run. */
function randomBelow(seed: number): (limit: number) => number {
    return limit => {
        seed = (seed + 0x6d2b79f5) | 0
        let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
        return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit)
    }
}

/** What is known of an alarm, kept apart from the code under test. */
interface Known {
    present: boolean
    acknowledged: boolean
}

const POOL = [108, 119, 320, 109, 162, 319, 311, 312, 321, 317, 330, 301, 308]

test("keeps its rules in 20,000 random steps [IVUS-ALM-003, IVUS-ALM-004]", () => {
    const below = randomBelow(13)
    const state = alarms.noAlarms()
    const known = new Map<number, Known>()
    let [now, pausedUntil] = [0, 0]
    let [pausesEnded, latchedKept] = [0, 0]
    for (let i = 0; i < 20_000; i++) {
        now += below(20_000)
        const code = POOL[below(POOL.length)]!
        const isAlarm = alarms.priorityOf(code) > alarms.PRIORITY_INFORMATION
        const act = below(8)
        if (act < 3) {
            alarms.begin(state, code)
            if (isAlarm && !known.get(code)?.present) {
                // One that is latched begins anew, after all others.
                known.delete(code)
                if (now < pausedUntil) pausesEnded++
                pausedUntil = 0
                known.set(code, { present: true, acknowledged: false })
            }
        } else if (act < 5) {
            alarms.end(state, code)
            const one = known.get(code)
            if (one) one.present = false
            if (one?.acknowledged || !alarms.isLatching(code)) known.delete(code)
            else if (one) latchedKept++
        } else if (act < 6) {
            alarms.acknowledge(state)
            for (const [seen, one] of known) {
                one.acknowledged = true
                if (!one.present) known.delete(seen)
            }
        } else {
            alarms.pauseSound(state, now)
            pausedUntil = now + 120_000
        }
        const all = [...known].map(([c, one]) => ({ ...one, c, priority: alarms.priorityOf(c) }))
        const highest = (some: typeof all): number => Math.max(0, ...some.map(a => a.priority))
        assert.equal(
            state.occurrences.map(o => o.code),
            [...known.keys()],
            "nothing latched is lost, nothing that is over stays"
        )
        const shown = alarms.signalled(state, now, alarms.noSignals())
        const unseen = all.filter(a => !a.acknowledged)
        assert.is(shown.sound, now < pausedUntil ? 0 : highest(unseen))
        const first = all.find(a => a.priority === highest(all))
        assert.is(shown.code, first?.c ?? 0, "lamp and text stay")
        const listed = alarms.warningsIn(shown.warnings)
        assert.equal(
            listed,
            all
                .filter(({ c }) => !codes.isFault(c))
                .map(({ c: code, acknowledged }) => ({ code, acknowledged }))
                .sort((a, b) => a.code - b.code)
        )
    }
    assert.ok(pausesEnded > 100 && latchedKept > 100, `${pausesEnded}, ${latchedKept}`)
})

test.run()
