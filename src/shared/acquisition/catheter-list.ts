// The built-in catheters as a list, with the columns used only by the host. The VM must not import it: the list would stay on its heap.

import type { LinesOf, None, WordsOf } from "../text-types"
import {
    type CATHETER,
    CATHETER_ROWS,
    type Catheter,
    catheterOf,
    FRONT_END_LINE_ENGINE,
} from "./catheters"

/** Intended vessels of a catheter. */
export const VESSELS = ["coronary", "peripheral", "bench"] as const
export type Vessels = (typeof VESSELS)[number]

type TableLines = LinesOf<typeof CATHETER_ROWS>

/** The id of a built-in catheter. */
export type CatheterId = WordsOf<TableLines[number]>[0]

/** The fields of CATHETER after the id, as text. */
type WireColumns =
    LinesOf<typeof CATHETER> extends [unknown, ...infer Fields]
        ? { [K in keyof Fields]: `${number}` }
        : never

/** The words of a complete row. */
type Row = [
    id: string,
    ...wire: WireColumns,
    vessels: Vessels,
    bandwidth_percent: `${number}`,
    frame_rate_mhz: `${number}`,
]

/** Ids of the rows that are not complete. */
type Incomplete<Lines extends string[]> = Lines extends [
    infer First extends string,
    ...infer Rest extends string[],
]
    ? (WordsOf<First> extends Row ? never : WordsOf<First>[0]) | Incomplete<Rest>
    : never

/** Does not compile, and names the row, when a row of CATHETER_ROWS lacks a column or has a wrong one. */
export type IncompleteRows = None<Incomplete<TableLines>>

const TABLE = CATHETER_ROWS.trim()
    .split("\n")
    .map(row => row.split(/ +/))

/** Ids of the built-in catheters, in the order of the table. */
export const CATHETER_IDS = TABLE.map(row => row[0]) as readonly string[] as readonly CatheterId[]

/** The columns of a built-in catheter used only by the host. */
export interface HostColumns {
    vessels: Vessels
    /** Between the -6 dB points, in percent of the centre frequency. */
    bandwidth_percent: number
    /** Default frame rate, in 0.001 Hz. */
    frame_rate_mhz: number
}

/** Returns the host's columns of the built-in catheter with this id, or undefined. */
export function hostColumnsOf(id: string): HostColumns | undefined {
    const row = TABLE.find(words => words[0] === id)
    if (!row) return undefined
    const [vessels, bandwidth, frameRate] = row.slice(-3)
    return {
        vessels: vessels as Vessels,
        bandwidth_percent: Number(bandwidth),
        frame_rate_mhz: Number(frameRate),
    }
}

/** Returns a new copy of each built-in catheter. */
export function allCatheters(): Catheter[] {
    return CATHETER_IDS.map(id => catheterOf(id)!)
}

/** Returns a new copy of each built-in catheter that needs a line engine. */
export function lineEngineCatheters(): Catheter[] {
    return allCatheters().filter(c => c.front_end === FRONT_END_LINE_ENGINE)
}
