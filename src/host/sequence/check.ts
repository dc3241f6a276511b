// Responsible for: how a value is held against its limits: the first field that is wrong, what it is, what is allowed.
// Not for: which fields there are (catheter-schema.ts, txrx.ts).

/** What is wrong with a field. */
export interface InvalidField {
    /** As a path: "ops[3].tx.aperture". */
    readonly field: string
    readonly value: unknown
    /** What is allowed, in words: "1 to 512", "coronary, peripheral or bench". */
    readonly limit: string
}

/** An interval of numbers, both ends allowed. */
export interface Interval {
    readonly min: number
    readonly max: number
    readonly unit: string
}

export function intervalText({ min, max, unit }: Interval): string {
    return `${min} to ${max}${unit && ` ${unit}`}`
}

/** Whole numbers only: nothing on the wire has a fraction. */
export function inInterval(value: unknown, { min, max }: Interval): boolean {
    return Number.isInteger(value) && Number(value) >= min && Number(value) <= max
}

export function checkInterval(
    field: string,
    value: unknown,
    interval: Interval
): InvalidField | undefined {
    if (inInterval(value, interval)) return undefined
    return {
        field,
        value,
        limit: `whole numbers from ${intervalText(interval)}`,
    }
}

/** One sentence: the field, its value, its limit. */
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
