// The summary of a run as text: verdict, findings, warnings, timing figures.

import { gapsText } from "../frames/gaps-text"
import { alarmRows } from "../run/alarm"
import { firingCheckText } from "../sequence/firing-check"
import { bookmarkRows } from "./bookmarks"
import { channelDataLimitsText } from "./channel-data-limits"
import { measurementRows } from "./measurements"
import { ringDownText } from "./ring-down-use"
import { rotationText } from "./rotation-text"
import type { RunSummary } from "./summary"
import { tipMotionText } from "./tip-motion"
import { shown, type TimingFigure } from "./timing/timing-figures"

/** @param options.verbose prints all timing figures; otherwise only those out of limits */
export function summaryText(s: RunSummary, options: { readonly verbose?: boolean } = {}): string {
    const warnings = warningRows(s).map(row => `Warning: ${row}`)
    return [
        verdictText(s),
        ...findingRows(s),
        ...bookmarkRows(s.bookmarks),
        ...alarmRows(s.alarms, options.verbose),
        ...warnings,
        ...timingRows(s.timing, options.verbose ?? false),
    ].join("\n")
}

const VERDICTS = {
    complete: "Complete",
    incomplete: "Incomplete",
    stopped: "Stopped",
    failed: "Failed",
} as const

/** The first line: how the run ended, how much there is of it, and how many A-lines were lost. */
export function verdictText(s: RunSummary): string {
    const { missing, fired } = s.lines
    // A run that ended early has only a part of the requested length.
    const imaged = s.verdict === "complete" ? "" : `${s.imagedMm.toFixed(2)} of `
    const size = `${countText(s.frames, "frame")}, ${imaged}${s.lengthMm.toFixed(2)} mm at ${s.speedMmPerS.toFixed(2)} mm/s`
    const lost =
        missing > 0
            ? `WARNING: ${countText(missing, "line")} lost`
            : fired === null
              ? "lost lines not known"
              : "no line lost"
    const text = `${VERDICTS[s.verdict]}: ${size}, ${lost}`
    return s.verdictReason === null ? text : `${text}; ${s.verdictReason}`
}

function findingRows(s: RunSummary): string[] {
    const rows = [
        ...(s.insecure
            ? [
                  "INSECURE: the link ran without a key, so the origin of the A-lines is not proven; lab bench only",
              ]
            : []),
        `catheter: ${s.catheter}, ${s.linesPerFrame} A-lines × ${s.samplesPerLine} samples per frame, ${s.frameRateHz} frames/s`,
        lumenText(s),
        ...(s.lumen?.minAreaMm2 ? measurementRows(s.measurements) : []),
    ]
    if (s.lumen && s.lumen.framesOpen > 0 && s.lumen.minAreaMm2 !== null)
        rows.push(
            `in ${s.lumen.framesOpen} of ${s.frames} frames the lumen extends beyond the picture; they have no area and are not counted above`
        )
    if (s.lumen && s.lumen.framesPartlySeen > 0)
        rows.push(
            `in ${s.lumen.framesPartlySeen} of ${s.frames} frames only a part of the lumen is seen; their areas are not counted above`
        )
    if (s.rotation) rows.push(rotationText(s.rotation))
    if (s.tip) rows.push(tipMotionText(s.tip))
    if (s.elements) rows.push(channelDataLimitsText(s.elements))
    rows.push(ringDownText(s.ringDown), firingCheckText(s.sequence))
    if (s.dicomNote) rows.push(s.dicomNote)
    return rows
}

function lumenText({ lumen, frames }: RunSummary): string {
    if (lumen === null)
        return "lumen: none, as this catheter images in one direction; pullback.dcm shows depth over time"
    if (lumen.minAreaMm2 === null)
        return lumen.framesOpen === frames
            ? "lumen: no area, as it extends beyond the picture in every frame"
            : "lumen: no area, as no frame shows the whole lumen well enough"
    return `lumen: ${lumen.minAreaMm2.toFixed(2)} to ${lumen.maxAreaMm2!.toFixed(2)} mm²`
}

/** What is missing or damaged, and where it was lost. */
export function warningRows(s: RunSummary): string[] {
    const { missing, gaps, received, damaged, fired, otherEpoch, dropped } = s.lines
    const rows: string[] = []
    if (missing > 0)
        rows.push(`${missing} of ${received + missing} A-lines missing: ${gapsText(gaps)}`)
    if (damaged > 0) rows.push(`${countText(damaged, "A-line")} received with a wrong CRC`)
    if (s.summaryReceived && fired === null)
        rows.push(
            "the front end lost its count of fired A-lines; those missing after the last one received are not counted"
        )
    if (s.framesWithGaps + s.framesMissing > 0)
        rows.push(
            `${countText(s.framesWithGaps, "frame")} with gaps, ${countText(s.framesMissing, "frame")} missing completely`
        )
    if (otherEpoch > 0)
        rows.push(
            `${countText(otherEpoch, "A-line")} received in a burst of another speed set point`
        )
    const { fifo, credit, crc, gate } = dropped
    if (fifo + credit + crc + gate > 0)
        rows.push(
            `dropped by the cart: ${fifo} (FIFO full), ${credit} (no credit or no link), ${crc} (lost on the front end's bus), ${gate} (gated)`
        )
    const bursts = burstText(s)
    if (bursts) rows.push(bursts)
    if (s.testLines.wrong > 0)
        rows.push(`${s.testLines.wrong} of ${s.testLines.received} test A-lines were wrong`)
    return rows
}

function countText(count: number, noun: string): string {
    return `${count} ${noun}${count === 1 ? "" : "s"}`
}

function burstText({ link }: RunSummary): string | undefined {
    const damage = [
        [link.burstsMissing, "missing"],
        [link.burstsDoubled, "duplicated"],
        [link.burstsForeign, "of another session"],
        [link.burstsForged, "not authentic"],
        [link.burstsCut, "cut short"],
        [link.headersDamaged, "with a damaged header"],
        [link.messagesDamaged, "with a damaged message"],
    ] as const
    const named = damage.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`)
    return named.length > 0 ? `bursts: ${named.join(", ")}` : undefined
}

function timingRows(figures: readonly TimingFigure[], verbose: boolean): string[] {
    const failed = figures.filter(f => f.verdict === "fail")
    const measured = figures.filter(f => f.verdict === "pass").length
    if (verbose)
        return [
            ...figures.filter(f => f.verdict !== "skipped").map(figureText),
            ...skipped(figures),
        ]
    if (failed.length > 0) return failed.map(figureText)
    const left = figures.filter(f => f.verdict === "skipped").length
    const others = left > 0 ? `, ${left} not measured` : ""
    return measured > 0 ? [`timing: all ${measured} figures within their limits${others}`] : []
}

/** One row for each reason. */
function skipped(figures: readonly TimingFigure[]): string[] {
    const notes = figures.filter(f => f.verdict === "skipped").map(({ note }) => note)
    const count = (reason: string): number => notes.filter(note => note === reason).length
    return [...new Set(notes)].map(note => `timing: ${countText(count(note), "figure")} ${note}`)
}

function figureText(f: TimingFigure): string {
    if (f.value === null) return `timing: ${f.name}: ${f.note}`
    const { value, unit } = shown(f)
    return `timing: ${f.name}: ${value} ${unit} (limit ${f.limit}${f.verdict === "fail" ? ", FAILED" : ""})`
}
