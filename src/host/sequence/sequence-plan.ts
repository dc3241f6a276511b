// Checks a sequence against all limits and returns need, limit and verdict; the limits are in src/shared/acquisition/sequence-budget.ts.

import { FRONT_END_UN0RICK, KIND_ARRAY } from "../../shared/acquisition/catheters"
import { SAMPLES_MAX, TABLE_ENTRIES } from "../../shared/devices/line-engine"
import { UN_LEAD_WORDS, un0rickWords } from "../../shared/devices/un0rick"
import * as codes from "../../shared/codes"
import {
    budgetOverPath,
    busBitsPerS,
    FIFO_BRIDGE_MS,
    FIRING_OVERHEAD_NS,
    FRAME_RATE_MAX_MHZ,
    lineBits,
    type LinePath,
    linkBytesPerFrame,
    pulseEnergyNj,
    roundTripNs,
} from "../../shared/acquisition/sequence-budget"
import { TABLE_ENTRY_LENGTH } from "../../shared/acquisition/firing-table"
import { BUSES } from "./buses"
import { refusalText } from "./refusal-text"
import type { CatheterSpec } from "./catheter-spec"
import { checkCatheter } from "./catheter-schema"
import { type InvalidField, invalidFieldText } from "./check"
import { engineSequenceCrc } from "./firing-check"
import { NAMED_PAIRS, type Pair, withNamedPairs } from "./pair-list"
import type { TgcPoint } from "./tgc"
import { checkSequence, sequenceOf, tableCrc, tableOf, type TxRxSequence } from "./txrx"

/** One row of the budget; it fits if `needs` does not exceed `has`. */
export interface BudgetRow {
    readonly what: string
    readonly needs: number
    readonly has: number
    readonly unit: string
    /** Refusal code for this row (src/shared/codes.ts). */
    readonly reason: number
}

export interface SequencePlan {
    readonly spec: CatheterSpec
    readonly frameRateMhz: number
    readonly sequence: TxRxSequence
    /** Whether the table lists pairs; otherwise an entry is an A-line and the front end chooses its pairs. */
    readonly listsPairs: boolean
    readonly rows: readonly BudgetRow[]
    readonly tableBytes: number
    readonly tableCrc: number
    /** CRC of table and TGC, as reported by a run on a line engine. */
    readonly sequenceCrc: number
    /** GOOD or the refusal code, and the nearest allowed value in link units. */
    readonly reason: number
    readonly nearest: number
    readonly sentence: string
}

export interface PlanRequest {
    readonly spec: CatheterSpec
    readonly frameRateMhz: number
    /** Pairs instead of the catheter's own, by name or as a list; the front end combines them into A-lines. */
    readonly pairs?: string | readonly Pair[] | undefined
    /** Instead of the catheter's own. */
    readonly depthUm?: number | undefined
    readonly lines?: number | undefined
    readonly samples?: number | undefined
    /** TGC points for checkTgcPoints (tgc.ts). */
    readonly tgcPoints?: readonly TgcPoint[] | undefined
    /** Data path to the host; default: the slowest one (buses.ts). */
    readonly path?: LinePath | undefined
    readonly linkBytesPerS?: number | undefined
}

/** A field of the catheter or the sequence is invalid; names field, value and limit. */
export class PlanError extends Error {
    constructor(readonly wrong: InvalidField) {
        super(invalidFieldText(wrong))
    }
}

/** An un0rick has a fixed sample rate: a deeper A-line has more samples, up to the length of one read. */
function samplesFor(spec: CatheterSpec, depthUm: number | undefined): number {
    if (spec.front_end !== FRONT_END_UN0RICK || depthUm === undefined) return spec.samples_per_line
    const words = un0rickWords(depthUm - spec.catheter_radius_um)
    return words === 0 ? spec.samples_per_line : words - UN_LEAD_WORDS
}

/** Returns the catheter with the requested settings instead of its own. */
function withRequestedSettings({
    spec,
    pairs,
    depthUm,
    lines,
    samples,
    tgcPoints,
}: PlanRequest): CatheterSpec {
    const isArray = spec.kind === KIND_ARRAY
    if (pairs !== undefined && !isArray)
        throw new PlanError({
            field: "pairs",
            value: pairs,
            limit: `none, since ${spec.id} is not an array`,
        })
    const own = {
        ...spec,
        depth_um: depthUm ?? spec.depth_um,
        lines_per_frame: lines ?? spec.lines_per_frame,
        samples_per_line: samples ?? samplesFor(spec, depthUm),
        firings_per_frame: isArray ? spec.firings_per_frame : (lines ?? spec.firings_per_frame),
        ...(tgcPoints && { tgc_points: tgcPoints }),
    }
    if (typeof pairs === "string") {
        if (!Object.hasOwn(NAMED_PAIRS, pairs))
            throw new PlanError({
                field: "pairs",
                value: pairs,
                limit: Object.keys(NAMED_PAIRS).join(", "),
            })
        return withNamedPairs(own, pairs)
    }
    if (pairs)
        return {
            ...own,
            pair_span: 0,
            pair_lead: 0,
            firings_per_frame: pairs.length,
        }
    return own
}

/** @throws PlanError when a field of the catheter or the sequence is invalid */
export function planSequence(request: PlanRequest): SequencePlan {
    const { frameRateMhz } = request
    const wrongSpec = checkCatheter(request.spec)
    if (wrongSpec) throw new PlanError(wrongSpec)
    const spec = withRequestedSettings(request)
    const pairs = typeof request.pairs === "string" ? undefined : request.pairs
    const own = request.path ?? BUSES.single!
    const path = { ...own, link_bytes_per_s: request.linkBytesPerS ?? own.link_bytes_per_s }
    const sequence = sequenceOf(spec, frameRateMhz, pairs)
    const entries = sequence.ops.length
    // Too many pairs are refused by the table limit, which gives the nearest allowed number.
    const wrong = entries <= TABLE_ENTRIES ? checkSequence(sequence, spec) : undefined
    if (wrong) throw new PlanError(wrong)
    if (pairs && entries <= TABLE_ENTRIES) checkCircle(pairs, spec)
    const { reason, nearest } = budgetOverPath(spec, frameRateMhz, entries, path)
    const table = tableOf(spec, pairs)
    return {
        spec,
        frameRateMhz,
        sequence,
        listsPairs: pairs !== undefined || spec.pair_span > 0,
        rows: rowsOf(spec, frameRateMhz, entries, path),
        tableBytes: entries * TABLE_ENTRY_LENGTH,
        tableCrc: tableCrc(table),
        sequenceCrc: engineSequenceCrc({ ...spec, tgc_cdb: [...sequence.tgc.gainsCdb] }, pairs),
        reason,
        nearest,
        sentence:
            reason === codes.GOOD
                ? "The sequence fits all limits"
                : `The sequence does not fit: ${refusalText(reason, nearest)}`,
    }
}

/** The front end combines the pairs into A-lines around the circumference. @throws PlanError if an element never transmits */
function checkCircle(pairs: readonly Pair[], { elements }: CatheterSpec): void {
    const sends = new Set(pairs.map(([tx]) => tx))
    const silent = Array.from({ length: elements }, (_, i) => i).find(i => !sends.has(i))
    if (silent !== undefined)
        throw new PlanError({
            field: "pairs",
            value: `${pairs.length} of ${sends.size} transmitters`,
            limit: `all ${elements} elements transmit once at least, else the lines do not cover the circle; element ${silent} does not`,
        })
}

function rowsOf(
    spec: CatheterSpec,
    frameRateMhz: number,
    entries: number,
    path: LinePath
): BudgetRow[] {
    const framesPerS = frameRateMhz / 1000
    const linesPerS = framesPerS * spec.lines_per_frame
    const pulsesPerS = framesPerS * spec.firings_per_frame
    const firingNs = roundTripNs(spec) + FIRING_OVERHEAD_NS
    const row = (
        what: string,
        needs: number,
        has: number,
        unit: string,
        reason: number
    ): BudgetRow => ({ what, needs, has, unit, reason })
    return [
        row("depth", spec.depth_um / 1000, spec.depth_max_um / 1000, "mm", codes.REFUSED_DEPTH),
        row("burst", spec.pulse_cycles, spec.burst_max_cycles, "cycles", codes.REFUSED_BURST),
        ...(spec.front_end === FRONT_END_UN0RICK
            ? []
            : [
                  row(
                      "samples a line",
                      spec.samples_per_line,
                      SAMPLES_MAX,
                      "samples",
                      codes.REFUSED_SAMPLES
                  ),
              ]),
        ...(spec.front_end === FRONT_END_UN0RICK
            ? []
            : [row("sequence table", entries, TABLE_ENTRIES, "entries", codes.REFUSED_TABLE)]),
        row(
            "frame rate",
            framesPerS,
            FRAME_RATE_MAX_MHZ / 1000,
            "frames/s",
            codes.REFUSED_FRAME_RATE
        ),
        ...(spec.rpm_max > 0
            ? [row("rotor", 60 * framesPerS, spec.rpm_max, "rpm", codes.REFUSED_ROTOR)]
            : []),
        row(
            "firings of a frame",
            (spec.firings_per_frame * firingNs) / 1e6,
            1000 / framesPerS,
            "ms",
            codes.REFUSED_PRF
        ),
        row("pulse repetition", pulsesPerS, spec.prf_max_hz, "Hz", codes.REFUSED_PRF_MAX),
        row("transmit budget", pulsesPerS, spec.pulses_max_per_s, "pulses/s", codes.REFUSED_PULSES),
        row(
            "heat in the tip",
            (pulsesPerS * pulseEnergyNj(spec)) / 1e6,
            spec.power_max_uw / 1000,
            "mW",
            codes.REFUSED_POWER
        ),
        row(
            "front end's bus",
            (linesPerS * lineBits(spec)) / 1e6,
            busBitsPerS(spec, path.lanes) / 1e6,
            "Mbit/s",
            codes.REFUSED_SPI_RATE
        ),
        ...(spec.front_end === FRONT_END_UN0RICK
            ? []
            : [
                  row(
                      "FIFO holds",
                      FIFO_BRIDGE_MS,
                      (1000 * path.fifo_lines) / linesPerS,
                      "ms",
                      codes.REFUSED_FIFO
                  ),
              ]),
        row(
            "link to the host",
            (framesPerS * linkBytesPerFrame(spec)) / 1e6,
            path.link_bytes_per_s / 1e6,
            "MB/s",
            codes.REFUSED_LINK_RATE
        ),
    ]
}
