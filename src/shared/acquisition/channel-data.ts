// Channel data of an array: the pairs of a frame and their sampling.

import { type Catheter, KIND_ARRAY, SOUND_SPEED_MM_S } from "./catheters"
import { SAMPLES_MAX } from "../devices/line-engine"
import {
    PAIRS_BOTH_WAYS_14,
    PAIRS_FULL,
    PAIRS_RECIPROCAL_14,
    PAIRS_SENT,
    SAMPLE_FORMAT_RF16,
} from "./line-record"

/** Values of `data` in a setup. */
export const DATA_A_LINES = 0
export const DATA_CHANNEL = 1

/** RF samples per cycle of the centre frequency: the line engine's minimum (boards/line-engine.md, "Channel data"). */
export const SAMPLES_PER_CYCLE = 4

/**
 * Maximum samples per record for which two records fit into one FIFO read. A longer record would need a read of its own and
 * halve the frame rate, so the last 16 of 1,024 samples are omitted: 0.2 us, 0.15 mm, at 80 MHz.
 */
export const PAIRED_SAMPLES = 1008

/** Whether this catheter has more than one element. */
export function hasElements(catheter: Catheter): boolean {
    return catheter.kind === KIND_ARRAY
}

/**
 * Changes a catheter to firing pair by pair: an A-line is a pair, sampled from the end of the ring-down to the end of the
 * deepest echo at any element.
 * @param list one of PAIRS_ (line-record.ts)
 * @param sent number of pairs in the list sent by the host, for PAIRS_SENT
 * @returns false without a change for a catheter with one element or a list that does not exist for its elements
 */
export function fireByPairs(catheter: Catheter, list: number, sent: number): boolean {
    if (!hasElements(catheter)) return false
    let span = 0
    let lead = 0
    if (list === PAIRS_RECIPROCAL_14) span = 14
    else if (list === PAIRS_BOTH_WAYS_14) {
        span = 27
        lead = 13
    } else if (list === PAIRS_FULL) span = catheter.elements
    else if (list !== PAIRS_SENT) return false
    // With fewer elements the list would contain some pairs twice.
    if (span > catheter.elements) return false
    const pairs = list === PAIRS_SENT ? sent : catheter.elements * span
    const cycle_ns = 1000000 / catheter.centre_frequency_khz
    const period_ps = Math.round((1000 * cycle_ns) / SAMPLES_PER_CYCLE)
    const first_ns = Math.floor(echoTimeNs(catheter.ring_down_um))
    const end_ns = echoTimeNs(catheter.depth_um) + catheter.pulse_cycles * cycle_ns - first_ns
    catheter.sample_format = SAMPLE_FORMAT_RF16
    catheter.pair_list = list
    catheter.pair_span = span
    catheter.pair_lead = lead
    catheter.firings_per_frame = pairs
    catheter.lines_per_frame = pairs
    const samples = Math.ceil((1000 * end_ns) / period_ps)
    catheter.samples_per_line = samples <= SAMPLES_MAX ? Math.min(samples, PAIRED_SAMPLES) : samples
    catheter.sample_period_ps = period_ps
    catheter.first_sample_ns = first_ns
    return true
}

/** Round-trip time of an echo from this distance, in ns. */
function echoTimeNs(distance_um: number): number {
    return (2 * distance_um * 1000000) / SOUND_SPEED_MM_S
}
