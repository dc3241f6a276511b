// The bytes of code that each folder and the whole of a program may have (budget.json), as a table and as errors.

import { BEDSIDE_PROGRAM } from "../../shared/programs"
import budget from "./budget.json"
import type { CodeSize } from "./code-size"

/** Bytes of an image that fit the 256 kB flash store of the ESP32-S3, and the 128 kB one of the CLI's VM. */
const STORES = [
    ["the ESP32-S3 stores", 225_152],
    ["the VM of the DeviceScript CLI stores", 110_464],
] as const

export interface BuiltProgram {
    readonly source: string
    readonly size: CodeSize
}

interface Budget {
    /** Of the whole program. */
    readonly total: number
    readonly folders: Readonly<Record<string, number>>
}

const CART: Budget = budget
const BEDSIDE: Budget = budget.bedside

/** The bedside unit has a budget of its own; the programs of the cart share one. */
function budgetOf(source: string): Budget {
    return source === BEDSIDE_PROGRAM.source ? BEDSIDE : CART
}

/** The folder of the budget that a source file counts for: src/firmware/motion, src/shared, @devicescript. */
export function folderOf(file: string): string {
    if (file.startsWith("@devicescript/")) return "@devicescript"
    return file.split("/").slice(0, -1).slice(0, 3).join("/")
}

function bytesIn({ files }: CodeSize, folder: string): number {
    return [...files].reduce((sum, [file, n]) => (folderOf(file) === folder ? sum + n : sum), 0)
}

/** One sentence for each limit that a program is beyond. */
export function overBudget(programs: readonly BuiltProgram[]): string[] {
    return programs.flatMap(({ source, size }) => {
        const errors: string[] = []
        const { total, folders } = budgetOf(source)
        for (const folder of new Set([...size.files.keys()].map(folderOf))) {
            const [bytes, limit] = [bytesIn(size, folder), folders[folder]]
            if (limit === undefined)
                errors.push(`src/tools/build/budget.json has no budget for ${folder}; add one.`)
            else if (bytes > limit)
                errors.push(
                    `${folder} has ${count(bytes)} bytes of code in ${source}, ${count(bytes - limit)} more than its budget: shorten it, or move budget to it in src/tools/build/budget.json.`
                )
        }
        if (size.total > total)
            errors.push(
                `${source} has ${count(size.total)} bytes of code, ${count(size.total - total)} more than the budget of a program: shorten it.`
            )
        for (const [store, bytes] of STORES)
            if (size.image > bytes)
                errors.push(
                    `The image of ${source} has ${count(size.image)} bytes, more than the ${count(bytes)} that ${store}: shorten its texts or its code.`
                )
        return errors
    })
}

/** @param withFiles whether each source file has a row of its own */
export function sizeTable(programs: readonly BuiltProgram[], withFiles: boolean): string {
    const rows = [["bytes of code", ...programs.map(p => p.source), "budget", "of the unit"]]
    const allowed = (limit: number | undefined): string => (limit === undefined ? "" : count(limit))
    for (const folder of new Set([...Object.keys(CART.folders), ...Object.keys(BEDSIDE.folders)])) {
        const bytes = programs.map(({ size }) => bytesIn(size, folder))
        const limits = [CART, BEDSIDE].map(({ folders }) => allowed(folders[folder]))
        rows.push([folder, ...bytes.map(count), ...limits])
        if (withFiles) rows.push(...fileRows(programs, folder))
    }
    const totals = programs.map(({ size }) => count(size.total))
    rows.push(["total", ...totals, count(CART.total), count(BEDSIDE.total)])
    const images = programs.map(({ size }) => count(size.image))
    const store = count(Math.min(...STORES.map(([, bytes]) => bytes)))
    rows.push(["whole image", ...images, store, store])
    const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
    return rows
        .map(row =>
            row
                .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
                .join("  ")
        )
        .join("\n")
}

function fileRows(programs: readonly BuiltProgram[], folder: string): string[][] {
    const files = programs.flatMap(({ size }) => [...size.files.keys()])
    return [...new Set(files)]
        .filter(file => folderOf(file) === folder)
        .sort()
        .map(file => {
            const bytes = programs.map(({ size }) => count(size.files.get(file) ?? 0))
            return [`    ${file.slice(folder.length + 1)}`, ...bytes, "", ""]
        })
}

const count = (bytes: number): string => bytes.toLocaleString("en-US")
