// Responsible for: the move that measures a sled: twenty-two turns out, two back, and the calibration that follows.
// Not for: keeping it (the cart, in the platform's settings).

import { BACKLASH_MAX_NM, Calibration } from "../../shared/motion/calibration"
import { FAULT_CALIBRATION } from "../../shared/codes"
import { CartFault } from "../platform/cart-fault"
import { ScrewSurvey } from "./screw-survey"
import { Sled } from "./sled"

const NM_PER_MM = 1000000
/** Fifty samples a turn: the screw's 32 points are all seen in every second turn. */
const SURVEY_NM_S = 2 * NM_PER_MM
/** Enough turns that a point is the mean of thirty samples: 0.05 um of the encoder's 1 um. */
const OUT_TURNS = 20
const BACK_TURNS = 2
/** Turn before a survey begins: the ramp is over and the play of the nut is taken up. */
const LEAD_IN_NM = NM_PER_MM
const OUT_NM = (1 + OUT_TURNS + BACK_TURNS + 1) * NM_PER_MM
const BACK_NM = (1 + BACK_TURNS + 1) * NM_PER_MM

const OUT = 0
/** The last turns of the way out, over which the way back is held against it. */
const TAIL = 1
const BACK = 2
const DONE = 3

export class Calibrating {
    /** What was measured, once {@link step} has said that it is done. */
    measured: Calibration | undefined = undefined
    private phase = DONE
    private start_nm = 0
    private out_mean_nm = 0

    constructor(
        private sled: Sled,
        private survey: ScrewSurvey
    ) {}

    async start(): Promise<void> {
        this.measured = undefined
        this.begin(OUT)
        await this.sled.moveTo(this.sled.motorNm() + OUT_NM, SURVEY_NM_S)
    }

    private begin(phase: number): void {
        this.phase = phase
        this.start_nm = this.sled.motorNm()
        this.survey.clear()
    }

    /** Goes on; the chip was just polled, at `tick_us` of the line clock. @returns whether all is done */
    async step(tick_us: number): Promise<boolean> {
        if (this.phase !== DONE) await this.surveyStep(tick_us)
        return this.phase === DONE
    }

    private async surveyStep(tick_us: number): Promise<void> {
        const sled = this.sled
        const survey = this.survey
        const moved_nm = Math.abs(sled.motorNm() - this.start_nm)
        const wanted = this.phase === OUT ? OUT_TURNS : BACK_TURNS
        const lead_in_nm = this.phase === TAIL ? 0 : LEAD_IN_NM
        if (moved_nm >= lead_in_nm && Math.abs(survey.turns()) < wanted)
            sled.surveyInto(survey, tick_us)
        const done = Math.abs(survey.turns()) >= wanted
        if (this.phase === OUT) {
            if (done) {
                this.finishOut()
                this.begin(TAIL)
            } else if (sled.arrived()) this.fail()
        } else if (sled.arrived()) {
            if (!done || !survey.complete()) this.fail()
            if (this.phase === TAIL) {
                this.out_mean_nm = survey.meanNm()
                this.begin(BACK)
                await sled.moveTo(sled.motorNm() - BACK_NM, SURVEY_NM_S)
            } else {
                this.finishBack()
                // No need to park: with its new scales the sled is homed anew.
                await sled.hold()
                this.phase = DONE
            }
        }
    }

    private fail(): void {
        throw new CartFault(FAULT_CALIBRATION, this.phase)
    }

    private finishOut(): void {
        const sled = this.sled
        const c = sled.calibration
        const found = this.survey.result(c, sled.nmPerMicrostep())
        this.measured = {
            fclk_hz: Math.round(c.fclk_hz * found.clock_ratio),
            microsteps_per_m: Math.round(c.microsteps_per_m / found.scale_ratio),
            encoder_nm_per_count: c.encoder_nm_per_count,
            backlash_nm: 0,
            screw_nm: this.survey.screw(),
        }
    }

    /** Out and back the sled hangs on opposite flanks of the screw. */
    private finishBack(): void {
        const apart_nm = Math.round(Math.abs(this.out_mean_nm - this.survey.meanNm()))
        if (this.measured) this.measured.backlash_nm = Math.min(apart_nm, BACKLASH_MAX_NM)
    }
}
