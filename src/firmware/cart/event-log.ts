// The event log: a ring of entries in the FRAM, filled from a short queue, and read by number.
// Only the control loop uses the FRAM. Layout and search: src/shared/event-ring.ts.

import * as ds from "@devicescript/core"
import { sendToHost } from "../link/link"
import {
    enableWrite,
    FRAM_BLOCK,
    fram_rx,
    fram_tx,
    FRAM_DATA_AT,
    readFram,
    writeFram,
} from "../platform/fram"
import { EVENT_DATE, EVENT_LOG, GOOD, REFUSED_ARGUMENT } from "../../shared/codes"
import * as ring from "../../shared/event-ring"
import { entryAfter, oldestEntry, ringBlock, sealEntry } from "../../shared/event-ring"
import { TYPE_LOG_ENTRY } from "../../shared/protocol/burst"
import { LOG_ENTRY, readPayload } from "../../shared/protocol/messages"
import { framFailed, restart } from "./restart-record"

/** Entries that wait for the control loop, which writes one in each turn. */
const QUEUE = 16
/** A block that does not read back is tried again after the three behind it. */
const TRIED_BLOCKS = 4
/** A known date is written again in every so many entries, so that a full ring has one for the newest start. */
const DATE_EVERY = 64
/** A date that differs less from the known one is not written. */
const DATE_APART_S = 2
/** 2024-01-01 and 2100-01-01: the clock of a host that is outside is not set. */
const DATE_FIRST_S = 1704067200
const DATE_END_S = 4102444800

const CRC_AT = FRAM_DATA_AT + ring.ENTRY_FIELDS

const queue = Buffer.alloc(QUEUE * ring.ENTRY_FIELDS)
let queued = 0
let lost = 0
/** Blocks that did not read back since the newest entry. */
let skipped = 0
/** Number of the newest entry; 0 for an empty log. */
export let log_newest = 0
/** Seconds since 1970 at the start of the clock; 0 if no host told the date. */
let start_s = 0

/** Finds the newest entry: one transfer for each block. From the last one back, as then few CRCs have to be checked. */
export async function openEventLog(): Promise<void> {
    const last = ring.RING_FIRST_BLOCK + ring.RING_ENTRIES - 1
    for (let block = last; block >= ring.RING_FIRST_BLOCK; --block) await readNewer(block)
}

/**
 * Reads a block. If its entry is newer than the newest known one, it is now the newest, and this start of the cart is a later one
 * than that of the entry, also if the restart record could not be read. @returns whether it is newer
 */
async function readNewer(block: number): Promise<boolean> {
    await readFram(block)
    const number = entryAfter(log_newest, fram_rx, FRAM_DATA_AT, block)
    if (number === log_newest) return false
    log_newest = number
    const next_boots = fram_rx.getAt(FRAM_DATA_AT + ring.ENTRY_BOOTS_AT, "u32") + 1
    restart.boots = Math.max(restart.boots, next_boots)
    return true
}

/** Puts an entry into the queue; if that is full, the entry is counted as lost. */
export function logEvent(state: number, code: number, value: number): void {
    if (queued === QUEUE) {
        lost++
        return
    }
    const at = queued++ * ring.ENTRY_FIELDS
    queue.setAt(at + ring.ENTRY_TIME_AT, "u32", ds.millis())
    queue.setAt(at + ring.ENTRY_STATE_AT, "u16", state)
    queue.setAt(at + ring.ENTRY_CODE_AT, "u16", code)
    queue.setAt(at + ring.ENTRY_VALUE_AT, "i32", value)
}

/** To be called by every loop: writes one entry. It stays in the queue until it reads back. */
export async function keepLog(state: number): Promise<void> {
    if (!queued) return
    const number = log_newest + 1 + skipped
    const block = ringBlock(number)
    // The search may have missed entries, by a wrong bit or while the FRAM was silent: none of them is replaced. A FRAM that is
    // silent in this read is not enabled, and writes nothing.
    await enableWrite()
    if (await readNewer(block)) {
        skipped = 0
        return
    }
    fram_tx.blitAt(FRAM_DATA_AT, queue, 0, ring.ENTRY_FIELDS)
    fram_tx.setAt(FRAM_DATA_AT + ring.ENTRY_BOOTS_AT, "u32", restart.boots)
    sealEntry(fram_tx, FRAM_DATA_AT, number)
    await writeFram(block)
    await readEntry(number)
    // An older entry of this number would be valid, too.
    if (fram_rx.getAt(CRC_AT, "u32") !== fram_tx.getAt(CRC_AT, "u32")) {
        skipped = (skipped + 1) % TRIED_BLOCKS
        framFailed(block)
        return
    }
    skipped = 0
    log_newest = number
    queued--
    queue.blitAt(0, queue, ring.ENTRY_FIELDS, queued * ring.ENTRY_FIELDS)
    // Once, when the queue is empty: the events that still come have their place first.
    if (lost && !queued) {
        logEvent(state, EVENT_LOG, lost)
        lost = 0
    }
    // Not as a condition by itself: the VM takes a fraction for false.
    if (start_s !== 0 && number % DATE_EVERY === 0) logDate(state)
}

function dateNow(): number {
    return Math.round(start_s + ds.millis() / 1000)
}

function logDate(state: number): void {
    logEvent(state, EVENT_DATE, dateNow() | 0)
}

/** Takes the date of the host. @returns GOOD, or why not */
export function takeDate(unix_s: number, state: number): number {
    if (unix_s < DATE_FIRST_S || unix_s >= DATE_END_S) return REFUSED_ARGUMENT
    if (Math.abs(unix_s - dateNow()) < DATE_APART_S) return GOOD
    start_s = unix_s - ds.millis() / 1000
    logDate(state)
    return GOOD
}

/**
 * Reads an entry into `fram_rx`, twice before it counts as damaged; if there is none with this number, all its fields and its CRC are 0.
 * @returns whether there is
 */
export async function readEntry(number: number): Promise<boolean> {
    const block = ringBlock(number)
    for (let i = 0; i < 2; ++i) {
        await readFram(block)
        if (entryAfter(number - 1, fram_rx, FRAM_DATA_AT, block) === number) return true
    }
    fram_rx.fillAt(FRAM_DATA_AT, FRAM_BLOCK, 0)
    return false
}

/** Number of the first entry of a request: from this one on, or, if negative, so many of the newest ones. */
export function firstEntry(from: number): number {
    if (from < 0) from += log_newest + 1
    return Math.min(Math.max(from, oldestEntry(log_newest)), log_newest + 1)
}

/** Sends an entry to the host. @returns whether the network accepted it */
export async function sendEntry(number: number): Promise<boolean> {
    await readEntry(number)
    const entry = readPayload(fram_rx, FRAM_DATA_AT, LOG_ENTRY)
    entry.number = number
    return sendToHost(TYPE_LOG_ENTRY, LOG_ENTRY, entry)
}
