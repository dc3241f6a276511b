// The budget of a firing sequence: frame-rate limits of transmit, bus, FIFO, link and rotor, and the tightest of them.

import {
    FRONT_END_LINE_ENGINE,
    FRONT_END_UN0RICK,
    SOUND_SPEED_MM_S,
    type Catheter,
} from "./catheters"
import {
    FIFO_LINES,
    LANES_SINGLE,
    linesPerBlock,
    SAMPLES_MAX,
    SPEED_MIN_MRPM,
    SPI_BLOCK_MAX,
    TABLE_ENTRIES,
} from "../devices/line-engine"
import { SAMPLE_FORMAT_RF16 } from "./line-record"
import {
    GOOD,
    REFUSED_BURST,
    REFUSED_DEPTH,
    REFUSED_FIFO,
    REFUSED_FRAME_RATE,
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
import { tableEntries } from "./firing-table"
import { lineLength, sampleFormat } from "./image-format"

export const FRAME_RATE_MIN_MHZ = 1000
export const FRAME_RATE_MAX_MHZ = 90000
/** Minimum frame rate of channel data: all pairs of 64 elements take two seconds on the bus. */
export const CHANNEL_DATA_RATE_MIN_MHZ = 100
export const DEPTH_MIN_UM = 1000

/** SCK of the line engine's bus. */
export const ENGINE_SPI_HZ = 40000000
/** Share of the bus for A-lines; the rest is for commands, status and the motor driver. */
export const SPI_SHARE = 0.85
/** Limit for whole blocks, which are padded at the end. */
export const BLOCK_SHARE = 0.9
/** Dead time of a firing in addition to its round trip: switching, transmit, reverberation in the catheter. */
export const FIRING_OVERHEAD_NS = 4000
/** Time without a read that the FIFO must be able to buffer. */
export const FIFO_BRIDGE_MS = 100
/** Assumed capacity of the link to the host, in bytes/s; not measured on a board. */
export const LINK_BYTES_PER_S = 8000000
/** Share of the burst header per A-line, for the smallest bursts in practice. */
export const LINK_BYTES_PER_LINE = 8

/** The data path from a line engine to the host; depends on the board. */
export interface LinePath {
    /** Data lanes for reading the FIFO: 1 or 4. */
    lanes: number
    /** Capacity of the FIFO, in A-lines. */
    fifo_lines: number
    /** Assumed capacity of the link to the host, in bytes/s. */
    link_bytes_per_s: number
}

/** The slowest path: one lane, the shortest FIFO, the link of an ESP32-S3. */
export function slowestPath(): LinePath {
    return {
        lanes: LANES_SINGLE,
        fifo_lines: FIFO_LINES,
        link_bytes_per_s: LINK_BYTES_PER_S,
    }
}

/** Timing of a sequence. `reason` is GOOD or the refusal code. */
export interface SequenceBudget {
    reason: number
    /**
     * The nearest value within all limits: frame rate in 0.001 Hz, depth in um, pulse cycles, or table entries, depending
     * on the reason. 0 if there is none.
     */
    nearest: number
    line_period_ns: number
    round_trip_ns: number
    lines_per_s: number
}

/** Time from the pulse to the echo of the deepest sample. */
export function roundTripNs(catheter: Catheter): number {
    return Math.ceil((2 * catheter.depth_um * 1000000) / SOUND_SPEED_MM_S)
}

/** Bits of an A-line on the front end's bus. An un0rick needs commands for each A-line and sends 16-bit words. */
export function lineBits(catheter: Catheter): number {
    return catheter.front_end === FRONT_END_UN0RICK
        ? 8 * UN_LINE_BYTES + 16 * (UN_LEAD_WORDS + catheter.samples_per_line)
        : 8 * lineLength(catheter)
}

/** Minimum frame rate in 0.001 Hz, without the limit of a rotor. */
export function frameRateMinMhz(catheter: Catheter): number {
    return sampleFormat(catheter) === SAMPLE_FORMAT_RF16
        ? CHANNEL_DATA_RATE_MIN_MHZ
        : FRAME_RATE_MIN_MHZ
}

/** Capacity of the front end's bus for A-lines, in bits/s. An un0rick always uses one lane. */
export function busBitsPerS(catheter: Catheter, lanes: number): number {
    if (catheter.front_end !== FRONT_END_UN0RICK) {
        const length = lineLength(catheter)
        const filled = (linesPerBlock(length) * length) / SPI_BLOCK_MAX
        const share = Math.min(SPI_SHARE, BLOCK_SHARE * filled)
        return share * ENGINE_SPI_HZ * lanes
    }
    // An un0rick is read only after each acquisition, so its bus is idle for part of each A-line.
    const bits = lineBits(catheter)
    const rest_us = UN_WAIT_US + UN_REST_US + UN_LINE_TRANSFERS * UN_TRANSFER_US
    const line_us = (bits * 1000000) / UN_SPI_HZ + rest_us
    return (SPI_SHARE * bits * 1000000) / line_us
}

/** Energy of a pulse, in nJ: each cycle charges and discharges the element by twice the supply voltage. */
export function pulseEnergyNj(catheter: Catheter): number {
    const swing_v = (2 * catheter.supply_mv) / 1000
    return (catheter.pulse_cycles * catheter.element_ff * swing_v * swing_v) / 1000000
}

/** Maximum frame rate in 0.001 Hz within one limit, given by its refusal code. */
export function maxFrameRateMhz(reason: number, catheter: Catheter, path: LinePath): number {
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
        // An un0rick fires an A-line only after the previous one has been read, so it cannot overflow.
        if (catheter.front_end !== FRONT_END_UN0RICK)
            largest = (1000 * path.fifo_lines * 1000) / FIFO_BRIDGE_MS / lines
    } else if (reason === REFUSED_LINK_RATE)
        largest = (1000 * path.link_bytes_per_s) / linkBytesPerFrame(catheter)
    else if (reason === REFUSED_ROTOR && catheter.rpm_max > 0)
        largest = (1000 * catheter.rpm_max) / 60
    return Math.floor(largest)
}

/** Length of a frame on the link to the host, in bytes. */
export function linkBytesPerFrame(catheter: Catheter): number {
    return catheter.lines_per_frame * (lineLength(catheter) + LINK_BYTES_PER_LINE)
}

/** The refusal code of the tightest limit of the frame rate. */
function tightestLimit(catheter: Catheter, path: LinePath): number {
    let reason = REFUSED_PRF
    let largest = maxFrameRateMhz(reason, catheter, path)
    for (let other = REFUSED_PRF + 1; other <= REFUSED_ROTOR; ++other) {
        const rate = maxFrameRateMhz(other, catheter, path)
        if (rate < largest) {
            largest = rate
            reason = other
        }
    }
    return reason
}

/** Checks depth, pulse, table, frame rate, transmit budget, FIFO, bus and link for the slowest path. */
export function budgetSequence(catheter: Catheter, frame_rate_mhz: number): SequenceBudget {
    return budgetOverPath(catheter, frame_rate_mhz, tableEntries(catheter), slowestPath())
}

/**
 * Checks the same limits for a table with this number of entries and the path of a board.
 * @returns the tightest exceeded limit, so that `nearest` is within all limits
 */
export function budgetOverPath(
    catheter: Catheter,
    frame_rate_mhz: number,
    entries: number,
    path: LinePath
): SequenceBudget {
    const limit = tightestLimit(catheter, path)
    const largest = Math.min(FRAME_RATE_MAX_MHZ, maxFrameRateMhz(limit, catheter, path))
    const lowest = frameRateMinMhz(catheter)
    // The minimum of the catheter may be below that of the front end's rotor.
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
        else if (frame_rate_mhz > largest) reason = limit
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
