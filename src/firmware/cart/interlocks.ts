// The conditions that every control loop checks unless a fault is latched; a violated one is thrown as a CartFault.

import { FrontEnd, RotorDrive } from "../acquisition/front-end"
import { Link, LINK_LIMIT_MS } from "../link/link"
import { checkDriver, driver_warnings } from "../motion/supervision"
import { drv_status } from "../motion/tmc5160"
import { DRV_OPEN_LOAD, DRV_WARM } from "../../shared/devices/tmc5160"
import { CartFault } from "../platform/cart-fault"
import { fires, moves } from "../../shared/cart-machine"
import * as codes from "../../shared/codes"

/** Longest interval between two loops while the sled moves: two of three loops were missed. */
const LOOP_LIMIT_MS = 30

export class Interlocks {
    private reported_warnings = 0

    constructor(
        private front: FrontEnd,
        private rotor: RotorDrive | undefined,
        private link: Link,
        private report: (code: number, value: number) => void
    ) {}

    /** Loop on time, motor driver and front end working, catheter plugged in, host connected. */
    async check(state: number, now_ms: number, interval_ms: number): Promise<void> {
        if (interval_ms > LOOP_LIMIT_MS && moves(state))
            throw new CartFault(codes.FAULT_LOOP_LATE, interval_ms)
        await checkDriver()
        this.reportWarnings(state)
        const rotor = this.rotor
        const rotating = rotor !== undefined && rotor.target_mrpm !== 0
        const firing = fires(state)
        const fault = await this.front.watch(firing || rotating, firing)
        if (fault && fault.code !== codes.FAULT_ROTOR_SPEED) throw fault
        if (!firing) return
        // The rotor's own check names the fault more exactly.
        if (rotor) await rotor.check()
        if (fault) throw fault
        const silent_ms = now_ms - this.link.last_message_ms
        if (!this.link.isOpen() || silent_ms > LINK_LIMIT_MS)
            throw new CartFault(codes.FAULT_LINK_LOST, silent_ms)
    }

    /** Reports each warning of the motor driver once, when it appears. */
    private reportWarnings(state: number): void {
        const fresh = driver_warnings & ~this.reported_warnings
        this.reported_warnings = driver_warnings
        const status = drv_status | 0
        if (fresh & DRV_WARM) this.report(codes.EVENT_DRIVER_WARM, status)
        if (fresh & DRV_OPEN_LOAD && moves(state)) this.report(codes.EVENT_OPEN_LOAD, status)
    }
}
