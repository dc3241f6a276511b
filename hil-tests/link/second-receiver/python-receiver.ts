// Runs receiver.py for the tests, and splits captures into bursts.

import * as assert from "uvu/assert"
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { BurstStream } from "../../../src/host/link/burst-stream"
import { LINK_KEY_SETTING } from "../../../src/shared/protocol/session"

const PYTHON = "python3"
const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
export const SCRIPT = fileOf("./receiver.py")
const README = fileOf("../../../src/shared/protocol/README.md")
export const KEY = Uint8Array.from({ length: 32 }, (_, i) => 11 * i + 5)
export const deploy = { [LINK_KEY_SETTING]: Buffer.from(KEY).toString("hex") }
const folder = mkdtempSync(join(tmpdir(), "ivus-second-"))
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

export const hasPython = spawnSync(PYTHON, ["--version"]).status === 0

/** Runs the script. @returns the JSON that it printed */
export function python<T>(args: readonly string[], input?: object): T {
    const { status, stdout, stderr } = spawnSync(PYTHON, ["-B", SCRIPT, README, ...args], {
        encoding: "utf8",
        ...(input && { input: JSON.stringify(input) }),
    })
    assert.is(status, 0, stderr)
    return JSON.parse(stdout) as T
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")

/** The figures of a capture that both receivers report. */
export interface Counts {
    bursts_missing: number
    bursts_doubled: number
    bursts_foreign: number
    lines_damaged: number
    messages_damaged: number
    test_lines: number
    test_lines_wrong: number
    insecure: boolean
    complete: boolean
    run?: Record<string, unknown>
}

export interface Decoded extends Counts {
    bursts: number
    authentic: number
    forged: number
    samples?: {
        format: number
        peak: number
        tgc: { step_ns: number; cdb: number[] }
        gain_codes?: number[]
    }
}

/** @param challenge of the session; with it the tags are checked */
export function pythonCounts(capture: Uint8Array, challenge?: Uint8Array): Decoded {
    const file = join(folder, "capture.ivl")
    writeFileSync(file, capture)
    const secrets = challenge ? [hex(KEY), hex(challenge)] : []
    return python<Decoded>(["decode", file, ...secrets])
}

/** The bursts of a capture, split by the project's receiver. */
export function burstsOf(capture: Uint8Array): Uint8Array[] {
    const parts: Uint8Array[] = []
    const stream = new BurstStream(b => void parts.push(b.bytes))
    stream.push(capture)
    stream.end()
    return parts
}
