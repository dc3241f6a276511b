// Responsible for: which boards can be flashed, and what is known of each.
// Not for: their pins (boards/README.md).

import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { UsageError } from "../errors"

/** The project's root. */
export const PROJECT = fileURLToPath(new URL("../../../", import.meta.url))
const BOARDS = join(PROJECT, "boards")
const SUFFIX = ".board.json"
export const DEFAULT_BOARD = "ivus_cart_s3"

/** Chips that the runtime is known for, as esptool calls them, and the runtime's image as DeviceScript's tools call it. */
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
    /** What to do about a runtime that will not do. */
    readonly runtimeHelp: string
}

/** @throws UsageError for a board that is not known, or that is no ESP32 */
export function flashBoard(id: string): FlashBoard {
    const ids = readdirSync(BOARDS)
        .filter(name => name.endsWith(SUFFIX))
        .map(name => name.slice(0, -SUFFIX.length))
    if (!ids.includes(id))
        throw new UsageError(
            `There is no board "${id}"; ${ids.join(", ")} is known (boards/*${SUFFIX}). The board that a key is of goes with --key.`
        )
    const json = JSON.parse(readFileSync(join(BOARDS, id + SUFFIX), "utf8")) as {
        devName: string
        archId: string
    }
    const runtimeName = RUNTIMES[json.archId]
    if (runtimeName === undefined)
        throw new UsageError(
            `The board ${id} is a ${json.archId}; only ${Object.keys(RUNTIMES).join(", ")} can be flashed.`
        )
    const runtimeUrl = `${RELEASES}/${runtimeName}`
    return {
        id,
        name: json.devName,
        chip: json.archId,
        runtimeName,
        runtimeUrl,
        runtimeHelp: `give --runtime FILE with a good one (${runtimeUrl}), or remove .devicescript/cache for it to be fetched anew.`,
    }
}
