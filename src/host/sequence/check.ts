// Validates values of unknown origin: reports the first invalid field, its value and what is allowed. Used by catheter-schema.ts, pair-list.ts, txrx.ts.
//
// Files are validated with valibot: a schema states each field once, tree-shakes to a few kB, has no dependencies, and gives the
// path and the input of the first issue, from which one sentence is made. Only the host uses it; the VM does not.

import * as v from "valibot"

/** An invalid field. */
export interface InvalidField {
    /** Path of the field: "ops[3].tx.aperture". */
    readonly field: string
    readonly value: unknown
    /** What is allowed, in words: "1 to 512", "coronary, peripheral or bench". */
    readonly limit: string
}

/** An interval of integers, both ends included. */
export interface Interval {
    readonly min: number
    readonly max: number
    readonly unit: string
}

export function intervalText({ min, max, unit }: Interval): string {
    return `${min} to ${max}${unit && ` ${unit}`}`
}

/** Integers only: the link carries no fractions. */
function inInterval(value: unknown, { min, max }: Interval): boolean {
    return Number.isInteger(value) && Number(value) >= min && Number(value) <= max
}

export function checkInterval(
    field: string,
    value: unknown,
    interval: Interval
): InvalidField | undefined {
    if (inInterval(value, interval)) return undefined
    return { field, value, limit: wholeNumbersText(interval) }
}

/** What is allowed for an integer in an interval. */
export function wholeNumbersText(interval: Interval): string {
    return `whole numbers from ${intervalText(interval)}`
}

/** Schema of an integer in an interval. */
export function integerSchema(interval: Interval) {
    const limit = wholeNumbersText(interval)
    return v.pipe(
        v.number(limit),
        v.integer(limit),
        v.minValue(interval.min, limit),
        v.maxValue(interval.max, limit)
    )
}

/**
 * Validates a value against a schema whose messages say what is allowed.
 * @param name of the whole value, for an issue without a path
 * @returns the first invalid field, or undefined
 */
export function firstInvalidField(
    schema: v.GenericSchema,
    value: unknown,
    name: string
): InvalidField | undefined {
    const [issue] = v.safeParse(schema, value, { abortEarly: true }).issues ?? []
    if (!issue) return undefined
    const field = (issue.path ?? []).reduce(
        (path, { key }) =>
            typeof key === "number"
                ? `${path}[${key}]`
                : path
                  ? `${path}.${String(key)}`
                  : String(key),
        issue.path?.length && typeof issue.path[0]?.key === "number" ? name : ""
    )
    // The input of an issue about an unknown key is the key itself, not its value.
    const last = issue.path?.at(-1)
    return { field: field || name, value: last ? last.value : issue.input, limit: issue.message }
}

/** One clause that names the field, its value and what is allowed. */
export function invalidFieldText({ field, value, limit }: InvalidField): string {
    return `${field} is ${valueText(value)}; allowed: ${limit}`
}

const SHOWN = 40

function valueText(value: unknown): string {
    if (value === undefined) return "missing"
    if (typeof value === "number") return String(value)
    const text = JSON.stringify(value) ?? typeof value
    return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}
