// Responsible for: what must hold in every loop of a cart that is not in fault; throws what does not.
// Not for: what is done then (cart.ts).

import { FrontEnd, RotorDrive } from "../acquisition/front-end"
import { Link, LINK_LIMIT_MS } from "../link/link"
import { checkDriver, driver_warnings } from "../motion/supervision"
import { drv_status } from "../motion/tmc5160"
import { DRV_OPEN_LOAD, DRV_WARM } from "../../shared/devices/tmc5160"
import { CartFault } from "../platform/cart-fault"
import { fires, moves } from "../../shared/cart-machine"
import * as codes from "../../shared/codes"

/** Two loops so far apart while something moves are a fault: two of three did not come. */
const LOOP_LIMIT_MS = 30

export class Interlocks {
    private told_warnings = 0

    constructor(
        private front: FrontEnd,
        private rotor: RotorDrive | undefined,
        private link: Link,
        private tell: (code: number, value: number) => void
    ) {}

    /** Chips alive, catheter in, firing as it should, host there, loop in time. */
    async check(state: number, now_ms: number, late_ms: number): Promise<void> {
        if (late_ms > LOOP_LIMIT_MS && moves(state))
            throw new CartFault(codes.FAULT_LOOP_LATE, late_ms)
        await checkDriver()
        this.tellWarnings(state)
        const rotor = this.rotor
        const turning = rotor !== undefined && rotor.target_mrpm !== 0
        const firing = fires(state)
        const fault = await this.front.watch(firing || turning, firing)
        if (fault && fault.code !== codes.FAULT_ROTOR_SPEED) throw fault
        if (!firing) return
        // What is wrong with the rotor it tells more exactly.
        if (rotor) await rotor.check()
        if (fault) throw fault
        const silent_ms = now_ms - this.link.heard_ms
        if (!this.link.isOpen() || silent_ms > LINK_LIMIT_MS)
            throw new CartFault(codes.FAULT_LINK_LOST, silent_ms)
    }

    /** Tells each warning of the motor driver once, when it comes up. */
    private tellWarnings(state: number): void {
        const fresh = driver_warnings & ~this.told_warnings
        this.told_warnings = driver_warnings
        const status = drv_status | 0
        if (fresh & DRV_WARM) this.tell(codes.EVENT_DRIVER_WARM, status)
        if (fresh & DRV_OPEN_LOAD && moves(state)) this.tell(codes.EVENT_OPEN_LOAD, status)
    }
}
