// Tables and code blocks of this project's Markdown documents, so that tests can compare them with the code.

/** A row, keyed by column name; backticks are removed. */
export type Row = Readonly<Record<string, string>>

/** The text under a heading, up to the next heading of its level or above. */
export function sectionOf(document: string, heading: string): string {
    const lines = document.split("\n")
    const from = lines.findIndex(l => /^#+ /.test(l) && l.endsWith(heading))
    if (from < 0) throw new Error(`the document has no heading "${heading}"`)
    const level = /^#+/.exec(lines[from]!)![0].length
    const rest = lines.slice(from + 1)
    const to = rest.findIndex(l => (/^(#+) /.exec(l)?.[1]?.length ?? 9) <= level)
    return rest.slice(0, to < 0 ? undefined : to).join("\n")
}

/** All tables of a text in order. */
export function tablesOf(text: string): Row[][] {
    const tables: Row[][] = []
    for (const block of text.split(/\n\s*\n/)) {
        const lines = block.split("\n").filter(l => l.startsWith("|"))
        if (lines.length < 3) continue
        const [names, , ...rows] = lines.map(cellsOf)
        tables.push(
            rows.map(cells => Object.fromEntries(names!.map((name, i) => [name, cells[i]!])))
        )
    }
    return tables
}

/** Contents of the fenced blocks of one language. */
export function blocksOf(document: string, language: string): string[] {
    const fence = new RegExp("^```" + language + "\\n([^]*?)^```", "gm")
    return [...document.matchAll(fence)].map(match => match[1]!)
}

/** The number at the start of a cell: decimal, with or without thousands separators, or 0x. */
export function numberOf(cell: string | undefined): number {
    const match = /^(0x[0-9a-f]+|-?[\d,]+(\.\d+)?)/.exec(cell ?? "")
    if (!match) throw new Error(`"${cell}" does not start with a number`)
    return Number(match[0].replaceAll(",", ""))
}

function cellsOf(line: string): string[] {
    return line
        .split("|")
        .slice(1, -1)
        .map(cell => cell.trim().replaceAll("`", ""))
}
