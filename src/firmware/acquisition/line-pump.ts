// Moves line records from the front end into bursts and sends them to the host. Runs in its own fiber.
// All memory is allocated once (burst-buffer.ts). A burst leaves only its tag and the VM's call frames as garbage.

import * as ds from "@devicescript/core"
import { BURST_HEADER_LENGTH, FLAG_TEST_LINES } from "../../shared/protocol/burst"
import {
    LINE_EPOCH_AT,
    LINE_POSITION_AT,
    LINE_TICK_AT,
    recordLength,
    sampleBytes,
} from "../../shared/acquisition/line-record"
import { linkIsOpen } from "../link/link"
import { BurstMoment, creditLeft, sendLines } from "../link/outgoing"
import { burst_capacity, burstParts, first_piece, putLines, setBurstRecords } from "./burst-buffer"
import { front_status, RecordReader } from "./front-end"
import {
    clearCounts,
    countDropped,
    countGivenUp,
    countSent,
    countsReported,
    mustCountDropped,
    putCounts,
    setCreditMissing,
} from "./line-counts"

/** A line waits no longer than this for its burst to fill. */
const FLUSH_MS = 50

// States of a run, and what each function does to them:
//
// | function       | from                       | to                                                             |
// | -------------- | -------------------------- | -------------------------------------------------------------- |
// | beginRun       | IDLE, GIVEN_UP             | RUNNING                                                        |
// | drainRun       | RUNNING                    | DRAINING: the front end has stopped, its FIFO is still sent    |
// | cutOffRun      | RUNNING, DRAINING          | CUT_OFF: the front end does not answer, only the burst is sent |
// | (last burst)   | DRAINING, CUT_OFF          | IDLE                                                           |
// | giveUpRun      | RUNNING, DRAINING, CUT_OFF | GIVING_UP: no credit or no link, a burst may be half sent      |
// | (step ends)    | GIVING_UP                  | GIVEN_UP: lines left in the FIFO count as dropped for credit   |
const IDLE = 0
const RUNNING = 1
const DRAINING = 2
const CUT_OFF = 3
const GIVING_UP = 4
const GIVEN_UP = 5

/** The speed set point of the sled, now and a few changes ago. */
export interface SpeedHistory {
    speedEpoch(): number
    speedBefore(epochs: number): number
}

/** Samples and format of the records that the buffers are set to. */
export let record_samples = 0
export let record_format = 0
/** Records that one read of the front end brings at most. */
export let block_lines = 0

/** The error that ended the run, until it is taken. */
let pump_error: any = undefined

let serviceFrontEnd: () => Promise<void>
let reader: RecordReader
let speeds: SpeedHistory
let nmPerCount: () => number

let state = IDLE
/** Lines of this run are known test lines, for which the sled's speed does not count. */
let is_test = false
let line_period_ns = 0
let record_length = 0
/** Bytes of a full burst. */
let burst_length = 0
/** Lines in the burst. */
let filled = 0
/** Lines read from the front end and not yet being sent. */
let waiting = 0
/** Lowest bits of the speed epoch of the lines in the burst: a burst never holds two speeds. */
let burst_epoch = 0
let sent_ms = 0
const moment: BurstMoment = {
    tick_us: 0,
    position_nm: 0,
    speed_nm_s: 0,
    speed_epoch: 0,
    lines: 0,
    dropped_fifo: 0,
    dropped_credit: 0,
    dropped_gate: 0,
}

/**
 * To be called once, before any other function of this file.
 * @param service updates level and dropped count in the status of the front end
 */
export function openPump(
    service: () => Promise<void>,
    record_reader: RecordReader,
    speed_history: SpeedHistory,
    encoderNmPerCount: () => number
): void {
    serviceFrontEnd = service
    reader = record_reader
    speeds = speed_history
    nmPerCount = encoderNmPerCount
}

/** Sets buffers and reader to another kind of records; only between two runs. */
export function setPumpRecords(samples: number, format: number): void {
    if (samples === record_samples && format === record_format) return
    record_length = recordLength(samples * sampleBytes(format))
    reader.setRecords(record_length)
    block_lines = reader.lines_per_block
    setBurstRecords(record_length, block_lines)
    record_samples = samples
    record_format = format
    burst_length = BURST_HEADER_LENGTH + burst_capacity * record_length
}

/** Starts a run with all counts at zero. */
export function beginRun(period_ns: number, test: boolean): void {
    line_period_ns = period_ns
    is_test = test
    clearCounts()
    filled = 0
    waiting = 0
    sent_ms = ds.millis()
    state = RUNNING
}

/** The front end has stopped: sends what is left; {@link pumpIsIdle} is true when it has been sent. */
export function drainRun(): void {
    if (state === RUNNING) state = DRAINING
}

/** The front end does not answer and is not read again; lines that were read before are still sent. */
export function cutOffRun(): void {
    if (isRunning()) state = CUT_OFF
}

/** For lack of credit or of a link: drops and counts all lines that wait in the cart. */
export function giveUpRun(): void {
    if (!isRunning()) return
    state = GIVING_UP
    filled = 0
    countGivenUp(waiting)
    setCreditMissing()
}

/** Counts lines lost in the front end, which has stopped and whose level and dropped count were just read. */
export function closeRun(): void {
    if (state === GIVEN_UP) countGivenUp(front_status.level)
    countDropped()
}

/** Whether no run is in progress and no burst is being sent. */
export function pumpIsIdle(): boolean {
    return state === IDLE || state === GIVEN_UP
}

/** @returns the error that ended a run, once */
export function takePumpError(): any {
    const error = pump_error
    pump_error = undefined
    return error
}

function isRunning(): boolean {
    return state === RUNNING || state === DRAINING || state === CUT_OFF
}

/** Ends the run, unless it was given up meanwhile. */
function endRun(): void {
    if (isRunning()) state = IDLE
}

/** The pump's fiber; never returns. */
export async function runPump(): Promise<void> {
    for (;;) {
        if (!isRunning()) {
            await ds.sleep(2)
            continue
        }
        try {
            await step()
        } catch (e) {
            cutOffRun()
            pump_error = e
        }
        if (state === GIVING_UP) state = GIVEN_UP
    }
}

/** Reads at most one block and sends at most one full burst, or waits. */
async function step(): Promise<void> {
    if (creditLeft() < burst_length) {
        setCreditMissing()
        countDropped()
        await ds.sleep(1)
        return
    }
    if (state === CUT_OFF) {
        await sendBurst()
        endRun()
        return
    }
    // Only the pump takes lines out of the FIFO: the level returned with the last transfer is still valid.
    if (front_status.level < block_lines) await serviceFrontEnd()
    if (mustCountDropped()) countDropped()
    const level = front_status.level
    if (level >= block_lines || (level > 0 && (state !== RUNNING || isFlushDue()))) {
        const lines = await reader.read()
        // The run may have been given up during the transfer.
        if (state === GIVING_UP) countGivenUp(lines)
        if (!isRunning()) return
        waiting += lines
        if (lines > 0) await takeBlock(lines)
        if (!isRunning()) return
    }
    if (burst_capacity - filled < block_lines) await sendBurst()
    else if (state !== RUNNING && front_status.level === 0) {
        await sendBurst()
        endRun()
    } else if (isFlushDue()) await sendBurst()
    else if (front_status.level < block_lines) await ds.sleep(pauseMs())
}

function isFlushDue(): boolean {
    return ds.millis() - sent_ms > FLUSH_MS
}

/** Time until the lines that the burst lacks have been fired, as far as it is known. */
function pauseMs(): number {
    const missing = burst_capacity - filled - front_status.level
    const ms = Math.ceil((missing * line_period_ns) / 1000000)
    return ms < 1 ? 1 : Math.min(ms, front_status.pause_ms)
}

/** Moves the lines of a block into the burst. Where the speed epoch changes, the burst is sent first. */
async function takeBlock(lines: number): Promise<void> {
    const block = reader.block
    const epochs_at = reader.data_at + LINE_EPOCH_AT
    const last_epoch = block[epochs_at + (lines - 1) * record_length]
    let from = 0
    if (filled === 0) burst_epoch = block[epochs_at]
    while (last_epoch !== burst_epoch) {
        let to = from
        while (block[epochs_at + to * record_length] === burst_epoch) to++
        appendLines(from, to)
        await sendBurst()
        if (!isRunning()) return
        from = to
        burst_epoch = block[epochs_at + from * record_length]
    }
    appendLines(from, lines)
}

function appendLines(from: number, to: number): void {
    const lines = to - from
    const at = reader.data_at + from * record_length
    putLines(filled, reader.block, at, lines * record_length)
    filled += lines
}

/** Sends the lines in the burst, full or not. */
async function sendBurst(): Promise<void> {
    const lines = filled
    filled = 0
    sent_ms = ds.millis()
    if (lines === 0) return
    waiting -= lines
    const parts = burstParts(lines)
    moment.tick_us = first_piece.getAt(LINE_TICK_AT, "u32")
    moment.position_nm = first_piece.getAt(LINE_POSITION_AT, "i32") * nmPerCount()
    // Lines that waited were fired at an earlier set point.
    const speed_epoch = speeds.speedEpoch()
    const epochs = is_test ? 0 : (speed_epoch - burst_epoch) & 0xff
    moment.speed_nm_s = speeds.speedBefore(epochs)
    moment.speed_epoch = (speed_epoch - epochs) & 0xffff
    moment.lines = lines
    putCounts(moment)
    const flags = is_test ? FLAG_TEST_LINES : 0
    const length = lines * record_length
    while (!(await sendLines(parts, length, moment, flags))) {
        if (!isRunning() || !linkIsOpen()) {
            giveUpRun()
            countGivenUp(lines)
            return
        }
        await ds.sleep(1)
    }
    countsReported(moment)
    countSent(lines)
    sent_ms = ds.millis()
}
