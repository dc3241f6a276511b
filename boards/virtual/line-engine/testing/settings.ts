// Responsible for: what the writable registers hold, and their reset values (boards/line-engine.md, "Registers").
// Not for: which values are allowed (registers.ts).

import { SAMPLE_FORMAT_LOG8 } from "../../../../src/shared/acquisition/line-record"

/** Points of the gain curve, two a register. */
export const TGC_POINTS = 32

export interface FiringSettings {
    lines: number
    /** Entries of the table in use when it lists pairs; 0: one entry a line. */
    pairs: number
    samples: number
    linePeriodNs: number
    /** CRC-32C that the controller announced for the table. */
    tableCrc: number
    /** Time from point to point of the gain curve. */
    tgcStepNs: number
    /** Its points; the last one holds from its time on. */
    readonly tgcCdb: Uint16Array
    windowStart: number
    windowEnd: number
    gate: boolean
    /** Goes into bits 8 to 15 of every line's flags. */
    epoch: number
    /** Of src/shared/acquisition/line-record.ts. */
    sampleFormat: number
    firstSampleNs: number
    /** Lines fire at angles of the rotor instead of by time. */
    byRotor: boolean
    /** By so much a turn, or a part of it, may be off before the rotor's lock is lost. */
    lockPpm: number
}

export function resetSettings(): FiringSettings {
    return {
        lines: 256,
        pairs: 0,
        samples: 256,
        linePeriodNs: 130_208,
        tableCrc: 0,
        tgcStepNs: 1000,
        tgcCdb: new Uint16Array(TGC_POINTS),
        windowStart: 0,
        windowEnd: 0,
        gate: false,
        epoch: 0,
        sampleFormat: SAMPLE_FORMAT_LOG8,
        firstSampleNs: 0,
        byRotor: false,
        lockPpm: 2000,
    }
}

/** Entries of the table that count: those over which its CRC is taken. */
export function entriesInUse(settings: FiringSettings): number {
    return settings.pairs || settings.lines
}
