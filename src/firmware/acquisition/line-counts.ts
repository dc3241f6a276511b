// Counts every line of a run: sent, or dropped and why; and which of these counts no burst has reported yet.

import { BurstMoment } from "../link/outgoing"
import { front_status } from "./front-end"

const U16_MAX = 0xffff

// Counts of this run.
export let lines_sent = 0
export let bursts_sent = 0
/** Dropped by a full FIFO. */
export let dropped_fifo = 0
/** Dropped for lack of credit, or of a link. */
export let dropped_credit = 0
/** Lines that were due and not fired. */
export let dropped_refused = 0

// Counts that no burst has reported yet.
let unsent_fifo = 0
let unsent_credit = 0
let unsent_refused = 0
/** Credit was missing: until the FIFO is empty, lines that it drops count as dropped for credit. */
let credit_missing = false
/** The front end's count of dropped lines when it was last read. */
let seen_dropped = 0

export function clearCounts(): void {
    lines_sent = 0
    bursts_sent = 0
    dropped_fifo = 0
    dropped_credit = 0
    dropped_refused = 0
    unsent_fifo = 0
    unsent_credit = 0
    unsent_refused = 0
    credit_missing = false
    seen_dropped = front_status.dropped
}

export function countSent(lines: number): void {
    lines_sent += lines
    bursts_sent++
}

/** The run was given up: no burst will report these lines, the end summary does. */
export function countGivenUp(lines: number): void {
    dropped_credit += lines
}

export function setCreditMissing(): void {
    credit_missing = true
}

/** The front end has refused this many lines since the run began. */
export function countRefused(lines: number): void {
    unsent_refused += lines - dropped_refused
    dropped_refused = lines
}

/** Whether {@link countDropped} has anything to do. */
export function mustCountDropped(): boolean {
    return credit_missing || front_status.dropped !== seen_dropped
}

/** Counts what the front end has dropped since the last call. */
export function countDropped(): void {
    let more = (front_status.dropped - seen_dropped) | 0
    // A front end that was reset counts from zero.
    if (more < 0) more = 0
    seen_dropped = front_status.dropped
    if (credit_missing) {
        unsent_credit += more
        dropped_credit += more
    } else {
        unsent_fifo += more
        dropped_fifo += more
    }
    if (front_status.level === 0) credit_missing = false
}

/** Writes the unreported counts into the header of a burst. */
export function putCounts(moment: BurstMoment): void {
    moment.dropped_fifo = Math.min(unsent_fifo, U16_MAX)
    moment.dropped_credit = Math.min(unsent_credit, U16_MAX)
    moment.dropped_gate = Math.min(unsent_refused, U16_MAX)
}

/** The burst with this header was sent. */
export function countsReported(moment: BurstMoment): void {
    unsent_fifo -= moment.dropped_fifo
    unsent_credit -= moment.dropped_credit
    unsent_refused -= moment.dropped_gate
}
