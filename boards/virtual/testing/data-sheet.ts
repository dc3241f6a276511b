// Reads a data sheet of boards/ for tests: tables, printed figures and worked transactions.

import { readFileSync } from "node:fs"
import * as assert from "uvu/assert"
import { blocksOf, numberOf, sectionOf, tablesOf, type Row } from "./markdown-tables"

/** One worked transaction: time of the falling edge of CS, bytes sent, bytes received. */
export interface WorkedTransaction {
    readonly timeUs: number
    readonly mosi: Uint8Array
    readonly miso: Uint8Array
}

export class DataSheet {
    readonly text: string

    /** @param name file name in `boards/` */
    constructor(name: string) {
        this.text = readFileSync(new URL(`../../${name}`, import.meta.url), "utf8")
    }

    section(heading: string): string {
        return sectionOf(this.text, heading)
    }

    /** The nth table under a heading. */
    table(heading: string, nth = 0): Row[] {
        return tablesOf(this.section(heading))[nth]!
    }

    /** The worked transactions (hex dumps) in order. */
    session(): WorkedTransaction[] {
        return blocksOf(this.text, "hex").map(block => {
            const lines = block.trimEnd().split("\n")
            return {
                timeUs: numberOf(lines[0]!.replace(/^t /, "")),
                mosi: bytesOf(lines, "> "),
                miso: bytesOf(lines, "< "),
            }
        })
    }
}

/** Checks a printed number against the exact one, to half a unit of its last digit. */
export function assertPrinted(cell: string | undefined, exact: number): void {
    const number = numberOf(cell)
    const digits = /\.(\d+)/.exec(cell!)?.[1]?.length ?? 0
    assert.ok(
        Math.abs(number - exact) <= 0.5 * 10 ** -digits + 1e-9,
        `${cell} is printed, ${exact} is right`
    )
}

/** Compares a device's reply with the one in the data sheet. */
export function assertBytes(reply: Uint8Array, sheet: Uint8Array, what: string): void {
    const hex = (b: Uint8Array): string => Buffer.from(b).toString("hex")
    assert.equal(hex(reply), hex(sheet), what)
}

/** A worked transaction as a fenced block, 16 bytes a line. */
export function hexBlock({ timeUs, mosi, miso }: WorkedTransaction): string {
    return ["```hex", `t ${timeUs}`, ...hexLines("> ", mosi), ...hexLines("< ", miso), "```"].join(
        "\n"
    )
}

function hexLines(mark: string, bytes: Uint8Array): string[] {
    const words = Array.from(bytes, byte => byte.toString(16).padStart(2, "0"))
    return Array.from(
        { length: Math.ceil(words.length / 16) },
        (_, i) => (i === 0 ? mark : "  ") + words.slice(16 * i, 16 * (i + 1)).join(" ")
    )
}

/** The bytes after a mark; an indented line continues the one before. */
function bytesOf(lines: readonly string[], mark: string): Uint8Array {
    let on = false
    const words = lines.flatMap(line => {
        if (!line.startsWith("  ")) on = line.startsWith(mark)
        return on ? line.slice(2).split(" ") : []
    })
    return Uint8Array.from(words, word => parseInt(word, 16))
}
