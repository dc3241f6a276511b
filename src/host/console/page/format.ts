// Numbers as the page writes them, with their units; a dash where there is none.

const NONE = "–"

function fixed(value: number | null | undefined, digits: number, unit: string): string {
    return value === null || value === undefined || !Number.isFinite(value)
        ? NONE
        : `${value.toFixed(digits)} ${unit}`
}

export const mm = (value: number | null | undefined, digits = 2): string =>
    fixed(value, digits, "mm")
export const mm2 = (value: number | null | undefined): string => fixed(value, 2, "mm²")
export const percent = (value: number | null | undefined): string => fixed(value, 0, "%")
export const db = (value: number): string => `${value > 0 ? "+" : ""}${Math.round(value)} dB`
export const seconds = (ms: number): string => fixed(ms / 1000, 2, "s")

/** A date of ISO 8601 as people read it: 30 Nov 2026, 00:14. */
export function dateText(iso: string | null): string {
    if (iso === null) return "no date"
    const [, year, month, day, time] = /^(\d+)-(\d\d)-(\d\d)T(\d\d:\d\d)/.exec(iso) ?? []
    if (!year) return iso
    const names = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ")
    return `${Number(day)} ${names[Number(month) - 1] ?? month} ${year}, ${time}`
}

export const VERDICT_WORDS = {
    complete: "Complete",
    incomplete: "Cut short",
    stopped: "Stopped",
    failed: "Failed",
} as const

/** How sure a measurement is: a word and one to three steps. */
export function confidenceOf(confidence: number): {
    readonly steps: 1 | 2 | 3
    readonly word: string
} {
    if (confidence >= 0.75) return { steps: 3, word: "sure" }
    if (confidence >= 0.45) return { steps: 2, word: "fair" }
    return { steps: 1, word: "unsure" }
}

/** A DICOM person name (family^given^middle^prefix^suffix) as it is read. */
export function nameText(name: string | null): string | null {
    if (name === null) return null
    const [family = "", ...rest] = name.split("^").map(part => part.trim())
    const given = rest.filter(Boolean).join(" ")
    return given === "" ? family : `${family}, ${given}`
}
