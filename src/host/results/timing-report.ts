// Responsible for: the figures of a pullback's motion against their limits (timing.json).
// Not for: measuring: positions come from instruments beside the cart, or from the cart's own encoder.

import type { BurstHeader } from "../link/burst-stream"
import type { ReceivedRun } from "../run/run-target"

/** One figure; `verdict` is "skipped" where the target cannot measure it. */
export interface TimingFigure {
    readonly name: string
    readonly value: number | null
    readonly unit: string
    readonly limit: string
    readonly verdict: "pass" | "fail" | "skipped"
    readonly note: string
}

export interface TimingReport {
    readonly instrument: string
    readonly speedMmPerS: number
    readonly lengthMm: number
    readonly figures: readonly TimingFigure[]
}

// Limits that the cart is built to; sources in README.md beside this file.
const LENGTH_LIMIT_UM = 50
const POSITION_LIMIT_UM = 20
const WINDOW_LIMIT_PERCENT = 1
const WINDOW_MS = 100
const STEP_US = 10_000

export function timingReport(run: ReceivedRun): TimingReport {
    const { receiver, instruments } = run
    const d = receiver.description!
    const assembler = receiver.assembler!
    const speedMmPerS = d.speed_nm_s / 1e6
    const lengthMm = (d.window_end_nm - d.window_start_nm) / 1e6
    const from = assembler.firstAtSpeed!
    const to = assembler.lastAtSpeed!
    const linePeriodUs = d.line_period_ns / 1000
    const figures: TimingFigure[] = []
    const skipped = (name: string, unit: string, limit: string): void =>
        void figures.push({
            name,
            value: null,
            unit,
            limit,
            verdict: "skipped",
            note: "skipped, because this target has no instrument beside the cart",
        })
    const judge = (
        name: string,
        value: number,
        unit: string,
        limit: string,
        pass: boolean,
        note: string
    ): void =>
        void figures.push({
            name,
            value: Number(value.toPrecision(6)),
            unit,
            limit,
            verdict: pass ? "pass" : "fail",
            note,
        })

    const encoderMm = (to.positionNm - from.positionNm) / 1e6
    const endUs = to.tickUs + linePeriodUs
    const lengthLimit = `${lengthMm} ± ${LENGTH_LIMIT_UM / 1000}`
    judge(
        "length at speed by the encoder",
        encoderMm,
        "mm",
        lengthLimit,
        Math.abs(encoderMm - lengthMm) * 1000 <= LENGTH_LIMIT_UM,
        "first to last line flagged at speed"
    )
    if (!instruments) {
        skipped("length at speed by the ruler", "mm", lengthLimit)
        skipped("speed over 100 ms, worst", "%", `± ${WINDOW_LIMIT_PERCENT}`)
        skipped("position in bursts, worst", "um", `± ${POSITION_LIMIT_UM}`)
    } else {
        const ruledMm =
            instruments.positionMm(endUs) - instruments.positionMm(from.tickUs)
        judge(
            "length at speed by the ruler",
            ruledMm,
            "mm",
            lengthLimit,
            Math.abs(ruledMm - lengthMm) * 1000 <= LENGTH_LIMIT_UM,
            instruments.name
        )
        let worst = 0
        for (let t = from.tickUs; t <= to.tickUs; t += STEP_US) {
            const speed = instruments.speedMmPerS(t, WINDOW_MS)
            const percent = 100 * (speed / speedMmPerS - 1)
            if (Math.abs(percent) > Math.abs(worst)) worst = percent
        }
        judge(
            "speed over 100 ms, worst",
            worst,
            "%",
            `± ${WINDOW_LIMIT_PERCENT}`,
            Math.abs(worst) <= WINDOW_LIMIT_PERCENT,
            "every 10 ms while lines were flagged at speed"
        )
        const apartUm = worstApartUm(receiver.lineBursts, h =>
            instruments.positionMm(h.tick_us)
        )
        judge(
            "position in bursts, worst",
            apartUm,
            "um",
            `± ${POSITION_LIMIT_UM}`,
            Math.abs(apartUm) <= POSITION_LIMIT_UM,
            "burst header against the ruler at the same tick"
        )
    }
    judge(
        "mean speed at speed",
        (encoderMm * 1e6) / (to.tickUs - from.tickUs),
        "mm/s",
        `${speedMmPerS} ± 0.1 %`,
        Math.abs(
            (encoderMm * 1e6) / (to.tickUs - from.tickUs) / speedMmPerS - 1
        ) <= 0.001,
        "encoder over line clock"
    )
    return {
        instrument: instruments?.name ?? "none beside the cart",
        speedMmPerS,
        lengthMm,
        figures,
    }
}

function worstApartUm(
    headers: readonly BurstHeader[],
    trueMm: (header: BurstHeader) => number
): number {
    let worst = 0
    for (const header of headers) {
        const apart = header.position_nm / 1000 - 1000 * trueMm(header)
        if (Math.abs(apart) > Math.abs(worst)) worst = apart
    }
    return worst
}
