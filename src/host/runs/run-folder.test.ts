// The folder of a run: where it is, that nothing in it is replaced, and which runs are listed.

import {
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    renameSync,
    rmSync,
    symlinkSync,
    truncateSync,
    utimesSync,
    writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { dateMs } from "../clock"
import { editRun } from "./edit-run"
import { findRun } from "./find-run"
import { listRuns, matches } from "./list-runs"
import { changeRecord } from "./change-record"
import { readRecord, RecordError } from "./record-schema"
import { catheterIn } from "./read-capture"
import { aboutNothing } from "./run-about"
import { type DiskError, RunFolder, RunFolderError, type RunPlace } from "./run-folder"
import { bareRecord, type RunRecord } from "./run-record"

const root = mkdtempSync(join(tmpdir(), "ivus-runs-"))
const test = suite("the folder of a run")

const DATE_MS = new Date(2026, 10, 30, 10, 39, 17).getTime()
const NAME = "2026-11-30T10-39-17-array-20mhz"

let folders = 0
const newFolder = (): string => join(root, `${++folders}`)
const placeIn = (runs: string, more: Partial<RunPlace> = {}): RunPlace => ({
    ...{ runs, force: false, dateMs: DATE_MS, catheter: "array-20mhz", ...more },
})

const ended = (catheter = "array-20mhz", dateMs = DATE_MS): RunRecord =>
    bareRecord(
        { verdict: "complete", verdictReason: null, catheter },
        { about: aboutNothing(dateMs, "virtual board"), hello: undefined, files: [] }
    )

/** A run that has ended. */
function run(place: RunPlace): RunFolder {
    const folder = RunFolder.create(place)
    folder.capture(Buffer.from("bytes"))
    folder.record(ended(place.catheter, place.dateMs))
    folder.close()
    return folder
}

const refusal = (place: RunPlace): string => {
    try {
        RunFolder.create(place).remove()
    } catch (error) {
        assert.instance(error, RunFolderError)
        return (error as Error).message
    }
    throw new Error("it was not refused")
}

test("is named by date, time and catheter; a second one gets a number", () => {
    const runs = newFolder()
    const [first, second] = [run(placeIn(runs)), run(placeIn(runs))]
    assert.equal([first.path, second.path], [join(runs, NAME), join(runs, `${NAME}-2`)])
    const odd = run(placeIn(runs, { catheter: `../a b/${"x".repeat(300)}` }))
    assert.match(odd.path, /2026-11-30T10-39-17-\.\._a_b_x{57}$/)
    assert.is(readdirSync(runs).length, 3)
})

test("has a record from its first moment on, which names its writer until it has ended [IVUS-DAT-005]", () => {
    const folder = RunFolder.create(placeIn(newFolder()))
    const { verdict, verdict_reason, writer } = readRecord(folder.path)
    assert.equal([verdict, verdict_reason], ["incomplete", "the run is being received"])
    assert.is(writer!.pid, process.pid)
    folder.capture(Buffer.from("abc"))
    folder.write("longitudinal.png", "png")
    writeFileSync(folder.pathOf("pullback.dcm"), "dicom")
    folder.wrote("pullback.dcm")
    folder.record(ended())
    // What the record counts is on the disk when it is.
    assert.is(readFileSync(join(folder.path, "capture.ivl"), "utf8"), "abc")
    folder.close()
    const names = ["capture.ivl", "longitudinal.png", "pullback.dcm", "run.json"]
    assert.equal(readdirSync(folder.path).sort(), names)
    assert.equal(folder.files, names)
    assert.is(readRecord(folder.path).writer, undefined)
})

test("of a run of which nothing was received is removed, and only what is the run's", () => {
    const runs = join(newFolder(), "deep", "runs")
    const folder = RunFolder.create(placeIn(runs))
    folder.write("timing.json", "{}")
    folder.remove()
    assert.not(existsSync(join(runs, "..", "..")))
    const mine = newFolder()
    mkdirSync(mine)
    writeFileSync(join(mine, "notes.txt"), "mine")
    RunFolder.create(placeIn(runs, { out: mine })).remove()
    assert.equal(readdirSync(mine), ["notes.txt"])
})

test("of --out is refused if it holds a run; --force sets that run aside as a whole [IVUS-DAT-005]", () => {
    const out = newFolder()
    run(placeIn("", { out }))
    writeFileSync(join(out, "notes.txt"), "mine")
    assert.match(refusal(placeIn("", { out })), /holds a run already; .* --out, or add --force/)
    const second = run(placeIn("", { out, force: true }))
    assert.is(second.setAside, `${out}-1`)
    assert.is(run(placeIn("", { out, force: true })).setAside, `${out}-2`)
    assert.equal(readdirSync(`${out}-1`).sort(), ["capture.ivl", "notes.txt", "run.json"])
    // A run that comes to nothing puts it back.
    RunFolder.create(placeIn("", { out, force: true })).remove()
    assert.ok(existsSync(join(out, "run.json")))
    assert.not(existsSync(`${out}-3`))
    // Only the capture of a run of an earlier version.
    const old = newFolder()
    mkdirSync(old)
    writeFileSync(join(old, "capture-cut-2.ivl"), "old")
    assert.match(refusal(placeIn("", { out: old })), /holds a run already/)
})

test("of --out is refused if a user's file has the name of a run's, also with --force", () => {
    const out = newFolder()
    mkdirSync(out)
    writeFileSync(join(out, "catheter.json"), "mine")
    for (const force of [false, true])
        assert.match(
            refusal(placeIn("", { out, force })),
            /has a file catheter\.json that is of no run/
        )
    assert.is(readFileSync(join(out, "catheter.json"), "utf8"), "mine")
    assert.match(refusal(placeIn("", { out: join(out, "catheter.json") })), /is not a folder/)
    assert.match(
        refusal(placeIn("", { out: join(out, "catheter.json", "x") })),
        /cannot be written/
    )
})

test("is never taken from a program that is receiving into it", () => {
    const out = newFolder()
    const first = RunFolder.create(placeIn("", { out }))
    for (const force of [false, true])
        assert.match(
            refusal(placeIn("", { out, force })),
            force ? /holds a run that process \d+ is receiving/ : /holds a run already/
        )
    first.close()
})

test("may have any name that the disk takes", () => {
    for (const name of ["with spaces", "höhle 体 🫀", "x".repeat(255), "-1", "a\u001b[2Jb"])
        assert.ok(
            existsSync(join(run(placeIn("", { out: join(newFolder(), name) })).path, "run.json"))
        )
    const out = join(newFolder(), "a\u001b[2Jb")
    run(placeIn("", { out }))
    assert.not(refusal(placeIn("", { out })).includes("\u001b"))
    const longest = join(newFolder(), "x".repeat(255))
    run(placeIn("", { out: longest }))
    assert.match(refusal(placeIn("", { out: longest, force: true })), /the name is too long/)
    const longer = join(newFolder(), "b".repeat(256))
    // It might be a key, but not in a name.
    assert.match(refusal(placeIn("", { out: longer })), /b{256}" .*\(the name is too long\)/)
    if (existsSync("/proc/self"))
        assert.match(
            refusal(placeIn("", { out: "/proc/none/run" })),
            /"\/proc\/none\/run" cannot be written \(the system makes no folders there\)/
        )
})

test("that is gone is said once; its capture goes on in a folder beside it, which is named", () => {
    const folder = RunFolder.create(placeIn(newFolder()))
    const before = folder.path
    const errors: DiskError[] = []
    folder.onDiskError = error => void errors.push(error)
    const pieces = [1, 2, 3, 4].map(n => Buffer.alloc(1 << 18, n))
    folder.capture(pieces[0]!)
    folder.capture(pieces[1]!)
    folder.keep("catheter.json", "{}")
    folder.write("longitudinal.png", "png")
    rmSync(before, { recursive: true })
    folder.capture(pieces[2]!)
    folder.capture(pieces[3]!)
    folder.write("timing.json", "{}")
    // What a replay needs is kept, whenever it comes.
    folder.keep("pairs.json", "[]")
    assert.ok(folder.record(ended()))
    folder.close()
    assert.is(errors.length, 1)
    assert.match(errors[0]!.message, /of the run is gone; its capture is kept in ".*-kept"\.$/)
    assert.is(folder.path, `${before}-kept`)
    assert.equal(readFileSync(join(folder.path, "capture.ivl")), Buffer.concat(pieces))
    const names = ["capture.ivl", "catheter.json", "pairs.json", "run.json"]
    assert.equal(readdirSync(folder.path).sort(), names)
    assert.equal(folder.files, names)
    assert.not(existsSync(before))
    assert.is(folder.bytesLost, 0)
})

test("with the longest name that is gone gets a shorter one", () => {
    const folder = RunFolder.create(placeIn("", { out: join(newFolder(), "x".repeat(255)) }))
    rmSync(folder.path, { recursive: true })
    folder.capture(Buffer.alloc(1 << 19))
    folder.close()
    assert.match(folder.path, /x{100}-kept$/)
})

test("that is gone, and cannot be kept elsewhere, says that the bytes are lost", () => {
    const parent = newFolder()
    const folder = RunFolder.create(placeIn("", { out: join(parent, "run") }))
    const errors: DiskError[] = []
    folder.onDiskError = error => void errors.push(error)
    folder.capture(Buffer.alloc(1 << 18))
    folder.capture(Buffer.alloc(1 << 18))
    rmSync(parent, { recursive: true })
    writeFileSync(parent, "")
    assert.is(folder.record(ended()), false)
    folder.close()
    assert.match(errors.map(e => e.message).join(), /gone, and what was received of it is lost/)
    assert.ok(folder.isLost)
    assert.is(folder.bytesLost, 2 << 18)
})

test("is known by its capture: one that was moved is followed, and another one in its place stays", () => {
    const out = newFolder()
    const folder = RunFolder.create(placeIn("", { out }))
    folder.capture(Buffer.from("abc"))
    renameSync(out, `${out}-moved`)
    const other = run(placeIn("", { out, catheter: "of the other" }))
    folder.write("longitudinal.png", "png")
    assert.ok(folder.record(ended()))
    folder.close()
    assert.is(folder.path, `${out}-moved`)
    assert.equal(readdirSync(folder.path).sort(), ["capture.ivl", "longitudinal.png", "run.json"])
    assert.is(readRecord(folder.path).writer, undefined)
    assert.is(readRecord(other.path).catheter, "of the other")
    assert.equal(readdirSync(out).sort(), ["capture.ivl", "run.json"])
})

test("is followed into another folder where the system tells its name", () => {
    if (!existsSync("/proc/self/fd")) return
    const [out, elsewhere] = [newFolder(), newFolder()]
    const folder = RunFolder.create(placeIn("", { out }))
    mkdirSync(elsewhere)
    renameSync(out, join(elsewhere, "moved"))
    assert.ok(folder.record(ended()))
    folder.close()
    assert.is(folder.path, join(elsewhere, "moved"))
})

test("whose record was damaged gets a whole one with the late counts", () => {
    const folder = RunFolder.create(placeIn(newFolder()))
    writeFileSync(join(folder.path, "run.json"), "{")
    assert.is(folder.recordAgain(ended()).verdict, "complete")
    folder.close()
    assert.is(readRecord(folder.path).verdict, "complete")
})

test("keeps what was sent to archives when its record gets late counts", () => {
    const folder = RunFolder.create(placeIn(newFolder()))
    assert.ok(folder.record(ended()))
    const entry = { to: "dicom://A@b:1", object: "pullback.dcm", uid: "1.2", reason: null }
    const sent = [{ ...entry, outcome: "waiting", date: "2026-11-30T10:00:00Z" } as const]
    changeRecord(folder.path, record => ({ ...record, sent }))
    assert.equal(folder.recordAgain(ended()).sent, sent)
    folder.close()
    assert.equal(readRecord(folder.path).sent, sent)
})

test("of --out, in which the user stands, is set aside by its absolute path", () => {
    const out = newFolder()
    run(placeIn("", { out }))
    const before = process.cwd()
    process.chdir(out)
    try {
        const folder = RunFolder.create(placeIn("", { out: ".", force: true }))
        assert.equal([folder.path, folder.setAside], [out, `${out}-1`])
        writeFileSync(join(folder.path, "run.log"), "of the new run")
        folder.added("run.log")
        folder.remove()
        assert.equal(readdirSync(out).sort(), ["capture.ivl", "run.json"])
        assert.not(existsSync(`${out}-1`))
    } finally {
        process.chdir(before)
    }
})

const listing = suite("the list of runs")
const runs = join(root, "listed")
listing.after(() => rmSync(root, { recursive: true, force: true }))

listing("has the newest first, and a sentence for each record that cannot be used", () => {
    for (const [catheter, dateMs] of [
        ["array-20mhz", DATE_MS],
        ["array-20mhz", DATE_MS],
        ["rotational-40mhz", DATE_MS + 1000],
        // The clock of the computer was wrong.
        ["array-20mhz", DATE_MS - 86_400_000],
    ] as const)
        run(placeIn(runs, { catheter, dateMs }))
    const odd: Readonly<Record<string, string>> = {
        later: JSON.stringify({ ...ended(), format: 2 }),
        damaged: '{"format": 1',
        changed: JSON.stringify({ ...ended(), frames: -1 }),
        list: "[]",
        undated: JSON.stringify({ ...ended(), date: "yesterday" }),
        large: "",
    }
    for (const [name, text] of Object.entries(odd)) {
        mkdirSync(join(runs, name))
        writeFileSync(join(runs, name, "run.json"), text)
    }
    truncateSync(join(runs, "large", "run.json"), 1 << 25)
    mkdirSync(join(runs, "empty"))
    mkdirSync(join(runs, "none"))
    writeFileSync(join(runs, "none", "capture.ivl"), "")
    const all = listRuns(runs)
    assert.equal(
        all.slice(0, 4).map(({ name }) => name.slice(8)),
        [
            "30T10-39-18-rotational-40mhz",
            "30T10-39-17-array-20mhz-2",
            "30T10-39-17-array-20mhz",
            "29T10-39-17-array-20mhz",
        ]
    )
    const problems = Object.fromEntries(all.slice(4).map(r => [r.name, r.problem!]))
    assert.equal(Object.keys(problems).sort(), [...Object.keys(odd), "none"].sort())
    assert.match(problems.later!, /of a later version .*\(format 2\); update this program\.$/)
    assert.match(
        problems.damaged!,
        /is damaged: it is not JSON; there is no capture\.ivl .*from a backup\.$/
    )
    assert.match(problems.changed!, /its field frames is -1; there is no/)
    assert.match(problems.list!, /is damaged/)
    assert.match(problems.undated!, /is damaged: its field date .*yesterday/)
    assert.match(problems.large!, /is damaged: it is too large; there/)
    assert.match(
        problems.none!,
        /cannot be read: there is none; "ivus replay" makes a run with a record from/
    )
    assert.equal(
        all.slice(4).map(({ name, defect }) => `${name}: ${defect}`),
        [
            "undated: damaged",
            "none: missing",
            "list: damaged",
            "later: later",
            "large: damaged",
            "damaged: damaged",
            "changed: damaged",
        ]
    )
    const named = (filter: Parameters<typeof matches>[1]): number =>
        all.filter(one => matches(one, filter)).length
    assert.is(named({}), all.length)
    assert.is(named({ catheter: "array-20mhz" }), 3)
    assert.is(named({ since: DATE_MS, until: DATE_MS }), 2)
    assert.is(named({ verdict: "failed" }), 0)
    assert.is(named({ study: "none" }), 0)
})

listing("a run is found by the beginning of its name, if it is that of one run only", () => {
    assert.is(
        findRun("2026-11-30T10-39-18", runs),
        join(runs, "2026-11-30T10-39-18-rotational-40mhz")
    )
    assert.is(findRun(undefined, runs), join(runs, "2026-11-30T10-39-18-rotational-40mhz"))
    assert.throws(() => findRun("2026-11-30", runs), /names of 3 runs .* begin with "2026-11-30"/)
    assert.throws(() => findRun("2025", runs), /no run "2025"/)
    assert.throws(() => findRun("", runs), /no run ""/)
    const loop = join(root, "loop")
    symlinkSync(loop, loop)
    assert.throws(() => findRun(loop, runs), /cannot be read \(its symbolic links form a circle\)/)
    assert.throws(() => catheterIn(loop), /cannot be read \(its symbolic links form a circle\)/)
})

listing("an edit keeps what was there before, and what it does not know", () => {
    const folder = join(runs, NAME)
    const path = join(folder, "run.json")
    // A record of an earlier version, which did not know replays.
    const { replay_of, replay_date, ...earlier } = readRecord(folder)
    assert.equal([replay_of, replay_date], [null, null])
    const text = JSON.stringify({ ...earlier, note_of_others: 7 })
    writeFileSync(path, text)
    editRun(folder, { label: "first", side: "left" }, DATE_MS)
    assert.equal(editRun(folder, { label: "first" }, DATE_MS), [])
    editRun(folder, { label: "Second", side: null }, DATE_MS + 1000)
    const record = readRecord(folder)
    assert.equal(record.site, { label: "Second", vessel: null, side: null, segment: null })
    assert.equal(
        record.history.map(({ field, from, to }) => [field, from, to]),
        [
            ["label", null, "first"],
            ["side", null, "left"],
            ["label", "first", "Second"],
            ["side", "left", null],
        ]
    )
    assert.equal(Object.keys(record.asked), Object.keys(earlier.asked))
    assert.is((record as unknown as { note_of_others: number }).note_of_others, 7)
    assert.is(listRuns(runs).filter(one => matches(one, { label: "SECO" })).length, 1)
    assert.throws(() => editRun(join(runs, "later"), { label: "x" }, DATE_MS), /later version/)
    // Another program is writing it.
    writeFileSync(`${path}.part`, "")
    assert.throws(() => editRun(folder, { label: "x" }, DATE_MS), /by another program; try again/)
    // It was killed some time ago.
    const then = new Date(dateMs() - 11_000)
    utimesSync(`${path}.part`, then, then)
    assert.is(editRun(folder, { label: "third" }, DATE_MS).length, 1)
})

listing("a record that is no record is one sentence", () => {
    assert.throws(
        () => readRecord(join(runs, "empty")),
        (e: Error) => e instanceof RecordError
    )
})

test.run()
listing.run()
