// Responsible for: a number that was typed for an option, within its range.
// Not for: which options there are.

import { UsageError } from "./errors"

/** @throws UsageError with one sentence: what was wrong, what is allowed */
export function numberIn(
    text: string,
    option: string,
    min: number,
    max: number,
    unit: string
): number {
    const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : NaN
    if (!(value >= min && value <= max))
        throw new UsageError(
            `--${option} ${text} is ${Number.isNaN(value) ? "not a number" : "out of range"}; ${min} to ${max} ${unit} are allowed.`
        )
    return value
}

/** The same for what can only be counted. */
export function wholeIn(
    text: string,
    option: string,
    min: number,
    max: number,
    unit: string
): number {
    const value = numberIn(text, option, min, max, unit)
    if (!Number.isInteger(value))
        throw new UsageError(
            `--${option} ${text} is not whole; whole numbers from ${min} to ${max} ${unit} are allowed.`
        )
    return value
}
