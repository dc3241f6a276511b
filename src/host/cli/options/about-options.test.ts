// The options for date, patient and study.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { Command } from "commander"
import { dateMs as clockMs } from "../../clock"
import { UsageError } from "../../errors"
import { NO_SITE } from "../../runs/run-about"
import { aboutOf, type AboutOptions, addAboutOptions, parseDate } from "./about-options"

const test = suite("options for date, patient and study")

function parsed(...args: string[]): AboutOptions {
    const command = addAboutOptions(new Command().exitOverride())
    return command.parse(args, { from: "user" }).opts()
}

test("dates as in ISO 8601", () => {
    const utc = Date.UTC(2026, 10, 30, 10, 39, 17)
    const dates: Readonly<Record<string, number>> = {
        "2026-11-30T10:39:17Z": utc,
        "2026-11-30 10:39:17z": utc,
        "2026-11-30T10:39:17.123Z": utc + 123,
        "2026-11-30T10:39:17,1239Z": utc + 123,
        "2026-11-30T12:39:17+02:00": utc,
        "2026-11-30T05:09:17-0530": utc,
        // In the zone of this computer.
        "2026-11-30T10:39:17": new Date(2026, 10, 30, 10, 39, 17).getTime(),
        "2026-11-30T10:39": new Date(2026, 10, 30, 10, 39).getTime(),
        "2026-11-30": new Date(2026, 10, 30).getTime(),
        "2024-02-29T00:00:00Z": Date.UTC(2024, 1, 29),
    }
    for (const [text, ms] of Object.entries(dates)) assert.is(parseDate(text), ms, text)
})

test("what is no date is refused in one sentence that has an example", () => {
    const texts = [
        ...["", "now", "tomorrow", "2026", "2026-11", "30.11.2026", "11/30/2026", "1764499157"],
        ...["2026-02-29", "2026-13-01", "2026-00-10", "2026-11-31", "2026-11-30T24:00Z"],
        ...[
            "2026-11-30T10:60Z",
            "2026-11-30T10:39:60Z",
            "2026-11-30T10:39:17+15:00",
            "2026-11-30Z",
        ],
        ...["1899-12-31", "2200-01-01", "0026-11-30", "2026-11-30T10:39:17Z\u001b[2J"],
    ]
    for (const text of texts)
        assert.throws(
            () => parseDate(text),
            (e: Error) =>
                e instanceof UsageError &&
                /^--date .*2026-11-30T10:39:17Z.*\.$/.test(e.message) &&
                !/[\n\u001b]/.test(e.message),
            text
        )
})

test("patient and study are texts that a DICOM attribute can hold", () => {
    const { patient, study, dateMs } = aboutOf(
        parsed(
            ...["--patient-id", " P-7 ", "--patient-name", "Mu\u0308ller^J", "--study", "été 2"],
            ...["--date", "2026-11-30T10:39:17Z"]
        )
    )
    assert.equal([patient, study], [{ id: "P-7", name: "Müller^J" }, "été 2"])
    assert.is(dateMs, Date.UTC(2026, 10, 30, 10, 39, 17))
    const refused = ["", "  ", "a\\b", "a\nb", "a\u001b[2Jb", "a\u202eb", "x".repeat(65)]
    for (const option of ["--patient-id", "--patient-name", "--study"]) {
        parsed(option, "\u{1f600}".repeat(64))
        for (const text of refused)
            assert.throws(
                () => parsed(option, text),
                (e: Error) => e instanceof UsageError && e.message.startsWith(`${option}: 1 to 64`),
                JSON.stringify(text)
            )
    }
})

test("the name of a patient has the parts that DICOM knows", () => {
    const refused = ["a^b^c^d^e^f", "a=b=c=d", "a=b^c^d^e^f^g"]
    for (const name of ["Müller^Jürgen=山田^太郎=や", "a^b^c^d^e"])
        assert.is(parsed("--patient-name", name).patientName, name)
    for (const name of refused)
        assert.throws(() => parsed("--patient-name", name), /^--patient-name: up to 5 parts/)
})

test("a replay takes from the record what is not given, but never half a patient", () => {
    const before = {
        ...{ dateMs: 5, study: "Graft 2", patient: { id: "P-7", name: "A^B" } },
        site: NO_SITE,
    }
    const { patient, study, dateMs } = aboutOf(parsed("--study", "Graft 3"), before)
    assert.equal([patient, study, dateMs], [before.patient, "Graft 3", 5])
    const other = aboutOf(parsed("--patient-id", "P-8"), before)
    assert.equal(other.patient, { id: "P-8", name: null })
})

test("without them there is no patient and no study, and the date is now", () => {
    const before = clockMs()
    const { patient, study, dateMs } = aboutOf(parsed())
    assert.equal([patient, study], [{ id: null, name: null }, null])
    assert.ok(dateMs >= before && dateMs <= clockMs())
})

test.run()
