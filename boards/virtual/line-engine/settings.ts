// Contents and reset values of the writable registers (boards/line-engine.md, "Registers"). Allowed values are in registers.ts.

import { SAMPLE_FORMAT_LOG8 } from "../../../src/shared/acquisition/line-record"

/** Points of the gain curve, two per register. */
export const TGC_POINTS = 32

export interface FiringSettings {
    lines: number
    /** Table entries in use in pair mode; 0: one entry per line. */
    pairs: number
    samples: number
    linePeriodNs: number
    /** CRC-32C that the controller announced for the table. */
    tableCrc: number
    /** Time between the points of the gain curve. */
    tgcStepNs: number
    /** Gain curve; constant after its last point. */
    readonly tgcCdb: Uint16Array
    windowStart: number
    windowEnd: number
    gate: boolean
    /** Copied to bits 8 to 15 of every line's flags. */
    epoch: number
    /** A format of src/shared/acquisition/line-record.ts. */
    sampleFormat: number
    firstSampleNs: number
    /** Lines fire at rotor angles instead of by time. */
    byRotor: boolean
    /** Maximum error of a revolution or sector before the rotor loses its lock. */
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

/** Table entries in use, over which the CRC is taken. */
export function entriesInUse(settings: FiringSettings): number {
    return settings.pairs || settings.lines
}
