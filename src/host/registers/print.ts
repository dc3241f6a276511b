// Formats a register dump as lines of text.

import {
    CART_SCREW_0,
    DUMP_CART,
    SOURCE_NEVER_WRITTEN,
    SOURCE_NO_ANSWER,
    SOURCE_READ,
    SOURCE_SHADOW,
} from "../../shared/protocol/register-dump"
import type { RegisterValue } from "../../shared/protocol/messages"
import type { Dump } from "./dump"
import { CHIPS, fieldsOf, registerOf } from "./fields-of"
import { screwText, screwUmOf } from "./screw"
import type { Scale } from "./units"

/** Maximum width of a line with several fields of a register. */
const LINE_WIDTH = 72

/** Name of the source of a value. */
export const SOURCE_NAMES: Readonly<Record<number, string>> = {
    [SOURCE_READ]: "read",
    [SOURCE_SHADOW]: "written",
    [SOURCE_NEVER_WRITTEN]: "-",
    [SOURCE_NO_ANSWER]: "no answer",
}

export function hexOf(value: number, width = 8): string {
    return `0x${(value >>> 0).toString(16).padStart(width, "0")}`
}

/** Formats fields: flags by name if set, all others with their value. */
export function fieldWords(chip: number, address: number, value: number, scale?: Scale): string[] {
    const fields = fieldsOf(chip, address, value, scale)
    if (fields.length === 1 && !fields[0]!.flag) {
        const { value: number, text } = fields[0]!
        if (text === undefined) return [`${number}`]
        const unit = registerOf(chip, address)?.fields[0]?.unit
        return [unit === "hex" || unit === "ascii" ? text : `${number} = ${text}`]
    }
    const words = fields
        .filter(f => !f.flag || f.value !== 0)
        .map(f => {
            if (f.flag) return f.name
            return `${f.name} ${f.value}${f.text === undefined ? "" : ` (${f.text})`}`
        })
    return words.length > 0 ? words : ["no flag is set"]
}

/** Joins words into as few lines as possible. */
function wrapped(words: readonly string[]): string[] {
    const lines: string[] = []
    for (const word of words) {
        const last = lines.at(-1)
        if (last !== undefined && last.length + word.length + 2 <= LINE_WIDTH)
            lines[lines.length - 1] = `${last}, ${word}`
        else lines.push(word)
    }
    return lines
}

function row(r: RegisterValue, scale: Scale | undefined): string[] {
    const known = registerOf(r.chip, r.address)
    const hasValue = r.source === SOURCE_READ || r.source === SOURCE_SHADOW
    const words = hasValue
        ? fieldWords(r.chip, r.address, r.value, scale)
        : [r.source === SOURCE_NO_ANSWER ? "the chip does not answer" : ""]
    const head = [
        // The status bytes have no address in the chip.
        (r.address > 0xff ? "" : hexOf(r.address, 2)).padEnd(4),
        (known?.name ?? "unknown").padEnd(20),
        (hasValue ? hexOf(r.value) : "").padEnd(10),
        (SOURCE_NAMES[r.source] ?? `source ${r.source}`).padEnd(9),
    ].join("  ")
    return wrapped(words).map((line, i) =>
        `  ${i === 0 ? head : " ".repeat(head.length)}  ${line}`.trimEnd()
    )
}

/** Formats the whole dump, chip by chip in the order received. */
export function dumpText(dump: Dump): string {
    return [...new Set(dump.registers.map(r => r.chip))]
        .flatMap(chip => {
            const of = dump.registers.filter(r => r.chip === chip)
            const name = CHIPS[chip]?.name ?? `unknown chip ${chip}`
            // The points of the screw table are shown as one row.
            const rows = of.filter(r => !isScrewPoint(r))
            const screw = of.length > rows.length ? [screwRow(dump)] : []
            return [name, ...rows.flatMap(r => row(r, dump.scale)), ...screw, ""]
        })
        .join("\n")
        .trimEnd()
}

function isScrewPoint(r: RegisterValue): boolean {
    return r.chip === DUMP_CART && r.address >= CART_SCREW_0
}

function screwRow(dump: Dump): string {
    return `        ${"SCREW".padEnd(33)}read       ${screwText(screwUmOf(dump))}`
}
