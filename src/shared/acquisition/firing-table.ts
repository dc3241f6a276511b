// The firing table of a catheter in the line engine: one entry for each A-line of a frame or each pair.

import { putNumber, type Bytes } from "../protocol/bytes"
import { FRONT_END_UN0RICK, SOUND_SPEED_MM_S, UN0RICK_SAMPLE_PS, type Catheter } from "./catheters"
import { PAIRS_NONE } from "./line-record"

/** Fields of an entry. */
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

/** Entries of the front end's table: pairs if it lists them, otherwise A-lines. */
export function tableEntries(catheter: Catheter): number {
    return listedPairs(catheter) || catheter.lines_per_frame
}

/** Content of the line engine's register PAIRS; also 0 if each A-line is a pair. */
export function listedPairs(catheter: Catheter): number {
    return catheter.pair_list ? PAIRS_NONE : catheter.elements * catheter.pair_span
}

/**
 * Writes entry `index` of the catheter's table at `offset`. If the engine chooses the pairs, tx and rx are the element
 * nearest to the angle of the A-line.
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

/** Writes an entry for one pair. */
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

/** Sample period, in ps: the round trip over the depth of one sample. */
export function samplePeriodPs(catheter: Catheter): number {
    if (catheter.front_end === FRONT_END_UN0RICK) return UN0RICK_SAMPLE_PS
    if (catheter.sample_period_ps) return catheter.sample_period_ps
    const spacing_um = catheter.depth_um / catheter.samples_per_line
    return Math.round((2 * spacing_um * 1000000000) / SOUND_SPEED_MM_S)
}
