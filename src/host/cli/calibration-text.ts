// What `ivus calibrate` prints: the values before and now, and how well they were measured.

import pc from "picocolors"
import type { Calibration } from "../../shared/motion/calibration"
import { SPEED_LIMIT_PERCENT } from "../calibration/calibration-page"
import { worstExpectedError } from "../calibration/expected-speed"
import type { Round } from "../calibration/procedure"
import { screwText } from "../registers/screw"

export interface CalibrationResult {
    readonly before: Calibration
    readonly after: Calibration
    readonly rounds: readonly Round[]
}

/** Values of a record, with units that people use. */
function valuesOf(c: Calibration) {
    return {
        clockHz: c.fclk_hz,
        microstepsPerMm: c.microsteps_per_m / 1000,
        encoderNmPerCount: c.encoder_nm_per_count,
        backlashUm: c.backlash_nm / 1000,
        screwUm: c.screw_nm.map(nm => nm / 1000),
    }
}

type Values = ReturnType<typeof valuesOf>

function measuredOf({ after, rounds }: CalibrationResult) {
    const { measured } = rounds.at(-1)!
    return {
        rounds: rounds.length,
        samples: measured.samples,
        residualUm: measured.residualNm / 1000,
        worstSpeedErrorPercent: 100 * worstExpectedError(measured, after),
    }
}

export function calibrationJson(result: CalibrationResult): object {
    const { before, after } = result
    return { before: valuesOf(before), after: valuesOf(after), ...measuredOf(result) }
}

export function calibrationText(result: CalibrationResult): string {
    const [before, after] = [valuesOf(result.before), valuesOf(result.after)]
    const found = measuredOf(result)
    return [
        ...tableOf(before, after),
        "",
        `lead-screw error per revolution, before  ${screwText(before.screwUm)}`,
        `                                 now     ${screwText(after.screwUm)}`,
        "",
        `measured in ${found.rounds === 1 ? "one round" : `${found.rounds} rounds`}; the last one: ${found.samples} samples, ${found.residualUm.toFixed(2)} um rms from the fit`,
        `expected speed error over 100 ms at 0.25 mm/s: ${found.worstSpeedErrorPercent.toFixed(2)} % at most (allowed ± ${SPEED_LIMIT_PERCENT} %)`,
        "",
        pc.green("The sled moves as measured; the cart has stored these values."),
        "Force is not supervised: a stall is found by the encoder.",
    ].join("\n")
}

function tableOf(before: Values, after: Values): string[] {
    const percent = (value: number, former: number): string => {
        const change = 100 * (value / former - 1)
        return `${change >= 0 ? "+" : ""}${change.toFixed(3)} %`
    }
    const row = (
        name: string,
        text: (values: Values) => string,
        note = ""
    ): [string, string, string, string] => [name, text(before), text(after), note]
    const rows = [
        ["", "before", "now", ""],
        row(
            "clock of the motor driver",
            v => `${v.clockHz} Hz`,
            percent(after.clockHz, before.clockHz)
        ),
        row(
            "motor steps",
            v => `${v.microstepsPerMm} /mm`,
            percent(after.microstepsPerMm, before.microstepsPerMm)
        ),
        row("encoder", v => `${v.encoderNmPerCount} nm`, "the reference for the others"),
        row("backlash", v => `${v.backlashUm.toFixed(1)} um`),
    ]
    const widths = [0, 1, 2].map(i => Math.max(...rows.map(r => r[i]!.length)))
    return rows.map(([name, then, now, note]) =>
        `${name!.padEnd(widths[0]!)}  ${then!.padStart(widths[1]!)}  ${now!.padStart(widths[2]!)}  ${note}`.trimEnd()
    )
}
