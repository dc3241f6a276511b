// The conditions that every control loop checks unless a fault is latched; a violated one is thrown as a CartFault.

import { FrontEnd, RotorDrive } from "../acquisition/front-end"
import { Link, LINK_LIMIT_MS } from "../link/link"
import { stopping } from "../motion/guard"
import { checkDriver, driver_warnings } from "../motion/supervision"
import { drv_status } from "../motion/tmc5160"
import { DRV_OPEN_LOAD, DRV_WARM } from "../../shared/devices/tmc5160"
import { CartFault } from "../platform/cart-fault"
import { fires, moves } from "../../shared/cart-machine"
import * as codes from "../../shared/codes"

/** Longest interval between two loops while the sled moves: two of three loops were missed. */
const LOOP_LIMIT_MS = 30

let front_end: FrontEnd
/** Undefined if the front end drives none. */
let rotor_drive: RotorDrive | undefined
let link: Link
let report: (code: number, value: number) => void
let reported_warnings = 0

/** To be called once, before {@link checkInterlocks}. */
export function openInterlocks(
    front: FrontEnd,
    rotor: RotorDrive | undefined,
    host_link: Link,
    reportEvent: (code: number, value: number) => void
): void {
    front_end = front
    rotor_drive = rotor
    link = host_link
    report = reportEvent
}

/** Loop on time, motor driver and front end working, catheter plugged in, host connected. */
export async function checkInterlocks(
    state: number,
    now_ms: number,
    interval_ms: number
): Promise<void> {
    const moving = moves(state) || stopping
    if (interval_ms > LOOP_LIMIT_MS && moving)
        throw new CartFault(codes.FAULT_LOOP_LATE, interval_ms)
    await checkDriver(now_ms)
    reportWarnings(state)
    const rotor = rotor_drive
    const rotating = rotor !== undefined && rotor.target_mrpm !== 0
    const firing = fires(state)
    const silent_ms = now_ms - link.last_message_ms
    const link_lost = !link.isOpen() || silent_ms > LINK_LIMIT_MS
    const fault = await front_end.watch(firing || rotating, firing)
    if (fault && fault.code !== codes.FAULT_ROTOR_SPEED) throw fault
    if (firing) {
        // The rotor's own check names the fault more exactly.
        if (rotor) await rotor.check()
        if (fault) throw fault
    }
    if (link_lost && (firing || moves(state))) throw new CartFault(codes.FAULT_LINK_LOST, silent_ms)
}

/** Reports each warning of the motor driver once, when it appears. */
function reportWarnings(state: number): void {
    const fresh = driver_warnings & ~reported_warnings
    reported_warnings = driver_warnings
    const status = drv_status | 0
    if (fresh & DRV_WARM) report(codes.EVENT_DRIVER_WARM, status)
    if (fresh & DRV_OPEN_LOAD && moves(state)) report(codes.EVENT_OPEN_LOAD, status)
}
