// Responsible for: `ivus sequence show`: a catheter's firing sequence drawn, with its budget and the verdict.
// Not for: the plan and its picture (../sequence).

import { FRONT_END_UN0RICK } from "../../../shared/acquisition/catheters"
import { GOOD } from "../../../shared/codes"
import { SAMPLES_MAX, SAMPLES_MIN } from "../../../shared/devices/line-engine"
import {
    FRAME_RATE_MAX_MHZ,
    FRAME_RATE_MIN_MHZ,
    PICTURE_LINES_MAX,
    PICTURE_LINES_MIN,
} from "../../../shared/acquisition/sequence"
import { type CatheterSpec, specOf } from "../../sequence/catheter-spec"
import { drawing, percentOf } from "../../sequence/drawing"
import { NAMED_PAIRS, type Pair } from "../../sequence/pair-list"
import { un0rickSettingsCrc } from "../../sequence/fired"
import { PlanError, planSequence, type SequencePlan } from "../../sequence/sequence-plan"
import { standardRateHz } from "../../sequence/standard-rate"
import { RunError } from "../../errors"
import { numberIn, wholeIn } from "../../number-in"
import { parseBus } from "../options/pullback-options"
import { knownCatheter } from "../../sequence/known-catheter"
import { pointsOfCurve } from "../../sequence/tgc"
import { parseTgc } from "../options/tgc-option"
import { readPairs, readSpec } from "../../runs/sent-files"
import { UsageError } from "../../errors"

/** Texts as typed. */
export interface SequenceOptions {
    catheter: string
    frameRate?: string
    pairs?: string
    depth?: string
    lines?: string
    samples?: string
    tgc?: string
    bus?: string
    linkRate?: string
    json?: boolean
}

/** @throws RunError when the sequence does not fit, UsageError when it is none */
export function sequenceShowCommand(options: SequenceOptions): void {
    const plan = planned(options)
    process.stdout.write(
        options.json
            ? JSON.stringify(asJson(plan)) + "\n"
            : `${drawing(plan)}\n\n${plan.sentence}.\n`
    )
    if (plan.reason !== GOOD) throw new RunError(`${plan.sentence}.`)
}

function planned(options: SequenceOptions): SequencePlan {
    const spec = specFor(options.catheter)
    const { frameRate, depth, lines, samples, bus, linkRate } = options
    const chosen = {
        spec,
        frameRateMhz:
            frameRate === undefined
                ? spec.frame_rate_mhz
                : Math.round(
                      1000 *
                          numberIn(
                              frameRate,
                              "frame-rate",
                              FRAME_RATE_MIN_MHZ / 1000,
                              FRAME_RATE_MAX_MHZ / 1000,
                              "frames/s"
                          )
                  ),
        pairs: options.pairs === undefined ? undefined : pairsFor(options.pairs),
        depthUm:
            depth === undefined
                ? undefined
                : Math.round(1000 * numberIn(depth, "depth", 1, 100, "mm")),
        lines:
            lines === undefined
                ? undefined
                : numberIn(lines, "lines", PICTURE_LINES_MIN, PICTURE_LINES_MAX, "lines a frame"),
        samples:
            samples === undefined
                ? undefined
                : wholeIn(samples, "samples", SAMPLES_MIN, SAMPLES_MAX, "samples a line"),
        tgcPoints: options.tgc === undefined ? undefined : parseTgc(options.tgc, spec),
        path: bus === undefined ? undefined : parseBus(bus),
        linkBytesPerS:
            linkRate === undefined
                ? undefined
                : 1e6 * numberIn(linkRate, "link-rate", 0.01, 1000, "MB/s"),
    }
    try {
        // A file says itself which rate it is meant for.
        if (frameRate !== undefined || options.catheter.endsWith(".json"))
            return planSequence(chosen)
        // Of the catheter as it is: what else is asked of it is judged at that rate.
        const rateHz = standardRateHz(
            frameRateMhz => planSequence({ spec, path: chosen.path, frameRateMhz }).reason === GOOD
        )
        return planSequence({ ...chosen, frameRateMhz: 1000 * rateHz })
    } catch (error) {
        if (error instanceof PlanError)
            throw new UsageError(`This sequence cannot be: ${error.message}.`)
        throw error
    }
}

/** A catheter by its id, or from a file that holds one. */
function specFor(text: string): CatheterSpec {
    if (!text.endsWith(".json"))
        return specOf(knownCatheter(text, ", and a FILE.json may hold one").id)!
    return readSpec(text)
}

function pairsFor(text: string): string | Pair[] {
    if (Object.hasOwn(NAMED_PAIRS, text)) return text
    if (!text.endsWith(".json"))
        throw new UsageError(
            `There are no pairs "${text}"; ${Object.keys(NAMED_PAIRS).join(", ")} or a FILE.json are allowed.`
        )
    return readPairs(text)
}

/** One object: the catheter as a file would hold it, the sequence in short, the budget, the verdict. */
function asJson(plan: SequencePlan): object {
    const { spec, sequence } = plan
    return {
        catheter: spec,
        frame_rate_hz: plan.frameRateMhz / 1000,
        sequence: {
            firings: sequence.firings,
            lines: sequence.lines,
            sri_ns: sequence.sriNs,
            trigger: sequence.trigger,
            tgc: {
                step_ns: sequence.tgc.stepNs,
                points: pointsOfCurve(sequence.tgc.gainsCdb, sequence.tgc.stepNs),
            },
            pairs: plan.listsPairs
                ? sequence.ops.map(({ tx, rx }) => [tx.aperture, rx.aperture])
                : null,
        },
        // An un0rick has none, but settings.
        table:
            spec.front_end === FRONT_END_UN0RICK
                ? null
                : {
                      entries: sequence.ops.length,
                      bytes: plan.tableBytes,
                      crc32c: plan.tableCrc,
                      with_tgc_crc32c: plan.sequenceCrc,
                  },
        ...(spec.front_end === FRONT_END_UN0RICK && {
            settings: {
                crc32c: un0rickSettingsCrc({ ...spec, tgc_cdb: [...sequence.tgc.gainsCdb] }),
            },
        }),
        budget: plan.rows.map(row => ({ ...row, percent: percentOf(row) })),
        fits: plan.reason === GOOD,
        reason: plan.reason,
        nearest: plan.nearest,
        sentence: plan.sentence,
    }
}
