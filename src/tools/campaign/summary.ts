// Tables of a campaign's results: procedure by kind of disturbance, and the unsafe cases.

import { kindOf, procedureOf } from "./case"
import type { ResultLine } from "./results-file"

interface Count {
    cases: number
    unsafe: number
}

function count<K>(counts: Map<K, Count>, key: K, unsafe: boolean): void {
    const c = counts.get(key) ?? { cases: 0, unsafe: 0 }
    c.cases++
    if (unsafe) c.unsafe++
    counts.set(key, c)
}

const cell = (c: Count | undefined): string =>
    !c ? "." : c.unsafe ? `${c.unsafe} of ${c.cases}` : `${c.cases}`

/** Cases by procedure (columns) and disturbance (rows); unsafe ones as "2 of 17". */
export function table(results: readonly ResultLine[]): string {
    const cells = new Map<string, Count>()
    const rows = new Map<string, Count>()
    const columns = new Map<string, Count>()
    for (const { case: c, findings } of results) {
        const unsafe = findings.length > 0
        count(cells, `${kindOf(c)}|${procedureOf(c)}`, unsafe)
        count(rows, kindOf(c), unsafe)
        count(columns, procedureOf(c), unsafe)
    }
    const names = [...columns.keys()].sort()
    const lines = [...rows.keys()]
        .sort()
        .map(row => [
            row,
            ...names.map(name => cell(cells.get(`${row}|${name}`))),
            cell(rows.get(row)),
        ])
    const legend = names.map((name, i) => `  ${letter(i)}  ${name}: ${cell(columns.get(name))}`)
    const head = ["disturbance", ...names.map((_, i) => letter(i)), "all"]
    return [...legend, "", ...aligned([head, ...lines])].join("\n")
}

const letter = (i: number): string => String.fromCharCode("A".charCodeAt(0) + i)

/** Columns of equal width; the first is a name, the others are numbers. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
    const widths = rows[0]!.map((_, i) => Math.max(...rows.map(row => row[i]!.length)))
    return rows.map(row =>
        row
            .map((text, i) => (i === 0 ? text.padEnd(widths[0]!) : text.padStart(widths[i]!)))
            .join("  ")
    )
}

/**
 * An unsafe case with the command that replays it.
 * @param firmware options of the command that choose another firmware than the built one
 */
export function unsafeText(
    { n, case: c, shrunk, findings, log }: ResultLine,
    firmware = ""
): string {
    const replay = JSON.stringify(shrunk ?? c)
    return [
        `case ${n}: ${findings.map(f => `${f.kind} at ${f.atMs} ms: ${f.text}`).join("; ")}`,
        `  npm run campaign -- ${firmware}--replay '${replay}'`,
        ...(log ?? []).map(line => `  ${line}`),
    ].join("\n")
}
