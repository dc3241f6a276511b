// Checks that the sled follows its motor: encoder against motor, by distance and not by time.

/**
 * Largest change of encoder minus motor when a move begins or reverses, beside the backlash: windup in both directions
 * of the screw (2.6 N of friction at 3.4 N/um: 1.5 um) and of the motor (5.7 N at 24 N/um: 0.5 um), ringing of the rotor, two counts.
 * Healthy sleds showed 11 um with their backlash of 5 um (supervision-margins.ts); the rest is for a softer screw.
 */
const START_LIMIT_NM = 20000
/**
 * The same in steady motion, where only stick-slip, the motor's detent and rounding remain: at most 2.5 um with 2 N +-30 % of friction
 * (homing before its survey; 1.4 um else). At 3.4 N/um the force on a held sled is 17 N when it stops.
 */
const STEADY_LIMIT_NM = 5000
/** Motion is steady after the backlash and this distance in one direction: the guide has broken away. */
const STEADY_AFTER_NM = 50000
/**
 * Part of the distance by which encoder and motor may drift apart: with screw and scale verified by a survey (1.1 um over a
 * revolution make 0.7 %, the scale 0.15 %), and for a sled that has not been calibrated.
 */
const DRIFT_SURVEYED = 0.02
const DRIFT = 0.1

export class FollowCheck {
    /** Travel of motor and encoder in the last step, in nm. */
    driven_nm = 0
    moved_nm = 0
    /** Encoder minus motor against its expected value, in nm. */
    difference_nm = 0
    private fresh = true
    private motor_nm = 0
    private encoder_nm = 0
    /** Expected encoder minus motor. */
    private expected_nm = 0
    /** Distance in one direction beyond the backlash. */
    private distance_nm = 0
    private forwards = true

    /** To be called when a move begins or positions are set: earlier positions no longer count. */
    restart(): void {
        this.fresh = true
    }

    /** Whether motion is steady, so that the lower limit applies. */
    isSteady(): boolean {
        return this.distance_nm >= STEADY_AFTER_NM
    }

    /**
     * Takes the positions of this loop, in nm; the motor's is corrected by the screw table if the sled was surveyed.
     * @param standing the ramp generator is at standstill; after a hard stop the sled oscillates, which does not count as distance
     * @param backlash_nm lost motion that a start or a reversal may have
     * @returns whether the sled follows
     */
    step(
        motor_nm: number,
        encoder_nm: number,
        standing: boolean,
        surveyed: boolean,
        backlash_nm: number
    ): boolean {
        const driven_nm = motor_nm - this.motor_nm
        const offset_nm = encoder_nm - motor_nm
        this.driven_nm = driven_nm
        this.moved_nm = encoder_nm - this.encoder_nm
        this.motor_nm = motor_nm
        this.encoder_nm = encoder_nm
        if (this.fresh) {
            this.fresh = false
            this.distance_nm = -backlash_nm
            this.difference_nm = 0
            this.expected_nm = offset_nm
            return true
        }
        const length_nm = Math.abs(driven_nm)
        if (standing || (driven_nm > 0 !== this.forwards && driven_nm !== 0)) {
            this.distance_nm = -backlash_nm
            this.forwards = driven_nm > 0
        }
        const drift = surveyed ? DRIFT_SURVEYED : DRIFT
        const difference_nm = offset_nm - this.expected_nm
        this.difference_nm = difference_nm
        if (this.isSteady()) {
            if (Math.abs(difference_nm) > STEADY_LIMIT_NM) return false
            const drift_nm = length_nm * drift
            this.expected_nm += Math.max(-drift_nm, Math.min(drift_nm, difference_nm))
            return true
        }
        this.distance_nm += length_nm
        const limit_nm = START_LIMIT_NM + (STEADY_AFTER_NM + backlash_nm) * drift
        const ahead_nm = this.forwards ? difference_nm : -difference_nm
        if (ahead_nm > limit_nm || ahead_nm < -limit_nm - backlash_nm) return false
        if (this.isSteady()) this.expected_nm = offset_nm
        return true
    }
}
