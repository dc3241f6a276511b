// Runs the default pullback in its own process and prints the peak memory.

import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { main } from "../../../src/host/cli/main"
import { peakMemoryKb } from "./own-peak"

const folder = mkdtempSync(join(tmpdir(), "ivus-memory-"))
try {
    process.exitCode = await main(["pullback", "--once", "--json", "--out", join(folder, "out")])
    process.stderr.write(`peak ${peakMemoryKb()} kB\n`)
} finally {
    rmSync(folder, { recursive: true, force: true })
}
