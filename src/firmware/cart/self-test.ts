// The power-on self test of the safety circuit: once after each start of the program, before anything can be energised.
// The chopper of the motor driver is off meanwhile, so that the gate can be tried with DRV_ENN low.

import * as ds from "@devicescript/core"
import { FrontEnd } from "../acquisition/front-end"
import { disableMotor } from "../motion/sled"
import { beginDriver, readRegister, writeRegister } from "../motion/tmc5160"
import { Board } from "../platform/board"
import { CartFault } from "../platform/cart-fault"
import * as codes from "../../shared/codes"
import { PIN_DRV_ENN } from "../../shared/devices/pins"
import * as reg from "../../shared/devices/tmc5160"
import { ADDRESS_STATUS } from "../../shared/protocol/register-dump"
import { beat, isSafe, pulseRearm } from "./safety"

/** The monostable holds for 90 to 110 ms (boards/README.md); this program waits in steps of 1 ms. */
const EXPIRES_MIN_MS = 88
const EXPIRES_MAX_MS = 114

let board: Board
let front_end: FrontEnd
let passed = false

/**
 * @throws CartFault for the first part that fails, or FAULT_ESTOP while the e-stop chain is open. Afterwards SAFE is off.
 */
export async function testSafety(opened: Board, front: FrontEnd): Promise<void> {
    if (passed) return
    board = opened
    front_end = front
    await disableMotor()
    // A controller that restarts within the watchdog's time finds it still firing.
    await front.stop()
    await beginDriver()
    await writeRegister(reg.CHOPCONF, 0)
    const inputs = await readRegister(reg.IOIN)
    if ((inputs & reg.RAMP_STOPS) === reg.RAMP_STOPS)
        throw new CartFault(codes.FAULT_SWITCHES, inputs | 0)
    await pulseRearm()
    await checkGates(1)
    await beat()
    const from_ms = ds.millis()
    let ms = 0
    while (isSafe() && ms <= EXPIRES_MAX_MS) {
        await ds.sleep(1)
        ms = ds.millis() - from_ms
    }
    if (ms < EXPIRES_MIN_MS || ms > EXPIRES_MAX_MS) throw new CartFault(codes.FAULT_WATCHDOG, ms)
    await checkGates(0)
    await beat()
    await ds.sleep(1)
    if (isSafe()) throw new CartFault(codes.FAULT_SAFE_LATCH, 0)
    passed = true
}

/** Whether the chips receive what SAFE and the pin demand. */
async function checkGates(safe: number): Promise<void> {
    await board.setPin(PIN_DRV_ENN, 0)
    const inputs = await readRegister(reg.IOIN)
    await board.setPin(PIN_DRV_ENN, 1)
    const stage_off = inputs & reg.IOIN_DRV_ENN ? 1 : 0
    if (stage_off === safe) throw new CartFault(codes.FAULT_MOTOR_GATE, inputs | 0)
    // An un0rick has no such flag.
    const flag = front_end.inhibit_flag
    if (!flag) return
    const inhibited = (await front_end.readRegister(ADDRESS_STATUS)) & flag ? 1 : 0
    if (inhibited === safe) throw new CartFault(codes.FAULT_TRANSMIT_GATE, safe)
}
