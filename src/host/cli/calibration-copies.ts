// The host's copies of the calibrations of its carts, since a board may lose its settings: one folder per board, one file per date.

import {
    existsSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    renameSync,
    writeFileSync,
} from "node:fs"
import { dirname, join } from "node:path"
import * as v from "valibot"
import { type Calibration, calibrationIsPlausible } from "../../shared/motion/calibration"
import { configPath } from "../config-path"
import { RunError } from "../errors"

/** `IVUS_CALIBRATIONS`, or `ivus-cart/calibrations` in the user's configuration folder. */
function copyFolder(env: NodeJS.ProcessEnv = process.env): string {
    return env.IVUS_CALIBRATIONS ?? configPath("calibrations", env)
}

const COPY = v.object({
    board: v.string(),
    date: v.string(),
    calibration: v.object({
        fclk_hz: v.number(),
        microsteps_per_m: v.number(),
        encoder_nm_per_count: v.number(),
        backlash_nm: v.number(),
        screw_nm: v.array(v.number()),
    }),
})

/** A calibration that was kept. */
export interface CalibrationCopy extends v.InferOutput<typeof COPY> {
    readonly file: string
}

/** The name of a date in the folder of a board: 2026-12-01T10-39-17.123Z. */
const nameOf = (date: string): string => date.replaceAll(":", "-")

/** @param boardId 16 hex digits @param date ISO 8601, UTC */
export function newCopyOf(boardId: string, date: string): string {
    return join(copyFolder(), boardId, `${nameOf(date)}.json`)
}

/**
 * @param boardId 16 hex digits
 * @param date as {@link historyOf} gives it; undefined: the newest
 */
export function copyOf(boardId: string, date?: string): string {
    if (date !== undefined) return newCopyOf(boardId, date)
    return historyOf(boardId).at(-1)?.file ?? join(copyFolder(), `${boardId}.json`)
}

/** The copies of a board that can be read, the oldest first. */
export function historyOf(boardId: string): CalibrationCopy[] {
    const folder = join(copyFolder(), boardId)
    if (!existsSync(folder)) return []
    return readdirSync(folder)
        .filter(name => name.endsWith(".json"))
        .sort()
        .flatMap(name => {
            const file = join(folder, name)
            const copy = parsedCopy(readFileSync(file, "utf8"))
            return copy ? [{ ...copy, file }] : []
        })
}

/** The boards with copies. */
export function boardsWithCopies(): string[] {
    const folder = copyFolder()
    if (!existsSync(folder)) return []
    return readdirSync(folder)
        .filter(name => /^[0-9a-f]{16}$/.test(name))
        .sort()
}

/** @throws RunError when the file cannot be written */
export function writeCopy(
    file: string,
    board: string,
    date: string,
    calibration: Calibration
): void {
    try {
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(`${file}.new`, `${JSON.stringify({ board, date, calibration }, null, 2)}\n`)
        renameSync(`${file}.new`, file)
    } catch (error) {
        throw new RunError(
            `The cart is calibrated, but the copy ${file} cannot be written (${(error as NodeJS.ErrnoException).code}); write one elsewhere with --copy.`
        )
    }
}

/** @throws RunError when the file holds no calibration of this board */
export function readCopy(file: string, board: string): Calibration {
    let content: string
    try {
        content = readFileSync(file, "utf8")
    } catch (error) {
        throw new RunError(
            `There is no copy ${file} (${(error as NodeJS.ErrnoException).code}); calibrate the sled instead.`
        )
    }
    const copy = parsedCopy(content)
    if (!copy) throw new RunError(`${file} holds no calibration; calibrate the sled instead.`)
    if (copy.board !== board)
        throw new RunError(
            `${file} is of board ${copy.board}, and this is board ${board}; calibrate the sled instead.`
        )
    return copy.calibration
}

function parsedCopy(content: string): v.InferOutput<typeof COPY> | undefined {
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), COPY), content)
    return parsed.success && calibrationIsPlausible(parsed.output.calibration)
        ? parsed.output
        : undefined
}
