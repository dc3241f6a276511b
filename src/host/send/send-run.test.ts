// One run to an archive that does what the test tells: queue, outcomes, retries, and what a crash leaves.

import { rmSync, writeFileSync } from "node:fs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { Archive, Found } from "./destination"
import { SendError } from "./send-error"
import type { SendObject } from "./send-object"
import { waitingIn } from "./send-queue"
import { sendRun, type SendResult } from "./send-run"
import { rejectionOf } from "./testing/rejection"
import { SendableRun, TestClock } from "./testing/sendable-run"
import { readRecord } from "../runs/record-schema"

const TO = "https://archive.test/dicom-web"
const ALL = ["pullback.dcm", "longitudinal.dcm", "report.dcm"]

/** Keeps what it is sent, unless `onStore` throws. */
class TestArchive implements Archive {
    readonly stored: string[] = []
    checks = 0

    constructor(
        private readonly onStore: (object: SendObject, before: number) => void = () => undefined,
        private readonly answer?: Found
    ) {}

    check(): Promise<void> {
        this.checks++
        return Promise.resolve()
    }

    store(object: SendObject): Promise<void> {
        return Promise.resolve().then(() => {
            this.onStore(object, this.stored.length)
            this.stored.push(object.name)
        })
    }

    find({ name }: SendObject): Promise<Found> {
        return Promise.resolve(this.answer ?? (this.stored.includes(name) ? "found" : "missing"))
    }
}

const away = (): SendError => new SendError("away", "archive.test does not answer")

const test = suite("sending a run")

async function withRun(use: (run: SendableRun) => Promise<void>, names = ALL): Promise<void> {
    const run = await SendableRun.make(...names)
    try {
        await use(run)
    } finally {
        run.remove()
    }
}

function sendTo(
    archive: Archive,
    { folder }: SendableRun,
    { clock = new TestClock(), retryForS = 0, names }: SendChoice = {}
): Promise<SendResult> {
    const signal = new AbortController().signal
    const options = { clock, signal, report: () => undefined, retryForMs: 1000 * retryForS }
    return sendRun(folder, TO, archive, options, names)
}

interface SendChoice {
    readonly clock?: TestClock
    readonly retryForS?: number
    readonly names?: readonly string[]
}

test("sends pictures before the report, and notes each as verified", () =>
    withRun(async run => {
        const archive = new TestArchive()
        const { outcomes, stoppedBy } = await sendTo(archive, run)
        assert.is(stoppedBy, undefined)
        assert.equal(archive.stored, ALL)
        assert.equal(
            outcomes.map(({ outcome }) => outcome),
            ["verified", "verified", "verified"]
        )
        assert.equal(run.outcomes, Object.fromEntries(ALL.map(name => [name, "verified"])))
        assert.is(new Set(run.sent.map(({ uid }) => uid)).size, 3)
        assert.ok(run.sent.every(({ to, reason }) => to === TO && reason === null))
    }))

test("sends the files that the run has", () =>
    withRun(
        async run => {
            await sendTo(new TestArchive(), run)
            assert.equal(run.outcomes, { "pullback.dcm": "verified" })
        },
        ["pullback.dcm"]
    ))

test("a program that ends in the middle leaves the rest in the queue, also the object in transfer", () =>
    withRun(async run => {
        const killed = new TestArchive((_, before) => {
            if (before === 1) throw new Error("killed")
        })
        assert.is((await rejectionOf(sendTo(killed, run))).message, "killed")
        const names = waitingIn(readRecord(run.folder), TO).map(({ object }) => object)
        assert.equal(names, ["longitudinal.dcm", "report.dcm"])
        const archive = new TestArchive()
        await sendTo(archive, run, { names })
        assert.equal(archive.stored, names)
        assert.is(run.sent.length, 3)
        assert.is(waitingIn(readRecord(run.folder)).length, 0)
    }))

test("tries an archive that is away again after 1, 2, 4, 8 s, then leaves everything in the queue", () =>
    withRun(async run => {
        const clock = new TestClock()
        const archive = new TestArchive(() => {
            throw away()
        })
        // 1 + 2 + 4 + 8 = 15 s; the next pause, of 16 s, would end after 20 s.
        const { stoppedBy } = await sendTo(archive, run, { clock, retryForS: 20 })
        assert.equal(clock.waits, [1000, 2000, 4000, 8000])
        assert.is(stoppedBy?.failure, "away")
        assert.is(archive.checks, 5)
        assert.equal(run.outcomes, Object.fromEntries(ALL.map(name => [name, "waiting"])))
        assert.is(run.sent.find(({ object }) => object === ALL[0])?.reason, stoppedBy?.message)
    }))

test("goes on when the archive is back", () =>
    withRun(async run => {
        let failures = 2
        const archive = new TestArchive(() => {
            if (failures-- > 0) throw away()
        })
        await sendTo(archive, run, { retryForS: 60 })
        assert.equal(archive.stored, ALL)
    }))

test("an object that is refused does not hold up the others and is not sent again", () =>
    withRun(async run => {
        const archive = new TestArchive(({ name }) => {
            if (name === "longitudinal.dcm") throw new SendError("refused", "too large")
        })
        const { stoppedBy } = await sendTo(archive, run, { retryForS: 60 })
        assert.is(stoppedBy, undefined)
        assert.equal(archive.stored, ["pullback.dcm", "report.dcm"])
        assert.is(run.outcomes["longitudinal.dcm"], "refused")
        assert.is(run.sent.find(({ outcome }) => outcome === "refused")?.reason, "too large")
        assert.is(waitingIn(readRecord(run.folder)).length, 0)
    }))

test("an archive that took an object and does not find it is asked again, then sent to again", () =>
    withRun(
        async run => {
            const clock = new TestClock()
            const archive = new TestArchive(undefined, "missing")
            await sendTo(archive, run, { clock, retryForS: 10 })
            assert.equal(clock.waits.slice(0, 4), [250, 1000, 3000, 1000])
            assert.is(archive.stored.length, 2)
            assert.equal(run.outcomes, { "pullback.dcm": "waiting" })
        },
        ["pullback.dcm"]
    ))

test("an archive that answers no query has accepted, not verified", () =>
    withRun(
        async run => {
            await sendTo(new TestArchive(undefined, "unknown"), run)
            assert.equal(run.outcomes, { "pullback.dcm": "accepted" })
        },
        ["pullback.dcm"]
    ))

test("a file that was made again while it waited is sent as it is now; one that is gone is told", () =>
    withRun(
        async run => {
            await sendTo(
                new TestArchive(() => {
                    throw away()
                }),
                run
            )
            await run.write("pullback.dcm", 7)
            rmSync(run.path("report.dcm"))
            const names = ["pullback.dcm", "report.dcm"]
            await sendTo(new TestArchive(), run, { names })
            assert.equal(run.outcomes, { "pullback.dcm": "verified", "report.dcm": "missing" })
            assert.is(run.sent.length, 2)
        },
        ["pullback.dcm", "report.dcm"]
    ))

test("a file that the record of the run names and that was deleted is told, and the rest is sent", () =>
    withRun(async run => {
        rmSync(run.path("report.dcm"))
        const archive = new TestArchive()
        const { outcomes } = await sendTo(archive, run)
        assert.equal(archive.stored, ["pullback.dcm", "longitudinal.dcm"])
        assert.is(outcomes.find(({ object }) => object === "report.dcm")?.outcome, "missing")
        assert.is(run.outcomes["report.dcm"], "missing")
    }))

test("a query that is answered with a page leaves the object in the queue", () =>
    withRun(
        async run => {
            const archive = new TestArchive()
            archive.find = () => Promise.reject(new SendError("setup", "a page for logging in"))
            const { stoppedBy } = await sendTo(archive, run)
            assert.is(stoppedBy?.failure, "setup")
            assert.equal(run.outcomes, { "pullback.dcm": "waiting" })
        },
        ["pullback.dcm"]
    ))

test("a damaged file and a run without files are told before anything is sent", () =>
    withRun(async run => {
        const archive = new TestArchive()
        for (const [name, sentence] of [
            ["pullback.dcm", /damaged/],
            [undefined, /no DICOM file/],
        ] as const) {
            if (name === undefined) for (const file of ALL) rmSync(run.path(file))
            else writeFileSync(run.path(name), "no DICOM")
            assert.match((await rejectionOf(sendTo(archive, run))).message, sentence)
        }
        assert.equal(archive.stored, [])
        assert.equal(run.sent, [])
    }))

test.run()
