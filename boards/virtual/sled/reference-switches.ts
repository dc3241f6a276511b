// The reference switch inputs of the TMC5160: pin levels and SW_MODE determine stop conditions and latch events; the ramp
// generator performs the stops. Source: TMC5160 data sheet, 6.3.2.1, 6.3.2.2 and 12.4.
import { RAMP_STAT, SW_MODE } from "./registers"

export class ReferenceSwitches {
    mode = 0
    /** Electrical levels of REFL and REFR. */
    pinLeft: boolean
    pinRight: boolean
    statusLatchL = false
    statusLatchR = false
    private left: boolean
    private right: boolean

    constructor(pinLeft: boolean, pinRight: boolean) {
        this.pinLeft = this.left = pinLeft
        this.pinRight = this.right = pinRight
    }

    /** status_stop_l: the left switch is active (after swap and polarity). */
    get activeLeft(): boolean {
        return this.left
    }

    get activeRight(): boolean {
        return this.right
    }

    get stopsLeft(): boolean {
        return this.left && (this.mode & SW_MODE.stopLEnable) !== 0
    }

    get stopsRight(): boolean {
        return this.right && (this.mode & SW_MODE.stopREnable) !== 0
    }

    get softStop(): boolean {
        return (this.mode & SW_MODE.enSoftstop) !== 0
    }

    /**
     * Evaluates the pins after a change of level or SW_MODE. A change of polarity is an edge too: the data sheet uses it
     * to simulate a switch (12.2.4 d). Returns true if the position must be latched.
     */
    update(): boolean {
        const m = this.mode
        const swap = (m & SW_MODE.swapLr) !== 0
        const left = (swap ? this.pinRight : this.pinLeft) !== ((m & SW_MODE.polStopL) !== 0)
        const right = (swap ? this.pinLeft : this.pinRight) !== ((m & SW_MODE.polStopR) !== 0)
        let latch = false
        if (left !== this.left && m & (left ? SW_MODE.latchLActive : SW_MODE.latchLInactive))
            this.statusLatchL = latch = true
        if (right !== this.right && m & (right ? SW_MODE.latchRActive : SW_MODE.latchRInactive))
            this.statusLatchR = latch = true
        this.left = left
        this.right = right
        return latch
    }

    /** The bits of RAMP_STAT that come from the switches, without stop events. */
    get status(): number {
        return (
            (this.left ? RAMP_STAT.statusStopL : 0) |
            (this.right ? RAMP_STAT.statusStopR : 0) |
            (this.statusLatchL ? RAMP_STAT.statusLatchL : 0) |
            (this.statusLatchR ? RAMP_STAT.statusLatchR : 0)
        )
    }

    clear(bits: number): void {
        if (bits & RAMP_STAT.statusLatchL) this.statusLatchL = false
        if (bits & RAMP_STAT.statusLatchR) this.statusLatchR = false
    }
}
