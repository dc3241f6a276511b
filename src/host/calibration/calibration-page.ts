// The report of a calibration as one self-contained HTML page.

import type { Calibration } from "../../shared/motion/calibration"
import { factList, htmlPage } from "../pages/html-page"
import { screwChart, speedChart } from "./calibration-charts"
import { expectedErrors, worstExpectedError } from "./expected-speed"
import type { Round } from "./procedure"

export interface CalibrationReport {
    /** 16 hex digits. */
    readonly board: string
    readonly firmware: string
    readonly target: string
    /** ISO 8601, UTC. */
    readonly date: string
    readonly insecure: boolean
    readonly before: Calibration
    readonly after: Calibration
    /** At least one. */
    readonly rounds: readonly Round[]
}

/** The requirement: ± 1 % over 100 ms. */
export const SPEED_LIMIT_PERCENT = 1

/** The same calibration gives the same page. */
export function calibrationPage(report: CalibrationReport): string {
    const { before, after, rounds } = report
    const { measured } = rounds.at(-1)!
    return htmlPage(
        `Calibration of board ${report.board}, ${report.date}`,
        `${header(report)}
<h2>Values</h2>
${valueTable(report)}
<h2>Error of the lead screw along one revolution</h2>
<p class="note">Sled position less that of an ideal screw. The table of the record is steeper than the measured curve, since the firmware interpolates it.</p>
${screwChart(before, after, measured)}
<h2>Expected speed error at 0.25 mm/s, along one revolution</h2>
<p class="note">Computed from the last measurement with the record before and the record now; ${SPEED_LIMIT_PERCENT} % is allowed.</p>
${speedChart(before, after, measured, SPEED_LIMIT_PERCENT)}
<h2>Rounds</h2>
<p class="note">Each round moves the sled out and back, and compares what it measured with the record in force: clock to speed are the differences. The last one agrees.</p>
${roundTable(rounds)}
<h2>Not measured</h2>
<p>The encoder is the reference: an error of its scale is not found. Force is not measured, and StallGuard is not used: a stall is found by the encoder.</p>`
    )
}

function header(report: CalibrationReport): string {
    const rows: [string, string][] = [
        ["board", report.board],
        ["date", report.date],
        ["target", report.target],
        ["firmware", report.firmware],
    ]
    return `<h1>Calibration of a sled</h1>
<p class="notice">Investigational equipment, not for clinical use.</p>
${report.insecure ? '<p class="notice">INSECURE: the link ran without a key, so it is not proven that the values came from this board.</p>\n' : ""}<p class="pass">The sled moves as measured; the cart has stored the values below.</p>
${factList(rows)}`
}

const NUMBER = (value: string): string => `<td class="number">${value}</td>`

/** Without the sign of a zero. */
const fixed = (value: number, digits: number): string =>
    value.toFixed(digits).replace(/^-(?=0\.?0*$)/, "")

function valueTable({ before, after, rounds }: CalibrationReport): string {
    const { measured } = rounds.at(-1)!
    const rangeUm = ({ screw_nm }: Calibration): string =>
        screw_nm.length === 0
            ? "not measured"
            : ((Math.max(...screw_nm) - Math.min(...screw_nm)) / 1000).toFixed(1)
    const worst = (record: Calibration): string =>
        (100 * worstExpectedError(measured, record)).toFixed(2)
    const mean = (record: Calibration): string => {
        const errors = expectedErrors(measured, record)
        return fixed((100 * errors.reduce((sum, error) => sum + error, 0)) / errors.length, 3)
    }
    const rows: [string, string, (record: Calibration) => string][] = [
        ["clock of the motor driver", "Hz", r => String(r.fclk_hz)],
        ["motor steps", "microsteps/mm", r => (r.microsteps_per_m / 1000).toFixed(2)],
        ["encoder (the reference)", "nm/count", r => String(r.encoder_nm_per_count)],
        ["backlash", "um", r => (r.backlash_nm / 1000).toFixed(1)],
        ["lead-screw error, peak to peak", "um", rangeUm],
        ["expected mean speed error", "%", mean],
        ["expected speed error over 100 ms at 0.25 mm/s", "%", worst],
    ]
    return `<table><thead><tr><th>value</th><th class="number">before</th><th class="number">now</th><th>unit</th></tr></thead>
<tbody>
${rows.map(([name, unit, of]) => `<tr><td>${name}</td>${NUMBER(of(before))}${NUMBER(of(after))}<td>${unit}</td></tr>`).join("\n")}
</tbody></table>`
}

function roundTable(rounds: readonly Round[]): string {
    const names = ["samples", "rms from the fit, um", "clock, %", "lead, %", "backlash, um"]
    const headings = [...names, "screw, um", "speed over 100 ms, %"]
    const row = ({ measured, agreement }: Round, n: number): string => {
        const values = [
            String(measured.samples),
            (measured.residualNm / 1000).toFixed(2),
            fixed(100 * agreement.clock, 4),
            fixed(100 * agreement.scale, 4),
            fixed(agreement.backlashNm / 1000, 2),
            (agreement.screwNm / 1000).toFixed(2),
            (100 * agreement.worstSpeed).toFixed(2),
        ]
        return `<tr><td>${n + 1}</td>${values.map(NUMBER).join("")}</tr>`
    }
    return `<table><thead><tr><th>round</th>${headings.map(h => `<th class="number">${h}</th>`).join("")}</tr></thead>
<tbody>
${rounds.map(row).join("\n")}
</tbody></table>`
}
