// Drives the un0rick board over SPI: presence, memory test, pulse and gain, single lines.
// Source: boards/un0rick.md.

import * as ds from "@devicescript/core"
import { Catheter } from "../../../shared/acquisition/catheters"
import { crc32c } from "../../../shared/protocol/crc32c"
import { recordLength } from "../../../shared/acquisition/line-record"
import { tgcOf, tgcStepNs } from "../../../shared/acquisition/tgc"
import * as un from "../../../shared/devices/un0rick"
import {
    un0rickControl,
    un0rickDacCode,
    un0rickGain,
    un0rickHalfPeriod,
    un0rickDepthUm,
    un0rickWidth,
    un0rickWords,
} from "../../../shared/devices/un0rick"
import {
    FAULT_UN0RICK_LATE,
    FAULT_UN0RICK_MEMORY,
    FAULT_UN0RICK_MISSING,
    FAULT_UN0RICK_RESET,
    FAULT_UN0RICK_SETTINGS,
    FAULT_UN0RICK_VERSION,
    FAULT_UN0RICK_WRITE,
} from "../../../shared/codes"
import { CartFault } from "../../platform/cart-fault"
import { SpiChip } from "../../platform/spi"

/** The memory filler takes 8.2 ms for the whole RAM, an acquisition 0.5 ms; the clock counts whole ms. */
const FILL_MS = 9
const ACQUISITION_MS = 1
const POLLS = 5
/** A disturbed transfer is repeated: the board has no checksum, so a value counts as wrong only three times in a row. */
const TRIES = 3
/** Damping, in half periods: four cycles. */
const DAMPING = 8
const ONE_WORD = un.UN_CONTROL_LENGTH + un.UN_WORD_LENGTH
const PULSE_WORDS = 5
const GAIN_LENGTH = ONE_WORD + (un.UN_GAIN_STEPS - 1) * un.UN_WORD_LENGTH
/** ACQDONE, NBLINES and ACQBUSY are consecutive: one read of three words. */
const STATUS_WORDS = 3
const STATUS_LENGTH = ONE_WORD + 2 * un.UN_WORD_LENGTH

/**
 * An acquisition takes 0.5 ms, and the status is read right after its start. A board that was seen acquiring in this many lines
 * in a row, and then in none of the next UNSEEN_LINES, no longer starts: the data read belong to an old line. A controller
 * that reads the status too late never sees an acquisition; then nothing is concluded.
 */
const SEEN_LINES = 8
const UNSEEN_LINES = 32

let chip: SpiChip
/** Volts at the VGA that code 1024 of the DAC gives on this board. */
let dac_volts = 0

/** Words of a line that are read. */
export let line_words = 0
/**
 * The last line: UN_CONTROL_LENGTH unused bytes, {@link line_words} big-endian words, and some unused bytes. It is as long as the record
 * that is made of it in place, since there is no memory for both. Allocated by {@link loadUn0rick}.
 */
export let line_block = Buffer.alloc(0)
/** CRC-32C of pulse and gain as planned for a board with 1 V at code 1024. */
export let un0rick_crc = 0

/** Starts in a row after which the board was seen acquiring, and further starts after which it need not be. */
let seen = 0
let unseen_left = 0

// What was loaded, as the commands that read it back.
const pulse = Buffer.alloc(ONE_WORD + (PULSE_WORDS - 1) * un.UN_WORD_LENGTH)
const gain = Buffer.alloc(GAIN_LENGTH)
/** What is read back: as long as the gain, and longer than the pulse. */
const read_back = Buffer.alloc(GAIN_LENGTH)
const tx = Buffer.alloc(ONE_WORD)
const rx = Buffer.alloc(ONE_WORD)
const status_tx = Buffer.alloc(STATUS_LENGTH)
const status_rx = Buffer.alloc(STATUS_LENGTH)
const samples_tx = Buffer.alloc(un.UN_CONTROL_LENGTH)

/**
 * To be called once, before any other function of this file.
 * @param volts setting of the board; a value that no board has is refused when the gain is loaded
 */
export function openUn0rick(spi: SpiChip, volts: number): void {
    chip = spi
    dac_volts = volts
    putControl(status_tx, false, true, STATUS_WORDS, un.UN_ACQDONE)
    // A read that a disturbed bit turns into a write writes what the register should hold.
    putWord(status_tx, 1, un.UN_NBLINES_USED)
}

function putControl(
    to: Buffer,
    write: boolean,
    increment: boolean,
    count: number,
    address: number
): void {
    const control = un0rickControl(write, increment, count, address)
    to[0] = control >> 16
    to[1] = (control >> 8) & 0xff
    to[2] = control & 0xff
}

/** Word `index` after a control word. */
function wordAt(block: Buffer, index: number): number {
    const at = un.UN_CONTROL_LENGTH + un.UN_WORD_LENGTH * index
    return (block[at] << 8) | block[at + 1]
}

function putWord(block: Buffer, index: number, value: number): void {
    const at = un.UN_CONTROL_LENGTH + un.UN_WORD_LENGTH * index
    block[at] = value >> 8
    block[at + 1] = value & 0xff
}

async function transferWord(write: boolean, address: number, value: number): Promise<void> {
    putControl(tx, write, false, 1, address)
    putWord(tx, 0, value)
    await chip.transfer(tx, rx)
}

/** Bit 15 of the value may be lost: at this clock the board outputs it too late. */
export async function readUn0rick(address: number): Promise<number> {
    await transferWord(false, address, 0)
    return wordAt(rx, 0)
}

/** The board does not acknowledge a write. */
async function writeUn0rick(address: number, value: number): Promise<void> {
    await transferWord(true, address, value)
}

/** Checks presence and version of the gateware. @throws CartFault */
export async function beginUn0rick(): Promise<void> {
    // Completes a control word that a reset of the controller cut short.
    await readUn0rick(un.UN_AUTHOR)
    await checkPresence()
    if (await differs(un.UN_VERSION, un.UN_VERSION_ID, 0xff))
        throw new CartFault(FAULT_UN0RICK_VERSION, wordAt(rx, 0) & 0xff)
}

/** @throws CartFault when no board answers; a board that was reset does answer */
export async function checkPresence(): Promise<void> {
    if (await differs(un.UN_AUTHOR, un.UN_AUTHOR_ID, 0xffff))
        throw new CartFault(FAULT_UN0RICK_MISSING, wordAt(rx, 0))
}

/** Whether a register differs from `value` in the bits of `mask` three times in a row. */
async function differs(address: number, value: number, mask: number): Promise<boolean> {
    for (let tries = 0; tries < TRIES; ++tries) {
        // The value again, as in the status request.
        await transferWord(false, address, value)
        if ((wordAt(rx, 0) & mask) === value) return false
    }
    return true
}

/** Loads pulse, gain curve and line length for a catheter, and verifies all that can be read back. @throws CartFault */
export async function loadUn0rick(catheter: Catheter): Promise<void> {
    const half = un0rickHalfPeriod(catheter.centre_frequency_khz)
    const words = un0rickWords(un0rickDepthUm(catheter))
    if (half === 0) throw new CartFault(FAULT_UN0RICK_SETTINGS, catheter.centre_frequency_khz)
    if (words === 0) throw new CartFault(FAULT_UN0RICK_SETTINGS, catheter.depth_um)
    if (!(dac_volts >= un.UN_DAC_VOLTS_MIN && dac_volts <= un.UN_DAC_VOLTS_MAX))
        throw new CartFault(FAULT_UN0RICK_SETTINGS, 0)
    putWord(pulse, 0, un.UN_INITDEL_USED)
    putWord(pulse, 1, un0rickWidth(half))
    putWord(pulse, 2, un0rickWidth(DAMPING * half))
    putWord(pulse, 3, un0rickWidth(half))
    await writeAll(pulse, un.UN_INITDEL, PULSE_WORDS)
    const curve = tgcOf(catheter)
    const step_ns = tgcStepNs(catheter)
    const radius_um = catheter.catheter_radius_um
    for (let i = 0; i < un.UN_GAIN_STEPS; ++i)
        putWord(gain, i, un0rickGain(curve, step_ns, radius_um, i))
    const from = un.UN_CONTROL_LENGTH
    un0rick_crc = crc32c(gain, from, gain.length, crc32c(pulse, from, pulse.length, 0))
    // The CRC names the plan, which is the same on every board.
    for (let i = 0; i < un.UN_GAIN_STEPS; ++i)
        putWord(gain, i, un0rickDacCode(wordAt(gain, i), dac_volts))
    await writeAll(gain, un.UN_DACGAIN, un.UN_GAIN_STEPS)
    // Between lines the gain rests at the value with which the next line begins.
    await writeChecked(un.UN_DACOUT, wordAt(gain, 0))
    await writeChecked(un.UN_NBLINES, un.UN_NBLINES_USED)
    await writeChecked(un.UN_HVMUXEN, 1)
    await writeUn0rick(un.UN_HVMUXSW, 0)
    if (words !== line_words) {
        line_words = words
        const samples = words - un.UN_LEAD_WORDS
        line_block = Buffer.alloc(recordLength(samples * un.UN_WORD_LENGTH))
        putControl(samples_tx, false, false, words, un.UN_RAMDATA)
    }
}

async function writeChecked(address: number, value: number): Promise<void> {
    for (let tries = 0; tries < TRIES; ++tries) {
        await writeUn0rick(address, value)
        if ((await readUn0rick(address)) === value) return
    }
    throw new CartFault(FAULT_UN0RICK_WRITE, address)
}

async function checkRegister(address: number, value: number): Promise<void> {
    if (await differs(address, value, 0xffff)) throw new CartFault(FAULT_UN0RICK_WRITE, address)
}

/** Writes consecutive registers in one burst and reads them back in another. */
async function writeAll(command: Buffer, address: number, count: number): Promise<void> {
    let differs_at = 0
    for (let tries = 0; tries < TRIES && differs_at >= 0; ++tries) {
        putControl(command, true, true, count, address)
        await chip.transfer(command, read_back)
        putControl(command, false, true, count, address)
        differs_at = await firstDifference(command, count)
    }
    if (differs_at >= 0) throw new CartFault(FAULT_UN0RICK_WRITE, address + differs_at)
}

async function checkAll(command: Buffer, address: number, count: number): Promise<void> {
    let differs_at = 0
    for (let tries = 0; tries < TRIES && differs_at >= 0; ++tries)
        differs_at = await firstDifference(command, count)
    if (differs_at >= 0) throw new CartFault(FAULT_UN0RICK_WRITE, address + differs_at)
}

/** Reads consecutive registers back. @returns index of the first one that differs; -1 if none does */
async function firstDifference(command: Buffer, count: number): Promise<number> {
    await chip.transfer(command, read_back)
    for (let i = 0; i < count; ++i) if (wordAt(read_back, i) !== wordAt(command, i)) return i
    return -1
}

/** Reads back pulse, gain and multiplexer. @throws CartFault if they are not as loaded */
export async function verifyUn0rick(): Promise<void> {
    // First, since a board that is away or was reset differs in all registers.
    await isLineDone()
    await checkAll(pulse, un.UN_INITDEL, PULSE_WORDS)
    await checkAll(gain, un.UN_DACGAIN, un.UN_GAIN_STEPS)
    await checkRegister(un.UN_DACOUT, wordAt(gain, 0))
    await checkRegister(un.UN_HVMUXEN, 1)
}

/** Checks the RAM that lines use with both patterns of the board's memory filler. Takes about 30 ms. @throws CartFault */
export async function testMemory(): Promise<void> {
    await checkPattern(un.UN_RAMFINC, 0, 1)
    await checkPattern(un.UN_RAMFDEC, 0xffff, -1)
}

async function checkPattern(fill: number, first: number, step: number): Promise<void> {
    let differs_at = 0
    for (let tries = 0; tries < TRIES && differs_at >= 0; ++tries)
        differs_at = await firstUnlike(fill, first, step)
    if (differs_at >= 0) throw new CartFault(FAULT_UN0RICK_MEMORY, differs_at)
}

/** Fills the RAM and reads it back. @returns index of the first word that differs from the pattern; -1 if none does */
async function firstUnlike(fill: number, first: number, step: number): Promise<number> {
    await writeUn0rick(fill, 1)
    await ds.sleep(FILL_MS)
    for (let polls = 0; (await readUn0rick(un.UN_RAMFDONE)) !== 1; ++polls) {
        if (polls === POLLS) throw new CartFault(FAULT_UN0RICK_LATE, fill)
        await ds.sleep(1)
    }
    await writeUn0rick(un.UN_RAMRADDRRST, 1)
    await chip.transfer(samples_tx, line_block)
    // Bit 15 of the first word of a read is lost.
    if ((wordAt(line_block, 0) & 0x7fff) !== (first & 0x7fff)) return 0
    for (let i = 1; i < line_words; ++i) if (wordAt(line_block, i) !== first + step * i) return i
    return -1
}

/** Prepares a line, except for its pulse. @throws CartFault if the board was reset: it would fire a pulse of its own defaults */
export async function prepareLine(switches: number): Promise<void> {
    await writeUn0rick(un.UN_HVMUXSW, switches)
    // The multiplexer takes 17 us to switch; meanwhile everything else is done.
    await writeUn0rick(un.UN_RAMRADDRRST, 1)
    await isLineDone()
}

/** Fires the line; {@link finishLine} reads it. */
export async function startLine(): Promise<void> {
    await writeUn0rick(un.UN_ACQSTART, 1)
}

/** @throws CartFault when the board no longer acquires but reports lines as done */
export async function checkStart(): Promise<void> {
    if (await isLineDone()) {
        seen = 0
        if (unseen_left > 0) {
            unseen_left--
            if (unseen_left === 0) throw new CartFault(FAULT_UN0RICK_LATE, un.UN_ACQSTART)
        }
    } else if (++seen >= SEEN_LINES) unseen_left = UNSEEN_LINES
}

/** Waits for the line that was started and reads it into {@link line_block}. @throws CartFault */
export async function finishLine(): Promise<void> {
    await ds.sleep(ACQUISITION_MS)
    for (let polls = 0; !(await isLineDone()); ++polls) {
        if (polls === POLLS) throw new CartFault(FAULT_UN0RICK_LATE, un.UN_ACQDONE)
        await ds.sleep(1)
    }
    await chip.transfer(samples_tx, line_block)
}

/** @returns whether no acquisition is in progress @throws CartFault if the board is missing or has lost its settings */
export async function isLineDone(): Promise<boolean> {
    for (let tries = 0; tries < TRIES; ++tries) {
        await chip.transfer(status_tx, status_rx)
        if (wordAt(status_rx, 1) === un.UN_NBLINES_USED)
            return wordAt(status_rx, 0) === 1 && wordAt(status_rx, 2) === 0
    }
    await checkPresence()
    // Switched off by a reset only.
    if (await differs(un.UN_HVMUXEN, 1, 0xffff))
        throw new CartFault(FAULT_UN0RICK_RESET, un.UN_AUTHOR_ID)
    throw new CartFault(FAULT_UN0RICK_WRITE, un.UN_NBLINES)
}
