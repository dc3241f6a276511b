// Date, patient and study in pullback.dcm.

import dcmjs from "dcmjs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { EVENT_STOPPED, GOOD } from "../../../shared/codes"
import { PROGRAM_VERSION, versionText } from "../../../shared/versions"
import { dateAttributes } from "./dicom-dates"
import { testDicom, type TestRunOptions, wholeDicom } from "./testing/dicom-test-run"

const test = suite("date, patient and study in pullback.dcm")

/** 10:39:17.123 in the zone of this computer, whatever it is. */
const dateMs = new Date(2026, 10, 30, 10, 39, 17, 123).getTime()
const NOBODY = { id: null, name: null }

type About = TestRunOptions["about"]
const about = (changes: Partial<About> = {}): About => ({
    ...{ dateMs, patient: NOBODY, study: null },
    ...changes,
})

async function tagsOf(changes: Partial<About>, more: Partial<TestRunOptions> = {}): Promise<Tags> {
    const file = await wholeDicom({ frames: 2, ...more, about: about(changes) })
    const { dict } = dcmjs.data.DicomMessage.readFile(Uint8Array.from(file).buffer)
    return dcmjs.data.DicomMetaDictionary.naturalizeDataset(dict)
}
type Tags = Record<string, unknown>
const text = (value: unknown): string => [value ?? ""].flat().map(String).join("\\")

test("has the date of the run in the zone of this computer, and names the zone", async () => {
    const tags = await tagsOf({})
    for (const name of ["StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate"])
        assert.is(tags[name], "20261130", name)
    for (const name of ["StudyTime", "SeriesTime", "AcquisitionTime", "ContentTime"])
        assert.is(tags[name], "103917", name)
    assert.is(tags.AcquisitionDateTime, "20261130103917.123")
    // Runs of one study are sorted by their time.
    assert.is(Number(tags.SeriesNumber), 103917)
    const zone = String(tags.TimezoneOffsetFromUTC)
    assert.match(zone, /^[+-]\d{4}$/)
    const minutes = (zone[0] === "-" ? -1 : 1) * (60 * +zone.slice(1, 3) + +zone.slice(3))
    assert.is(minutes, -new Date(dateMs).getTimezoneOffset())
    assert.is(dateAttributes(new Date(1900, 0, 2, 3, 4, 5).getTime()).StudyDate, "19000102")
})

test("without a patient it is anonymous, and names its study by its date [IVUS-PAT-001]", async () => {
    const tags = await tagsOf({})
    assert.is(text(tags.PatientID), "ANONYMOUS")
    assert.is(text(tags.StudyID), "20261130103917")
    assert.is(tags.StudyDescription, undefined)
    for (const name of ["PatientBirthDate", "PatientSex", "ReferringPhysicianName"])
        assert.is(text(tags[name]), "", name)
    for (const name of ["Manufacturer", "ImageComments"])
        assert.match(text(tags[name]), /nvestigational, not for clinical use/)
})

test("has the given patient and study, in any script", async () => {
    const name = "Müller^Jürgen=山田^太郎"
    const tags = await tagsOf({ patient: { id: "Ж-7", name }, study: "Études coronaires, été" })
    assert.is(text(tags.SpecificCharacterSet), "ISO_IR 192")
    assert.is(text(tags.PatientID), "Ж-7")
    assert.is(
        JSON.stringify(tags.PatientName),
        JSON.stringify([{ Alphabetic: "Müller^Jürgen", Ideographic: "山田^太郎" }])
    )
    assert.is(text(tags.StudyDescription), "Études coronaires, été")
    // 16 bytes at most.
    assert.is(text(tags.StudyID), "Études coronair")
    // Of a patient with an id only the name is unknown, and the other way round.
    assert.is(text((await tagsOf({ patient: { id: "7", name: null } })).PatientName), "")
    assert.is(text((await tagsOf({ patient: { id: null, name: "A" } })).PatientID), "")
})

test("runs of one study of one patient are in one study, each in a series of its own", () => {
    const patient = { id: "P-7", name: null }
    const uids = (changes: Partial<About>, more: Partial<TestRunOptions> = {}): string[] => {
        const { attributes } = testDicom({ ...more, about: about(changes) })
        return [attributes.StudyInstanceUID, attributes.SeriesInstanceUID].map(String)
    }
    const [study, series] = uids({ study: "graft", patient })
    // Another run, at another time.
    const [study2, series2] = uids(
        { study: "graft", patient, dateMs: dateMs + 60_000 },
        { seed: 2 }
    )
    assert.is(study2, study)
    assert.is.not(series2, series)
    // The same one again.
    assert.equal(uids({ study: "graft", patient }), [study, series])
    const others: Partial<About>[] = [
        { study: "graft 2", patient },
        { study: "graft", patient: { id: "P-8", name: null } },
        { study: "graft" },
        { patient },
    ]
    for (const other of others) assert.is.not(uids(other)[0], study, JSON.stringify(other))
    // Without a name each run has a study of its own, also the same data on another date.
    const [alone] = uids({})
    assert.is.not(uids({ dateMs: dateMs + 1 })[0], alone)
    assert.is.not(uids({}, { seed: 2 })[0], alone)
    assert.equal(uids({})[0], alone)
})

test("all runs of a study have its date and time, each its own series and acquisition", async () => {
    const study = { study: "graft", studyDateMs: dateMs }
    const day = 86_400_000
    const tags = await tagsOf({ ...study, dateMs: dateMs + 2 * day + 3_600_000 })
    assert.equal([tags.StudyDate, tags.StudyTime], ["20261130", "103917"])
    assert.equal([tags.SeriesDate, tags.SeriesTime], ["20261202", "113917"])
    assert.is(tags.AcquisitionDateTime, "20261202113917.123")
})

test("names the board and the versions of both programs, where the cart said them", async () => {
    const tags = await tagsOf({})
    assert.is(text(tags.DeviceSerialNumber), "0123456789abcdef")
    const host = `host ${versionText(PROGRAM_VERSION)}`
    assert.is(text(tags.SoftwareVersions), `${host}\\firmware 0.3.2`)
    assert.is(text(tags.ManufacturerModelName), "IVUS cart controller")
    // A capture that was cut at its beginning.
    const silent = await tagsOf({}, { cart: undefined })
    assert.is(silent.DeviceSerialNumber, undefined)
    assert.is(text(silent.SoftwareVersions), host)
})

test("says first that a run was stopped or failed", async () => {
    const comments = async (outcome: number): Promise<string> =>
        text((await tagsOf({}, { outcome })).ImageComments)
    assert.match(await comments(GOOD), /not for clinical use\. Cross-sections/)
    assert.match(
        await comments(EVENT_STOPPED),
        /not for clinical use\. The run is stopped: the operator stopped the pullback\. Cross/
    )
})

test("any other value gives another instance", async () => {
    const instances = [
        {},
        { dateMs: dateMs + 1 },
        { study: "s" },
        { patient: { id: "7", name: null } },
    ]
    const uids = await Promise.all(
        instances.map(async of => text((await tagsOf(of)).SOPInstanceUID))
    )
    assert.is(new Set(uids).size, uids.length)
})

test.run()
