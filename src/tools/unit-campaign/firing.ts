// Whether the transducer fired only when it might: after a fresh press of LIVE, with host and unit there, and not in an e-stop.

import * as unit from "../../shared/devices/bedside-unit"
import type { UnitFinding } from "./action"
import type { Entry, History } from "./history"

/** Pulses of one run are closer than this, dwells and steps included. */
const RUN_US = 600_000
/** From LIVE to the first pulse: control is taken, the sequence loaded, a rotor started. */
const STARTS_US = 4e6
/** Whoever is gone is noticed in 160 ms, and the front end stops within a loop. */
const GONE_US = 180_000
const ESTOP_US = 20_000

/** Stretches of time in which something was away, with the time after which nothing may fire. */
function stretches(history: History, kind: "cable" | "estop" | "host"): [number, number][] {
    const list: [number, number][] = []
    for (const entry of history) {
        if (entry.kind !== kind) continue
        const isAway = kind === "estop" ? entry.on : !entry.on
        if (isAway) list.push([entry.atUs, Infinity])
        else if (list.length > 0) list[list.length - 1]![1] = entry.atUs
    }
    return list
}

/**
 * @param timesUs all transmit pulses since the sequence began
 * @param isFiring whether it began with firing
 */
export function firingFindings(
    history: History,
    timesUs: readonly number[],
    isFiring: boolean
): UnitFinding[] {
    const findings: UnitFinding[] = []
    const presses = history.filter(
        (e): e is Entry & { kind: "down" } => e.kind === "down" && e.button === unit.BUTTON_LIVE
    )
    let lastUs = isFiring ? (timesUs[0] ?? 0) : -Infinity
    for (const atUs of timesUs) {
        const begins = atUs > lastUs + RUN_US
        lastUs = atUs
        if (!begins || presses.some(p => p.atUs < atUs && p.atUs > atUs - STARTS_US)) continue
        findings.push({ kind: "firing", atUs, text: "it began without a fresh press of LIVE" })
        break
    }
    for (const [kind, afterUs] of [
        ["cable", GONE_US],
        ["host", GONE_US],
        ["estop", ESTOP_US],
    ] as const)
        for (const [from, to] of stretches(history, kind)) {
            const atUs = timesUs.find(us => us > from + afterUs && us < to)
            if (atUs === undefined) continue
            const ms = Math.round((atUs - from) / 1000)
            findings.push({ kind: "firing", atUs, text: `it fired ${ms} ms after: ${kind}` })
        }
    return findings
}
