// Responsible for: files that hold what a cart is sent before a setup: catheters, lists of pairs. Read, checked, kept, found again.
// Not for: sending (../run/preparation.ts).

import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { PAIRS_SENT } from "../../shared/acquisition/line-record"
import {
    catheterOf,
    FRONT_END_LINE_ENGINE,
    FRONT_END_UN0RICK,
} from "../../shared/acquisition/catheters"
import type { Description } from "../../shared/protocol/messages"
import { checkCatheter } from "../sequence/catheter-schema"
import type { CatheterSpec } from "../sequence/catheter-spec"
import { invalidFieldText } from "../sequence/check"
import { checkPairList, type Pair, PairListError, parsePairs } from "../sequence/pair-list"
import type { ReceivedRun } from "../run/run-target"
import { UsageError } from "../errors"

// Beside a capture.
const PAIRS_FILE = "pairs.json"
const CATHETER_FILE = "catheter.json"

/** @throws UsageError */
function readTextFile(file: string, what: string): string {
    try {
        return readFileSync(file, "utf8")
    } catch (error) {
        throw new UsageError(
            `The ${what} file "${file}" cannot be read (${(error as NodeJS.ErrnoException).code}); name a JSON file that can.`
        )
    }
}

/** The catheter that a file holds. @throws UsageError for the first field that is wrong */
export function readSpec(file: string): CatheterSpec {
    let candidate: unknown
    try {
        candidate = JSON.parse(readTextFile(file, "catheter"))
    } catch (error) {
        if (error instanceof UsageError) throw error
        throw new UsageError(
            `The catheter file "${file}" is no JSON (${(error as Error).message}); --json shows what one looks like.`
        )
    }
    const wrong = checkCatheter(candidate)
    if (wrong)
        throw new UsageError(
            `The catheter file "${file}" holds no catheter: ${invalidFieldText(wrong)}.`
        )
    return candidate as CatheterSpec
}

/** The same for a cart, which knows some itself. @throws UsageError */
export function readSpecToSend(file: string): CatheterSpec {
    const spec = readSpec(file)
    if (catheterOf(spec.id))
        throw new UsageError(
            `The catheter file "${file}": id is "${spec.id}", which the cart knows and takes from nobody else; give the catheter another id, or use --catheter ${spec.id}.`
        )
    if (spec.front_end === FRONT_END_UN0RICK)
        throw new UsageError(
            `The catheter file "${file}": front_end is ${spec.front_end}; allowed: ${FRONT_END_LINE_ENGINE}, an array or a rotor. What is wired to an un0rick, the board's setting tells: it has to be one that the cart knows.`
        )
    return spec
}

/** The list that a file holds; its numbers are not judged. @throws UsageError */
export function readPairs(file: string): Pair[] {
    try {
        return parsePairs(readTextFile(file, "pairs"))
    } catch (error) {
        if (error instanceof PairListError)
            throw new UsageError(`The pairs file "${file}": ${error.message}`)
        throw error
    }
}

/** The same for an array of so many elements. @throws UsageError for the first pair that it cannot fire */
export function readPairsToFire(file: string, elements: number): Pair[] {
    const pairs = readPairs(file)
    const wrong = checkPairList(pairs, elements)
    if (wrong) throw new UsageError(`The pairs file "${file}": ${invalidFieldText(wrong)}.`)
    return pairs
}

/** What a run was sent, as files that are kept beside its capture. */
export function sentFiles({ pairs, spec: spec }: ReceivedRun): [string, string][] {
    return [
        ...(pairs ? [[PAIRS_FILE, JSON.stringify(pairs) + "\n"]] : []),
        ...(spec ? [[CATHETER_FILE, JSON.stringify(spec, undefined, 4) + "\n"]] : []),
    ] as [string, string][]
}

/** Files as named on the command line; what is left out is looked for beside the capture. */
export interface SentOptions {
    pairs?: string
    catheter?: string
}

/**
 * What the run of a capture was sent.
 * @param capture its path
 * @throws UsageError for a file that cannot be used, or means nothing to this capture
 */
export function sentDataOf(
    capture: string,
    description: Description | undefined,
    options: SentOptions
): Pick<ReceivedRun, "pairs" | "spec"> {
    const pairs = pairsOfCapture(capture, description, options.pairs)
    const spec = specOfCapture(capture, description, options.catheter)
    return { ...(pairs && { pairs }), ...(spec && { spec: spec }) }
}

/** Of a catheter whose data are not here much can be shown all the same. */
function specOfCapture(
    capture: string,
    description: Description | undefined,
    named: string | undefined
): CatheterSpec | undefined {
    const id = description?.catheter
    if (id === undefined) return undefined
    if (catheterOf(id)) {
        if (named !== undefined)
            throw new UsageError(
                `--catheter means nothing to this capture: it is of ${id}, which is known; leave it out.`
            )
        return undefined
    }
    const file = named ?? fileBeside(capture, CATHETER_FILE)
    if (file === undefined) return undefined
    const spec = readSpec(file)
    if (spec.id === id) return spec
    if (named === undefined) return undefined
    throw new UsageError(
        `The catheter file "${file}": id is "${spec.id}"; allowed: "${id}", of which the capture is.`
    )
}

function pairsOfCapture(
    capture: string,
    description: Description | undefined,
    named: string | undefined
): Pair[] | undefined {
    if (description?.pair_list !== PAIRS_SENT) {
        if (named !== undefined)
            throw new UsageError(
                "--pairs means nothing to this capture: no list of pairs was sent for it; leave it out."
            )
        return undefined
    }
    const file = named ?? fileBeside(capture, PAIRS_FILE)
    return file === undefined ? undefined : readPairs(file)
}

function fileBeside(capture: string, name: string): string | undefined {
    const file = join(dirname(capture), name)
    return existsSync(file) ? file : undefined
}

/** The options with files, as they were typed: a replay needs them again. */
export function fileOptions(options: SentOptions): string[] {
    const { pairs, catheter } = options
    return [
        ...(pairs?.endsWith(".json") ? ["--pairs", pairs] : []),
        ...(catheter?.endsWith(".json") ? ["--catheter", catheter] : []),
    ]
}
