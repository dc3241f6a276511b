// Registers and constants of the un0rick board: control word, pulse, gain steps, time of an A-line (contract: boards/un0rick.md).

import { SOUND_SPEED_MM_S, type Catheter } from "../acquisition/catheters"
import { recordLength } from "../acquisition/line-record"
import { tgcGainCdb } from "../acquisition/tgc"

// Registers, 16 bits on the bus; boards/un0rick.md lists the bits in use.
export const UN_INITDEL = 0x00
export const UN_PONW = 0x01
export const UN_POFFW = 0x02
export const UN_INTERW = 0x03
export const UN_DRMODE = 0x04
export const UN_DACOUT = 0x07
export const UN_DACGAIN = 0x20
export const UN_ACQSTART = 0x50
export const UN_ACQDONE = 0x51
export const UN_NBLINES = 0x52
export const UN_ACQBUSY = 0x53
export const UN_HVMUXEN = 0x6f
export const UN_HVMUXSW = 0x70
export const UN_RAMDATA = 0xa0
export const UN_RAMRADDRRST = 0xa1
export const UN_RAMFINC = 0xa4
export const UN_RAMFDEC = 0xa5
export const UN_RAMFDONE = 0xa6
export const UN_AUTHOR = 0xf0
export const UN_VERSION = 0xf1

/** Values of AUTHOR and of the low byte of VERSION. */
export const UN_AUTHOR_ID = 0x01
export const UN_VERSION_ID = 0x01

/** Bytes of the control word and of a data word. */
export const UN_CONTROL_LENGTH = 3
export const UN_WORD_LENGTH = 2

export const UN_SPI_MODE = 0
/** An eighth of the sample clock: above it, words of a burst are lost. */
export const UN_SPI_LIMIT_HZ = 7968750
/** The fastest SCK that an ESP32-S3 divides from 80 MHz below this limit. */
export const UN_SPI_HZ = 7272727

/** Clock of the pulser; pulse widths count its periods. */
export const UN_PULSER_HZ = 127500000
/** Clock of ADC and logic: nominally 64 MHz. */
export const UN_SAMPLE_HZ = 63750000
/** RAM words of an A-line, independent of the number read. */
export const UN_LINE_WORDS = 16384
export const UN_LINES_MAX = 32
export const UN_RAM_WORDS = 524288
export const UN_GAIN_STEPS = 32
/** Samples per gain step, and samples between the start and sample 0. */
export const UN_STEP_WORDS = 512
/** Maximum width of a pulse register, in periods. */
export const UN_WIDTH_MAX = 256
export const UN_MUX_SWITCHES = 16

/** Words in one SPI block of 4,096 bytes. */
export const UN_READ_MAX = 2046
/** INITDEL: the pulse starts (INITDEL + 2) / 2 samples after sample 0, so exactly at sample UN_LEAD_WORDS. */
export const UN_INITDEL_USED = 6
/** Samples before the echo of depth 0. */
export const UN_LEAD_WORDS = 4
/**
 * Value of NBLINES. The sequencer uses the low five bits (one line). The upper bits keep their value until a reset, so a
 * reset is visible in every status.
 */
export const UN_NBLINES_USED = 0xa0

/** Gain of the VGA: 50 dB/V (AD8331), for a board with 1 V at code 1024; {@link un0rickDacCode} is for any other. */
const GAIN_SPAN_CDB = 5000
const GAIN_CODES = 1024

/** The 24 bits before the data. `words` is 1 to 16,384. */
export function un0rickControl(
    write: boolean,
    increment: boolean,
    words: number,
    address: number
): number {
    return (write ? 0x800000 : 0) | (increment ? 0x400000 : 0) | ((words - 1) << 8) | address
}

/**
 * Half a period of this frequency in periods of the pulser clock; 0 if the pulser cannot produce it or it exceeds half the
 * sample rate of 63.75 MHz.
 */
export function un0rickHalfPeriod(frequency_khz: number): number {
    if (!(frequency_khz > 0 && 2000 * frequency_khz <= UN_SAMPLE_HZ)) return 0
    const periods = Math.round(UN_PULSER_HZ / 1000 / (2 * frequency_khz))
    return periods <= UN_WIDTH_MAX ? periods : 0
}

/** The actual frequency of the pulse, in kHz. */
export function un0rickActualKhz(half_period: number): number {
    return UN_PULSER_HZ / 1000 / (2 * half_period)
}

/** Value of a width register for this number of periods; the register holds the number minus one. */
export function un0rickWidth(periods: number): number {
    return Math.min(Math.max(Math.round(periods), 1), UN_WIDTH_MAX) - 1
}

/** Name of the board setting that selects an un0rick as the front end and names its catheter. */
export const UN0RICK_SETTING = "catheter"

/** Imaged depth from the surface of the element, where the time of an un0rick starts. */
export function un0rickDepthUm(catheter: Catheter): number {
    return catheter.depth_um - catheter.catheter_radius_um
}

/** Words from the start of an A-line to the echo of this depth; 0 if one read cannot hold them. */
export function un0rickWords(depth_um: number): number {
    const echo = Math.ceil((2 * depth_um * UN_SAMPLE_HZ) / (1000 * SOUND_SPEED_MM_S))
    const words = UN_LEAD_WORDS + echo
    return echo >= 1 && words <= UN_READ_MAX ? words : 0
}

/**
 * DACGAIN[step]: the gain of a curve (tgc.ts) at the middle of the step's 512 samples, 6.2 mm of depth. The curve
 * starts at the catheter's centre, the board's time at its surface.
 * @returns 0 to 1023
 */
export function un0rickGain(
    curve: readonly number[],
    step_ns: number,
    radius_um: number,
    step: number
): number {
    const samples = (step + 0.5) * UN_STEP_WORDS - UN_LEAD_WORDS
    const surface_ns = (radius_um * 2000000) / SOUND_SPEED_MM_S
    const time_ns = surface_ns + (samples * 1000000000) / UN_SAMPLE_HZ
    const cdb = tgcGainCdb(curve, step_ns, time_ns)
    const code = Math.round((cdb * GAIN_CODES) / GAIN_SPAN_CDB)
    return Math.min(Math.max(code, 0), GAIN_CODES - 1)
}

/** Board setting, of at most 13 characters as the runtime demands: volts at the VGA's gain pin that code 1024 of the DAC gives, as measured on this board. */
export const UN0RICK_DAC_SETTING = "dac_volts1024"
export const UN_DAC_VOLTS_DEFAULT = 1

/** What a board can have: 1 V is what the public library assumes, 2.048 and 4.096 V are full scales of the MCP4811. */
export const UN_DAC_VOLTS_MIN = 0.5
export const UN_DAC_VOLTS_MAX = 5

/** The code that gives a board of `volts` at code 1024 the gain of `code` at 1 V. */
export function un0rickDacCode(code: number, volts: number): number {
    return Math.min(Math.round(code / volts), GAIN_CODES - 1)
}

/** Gain of a code at 1 V, in 0.01 dB. */
export function un0rickGainCdb(code: number): number {
    return (code * GAIN_SPAN_CDB) / GAIN_CODES
}

/** Element of this A-line: the A-lines are distributed over the elements. */
export function un0rickElement(catheter: Catheter, index: number): number {
    return Math.floor((index * catheter.elements) / catheter.lines_per_frame)
}

/** HVMUXSW with one switch closed; 0 for an unknown switch. */
export function un0rickSwitch(element: number): number {
    return element >= 0 && element < UN_MUX_SWITCHES ? 1 << element : 0
}

/** Time from the write of ACQSTART to ACQDONE, in us; every A-line is followed by an empty one. */
export function un0rickAcquisitionUs(lines: number): number {
    const ticks = UN_STEP_WORDS + 2 * lines * UN_LINE_WORDS + 3
    return (ticks * 1000000) / UN_SAMPLE_HZ
}

/** Timing of a frame, in us; the rate in 0.001 Hz. */
export interface Un0rickBudget {
    words: number
    bus_us: number
    wait_us: number
    overhead_us: number
    line_us: number
    frame_us: number
    frame_rate_mhz: number
}

/** Transfers per A-line: switches, read address, status, start, status, samples. */
export const UN_LINE_TRANSFERS = 6
/** Bytes of these transfers besides the words; the last one has the length of the line record. */
export const UN_LINE_BYTES = 5 + 5 + 9 + 5 + 9 + recordLength(0) - UN_WORD_LENGTH * UN_LEAD_WORDS
/** Wait for an acquisition: it takes 0.5 ms, and the controller's clock counts whole ms. */
export const UN_WAIT_US = 1000
/** Maximum pause of the pump after an A-line. */
export const UN_REST_US = 1000
/** Overhead of a transfer: an estimate, from the virtual board. */
export const UN_TRANSFER_US = 5

/**
 * Timing of a frame, which is acquired one A-line after the other.
 * @param sck_hz clock of the bus
 * @param wait_us wait of the controller for an acquisition: at least its duration, in steps of its clock
 * @param transfer_us overhead of a transfer
 */
export function budgetUn0rick(
    catheter: Catheter,
    sck_hz: number,
    wait_us: number,
    transfer_us: number
): Un0rickBudget {
    const words = un0rickWords(un0rickDepthUm(catheter))
    const bytes = UN_LINE_BYTES + UN_WORD_LENGTH * words
    const bus_us = (8000000 * bytes) / sck_hz
    const overhead_us = UN_LINE_TRANSFERS * transfer_us
    const line_us = bus_us + wait_us + overhead_us
    const frame_us = catheter.lines_per_frame * line_us
    return {
        words,
        bus_us,
        wait_us,
        overhead_us,
        line_us,
        frame_us,
        frame_rate_mhz: Math.floor(1000000000 / frame_us),
    }
}
