// The date of a study, from the records of its runs.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { aboutNothing, NO_PATIENT, type RunAbout } from "./run-about"
import { bareRecord, recordText } from "./run-record"
import { studyDateOf } from "./study-date"

const folder = mkdtempSync(join(tmpdir(), "ivus-study-date-"))
const runs = join(folder, "runs")
const FIRST_MS = Date.UTC(2026, 10, 30, 10, 39, 17)
const DAY_MS = 86_400_000

const test = suite("the date of a study")
test.after(() => rmSync(folder, { recursive: true, force: true }))

function aboutOf(changes: Partial<RunAbout> = {}): RunAbout {
    return { ...aboutNothing(FIRST_MS, "virtual"), study: "graft", ...changes }
}

function write(path: string, about: RunAbout): void {
    const run = { verdict: "complete", verdictReason: null, catheter: "array-20mhz" } as const
    mkdirSync(path, { recursive: true })
    const record = bareRecord(run, { about, hello: undefined, files: [] })
    writeFileSync(join(path, "run.json"), recordText(record))
}

test("is that of its first run, kept by each of them, in the folder of runs or beside the new run", () => {
    const [first, second] = [join(runs, "first"), join(folder, "elsewhere", "second")]
    assert.is(studyDateOf(aboutOf(), first, runs), undefined)
    write(first, aboutOf())
    const later = aboutOf({ dateMs: FIRST_MS + DAY_MS })
    assert.is(studyDateOf(later, second, runs), FIRST_MS)
    write(second, { ...later, studyDateMs: FIRST_MS })
    rmSync(first, { recursive: true })
    assert.is(studyDateOf(aboutOf({ dateMs: 0 }), join(second, "..", "third"), runs), FIRST_MS)
    // Another study, another patient, no study.
    const others = [{ study: "other" }, { patient: { ...NO_PATIENT, id: "P-7" } }, { study: null }]
    for (const other of others)
        assert.is(studyDateOf(aboutOf(other), join(second, "..", "third"), runs), undefined)
    // A replay knows it.
    const known = aboutOf({ studyDateMs: 7 })
    assert.is(studyDateOf(known, join(second, "..", "third"), runs), 7)
})

test("a folder that is not there, and records that cannot be used, say nothing", () => {
    const damaged = join(runs, "damaged")
    mkdirSync(damaged, { recursive: true })
    writeFileSync(join(damaged, "run.json"), "{")
    assert.is(studyDateOf(aboutOf({ study: "new" }), join(folder, "no", "x"), runs), undefined)
})

test.run()
