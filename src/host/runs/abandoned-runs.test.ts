// Runs whose program was killed are told once; those of running programs and of other computers are left alone.

import { spawn, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { dateMs } from "../clock"
import { boardIdOf } from "../link/host-identity"
import { plainRecords, TestBoard } from "../link/testing/test-board"
import { RunReceiver } from "../run/run-receiver"
import { closeAbandoned } from "./abandoned-runs"
import { completeEarlier } from "./complete-earlier"
import { editRun } from "./edit-run"
import { aboutNothing } from "./run-about"
import { receivingRecord, recordText, type RunRecord } from "./run-record"
import { startOf } from "./this-program"

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

test("a run is abandoned by more than the number of its program, which another one may have by now", () => {
    const { pid, host, boot, started } = receiving.writer!
    const writers: Readonly<Record<string, NonNullable<RunRecord["writer"]>>> = {
        "restarted-program": { pid, host, ...(boot && { boot }), started: (started ?? 0) - 1 },
        "restarted-computer": { pid, host, boot: "of-before" },
        "renamed-computer": { pid, host: "3f2a9c1d0b7e" },
        "old-record": { pid: 1, host },
    }
    for (const [name, writer] of Object.entries(writers))
        put(name, recordText({ ...receiving, writer }))
    // The time of a start is known on Linux only.
    const byStart = started === undefined ? [] : ["restarted-program"]
    const isOver = (name: string): boolean => recordOf(name).writer === undefined
    closeAbandoned(runs)
    assert.equal(Object.keys(writers).filter(isOver), byStart)
    assert.throws(
        () => editRun(join(runs, "renamed-computer"), { label: "x" }, 0),
        /a program on 3f2a9c1d0b7e \(which counts as ended when it has written nothing for 60 s\)/
    )
    // Nothing was written for more than a minute.
    const then = new Date(dateMs() - 61_000)
    for (const name of [...Object.keys(writers), "running"])
        for (const path of [join(runs, name, "run.json"), join(runs, name)])
            utimesSync(path, then, then)
    closeAbandoned(runs)
    assert.ok(Object.keys(writers).every(isOver))
    if (started !== undefined) assert.ok(recordOf("running").writer)
})

test("the start of a program is known by its number, where the system tells it", () => {
    // A number of the first program is taken again after a new start of the computer only.
    const [first, own] = [startOf(1), startOf(process.pid)]
    if (first === undefined || process.pid === 1) return
    assert.ok(own !== undefined && own > first, `${own} and ${first}`)
    const later = spawn("sleep", ["10"])
    const started = startOf(later.pid!)
    later.kill()
    assert.ok(started! > own, `${started} and ${own}`)
})

test("the cart's counts of a run whose program was killed reach its record, once [IVUS-DAT-005]", async () => {
    const board = new TestBoard().hello().describe({ run: 9 }).lines(plainRecords(0, 24))
    const receiver = new RunReceiver()
    receiver.push(new TestBoard().hello().end({ run: 9 }).bytes())
    const cart = boardIdOf(receiver.hello!)
    const { writer, ...over } = { ...receiving, cart, run: 9, verdict_reason: "it was killed" }
    assert.ok(writer)
    for (const [name, record] of [
        ["of-the-cart", over],
        ["a-replay", { ...over, replay_of: "of-the-cart", replay_date: "2030-01-01T00:00:00Z" }],
        ["of-another", { ...over, cart: "another" }],
    ] as const) {
        put(name, recordText(record))
        writeFileSync(join(runs, name, "capture.ivl"), board.bytes())
    }
    const end = { run: 9, lines_fired: 40, lines_sent: 32 }
    const ended = (fields: object): Promise<string | undefined> => {
        let told: Promise<string | undefined> | undefined
        const later = new RunReceiver({
            onUnknownRunEnd: one => void (told = completeEarlier(runs, cart, one)),
        })
        later.push(
            new TestBoard()
                .hello()
                .end({ ...end, ...fields })
                .bytes()
        )
        return told!
    }
    assert.is(await ended({ run: 8 }), undefined)
    assert.match(
        (await ended({}))!,
        /^run 9, which was CUT, ended: 40 A-lines fired, 32 sent, 24 received, 16 missing .*of-the-cart/
    )
    const { frames, lines_fired, lines_missing, verdict_reason } = recordOf("of-the-cart")
    assert.equal([frames, lines_fired, lines_missing, verdict_reason], [3, 40, 16, "it was killed"])
    assert.match(readFileSync(join(runs, "of-the-cart", "run.log"), "utf8"), /24 received/)
    assert.equal(
        ["a-replay", "of-another"].map(name => recordOf(name).lines_fired),
        [null, null]
    )
    assert.is(await ended({}), "")
})

test("a folder of runs that is not there has none", () => {
    assert.equal(closeAbandoned(join(runs, "none")), [])
})

test.run()
