// A firing sequence in the terms of ARRUS (Tx, Rx, TxRx, TxRxSequence), its validation, and its table for the front end.
// Source of the terms: ARRUS, the API of the us4r systems.

import { getNumber } from "../../shared/protocol/bytes"
import {
    type Catheter,
    FRONT_END_UN0RICK,
    KIND_ROTATIONAL,
} from "../../shared/acquisition/catheters"
import { crc32c } from "../../shared/protocol/crc32c"
import {
    FRAME_RATE_MAX_MHZ,
    FRAME_RATE_MIN_MHZ,
    roundTripNs,
} from "../../shared/acquisition/sequence-budget"
import {
    samplePeriodPs,
    TABLE_ENTRY_LENGTH,
    tableEntries,
    writePairEntry,
    writeTableEntry,
} from "../../shared/acquisition/firing-table"
import { TABLE_ENTRIES } from "../../shared/devices/line-engine"
import { UN_LEAD_WORDS, UN_READ_MAX } from "../../shared/devices/un0rick"
import { PICTURE_LINES_MAX, PICTURE_LINES_MIN } from "../../shared/acquisition/image-format"
import { TGC_POINTS, tgcStepNs, tgcTopCdb } from "../../shared/acquisition/tgc"
import { type CatheterSpec, tgcOfSpec } from "./catheter-spec"
import { checkInterval, type InvalidField } from "./check"
import { CATHETER_INTERVALS } from "./catheter-schema"
import type { Pair } from "./pair-list"

export interface Pulse {
    readonly centreFrequencyKhz: number
    readonly cycles: number
}

/** One element transmits: no delays. */
export interface Tx {
    readonly aperture: number
    readonly pulse: Pulse
}

export interface Rx {
    readonly aperture: number
    /** First sample, and one after the last. */
    readonly sampleRange: readonly [number, number]
    readonly samplePeriodPs: number
}

/** One entry of the front end's table. */
export interface TxRx {
    readonly tx: Tx
    readonly rx: Rx
}

/** TGC: gains at equally spaced times from the pulse on, linear between them. */
export interface Tgc {
    readonly stepNs: number
    readonly gainsCdb: readonly number[]
}

export interface TxRxSequence {
    readonly ops: readonly TxRx[]
    readonly tgc: Tgc
    /** Pulses per frame. Without a pair list an op stands for all pulses of its A-line. */
    readonly firings: number
    /** A-lines per frame, each combined from the ops. */
    readonly lines: number
    /** Sequence repetition interval: one frame. */
    readonly sriNs: number
    /** Source of the line trigger: the front end's clock or the rotor's encoder. */
    readonly trigger: "free-running" | "rotor-encoder"
}

/** Encodes the table for the front end. */
export function tableOf(spec: Catheter, pairs: readonly Pair[] | undefined): Uint8Array {
    const entries = pairs?.length ?? tableEntries(spec)
    const table = new Uint8Array(entries * TABLE_ENTRY_LENGTH)
    for (let i = 0; i < entries; i++) {
        const pair = pairs?.[i]
        const at = i * TABLE_ENTRY_LENGTH
        if (pair) writePairEntry(table, at, spec, i, pair[0], pair[1])
        else writeTableEntry(table, at, spec, i)
    }
    return table
}

/** CRC-32C of the table, which the front end must report before it is armed. */
export function tableCrc(table: Uint8Array): number {
    return crc32c(table, 0, table.length, 0)
}

/** Returns the sequence of a catheter; `pairs` replace those of the catheter. */
export function sequenceOf(
    spec: CatheterSpec,
    frameRateMhz: number,
    pairs?: readonly Pair[]
): TxRxSequence {
    const table = tableOf(spec, pairs)
    const ops = Array.from({ length: table.length / TABLE_ENTRY_LENGTH }, (_, i) => {
        const at = i * TABLE_ENTRY_LENGTH
        // The pair as in the file: the table would truncate it to a byte.
        const [tx, rx] = pairs?.[i] ?? [table[at + 2]!, table[at + 3]!]
        return {
            tx: {
                aperture: tx,
                pulse: {
                    centreFrequencyKhz: spec.centre_frequency_khz,
                    cycles: spec.pulse_cycles,
                },
            },
            rx: {
                aperture: rx,
                sampleRange: [0, getNumber(table, at + 8, "u16")] as const,
                samplePeriodPs: getNumber(table, at + 12, "u32"),
            },
        }
    })
    return {
        ops,
        tgc: {
            stepNs: tgcStepNs(spec),
            gainsCdb: tgcOfSpec(spec),
        },
        firings: spec.firings_per_frame,
        lines: spec.lines_per_frame,
        sriNs: Math.round(1e12 / frameRateMhz),
        trigger: spec.kind === KIND_ROTATIONAL ? "rotor-encoder" : "free-running",
    }
}

/** Returns the first field of a sequence that is invalid for this catheter, or undefined. */
export function checkSequence(
    sequence: TxRxSequence,
    spec: CatheterSpec
): InvalidField | undefined {
    const { ops, tgc, lines, firings, sriNs } = sequence
    const { samples_per_line, centre_frequency_khz } = CATHETER_INTERVALS
    // Limited by a register of the line engine, or by the length of one read of the un0rick.
    const samples =
        spec.front_end === FRONT_END_UN0RICK
            ? { ...samples_per_line, max: UN_READ_MAX - UN_LEAD_WORDS }
            : samples_per_line
    const whole = (field: string, value: unknown, min: number, max: number, unit = "") =>
        checkInterval(field, value, { min, max, unit })
    const ofOps = (): InvalidField | undefined => {
        const top = spec.elements - 1
        const period = samplePeriodPs(spec)
        for (const [i, { tx, rx }] of ops.entries()) {
            const wrong =
                whole(`ops[${i}].tx.aperture`, tx.aperture, 0, top) ??
                whole(`ops[${i}].rx.aperture`, rx.aperture, 0, top) ??
                checkInterval(
                    `ops[${i}].tx.pulse.centreFrequencyKhz`,
                    tx.pulse.centreFrequencyKhz,
                    centre_frequency_khz
                ) ??
                whole(
                    `ops[${i}].tx.pulse.cycles`,
                    tx.pulse.cycles,
                    1,
                    spec.burst_max_cycles,
                    "cycles"
                ) ??
                whole(`ops[${i}].rx.sampleRange[0]`, rx.sampleRange[0], 0, 0) ??
                checkInterval(`ops[${i}].rx.sampleRange[1]`, rx.sampleRange[1], samples) ??
                // Required by the front end: the same in all entries.
                whole(`ops[${i}].rx.samplePeriodPs`, rx.samplePeriodPs, period, period, "ps")
            if (wrong) return wrong
        }
        return undefined
    }
    const ofTgc = (): InvalidField | undefined => {
        const step = tgcStepNs(spec)
        for (const [i, cdb] of tgc.gainsCdb.entries()) {
            const wrong = whole(`tgc.gainsCdb[${i}]`, cdb, 0, tgcTopCdb(spec), "cdB")
            if (wrong) return wrong
        }
        return (
            whole("tgc.stepNs", tgc.stepNs, step, step, "ns") ??
            whole("tgc.gainsCdb.length", tgc.gainsCdb.length, TGC_POINTS, TGC_POINTS)
        )
    }
    return (
        whole("ops.length", ops.length, 1, TABLE_ENTRIES) ??
        ofOps() ??
        ofTgc() ??
        whole("firings", firings, 1, TABLE_ENTRIES) ??
        whole("lines", lines, PICTURE_LINES_MIN, PICTURE_LINES_MAX) ??
        whole(
            "sriNs",
            sriNs,
            Math.floor(1e12 / FRAME_RATE_MAX_MHZ),
            1e12 / FRAME_RATE_MIN_MHZ,
            "ns"
        ) ??
        (sequence.trigger === (spec.kind === KIND_ROTATIONAL ? "rotor-encoder" : "free-running")
            ? undefined
            : {
                  field: "trigger",
                  value: sequence.trigger,
                  limit: "rotor-encoder for a rotor, free-running for all else",
              })
    )
}

/** Timing of one firing in ns from the pulse on: transmit, ring-down, echo, dead time, idle. */
export interface FiringTimes {
    readonly transmitNs: number
    /** End of the catheter's reverberation. */
    readonly ringDownNs: number
    readonly roundTripNs: number
    /** Time between pulses. */
    readonly intervalNs: number
}

export function firingTimes(spec: CatheterSpec, sequence: TxRxSequence): FiringTimes {
    const round = roundTripNs(spec)
    const shareOfDepth = (spec.catheter_radius_um + spec.ring_down_um) / spec.depth_um
    return {
        transmitNs: (spec.pulse_cycles * 1e6) / spec.centre_frequency_khz,
        ringDownNs: round * shareOfDepth,
        roundTripNs: round,
        intervalNs: sequence.sriNs / sequence.firings,
    }
}
