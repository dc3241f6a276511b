// Responsible for: does the sled follow its motor? Encoder against motor over the last 30 ms.
// Not for: what is done when it does not (../cart), or where the sled is in all (sled.ts).

/** Loops over which the two are compared. */
const STRETCH = 3
/**
 * What may open between motor and encoder in a stretch: play and windup of the nut when
 * a move begins or turns round (5 um and twice 4 um), stick-slip once it is under way.
 */
const SLACK_AT_START_NM = 14000
const SLACK_UNDER_WAY_NM = 8000
/** On top, a tenth of the way: scale and screw of a sled that has not been calibrated. */
const SLACK_OF_WAY = 0.1
/** Loops after which a move is under way. */
const UNDER_WAY_LOOPS = 30

export const FOLLOWS = 0
export const LAGS = 1
/** The encoder moved, but the other way. */
export const REVERSED = 2

export class FollowCheck {
    private motor: number[] = []
    private encoder: number[] = []
    private loops = 0

    constructor() {
        for (let i = 0; i <= STRETCH; ++i) {
            this.motor.push(0)
            this.encoder.push(0)
        }
    }

    /** A move begins, or positions have been set anew: what was before says nothing. */
    restart(): void {
        this.loops = 0
    }

    /** Takes the positions of this loop, in nm. @returns FOLLOWS, LAGS or REVERSED */
    step(motor_nm: number, encoder_nm: number): number {
        const slot = this.loops % (STRETCH + 1)
        const before = (this.loops + 1) % (STRETCH + 1)
        this.motor[slot] = motor_nm
        this.encoder[slot] = encoder_nm
        this.loops++
        if (this.loops <= STRETCH) return FOLLOWS
        const driven = motor_nm - this.motor[before]
        const moved = encoder_nm - this.encoder[before]
        const slack =
            (this.loops > UNDER_WAY_LOOPS
                ? SLACK_UNDER_WAY_NM
                : SLACK_AT_START_NM) +
            Math.abs(driven) * SLACK_OF_WAY
        if (Math.abs(moved - driven) <= slack) return FOLLOWS
        const last = (this.loops + STRETCH - 1) % (STRETCH + 1)
        const latest = encoder_nm - this.encoder[last]
        return latest * driven < 0 ? REVERSED : LAGS
    }
}
