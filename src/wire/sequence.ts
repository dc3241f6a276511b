// Responsible for: the firing sequence of a catheter: does it fit, and its table for the line engine.
// Not for: loading it (the firmware's acquisition) or firing it (the line engine).

import { putNumber, type Bytes } from "./bytes"
import { SOUND_SPEED_MM_S, type Catheter } from "./catheters"
import { recordLength } from "./line-record"
import {
    GOOD,
    REFUSED_FRAME_RATE,
    REFUSED_PRF,
    REFUSED_SPI_RATE,
} from "./reasons"

export const FRAME_RATE_MIN_MHZ = 1000
export const FRAME_RATE_MAX_MHZ = 90000

/** SCK of the line engine's bus. */
export const ENGINE_SPI_HZ = 40000000
/** Share of the bus that lines may take; the rest is for commands, status and the motor driver. */
const SPI_SHARE = 0.85
/** Time that a firing needs besides its round trip: switching, transmit, reverberation of the catheter. */
export const FIRING_OVERHEAD_NS = 4000

/** What a sequence comes to in time. `reason` is GOOD or the refusal that it meets, `limit_mhz` the nearest rate that fits. */
export interface SequenceBudget {
    reason: number
    limit_mhz: number
    line_period_ns: number
    round_trip_ns: number
    lines_per_s: number
}

/** Checks depth, firings, frame rate and bus against each other. */
export function budgetSequence(
    catheter: Catheter,
    frame_rate_mhz: number
): SequenceBudget {
    const round_trip_ns = Math.ceil(
        (2 * catheter.depth_um * 1000000) / SOUND_SPEED_MM_S
    )
    const lines = catheter.lines_per_frame
    const frame_ns =
        catheter.firings_per_frame * (round_trip_ns + FIRING_OVERHEAD_NS)
    const prf_mhz = Math.floor(1000000000000 / frame_ns)
    const bits = 8 * recordLength(catheter.samples_per_line)
    const spi_mhz = Math.floor(
        (1000 * SPI_SHARE * ENGINE_SPI_HZ) / bits / lines
    )
    let reason = GOOD
    let limit_mhz = frame_rate_mhz
    if (!(
        frame_rate_mhz >= FRAME_RATE_MIN_MHZ &&
        frame_rate_mhz <= FRAME_RATE_MAX_MHZ
    )) {
        reason = REFUSED_FRAME_RATE
        limit_mhz =
            frame_rate_mhz > FRAME_RATE_MAX_MHZ
                ? FRAME_RATE_MAX_MHZ
                : FRAME_RATE_MIN_MHZ
    } else if (frame_rate_mhz > prf_mhz) {
        reason = REFUSED_PRF
        limit_mhz = prf_mhz
    } else if (frame_rate_mhz > spi_mhz) {
        reason = REFUSED_SPI_RATE
        limit_mhz = spi_mhz
    }
    return {
        reason,
        limit_mhz,
        line_period_ns: Math.round(1000000000000 / (frame_rate_mhz * lines)),
        round_trip_ns,
        lines_per_s: (frame_rate_mhz * lines) / 1000,
    }
}

/** One line of a frame in the line engine's table. */
export const TABLE_ENTRY = [
    "index:u16",
    "tx:u8",
    "rx:u8",
    "pulse_half_period_ns:u16",
    "pulse_cycles:u8",
    "reserved:u8",
    "samples:u16",
    "reserved_2:u16",
    "sample_period_ps:u32",
] as const
export const TABLE_ENTRY_LENGTH = 16

/**
 * Writes entry `index` of a frame at `offset`. In a beamformed frame tx and rx name the element
 * nearest to the line's angle: the engine chooses the pairs around it.
 */
export function writeTableEntry(
    to: Bytes,
    offset: number,
    catheter: Catheter,
    index: number
): void {
    const element = Math.floor(
        (index * catheter.elements) / catheter.lines_per_frame
    )
    putNumber(to, offset, "u16", index)
    putNumber(to, offset + 2, "u8", element)
    putNumber(to, offset + 3, "u8", element)
    putNumber(
        to,
        offset + 4,
        "u16",
        Math.round(500000 / catheter.centre_frequency_khz)
    )
    putNumber(to, offset + 6, "u8", catheter.pulse_cycles)
    putNumber(to, offset + 7, "u8", 0)
    putNumber(to, offset + 8, "u16", catheter.samples_per_line)
    putNumber(to, offset + 10, "u16", 0)
    putNumber(to, offset + 12, "u32", samplePeriodPs(catheter))
}

/** Time from sample to sample, in ps: there and back over one sample's depth. */
export function samplePeriodPs(catheter: Catheter): number {
    const spacing_um = catheter.depth_um / catheter.samples_per_line
    return Math.round((2 * spacing_um * 1000000000) / SOUND_SPEED_MM_S)
}
