// A received run with known motion, for the tests of the timing report.

import { catheterOf } from "../../../../shared/acquisition/catheters"
import type { Description } from "../../../../shared/protocol/messages"
import { MOVE_PULLBACK } from "../../../../shared/motion/move-terms"
import { tgcOf } from "../../../../shared/acquisition/tgc"
import type { LinePlace } from "../../../frames/assembled-frame"
import type { FrameMark } from "../../../frames/assembled-frame"
import type { BurstHeader } from "../../../link/burst-stream"
import type { RunReceiver } from "../../../run/run-receiver"
import type { ReceivedRun } from "../../../run/run-target"
import { engineSequenceCrc } from "../../../sequence/firing-check"

/** Deviations from an ideal pullback. */
export interface Deviations {
    readonly speedMmPerS: number
    readonly lengthMm: number
    /** Added to the true position, mm, by seconds from the first line at speed. */
    readonly wobbleMm: (seconds: number) => number
    /** Added to the position in the bursts, um, by seconds. */
    readonly encoderUm: (seconds: number) => number
    readonly linesUnflagged: number
    readonly linesMissing: number
    /** Numbers of missing frames. */
    readonly framesMissing: readonly number[]
    readonly pulseJitter: number
    readonly instruments: boolean
    readonly insecure: boolean
}

const IDEAL: Deviations = {
    speedMmPerS: 1,
    lengthMm: 10,
    wobbleMm: () => 0,
    encoderUm: () => 0,
    linesUnflagged: 0,
    linesMissing: 0,
    framesMissing: [],
    pulseJitter: 0,
    instruments: true,
    insecure: false,
}

/** Time of the first line at speed; the line clock starts at power-up. */
const START_US = 30_000_000
const START_MM = 2
const ACCEL = 20
const SETTLE_S = 0.4
const AFTER_S = 0.2
const FRAME_HZ = 30
const LINE_NS = 130_208
const BURST_US = 7291

/** A pullback from 2 mm on, with ramps of 20 mm/s² at both ends and the given deviations. */
export function testRun(deviations: Partial<Deviations> = {}): ReceivedRun {
    const o = { ...IDEAL, ...deviations }
    const seconds = o.lengthMm / o.speedMmPerS
    const trueMm = (tickUs: number): number => {
        const s = (tickUs - START_US) / 1e6
        return START_MM + travelMm(o.speedMmPerS, seconds, s) + o.wobbleMm(s)
    }
    const bursts: BurstHeader[] = []
    for (let t = START_US - 2e6; t < START_US + 1e6 * (seconds + 2); t += BURST_US) {
        const positionNm = 1e6 * trueMm(t) + 1000 * o.encoderUm((t - START_US) / 1e6)
        bursts.push({
            tick_us: t,
            position_nm: positionNm,
            speed_epoch: 3,
            speed_nm_s: o.speedMmPerS * 1e6,
        } as BurstHeader)
    }
    const lines = Math.round((1e9 * seconds) / LINE_NS)
    const lastUs = START_US + ((lines - 1) * LINE_NS) / 1000
    const frames = Array.from({ length: Math.floor(FRAME_HZ * seconds) }, (_, index) => index)
        .filter(index => !o.framesMissing.includes(index))
        .map(index => ({ index, tickUs: START_US + Math.round((1e6 * (index + 0.5)) / FRAME_HZ) }))
    const description = {
        catheter: "array-20mhz",
        speed_nm_s: o.speedMmPerS * 1e6,
        window_start_nm: START_MM * 1e6,
        window_end_nm: (START_MM + o.lengthMm) * 1e6,
        mode: MOVE_PULLBACK,
        line_period_ns: LINE_NS,
        frame_rate_mhz: FRAME_HZ * 1000,
        encoder_nm_per_count: 1000,
        ...{ lines_per_frame: 256, samples_per_line: 256, pair_list: 0 },
        sequence_crc: engineSequenceCrc(catheterOf("array-20mhz")!),
        tgc_cdb: tgcOf(catheterOf("array-20mhz")!),
    } as Description
    const at = (tickUs: number): LinePlace => ({
        line: Math.round((1000 * (tickUs - START_US)) / LINE_NS),
        tickUs,
        positionNm: Math.round(1000 * trueMm(tickUs)) * 1000,
    })
    const receiver = {
        insecure: o.insecure,
        description,
        lineBursts: bursts,
        hello: { firmware_version: 0x000102 },
        assembler: {
            marks: frames as FrameMark[],
            counts: { missing: o.linesMissing, atSpeed: lines - o.linesUnflagged },
            firstAtSpeed: at(START_US),
            lastAtSpeed: at(lastUs),
            stretches: [
                {
                    first: at(START_US),
                    last: at(lastUs),
                    lines: lines - o.linesUnflagged,
                    epoch: 3,
                },
            ],
        },
    } as unknown as RunReceiver
    return {
        receiver,
        instruments: o.instruments
            ? {
                  name: "test ruler",
                  positionMm: trueMm,
                  speedMmPerS: () => NaN,
                  pulses: 0,
                  pulseJitter: () => o.pulseJitter,
              }
            : undefined,
        source: { target: "nothing <but> numbers", seed: 7 },
    }
}

/** Position relative to the window's start: ramp, run-up, plateau, run-out, ramp. */
function travelMm(speed: number, plateauS: number, s: number): number {
    const ramp = speed / ACCEL
    const whole = (speed * ramp) / 2
    const fromS = -SETTLE_S
    const toS = plateauS + AFTER_S
    if (s < fromS) {
        const into = Math.max(0, s - (fromS - ramp))
        return speed * fromS - whole + (ACCEL / 2) * into * into
    }
    if (s <= toS) return speed * s
    const into = Math.min(ramp, s - toS)
    return speed * toS + speed * into - (ACCEL / 2) * into * into
}
