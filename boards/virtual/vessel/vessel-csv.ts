// Responsible for: reading a vessel from a CSV file and refusing one that the
// phantom or a measurement could not make sense of.
// Not for: what lies between its cross-sections (vessel-from-borders.ts).

import { parse } from "csv-parse/sync"
import type { Border } from "./border"
import {
    contains,
    crossesItself,
    edgeLengths,
    resampled,
    signedArea,
} from "./border"
import type { Vessel } from "./vessel-model"
import type { Section } from "./vessel-from-borders"
import { inscribedCircle, vesselFromSections } from "./vessel-from-borders"

/** Why a vessel file was refused. */
export type VesselFileErrorCode =
    | "empty"
    | "not-csv"
    | "columns"
    | "number"
    | "too-large"
    | "sections"
    | "points"
    | "z-order"
    | "open"
    | "crossing"
    | "catheter"
    | "length"
    | "depth"

/** A vessel file that cannot be used; the message is one sentence: what was wrong, what is allowed. */
export class VesselFileError extends Error {
    constructor(
        readonly code: VesselFileErrorCode,
        message: string
    ) {
        super(message)
        this.name = "VesselFileError"
    }
}

/** What the vessel must allow. */
export interface VesselFileLimits {
    /** the file must cover z = 0 to this */
    readonly pullbackMm: number
    readonly catheterRadiusMm: number
    /** each border must lie within this distance of the catheter, or its area could not be measured */
    readonly depthMm: number
}

const COLUMNS = ["frame", "z_mm", "x_mm", "y_mm"] as const
const MAX_BYTES = 64 * 1024 * 1024
const MAX_SECTIONS = 5000
const MIN_SECTIONS = 2
const MIN_POINTS = 8
const MAX_POINTS = 4096

/** Self-crossing is looked for on at most so many points, since its cost is quadratic. */
const CROSSING_POINTS = 512

/** Coordinates beyond this are no millimetres of a patient. */
const MAX_COORDINATE_MM = 1000

/** The first cross-section stands at z = 0, or nearly. */
const MAX_START_MM = 1

/**
 * A closed border's last point lies next to its first. Open is what needs a
 * closing edge of over a fifth of the way round and over three times any other.
 */
const OPEN_PART = 0.2
const OPEN_TIMES = 3

/**
 * A catheter presses the wall of a squeezed vessel aside, but not without end:
 * the lumen must have its cross-section's area, and take in half of its radius.
 */
const MIN_CIRCLE_OF_CATHETER = 0.5

/**
 * A vessel from the text of a CSV file with the columns frame, z_mm, x_mm,
 * y_mm: the points of one closed lumen border after the other, z growing,
 * distal = 0. Border points may run either way round and start anywhere; frame
 * numbers only tell the borders apart.
 * @throws VesselFileError
 */
export function vesselFromCsv(text: string, limits: VesselFileLimits): Vessel {
    const sections = readSections(text)
    for (const section of sections) checkBorder(section, limits)
    for (let s = 1; s < sections.length; s++)
        if (!(sections[s]!.zMm > sections[s - 1]!.zMm))
            refuse(
                "z-order",
                `The cross-section at z = ${mm(sections[s]!.zMm)} follows the one at ${mm(sections[s - 1]!.zMm)}; z must grow from each cross-section to the next.`
            )
    const from = sections[0]!.zMm
    const to = sections[sections.length - 1]!.zMm
    if (from > MAX_START_MM || to < limits.pullbackMm)
        refuse(
            "length",
            `The cross-sections reach from z = ${mm(from)} to ${mm(to)}; they must cover the pullback, from 0 to ${mm(limits.pullbackMm)}.`
        )
    const vessel = vesselFromSections(sections, limits.catheterRadiusMm)
    for (const section of sections) checkCatheter(vessel, section.zMm, limits)
    return vessel
}

function readSections(text: string): Section[] {
    if (text.trim() === "")
        refuse(
            "empty",
            `The vessel file is empty; it must hold the columns ${COLUMNS.join(",")}.`
        )
    if (text.length > MAX_BYTES)
        refuse(
            "too-large",
            `The vessel file has ${text.length} bytes; ${MAX_BYTES} are allowed.`
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
        if (!/^-?\d{1,9}$/.test(frame))
            refuse(
                "number",
                `Row ${r + 1} names frame "${frame.slice(0, 20)}"; a whole number is needed.`
            )
        const [z, x, y] = [1, 2, 3].map(c =>
            coordinate(row[places[c]!]!, COLUMNS[c]!, r + 1)
        ) as [number, number, number]
        let section = sections[sections.length - 1]
        if (section?.frame !== frame) {
            if (seen.has(frame))
                refuse(
                    "z-order",
                    `Row ${r + 1} returns to frame ${frame}; the points of a frame must stand together.`
                )
            seen.add(frame)
            section = { frame, zMm: z, points: [] }
            sections.push(section)
            if (sections.length > MAX_SECTIONS)
                refuse(
                    "too-large",
                    `The vessel file has more than ${MAX_SECTIONS} cross-sections, which is the most allowed.`
                )
        }
        if (z !== section.zMm)
            refuse(
                "z-order",
                `Row ${r + 1} gives frame ${frame} a second z of ${mm(z)} after ${mm(section.zMm)}; a frame has one z.`
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
            `The vessel file is no CSV table (${why.replace(/\s+/g, " ").slice(0, 120)}); each line must have the same fields, separated by commas.`
        )
    }
    if (rows.length === 0)
        refuse(
            "empty",
            `The vessel file is empty; it must hold the columns ${COLUMNS.join(",")}.`
        )
    return rows
}

function coordinate(field: string, column: string, row: number): number {
    const value = field === "" ? NaN : Number(field)
    if (!Number.isFinite(value) || Math.abs(value) > MAX_COORDINATE_MM)
        refuse(
            "number",
            `Row ${row} has ${column} = "${field.slice(0, 20)}"; a number from -${MAX_COORDINATE_MM} to ${MAX_COORDINATE_MM} is needed.`
        )
    return value
}

/** Points that repeat the one before, or the first at the end, carry nothing. */
function withoutRepeats(points: readonly number[]): Border {
    const n = points.length
    const kept: number[] = []
    for (let i = 0; i < n; i += 2) {
        const before = (i + n - 2) % n
        if (
            points[i] !== points[before] ||
            points[i + 1] !== points[before + 1]
        )
            kept.push(points[i]!, points[i + 1]!)
    }
    return Float64Array.from(kept)
}

function checkBorder(section: Section, limits: VesselFileLimits): void {
    const { border, zMm } = section
    const where = `The border at z = ${mm(zMm)}`
    const points = border.length / 2
    if (points < MIN_POINTS || points > MAX_POINTS)
        refuse(
            "points",
            `${where} has ${points} different points; ${MIN_POINTS} to ${MAX_POINTS} are needed.`
        )
    const edges = edgeLengths(border)
    const closing = edges[points - 1]!
    const total = edges.reduce((sum, edge) => sum + edge, 0)
    const longest = edges
        .subarray(0, points - 1)
        .reduce((a, b) => Math.max(a, b), 0)
    if (closing > OPEN_PART * total && closing > OPEN_TIMES * longest)
        refuse(
            "open",
            `${where} is open by ${mm(closing)}; its last point must lie next to its first.`
        )
    const rc = limits.catheterRadiusMm
    const area = Math.abs(signedArea(border))
    const radius = area > 0 ? inscribedCircle(border).radiusMm : 0
    if (!(area >= Math.PI * rc * rc) || radius < MIN_CIRCLE_OF_CATHETER * rc)
        refuse(
            "catheter",
            `${where} encloses ${area.toFixed(2)} mm² and a circle of ${mm(radius)} radius; a catheter of ${mm(rc)} radius needs ${(Math.PI * rc * rc).toFixed(2)} mm² and ${mm(MIN_CIRCLE_OF_CATHETER * rc)}.`
        )
    if (
        crossesItself(
            points > CROSSING_POINTS
                ? resampled(border, CROSSING_POINTS)
                : border
        )
    )
        refuse(
            "crossing",
            `${where} crosses itself; it must run round the lumen once.`
        )
}

function checkCatheter(
    vessel: Vessel,
    zMm: number,
    limits: VesselFileLimits
): void {
    const border = vessel.borderAt(zMm)
    if (!contains(border, 0, 0))
        refuse(
            "catheter",
            `The border at z = ${mm(zMm)} does not enclose the catheter, which runs smoothly through the centres of all borders; neighbouring borders must lie in one vessel.`
        )
    let furthest = 0
    for (let i = 0; i < border.length; i += 2)
        furthest = Math.max(furthest, Math.hypot(border[i]!, border[i + 1]!))
    if (furthest > limits.depthMm)
        refuse(
            "depth",
            `The border at z = ${mm(zMm)} lies up to ${mm(furthest)} from the catheter; the imaging depth of ${mm(limits.depthMm)} must hold all of it.`
        )
}

function mm(value: number): string {
    return `${Number(value.toFixed(3))} mm`
}

function refuse(code: VesselFileErrorCode, message: string): never {
    throw new VesselFileError(code, message)
}
