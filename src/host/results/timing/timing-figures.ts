// Responsible for: one figure of a timing report, how it is judged or skipped, and the limits that all are judged by.
// Not for: measuring (timing-motion.ts, timing-lines.ts).

import { ACCEL_NM_S2 } from "../../../shared/motion/ramp"

/** One figure; `verdict` is "skipped" where the target cannot measure it, and "info" where there is no limit. */
export interface TimingFigure {
    readonly name: string
    readonly value: number | null
    readonly unit: string
    readonly limit: string
    readonly verdict: "pass" | "fail" | "skipped" | "info"
    /** By what it was measured, or why it was not. */
    readonly note: string
}

/** Limits that the cart is built to; where each comes from: README.md beside this file. */
export const LIMITS = {
    lengthUm: 20,
    positionUm: 10,
    meanSpeedPercent: 0.1,
    /** Over any 100 ms, from 0.5 mm/s up; below it what is left is told without a limit. */
    windowPercent: 1,
    slowMmPerS: 0.5,
    /** So even is the plateau below 0.5 mm/s at least, when lines are flagged; of a bench protocol. */
    slowPlateauPercent: 5,
    accelMmPerS2: ACCEL_NM_S2 / 1e6,
    frameRateHz: 0.2,
    frameJump: 2,
    jitterPercent: 0.1,
} as const

export const WINDOW_MS = 100

/** Why a figure is skipped that only a ruler can tell. */
export const NO_RULER = "this target has no instrument beside the cart"

/** Collects figures in the order in which a person reads them. */
export class FigureList {
    constructor(
        readonly figures: TimingFigure[] = [],
        private readonly suffix = ""
    ) {}

    /** The same list, for figures of one part of the run: their names end with it. */
    of(part: string): FigureList {
        return new FigureList(this.figures, ` (${part})`)
    }

    /** @param pass whether the value keeps its limit; a value that is no number never does */
    check(
        name: string,
        value: number,
        unit: string,
        limit: string,
        pass: boolean,
        note: string
    ): void {
        const good = Number.isFinite(value)
        this.figures.push({
            name: name + this.suffix,
            value: good ? Number(value.toPrecision(6)) : null,
            unit,
            limit,
            verdict: good && pass ? "pass" : "fail",
            note: good ? note : `${note}; it came to no number`,
        })
    }

    /** A figure that a person wants to know and that has no limit. */
    info(name: string, value: number, unit: string, note: string): void {
        this.check(name, value, unit, "none", true, note)
        const told = this.figures.pop()!
        this.figures.push(told.verdict === "pass" ? { ...told, verdict: "info" } : told)
    }

    skip(name: string, unit: string, limit: string, because: string): void {
        this.figures.push({
            name: name + this.suffix,
            value: null,
            unit,
            limit,
            verdict: "skipped",
            note: `skipped, because ${because}`,
        })
    }
}
