// `ivus sequence show`: draws a catheter's firing sequence, with its budget and whether it fits.

import { type Command, Option } from "commander"
import { CATHETER_IDS } from "../../../shared/acquisition/catheter-list"
import { FRONT_END_UN0RICK } from "../../../shared/acquisition/catheters"
import { GOOD } from "../../../shared/codes"
import { RunError, UsageError } from "../../errors"
import { readPairs, readSpec } from "../../runs/sent-files"
import { BUSES } from "../../sequence/buses"
import { type CatheterSpec, specOf } from "../../sequence/catheter-spec"
import { drawing, percentOf } from "../../sequence/drawing"
import { un0rickSettingsCrc } from "../../sequence/firing-check"
import { knownCatheter } from "../../sequence/known-catheter"
import { NAMED_PAIRS, type Pair } from "../../sequence/pair-list"
import { PlanError, planSequence, type SequencePlan } from "../../sequence/sequence-plan"
import { defaultFrameRateHz } from "../../sequence/default-frame-rate"
import { pointsOfCurve } from "../../sequence/tgc"
import { catheterList } from "../options/catheter-option"
import { addImageOptions, frameRateOption, type ImageOptions } from "../options/image-options"
import { addGroup, defaultText, numberOption } from "../options/option"
import { DISCLAIMER, jsonOption } from "../options/output-options"
import { tgcPoints } from "../options/tgc-option"
import { busOption } from "../options/virtual-board-options"

interface SpecChoice {
    readonly spec: CatheterSpec
    /** Whether a file gave it, which then also gives the frame rate. */
    readonly isFile: boolean
}

interface SequenceOptions extends ImageOptions {
    readonly catheter: SpecChoice
    readonly pairs?: string | Pair[]
    readonly depth?: number
    readonly bus: string
    /** MB/s */
    readonly linkRate?: number
    readonly json?: true
}

const EXAMPLES = `Examples:
  npm run ivus -- sequence show --catheter rotational-60mhz --lines 512
  npm run --silent ivus -- sequence show --json | jq .catheter > mine.json
      a catheter file to start from; change its "id", as the ids of built-in catheters are refused`

export function addSequenceCommand(ivus: Command): void {
    const command = ivus
        .command("sequence")
        .description("draw firing sequences and check whether they fit")
        .addHelpText("after", `\n${DISCLAIMER}`)
        .command("show")
        .description("draw a catheter's firing sequence with its budget, and check whether it fits")
        .addOption(catheterSpecOption())
        .addOption(
            defaultText(
                new Option(
                    "--pairs <list>",
                    `${Object.keys(NAMED_PAIRS).join(" | ")} | FILE.json with [[tx, rx], …]`
                ).argParser(parsePairs),
                "the catheter's"
            )
        )
    addImageOptions(
        command,
        "A-lines per frame",
        frameRateOption(),
        defaultText(numberOption("--depth <mm>", "imaged radius", [1, 100, "mm"]), "the catheter's")
    )
    addGroup(
        command,
        "Path to the host:",
        busOption("SPI bus; quad has four data lanes, a longer FIFO and a faster link"),
        defaultText(
            numberOption("--link-rate <mb/s>", "data rate of the link to the host", [
                0.01,
                1000,
                "MB/s",
            ]),
            "8; with --bus quad 50"
        )
    )
    command
        .addOption(jsonOption("print one JSON object to standard output"))
        .addHelpText(
            "after",
            `\n${[catheterList(), EXAMPLES, "Exit status: 0 it fits, 1 it does not, 2 bad usage.", DISCLAIMER].join("\n\n")}`
        )
        .action(show)
}

function catheterSpecOption(): Option {
    return new Option(
        "--catheter <id>",
        "built-in catheter, or FILE.json with the data and frame rate of a catheter that is not built in"
    )
        .argParser(parseSpec)
        .default(parseSpec(CATHETER_IDS[0]), CATHETER_IDS[0])
}

function parseSpec(text: string): SpecChoice {
    return text.endsWith(".json")
        ? { spec: readSpec(text), isFile: true }
        : {
              spec: specOf(knownCatheter(text, ", and a FILE.json may hold another one").id)!,
              isFile: false,
          }
}

function parsePairs(text: string): string | Pair[] {
    if (Object.hasOwn(NAMED_PAIRS, text)) return text
    if (text.endsWith(".json")) return readPairs(text)
    throw new UsageError(
        `There is no list of pairs "${text}"; ${Object.keys(NAMED_PAIRS).join(", ")} and a FILE.json are allowed.`
    )
}

/** @throws RunError when the sequence does not fit, UsageError when the options do not make one */
function show(options: SequenceOptions): void {
    const plan = planOf(options)
    process.stdout.write(
        options.json
            ? `${JSON.stringify(asJson(plan))}\n`
            : `${drawing(plan)}\n\n${plan.sentence}.\n`
    )
    if (plan.reason !== GOOD) throw new RunError(`${plan.sentence}.`)
}

function planOf(options: SequenceOptions): SequencePlan {
    const { frameRate, depth, lines, samples, linkRate, pairs, tgc } = options
    const { spec, isFile } = options.catheter
    const path = BUSES[options.bus]
    const chosen = {
        ...{ spec, pairs, lines, samples, path },
        frameRateMhz: frameRate === undefined ? spec.frame_rate_mhz : Math.round(1000 * frameRate),
        depthUm: depth === undefined ? undefined : Math.round(1000 * depth),
        tgcPoints: tgc === undefined ? undefined : tgcPoints(tgc, spec),
        linkBytesPerS: linkRate === undefined ? undefined : 1e6 * linkRate,
    }
    try {
        if (frameRate !== undefined || isFile) return planSequence(chosen)
        // The standard rate of the unchanged catheter; the other options are then checked at that rate.
        const rateHz = defaultFrameRateHz(
            frameRateMhz => planSequence({ spec, path, frameRateMhz }).reason === GOOD
        )
        return planSequence({ ...chosen, frameRateMhz: 1000 * rateHz })
    } catch (error) {
        if (error instanceof PlanError)
            throw new UsageError(`This sequence is not possible: ${error.message}.`)
        throw error
    }
}

/** The catheter as a file would hold it, the sequence, the budget and the verdict. */
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
        // An un0rick has settings instead of a table.
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
