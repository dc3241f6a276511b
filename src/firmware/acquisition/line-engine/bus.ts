// Transfers of the line engine: register reads and writes, the status returned with each, and the checks of both.
// Source: boards/line-engine.md, "Transactions".

import * as le from "../../../shared/devices/line-engine"
import { FAULT_ENGINE_BUS, FAULT_ENGINE_MISSING, FAULT_ENGINE_WRITE } from "../../../shared/codes"
import { slowestPath } from "../../../shared/acquisition/sequence-budget"
import { CartFault } from "../../platform/cart-fault"
import { SpiChip } from "../../platform/spi"
import { front_status } from "../front-end"
import { crc8 } from "./crc8"

/** A damaged transfer is repeated. */
export const TRIES = 3

export let engine_chip: SpiChip
/** FLAG_ bits as of the last transfer. */
export let engine_flags = 0
/** Lanes and FIFO length of the engine; four lanes only if the board's bus has four as well. */
export const engine_path = slowestPath()

const tx = Buffer.alloc(le.REPLY_LENGTH)
const rx = Buffer.alloc(le.REPLY_LENGTH)
const moment_tx = Buffer.alloc(le.COMMAND_LENGTH)
const moment_rx = Buffer.alloc(le.MOMENT_LENGTH)

/**
 * To be called once, before any other function of this folder.
 * @param link_bytes_per_s assumed throughput of the board's link to the host
 */
export function openEngineBus(chip: SpiChip, link_bytes_per_s: number): void {
    engine_chip = chip
    engine_path.link_bytes_per_s = link_bytes_per_s
    writeCommand(moment_tx, le.OP_STATUS, 0, 0, 0)
}

export function writeCommand(
    to: Buffer,
    op: number,
    address: number,
    count: number,
    value: number
): void {
    to[0] = op
    to[1] = address
    to.setAt(2, "u16", count)
    to.setAt(4, "u32", value >>> 0)
    to[8] = crc8(to, 0, 8)
}

/** Takes over the status at the start of an answer. @returns false if it was damaged; nothing is taken over then */
export function takeStatus(answer: Buffer): boolean {
    if (
        answer[le.STATUS_SYNC_AT] !== le.SYNC ||
        crc8(answer, 0, le.STATUS_CHECK_AT) !== answer[le.STATUS_CHECK_AT]
    ) {
        front_status.bus_errors++
        return false
    }
    engine_flags = answer[le.STATUS_FLAGS_AT]
    front_status.plugged = engine_flags & le.FLAG_CATHETER
    front_status.level = answer.getAt(le.STATUS_LEVEL_AT, "u16")
    front_status.dropped = answer.getAt(le.STATUS_DROPPED_AT, "u32")
    return true
}

/** Repeats a transfer until status and reply arrive undamaged; the check of the reply is at `check_at`. @throws CartFault */
async function exchange(command: Buffer, answer: Buffer, check_at: number): Promise<void> {
    for (let tries = 0; tries < TRIES; ++tries) {
        await engine_chip.transfer(command, answer)
        if (!takeStatus(answer)) continue
        if (crc8(answer, le.REPLY_AT, check_at) === answer[check_at]) return
        front_status.bus_errors++
    }
    const sync = answer[le.STATUS_SYNC_AT]
    throw new CartFault(sync === le.SYNC ? FAULT_ENGINE_BUS : FAULT_ENGINE_MISSING, sync)
}

async function registerTransfer(op: number, address: number, value: number): Promise<number> {
    writeCommand(tx, op, address, 0, value)
    await exchange(tx, rx, le.REPLY_CHECK_AT)
    return rx.getAt(le.REPLY_AT, "u32")
}

export async function readEngine(address: number): Promise<number> {
    return await registerTransfer(le.OP_READ, address, 0)
}

/** Writes a register. @returns the value that the engine took */
export async function writeEngineUnchecked(address: number, value: number): Promise<number> {
    return await registerTransfer(le.OP_WRITE, address, value)
}

/** Writes a register. @throws CartFault if the engine took another value */
export async function writeEngine(address: number, value: number): Promise<void> {
    value = value >>> 0
    if ((await writeEngineUnchecked(address, value)) !== value)
        throw new CartFault(FAULT_ENGINE_WRITE, address)
}

/** Reads status, line clock, position and trigger count of one moment, and feeds the engine's watchdog. */
export async function serviceEngine(): Promise<void> {
    await exchange(moment_tx, moment_rx, le.MOMENT_CHECK_AT)
    front_status.tick_us = moment_rx.getAt(le.MOMENT_TICK_AT, "u32")
    front_status.position_counts = moment_rx.getAt(le.MOMENT_POSITION_AT, "i32")
    front_status.triggers = moment_rx.getAt(le.MOMENT_TRIGGERS_AT, "u32")
}
