// Runs whose program was killed are told once; those of running programs and of other computers are left alone.

import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { closeAbandoned } from "./abandoned-runs"
import { aboutNothing } from "./run-about"
import { receivingRecord, recordText, type RunRecord } from "./run-record"

const test = suite("abandoned runs")
const runs = mkdtempSync(join(tmpdir(), "ivus-abandoned-"))
test.after(() => rmSync(runs, { recursive: true }))

const receiving = receivingRecord(aboutNothing(0, "cart"), "array-20mhz")

function put(name: string, text: string): void {
    mkdirSync(join(runs, name))
    writeFileSync(join(runs, name, "run.json"), text)
}
const recordOf = (name: string): RunRecord =>
    JSON.parse(readFileSync(join(runs, name, "run.json"), "utf8"))

test("the run of a program that was killed is told once, and its record says why it is incomplete", () => {
    const { pid } = spawnSync("true")
    const killed = { ...receiving, writer: { ...receiving.writer!, pid } }
    put("killed", recordText(killed))
    put("running", recordText(receiving))
    put("elsewhere", recordText({ ...killed, writer: { pid, host: "another-computer" } }))
    put("damaged", "{")
    mkdirSync(join(runs, "empty"))
    writeFileSync(join(runs, "a-file"), "")
    const told = closeAbandoned(runs)
    assert.is(told.length, 1)
    assert.match(told[0]!, `ivus replay ${join(runs, "killed", "capture.ivl")}`)
    const { writer, verdict, verdict_reason } = recordOf("killed")
    assert.equal(
        [writer, verdict, verdict_reason],
        [undefined, "incomplete", "the program that received it ended before the run did"]
    )
    assert.equal(recordOf("running"), receiving)
    assert.ok(recordOf("elsewhere").writer)
    assert.equal(closeAbandoned(runs), [])
})

test("a folder of runs that is not there has none", () => {
    assert.equal(closeAbandoned(join(runs, "none")), [])
})

test.run()
