// The summary of a run, as `--json` prints it. As text: summary-text.ts.

import type { Description } from "../../shared/protocol/messages"
import type { LineGap } from "../frames/assembled-frame"
import type { FrameAssembler } from "../frames/frame-assembler"
import type { LinkFaults } from "../link/burst-stream"
import { MOVE_GATED, MOVE_PULLBACK, MOVE_STEPPED } from "../../shared/motion/move-terms"
import { usableFrames } from "../measure/area-series"
import type { FrameMeasures } from "../measure/frame-measures"
import type { SegmentMeasures } from "../measure/segment-measures"
import type { RotationUnevenness } from "../picture/picture"
import { type Alarm, alarmsOf } from "../run/alarm"
import { type DroppedLines, linesFired } from "../run/run-receiver"
import { type FiredSequence, matchesPlan } from "../sequence/firing-check"
import type { ReceivedRun } from "../run/run-target"
import { type Bookmark, bookmarksOf } from "./bookmarks"
import { type Measurements, measurementsOf } from "./measurements"
import type { RunResults } from "./run-results"
import { type ChannelDataLimits, channelDataLimits } from "./channel-data-limits"
import type { RingDownUse } from "./ring-down-use"
import { roundedRotation } from "./rotation-text"
import type { TimingFigure, TimingReport } from "./timing/timing-report"
import { type RunVerdict, verdictOf } from "./verdict"
import { type TipMotion, tipMotionOf } from "./tip-motion"

/** How the sled moved. */
export type RunMode = "continuous" | "stepped" | "gated"

/** How the sled of a run moved. */
export function modeOf(d: Pick<Description, "mode">): RunMode {
    return MODES[d.mode] ?? "continuous"
}

const MODES: Readonly<Record<number, RunMode>> = {
    [MOVE_PULLBACK]: "continuous",
    [MOVE_STEPPED]: "stepped",
    [MOVE_GATED]: "gated",
}

export interface RunSummary extends RunVerdict {
    readonly catheter: string
    readonly mode: RunMode
    readonly speedMmPerS: number
    /** The requested length. */
    readonly lengthMm: number
    /** Distance between the first and the last A-line received at speed. */
    readonly imagedMm: number
    readonly frameRateHz: number
    readonly linesPerFrame: number
    readonly samplesPerLine: number
    readonly frames: number
    /** Whether the verdict is "complete". */
    readonly complete: boolean
    /** Whether the cart's summary of the run was received; if not, the run or its capture was cut short. */
    readonly summaryReceived: boolean
    /** Frames with missing A-lines, and frames that are missing completely. */
    readonly framesWithGaps: number
    readonly framesMissing: number
    readonly lines: {
        /** Counted by the front end; null without the cart's summary, or when the front end had lost its count. */
        readonly fired: number | null
        readonly received: number
        readonly atSpeed: number
        readonly missing: number
        /** Fired for the live picture before the pullback, and left out of the capture at a bedside unit's run. */
        readonly leftOut: number
        /** First and last missing A-line of each gap; at most 1000 gaps. */
        readonly gaps: readonly LineGap[]
        readonly damaged: number
        /** A-lines whose speed set point differs from that of their burst. */
        readonly otherEpoch: number
        readonly dropped: DroppedLines
    }
    readonly link: LinkFaults
    /** Test A-lines sent after connecting: number received, and of these wrong. */
    readonly testLines: { readonly received: number; readonly wrong: number }
    /** The link had no key. */
    readonly insecure: boolean
    readonly bytesReceived: number
    /** Where the sled stood when the pullback began; null for a replay. */
    readonly sledStartMm: number | null
    /** Where the sled stands after the run; null for a replay. */
    readonly sledMm: number | null
    /** The tip beside the sled; absent where it moves as the sled or is not measured. */
    readonly tip?: TipMotion
    /** Null for a catheter that images in one direction: it has no cross-section to measure. */
    readonly lumen: {
        /** Frames in which the lumen extends beyond the picture, so that they have no area. */
        readonly framesOpen: number
        /** Frames in which only a part of the lumen is seen, so that their area is not counted. */
        readonly framesPartlySeen: number
        /** Over the other frames; null where there are none. */
        readonly minAreaMm2: number | null
        readonly minAreaPositionMm: number | null
        readonly maxAreaMm2: number | null
    } | null
    /** Of the pullback as a whole: minimum, references, stenosis, lesion, volumes. */
    readonly measurements: Measurements
    /** Non-uniform rotation from revolution to revolution; null for other catheters, or without complete frames. */
    readonly rotation: RotationUnevenness | null
    /** Limits of pictures from channel data; null for A-lines. */
    readonly elements: ChannelDataLimits | null
    /** What was subtracted as ring-down, and why no stored reference was used. */
    readonly ringDown: RingDownUse
    /** CRC of the firing sequence in the front end and of the planned one; if they differ, the run is not clean. */
    readonly sequence: FiredSequence
    /** What the operator marked at the bedside unit, in order of time. */
    readonly bookmarks: readonly Bookmark[]
    /** Alarms of the cart since the run before or the start of the session, in the order in which they began. */
    readonly alarms: readonly Alarm[]
    /** Why there is no pullback.dcm; null where there is one. */
    readonly dicomNote: string | null
    readonly timing: readonly TimingFigure[]
    /** Whether nothing is missing, damaged or out of its limit. */
    readonly clean: boolean
}

/** What a summary takes from the results. */
export interface SummarizedResults extends Pick<
    RunResults,
    "measures" | "rotation" | "ringDownUse"
> {
    readonly segment: SegmentMeasures
}

/** @param dicomNote why there is no pullback.dcm; null if there is one */
export function summarize(
    run: ReceivedRun,
    { measures, segment, rotation, ringDownUse: ringDown }: SummarizedResults,
    timing: TimingReport,
    dicomNote: string | null
): RunSummary {
    const { receiver } = run
    const d = receiver.description!
    const assembler = receiver.assembler!
    const { marks: frames, counts } = assembler
    const { faults } = receiver.stream
    const { framesMissing } = counts
    const framesWithGaps = frames.filter(f => f.linesPresent < d.lines_per_frame).length
    const verdict = verdictOf(run)
    const tip = tipMotionOf(run.instruments, frames)
    const isComplete = verdict.verdict === "complete"
    const clean =
        isComplete &&
        // Without the front end's count, A-lines missing after the last one are not known.
        linesFired(receiver.end) !== undefined &&
        counts.missing === 0 &&
        counts.otherEpoch === 0 &&
        receiver.testLinesWrong === 0 &&
        matchesPlan(timing.sequence) &&
        Object.values(faults).every(n => n === 0) &&
        timing.figures.every(f => f.verdict !== "fail")
    return {
        ...verdict,
        catheter: d.catheter,
        mode: modeOf(d),
        speedMmPerS: d.speed_nm_s / 1e6,
        lengthMm: (d.window_end_nm - d.window_start_nm) / 1e6,
        imagedMm: imagedMm(assembler),
        frameRateHz: d.frame_rate_mhz / 1000,
        linesPerFrame: d.lines_per_frame,
        samplesPerLine: d.samples_per_line,
        frames: frames.length,
        complete: isComplete,
        summaryReceived: receiver.end !== undefined,
        framesWithGaps,
        framesMissing,
        lines: {
            fired: linesFired(receiver.end) ?? null,
            received: counts.received,
            atSpeed: counts.atSpeed,
            missing: counts.missing,
            leftOut: assembler.leftOut,
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
        sledStartMm: run.sledStartMm === undefined ? null : round(run.sledStartMm, 3),
        sledMm: run.sledMm === undefined ? null : round(run.sledMm, 3),
        ...(tip && { tip }),
        lumen: lumenOf(
            frames.map(f => f.positionMm),
            measures,
            segment
        ),
        measurements: measurementsOf(segment),
        rotation: rotation ? roundedRotation(rotation) : null,
        elements: channelDataLimits(d),
        ringDown,
        sequence: timing.sequence,
        bookmarks: bookmarksOf(receiver),
        alarms: alarmsOf(receiver.runReports),
        dicomNote,
        timing: timing.figures,
        clean,
    }
}

function imagedMm({ firstAtSpeed, lastAtSpeed }: FrameAssembler): number {
    if (!firstAtSpeed || !lastAtSpeed) return 0
    return round(Math.abs(lastAtSpeed.positionNm - firstAtSpeed.positionNm) / 1e6, 3)
}

function lumenOf(
    positionsMm: readonly number[],
    measures: readonly FrameMeasures[],
    { mla }: SegmentMeasures
): RunSummary["lumen"] {
    if (measures.length === 0) return null
    const partlySeen = measures.filter(({ flags }) => flags.includes("partly-seen"))
    const areas = usableFrames(positionsMm, measures).map(({ areaMm2 }) => areaMm2)
    return {
        framesOpen: measures.filter(({ lumen }) => lumen === null).length,
        framesPartlySeen: partlySeen.filter(({ lumen }) => lumen !== null).length,
        minAreaMm2: mla && round(mla.areaMm2, 3),
        minAreaPositionMm: mla && round(mla.positionMm, 3),
        maxAreaMm2: mla && round(Math.max(...areas), 3),
    }
}

function round(value: number, digits: number): number {
    return Number(value.toFixed(digits))
}
