// Responsible for: the firing sequence of a catheter: does it fit, and its table for the line engine.
// Not for: loading it (the firmware's acquisition) or firing it (the line engine).

import { putNumber, type Bytes } from "../protocol/bytes"
import {
    FRONT_END_LINE_ENGINE,
    FRONT_END_UN0RICK,
    SOUND_SPEED_MM_S,
    UN0RICK_SAMPLE_PS,
    type Catheter,
} from "./catheters"
import {
    FIFO_LINES,
    LANES_SINGLE,
    linesPerBlock,
    SAMPLES_MAX,
    SAMPLES_MIN,
    SPEED_MIN_MRPM,
    SPI_BLOCK_MAX,
    TABLE_ENTRIES,
} from "../devices/line-engine"
import {
    PAIRS_NONE,
    recordLength,
    SAMPLE_FORMAT_LOG8,
    SAMPLE_FORMAT_RF10,
    SAMPLE_FORMAT_RF16,
    sampleBytes,
} from "./line-record"
import {
    GOOD,
    REFUSED_BURST,
    REFUSED_DEPTH,
    REFUSED_FIFO,
    REFUSED_FRAME_RATE,
    REFUSED_LINES,
    REFUSED_LINK_RATE,
    REFUSED_POWER,
    REFUSED_PRF,
    REFUSED_PRF_MAX,
    REFUSED_PULSES,
    REFUSED_ROTOR,
    REFUSED_SAMPLES,
    REFUSED_SPI_RATE,
    REFUSED_TABLE,
} from "../codes"
import {
    UN_LEAD_WORDS,
    UN_LINE_BYTES,
    UN_LINE_TRANSFERS,
    UN_REST_US,
    UN_SPI_HZ,
    UN_TRANSFER_US,
    UN_WAIT_US,
} from "../devices/un0rick"

export const FRAME_RATE_MIN_MHZ = 1000
export const FRAME_RATE_MAX_MHZ = 90000
/** Frames of element data may take their time: all pairs of 64 elements leave the bus once in two seconds. */
export const CHANNEL_DATA_RATE_MIN_MHZ = 100
export const DEPTH_MIN_UM = 1000

/** SCK of the line engine's bus. */
export const ENGINE_SPI_HZ = 40000000
/** Share of the bus that lines may take; the rest is for commands, status and the motor driver. */
export const SPI_SHARE = 0.85
/** The same of whole blocks, in which the last records leave a rest that is clocked in for nothing. */
export const BLOCK_SHARE = 0.9
/** Time that a firing needs besides its round trip: switching, transmit, reverberation of the catheter. */
export const FIRING_OVERHEAD_NS = 4000
/** So long the FIFO must bridge while nobody reads it. */
export const FIFO_BRIDGE_MS = 100
/** Bytes a second that the link to the host is taken to carry; not measured on a board. */
export const LINK_BYTES_PER_S = 8000000
/** Header of a burst, shared out among the fewest lines that one brings in practice. */
export const LINK_BYTES_A_LINE = 8

/** Lines of a picture; element data has a record for each pair instead. */
export const PICTURE_LINES_MIN = 16
export const PICTURE_LINES_MAX = 512

/** What carries lines from a line engine to the host: not the same on every board. */
export interface LinePath {
    /** Data lanes on which the FIFO is read: 1, or 4. */
    lanes: number
    /** Lines that the FIFO holds. */
    fifo_lines: number
    /** Bytes a second that the link to the host is taken to carry. */
    link_bytes_per_s: number
}

/** The path of the least: one lane, the shortest FIFO, the link of an ESP32-S3. */
export function leastPath(): LinePath {
    return {
        lanes: LANES_SINGLE,
        fifo_lines: FIFO_LINES,
        link_bytes_per_s: LINK_BYTES_PER_S,
    }
}

/** What a sequence comes to in time. `reason` is GOOD or the refusal that it meets. */
export interface SequenceBudget {
    reason: number
    /**
     * The nearest that fits: a frame rate in mHz, within all limits at once; for a
     * refused depth um, for a refused burst cycles, for a refused table pairs. 0 if no value would do.
     */
    nearest: number
    line_period_ns: number
    round_trip_ns: number
    lines_per_s: number
}

/** From the pulse to the echo of the deepest sample. */
export function roundTripNs(catheter: Catheter): number {
    return Math.ceil((2 * catheter.depth_um * 1000000) / SOUND_SPEED_MM_S)
}

/** Bits of a line on the front end's bus. An un0rick is told and asked with each line, and sends words of 16 bits. */
export function lineBits(catheter: Catheter): number {
    return catheter.front_end === FRONT_END_UN0RICK
        ? 8 * UN_LINE_BYTES + 16 * (UN_LEAD_WORDS + catheter.samples_per_line)
        : 8 * lineLength(catheter)
}

export function sampleFormat(catheter: Catheter): number {
    if (catheter.front_end === FRONT_END_UN0RICK) return SAMPLE_FORMAT_RF10
    return catheter.sample_format || SAMPLE_FORMAT_LOG8
}

/** Bytes of a record. */
export function lineLength(catheter: Catheter): number {
    return recordLength(catheter.samples_per_line * sampleBytes(sampleFormat(catheter)))
}

/** The lowest frame rate that may be asked for, rotors apart. */
export function frameRateMinMhz(catheter: Catheter): number {
    return sampleFormat(catheter) === SAMPLE_FORMAT_RF16
        ? CHANNEL_DATA_RATE_MIN_MHZ
        : FRAME_RATE_MIN_MHZ
}

/** Bits a second that lines may take of the front end's bus. An un0rick has one lane whatever the board has. */
export function busBitsPerS(catheter: Catheter, lanes: number): number {
    if (catheter.front_end !== FRONT_END_UN0RICK) {
        const length = lineLength(catheter)
        const filled = (linesPerBlock(length) * length) / SPI_BLOCK_MAX
        const share = Math.min(SPI_SHARE, BLOCK_SHARE * filled)
        return share * ENGINE_SPI_HZ * lanes
    }
    // Line by line: it is read only when it has acquired, so its bus is idle for a part of each line.
    const bits = lineBits(catheter)
    const rest_us = UN_WAIT_US + UN_REST_US + UN_LINE_TRANSFERS * UN_TRANSFER_US
    const line_us = (bits * 1000000) / UN_SPI_HZ + rest_us
    return (SPI_SHARE * bits * 1000000) / line_us
}

/** `reason` is GOOD or why not; `nearest` then is the value that would do. */
export interface ImageFormatResult {
    reason: number
    nearest: number
}

/**
 * Gives a catheter so many lines a frame and samples a line instead of its own; 0 leaves its own. The depth
 * stays. Lines are those of a turn: an array's are the front end's, which sums its pairs into as many as it has.
 */
export function imageWith(catheter: Catheter, lines: number, samples: number): ImageFormatResult {
    if (lines !== 0 && lines !== catheter.lines_per_frame) {
        const nearest = catheter.rotor_sign
            ? Math.min(Math.max(lines, PICTURE_LINES_MIN), PICTURE_LINES_MAX)
            : catheter.lines_per_frame
        if (nearest !== lines) return { reason: REFUSED_LINES, nearest }
        catheter.lines_per_frame = lines
        catheter.firings_per_frame = lines
    }
    if (samples !== 0) {
        // Those of an un0rick follow from the depth.
        const nearest =
            catheter.front_end === FRONT_END_UN0RICK
                ? catheter.samples_per_line
                : Math.min(Math.max(samples, SAMPLES_MIN), SAMPLES_MAX)
        if (nearest !== samples) return { reason: REFUSED_SAMPLES, nearest }
        catheter.samples_per_line = samples
    }
    return { reason: GOOD, nearest: 0 }
}

/** Energy of a pulse, in nJ: its element is charged by twice the supply and discharged, once a cycle. */
export function pulseEnergyNj(catheter: Catheter): number {
    const swing_v = (2 * catheter.supply_mv) / 1000
    return (catheter.pulse_cycles * catheter.element_ff * swing_v * swing_v) / 1000000
}

/** Entries of the front end's table: the pairs where it lists them, else the lines. */
export function tableEntries(catheter: Catheter): number {
    return listedPairs(catheter) || catheter.lines_per_frame
}

/** What goes into the line engine's register PAIRS: 0 too where each line is a pair. */
export function listedPairs(catheter: Catheter): number {
    return catheter.pair_list ? PAIRS_NONE : catheter.elements * catheter.pair_span
}

/** The largest frame rate in mHz within one limit, by the code of its refusal. */
export function largestRateMhz(reason: number, catheter: Catheter, path: LinePath): number {
    const lines = catheter.lines_per_frame
    const firings = catheter.firings_per_frame
    let largest = Infinity
    if (reason === REFUSED_PRF)
        largest = 1000000000000 / (firings * (roundTripNs(catheter) + FIRING_OVERHEAD_NS))
    else if (reason === REFUSED_PRF_MAX) largest = (1000 * catheter.prf_max_hz) / firings
    else if (reason === REFUSED_PULSES) largest = (1000 * catheter.pulses_max_per_s) / firings
    else if (reason === REFUSED_POWER)
        largest = (1000000 * catheter.power_max_uw) / (firings * pulseEnergyNj(catheter))
    else if (reason === REFUSED_SPI_RATE)
        largest = (1000 * busBitsPerS(catheter, path.lanes)) / lineBits(catheter) / lines
    else if (reason === REFUSED_FIFO) {
        // An un0rick fires no further line before the last ones are read: nothing can overflow.
        if (catheter.front_end !== FRONT_END_UN0RICK)
            largest = (1000 * path.fifo_lines * 1000) / FIFO_BRIDGE_MS / lines
    } else if (reason === REFUSED_LINK_RATE)
        largest = (1000 * path.link_bytes_per_s) / linkBytesAFrame(catheter)
    else if (reason === REFUSED_ROTOR && catheter.rpm_max > 0)
        largest = (1000 * catheter.rpm_max) / 60
    return Math.floor(largest)
}

/** Bytes of a frame on the link to the host. */
export function linkBytesAFrame(catheter: Catheter): number {
    return catheter.lines_per_frame * (lineLength(catheter) + LINK_BYTES_A_LINE)
}

/** Which of the limits of the frame rate is the tightest. */
function tightest(catheter: Catheter, path: LinePath): number {
    let reason = REFUSED_PRF
    let largest = largestRateMhz(reason, catheter, path)
    for (let other = REFUSED_PRF + 1; other <= REFUSED_ROTOR; ++other) {
        const rate = largestRateMhz(other, catheter, path)
        if (rate < largest) {
            largest = rate
            reason = other
        }
    }
    return reason
}

/** Checks depth, firings, frame rate, transmit budget, FIFO, bus and link against each other, over the least path. */
export function budgetSequence(catheter: Catheter, frame_rate_mhz: number): SequenceBudget {
    return budgetOverPath(catheter, frame_rate_mhz, tableEntries(catheter), leastPath())
}

/**
 * The same for a table of so many entries and the path of a board.
 * @returns of several limits that are broken the tightest, so that what fits it fits them all
 */
export function budgetOverPath(
    catheter: Catheter,
    frame_rate_mhz: number,
    entries: number,
    path: LinePath
): SequenceBudget {
    const worst = tightest(catheter, path)
    const largest = Math.min(FRAME_RATE_MAX_MHZ, largestRateMhz(worst, catheter, path))
    const lowest = frameRateMinMhz(catheter)
    // A catheter may bear less than the front end's rotor can.
    const slowest_mrpm =
        catheter.rpm_min > 0 ? Math.max(1000 * catheter.rpm_min, SPEED_MIN_MRPM) : 0
    const smallest = Math.max(lowest, Math.ceil(slowest_mrpm / 60))
    let reason = GOOD
    let nearest = frame_rate_mhz
    if (!(catheter.depth_um >= DEPTH_MIN_UM && catheter.depth_um <= catheter.depth_max_um)) {
        reason = REFUSED_DEPTH
        nearest = catheter.depth_um > catheter.depth_max_um ? catheter.depth_max_um : DEPTH_MIN_UM
    } else if (!(
        catheter.pulse_cycles >= 1 && catheter.pulse_cycles <= catheter.burst_max_cycles
    )) {
        reason = REFUSED_BURST
        nearest = catheter.pulse_cycles > catheter.burst_max_cycles ? catheter.burst_max_cycles : 1
    } else if (
        catheter.front_end === FRONT_END_LINE_ENGINE &&
        !(catheter.samples_per_line <= SAMPLES_MAX)
    ) {
        reason = REFUSED_SAMPLES
        nearest = SAMPLES_MAX
    } else if (!(entries <= TABLE_ENTRIES)) {
        reason = REFUSED_TABLE
        nearest = TABLE_ENTRIES
    } else {
        if (!(frame_rate_mhz >= lowest && frame_rate_mhz <= FRAME_RATE_MAX_MHZ))
            reason = REFUSED_FRAME_RATE
        else if (frame_rate_mhz > largest) reason = worst
        else if (frame_rate_mhz < smallest) reason = REFUSED_ROTOR
        if (reason !== GOOD) {
            nearest = frame_rate_mhz > largest ? largest : smallest
            if (largest < smallest) nearest = 0
        }
    }
    return {
        reason,
        nearest,
        line_period_ns: Math.round(1000000000000 / (frame_rate_mhz * catheter.lines_per_frame)),
        round_trip_ns: roundTripNs(catheter),
        lines_per_s: (frame_rate_mhz * catheter.lines_per_frame) / 1000,
    }
}

/** One line of a frame, or one pair of a table of pairs, in the line engine's table. */
export const TABLE_ENTRY = `
index:u16
tx:u8
rx:u8
pulse_half_period_ns:u16
pulse_cycles:u8
reserved:u8
samples:u16
reserved_2:u16
sample_period_ps:u32
`
export const TABLE_ENTRY_LENGTH = 16

/**
 * Writes entry `index` of the catheter's own table at `offset`. Where the engine
 * chooses the pairs, tx and rx name the element nearest to the line's angle.
 */
export function writeTableEntry(
    to: Bytes,
    offset: number,
    catheter: Catheter,
    index: number
): void {
    const elements = catheter.elements
    if (catheter.pair_span > 0) {
        const span = catheter.pair_span
        const tx = Math.floor(index / span)
        const rx = tx + (index % span) - catheter.pair_lead
        writePairEntry(to, offset, catheter, index, tx, (rx + elements) % elements)
        return
    }
    const element = Math.floor((index * elements) / catheter.lines_per_frame)
    writePairEntry(to, offset, catheter, index, element, element)
}

/** Writes an entry of any list of pairs. */
export function writePairEntry(
    to: Bytes,
    offset: number,
    catheter: Catheter,
    index: number,
    tx: number,
    rx: number
): void {
    putNumber(to, offset, "u16", index)
    putNumber(to, offset + 2, "u8", tx)
    putNumber(to, offset + 3, "u8", rx)
    putNumber(to, offset + 4, "u16", Math.round(500000 / catheter.centre_frequency_khz))
    putNumber(to, offset + 6, "u8", catheter.pulse_cycles)
    putNumber(to, offset + 7, "u8", 0)
    putNumber(to, offset + 8, "u16", catheter.samples_per_line)
    putNumber(to, offset + 10, "u16", 0)
    putNumber(to, offset + 12, "u32", samplePeriodPs(catheter))
}

/** Time from sample to sample, in ps: there and back over one sample's depth. */
export function samplePeriodPs(catheter: Catheter): number {
    if (catheter.front_end === FRONT_END_UN0RICK) return UN0RICK_SAMPLE_PS
    if (catheter.sample_period_ps) return catheter.sample_period_ps
    const spacing_um = catheter.depth_um / catheter.samples_per_line
    return Math.round((2 * spacing_um * 1000000000) / SOUND_SPEED_MM_S)
}
