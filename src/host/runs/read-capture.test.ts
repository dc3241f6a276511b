// Reading a capture that is stopped says what was read until then.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { failureJson } from "../cli/run-outcome"
import { Interrupted } from "../errors"
import { plainRecords, TestBoard } from "../link/testing/test-board"
import { readCapture } from "./read-capture"

const test = suite("reading a capture")
const folder = mkdtempSync(join(tmpdir(), "ivus-read-"))
test.after(() => rmSync(folder, { recursive: true }))

test("a replay that is stopped tells how many A-lines it had read", async () => {
    const file = join(folder, "capture.ivl")
    const board = new TestBoard().hello().describe().lines(plainRecords(0, 24))
    // More than is read at once.
    writeFileSync(file, Buffer.concat([board.bytes(), Buffer.alloc(1 << 21)]))
    const stopping = new AbortController()
    try {
        await readCapture(file, {
            ...{ progress: () => undefined, onBytes: () => undefined, stop: stopping.signal },
            listener: { onLines: () => stopping.abort() },
            keeps: "marks",
        })
        assert.unreachable()
    } catch (error) {
        assert.instance(error, Interrupted)
        const { verdict, lines_received } = JSON.parse(failureJson(error as Interrupted))
        assert.equal([verdict, lines_received], ["stopped", 24])
    }
})

test.run()
