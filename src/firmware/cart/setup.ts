// Checks the pullback that a host requests, and derives its plan and its description.

import {
    Catheter,
    hasEcgInput,
    sampleSpacingNm,
    SOUND_SPEED_MM_S,
} from "../../shared/acquisition/catheters"
import {
    DATA_CHANNEL,
    DATA_A_LINES,
    fireByPairs,
    hasElements,
} from "../../shared/acquisition/channel-data"
import { PAIRS_NONE, PAIRS_SENT } from "../../shared/acquisition/line-record"
import { Description, Setup } from "../../shared/protocol/messages"
import { planMove } from "../../shared/motion/move-plan"
import {
    limitsOf,
    MOVE_GATED,
    MOVE_PULLBACK,
    MOVE_STEPPED,
    MovePlan,
    NM_PER_UM,
} from "../../shared/motion/move-terms"
import * as codes from "../../shared/codes"
import { budgetOverPath, LinePath, SequenceBudget } from "../../shared/acquisition/sequence-budget"
import {
    ImageFormatResult,
    lineLength,
    sampleFormat,
    setImageFormat,
} from "../../shared/acquisition/image-format"
import { samplePeriodPs, tableEntries } from "../../shared/acquisition/firing-table"
import {
    TGC_GIVEN,
    TGC_OWN,
    TGC_POINTS,
    tgcOf,
    tgcStepNs,
    tgcTopCdb,
} from "../../shared/acquisition/tgc"
import { Calibration } from "../../shared/motion/calibration"

/** A checked pullback. */
export interface PullbackSetup {
    catheter: Catheter
    /** Serial number of the catheter that was plugged in at the setup. */
    catheter_serial?: number
    speed_nm_s: number
    frame_rate_mhz: number
    plan: MovePlan
    budget: SequenceBudget
}

/** `reason` is GOOD or a REFUSED_ code; `value` then is the nearest allowed value. */
export interface SetupResult {
    reason: number
    value: number
    setup: PullbackSetup | undefined
}

function refuse(reason: number, value: number): SetupResult {
    return { reason, value, setup: undefined }
}

/** Shortest dwell of a stop: one frame, in ms. */
function shortestDwellMs(frame_rate_mhz: number): number {
    return Math.ceil(1000000 / frame_rate_mhz)
}

/** Lines and samples of a setup; those of channel data follow from pairs and depth. */
function checkImage(requested: Setup, catheter: Catheter): ImageFormatResult {
    if (requested.data === DATA_A_LINES)
        return setImageFormat(catheter, requested.lines_per_frame, requested.samples_per_line)
    return {
        reason:
            requested.lines_per_frame !== 0
                ? codes.REFUSED_LINES
                : requested.samples_per_line !== 0
                  ? codes.REFUSED_SAMPLES
                  : codes.GOOD,
        nearest: 0,
    }
}

/**
 * Checks every field of a setup against the catheter, the sled and the front end.
 * @param catheter a new record of the requested catheter, or undefined if it is unknown; the setup's choices are set in it
 * @param front_end the cart's, one of FRONT_END_
 * @param path rates of the bus and the link of this board
 * @param from_nm motor position now, where the pullback starts
 * @param sentPairs number of pairs that the host sent for a catheter
 */
export function checkSetup(
    requested: Setup,
    catheter: Catheter | undefined,
    front_end: number,
    path: LinePath,
    from_nm: number,
    sentPairs: (catheter: Catheter) => number
): SetupResult {
    if (!catheter) return refuse(codes.REFUSED_CATHETER, 0)
    if (catheter.front_end !== front_end) return refuse(codes.REFUSED_FRONT_END, front_end)
    if (requested.mode === MOVE_GATED && !hasEcgInput(catheter))
        return refuse(codes.REFUSED_NO_TRIGGERS, MOVE_STEPPED)
    if (requested.data !== DATA_A_LINES) {
        if (requested.data !== DATA_CHANNEL || !hasElements(catheter))
            return refuse(codes.REFUSED_DATA, DATA_A_LINES)
        const sent = sentPairs(catheter)
        if (requested.pair_list === PAIRS_SENT && sent === 0)
            return refuse(codes.REFUSED_PAIRS_MISSING, 0)
        if (!fireByPairs(catheter, requested.pair_list, sent))
            return refuse(codes.REFUSED_PAIR_LIST, 0)
    } else if (requested.pair_list !== PAIRS_NONE)
        return refuse(codes.REFUSED_PAIR_LIST, PAIRS_NONE)
    if (requested.tgc > TGC_GIVEN) return refuse(codes.REFUSED_TGC_KIND, TGC_OWN)
    if (requested.tgc === TGC_GIVEN) {
        const top = tgcTopCdb(catheter)
        const curve = requested.tgc_cdb
        for (let i = 0; i < TGC_POINTS; ++i)
            if (curve[i] > top) return refuse(codes.REFUSED_TGC, top)
        catheter.tgc_cdb = curve
    }
    const image = checkImage(requested, catheter)
    if (image.reason !== codes.GOOD) return refuse(image.reason, image.nearest)
    const budget = budgetOverPath(catheter, requested.frame_rate_mhz, tableEntries(catheter), path)
    if (budget.reason !== codes.GOOD) return refuse(budget.reason, budget.nearest)
    const stepped = requested.mode === MOVE_STEPPED || requested.mode === MOVE_GATED
    if (!stepped && requested.mode !== MOVE_PULLBACK)
        return refuse(codes.REFUSED_MOVE_KIND, MOVE_PULLBACK)
    const dwell_min_ms = shortestDwellMs(requested.frame_rate_mhz)
    if (stepped && requested.dwell_ms < dwell_min_ms)
        return refuse(codes.REFUSED_DWELL, dwell_min_ms)
    const result = planMove(
        requested.mode,
        from_nm,
        {
            speed_nm_s: requested.speed_nm_s,
            length_nm: requested.length_nm,
            towards: 1,
            step_um: requested.step_um,
            dwell_ms: requested.dwell_ms,
            trigger_rate_per_min: requested.trigger_rate_per_min,
            refractory_ms: requested.refractory_ms,
            timeout_ms: requested.timeout_ms,
        },
        limitsOf(catheter.stroke_um)
    )
    if (!result.plan) return refuse(result.reason, result.value)
    return {
        reason: codes.GOOD,
        value: 0,
        setup: {
            catheter,
            speed_nm_s: requested.speed_nm_s,
            frame_rate_mhz: requested.frame_rate_mhz,
            plan: result.plan,
            budget,
        },
    }
}

/** What a receiver needs to convert the lines of this pullback into millimetres. */
export function description(
    setup: PullbackSetup,
    calibration: Calibration,
    sequence_crc: number,
    run: number
): Description {
    const catheter = setup.catheter
    const plan = setup.plan
    return {
        catheter: catheter.id,
        catheter_serial: setup.catheter_serial as number,
        sample_format: sampleFormat(catheter),
        lines_per_frame: catheter.lines_per_frame,
        samples_per_line: catheter.samples_per_line,
        record_length: lineLength(catheter),
        sample_spacing_nm: sampleSpacingNm(catheter),
        line_period_ns: setup.budget.line_period_ns,
        frame_rate_mhz: setup.frame_rate_mhz,
        centre_frequency_khz: catheter.centre_frequency_khz,
        sound_speed_mm_s: SOUND_SPEED_MM_S,
        catheter_radius_um: catheter.catheter_radius_um,
        ring_down_um: catheter.ring_down_um,
        tgc_step_ns: tgcStepNs(catheter),
        tgc_cdb: tgcOf(catheter),
        encoder_nm_per_count: calibration.encoder_nm_per_count,
        microsteps_per_mm: Math.round(calibration.microsteps_per_m / 1000),
        fclk_hz: calibration.fclk_hz,
        window_start_nm: plan.window_start_nm,
        window_end_nm: plan.window_end_nm,
        speed_nm_s: setup.speed_nm_s,
        mode: plan.kind,
        step_um: plan.step_nm / NM_PER_UM,
        dwell_ms: plan.dwell_ms,
        stops: plan.stops,
        sequence_crc,
        pair_list: catheter.pair_list ? catheter.pair_list : PAIRS_NONE,
        sample_period_ps: samplePeriodPs(catheter),
        first_sample_ns: catheter.first_sample_ns ? catheter.first_sample_ns : 0,
        run,
    }
}
