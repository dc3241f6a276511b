// Numbers that a user typed, checked against their range.

import { UsageError } from "./errors"

/** @throws UsageError that says what is wrong and what is allowed */
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

/** The same for integers. */
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
