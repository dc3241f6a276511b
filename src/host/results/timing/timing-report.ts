// Builds the timing report of a pullback (timing.json): what ran, and every figure with its limit.

import { readFileSync } from "node:fs"
import { versionText } from "../../../shared/versions"
import { PROTOCOL_VERSION } from "../../../shared/protocol/burst"
import { MOVE_PULLBACK } from "../../../shared/motion/move-terms"
import { atOnce, type Steps } from "../../in-steps"
import type { ReceivedRun } from "../../run/run-target"
import { type FiredSequence, firedSequence } from "../../sequence/firing-check"
import { FigureList, type TimingFigure, WINDOW_MS } from "./timing-figures"
import { checkAccelerationAndJolt } from "./timing-acceleration"
import { checkFrames, checkLength, checkPlateauLines, checkPulses } from "./timing-lines"
import { type RequestedMotion, checkBurstFit, checkTrueMotion, type Samples } from "./timing-motion"
import { type Reaction, type ReactionRow, reactionRows } from "./timing-reactions"
import { type Plateau, plateausOf } from "./timing-plateaus"
import { checkStops } from "./timing-stops"
import { type Track, trackOf } from "./timing-track"

export type { TimingFigure }

export interface TimingReport {
    readonly notice: string
    readonly target: string
    readonly instrument: string
    /** Deliberate changes of the target; null if there are none. */
    readonly conditions: string | null
    /** Seed of the virtual board; null if nothing was random. */
    readonly seed: number | null
    /** The link used no key. */
    readonly insecure: boolean
    readonly versions: TimingVersions
    readonly catheter: string
    readonly sequence: FiredSequence
    readonly speedMmPerS: number
    readonly lengthMm: number
    readonly frameRateHz: number
    readonly figures: readonly TimingFigure[]
    /** Empty if no faults were injected. */
    readonly reactions: readonly ReactionRow[]
}

export interface TimingVersions {
    readonly package: string
    /** From the board's hello; null if the run started on an open connection. */
    readonly firmware: string | null
    readonly protocol: number
    readonly node: string
}

export const NOTICE = "Investigational equipment, not for clinical use."

/**
 * Reports a run that has lines at speed. The same run gives the same report: it holds no date and nothing of the machine
 * except the version of Node.
 * @param reactions reaction times of faults that a test rig injected
 */
export function timingReport(run: ReceivedRun, reactions: readonly Reaction[] = []): TimingReport {
    return atOnce(timingSteps(run, reactions))
}

/** The same in steps. */
export function* timingSteps(
    run: ReceivedRun,
    reactions: readonly Reaction[] = []
): Steps<TimingReport> {
    const { receiver, instruments, source } = run
    const d = receiver.description!
    const requested: RequestedMotion = {
        speedMmPerS: d.speed_nm_s / 1e6,
        lengthMm: (d.window_end_nm - d.window_start_nm) / 1e6,
        encoderMmPerCount: d.encoder_nm_per_count / 1e6,
        linePeriodUs: d.line_period_ns / 1000,
    }
    const track = trackOf(run)
    const list = new FigureList()
    yield
    checkLength(list, run, track, requested)
    yield
    if (d.mode === MOVE_PULLBACK) yield* checkEvenMotion(list, run, track, requested)
    else checkStops(list, run, track)
    yield
    checkPulses(list, run, track)
    return {
        notice: NOTICE,
        target: source?.target ?? "a cart over the link",
        instrument: instruments?.name ?? "none beside the cart",
        conditions: source?.conditions ?? null,
        seed: source?.seed ?? null,
        insecure: receiver.insecure,
        versions: {
            package: packageVersion(),
            firmware: receiver.hello ? versionText(receiver.hello.firmware_version) : null,
            protocol: PROTOCOL_VERSION,
            node: process.version,
        },
        catheter: d.catheter,
        sequence: firedSequence(d, run.pairs, run.tgcCdb, run.spec),
        speedMmPerS: requested.speedMmPerS,
        lengthMm: requested.lengthMm,
        frameRateHz: d.frame_rate_mhz / 1000,
        figures: list.figures,
        reactions: reactionRows(reactions),
    }
}

/** Checks each plateau with its own speed, then the motion from standstill to standstill. */
function* checkEvenMotion(
    list: FigureList,
    run: ReceivedRun,
    track: Track,
    requested: RequestedMotion
): Steps<void> {
    const plateaus = plateausOf(run)
    for (const [i, plateau] of plateaus.entries()) {
        const { speedMmPerS, first, last } = plateau
        const figures = plateaus.length > 1 ? list.of(`at ${speedMmPerS} mm/s`) : list
        const lengthMm = (last.positionNm - first.positionNm) / 1e6
        const expected = plateaus.length > 1 ? { ...requested, speedMmPerS, lengthMm } : requested
        checkPlateauLines(figures, run, plateau, requested)
        yield
        const samples = samplesOf(run, plateau)
        yield
        checkBurstFit(figures, samples, expected)
        yield
        yield* checkTrueMotion(
            figures,
            {
                ...track,
                plateauFromUs: first.tickUs,
                // Before a change of speed the last windows would extend beyond the plateau.
                plateauToUs:
                    i < plateaus.length - 1
                        ? last.tickUs - 500 * WINDOW_MS
                        : last.tickUs + requested.linePeriodUs,
            },
            expected
        )
        checkFrames(figures, run, plateau)
        yield
    }
    checkAccelerationAndJolt(list, track, Math.max(...plateaus.map(p => p.speedMmPerS)))
}

/** Burst positions between the first and the last line of a plateau. */
export function samplesOf(run: ReceivedRun, { first, last }: Plateau): Samples {
    const { lineBursts } = run.receiver
    // As Float64Array.from() takes ten times as long.
    const timesS = new Float64Array(lineBursts.length)
    const positionsMm = new Float64Array(lineBursts.length)
    let count = 0
    for (const { tick_us, position_nm } of lineBursts) {
        if (tick_us < first.tickUs || tick_us > last.tickUs) continue
        timesS[count] = tick_us / 1e6
        positionsMm[count++] = position_nm / 1e6
    }
    return { timesS: timesS.subarray(0, count), positionsMm: positionsMm.subarray(0, count) }
}

function packageVersion(): string {
    const file = new URL("../../../../package.json", import.meta.url)
    const { version } = JSON.parse(readFileSync(file, "utf8")) as {
        version: string
    }
    return version
}
