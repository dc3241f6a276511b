// The boards that can be flashed, and what `ivus flash` needs of each board file.

import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as v from "valibot"
import { RunError, UsageError } from "../errors"
import { parseJson } from "../json-text"

/** The project's root. */
export const PROJECT = fileURLToPath(new URL("../../../", import.meta.url))
const BOARDS = join(PROJECT, "boards")
const SUFFIX = ".board.json"
export const DEFAULT_BOARD = "ivus_cart_s3"
export const UNIT_BOARD = "ivus_bedside_s3"

/** DeviceScript runtime images by chip (as esptool names it): file name as in DeviceScript's releases. */
const RUNTIMES: Readonly<Record<string, string>> = {
    esp32s3: "devicescript-esp32s3-esp32s3_bare-0x0.bin",
}
const RELEASES = "https://github.com/microsoft/devicescript-esp32/releases/latest/download"

export interface FlashBoard {
    readonly id: string
    readonly name: string
    readonly chip: string
    readonly runtimeName: string
    readonly runtimeUrl: string
    /** What to do about an unusable runtime image. */
    readonly runtimeHelp: string
}

/** @throws UsageError for a board that does not exist or is not an ESP32 */
export function flashBoard(id: string): FlashBoard {
    const ids = readdirSync(BOARDS)
        .filter(name => name.endsWith(SUFFIX))
        .map(name => name.slice(0, -SUFFIX.length))
    if (!ids.includes(id))
        throw new UsageError(
            `There is no board "${id}"; allowed: ${ids.join(", ")} (boards/*${SUFFIX}); to name the board whose key to flash, use --key.`
        )
    const json = readBoardFile(join(BOARDS, id + SUFFIX))
    const runtimeName = RUNTIMES[json.archId]
    if (runtimeName === undefined)
        throw new UsageError(
            `The board ${id} is a ${json.archId}; only ${Object.keys(RUNTIMES).join(", ")} can be flashed. For a Pico W see boards/README.md, "Program on the unit".`
        )
    const runtimeUrl = `${RELEASES}/${runtimeName}`
    return {
        id,
        name: json.devName,
        chip: json.archId,
        runtimeName,
        runtimeUrl,
        runtimeHelp: `give a valid one with --runtime FILE (${runtimeUrl}), or remove .devicescript/cache so that it is fetched again.`,
    }
}

const boardSchema = v.object({ devName: v.string(), archId: v.string() })

/** @throws RunError for a file that is not a DeviceScript board */
function readBoardFile(file: string): v.InferOutput<typeof boardSchema> {
    try {
        return v.parse(boardSchema, parseJson(readFileSync(file, "utf8")))
    } catch (error) {
        throw new RunError(
            `The board file ${file} is not valid (${(error as Error).message}); restore it from the repository.`
        )
    }
}
