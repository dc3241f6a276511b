// The host's copies of the calibrations of its carts: one JSON file per board, since a board may lose its settings.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { homedir } from "node:os"
import { dirname, join } from "node:path"
import * as v from "valibot"
import { type Calibration, calibrationIsPlausible } from "../../shared/motion/calibration"
import { RunError } from "../errors"

/** `IVUS_CALIBRATIONS`, or `ivus-cart/calibrations` in the user's configuration folder. */
function copyFolder(env: NodeJS.ProcessEnv = process.env): string {
    const config = env.XDG_CONFIG_HOME ?? join(homedir(), ".config")
    return env.IVUS_CALIBRATIONS ?? join(config, "ivus-cart", "calibrations")
}

/** @param boardId 16 hex digits */
export function copyOf(boardId: string): string {
    return join(copyFolder(), `${boardId}.json`)
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
    let text: string
    try {
        text = readFileSync(file, "utf8")
    } catch (error) {
        throw new RunError(
            `There is no copy ${file} (${(error as NodeJS.ErrnoException).code}); calibrate the sled instead.`
        )
    }
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), COPY), text)
    if (!parsed.success || !calibrationIsPlausible(parsed.output.calibration))
        throw new RunError(`${file} holds no calibration; calibrate the sled instead.`)
    if (parsed.output.board !== board)
        throw new RunError(
            `${file} is of board ${parsed.output.board}, and this is board ${board}; calibrate the sled instead.`
        )
    return parsed.output.calibration
}
