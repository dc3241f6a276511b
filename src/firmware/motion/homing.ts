// Responsible for: finding the home switch: fast, back, slowly again, zero, park. One step a control loop.
// Not for: moving once the place is known (pullback.ts).

import { PARK_NM } from "../../wire/ramp"
import { FAULT_HOMING } from "../../wire/reasons"
import { CartFault } from "../platform/fault"
import { Sled } from "./sled"

const NM_PER_MM = 1000000
const FAST_NM_S = 5 * NM_PER_MM
const BACK_NM_S = 2 * NM_PER_MM
/** Slow enough that the switch's closing is latched within a count. */
const SLOW_NM_S = 250000
/** Longer than any travel: the switch has to stop the move, its end would mean that there is none. */
const SEARCH_NM = 175 * NM_PER_MM
const ESCAPE_NM = 3 * NM_PER_MM
const BACK_NM = NM_PER_MM
const SLOW_SEARCH_NM = 2 * NM_PER_MM

const ESCAPE = 0
const SEARCH = 1
const BACK = 2
const SLOW = 3
const PARKING = 4
const DONE = 5

export class Homing {
    private phase = DONE

    constructor(
        private sled: Sled,
        /** Told the measured position at which the sled stands when its zero has been set. */
        private onZero: (position_nm: number) => Promise<void>
    ) {}

    async start(): Promise<void> {
        const sled = this.sled
        sled.homed = false
        await sled.driver.poll()
        // On the switch already: go off it first, so that its closing can be seen.
        if (sled.atHomeSwitch()) {
            await sled.moveTo(sled.motorNm() + ESCAPE_NM, FAST_NM_S)
            this.phase = ESCAPE
        } else await this.search()
    }

    private async search(): Promise<void> {
        await this.sled.moveTo(this.sled.motorNm() - SEARCH_NM, FAST_NM_S)
        this.phase = SEARCH
    }

    /** Goes on; the chip has just been polled. @returns whether the sled is home and parked */
    async step(): Promise<boolean> {
        const sled = this.sled
        const onSwitch = sled.atHomeSwitch() && sled.stands()
        if (this.phase === ESCAPE) {
            if (sled.arrived()) await this.search()
        } else if (this.phase === SEARCH) {
            if (onSwitch) {
                await sled.moveTo(sled.motorNm() + BACK_NM, BACK_NM_S)
                this.phase = BACK
            } else if (sled.arrived() || (sled.atFarSwitch() && sled.stands()))
                this.fail()
        } else if (this.phase === BACK) {
            if (sled.arrived()) {
                if (sled.atHomeSwitch()) this.fail()
                await sled.armLatch()
                await sled.moveTo(sled.motorNm() - SLOW_SEARCH_NM, SLOW_NM_S)
                this.phase = SLOW
            }
        } else if (this.phase === SLOW) {
            if (onSwitch) {
                await this.onZero(await sled.zeroAtLatch())
                await sled.moveTo(PARK_NM, FAST_NM_S)
                this.phase = PARKING
            } else if (sled.arrived()) this.fail()
        } else if (this.phase === PARKING && sled.arrived()) {
            await sled.hold()
            this.phase = DONE
        }
        return this.phase === DONE
    }

    private fail(): void {
        throw new CartFault(FAULT_HOMING, this.phase)
    }
}
