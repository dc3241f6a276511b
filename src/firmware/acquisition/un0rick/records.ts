// Makes line records of the un0rick's lines in place: frame and line numbers, flags, position, digest.

import * as rec from "../../../shared/acquisition/line-record"
import * as un from "../../../shared/devices/un0rick"
import { sha256 } from "../../platform/crypto"
import { line_block } from "./un0rick"

/** Line in its frame: the number of the element to fire. */
export let line_index = 0
let frame = 0
let gate_open = false
let epoch = 0
let window_start_counts = 0
let window_end_counts = 0
/** The last line was flagged as at speed. */
let was_at_speed = false
/** Input of the digest: {@link line_block}. */
const digest_input = [line_block]

export function beginRecords(): void {
    frame = 0
    line_index = 0
    was_at_speed = false
}

/** To be called when {@link line_block} may have been allocated again. */
export function setRecordBlock(): void {
    digest_input[0] = line_block
}

export function setRecordWindow(start_counts: number, end_counts: number): void {
    window_start_counts = start_counts
    window_end_counts = end_counts
}

export function setRecordGate(open: boolean, speed_epoch: number): void {
    gate_open = open
    epoch = speed_epoch & 0xff
}

/** Flags of a line that fires at this position. An imaged stretch begins with a new frame, wherever the last one was cut. */
export function flagsAt(position_counts: number): number {
    let flags = rec.LINE_DIGEST | (epoch << rec.LINE_EPOCH_SHIFT)
    const at_speed =
        gate_open && position_counts >= window_start_counts && position_counts < window_end_counts
    if (at_speed) flags |= rec.LINE_AT_SPEED
    if (at_speed && !was_at_speed && line_index !== 0) {
        flags |= rec.LINE_FRAME_CUT
        startFrame()
    }
    was_at_speed = at_speed
    return line_index === 0 ? flags | rec.LINE_FRAME_START : flags
}

function startFrame(): void {
    line_index = 0
    frame = (frame + 1) & 0xffff
}

/**
 * Makes the record of the line in {@link line_block}, in place.
 * @param line number of the line in the run, fired at `tick_us` of the line clock at `position_counts`
 */
export function makeRecord(
    line: number,
    tick_us: number,
    position_counts: number,
    flags: number,
    samples: number,
    lines_per_frame: number
): void {
    const record = line_block
    // The first words were sampled before the pulse.
    record.blitAt(
        rec.LINE_HEADER_LENGTH,
        record,
        un.UN_CONTROL_LENGTH + un.UN_LEAD_WORDS * un.UN_WORD_LENGTH,
        samples * un.UN_WORD_LENGTH
    )
    record.setAt(rec.LINE_NUMBER_AT, "u32", line)
    record.setAt(rec.LINE_FRAME_AT, "u16", frame)
    record.setAt(rec.LINE_INDEX_AT, "u16", line_index)
    record.setAt(rec.LINE_TICK_AT, "u32", tick_us)
    record.setAt(rec.LINE_POSITION_AT, "i32", position_counts)
    record.setAt(rec.LINE_FLAGS_AT, "u16", flags)
    sealRecord(samples)
    line_index++
    if (line_index >= lines_per_frame) startFrame()
}

/** Makes a test record in {@link line_block}: testSample() of line 0 (src/shared). */
export function makeTestRecord(): void {
    const record = line_block
    const end = record.length - rec.LINE_CRC_LENGTH
    record.fillAt(0, record.length, 0)
    record.setAt(rec.LINE_FLAGS_AT, "u16", rec.LINE_TEST | rec.LINE_DIGEST)
    for (let at = rec.LINE_HEADER_LENGTH; at < end; ++at) record[at] = at - rec.LINE_HEADER_LENGTH
    sealRecord((end - rec.LINE_HEADER_LENGTH) / un.UN_WORD_LENGTH)
}

/** Writes the number of samples and, at the end of the record, the first bytes of its SHA-256. */
function sealRecord(samples: number): void {
    const record = line_block
    const end = record.length - rec.LINE_CRC_LENGTH
    record.setAt(rec.LINE_SAMPLES_AT, "u16", samples)
    record.setAt(end, "u32", 0)
    record.blitAt(end, sha256(digest_input), 0, rec.LINE_CRC_LENGTH)
}
