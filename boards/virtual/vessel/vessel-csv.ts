// Reads a vessel from a CSV file and rejects files that cannot be imaged or measured.

import { parse } from "csv-parse/sync"
import type { Border } from "./border"
import type { Vessel } from "./vessel-model"
import type { VesselFileLimits } from "./vessel-check"
import { checkBorder, checkCatheter } from "./vessel-check"
import { mm, refuse } from "./vessel-file-error"
import type { Section } from "./borders-along"
import { vesselFromSections } from "./vessel-from-borders"

const COLUMNS = ["frame", "z_mm", "x_mm", "y_mm"] as const
const MAX_BYTES = 64 * 1024 * 1024
const MAX_SECTIONS = 2000
const MIN_SECTIONS = 2

/** Larger coordinates cannot be millimetres in a patient. */
const MAX_COORDINATE_MM = 1000

/** The first cross-section must be at z = 0 or within this distance. */
const MAX_START_MM = 1

/**
 * Reads a vessel from CSV text with the columns frame, z_mm, x_mm,
 * y_mm: the points of one closed lumen border after the other, z ascending,
 * distal = 0. Borders may have either orientation and any start point; frame
 * numbers only separate the borders.
 * @throws VesselFileError
 */
export function vesselFromCsv(text: string, limits: VesselFileLimits): Vessel {
    const sections = readSections(text)
    for (const section of sections) checkBorder(section, limits)
    for (let s = 1; s < sections.length; s++)
        if (!(sections[s]!.zMm > sections[s - 1]!.zMm))
            refuse(
                "z-order",
                `The cross-section at z = ${mm(sections[s]!.zMm)} follows the one at ${mm(sections[s - 1]!.zMm)}; z must increase from each cross-section to the next.`
            )
    const from = sections[0]!.zMm
    const to = sections[sections.length - 1]!.zMm
    if (from > MAX_START_MM || to < limits.pullbackMm)
        refuse(
            "length",
            `The cross-sections cover z = ${mm(from)} to ${mm(to)}; they must cover the pullback, from 0 to ${mm(limits.pullbackMm)}.`
        )
    const vessel = vesselFromSections(sections, limits.catheterRadiusMm)
    sections.forEach((section, s) => {
        const before = sections[Math.max(0, s - 1)]!.zMm
        checkCatheter(vessel, (before + section.zMm) / 2, limits)
        checkCatheter(vessel, section.zMm, limits)
    })
    return vessel
}

function readSections(text: string): Section[] {
    if (text.trim() === "")
        refuse("empty", `The vessel file is empty; it must have the columns ${COLUMNS.join(",")}.`)
    if (text.length > MAX_BYTES)
        refuse(
            "too-large",
            `The vessel file has ${text.length} bytes; at most ${MAX_BYTES} are allowed.`
        )
    const rows = parsed(text)
    const header = rows[0]!.map(name => name.toLowerCase())
    const places = COLUMNS.map(name => header.indexOf(name))
    const missing = COLUMNS.filter((_, c) => places[c]! < 0)
    if (missing.length > 0)
        refuse(
            "columns",
            `The vessel file has no column ${missing.join(", ")}; its first line must name ${COLUMNS.join(",")}.`
        )

    const sections: { frame: string; zMm: number; points: number[] }[] = []
    const seen = new Set<string>()
    for (let r = 1; r < rows.length; r++) {
        const row = rows[r]!
        const frame = row[places[0]!]!
        if (!Number.isInteger(frame === "" ? NaN : Number(frame)))
            refuse(
                "number",
                `Row ${r + 1} has frame ${JSON.stringify(frame.slice(0, 20))}; a whole number is needed.`
            )
        const [z, x, y] = [1, 2, 3].map(c => coordinate(row[places[c]!]!, COLUMNS[c]!, r + 1)) as [
            number,
            number,
            number,
        ]
        let section = sections[sections.length - 1]
        if (section?.frame !== frame) {
            if (seen.has(frame))
                refuse(
                    "z-order",
                    `Row ${r + 1} returns to frame ${frame}; all points of a frame must be consecutive.`
                )
            seen.add(frame)
            section = { frame, zMm: z, points: [] }
            sections.push(section)
            if (sections.length > MAX_SECTIONS)
                refuse(
                    "too-large",
                    `The vessel file has more than ${MAX_SECTIONS} cross-sections; remove some.`
                )
        }
        if (z !== section.zMm)
            refuse(
                "z-order",
                `Row ${r + 1} gives frame ${frame} z = ${mm(z)} after ${mm(section.zMm)}; a frame must have a single z.`
            )
        section.points.push(x, y)
    }
    if (sections.length < MIN_SECTIONS)
        refuse(
            "sections",
            `The vessel file has ${sections.length} cross-sections; at least ${MIN_SECTIONS} are needed.`
        )
    return sections.map(({ zMm, points }) => ({
        zMm,
        border: withoutRepeats(points),
    }))
}

function parsed(text: string): string[][] {
    let rows: string[][]
    try {
        rows = parse(text, {
            bom: true,
            skip_empty_lines: true,
            trim: true,
            max_record_size: 10_000,
        })
    } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        return refuse(
            "not-csv",
            `The vessel file is not a CSV table (${why.replace(/\s+/g, " ").slice(0, 120)}); every line must have the same fields, separated by commas.`
        )
    }
    if (rows.length === 0)
        refuse("empty", `The vessel file is empty; it must have the columns ${COLUMNS.join(",")}.`)
    return rows
}

function coordinate(field: string, column: string, row: number): number {
    const value = field === "" ? NaN : Number(field)
    if (!Number.isFinite(value) || Math.abs(value) > MAX_COORDINATE_MM)
        refuse(
            "number",
            `Row ${row} has ${column} = ${JSON.stringify(field.slice(0, 20))}; a number from -${MAX_COORDINATE_MM} to ${MAX_COORDINATE_MM} is needed.`
        )
    return value
}

/** Drops points that repeat the one before, and a last point that repeats the first. */
function withoutRepeats(points: readonly number[]): Border {
    const n = points.length
    const distinct: number[] = []
    for (let i = 0; i < n; i += 2) {
        const before = (i + n - 2) % n
        if (points[i] !== points[before] || points[i + 1] !== points[before + 1])
            distinct.push(points[i]!, points[i + 1]!)
    }
    return Float64Array.from(distinct)
}
