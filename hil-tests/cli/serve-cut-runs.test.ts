// Runs that are cut while `ivus serve` or `ivus pullback` receives them: the received part is kept
// and counted.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { runTcpPullback } from "../../src/host/targets/tcp/tcp-pullback"
import { plainRecords, TestBoard } from "../../src/host/link/testing/test-board"
import { RunReceiver } from "../../src/host/run/run-receiver"
import { RunError } from "../../src/host/errors"
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
        .lines(plainRecords(0, 12))
        .lines(plainRecords(16, 20))
        .bytes()

/** The end summary that a board sends after reconnecting. */
const endOf = (run: number, lines_fired = 30): Uint8Array =>
    new TestBoard()
        .hello()
        .end({ run, lines_fired, lines_sent: 22, lines_dropped_credit: 8 })
        .bytes()

const cutSummary = (
    name = "capture-cut"
): { run: number; closed: boolean; lines: Record<string, unknown> } =>
    JSON.parse(readFileSync(join(host.out, `${name}.json`), "utf8"))
const leftovers = (): string[] => readdirSync(host.folder).filter(name => name.includes("partial"))

test("keeps and reports a run that was cut, and completes its counts from the summary in the next session [IVUS-DAT-005]", async () => {
    await host.receiveRun(cutRun(77))
    const cut = await host.waitFor(/run 77 was CUT/)
    assert.match(cut, /16 A-lines received, 4 missing \(12 to 15\) before the last/)
    assert.match(cut, `replay ${join(host.out, "capture-cut.ivl")}`)
    await host.allDisconnected()
    assert.equal(readdirSync(host.out).sort(), [
        "capture-cut.ivl",
        "capture-cut.json",
        "capture-cut.log",
    ])
    assert.equal(leftovers(), [])
    const log = readFileSync(join(host.out, "capture-cut.log"), "utf8")
    assert.match(log, / cart {4}board 0000000200000001, version /)
    assert.match(log, / run {5}run 77 began: catheter test-catheter, /)
    assert.match(log, / verdict failed, without results\n$/)
    const dropped = { fifo: 0, credit: 0, crc: 0, gate: 0 }
    assert.equal(cutSummary(), {
        board: BOARDS[0],
        run: 77,
        catheter: "test-catheter",
        closed: false,
        lines: {
            ...{ fired: null, sent: null, received: 16, missing: 4 },
            ...{ gaps: [{ first: 12, last: 15 }], damaged: 0, dropped },
        },
    })
    const kept = new RunReceiver()
    kept.push(readFileSync(join(host.out, "capture-cut.ivl")))
    assert.is(kept.assembler!.counts.received, 16)

    await host.receiveRun(endOf(77))
    const closed = await host.waitFor(/run 77, which was CUT, ended/)
    assert.match(
        closed,
        /30 A-lines fired, 22 sent, 16 received, 14 missing \(12 to 15, 20 to 29\)/
    )
    const { closed: isClosed, lines } = cutSummary()
    assert.ok(isClosed)
    assert.is(lines.fired, 30)
    assert.is(lines.missing, 14)
    assert.equal(lines.dropped, { ...dropped, credit: 8 })

    // Reported once.
    await host.allDisconnected()
    const printedBefore = host.printed.length
    await host.receiveRun(endOf(77))
    await host.allDisconnected()
    assert.equal(
        host.printed.slice(printedBefore).filter(t => t.includes("77")),
        []
    )
})

test("a cut run is kept apart from the next one, and an unknown number of fired lines is reported as unknown [IVUS-DAT-001, IVUS-DAT-006]", async () => {
    await host.receiveRun(cutRun(78))
    await host.waitFor(/run 78 was CUT/)
    await host.receiveRun(endOf(78, LINES_UNKNOWN))
    const line = await host.waitFor(/run 78, which was CUT, ended/)
    assert.match(
        line,
        /number of fired A-lines unknown to the cart, 22 sent, 16 received, 4 missing/
    )
    const { run, closed, lines } = cutSummary("capture-cut-2")
    assert.is(run, 78)
    assert.ok(closed)
    assert.is(lines.fired, null)
    // The earlier one is unchanged.
    assert.is(cutSummary().run, 77)
    assert.is(cutSummary().lines.fired, 30)
})

test("reports the summary of a run that this host has not received", async () => {
    await host.receiveRun(endOf(4711))
    assert.match(
        await host.waitFor(/run 4711/),
        /which this host did not receive, ended: 30 A-lines fired, 22 sent/
    )
})

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
