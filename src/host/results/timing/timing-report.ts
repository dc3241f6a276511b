// Responsible for: the timing report of a pullback (timing.json): what ran, and every figure against its limit.
// Not for: the figures themselves (timing-motion.ts, timing-lines.ts) or the page (timing-page.ts).

import { readFileSync } from "node:fs"
import { PROTOCOL_VERSION } from "../../../shared/protocol/burst"
import { MOVE_PULLBACK } from "../../../shared/motion/move-terms"
import type { ReceivedRun } from "../../run/run-target"
import { type FiredSequence, firedSequence } from "../../sequence/fired"
import { FigureList, type TimingFigure, WINDOW_MS } from "./timing-figures"
import { checkJolts } from "./timing-jolts"
import { checkFrames, checkLength, checkPlateauLines, checkPulses } from "./timing-lines"
import { type RequestedMotion, checkBurstFit, checkTrueMotion, type Sample } from "./timing-motion"
import { type Reaction, type ReactionRow, reactionRows } from "./timing-reactions"
import { type Plateau, plateausOf } from "./timing-plateaus"
import { checkStops } from "./timing-stops"
import { type Track, trackOf } from "./timing-track"

export type { TimingFigure }

export interface TimingReport {
    readonly notice: string
    readonly target: string
    readonly instrument: string
    /** What was made different about the target on purpose; null where nothing was. */
    readonly conditions: string | null
    /** Null where nothing random was in it. */
    readonly seed: number | null
    /** The link ran without a key. */
    readonly insecure: boolean
    readonly versions: TimingVersions
    readonly catheter: string
    readonly sequence: FiredSequence
    readonly speedMmPerS: number
    readonly lengthMm: number
    readonly frameRateHz: number
    readonly figures: readonly TimingFigure[]
    /** Empty where no faults were caused. */
    readonly reactions: readonly ReactionRow[]
}

export interface TimingVersions {
    readonly package: string
    /** As the board said in its hello; null when the run began on a connection that was open already. */
    readonly firmware: string | null
    readonly protocol: number
    readonly node: string
}

export const NOTICE = "Investigational equipment, not for clinical use."

/**
 * Judges a run that has lines at speed. The same run gives the same report: no date, nothing of the machine but
 * Node's version.
 * @param reactions reaction times, where a test rig caused faults
 */
export function timingReport(run: ReceivedRun, reactions: readonly Reaction[] = []): TimingReport {
    const { receiver, instruments, source } = run
    const d = receiver.description!
    const asked: RequestedMotion = {
        speedMmPerS: d.speed_nm_s / 1e6,
        lengthMm: (d.window_end_nm - d.window_start_nm) / 1e6,
        encoderMmPerCount: d.encoder_nm_per_count / 1e6,
        linePeriodUs: d.line_period_ns / 1000,
    }
    const track = trackOf(run)
    const list = new FigureList()
    checkLength(list, run, track, asked)
    if (d.mode === MOVE_PULLBACK) checkEvenMotion(list, run, track, asked)
    else checkStops(list, run, track)
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
            firmware: versionText(receiver.hello?.firmware_version),
            protocol: PROTOCOL_VERSION,
            node: process.version,
        },
        catheter: d.catheter,
        sequence: firedSequence(d, run.pairs, run.tgcCdb, run.spec),
        speedMmPerS: asked.speedMmPerS,
        lengthMm: asked.lengthMm,
        frameRateHz: d.frame_rate_mhz / 1000,
        figures: list.figures,
        reactions: reactionRows(reactions),
    }
}

/** Every plateau with its own speed, then what holds from standstill to standstill. */
function checkEvenMotion(
    list: FigureList,
    run: ReceivedRun,
    track: Track,
    asked: RequestedMotion
): void {
    const plateaus = plateausOf(run)
    for (const [i, plateau] of plateaus.entries()) {
        const { speedMmPerS, first, last } = plateau
        const mine = plateaus.length > 1 ? list.of(`at ${speedMmPerS} mm/s`) : list
        const lengthMm = (last.positionNm - first.positionNm) / 1e6
        const wanted = plateaus.length > 1 ? { ...asked, speedMmPerS, lengthMm } : asked
        checkPlateauLines(mine, run, plateau, asked)
        checkBurstFit(mine, samplesOf(run, plateau), wanted)
        checkTrueMotion(
            mine,
            {
                ...track,
                plateauFromUs: first.tickUs,
                // A plateau that a change of speed ends has no even run-out for the last windows to reach into.
                plateauToUs:
                    i < plateaus.length - 1
                        ? last.tickUs - 500 * WINDOW_MS
                        : last.tickUs + asked.linePeriodUs,
            },
            wanted
        )
        checkFrames(mine, run, plateau)
    }
    checkJolts(list, track, Math.max(...plateaus.map(p => p.speedMmPerS)))
}

/** Burst positions between the first and the last line of a plateau. */
export function samplesOf(run: ReceivedRun, { first, last }: Plateau): Sample[] {
    return run.receiver.lineBursts
        .filter(h => h.tick_us >= first.tickUs && h.tick_us <= last.tickUs)
        .map(h => ({ timeUs: h.tick_us, positionMm: h.position_nm / 1e6 }))
}

/** 0x000100 is 0.1.0. */
function versionText(version: number | undefined): string | null {
    if (version === undefined) return null
    return [version >>> 16, (version >>> 8) & 0xff, version & 0xff].join(".")
}

function packageVersion(): string {
    const file = new URL("../../../../package.json", import.meta.url)
    const { version } = JSON.parse(readFileSync(file, "utf8")) as {
        version: string
    }
    return version
}
