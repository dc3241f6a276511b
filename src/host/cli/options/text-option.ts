// Options whose value is one line of plain text.

import { Option } from "commander"
import { UsageError } from "../../errors"

/** Long strings and groups of a person's name in DICOM (PS3.5, 6.2). */
const TEXT_MAX = 64
/** What no DICOM text of one line may have, or what would change the text around it. */
const REFUSED = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\\]/u

export function textOption(flags: string, description: string, max = TEXT_MAX): Option {
    const option = new Option(flags, description)
    return option.argParser(text => parseText(text, option.name(), max))
}

/** The name of a person as in DICOM: up to three groups, for scripts, of up to five components. */
export function personNameOption(flags: string, description: string): Option {
    const option = textOption(flags, description)
    return option.argParser(text => {
        const name = parseText(text, option.name(), TEXT_MAX)
        if (isPersonName(name)) return name
        throw new UsageError(
            `--${option.name()}: up to 5 parts with ^ between them are allowed, and up to 3 scripts with = between them, as in DICOM.`
        )
    })
}

function isPersonName(name: string): boolean {
    const groups = name.split("=")
    return groups.length <= 3 && groups.every(group => group.split("^").length <= 5)
}

/** The name of a person as the option takes it. @returns undefined for one that it does not take */
export function personName(text: string): string | undefined {
    const name = plainText(text)
    return name !== undefined && isPersonName(name) ? name : undefined
}

/** One line of plain text as the options take it. @returns undefined for one that they do not take */
export function plainText(text: string, max = TEXT_MAX): string | undefined {
    const trimmed = text.trim().normalize("NFC")
    const { length } = [...trimmed]
    return length > 0 && length <= max && !REFUSED.test(trimmed) ? trimmed : undefined
}

/** @throws UsageError for a text that a DICOM attribute cannot hold */
function parseText(text: string, option: string, max: number): string {
    const taken = plainText(text, max)
    if (taken !== undefined) return taken
    throw new UsageError(
        `--${option}: 1 to ${max} characters are allowed, without backslashes and control characters.`
    )
}
