// Tells the operator for two seconds why a press was refused, with one low beep, or what was done.

import * as ds from "@devicescript/core"
import { UnitState } from "./unit-state"

const SHOWN_MS = 2000

let until_ms = 0
/** A beep that the sound loop has not played yet. */
export let beep_is_due = false

/** @param reason code of codes.ts or NOTICE_ */
export function refuse(unit: UnitState, reason: number, value: number): void {
    inform(unit, reason)
    unit.notice_value = value
    beep_is_due = true
}

/** Tells what was done, without a beep. */
export function inform(unit: UnitState, notice: number): void {
    unit.notice = notice
    unit.notice_value = 0
    until_ms = ds.millis() + SHOWN_MS
}

/** The beep is played now, or was left out for an alarm. */
export function endBeep(): void {
    beep_is_due = false
}

/** To be called each 10 ms. */
export function stepNotice(unit: UnitState, now_ms: number): void {
    if (unit.notice !== 0) if (now_ms >= until_ms) unit.notice = 0
}
