// Responsible for: judging the pullback that a host asks for, and what is derived from it.
// Not for: carrying it out (cart.ts).

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
import {
    budgetOverPath,
    imageWith,
    ImageFormatResult,
    lineLength,
    LinePath,
    sampleFormat,
    samplePeriodPs,
    SequenceBudget,
    tableEntries,
} from "../../shared/acquisition/sequence"
import {
    TGC_GIVEN,
    TGC_OWN,
    TGC_POINTS,
    tgcOf,
    tgcStepNs,
    tgcTopCdb,
} from "../../shared/acquisition/tgc"
import { Calibration } from "../../shared/motion/calibration"

/** A pullback that may be carried out. */
export interface PullbackSetup {
    catheter: Catheter
    /** Of the one that was plugged in when it was set up; set when it has been asked. */
    catheter_serial?: number
    speed_nm_s: number
    frame_rate_mhz: number
    plan: MovePlan
    budget: SequenceBudget
}

/** `reason` is GOOD or why not; `value` then is the nearest value that would do. */
export interface SetupResult {
    reason: number
    value: number
    setup: PullbackSetup | undefined
}

function refuse(reason: number, value: number): SetupResult {
    return { reason, value, setup: undefined }
}

/** A stop must be imaged for a frame at least, in ms. */
function shortestDwellMs(frame_rate_mhz: number): number {
    return Math.ceil(1000000 / frame_rate_mhz)
}

/** Lines and samples as asked for; of element data they follow from the pairs and the depth. */
function checkImage(asked: Setup, catheter: Catheter): ImageFormatResult {
    if (asked.data === DATA_A_LINES)
        return imageWith(catheter, asked.lines_per_frame, asked.samples_per_line)
    return {
        reason:
            asked.lines_per_frame !== 0
                ? codes.REFUSED_LINES
                : asked.samples_per_line !== 0
                  ? codes.REFUSED_SAMPLES
                  : codes.GOOD,
        nearest: 0,
    }
}

/**
 * Checks every field of a setup against the catheter, the sled and the front end.
 * @param catheter the one that is asked for, made anew, if the cart knows it
 * @param front_end what the cart has, FRONT_END_ of wire/catheters.ts
 * @param path what carries lines to the host on this board
 * @param from_nm where the motor stands now: there the pullback will begin
 * @param sentPairs pairs of the list that was sent for a catheter
 */
export function checkSetup(
    asked: Setup,
    catheter: Catheter | undefined,
    front_end: number,
    path: LinePath,
    from_nm: number,
    sentPairs: (catheter: Catheter) => number
): SetupResult {
    if (!catheter) return refuse(codes.REFUSED_CATHETER, 0)
    if (catheter.front_end !== front_end) return refuse(codes.REFUSED_FRONT_END, front_end)
    if (asked.mode === MOVE_GATED && !hasEcgInput(catheter))
        return refuse(codes.REFUSED_NO_TRIGGERS, MOVE_STEPPED)
    if (asked.data !== DATA_A_LINES) {
        if (asked.data !== DATA_CHANNEL || !hasElements(catheter))
            return refuse(codes.REFUSED_DATA, DATA_A_LINES)
        const sent = sentPairs(catheter)
        if (asked.pair_list === PAIRS_SENT && sent === 0)
            return refuse(codes.REFUSED_PAIRS_MISSING, 0)
        if (!fireByPairs(catheter, asked.pair_list, sent)) return refuse(codes.REFUSED_PAIR_LIST, 0)
    } else if (asked.pair_list !== PAIRS_NONE) return refuse(codes.REFUSED_PAIR_LIST, PAIRS_NONE)
    if (asked.tgc > TGC_GIVEN) return refuse(codes.REFUSED_TGC_KIND, TGC_OWN)
    if (asked.tgc === TGC_GIVEN) {
        const top = tgcTopCdb(catheter)
        const curve = asked.tgc_cdb
        for (let i = 0; i < TGC_POINTS; ++i)
            if (curve[i] > top) return refuse(codes.REFUSED_TGC, top)
        catheter.tgc_cdb = curve
    }
    const image = checkImage(asked, catheter)
    if (image.reason !== codes.GOOD) return refuse(image.reason, image.nearest)
    const budget = budgetOverPath(catheter, asked.frame_rate_mhz, tableEntries(catheter), path)
    if (budget.reason !== codes.GOOD) return refuse(budget.reason, budget.nearest)
    const stepped = asked.mode === MOVE_STEPPED || asked.mode === MOVE_GATED
    if (!stepped && asked.mode !== MOVE_PULLBACK)
        return refuse(codes.REFUSED_MOVE_KIND, MOVE_PULLBACK)
    const dwell_min_ms = shortestDwellMs(asked.frame_rate_mhz)
    if (stepped && asked.dwell_ms < dwell_min_ms) return refuse(codes.REFUSED_DWELL, dwell_min_ms)
    const judged = planMove(
        asked.mode,
        from_nm,
        {
            speed_nm_s: asked.speed_nm_s,
            length_nm: asked.length_nm,
            towards: 1,
            step_um: asked.step_um,
            dwell_ms: asked.dwell_ms,
            trigger_rate_per_min: asked.trigger_rate_per_min,
            refractory_ms: asked.refractory_ms,
            timeout_ms: asked.timeout_ms,
        },
        limitsOf(catheter.stroke_um)
    )
    if (!judged.plan) return refuse(judged.reason, judged.value)
    return {
        reason: codes.GOOD,
        value: 0,
        setup: {
            catheter,
            speed_nm_s: asked.speed_nm_s,
            frame_rate_mhz: asked.frame_rate_mhz,
            plan: judged.plan,
            budget,
        },
    }
}

/** All that a receiver must know to turn the lines of this pullback into millimetres. */
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
