// The key of a ring-down reference: the catheter and every setting that changes its ring-down.

import type { Description } from "../../shared/protocol/messages"

/** A catheter and the settings its ring-down was captured with. */
export interface ReferenceKey {
    readonly catheter: string
    readonly serial: number
    readonly centreFrequencyKhz: number
    readonly linesPerFrame: number
    readonly samplesPerLine: number
    readonly sampleSpacingNm: number
    /** The TGC curve as text: its step in ns, then the 32 gains in 0.01 dB. */
    readonly tgc: string
    readonly catheterRadiusUm: number
    readonly ringDownUm: number
    /** CRC of the firing sequence as loaded. */
    readonly tableCrc: number
    readonly firmwareVersion: number
}

/** Names of the fields in messages, in the order in which differences are listed. */
const FIELD_NAMES: Readonly<Record<keyof ReferenceKey, string>> = {
    catheter: "catheter",
    serial: "serial number",
    centreFrequencyKhz: "frequency",
    linesPerFrame: "number of lines per frame",
    samplesPerLine: "number of samples per line",
    sampleSpacingNm: "sample spacing",
    tgc: "TGC",
    catheterRadiusUm: "radius",
    ringDownUm: "ring-down zone",
    tableCrc: "firing sequence",
    firmwareVersion: "firmware version",
}

const KEY_FIELDS = Object.keys(FIELD_NAMES) as (keyof ReferenceKey)[]

/** @param firmwareVersion as in the board's hello */
export function referenceKey(d: Description, firmwareVersion: number): ReferenceKey {
    return {
        catheter: d.catheter,
        serial: d.catheter_serial,
        centreFrequencyKhz: d.centre_frequency_khz,
        linesPerFrame: d.lines_per_frame,
        samplesPerLine: d.samples_per_line,
        sampleSpacingNm: d.sample_spacing_nm,
        tgc: [d.tgc_step_ns, ...d.tgc_cdb].join(" "),
        catheterRadiusUm: d.catheter_radius_um,
        ringDownUm: d.ring_down_um,
        tableCrc: d.sequence_crc,
        firmwareVersion,
    }
}

/** Names of the fields that differ; empty for the same catheter with the same settings. */
export function differences(a: ReferenceKey, b: ReferenceKey): string[] {
    return KEY_FIELDS.filter(field => a[field] !== b[field]).map(field => FIELD_NAMES[field])
}
