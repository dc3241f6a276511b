// Files with what a cart is sent before a setup, catheter specs and firing-pair lists: read, validated, kept beside the
// capture and found again.

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
import { parseJson } from "../json-text"

// Names of the files beside a capture.
const PAIRS_FILE = "pairs.json"
const CATHETER_FILE = "catheter.json"

/** @throws UsageError */
function readTextFile(file: string, what: string): string {
    try {
        return readFileSync(file, "utf8")
    } catch (error) {
        throw new UsageError(
            `The ${what} file "${file}" cannot be read (${(error as NodeJS.ErrnoException).code}); name a readable JSON file.`
        )
    }
}

/** Reads a catheter spec. @throws UsageError for the first invalid field */
export function readSpec(file: string): CatheterSpec {
    let candidate: unknown
    try {
        candidate = parseJson(readTextFile(file, "catheter"))
    } catch (error) {
        if (error instanceof UsageError) throw error
        throw new UsageError(
            `The catheter file "${file}" is not valid JSON (${(error as Error).message}); --json prints an example.`
        )
    }
    const invalid = checkCatheter(candidate)
    if (invalid)
        throw new UsageError(
            `The catheter file "${file}" is not valid: ${invalidFieldText(invalid)}.`
        )
    return candidate as CatheterSpec
}

/** Reads a catheter spec to send to a cart, which has some catheters built in. @throws UsageError */
export function readSpecToSend(file: string): CatheterSpec {
    const spec = readSpec(file)
    if (catheterOf(spec.id))
        throw new UsageError(
            `The catheter file "${file}": the id "${spec.id}" is reserved for a built-in catheter; choose another, or use --catheter ${spec.id}.`
        )
    if (spec.front_end === FRONT_END_UN0RICK)
        throw new UsageError(
            `The catheter file "${file}": front_end is ${spec.front_end}; allowed: ${FRONT_END_LINE_ENGINE}, an array or a rotor. On an un0rick only built-in catheters can be used; the board's setting names the one that is connected.`
        )
    return spec
}

/** Reads a firing-pair list without checking its element numbers. @throws UsageError */
export function readPairs(file: string): Pair[] {
    try {
        return parsePairs(readTextFile(file, "pairs"))
    } catch (error) {
        if (error instanceof PairListError)
            throw new UsageError(`The pairs file "${file}": ${error.message}`)
        throw error
    }
}

/**
 * Reads a firing-pair list for an array with `elements` elements. @throws UsageError for the first pair it cannot fire
 */
export function readPairsToFire(file: string, elements: number): Pair[] {
    const pairs = readPairs(file)
    const invalid = checkPairList(pairs, elements)
    if (invalid) throw new UsageError(`The pairs file "${file}": ${invalidFieldText(invalid)}.`)
    return pairs
}

/** What a run was sent, as files to keep beside its capture. */
export function sentFiles({
    pairs,
    spec,
}: Pick<ReceivedRun, "pairs" | "spec">): [string, string][] {
    return [
        ...(pairs ? [[PAIRS_FILE, JSON.stringify(pairs) + "\n"]] : []),
        ...(spec ? [[CATHETER_FILE, JSON.stringify(spec, undefined, 4) + "\n"]] : []),
    ] as [string, string][]
}

/** Files named on the command line; others are searched for in the capture's folder. */
export interface SentOptions {
    pairs?: string
    catheter?: string
}

/**
 * Finds what the run of a capture was sent.
 * @param capture its path
 * @throws UsageError for a file that cannot be used or does not apply to this capture
 */
export function sentDataOf(
    capture: string,
    description: Description | undefined,
    options: SentOptions
): Pick<ReceivedRun, "pairs" | "spec"> {
    const pairs = pairsOfCapture(capture, description, options.pairs)
    const spec = specOfCapture(capture, description, options.catheter)
    return { ...(pairs && { pairs }), ...(spec && { spec }) }
}

/** Without the catheter's data, much of a capture can still be shown. */
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
                `--catheter does not apply to this capture: its catheter ${id} is built in; leave --catheter out.`
            )
        return undefined
    }
    const file = named ?? fileBeside(capture, CATHETER_FILE)
    if (file === undefined) return undefined
    const spec = readSpec(file)
    if (spec.id === id) return spec
    if (named === undefined) return undefined
    throw new UsageError(
        `The catheter file "${file}": its id is "${spec.id}", but the capture's catheter is "${id}"; name the file of that catheter.`
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
                "--pairs does not apply to this capture: no firing-pair list was sent for it; leave --pairs out."
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

/** The options that name files, as typed: a replay needs them again. */
export function fileOptions(options: SentOptions): string[] {
    const { pairs, catheter } = options
    return [
        ...(pairs?.endsWith(".json") ? ["--pairs", pairs] : []),
        ...(catheter?.endsWith(".json") ? ["--catheter", catheter] : []),
    ]
}
