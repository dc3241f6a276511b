// The restart record in the FRAM: what the cart was doing, so that a restarted program can say what it interrupted.
// Two blocks are written alternately: a power cut at any byte damages one, and the other holds the record before.

import * as ds from "@devicescript/core"
import { readRegister } from "../motion/tmc5160"
import {
    enableWrite,
    fram_rx,
    fram_tx,
    FRAM_DATA_AT,
    openFram,
    readFram,
    writeFram,
} from "../platform/fram"
import { SpiChip } from "../platform/spi"
import { EVENT_FRAM } from "../../shared/codes"
import { GSTAT, GSTAT_RESET } from "../../shared/devices/tmc5160"
import {
    CAUSE_CONTROLLER,
    CAUSE_POWER,
    CAUSE_PROGRAM,
    payloadIsValid,
    payloadLength,
    readPayload,
    Restart,
    RESTART,
    writePayload,
} from "../../shared/protocol/messages"

const PERIOD_MS = 1000
/**
 * The runtime's clock runs on when a program is started again in it, which is 5 s after a crash; a started controller has its
 * program running earlier.
 */
const RUNTIME_START_MS = 4000

/** How this run started, and the last record of the run before. */
export let restart: Restart = emptyRecord()
/** The record of this run. */
const record = emptyRecord()
let report: (code: number, value: number) => void
/** The first block that did not read back since the program started; -1 if all did. */
export let bad_block = -1

function emptyRecord(): Restart {
    return { sequence: 0, boots: 0, uptime_ms: 0, state: 0, fault: 0, cause: CAUSE_POWER }
}

/** Reads the record of the last run. To be called once, before the motor driver is configured, which clears its reset flag. */
export async function openRestartRecord(
    fram: SpiChip,
    reportEvent: (code: number, value: number) => void
): Promise<void> {
    report = reportEvent
    openFram(fram)
    // Each block twice: a wrong bit in one reading does not count.
    for (let i = 0; i < 4; ++i) {
        if (!(await readRecord(i & 1))) continue
        const found = readPayload(fram_rx, FRAM_DATA_AT, RESTART)
        if (found.sequence > restart.sequence) restart = found
    }
    record.sequence = restart.sequence
    restart.boots++
    let cause = CAUSE_CONTROLLER
    if ((await readRegister(GSTAT)) & GSTAT_RESET) cause = CAUSE_POWER
    if (ds.millis() > RUNTIME_START_MS) cause = CAUSE_PROGRAM
    restart.cause = cause
    record.cause = cause
}

/** Reads a block into `fram_rx`. @returns whether its record is valid */
async function readRecord(block: number): Promise<boolean> {
    await readFram(block)
    return payloadIsValid(fram_rx, FRAM_DATA_AT, payloadLength(RESTART), RESTART)
}

/** To be called by every loop: writes the record when state or fault have changed, else once a second. */
export async function keepRecord(state: number, fault: number, now_ms: number): Promise<void> {
    if (record.state === state && record.fault === fault)
        if (now_ms - record.uptime_ms < PERIOD_MS) return
    record.state = state
    record.fault = fault
    record.uptime_ms = now_ms
    // The event log may have raised it.
    record.boots = restart.boots
    record.sequence++
    writePayload(fram_tx, FRAM_DATA_AT, RESTART, record)
    const block = record.sequence & 1
    await enableWrite()
    await writeFram(block)
    // A second reading, as a bit can be wrong on the way.
    if (!(await readRecord(block))) if (!(await readRecord(block))) framFailed(block)
}

/** A block did not read back: reported once. */
export function framFailed(block: number): void {
    if (bad_block >= 0) return
    bad_block = block
    report(EVENT_FRAM, block)
}
