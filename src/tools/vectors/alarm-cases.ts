// Makes the vectors of alarms: the class of each code, and one long sequence of conditions and operator acts.

import * as alarms from "../../shared/alarms"
import { CODES } from "../../shared/code-table"
import type { Vectors } from "./vectors"

type Step = Pick<Vectors["alarms"]["steps"][number], "act" | "code" | "now_ms">

/** Faults of each priority, events that latch and that do not, the pause and its ends, and codes that are no alarm. */
const STEPS: readonly (readonly [Step["act"], number, number])[] = [
    ["begin", 301, 0],
    ["begin", 330, 10],
    ["begin", 311, 1000],
    ["begin", 311, 1100],
    ["pause", 0, 2000],
    ["look", 0, 2000 + alarms.PAUSE_MS - 1],
    ["look", 0, 2000 + alarms.PAUSE_MS],
    ["pause", 0, 130_000],
    ["begin", 330, 131_000],
    ["begin", 321, 132_000],
    ["end", 311, 133_000],
    ["end", 321, 134_000],
    ["begin", 109, 135_000],
    ["begin", 108, 136_000],
    ["begin", 119, 137_000],
    ["end", 119, 138_000],
    ["acknowledge", 0, 139_000],
    ["begin", 321, 139_500],
    ["end", 108, 140_000],
    ["begin", 108, 141_000],
    ["end", 321, 142_000],
    ["acknowledge", 0, 143_000],
    ["begin", 311, 144_000],
    ["acknowledge", 0, 145_000],
    ["end", 108, 146_000],
    ["end", 109, 147_000],
    ["end", 311, 148_000],
    ["end", 999, 149_000],
    ["begin", 999, 150_000],
]

export function alarmCases(): Vectors["alarms"] {
    const state = alarms.noAlarms()
    const steps = STEPS.map(([act, code, now_ms]) => {
        if (act === "begin") alarms.begin(state, code)
        else if (act === "end") alarms.end(state, code)
        else if (act === "acknowledge") alarms.acknowledge(state)
        else if (act === "pause") alarms.pauseSound(state, now_ms)
        const all = alarms.signalled(state, now_ms, alarms.noSignals())
        return {
            act,
            code,
            now_ms,
            shown: all.code,
            sound: all.sound,
            warnings: all.warnings,
            count: state.occurrences.length,
        }
    })
    const codes = CODES.map(([code]) => code).filter(code => alarms.classOf(code) !== "")
    return {
        classes: codes.map(code => ({ code, name: alarms.classOf(code) })),
        signals: [0, 1, 2, 3, 4].map(priority => ({ priority, ...alarms.signalOf(priority) })),
        steps,
    }
}
