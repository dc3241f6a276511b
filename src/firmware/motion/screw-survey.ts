// Responsible for: measuring clock, scale and screw of the sled while it moves at an even speed.
// Not for: the moves (calibrating.ts, homing.ts) or keeping what was measured.

import {
    Calibration,
    MICROSTEPS_PER_TURN,
    screwErrorNm,
    SCREW_POINTS,
} from "../../shared/motion/calibration"

/** What a survey over whole turns found. */
export interface SurveyResult {
    /** True clock over the one that the calibration has. */
    clock_ratio: number
    /** Measured travel over the one that the calibration's scale gives. */
    scale_ratio: number
    /** Largest difference between measured and calibrated screw error, in nm. */
    screw_apart_nm: number
}

/**
 * Folds encoder against motor over the turn of the screw. Samples come every
 * 10 ms; points are averaged over all turns, which takes the encoder's rounding
 * out. Only whole turns count, so that the screw error has mean 0.
 */
export class ScrewSurvey {
    private sums: number[] = []
    private counts: number[] = []
    private samples = 0
    private from_microsteps = 0
    private from_tick = 0
    private from_nm = 0
    private last_microsteps = 0
    private last_tick = 0
    private last_nm = 0
    private vmax_sum = 0

    constructor() {
        for (let i = 0; i < SCREW_POINTS; ++i) {
            this.sums.push(0)
            this.counts.push(0)
        }
    }

    clear(): void {
        for (let i = 0; i < SCREW_POINTS; ++i) {
            this.sums[i] = 0
            this.counts[i] = 0
        }
        this.samples = 0
        this.vmax_sum = 0
    }

    /**
     * Takes one sample.
     * @param microsteps of the motor, `encoder_nm` of the sled, both read at `tick_us`
     * @param commanded_usteps_s speed that the motor was asked for, by the calibration's clock
     */
    take(
        microsteps: number,
        encoder_nm: number,
        tick_us: number,
        commanded_usteps_s: number,
        nm_per_microstep: number
    ): void {
        if (this.samples === 0) {
            this.from_microsteps = microsteps
            this.from_tick = tick_us
            this.from_nm = encoder_nm
        }
        const turns = microsteps / MICROSTEPS_PER_TURN
        const place = (turns - Math.floor(turns)) * SCREW_POINTS
        const point = Math.round(place) % SCREW_POINTS
        this.sums[point] += encoder_nm - microsteps * nm_per_microstep
        this.counts[point]++
        this.vmax_sum += commanded_usteps_s
        this.samples++
        this.last_microsteps = microsteps
        this.last_tick = tick_us
        this.last_nm = encoder_nm
    }

    /** Turns that have been surveyed, whole and part. */
    turns(): number {
        if (this.samples === 0) return 0
        return (this.last_microsteps - this.from_microsteps) / MICROSTEPS_PER_TURN
    }

    /** True when every point has been seen. */
    complete(): boolean {
        for (let i = 0; i < SCREW_POINTS; ++i) if (this.counts[i] === 0) return false
        return true
    }

    /** Mean encoder-minus-motor over all points: two surveys of opposite direction differ by the backlash. */
    meanNm(): number {
        let sum = 0
        for (let i = 0; i < SCREW_POINTS; ++i) sum += this.sums[i] / this.counts[i]
        return sum / SCREW_POINTS
    }

    /** The measured screw error, mean 0, in whole nm. */
    screw(): number[] {
        const screw: number[] = []
        let mean = 0
        for (let i = 0; i < SCREW_POINTS; ++i) {
            screw.push(this.sums[i] / this.counts[i])
            mean += screw[i] / SCREW_POINTS
        }
        for (let i = 0; i < SCREW_POINTS; ++i) screw[i] = Math.round(screw[i] - mean)
        return screw
    }

    /** Holds what was found against a calibration. */
    result(calibration: Calibration, nm_per_microstep: number): SurveyResult {
        const microsteps = this.last_microsteps - this.from_microsteps
        const elapsed_us = (this.last_tick - this.from_tick) >>> 0
        const commanded_usteps_s = this.vmax_sum / this.samples
        const screw = this.screw()
        let apart = 0
        for (let i = 0; i < SCREW_POINTS; ++i) {
            const at = (i * MICROSTEPS_PER_TURN) / SCREW_POINTS
            const nm = Math.abs(screw[i] - screwErrorNm(calibration, at))
            if (nm > apart) apart = nm
        }
        return {
            clock_ratio: (microsteps * 1000000) / elapsed_us / commanded_usteps_s,
            scale_ratio: (this.last_nm - this.from_nm) / (microsteps * nm_per_microstep),
            screw_apart_nm: apart,
        }
    }
}
