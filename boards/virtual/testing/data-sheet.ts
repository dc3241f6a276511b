// Responsible for: a data sheet of this folder as tests need it: its tables, its printed figures, its worked transactions.
// Not for: taking Markdown apart (markdown-tables.ts) or judging a board.

import { readFileSync } from "node:fs"
import * as assert from "uvu/assert"
import { blocksOf, numberOf, sectionOf, tablesOf, type Row } from "./markdown-tables"

/** One transaction of a sheet: when CS falls, what is sent, what comes back. */
export interface WorkedTransaction {
    readonly timeUs: number
    readonly mosi: Uint8Array
    readonly miso: Uint8Array
}

export class DataSheet {
    readonly text: string

    /** @param name of a file in `boards/` */
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

    /** The hex dumps in their order. */
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

/** A printed number against the exact one: equal to half of its last digit. */
export function printed(cell: string | undefined, exact: number): void {
    const number = numberOf(cell)
    const digits = /\.(\d+)/.exec(cell!)?.[1]?.length ?? 0
    assert.ok(
        Math.abs(number - exact) <= 0.5 * 10 ** -digits + 1e-9,
        `${cell} is printed, ${exact} is right`
    )
}

/** What a board really answered, against what its sheet says. */
export function sameBytes(answer: Uint8Array, sheet: Uint8Array, what: string): void {
    const hex = (b: Uint8Array): string => Buffer.from(b).toString("hex")
    assert.equal(hex(answer), hex(sheet), what)
}

/** The bytes behind a mark; a line that begins with blanks goes on. */
function bytesOf(lines: readonly string[], mark: string): Uint8Array {
    let on = false
    const words = lines.flatMap(line => {
        if (!line.startsWith("  ")) on = line.startsWith(mark)
        return on ? line.slice(2).split(" ") : []
    })
    return Uint8Array.from(words, word => parseInt(word, 16))
}
