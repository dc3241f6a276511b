// `ivus measure`: the measurements of a run, made again with the borders and references of a person.

import { type Command, InvalidArgumentError, Option } from "commander"
import { dateMs, stampOf } from "../../clock"
import { UsageError } from "../../errors"
import { nameText } from "../../log/log-text"
import type { Edits } from "../../measure/edits"
import { mergeEdits } from "../../measure/merge-edits"
import { measurementRows } from "../../results/measurements"
import { editsIn, readEdits, twiceIn } from "../../runs/edits-file"
import { findRun } from "../../runs/find-run"
import { remeasureRun } from "../../runs/remeasure-run"
import { userName } from "../../runs/user-name"
import { report, wrapped } from "../../terminal"
import { onStop } from "../on-stop"
import { addGroup, defaultText } from "../options/option"
import {
    DEFAULT_RUNS,
    DISCLAIMER,
    EXIT_HELP,
    jsonOption,
    RUN_HELP,
} from "../options/output-options"
import {
    addReferenceOptions,
    type ReferenceOptions,
    referencesOf,
} from "../options/reference-options"
import { type AskedReference, referenceOption } from "../options/reference-segment-option"
import { textOption } from "../options/text-option"
import { progressBar } from "../progress-bar"

interface MeasureOptions extends ReferenceOptions {
    readonly reference: readonly AskedReference[]
    readonly edits?: string
    readonly accept?: true
    readonly acceptFrames?: number[]
    readonly by?: string
    readonly json?: true
}

const HELP = `Makes measurements.csv, the reports and the measurements in run.json again, from the capture and from
borders.json beside it, which keeps what a person changed, when, and what was there before. The files
that are replaced go to earlier-1, earlier-2 … in the folder of the run.

Distal is where the pullback begins (0 mm), proximal is where it ends.

Examples:
  npm run ivus -- measure runs/2026-11-30T10-39-17-array-20mhz
  npm run ivus -- measure 2026-11-30T10-39 --reference proximal=31.5-33.5 --by "A. Smith"
  npm run ivus -- measure 2026-11-30T10-39 --edits borders.json --accept --by "A. Smith"`

export function addMeasureCommand(ivus: Command): void {
    const command = ivus
        .command("measure")
        .description("measurements of a run, with reference segments and edited borders")
        .argument("<run>", RUN_HELP)
    addGroup(
        command,
        "Edits:",
        referenceOption(),
        new Option("--edits <file>", "borders, references and acceptances as in borders.json"),
        new Option("--accept", "accept the measurements of all frames: they are reviewed"),
        new Option(
            "--accept-frames <list>",
            "accept the measurements of these frames, such as 10-40,55"
        )
            .argParser(framesIn)
            .conflicts("accept"),
        defaultText(textOption("--by <name>", "who edits or accepts"), "the user of this computer")
    )
    addReferenceOptions(command)
    addGroup(
        command,
        "Output:",
        jsonOption("print run.json to standard output and nothing else there")
    )
    command.addHelpText("after", `\n${HELP}\n\n${EXIT_HELP}\n\n${DISCLAIMER}`).action(measure)
}

async function measure(named: string, options: MeasureOptions): Promise<void> {
    const folder = findRun(named, DEFAULT_RUNS)
    const before = readEdits(folder)
    const edits = editsAsked(before, options)
    const bar = progressBar()
    // Nothing is written before all is made, and that takes no time.
    const stop = onStop(() => {
        bar.stop()
        process.exit(130)
    })
    try {
        const choice = referencesOf(options, undefined)
        const made = await remeasureRun(folder, { choice, progress: bar.show, before, edits })
        bar.stop()
        for (const note of made.notes) report(note)
        const { record, measured, earlier } = made
        const { summary } = measured
        const rows = [
            ...(summary.verdict === "complete"
                ? []
                : [
                      `The run is ${summary.verdict}: ${summary.verdictReason ?? "no reason is known"}.`,
                  ]),
            ...measurementRows(summary.measurements),
            ...(earlier === undefined ? [] : [`What was replaced is in ${nameText(earlier)}.`]),
            DISCLAIMER,
        ]
        const text = options.json
            ? JSON.stringify(record)
            : wrapped(rows.join("\n"), process.stdout)
        process.stdout.write(`${text}\n`)
    } finally {
        bar.stop()
        stop.off()
    }
}

/** Longest list: that of the longest run. */
const FRAMES_MAX = 100_000

/** @throws InvalidArgumentError */
function framesIn(text: string): number[] {
    const ranges = text.split(",").map(part => /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part.trim()))
    const frames = ranges.flatMap(range => {
        const [from, to] = [Number(range?.[1]), Number(range?.[2] ?? range?.[1])]
        return to >= from ? Array.from({ length: to - from + 1 }, (_, n) => from + n) : []
    })
    if (ranges.some(range => !range) || frames.length === 0 || frames.length > FRAMES_MAX)
        throw new InvalidArgumentError(
            `"${text.slice(0, 40)}" is no list of frames; give them as in measurements.csv, such as 10-40,55.`
        )
    return [...new Set(frames)]
}

function editsAsked(
    before: Edits,
    { reference, edits: file, accept, acceptFrames, by }: MeasureOptions
): Edits {
    const again = twiceIn(reference.map(({ which }) => which))
    if (again !== undefined)
        throw new UsageError(`--reference ${again} is given twice; leave one of the two.`)
    const frames = accept ? ("all" as const) : acceptFrames
    const made = { by: by ?? userName(), date: stampOf(dateMs()) }
    const given = file === undefined ? {} : editsIn(file)
    const moved = reference.flatMap(({ which, stretch }) =>
        stretch ? [{ which, from_mm: stretch.fromMm, to_mm: stretch.toMm, ...made }] : []
    )
    const automatic = reference.filter(({ stretch }) => !stretch)
    return mergeEdits(mergeEdits(before, given), {
        references: moved,
        automatic: automatic.map(({ which }) => ({ which, ...made })),
        accepted: frames ? [{ frames, ...made }] : [],
    })
}
