// Loads the firing table of the line engine, entry by entry or from a pair list of the host, and verifies it by reading back.

import * as ds from "@devicescript/core"
import { Catheter } from "../../../shared/acquisition/catheters"
import { crc32c } from "../../../shared/protocol/crc32c"
import * as le from "../../../shared/devices/line-engine"
import { fireByPairs } from "../../../shared/acquisition/channel-data"
import { PAIRS_SENT } from "../../../shared/acquisition/line-record"
import {
    PairListInput,
    partPairCount,
    partElement,
    partFirstPair,
} from "../../../shared/acquisition/pair-list"
import { FAULT_ENGINE_TABLE, GOOD } from "../../../shared/codes"
import {
    TABLE_ENTRY_LENGTH,
    tableEntries,
    writePairEntry,
    writeTableEntry,
} from "../../../shared/acquisition/firing-table"
import { CartFault } from "../../platform/cart-fault"
import { PairTable } from "../front-end"
import { engine_chip, takeStatus, TRIES, writeCommand } from "./bus"

/** Entries in one transfer: few, since it needs three buffers of this size in a 64 kB heap that also holds a burst. */
const CHUNK_ENTRIES = 16
const CHUNK_LENGTH = le.DATA_AT + CHUNK_ENTRIES * TABLE_ENTRY_LENGTH
/** Chunks per control loop: 4,096 entries in one loop would let the watchdog expire. */
const CHUNKS_PER_LOOP = 16

/** CRC-32C of the loaded entries. */
export let table_crc = 0
/** Entries loaded so far. */
let entries = 0
const pair_list = new PairListInput()
/** Id of the catheter for which the pair list was sent. */
let pairs_catheter = ""

export const engine_pairs: PairTable = {
    takePairs: takePairs,
    forgetPairs: forgetPairs,
    sentPairs: sentPairs,
    pairsReceived: () => pair_list.received,
    pairsRefusalValue: () => pair_list.value,
}

export function forgetPairs(): void {
    pair_list.clear()
}

/** Pairs of the complete list in the table for this catheter; 0 if there is none. */
function sentPairs(catheter: Catheter): number {
    return pair_list.complete() && pairs_catheter === catheter.id ? pair_list.total : 0
}

/** A pair list of the host is in the table already; any other table is loaded by {@link loadTable}. */
export function beginTable(catheter: Catheter): void {
    entries = 0
    if (catheter.pair_list === PAIRS_SENT) return
    forgetPairs()
    table_crc = 0
}

/** Loads and verifies a part of the table. @returns whether it is complete */
export async function loadTable(catheter: Catheter): Promise<boolean> {
    if (catheter.pair_list === PAIRS_SENT) return true
    const total = tableEntries(catheter)
    const tx = Buffer.alloc(CHUNK_LENGTH)
    const rx = Buffer.alloc(CHUNK_LENGTH)
    for (let n = 0; n < CHUNKS_PER_LOOP && entries < total; ++n) {
        const count = Math.min(CHUNK_ENTRIES, total - entries)
        for (let i = 0; i < count; ++i)
            writeTableEntry(tx, le.DATA_AT + i * TABLE_ENTRY_LENGTH, catheter, entries + i)
        await writeChunk(tx, rx, entries, count)
        await ds.sleep(0)
    }
    return entries >= total
}

/** Writes a piece of the pair list directly to the table. @returns GOOD, or why not */
async function takePairs(piece: Buffer, catheter: Catheter): Promise<number> {
    const first = partFirstPair(piece, 0)
    const reason = pair_list.accept(piece, 0, catheter.elements)
    if (reason !== GOOD) return reason
    if (first === 0) {
        table_crc = 0
        pairs_catheter = catheter.id
    }
    // Sets pulse and samples of the entries.
    fireByPairs(catheter, PAIRS_SENT, pair_list.total)
    const total = partPairCount(piece, 0)
    const tx = Buffer.alloc(CHUNK_LENGTH)
    const rx = Buffer.alloc(CHUNK_LENGTH)
    for (let from = 0; from < total; from += CHUNK_ENTRIES) {
        const count = Math.min(CHUNK_ENTRIES, total - from)
        for (let i = 0; i < count; ++i)
            writePairEntry(
                tx,
                le.DATA_AT + i * TABLE_ENTRY_LENGTH,
                catheter,
                first + from + i,
                partElement(piece, 0, 2 * (from + i)),
                partElement(piece, 0, 2 * (from + i) + 1)
            )
        await writeChunk(tx, rx, first + from, count)
    }
    return GOOD
}

/** Writes entries and reads them back, repeatedly until they agree. @throws CartFault */
async function writeChunk(tx: Buffer, rx: Buffer, first: number, count: number): Promise<void> {
    const end = le.DATA_AT + count * TABLE_ENTRY_LENGTH
    const command = Buffer.alloc(tx.length)
    writeCommand(tx, le.OP_WRITE_TABLE, 0, count, first)
    writeCommand(command, le.OP_READ_TABLE, 0, count, first)
    for (let tries = 0; tries < TRIES; ++tries) {
        await engine_chip.transfer(tx, rx)
        await engine_chip.transfer(command, rx)
        takeStatus(rx)
        let at = le.DATA_AT
        while (at < end && rx.getAt(at, "u32") === tx.getAt(at, "u32")) at += 4
        if (at < end) continue
        table_crc = crc32c(tx, le.DATA_AT, end, table_crc)
        entries = first + count
        return
    }
    throw new CartFault(FAULT_ENGINE_TABLE, first)
}
