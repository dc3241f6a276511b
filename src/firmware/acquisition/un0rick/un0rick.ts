// Responsible for: the un0rick board over SPI: presence, memory test, pulse and gain, single lines.
// Not for: values of its registers (wire/un0rick.ts) or where the lines go.
// Source: boards/un0rick.md.

import { Catheter } from "../../../shared/acquisition/catheters"
import { crc32c } from "../../../shared/protocol/crc32c"
import { recordLength } from "../../../shared/acquisition/line-record"
import { tgcOf, tgcStepNs } from "../../../shared/acquisition/tgc"
import * as un from "../../../shared/devices/un0rick"
import {
    un0rickControl,
    un0rickGain,
    un0rickHalfPeriod,
    un0rickReachUm,
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
import * as ds from "@devicescript/core"

/** The filler needs 8.2 ms for the whole RAM, an acquisition 0.5 ms; the clock counts whole ms. */
const FILL_MS = 9
const ACQUISITION_MS = 1
const POLLS = 5
/** Damping, in half periods: four cycles. */
const DAMPING = 8
const ONE = un.UN_CONTROL_LENGTH + un.UN_WORD_LENGTH
/** ACQDONE, NBLINES and ACQBUSY lie side by side: one read of three words. */
const STATUS_WORDS = 3

function prepare(
    tx: Buffer,
    write: boolean,
    increment: boolean,
    words: number,
    address: number
): void {
    const control = un0rickControl(write, increment, words, address)
    tx[0] = control >> 16
    tx[1] = (control >> 8) & 0xff
    tx[2] = control & 0xff
}

/** Word `index` behind a control word. */
function wordAt(block: Buffer, index: number): number {
    const at = un.UN_CONTROL_LENGTH + un.UN_WORD_LENGTH * index
    return (block[at] << 8) | block[at + 1]
}

function putWord(block: Buffer, index: number, value: number): void {
    const at = un.UN_CONTROL_LENGTH + un.UN_WORD_LENGTH * index
    block[at] = value >> 8
    block[at + 1] = value & 0xff
}

/** Nothing is allocated for a line: what a line needs is made here and in load(). */
export class Un0rick {
    /** Samples of a line that are read. */
    words = 0
    /**
     * The last line: UN_CONTROL_LENGTH bytes of nothing, then {@link words} words, big-endian, and some bytes of nothing: it is
     * as long as the record that is made of it in place, since there is no memory for both.
     */
    block = Buffer.alloc(0)
    /** CRC-32C of pulse and gain as they are loaded. */
    crc = 0

    // What was loaded, as commands that would read it.
    private pulse = Buffer.alloc(ONE + 4 * un.UN_WORD_LENGTH)
    private gain = Buffer.alloc(ONE + (un.UN_GAIN_STEPS - 1) * un.UN_WORD_LENGTH)
    private tx = Buffer.alloc(ONE)
    private rx = Buffer.alloc(ONE)
    private status_tx = Buffer.alloc(ONE + 2 * un.UN_WORD_LENGTH)
    private status_rx = Buffer.alloc(ONE + 2 * un.UN_WORD_LENGTH)
    private samples_tx = Buffer.alloc(un.UN_CONTROL_LENGTH)
    /** What is read back: as long as the gain, and longer than the pulse. */
    private back = Buffer.alloc(this.gain.length)

    constructor(private chip: SpiChip) {
        prepare(this.status_tx, false, true, STATUS_WORDS, un.UN_ACQDONE)
    }

    /** Bit 15 of the value may be lost on the way: the board gives it too late for this clock. */
    async read(address: number): Promise<number> {
        prepare(this.tx, false, false, 1, address)
        putWord(this.tx, 0, 0)
        await this.chip.transfer(this.tx, this.rx)
        return wordAt(this.rx, 0)
    }

    /** Nothing comes back from a write. */
    async write(address: number, value: number): Promise<void> {
        prepare(this.tx, true, false, 1, address)
        putWord(this.tx, 0, value)
        await this.chip.transfer(this.tx, this.rx)
    }

    /** Is it there, and is it the gateware that we know. */
    async begin(): Promise<void> {
        // A control word that a reset of ours cut short is brought to its end by the first read.
        await this.read(un.UN_AUTHOR)
        await this.present()
        const version = (await this.read(un.UN_VERSION)) & 0xff
        if (version !== un.UN_VERSION_ID) throw new CartFault(FAULT_UN0RICK_VERSION, version)
    }

    /** @throws CartFault when nobody answers; one that was reset does */
    async present(): Promise<void> {
        const author = await this.read(un.UN_AUTHOR)
        if (author !== un.UN_AUTHOR_ID) throw new CartFault(FAULT_UN0RICK_MISSING, author)
    }

    /** Pulse, gain curve and length of line for a catheter; all that can be read back is compared. */
    async load(catheter: Catheter): Promise<void> {
        const half = un0rickHalfPeriod(catheter.centre_frequency_khz)
        const words = un0rickWords(un0rickReachUm(catheter))
        if (half === 0) throw new CartFault(FAULT_UN0RICK_SETTINGS, catheter.centre_frequency_khz)
        if (words === 0) throw new CartFault(FAULT_UN0RICK_SETTINGS, catheter.depth_um)
        const pulse = this.pulse
        putWord(pulse, 0, un.UN_INITDEL_USED)
        putWord(pulse, 1, un0rickWidth(half))
        putWord(pulse, 2, un0rickWidth(DAMPING * half))
        putWord(pulse, 3, un0rickWidth(half))
        await this.writeAll(pulse, un.UN_INITDEL, 5)
        const steps = un.UN_GAIN_STEPS
        const gain = this.gain
        const curve = tgcOf(catheter)
        const step_ns = tgcStepNs(catheter)
        const radius_um = catheter.catheter_radius_um
        for (let i = 0; i < steps; ++i) putWord(gain, i, un0rickGain(curve, step_ns, radius_um, i))
        await this.writeAll(gain, un.UN_DACGAIN, steps)
        // Between lines the gain waits where the next line begins.
        await this.writeChecked(un.UN_DACOUT, wordAt(gain, 0))
        await this.writeChecked(un.UN_NBLINES, un.UN_NBLINES_USED)
        await this.writeChecked(un.UN_HVMUXEN, 1)
        await this.write(un.UN_HVMUXSW, 0)
        const from = un.UN_CONTROL_LENGTH
        this.crc = crc32c(gain, from, gain.length, crc32c(pulse, from, pulse.length, 0))
        if (words !== this.words) {
            this.words = words
            const samples = words - un.UN_LEAD_WORDS
            this.block = Buffer.alloc(recordLength(samples * un.UN_WORD_LENGTH))
            prepare(this.samples_tx, false, false, words, un.UN_RAMDATA)
        }
    }

    private async writeChecked(address: number, value: number): Promise<void> {
        await this.write(address, value)
        if ((await this.read(address)) !== value) throw new CartFault(FAULT_UN0RICK_WRITE, address)
    }

    /** Neighbouring registers in one burst, then the same burst read back. */
    private async writeAll(tx: Buffer, address: number, words: number): Promise<void> {
        prepare(tx, true, true, words, address)
        await this.chip.transfer(tx, this.back)
        prepare(tx, false, true, words, address)
        await this.compare(tx, address, words)
    }

    private async compare(tx: Buffer, address: number, words: number): Promise<void> {
        const rx = this.back
        await this.chip.transfer(tx, rx)
        for (let i = 0; i < words; ++i)
            if (wordAt(rx, i) !== wordAt(tx, i))
                throw new CartFault(FAULT_UN0RICK_WRITE, address + i)
    }

    /** Reads back pulse, gain and mux. @throws CartFault when they are not what was loaded */
    async verify(): Promise<void> {
        await this.compare(this.pulse, un.UN_INITDEL, 5)
        await this.compare(this.gain, un.UN_DACGAIN, un.UN_GAIN_STEPS)
        if ((await this.read(un.UN_DACOUT)) !== wordAt(this.gain, 0))
            throw new CartFault(FAULT_UN0RICK_WRITE, un.UN_DACOUT)
        if ((await this.read(un.UN_HVMUXEN)) !== 1)
            throw new CartFault(FAULT_UN0RICK_WRITE, un.UN_HVMUXEN)
    }

    /** Both patterns of the board's own filler, over the words that lines will use. Takes some 30 ms. */
    async selfTest(): Promise<void> {
        await this.checkPattern(un.UN_RAMFINC, 0, 1)
        await this.checkPattern(un.UN_RAMFDEC, 0xffff, -1)
    }

    private async checkPattern(fill: number, first: number, step: number): Promise<void> {
        await this.write(fill, 1)
        await ds.sleep(FILL_MS)
        for (let polls = 0; (await this.read(un.UN_RAMFDONE)) !== 1; ++polls) {
            if (polls === POLLS) throw new CartFault(FAULT_UN0RICK_LATE, fill)
            await ds.sleep(1)
        }
        await this.write(un.UN_RAMRADDRRST, 1)
        await this.chip.transfer(this.samples_tx, this.block)
        const block = this.block
        const words = this.words
        // Bit 15 of the first word of a read is not to be had.
        if ((wordAt(block, 0) & 0x7fff) !== (first & 0x7fff))
            throw new CartFault(FAULT_UN0RICK_MEMORY, 0)
        for (let i = 1; i < words; ++i)
            if (wordAt(block, i) !== first + step * i) throw new CartFault(FAULT_UN0RICK_MEMORY, i)
    }

    /** All of a line but its pulse. @throws CartFault when the board was reset: it would fire a pulse of its own making */
    async prepareLine(switches: number): Promise<void> {
        await this.write(un.UN_HVMUXSW, switches)
        // The switches need 17 us to be told: what can be done before the start is done here.
        await this.write(un.UN_RAMRADDRRST, 1)
        await this.isDone()
    }

    /** Fires the line; {@link finish} brings it. */
    async start(): Promise<void> {
        await this.write(un.UN_ACQSTART, 1)
    }

    /** Waits for the line that was started and reads it into {@link block}. */
    async finish(): Promise<void> {
        await ds.sleep(ACQUISITION_MS)
        for (let polls = 0; !(await this.isDone()); ++polls) {
            if (polls === POLLS) throw new CartFault(FAULT_UN0RICK_LATE, un.UN_ACQDONE)
            await ds.sleep(1)
        }
        await this.chip.transfer(this.samples_tx, this.block)
    }

    /** Whether nothing is being acquired. @throws CartFault when the board is not there, or has lost its settings */
    async isDone(): Promise<boolean> {
        const rx = this.status_rx
        await this.chip.transfer(this.status_tx, rx)
        const lines = wordAt(rx, 1)
        if (lines !== un.UN_NBLINES_USED) {
            await this.present()
            throw new CartFault(FAULT_UN0RICK_RESET, un.UN_AUTHOR_ID)
        }
        return wordAt(rx, 0) === 1 && wordAt(rx, 2) === 0
    }
}
