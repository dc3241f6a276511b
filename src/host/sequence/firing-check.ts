// Compares the fired sequence with the planned one by the CRC that the cart read back from its front end.

import type { Catheter } from "../../shared/acquisition/catheters"
import { FRONT_END_UN0RICK } from "../../shared/acquisition/catheters"
import { PAIRS_NONE, PAIRS_SENT } from "../../shared/acquisition/line-record"
import type { Description } from "../../shared/protocol/messages"
import { crc32c } from "../../shared/protocol/crc32c"
import { TGC_LENGTH, tgcOf, tgcStepNs, writeTgc } from "../../shared/acquisition/tgc"
import * as un from "../../shared/devices/un0rick"
import { catheterFor } from "./pullback-request"
import type { CatheterSpec } from "./catheter-spec"
import type { Pair } from "./pair-list"
import { tableCrc, tableOf } from "./txrx"

/** The sequence in a run's description and the one planned by this host for the same setup. */
export interface FiredSequence {
    /** "firing table and TGC" or "pulse and gain of the un0rick". */
    readonly what: string
    readonly crc32c: number
    /** Null for a catheter or pair list without data on this host. */
    readonly plannedCrc32c: number | null
}

/** Length of the un0rick's damping phase in half periods (boards/un0rick.md). */
const UN_DAMPING = 8

/** For an un0rick, which has no table: the words of pulse and gain that are read back, high byte first. */
export function un0rickSettingsCrc(catheter: Catheter): number {
    const half = un.un0rickHalfPeriod(catheter.centre_frequency_khz)
    const width = un.un0rickWidth(half)
    const words = [
        ...[un.UN_INITDEL_USED, width, un.un0rickWidth(UN_DAMPING * half)],
        ...[width, 0],
        ...un0rickGains(catheter),
    ]
    return tableCrc(Uint8Array.from(words.flatMap(w => [w >> 8, w & 0xff])))
}

/** Gain codes of the board's steps. */
export function un0rickGains(catheter: Catheter): number[] {
    const [curve, stepNs] = [tgcOf(catheter), tgcStepNs(catheter)]
    return Array.from({ length: un.UN_GAIN_STEPS }, (_, i) =>
        un.un0rickGain(curve, stepNs, catheter.catheter_radius_um, i)
    )
}

/** CRC of a catheter's sequence on a line engine: over its table, continued over its TGC. */
export function engineSequenceCrc(catheter: Catheter, pairs?: readonly Pair[]): number {
    const tgc = new Uint8Array(TGC_LENGTH)
    writeTgc(tgc, catheter)
    return crc32c(tgc, 0, TGC_LENGTH, tableCrc(tableOf(catheter, pairs)))
}

/**
 * @param pairs the list sent for the run, if any
 * @param tgcCdb the requested TGC; default: that of the description
 * @param spec spec of the catheter, if it was sent
 */
export function firedSequence(
    d: Description,
    pairs?: readonly Pair[],
    tgcCdb: readonly number[] = d.tgc_cdb,
    spec?: CatheterSpec
): FiredSequence {
    const catheter = plannedCatheter(d, pairs, spec)
    if (catheter) catheter.tgc_cdb = [...tgcCdb]
    const isUn0rick = catheter?.front_end === FRONT_END_UN0RICK
    return {
        what: isUn0rick ? "pulse and gain of the un0rick" : "firing table and TGC",
        crc32c: d.sequence_crc,
        plannedCrc32c: !catheter
            ? null
            : isUn0rick
              ? un0rickSettingsCrc(catheter)
              : engineSequenceCrc(catheter, pairs),
    }
}

function plannedCatheter(
    d: Description,
    pairs: readonly Pair[] | undefined,
    spec: CatheterSpec | undefined
): Catheter | undefined {
    const named = { catheterId: d.catheter, ...(spec && { spec }) }
    if (d.pair_list === PAIRS_NONE)
        return catheterFor({
            ...named,
            lines: d.lines_per_frame,
            samples: d.samples_per_line,
        })
    if (d.pair_list !== PAIRS_SENT)
        return catheterFor({ ...named, channelDataPairs: { list: d.pair_list } })
    if (!pairs) return undefined
    return catheterFor({ ...named, channelDataPairs: { sent: pairs } })
}

/** Whether the fired sequence is the planned one; false if they cannot be compared. */
export function matchesPlan({ crc32c, plannedCrc32c }: FiredSequence): boolean {
    return crc32c === plannedCrc32c
}

export const hex = (crc: number): string => `0x${crc.toString(16).padStart(8, "0")}`

export function firingCheckText(fired: FiredSequence): string {
    const { what, crc32c, plannedCrc32c } = fired
    const fact = `fired: ${what}, CRC-32C ${hex(crc32c)}`
    if (matchesPlan(fired)) return `${fact}, as planned`
    return plannedCrc32c === null
        ? `${fact}, NOT COMPARED: this catheter or pair list is unknown here; replay with --catheter and --pairs FILE.json`
        : `${fact}, NOT AS PLANNED: this program plans ${hex(plannedCrc32c)}; check the firmware version and the catheter's spec`
}
