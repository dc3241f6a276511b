// Responsible for: finding the home switch: fast, back, slowly again, zero; then a short survey that holds the
// calibration against the sled, and park. One step a control loop.
// Not for: moving once the place is known (pullback.ts).

import { FAULT_HOMING, GOOD, REFUSED_CLOCK, REFUSED_SCALE, REFUSED_SCREW } from "../../shared/codes"
import { CartFault } from "../platform/cart-fault"
import { Parking } from "./parking"
import { ScrewSurvey } from "./screw-survey"
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

/** The survey: two turns behind a lead-in in which the play of the nut is taken up. */
const SURVEY_NM_S = 2 * NM_PER_MM
const SURVEY_TURNS = 2
const SURVEY_FROM_NM = NM_PER_MM
const SURVEY_TO_NM = 4 * NM_PER_MM
/** Clock and scale: five times what an even pullback may be off, and three times the encoder's rounding over two turns. */
const RATIO_LIMIT = 0.005
/** A point is the mean of three samples; what is left of 2 um makes 1.3 % of speed ripple. */
const SCREW_LIMIT_NM = 2000

const ESCAPE = 0
const SEARCH = 1
const BACK = 2
const SLOW = 3
const SURVEYING = 4
const PARKING = 5
const DONE = 6

export class Homing {
    /** What the survey found wrong with the calibration, GOOD or a REFUSED_ code. */
    verdict = GOOD
    private phase = DONE

    constructor(
        private sled: Sled,
        private survey: ScrewSurvey,
        private parking: Parking,
        /** Told the measured position at which the sled stands when its zero has been set. */
        private onZero: (position_nm: number) => Promise<void>
    ) {}

    async start(): Promise<void> {
        const sled = this.sled
        sled.homed = false
        sled.surveyed = false
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

    /**
     * Goes on; the chip was just polled, at `tick_us` of the line clock.
     * @returns whether the sled is home, surveyed and parked
     */
    async step(tick_us: number): Promise<boolean> {
        const sled = this.sled
        const onSwitch = sled.atHomeSwitch() && sled.stands()
        if (this.phase === ESCAPE) {
            if (sled.arrived()) await this.search()
        } else if (this.phase === SEARCH) {
            if (onSwitch) {
                await sled.moveTo(sled.motorNm() + BACK_NM, BACK_NM_S)
                this.phase = BACK
            } else if (sled.arrived() || (sled.atFarSwitch() && sled.stands())) this.fail()
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
                this.survey.clear()
                await sled.moveTo(SURVEY_TO_NM, SURVEY_NM_S)
                this.phase = SURVEYING
            } else if (sled.arrived()) this.fail()
        } else if (this.phase === SURVEYING) {
            await this.surveyStep(tick_us)
        } else if (this.phase === PARKING) {
            if (await this.parking.step()) this.phase = DONE
        }
        return this.phase === DONE
    }

    private async surveyStep(tick_us: number): Promise<void> {
        const sled = this.sled
        const survey = this.survey
        if (sled.motorNm() >= SURVEY_FROM_NM && survey.turns() < SURVEY_TURNS)
            sled.surveyInto(survey, tick_us)
        if (!sled.arrived()) return
        this.verdict = this.judge()
        sled.surveyed = this.verdict === GOOD
        await this.parking.start(FAST_NM_S)
        this.phase = PARKING
    }

    private judge(): number {
        if (!this.survey.complete()) return REFUSED_SCALE
        const sled = this.sled
        const found = this.survey.result(sled.calibration, sled.nmPerMicrostep())
        if (!(Math.abs(found.clock_ratio - 1) <= RATIO_LIMIT)) return REFUSED_CLOCK
        if (!(Math.abs(found.scale_ratio - 1) <= RATIO_LIMIT)) return REFUSED_SCALE
        return found.screw_apart_nm <= SCREW_LIMIT_NM ? GOOD : REFUSED_SCREW
    }

    private fail(): void {
        throw new CartFault(FAULT_HOMING, this.phase)
    }
}
