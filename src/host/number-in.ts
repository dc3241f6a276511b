// Parses the number typed for a command-line option and checks its range.

import { UsageError } from "./errors"

/** @throws UsageError with one sentence: what was wrong and what is allowed */
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

/** The same for a whole number. */
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
            `--${option} ${text} is not a whole number; whole numbers from ${min} to ${max} ${unit} are allowed.`
        )
    return value
}
