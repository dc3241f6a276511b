// Runs `ivus pair` with its own key folder and settings file.

import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { KeyStore } from "../../../src/host/link/key-store"
import { ivus } from "./ivus"
import { folder } from "./scratch"

export const keys = new KeyStore(join(folder, "pair-keys"))
export const settings = join(folder, "pair-settings.local")
export const BOARD = "0920773150c4d0a1"

export const pair = (...args: string[]): ReturnType<typeof ivus> =>
    ivus("pair", "--settings", settings, ...args)

/** Deletes keys and settings and selects the key folder; before each test. */
export function preparePair(): void {
    process.env.IVUS_KEYS = keys.folder
    rmSync(keys.folder, { recursive: true, force: true })
    rmSync(settings, { recursive: true, force: true })
}

export const hexOf = (board: string): string => Buffer.from(keys.keyOf(board)!).toString("hex")

/** Settings as DeviceScript's tools read them: `name=`, then JSON or text. */
export function settingsToDeploy(): Record<string, unknown> {
    const lines = readFileSync(settings, "utf8").split("\n")
    const pairs = lines.map(line => /^([^=]+)=(.*)$/.exec(line))
    return Object.fromEntries(pairs.flatMap(m => (m ? [[m[1]!, JSON.parse(m[2]!)]] : [])))
}
