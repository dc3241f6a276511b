// Figures of a timing report: their limits, and how they are checked or skipped.

import { ACCEL_NM_S2 } from "../../../shared/motion/ramp"

/** One figure. `verdict` is "skipped" if the target cannot measure it, and "info" if it has no limit. */
export interface TimingFigure {
    readonly name: string
    readonly value: number | null
    readonly unit: string
    readonly limit: string
    readonly verdict: "pass" | "fail" | "skipped" | "info"
    /** How it was measured, or why it was not. */
    readonly note: string
}

/** Digits of a value that is shown to a person; one that fails has all, as it may be close to its limit. */
const DIGITS = 4

/** Value and unit as a person reads them. */
export function shown({ value, unit, verdict }: TimingFigure): { value: string; unit: string } {
    const isRounded = value !== null && verdict !== "fail"
    const rounded = isRounded ? Number(value.toPrecision(DIGITS)) : value
    return {
        value: rounded === null ? "–" : String(rounded),
        unit: unit.replace(/^um/, "µm").replace("s2", "s²"),
    }
}

/** Limits of the cart; sources: ../README.md. */
export const LIMITS = {
    lengthUm: 20,
    positionUm: 10,
    meanSpeedPercent: 0.1,
    /** Speed over any 100 ms, from 0.5 mm/s up: there 0.5 um. */
    windowPercent: 1,
    slowMmPerS: 0.5,
    /** The most that a speed below it may be off; from a bench protocol. */
    slowestPercent: 5,
    accelMmPerS2: ACCEL_NM_S2 / 1e6,
    frameRateHz: 0.2,
    frameJump: 2,
    jitterPercent: 0.1,
} as const

export const WINDOW_MS = 100

/**
 * Limit of the speed over 100 ms in percent. Below 0.5 mm/s it is the same distance as there (0.5 um in 100 ms: detent, screw and
 * friction move the sled by a distance, not by a part of its speed), up to the 5 % of the protocol.
 */
export function windowPercentAt(speedMmPerS: number): number {
    const percent = (LIMITS.windowPercent * LIMITS.slowMmPerS) / speedMmPerS
    return Math.min(LIMITS.slowestPercent, Math.max(LIMITS.windowPercent, percent))
}

/** Why a figure that needs a ruler is skipped. */
export const NO_RULER =
    "there are no readings of an instrument beside the cart: only the virtual cart has one, and a capture does not hold them"

/** Collects figures in the order of the report. */
export class FigureList {
    constructor(
        readonly figures: TimingFigure[] = [],
        private readonly suffix = ""
    ) {}

    /** The same list for one part of the run, whose name is appended to the names of the figures. */
    of(part: string): FigureList {
        return new FigureList(this.figures, ` (${part})`)
    }

    /** Adds a figure with a limit. @param pass whether the value is within its limit; ignored if the value is not finite */
    check(
        name: string,
        value: number,
        unit: string,
        limit: string,
        pass: boolean,
        note: string
    ): void {
        const finite = Number.isFinite(value)
        this.figures.push({
            name: name + this.suffix,
            value: finite ? Number(value.toPrecision(6)) : null,
            unit,
            limit,
            verdict: finite && pass ? "pass" : "fail",
            note: finite ? note : `${note}; the value is not a number`,
        })
    }

    /** Adds a figure without a limit. */
    info(name: string, value: number, unit: string, note: string): void {
        this.check(name, value, unit, "none", true, note)
        const added = this.figures.pop()!
        this.figures.push(added.verdict === "pass" ? { ...added, verdict: "info" } : added)
    }

    /** Adds a figure that was not measured. @param because completes "skipped, because …" */
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
