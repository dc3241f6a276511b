// Responsible for: bringing the sled to the place where it waits for a pullback, from the near side.
// Not for: finding out where it is (homing.ts).

import { PARK_NM } from "../../shared/motion/ramp"
import { Sled } from "./sled"

/** Short of the park first: the last way is driven in the direction of the pullback, so that no play is left to close. */
const SHORT_NM = 300000
const APPROACH_NM_S = 1000000

const AWAY = 0
const SHORT = 1
const PARKED = 2

export class Parking {
    private phase = PARKED

    constructor(private sled: Sled) {}

    async start(speed_nm_s: number): Promise<void> {
        this.phase = AWAY
        await this.sled.moveTo(PARK_NM - SHORT_NM, speed_nm_s)
    }

    /** Goes on; the chip was just polled. @returns whether the sled is parked and held */
    async step(): Promise<boolean> {
        const sled = this.sled
        if (this.phase !== PARKED && sled.arrived()) {
            if (this.phase === AWAY) {
                this.phase = SHORT
                await sled.moveTo(PARK_NM, APPROACH_NM_S)
            } else {
                this.phase = PARKED
                await sled.hold()
            }
        }
        return this.phase === PARKED
    }
}
