// Judges a case by the ruler and the power stage: motion, speed, direction, stop, reported position, reported success and cause.

import type { CauseGroup } from "./case"
import { groupOfCode } from "./causes"
import type { Order, Recording, RequestedMove } from "./recording"
import { RulerTrace, WINDOW_US } from "./ruler-trace"

export type FindingKind =
    | "motion"
    | "too fast"
    | "backwards"
    | "too far"
    | "late stop"
    | "no end"
    | "position"
    | "false success"
    | "cause"

export interface Finding {
    readonly kind: FindingKind
    readonly atUs: number
    readonly text: string
}

/** Motion that nobody requested. */
const MOTION_MM = 0.1
/** A speed above the requested one: 10 % and 0.1 mm/s for 40 ms, or 1 mm/s at any time. */
const SPEED_SHARE = 0.1
const SPEED_MM_S = 0.1
const SPEED_FOR_US = 40_000
const SPEED_NEVER_MM_S = 1
/** Stop: speed / 84 mm/s² + 30 ms. */
const BRAKE_MM_S2 = 84
const STOP_MS = 30
/** A sled that creeps slower than this stands: 1 um in the 10 ms of the window. */
const STANDS_MM_S = 0.1
/** Acceleration of moves, for the time in which a lower speed is reached. */
const ACCEL_MM_S2 = 20
/** Reported position: 20 um, and the travel of 12 ms. */
const POSITION_MM = 0.02
const POSITION_US = 12_000
/**
 * A wrong encoder is found by the distance that it and the motor are apart: 50 um, 0.15 % of the distance from home, and the backlash.
 * Until then nothing can tell: the encoder is what positions are measured with.
 */
const ENCODER_MM = 0.08
/** Spring of an end that the sled is driven against. */
const END_MM = 0.1
/** A force or a slip moves the sled at once for this long. */
const FORCED_US = 100_000

type Mode =
    | { readonly now: "still"; fromMm: number; found: boolean }
    | {
          readonly now: "moving"
          readonly move: RequestedMove
          readonly sinceUs: number
          /** Until then the speed of the move before counts. */
          readonly slowingUntilUs: number
          readonly before: number
          furthestMm: number
          fastSinceUs: number | undefined
      }
    | {
          readonly now: "stopping"
          readonly what: string
          readonly dueUs: number
          /** The speed that was allowed before. */
          readonly limit: number
      }

class Judge {
    readonly findings: Finding[] = []
    private readonly trace: RulerTrace
    private mode: Mode
    private edge = 0
    private struckUs = -Infinity
    private switchedOnUs = -Infinity
    private on: boolean

    constructor(private readonly r: Recording) {
        this.trace = new RulerTrace(r)
        this.mode = { now: "still", fromMm: this.trace.at(0), found: false }
        this.on = r.stageOn
    }

    run(): void {
        const { trace, r } = this
        let next = 0
        for (let i = 0; i < trace.count; i++) {
            const nowUs = trace.timeUs(i)
            for (; next < r.orders.length && r.orders[next]!.atUs <= nowUs; next++)
                this.obey(r.orders[next]!, i)
            for (
                ;
                this.edge < r.stageEdges.length && r.stageEdges[this.edge]!.atUs <= nowUs;
                this.edge++
            )
                this.switchStage(r.stageEdges[this.edge]!.on, nowUs)
            if (trace.at(i) < r.endsMm[0] || trace.at(i) > r.endsMm[1]) this.struckUs = nowUs
            this.check(i, nowUs)
        }
    }

    private switchStage(on: boolean, nowUs: number): void {
        this.on = on
        if (on) this.switchedOnUs = nowUs
    }

    private found(kind: FindingKind, atUs: number, text: string): void {
        if (
            !this.findings.some(f => f.kind === kind && f.text.split(":")[0] === text.split(":")[0])
        )
            this.findings.push({ kind, atUs, text })
    }

    private obey(order: Order, i: number): void {
        const { mode, trace, r } = this
        const nowUs = trace.timeUs(i)
        if (order.kind === "move") {
            const before = mode.now === "moving" ? mode.move.speedMmPerS : Math.abs(trace.speed(i))
            const slower = Math.max(0, before - order.move.speedMmPerS)
            this.mode = {
                now: "moving",
                move: order.move,
                sinceUs: nowUs,
                slowingUntilUs: nowUs + (slower / ACCEL_MM_S2) * 1e6 + 50_000,
                before,
                furthestMm: this.progress(order.move, trace.at(i)),
                fastSinceUs: undefined,
            }
            return
        }
        if (mode.now === "still") return
        const afterUs = order.kind === "stop" ? 1000 * order.afterMs : 0
        const speed = Math.abs(trace.speed(trace.indexAt(nowUs + afterUs)))
        const inTimeUs = nowUs + afterUs + (speed / BRAKE_MM_S2) * 1e6 + 1000 * STOP_MS
        // While the processor or its bus stands nothing can be done.
        const { fromUs, toUs } = r.heldUs
        const held = fromUs < inTimeUs && toUs > nowUs
        const dueUs = inTimeUs + (held ? toUs - Math.max(fromUs, nowUs) : 0)
        // A stop that is due already is not put off by a later one.
        if (mode.now === "stopping" && mode.dueUs <= dueUs) return
        const limit = mode.now === "moving" ? this.limitOf(mode, nowUs) : mode.limit
        this.mode = { now: "stopping", what: order.what, dueUs, limit }
    }

    /** A lower speed is reached by a ramp. */
    private limitOf(mode: Mode & { now: "moving" }, nowUs: number): number {
        const { speedMmPerS } = mode.move
        return nowUs < mode.slowingUntilUs ? Math.max(mode.before, speedMmPerS) : speedMmPerS
    }

    private check(i: number, nowUs: number): void {
        const { mode, trace } = this
        if (mode.now === "still") this.checkStill(mode, i, nowUs)
        else if (mode.now === "moving") this.checkMove(mode, i, nowUs)
        else {
            this.checkSpeed(mode.limit, undefined, i, nowUs)
            if (nowUs < mode.dueUs) return
            const speed = Math.abs(trace.speedAfter(i))
            if (this.on && speed > STANDS_MM_S && !this.isForced(nowUs))
                this.found(
                    "late stop",
                    nowUs,
                    `${mode.what}: ${speed.toFixed(2)} mm/s when the sled must stand`
                )
            this.mode = { now: "still", fromMm: trace.at(i), found: false }
        }
    }

    private checkStill(mode: Mode & { now: "still" }, i: number, nowUs: number): void {
        const movedMm = this.trace.at(i) - mode.fromMm
        // Without current nothing that the cart does moves the sled.
        if (!this.on || this.isForced(nowUs)) mode.fromMm = this.trace.at(i)
        else if (Math.abs(movedMm) > MOTION_MM && !mode.found) {
            mode.found = true
            this.found(
                "motion",
                nowUs,
                `nobody requested motion: ${movedMm.toFixed(2)} mm and on, at ${this.trace.speed(i).toFixed(2)} mm/s`
            )
        }
    }

    /** Grows in the right direction, whatever that is. */
    private progress(move: RequestedMove, positionMm: number): number {
        if (move.bandMm) {
            const [low, high] = move.bandMm
            return -Math.max(low - positionMm, positionMm - high, 0)
        }
        return move.towards * positionMm
    }

    private checkMove(mode: Mode & { now: "moving" }, i: number, nowUs: number): void {
        const { r } = this
        const { move } = mode
        const at = this.trace.at(i)
        const limit = this.limitOf(mode, nowUs)
        this.checkSpeed(limit, mode, i, nowUs)
        const isForced = this.isForced(nowUs)
        if (isForced) mode.furthestMm = this.progress(move, at)
        const progress = this.progress(move, at)
        if (progress < mode.furthestMm - MOTION_MM)
            this.found(
                "backwards",
                nowUs,
                `${move.what}: ${(mode.furthestMm - progress).toFixed(2)} mm against its direction`
            )
        mode.furthestMm = Math.max(mode.furthestMm, progress)
        const [low, high] = r.switchIsShorted ? r.endsMm : move.withinMm
        // A force moves the sled from where it was when the move was requested.
        if (!isForced && (at < low - END_MM || at > high + END_MM))
            this.found(
                "too far",
                nowUs,
                `${move.what}: at ${at.toFixed(2)} mm, outside ${low.toFixed(2)} to ${high.toFixed(2)} mm`
            )
        if (nowUs - mode.sinceUs > 1e6 * move.limitS)
            this.found("no end", nowUs, `${move.what}: not ended after ${move.limitS.toFixed(1)} s`)
    }

    private checkSpeed(
        limit: number,
        mode: (Mode & { now: "moving" }) | undefined,
        i: number,
        nowUs: number
    ): void {
        const speed = Math.abs(this.trace.speed(i))
        const over = speed - limit
        if (!this.on || this.isForced(nowUs)) return
        if (over > SPEED_NEVER_MM_S)
            this.found(
                "too fast",
                nowUs,
                `faster than requested: ${speed.toFixed(2)} mm/s for ${limit} mm/s`
            )
        if (!mode) return
        if (over <= Math.max(SPEED_MM_S, SPEED_SHARE * limit)) mode.fastSinceUs = undefined
        else {
            mode.fastSinceUs ??= nowUs
            if (nowUs - mode.fastSinceUs > SPEED_FOR_US)
                this.found(
                    "too fast",
                    nowUs,
                    `faster than requested: ${speed.toFixed(2)} mm/s for ${limit} mm/s`
                )
        }
    }

    private isForced(nowUs: number): boolean {
        const { forcedFromUs } = this.r
        // A sled that was driven against its end springs back; that it got there is a finding itself.
        if (nowUs < this.struckUs + FORCED_US) return true
        if (forcedFromUs === undefined || nowUs < forcedFromUs - WINDOW_US) return false
        // A lasting force moves a sled without current, which is still moving when the stage is switched on.
        return nowUs < Math.max(forcedFromUs, this.switchedOnUs) + FORCED_US
    }
}

function checkPositions(r: Recording): Finding | undefined {
    const trace = new RulerTrace(r)
    for (const { atUs, positionMm, homed } of r.positions) {
        if (!homed) continue
        const i = trace.indexAt(atUs)
        const from = trace.indexAt(atUs - POSITION_US)
        let travelMm = 0
        for (let k = from; k < i; k++) travelMm += Math.abs(trace.at(k + 1) - trace.at(k))
        const encoderIsWrong = r.encoderWrongFromUs !== undefined && atUs >= r.encoderWrongFromUs
        const allowedMm = POSITION_MM + travelMm + (encoderIsWrong ? ENCODER_MM : 0)
        const apartMm = positionMm - trace.at(i)
        if (Math.abs(apartMm) > allowedMm)
            return {
                kind: "position",
                atUs,
                text: `homed, and the reported position is wrong: ${positionMm.toFixed(3)} mm for ${trace.at(i).toFixed(3)} mm`,
            }
    }
    return undefined
}

function checkRuns(r: Recording): Finding | undefined {
    const trace = new RulerTrace(r)
    for (const { atUs, outcome } of r.runs) {
        const run = r.requestedRuns.filter(q => q.startedUs < atUs).pop()
        if (!run || outcome !== 0) continue
        const from = trace.at(trace.indexAt(run.startedUs))
        let reached = from
        for (let i = trace.indexAt(run.startedUs); i <= trace.indexAt(atUs); i++)
            reached = Math.max(reached, trace.at(i))
        if (reached - from < run.travelMm)
            return {
                kind: "false success",
                atUs,
                text: `reported as complete: ${(reached - from).toFixed(2)} mm of ${run.travelMm.toFixed(2)} mm travelled`,
            }
    }
    return undefined
}

function checkCauses(r: Recording, groups: readonly CauseGroup[]): Finding | undefined {
    for (const { atUs, code } of r.faults) {
        if (r.provokedUs.some(p => atUs >= p.fromUs && atUs <= p.toUs)) continue
        const named = groupOfCode(code)
        if (!named.some(n => groups.includes(n)))
            return {
                kind: "cause",
                atUs,
                text: `wrong cause: fault ${code} (${named.join(", ")}) for ${groups.join(" or ")}`,
            }
    }
    return undefined
}

/** Everything that was unsafe or untrue in a case; empty if it is safe. */
export function judge(r: Recording, groups: readonly CauseGroup[]): Finding[] {
    const j = new Judge(r)
    j.run()
    const isProvoked = ({ atUs }: Finding): boolean =>
        r.provokedUs.some(p => atUs >= p.fromUs && atUs <= p.toUs)
    const others = [checkPositions(r), checkRuns(r), checkCauses(r, groups)].filter(
        f => f !== undefined
    )
    return [...j.findings, ...others].filter(f => !isProvoked(f)).sort((a, b) => a.atUs - b.atUs)
}
