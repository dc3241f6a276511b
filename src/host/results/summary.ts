// Responsible for: the one summary of a run, for people and for `--json`.
// Not for: how its figures come about.

import type { LineGap } from "../frames/assembled-frame"
import type { LinkFaults } from "../link/burst-stream"
import type { LumenMeasures } from "../measure/lumen-measures"
import type { RotationUnevenness } from "../picture/picture"
import { type DroppedLines, linesFired } from "../run/run-receiver"
import { type FiredSequence, firedText, isAsPlanned } from "../sequence/fired"
import type { ReceivedRun } from "../run/run-target"
import {
    type ChannelDataLimits,
    channelDataLimits,
    channelDataLimitsText,
} from "./channel-data-limits"
import { type RingDownUse, ringDownText } from "./ring-down-use"
import { rotationText, roundedRotation } from "./rotation-text"
import type { TimingFigure, TimingReport } from "./timing/timing-report"
import { gapsText } from "../frames/gaps-text"

export interface RunSummary {
    readonly catheter: string
    readonly speedMmPerS: number
    readonly lengthMm: number
    readonly frameRateHz: number
    readonly linesPerFrame: number
    readonly samplesPerLine: number
    readonly frames: number
    /** The board's own summary of the run came; if not, the run or its capture was cut. */
    readonly complete: boolean
    /** Frames of which a line or more is missing, and frames that are missing altogether. */
    readonly framesWithGaps: number
    readonly framesMissing: number
    readonly lines: {
        /** By the front end's own count; null when its summary did not arrive, or it had lost its count. */
        readonly fired: number | null
        readonly received: number
        readonly atSpeed: number
        readonly missing: number
        /** Which those are, first and last of each stretch; at most 1000 stretches. */
        readonly gaps: readonly LineGap[]
        readonly damaged: number
        /** Lines whose own set-point is not that of their burst. */
        readonly otherEpoch: number
        readonly dropped: DroppedLines
    }
    readonly link: LinkFaults
    /** Known lines at connect: received, and of these wrong. */
    readonly testLines: { readonly received: number; readonly wrong: number }
    /** The board ran without a key. */
    readonly insecure: boolean
    readonly bytesReceived: number
    /** Null for a catheter that looks one way: there is no cross-section to measure. */
    readonly lumen: {
        /** Frames in which the lumen leaves the picture: they have no area. */
        readonly framesOpen: number
        /** Of the other frames; null where there is none. */
        readonly minAreaMm2: number | null
        readonly minAreaPositionMm: number | null
        readonly maxAreaMm2: number | null
        readonly areaStenosisPercent: number | null
    } | null
    /** How uneven a catheter that turns did so, from turn to turn; null for one that does not, or without whole frames. */
    readonly rotation: RotationUnevenness | null
    /** What limits pictures of element data; null for A-lines. */
    readonly elements: ChannelDataLimits | null
    /** What was taken off as ring-down, and why no stored reference was. */
    readonly ringDown: RingDownUse
    /** The CRC of what the front end fired from, and the one that was planned: another makes the run not clean. */
    readonly sequence: FiredSequence
    /** Why there is no pullback.dcm; null where there is one. */
    readonly dicomNote: string | null
    readonly timing: readonly TimingFigure[]
    /** True when nothing is missing, damaged or outside its limit. */
    readonly clean: boolean
}

export function summarize(
    run: ReceivedRun,
    measures: readonly (LumenMeasures | null)[],
    timing: TimingReport,
    rotation: RotationUnevenness | undefined,
    ringDown: RingDownUse,
    dicomNote: string | null
): RunSummary {
    const { receiver } = run
    const d = receiver.description!
    const assembler = receiver.assembler!
    const { frames, counts } = assembler
    const { faults } = receiver.stream
    const { framesMissing } = counts
    const framesWithGaps = frames.filter(f => f.linesPresent < d.lines_per_frame).length
    const clean =
        // Without the count of the front end nobody knows what is missing behind the last line.
        linesFired(receiver.end) !== undefined &&
        counts.missing === 0 &&
        counts.otherEpoch === 0 &&
        receiver.testLinesWrong === 0 &&
        isAsPlanned(timing.sequence) &&
        Object.values(faults).every(n => n === 0) &&
        timing.figures.every(f => f.verdict !== "fail")
    return {
        catheter: d.catheter,
        speedMmPerS: d.speed_nm_s / 1e6,
        lengthMm: (d.window_end_nm - d.window_start_nm) / 1e6,
        frameRateHz: d.frame_rate_mhz / 1000,
        linesPerFrame: d.lines_per_frame,
        samplesPerLine: d.samples_per_line,
        frames: frames.length,
        complete: receiver.end !== undefined,
        framesWithGaps,
        framesMissing,
        lines: {
            fired: linesFired(receiver.end) ?? null,
            received: counts.received,
            atSpeed: counts.atSpeed,
            missing: counts.missing,
            gaps: assembler.gaps,
            damaged: faults.linesDamaged,
            otherEpoch: counts.otherEpoch,
            dropped: { ...receiver.dropped },
        },
        link: { ...faults },
        testLines: {
            received: receiver.testLines,
            wrong: receiver.testLinesWrong,
        },
        insecure: receiver.insecure,
        bytesReceived: receiver.bytes,
        lumen: lumenOf(
            frames.map(f => f.positionMm),
            measures
        ),
        rotation: rotation ? roundedRotation(rotation) : null,
        elements: channelDataLimits(d),
        ringDown,
        sequence: timing.sequence,
        dicomNote,
        timing: timing.figures,
        clean,
    }
}

/** @param positionsMm of each measure */
function lumenOf(
    positionsMm: readonly number[],
    measures: readonly (LumenMeasures | null)[]
): RunSummary["lumen"] {
    if (measures.length === 0) return null
    const whole = measures.flatMap((m, i) =>
        m ? [{ area: m.areaMm2, positionMm: positionsMm[i]! }] : []
    )
    const areas = whole.map(({ area }) => area)
    const narrowest = whole[areas.indexOf(Math.min(...areas))]
    const widest = Math.max(...areas)
    return {
        framesOpen: measures.length - whole.length,
        minAreaMm2: narrowest ? round(narrowest.area, 3) : null,
        minAreaPositionMm: narrowest ? round(narrowest.positionMm, 3) : null,
        maxAreaMm2: narrowest ? round(widest, 3) : null,
        areaStenosisPercent: narrowest ? round(100 * (1 - narrowest.area / widest), 1) : null,
    }
}

function round(value: number, digits: number): number {
    return Number(value.toFixed(digits))
}

/** The summary as a person reads it. */
export function summaryText(s: RunSummary): string {
    const rows: string[] = []
    const lost = s.lines.missing
    if (s.insecure)
        rows.push(
            "INSECURE: the link ran without a key, so the lines may be anybody's; lab bench only"
        )
    if (!s.complete)
        rows.push(
            "CUT before its end: the board's summary of the run is missing; these are the results up to there"
        )
    rows.push(
        `${s.frames} frames of ${s.linesPerFrame} lines × ${s.samplesPerLine} samples over ${s.lengthMm} mm at ${s.speedMmPerS} mm/s (${s.catheter})`,
        `${s.lines.received} lines received, ${lost === 0 ? "none" : lost} missing, ${s.lines.damaged === 0 ? "every CRC right" : `${s.lines.damaged} with a wrong CRC`}`
    )
    if (s.complete && s.lines.fired === null)
        rows.push(
            "how many lines were fired is UNKNOWN, the front end lost its count: none is counted as missing behind the last that came"
        )
    if (lost > 0) rows.push(`lines that never came: ${gapsText(s.lines.gaps)}`)
    if (s.framesWithGaps + s.framesMissing > 0)
        rows.push(`${s.framesWithGaps} frames have gaps, ${s.framesMissing} are missing`)
    if (s.lines.otherEpoch > 0)
        rows.push(`${s.lines.otherEpoch} lines came in a burst of another set-point of the speed`)
    const { fifo, credit, crc, gate } = s.lines.dropped
    if (fifo + credit + crc + gate > 0)
        rows.push(
            `dropped by the cart: ${fifo} FIFO full, ${credit} no credit or link, ${crc} lost on the front end's bus, ${gate} gated`
        )
    const { link } = s
    if (s.rotation) rows.push(rotationText(s.rotation))
    if (s.elements) rows.push(channelDataLimitsText(s.elements))
    const damage = [
        [link.burstsMissing, "missing"],
        [link.burstsDoubled, "doubled"],
        [link.burstsForeign, "of another session"],
        [link.burstsForged, "not authentic"],
        [link.burstsCut, "cut short"],
        [link.headersDamaged, "with a damaged header"],
        [link.messagesDamaged, "messages damaged"],
    ] as const
    const named = damage.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`)
    if (named.length > 0) rows.push(`bursts: ${named.join(", ")}`)
    rows.push(
        s.lumen === null
            ? "the catheter looks one way: depth along the pullback, no cross-sections and no lumen; pullback.dcm holds it over time"
            : s.lumen.minAreaMm2 === null
              ? "lumen: no area, since it leaves the picture in every frame"
              : `lumen: narrowest ${s.lumen.minAreaMm2} mm² at ${s.lumen.minAreaPositionMm} mm, widest ${s.lumen.maxAreaMm2} mm² (area stenosis ${s.lumen.areaStenosisPercent} %)`
    )
    if (s.lumen && s.lumen.framesOpen > 0 && s.lumen.minAreaMm2 !== null)
        rows.push(
            `in ${s.lumen.framesOpen} of ${s.frames} frames the lumen leaves the picture: they have no area and are not among these`
        )
    rows.push(ringDownText(s.ringDown), firedText(s.sequence))
    if (s.dicomNote) rows.push(s.dicomNote)
    for (const f of s.timing)
        rows.push(
            f.value === null
                ? `${f.name}: ${f.note}`
                : `${f.name}: ${f.value} ${f.unit} (limit ${f.limit}${f.verdict === "fail" ? ", FAILED" : ""})`
        )
    return rows.join("\n")
}
