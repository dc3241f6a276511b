// The rotor of a rotational catheter: start, lock, supervision, stop. The line engine itself controls speed and line angles.
// Source: boards/line-engine.md, "Rotor".

import * as ds from "@devicescript/core"
import * as le from "../../../shared/devices/line-engine"
import * as codes from "../../../shared/codes"
import { CartFault } from "../../platform/cart-fault"
import { RotorDrive } from "../front-end"
import { readEngine, writeEngine } from "./bus"
import { refusalFault } from "./line-engine"

/** From rest to lock at its highest speed the rotor takes 0.8 s. */
const LOCK_LIMIT_MS = 3000
/** Longer than an eighth of a revolution at 1800 revolutions per minute: by then a stalled rotor is known from an uneven one. */
const WATCH_MS = 5
/** Largest deviation of the last revolution from the set point, in ppm, even if the engine reports lock. */
const PERIOD_LIMIT_PPM = 5000

let started_ms = 0

export const rotor: RotorDrive = {
    target_mrpm: 0,
    start: startRotor,
    isLocked: isLocked,
    check: checkRotor,
    stop: stopRotor,
}

async function startRotor(mrpm: number, now_ms: number): Promise<void> {
    started_ms = now_ms
    rotor.target_mrpm = mrpm
    await writeEngine(le.REG_ROTOR_TARGET, mrpm)
}

async function isLocked(now_ms: number): Promise<boolean> {
    const status = await readEngine(le.REG_ROTOR_STATUS)
    if (status & le.ROTOR_STALLED) throw new CartFault(codes.FAULT_ROTOR_STALLED, status)
    if (status & le.ROTOR_LOCKED) return true
    // Another catheter was plugged in, or the engine was not serviced: it reports the cause.
    if (!(status & le.ROTOR_RUNNING)) throw await refusalFault()
    if (now_ms - started_ms > LOCK_LIMIT_MS) throw new CartFault(codes.FAULT_ROTOR_LOCK, status)
    return false
}

async function checkRotor(): Promise<void> {
    if (rotor.target_mrpm === 0) return
    let status = await readEngine(le.REG_ROTOR_STATUS)
    if (!(status & le.ROTOR_LOCKED)) {
        if (!(status & le.ROTOR_STALLED)) {
            await ds.sleep(WATCH_MS)
            status = await readEngine(le.REG_ROTOR_STATUS)
        }
        throw new CartFault(
            status & le.ROTOR_STALLED ? codes.FAULT_ROTOR_STALLED : codes.FAULT_ROTOR_SPEED,
            status
        )
    }
    const period_ns = await readEngine(le.REG_ROTOR_PERIOD)
    // 60e12 / mrpm ns per revolution.
    const set_period_ns = 60000000000000 / Math.abs(rotor.target_mrpm)
    const off_ppm = Math.round((period_ns / set_period_ns - 1) * 1000000)
    if (Math.abs(off_ppm) > PERIOD_LIMIT_PPM) throw new CartFault(codes.FAULT_ROTOR_SPEED, off_ppm)
}

/** Brakes the rotor if it was started. */
async function stopRotor(): Promise<void> {
    if (rotor.target_mrpm === 0) return
    rotor.target_mrpm = 0
    await writeEngine(le.REG_ROTOR_TARGET, 0)
}
