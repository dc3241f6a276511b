// An un0rick as the cart's front end. The board has no clock, counters, FIFO or inputs: this program fires each line when it is
// due by the controller's millisecond clock and the pump requests it. A line that is not requested in time counts as refused.

import * as ds from "@devicescript/core"
import { Catheter } from "../../../shared/acquisition/catheters"
import * as codes from "../../../shared/codes"
import { ADDRESS_STATUS } from "../../../shared/protocol/register-dump"
import { un0rickElement, un0rickSwitch } from "../../../shared/devices/un0rick"
import { CartFault } from "../../platform/cart-fault"
import { SpiChip } from "../../platform/spi"
import { FrontEnd, front_status, RecordReader } from "../front-end"
import {
    beginRecords,
    flagsAt,
    line_index,
    makeRecord,
    makeTestRecord,
    setRecordBlock,
    setRecordGate,
    setRecordWindow,
} from "./records"
import {
    beginUn0rick,
    checkPresence,
    checkStart,
    finishLine,
    isLineDone,
    line_block,
    loadUn0rick,
    openUn0rick,
    prepareLine,
    readUn0rick,
    startLine,
    testMemory,
    un0rick_crc,
    verifyUn0rick,
} from "./un0rick"

/** Longest pause of the pump; shorter if a line is due earlier. */
const PAUSE_MAX_MS = 10
/** Each line shows that the board is present; after this time without a line its status is read. */
const QUIET_MS = 50
const CLOCK_US = 4294967296
/** Registers of the board that can be read and are used. In flash, not on the heap. */
export const UN0RICK_READABLE = hex`00 01 02 03 04 07 20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f 30 31 32 33 34 35 36 37 38 39 3a 3b 3c 3d 3e 3f 51 52 53 6f 70 a6 f0 f1`

/** The sled's encoder, which is not connected to this board. */
export interface EncoderInput {
    nmPerCount(): number
    /** As of the last poll of the control loop. */
    positionNm(): number
    /** As it is now. */
    measureNm(): Promise<number>
}

/** The catheter that is wired to the board, by the board's setting; undefined if the setting names none. */
let catheter: Catheter | undefined
let encoder: EncoderInput
let armed = false
/** The pump is in a line: between its transfers the control loop must not use the board. */
let acquiring = false
/** The control loop is using the board: the pump must not begin a line. */
let checking = false
/** Time at which the board last answered. */
let answered_ms = 0
let period_ms = 0
/** Time at which the next line is due, in ms with fraction. */
let due_ms = 0
let test_lines = 0
let lines_fired = 0
let lines_refused = 0
/** A line was started and its end not seen; unless it is still in progress, it is unknown whether it fired. */
let in_doubt = false
export const un0rick_reader: RecordReader = {
    block: line_block,
    data_at: 0,
    lines_per_block: 1,
    setRecords: setRecords,
    read: readLine,
}

export const un0rick_front_end: FrontEnd = {
    inhibit_flag: 0,
    service: service,
    readRegister: readRegister,
    selfTest: selfTest,
    watch: watch,
    catheterId: async () => (catheter ? catheter.id : ""),
    catheterSerial: zero,
    beginLoad: beginLoad,
    continueLoad: continueLoad,
    configure: configure,
    verifyLoaded: verifyLoaded,
    fire: fire,
    stop: stop,
    setWindow: async (start, end) => setRecordWindow(start, end),
    setGate: async (open, epoch) => setRecordGate(open, epoch),
    setPosition: setPosition,
    triggerTickUs: zero,
    linesFired: linesFired,
    linesRefused: async () => lines_refused,
    sendTestLines: sendTestLines,
}

/** To be called once, before any other function of this file. */
export function openUn0rickFrontEnd(
    chip: SpiChip,
    wired: Catheter | undefined,
    encoder_input: EncoderInput,
    dac_volts: number
): void {
    openUn0rick(chip, dac_volts)
    catheter = wired
    encoder = encoder_input
    // The board cannot detect a catheter.
    front_status.plugged = 1
    front_status.pause_ms = PAUSE_MAX_MS
}

async function zero(): Promise<number> {
    return 0
}

/** Microseconds of the controller's clock, modulo 2^32. */
function clockUs(): number {
    const us = ds.millis() * 1000
    return us - Math.floor(us / CLOCK_US) * CLOCK_US
}

function countsOf(nm: number): number {
    return Math.round(nm / encoder.nmPerCount())
}

async function readRegister(address: number): Promise<number> {
    // Presence only: the registers of a board that was reset are useful too.
    await checkPresence()
    // A transfer of this board has no status.
    if (address === ADDRESS_STATUS) return armed ? 1 : 0
    return await readUn0rick(address)
}

async function selfTest(): Promise<void> {
    armed = false
    await holdPump()
    try {
        await beginUn0rick()
        if (!catheter) throw new CartFault(codes.FAULT_UN0RICK_CATHETER, 0)
        await loadBoard(catheter)
        await testMemory()
    } finally {
        checking = false
    }
}

/** Waits until no line is being acquired, and keeps the pump from the next one until `checking` is cleared. */
async function holdPump(): Promise<void> {
    checking = true
    while (acquiring) await ds.sleep(1)
}

async function watch(_plugged: boolean, firing: boolean): Promise<CartFault | undefined> {
    front_status.tick_us = clockUs()
    front_status.position_counts = countsOf(encoder.positionNm())
    if (acquiring || ds.millis() - answered_ms < QUIET_MS) return undefined
    checking = true
    try {
        await isLineDone()
        answered_ms = ds.millis()
    } finally {
        checking = false
    }
    return firing && !armed ? new CartFault(codes.FAULT_ENGINE_STOPPED, 0) : undefined
}

async function beginLoad(_catheter: Catheter): Promise<void> {
    await stop()
    lines_fired = 0
    lines_refused = 0
    in_doubt = false
    beginRecords()
}

async function continueLoad(chosen: Catheter): Promise<boolean> {
    await holdPump()
    try {
        await loadBoard(chosen)
    } finally {
        checking = false
    }
    catheter = chosen
    front_status.sequence_crc = un0rick_crc
    return true
}

async function configure(_catheter: Catheter, line_period_ns: number): Promise<void> {
    period_ms = line_period_ns / 1000000
}

async function verifyLoaded(): Promise<void> {
    await holdPump()
    try {
        await isLineDone()
        await verifyUn0rick()
    } finally {
        checking = false
    }
}

async function fire(): Promise<void> {
    await verifyLoaded()
    // The pump may be asleep until then: lines before that would count as missed.
    due_ms = ds.millis() + PAUSE_MAX_MS
    armed = true
}

/** A line that was started is completed. */
async function stop(): Promise<void> {
    if (armed) skipMissed(ds.millis())
    armed = false
    front_status.level = 0
}

/** Counts lines that were due more than a period before `now_ms` as refused. */
function skipMissed(now_ms: number): void {
    const missed = Math.floor((now_ms - due_ms) / period_ms)
    if (missed <= 0) return
    lines_refused += missed
    due_ms += missed * period_ms
}

/** Nothing to do: the encoder is that of the motor driver, which was zeroed. */
async function setPosition(_counts: number): Promise<void> {}

async function linesFired(): Promise<number> {
    if (in_doubt && !acquiring) throw new CartFault(codes.FAULT_UN0RICK_MISSING, 0)
    return lines_fired
}

async function sendTestLines(_samples: number, _format: number, lines: number): Promise<void> {
    test_lines = lines
}

/** The level is 1 while a line is due. */
async function service(): Promise<void> {
    const wait_ms = Math.ceil(due_ms - ds.millis())
    const due = test_lines > 0 || (armed && wait_ms <= 0)
    front_status.level = due ? 1 : 0
    front_status.pause_ms = armed && wait_ms < PAUSE_MAX_MS ? Math.max(1, wait_ms) : PAUSE_MAX_MS
}

/** Nothing to do: the record length follows from the catheter for which the board was loaded. */
function setRecords(_length: number): void {}

/** A record is made in the buffer into which the board is read. */
async function loadBoard(chosen: Catheter): Promise<void> {
    await loadUn0rick(chosen)
    un0rick_reader.block = line_block
    setRecordBlock()
}

/** Fires a line that is due. @returns 1 when its record is in the block */
async function readLine(): Promise<number> {
    front_status.level = 0
    if (test_lines > 0) {
        test_lines--
        makeTestRecord()
        return 1
    }
    const now_ms = ds.millis()
    if (!armed || checking || now_ms < due_ms) return 0
    acquiring = true
    let lines = 0
    try {
        lines = await acquire(now_ms)
    } finally {
        acquiring = false
    }
    return lines
}

/** @returns lines fired: none if firing was stopped before the pulse */
async function acquire(now_ms: number): Promise<number> {
    if (!catheter) return 0
    if (line_index === 0) await verifyUn0rick()
    await prepareLine(un0rickSwitch(un0rickElement(catheter, line_index)))
    if (!armed) return 0
    skipMissed(now_ms)
    due_ms += period_ms
    in_doubt = true
    await startLine()
    const tick_us = clockUs()
    await checkStart()
    const counts = countsOf(await encoder.measureNm())
    const line = lines_fired
    const flags = flagsAt(counts)
    await finishLine()
    answered_ms = ds.millis()
    lines_fired++
    in_doubt = false
    makeRecord(line, tick_us, counts, flags, catheter.samples_per_line, catheter.lines_per_frame)
    return 1
}
