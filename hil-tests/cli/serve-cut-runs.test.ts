// Runs that are cut while `ivus serve` or `ivus pullback` receives them: the received part is kept and counted.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { runTcpPullback } from "../../src/host/targets/tcp/tcp-pullback"
import { plainRecords, TestBoard } from "../../src/host/link/testing/test-board"
import { RunReceiver } from "../../src/host/run/run-receiver"
import { RunError } from "../../src/host/errors"
import { aboutNothing } from "../../src/host/runs/run-about"
import { RECEIVING, receivingRecord, recordText } from "../../src/host/runs/run-record"
import { STATE_PULLING } from "../../src/shared/cart-machine"
import { EVENT_STATE } from "../../src/shared/codes"
import { LINES_UNKNOWN } from "../../src/shared/protocol/messages"
import { BOARDS, ServingHost } from "../support/cli/serving-host"

const host = await ServingHost.start()

const test = suite("a run that was cut")
test.before.each(() => host.beginTest())
test.after(() => host.close())

/** A run without lines 12 to 15 and without all lines after 19. */
const cutRun = (run: number): Uint8Array =>
    new TestBoard()
        .hello()
        .describe({ run })
        .event(EVENT_STATE, STATE_PULLING)
        .lines(plainRecords(0, 12))
        .lines(plainRecords(16, 20))
        .bytes()

/** The end summary that a board sends after reconnecting. */
const endOf = (run: number, lines_fired = 30): Uint8Array =>
    new TestBoard()
        .hello()
        .end({ run, lines_fired, lines_sent: 22, lines_dropped_credit: 8 })
        .bytes()

/** The folder of the run of this test. */
function newestFolder(): string {
    return join(host.runs, host.folders.at(-1)!)
}

async function written(folder: string): Promise<void> {
    await host.waitFor(new RegExp(`files in ${folder}(:|$)`, "m"))
}

test("a run that was cut is completed by the summary in the next session, and told once [IVUS-DAT-005]", async () => {
    await host.receiveRun(cutRun(77))
    await host.waitFor(/a run began/)
    await host.allDisconnected()
    const folder = newestFolder()
    // What a program that is killed now leaves.
    assert.equal(host.folders.length, 1)
    const before = host.record(host.folders[0]!)
    assert.equal([before.verdict, before.verdict_reason], ["incomplete", RECEIVING])
    assert.is(before.writer?.pid, process.pid)

    await host.receiveRun(endOf(77))
    await written(folder)
    const record = host.record(host.folders[0]!)
    assert.equal(
        [record.cart, record.lines_fired, record.lines_missing, record.writer],
        [BOARDS[0], 30, 14, undefined]
    )
    assert.not.equal(record.verdict, "complete")
    const log = readFileSync(join(folder, "run.log"), "utf8")
    assert.match(log, / run {5}run 77 began: catheter test-catheter, /)
    const kept = new RunReceiver()
    kept.push(readFileSync(join(folder, "capture.ivl")))
    assert.is(kept.assembler!.counts.received, 16)

    await host.allDisconnected()
    const printedBefore = host.printed.length
    await host.receiveRun(endOf(77))
    await host.allDisconnected()
    assert.equal(
        host.printed.slice(printedBefore).filter(t => t.includes("77")),
        []
    )
    assert.equal(host.folders.length, 1)
})

test("a cut run is kept apart from the next one, and an unknown number of fired lines stays unknown [IVUS-DAT-001, IVUS-DAT-006]", async () => {
    const before = host.record(host.folders[0]!)
    await host.receiveRun(cutRun(78))
    await host.receiveRun(endOf(78, LINES_UNKNOWN))
    await host.waitFor(/ files in /)
    assert.equal(host.folders.length, 2)
    const { lines_fired, lines_missing } = host.record(host.folders.at(-1)!)
    assert.equal([lines_fired, lines_missing], [null, 4])
    // The earlier one is unchanged.
    assert.equal(host.record(host.folders[0]!), before)
})

test("reports the summary of a run that this host has not received", async () => {
    await host.receiveRun(endOf(4711))
    assert.match(
        await host.waitFor(/run 4711/),
        /run 4711, which this host did not receive, ended: 30 A-lines fired, 22 sent/
    )
})

test("the counts of a run whose program was killed reach its record [IVUS-DAT-005]", async () => {
    const folder = join(host.runs, "killed")
    mkdirSync(folder)
    const { writer, ...over } = receivingRecord(aboutNothing(0, "cart"), "test-catheter")
    assert.ok(writer)
    const record = { ...over, cart: BOARDS[0]!, run: 81 }
    writeFileSync(join(folder, "run.json"), recordText(record))
    writeFileSync(join(folder, "capture.ivl"), cutRun(81))
    await host.receiveRun(endOf(81))
    await host.waitFor(/run 81, which was CUT, ended: 30 A-lines fired, .*killed/)
    const { lines_fired, lines_missing } = host.record("killed")
    assert.equal([lines_fired, lines_missing], [30, 14])
})

test("Ctrl-C again: what was received is kept, and its record is complete before the program exits", async () => {
    const ending = await ServingHost.start()
    await ending.receiveRun(cutRun(80))
    await ending.waitFor(/a run began/)
    const [folder] = ending.folders
    // Until the thread of the cart has told the folder.
    while (!(await ending.status()).carts[0]?.figures?.run) await pause()
    ending.drop()
    const { verdict, warnings, writer } = ending.record(folder!)
    assert.equal([verdict, writer], ["incomplete", undefined])
    assert.match(warnings.join(), /ended at once/)
    const kept = new RunReceiver()
    kept.push(readFileSync(join(ending.runs, folder!, "capture.ivl")))
    assert.is(kept.assembler!.counts.received, 16)
    await ending.waitFor(/the bytes received so far are kept in .*, without all of the results/)
    await ending.close()
})

const pause = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 20))

/** A pullback over TCP whose cart is lost; it reconnects and sends `afterwards`, if given. */
async function lostPullback(afterwards: Uint8Array | undefined): Promise<RunError> {
    let onPort: (port: number) => void = () => undefined
    const nextPort = (): Promise<number> => new Promise(resolve => (onPort = resolve))
    const progress = (_: number | undefined, line: string): void => {
        const port = /^waiting for the cart at .* on port (\d+)/.exec(line)
        if (port) onPort(Number(port[1]))
    }
    const keys = host.keys.folder
    const request = { catheterId: "array-20mhz", speedMmPerS: 1, lengthMm: 5, frameRateHz: 30 }
    const first = nextPort()
    const run = runTcpPullback(
        { kind: "tcp", host: "127.0.0.1", port: 0, insecure: false, keys },
        request,
        { progress },
        afterwards ? 10 : 0.1
    )
    const failed = run.then(
        () => Promise.reject(new Error("it did not fail")),
        (error: RunError) => error
    )
    const port = await first
    const second = nextPort()
    await host.receiveRun(cutRun(79), port)
    const returnPort = await second
    if (afterwards) await host.receiveRun(afterwards, returnPort)
    return failed
}

test("ivus pullback waits for the lost cart and completes the counts of missing lines", async () => {
    const error = await lostPullback(endOf(79))
    assert.instance(error, RunError)
    assert.not.match(error.message, "not known")
    assert.is(error.receiver!.end?.lines_fired, 30)
    assert.is(error.receiver!.assembler!.counts.missing, 14)
})

test("ivus pullback reports when the cart did not return and the number fired is unknown", async () => {
    const error = await lostPullback(undefined)
    assert.match(error.message, /did not connect again within 0\.1 s, .* is not known/)
    assert.is(error.receiver!.end, undefined)
    assert.is(error.receiver!.assembler!.counts.received, 16)
})

test.run()
