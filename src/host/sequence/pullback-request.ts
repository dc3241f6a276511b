// The requested pullback, and its setup message and catheter.

import type { Setup } from "../../shared/protocol/messages"
import { MOVE_PULLBACK, MOVE_GATED, MOVE_STEPPED } from "../../shared/motion/move-terms"
import { TGC_GIVEN, TGC_OWN, TGC_POINTS, tgcOf } from "../../shared/acquisition/tgc"
import { DATA_CHANNEL, DATA_A_LINES, fireByPairs } from "../../shared/acquisition/channel-data"
import { catheterNamed, type CatheterSpec } from "./catheter-spec"
import type { Pair } from "./pair-list"
import type { Catheter } from "../../shared/acquisition/catheters"
import { setImageFormat } from "../../shared/acquisition/image-format"
import { GOOD } from "../../shared/codes"
import { PAIRS_NONE, PAIRS_SENT } from "../../shared/acquisition/line-record"

/** The settings of a pullback. */
export interface PullbackRequest {
    readonly catheterId: string
    /** Spec of the catheter, which is sent to the cart; absent for a built-in catheter. */
    readonly spec?: CatheterSpec
    readonly speedMmPerS: number
    readonly lengthMm: number
    readonly frameRateHz: number
    /** A-lines per revolution (rotational catheters only) and samples per A-line; default: the catheter's. */
    readonly lines?: number
    readonly samples?: number
    /** TGC: 32 gains in 0.01 dB (src/shared/acquisition/tgc.ts); default: the catheter's. */
    readonly tgcCdb?: readonly number[]
    /** Channel data of these pairs; absent: A-lines. */
    readonly channelDataPairs?: ChannelDataPairs
    /** Absent for a continuous pullback. */
    readonly steps?: Steps
    /** Speed changes during the pullback, in order of position. */
    readonly speedChanges?: readonly SpeedChange[]
}

/** Pairs of a frame of channel data: a numbered list (src/shared/acquisition/line-record.ts), or a list sent to the cart. */
export type ChannelDataPairs = { readonly list: number } | { readonly sent: readonly Pair[] }

/** A stepped pullback: imaging at each stop. */
export interface Steps {
    readonly stepUm: number
    readonly dwellMs: number
    /** Each step waits for an ECG trigger; absent: steps are timed. */
    readonly gate?: Gate
}
export interface Gate {
    /** Expected heart rate. */
    readonly heartRatePerMin: number
    readonly refractoryMs: number
    readonly timeoutMs: number
}

/** Speed from this position of the imaged window on. */
export interface SpeedChange {
    readonly atMm: number
    readonly speedMmPerS: number
}

/** Returns the setup message of a request. */
export function setupOf(request: PullbackRequest): Setup {
    const { steps } = request
    const gate = steps?.gate
    return {
        catheter: request.catheterId,
        speed_nm_s: Math.round(request.speedMmPerS * 1e6),
        length_nm: Math.round(request.lengthMm * 1e6),
        frame_rate_mhz: Math.round(request.frameRateHz * 1000),
        mode: !steps ? MOVE_PULLBACK : gate ? MOVE_GATED : MOVE_STEPPED,
        step_um: steps?.stepUm ?? 0,
        dwell_ms: steps?.dwellMs ?? 0,
        trigger_rate_per_min: gate?.heartRatePerMin ?? 0,
        refractory_ms: gate?.refractoryMs ?? 0,
        timeout_ms: gate?.timeoutMs ?? 0,
        data: request.channelDataPairs ? DATA_CHANNEL : DATA_A_LINES,
        pair_list: pairListOf(request.channelDataPairs),
        lines_per_frame: request.lines ?? 0,
        samples_per_line: request.samples ?? 0,
        tgc: request.tgcCdb ? TGC_GIVEN : TGC_OWN,
        tgc_cdb: [...(request.tgcCdb ?? Array<number>(TGC_POINTS).fill(0))],
    }
}

/** The TGC of a request, 32 gains in 0.01 dB. */
export function requestedTgc(request: PullbackRequest): readonly number[] {
    return tgcOf(catheterFor(request)!)
}

/** Returns a new copy of the catheter with the settings of this request. */
export function catheterFor(
    request: Pick<
        PullbackRequest,
        "catheterId" | "spec" | "lines" | "samples" | "channelDataPairs" | "tgcCdb"
    >
): Catheter | undefined {
    const catheter = catheterNamed(request.catheterId, request.spec)
    const { channelDataPairs: pairs, tgcCdb } = request
    if (!catheter) return undefined
    if (tgcCdb) catheter.tgc_cdb = [...tgcCdb]
    if (!pairs) {
        const { lines = 0, samples = 0 } = request
        return setImageFormat(catheter, lines, samples).reason === GOOD ? catheter : undefined
    }
    const sent = "sent" in pairs ? pairs.sent.length : 0
    return fireByPairs(catheter, pairListOf(pairs), sent) ? catheter : undefined
}
function pairListOf(pairs: ChannelDataPairs | undefined): number {
    if (!pairs) return PAIRS_NONE
    return "list" in pairs ? pairs.list : PAIRS_SENT
}
