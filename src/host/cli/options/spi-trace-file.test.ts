// Tests of the file of --trace-spi.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { UsageError } from "../../errors"
import { openSpiTrace } from "./spi-trace-file"

const trace = suite("the file of --trace-spi")
const folder = mkdtempSync(join(tmpdir(), "spi-trace-"))
trace.after(() => rmSync(folder, { recursive: true }))

const TRANSFER = { timeUs: 1, device: "tmc", mosi: Uint8Array.of(1), miso: Uint8Array.of(2) }
const transfer = TRANSFER as unknown as Parameters<ReturnType<typeof openSpiTrace>["onSpi"]>[0]

trace("overwrites no file", () => {
    const file = join(folder, "precious.json")
    writeFileSync(file, "mine")
    assert.throws(
        () => openSpiTrace(file),
        (error: Error) => error instanceof UsageError && /never overwrites/.test(error.message)
    )
    assert.is(readFileSync(file, "utf8"), "mine")
})

trace("an empty trace is removed, another one is kept", () => {
    const file = join(folder, "trace.jsonl")
    openSpiTrace(file).close()
    assert.not(existsSync(file))
    const { onSpi, close } = openSpiTrace(file)
    onSpi(transfer)
    close()
    assert.is(JSON.parse(readFileSync(file, "utf8")).mosi, "01")
})

trace("a full disk is told, and the board does not see it", () => {
    const full = openSpiTrace("/dev/full")
    full.onSpi(transfer)
    full.close()
    assert.match(full.error!.message, /^The trace "\/dev\/full" is not whole \(no space left\)/)
    assert.ok(existsSync("/dev/full"))
})

trace.run()
