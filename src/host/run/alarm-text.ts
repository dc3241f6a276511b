// Alarms in words: for the technician what it is and what to do, for the engineer the value that came with it.

import { DRV_STATUS } from "../../shared/devices/tmc5160"
import * as codes from "../../shared/codes"
import { sentenceOf } from "../../shared/codes"
import { DUMP_MOTOR } from "../../shared/protocol/register-dump"
import { fieldsOf } from "../registers/fields-of"
import { hexOf } from "../registers/print"

/** Events whose own sentence in `codes.ts` does not say what to do. */
const TECHNICIAN: Readonly<Record<number, string>> = {
    [codes.EVENT_DRIVER_WARM]:
        "the motor driver is warm and switches off if it gets hotter: let it cool down before the next run, and check that the sled moves freely",
    [codes.EVENT_OPEN_LOAD]:
        "a motor coil seems to be open, so the motor is weaker than it should be: check the motor cable before the next run",
    [codes.EVENT_TRIGGERS_LOST]:
        "the ECG triggers stopped, so the gated pullback ended: check the ECG leads and repeat the pullback",
    [codes.EVENT_LINK_REFUSED]:
        "the cart could not connect before: if that happens again, check the pairing and the settings of the cart",
    [codes.EVENT_SLED_MOVED]:
        "an outside force moved the sled: check where the catheter is, and what pushes or pulls it",
    [codes.EVENT_MOTOR_OFF]:
        "the motor is switched off because the sled did not stop or could not be checked: make sure that the sled stands, and have the cart checked",
    [codes.EVENT_FRAM]:
        "the cart cannot store what it does, so after a power cut it will not know what it did before: have the FRAM of the cart checked",
    [codes.EVENT_ENGINE_BUS]:
        "data from the front end were disturbed and repeated, and nothing was lost: if this happens in every run, check the SPI wiring",
}

/** What it is and what to do next, without a full stop. */
export function technicianText(code: number): string {
    return TECHNICIAN[code] ?? sentenceOf(code)
}

/** The flags of DRV_STATUS that are set, as a data sheet names them. */
function driverText(value: number): string {
    const flags = fieldsOf(DUMP_MOTOR, DRV_STATUS, value >>> 0).filter(f => f.flag && f.value === 1)
    return `DRV_STATUS is ${hexOf(value)}: ${flags.map(f => f.name).join(", ") || "no flag"}`
}

const atMm = (nm: number): string => `the encoder reads ${(nm / 1e6).toFixed(3)} mm`
const rampText = (vactual: number): string => `the ramp generator's VACTUAL is ${vactual}`
const loopText = (ms: number): string => `the control loop took ${ms} ms`
const registerText = (address: number): string => `register ${hexOf(address, 2)}`

/** Longer than this the self test does not wait for the watchdog to expire (`src/firmware/cart/self-test.ts`). */
const WATCHDOG_WAIT_MS = 114

function watchdogText(ms: number): string {
    return ms > WATCHDOG_WAIT_MS ? `it had not expired after ${ms} ms` : `it expired after ${ms} ms`
}

/**
 * What the value of an event means, for those whose value says more than their sentence. Faults that several checks find, each
 * with another value, have none: their number is in the engineer's words.
 */
const VALUES: Readonly<Record<number, (value: number) => string>> = {
    // In homing, as counted from where the probe began.
    [codes.FAULT_STALL]: atMm,
    [codes.FAULT_END_SWITCH]: atMm,
    [codes.FAULT_NOT_AT_SPEED]: atMm,
    [codes.FAULT_ZERO]: nm => `motor and encoder were ${(nm / 1e6).toFixed(3)} mm apart`,
    [codes.FAULT_DRIVER_SHORT]: driverText,
    [codes.FAULT_DRIVER_HOT]: driverText,
    [codes.FAULT_DRIVER_SUPPLY]: driverText,
    [codes.FAULT_UNCOMMANDED]: rampText,
    [codes.FAULT_NO_STOP]: rampText,
    [codes.FAULT_ENGINE_WRITE]: registerText,
    [codes.FAULT_ENGINE_BUDGET]: registerText,
    [codes.FAULT_ENGINE_TGC]: registerText,
    [codes.FAULT_UN0RICK_WRITE]: registerText,
    [codes.FAULT_LINK_LOST]: ms => `the host's last message was ${ms} ms old`,
    [codes.FAULT_UNIT_LOST]: ms => `the bedside unit's last packet was ${ms} ms old`,
    [codes.FAULT_LOOP_LATE]: loopText,
    [codes.FAULT_SAFETY_TRIPPED]: loopText,
    [codes.FAULT_WATCHDOG]: watchdogText,
    [codes.FAULT_ENGINE_LINES]: lines => `${lines} A-lines were lost`,
    [codes.EVENT_DRIVER_WARM]: driverText,
    [codes.EVENT_OPEN_LOAD]: driverText,
    [codes.EVENT_TRIGGERS_LOST]: atMm,
    [codes.EVENT_LINK_REFUSED]: value => `reject ${value}: ${sentenceOf(value)}`,
    [codes.EVENT_SLED_MOVED]: atMm,
    [codes.EVENT_MOTOR_OFF]: atMm,
    [codes.EVENT_FRAM]: value => `block ${value} did not read back as written`,
    [codes.EVENT_ENGINE_BUS]: value => `${value} transfers were repeated in the run that ended`,
}

/** @returns undefined if the sentence of the code says enough */
export function valueText(code: number, value: number): string | undefined {
    return VALUES[code]?.(value)
}

/** For the engineer: code, time and value. @param value undefined: its event was not received */
export function engineerText(code: number, value: number | undefined, timeMs: number): string {
    const at = `at ${(timeMs / 1000).toFixed(3)} s of the cart's clock`
    if (value === undefined) return `code ${code}, present ${at}`
    return `code ${code} ${at}; ${valueText(code, value) ?? `value ${value}`}`
}
