// Responsible for: does the sled follow its motor? Encoder against motor, by the way and not by the time.
// Not for: what is done when it does not (../cart), why (supervision.ts), or where the sled is in all (sled.ts).

/**
 * What may open between motor and encoder when a move begins or turns round: the play of the nut (5 um),
 * the windup of nut and motor on either side of it (2.6 N at 0.5 N/um and 13 N a full step, twice 5.8 um),
 * and two counts.
 */
const SLACK_AT_START_NM = 20000
/** The same under way, where only stick-slip and rounding are left: 2.9 um at most with 2 N +-30 % of friction (README.md). */
const SLACK_UNDER_WAY_NM = 5000
/** A move is under way after so far in one direction: play is closed and the guide has broken away. */
const UNDER_WAY_NM = 50000
/**
 * Part of the way that is no parting: a screw and a scale that a survey found good (2 um over a turn make 1.3 %,
 * and 0.5 %), and those of a sled that has not been calibrated.
 */
const CREEP_SURVEYED = 0.02
const CREEP = 0.1

export class FollowCheck {
    /** What motor and encoder went in the last step, in nm. */
    driven_nm = 0
    moved_nm = 0
    /** How far encoder and motor were from where they should be to each other. */
    apart_nm = 0
    private fresh = true
    private motor_nm = 0
    private encoder_nm = 0
    /** Encoder minus motor as it should be. */
    private expected_nm = 0
    private way_nm = 0
    private forwards = true

    /** A move begins, or positions have been set anew: what was before says nothing. */
    restart(): void {
        this.fresh = true
    }

    /** Far enough in one direction for the narrower limit. */
    isMoving(): boolean {
        return this.way_nm >= UNDER_WAY_NM
    }

    /**
     * Takes the positions of this loop, in nm; the motor's corrected by the screw's table if the sled was surveyed.
     * @param stands the ramp stands: a hard stop lets the sled swing, and what it was driven to is no way
     * @returns whether the sled follows
     */
    step(motor_nm: number, encoder_nm: number, stands: boolean, surveyed: boolean): boolean {
        const driven = motor_nm - this.motor_nm
        const apart = encoder_nm - motor_nm
        this.driven_nm = driven
        this.moved_nm = encoder_nm - this.encoder_nm
        this.motor_nm = motor_nm
        this.encoder_nm = encoder_nm
        if (this.fresh) {
            this.fresh = false
            this.way_nm = 0
            this.apart_nm = 0
            this.expected_nm = apart
            return true
        }
        const length = Math.abs(driven)
        if (stands || (driven > 0 !== this.forwards && driven !== 0)) {
            this.way_nm = 0
            this.forwards = driven > 0
        }
        const creep = length * (surveyed ? CREEP_SURVEYED : CREEP)
        this.apart_nm = apart - this.expected_nm
        if (this.isMoving()) {
            if (Math.abs(this.apart_nm) > SLACK_UNDER_WAY_NM) return false
            this.expected_nm += Math.max(-creep, Math.min(creep, this.apart_nm))
            return true
        }
        this.way_nm += length
        if (Math.abs(this.apart_nm) > SLACK_AT_START_NM + creep) return false
        if (this.isMoving()) this.expected_nm = apart
        return true
    }
}
