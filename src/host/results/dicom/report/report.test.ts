// report.dcm read back by dcmjs. Other readers: hil-tests/imaging/dicom.test.ts.

import dcmjs from "dcmjs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { EVENT_STOPPED } from "../../../../shared/codes"
import { NO_EDITS } from "../../../measure/edits"
import type { DicomReference } from "../dicom-common"
import { testDicom } from "../testing/dicom-test-run"
import { measuredTestRun, MM_PER_PX, type ReportTestOptions } from "../testing/report-test-run"
import { borderPoints } from "./border-points"
import { reportAttributes } from "./report-attributes"
import { reportDicom } from "./report-dicom"

const test = suite("report.dcm")

const PULLBACK: DicomReference = {
    ReferencedSOPClassUID: "1.2.840.10008.5.1.4.1.1.3.1",
    ReferencedSOPInstanceUID: "2.25.7",
}

interface Tags {
    readonly [keyword: string]: unknown
}

const list = (value: unknown): Tags[] => [value ?? []].flat() as Tags[]

/** The attributes as they are encoded. */
function read(
    options: Partial<ReportTestOptions> = {},
    pullback: DicomReference | null = PULLBACK
): Tags {
    return reportAttributes(measuredTestRun(options), pullback)
}

const nameOf = (item: Tags): string =>
    String(list(item.ConceptNameCodeSequence)[0]?.CodeMeaning ?? item.ValueType)
const childrenOf = (item: Tags): Tags[] => list(item.ContentSequence)
const named = (item: Tags, name: string): Tags[] =>
    childrenOf(item).filter(child => nameOf(child) === name)
const child = (item: Tags, ...names: string[]): Tags =>
    names.reduce((at, name) => {
        const [found] = named(at, name)
        assert.ok(found, `${name} in ${nameOf(at)}: ${childrenOf(at).map(nameOf).join(", ")}`)
        return found
    }, item)
const valueOf = (item: Tags): number => Number(list(item.MeasuredValueSequence)[0]!.NumericValue)
/** The measurement group of a site. */
function groupOf(item: Tags, site: string): Tags | undefined {
    return named(item, "Measurement Group").find(group =>
        named(group, "Finding Site").some(
            of => list(of.ConceptCodeSequence)[0]!.CodeMeaning === site
        )
    )
}
/** Area of the polygon of a number's border, mm². */
function outlineMm2(number: Tags): number {
    const data = child(number, "Area outline").GraphicData as number[]
    let twice = 0
    for (let i = 0; i + 3 < data.length; i += 2)
        twice += data[i]! * data[i + 3]! - data[i + 2]! * data[i + 1]!
    return (twice / 2) * MM_PER_PX ** 2
}

function decoded(file: Uint8Array): Tags {
    const { dict } = dcmjs.data.DicomMessage.readFile(Uint8Array.from(file).buffer)
    return dcmjs.data.DicomMetaDictionary.naturalizeDataset(dict)
}

const near = (value: number, expected: number, tolerance: number): void =>
    assert.ok(Math.abs(value - expected) <= tolerance, `${value}, not ${expected} ± ${tolerance}`)

test("is after TID 3250, in the study of the pullback, and names it as its evidence", () => {
    const tags = read()
    const { attributes } = testDicom({ frames: 301 })
    assert.is(nameOf(tags), "IVUS Report")
    const [template] = list(tags.ContentTemplateSequence)
    assert.equal([template!.MappingResource, template!.TemplateIdentifier], ["DCMR", "3250"])
    assert.is(tags.Modality, "SR")
    assert.is(tags.StudyInstanceUID, attributes.StudyInstanceUID)
    const [study] = list(tags.CurrentRequestedProcedureEvidenceSequence)
    const [series] = list(study!.ReferencedSeriesSequence)
    assert.is(study!.StudyInstanceUID, attributes.StudyInstanceUID)
    assert.is(series!.SeriesInstanceUID, attributes.SeriesInstanceUID)
    assert.is(list(series!.ReferencedSOPSequence)[0]!.ReferencedSOPInstanceUID, "2.25.7")
})

test("has the lesion with its minimum, both references, stenosis and length", () => {
    const lesion = child(read(), "Findings", "Lesion")
    // Radii 1 and 2 mm: (4 - 1) / 4. A polygon of 128 points has 0.04 % less area on both.
    near(valueOf(child(lesion, "Lumen Area Stenosis")), 75, 0.05)
    const { lengthMm } = measuredTestRun().segment.lesion!
    near(valueOf(child(lesion, "Stenotic Lesion Length")), lengthMm!, 0.005)
    const site = groupOf(lesion, "Site of Lumen Minimum")!
    near(valueOf(child(site, "Vessel lumen cross-sectional area")), Math.PI, 0.002)
    // Three decimals are written.
    near(valueOf(child(site, "Vessel lumen diameter")), 2, 0.003)
    for (const which of ["Proximal Reference", "Distal Reference"]) {
        const area = child(groupOf(lesion, which)!, "Vessel lumen cross-sectional area")
        near(valueOf(area), 4 * Math.PI, 0.006)
    }
    const volume = groupOf(child(read(), "Findings"), "Entire Pullback")!
    // 12 mm of 4 pi, of which 1.6 mm have a quarter of it; Simpson's rule over the steps is coarser there.
    near(valueOf(child(volume, "Lumen Volume")), 4 * Math.PI * (12 - 0.75 * 1.6), 2)
})

test("has the border of each frame as points of its picture, with the area that is stated", () => {
    const frames = named(
        child(read(), "Findings", "Measurements of each frame"),
        "Measurement Group"
    )
    assert.is(frames.length, 301)
    for (const i of [0, 150, 300]) {
        const area = child(frames[i]!, "Vessel lumen cross-sectional area")
        // A polygon of 64 points has 0.16 % less area than the circle, 0.12 % less than that of 128.
        near(outlineMm2(area) / valueOf(area), 1, 0.0015)
        const outline = child(area, "Area outline")
        const [reference] = list(child(outline, "IMAGE").ReferencedSOPSequence)
        assert.is(Number(reference!.ReferencedFrameNumber), i + 1)
        near(valueOf(child(frames[i]!, "Relative position")), 0.04 * i, 0.0005)
    }
})

test("the border is where the picture shows it: the first A-line to the right, the next ones down", () => {
    const size = { widthPx: 400, heightPx: 400, mmPerPxX: 0.025, mmPerPxY: 0.025 }
    const made = borderPoints([1, 2, 3, NaN], size, 1)!
    // 200 px is the edge between the two middle pixels, the catheter's centre.
    assert.equal(made, { points: [240, 200, 200, 280, 80, 200], isClosed: false })
    assert.equal(borderPoints([1, 2, 1, 1], size, 2)!.points, [240, 200, 160, 200, 240, 200])
    assert.is(borderPoints([NaN], size, 1), null)
})

test("a vessel border that is heard in part is given by its points", () => {
    const lesion = child(
        read({ vesselRadiusMm: line => (line < 32 ? NaN : 2.5) }),
        ...["Findings", "Lesion"]
    )
    const area = child(groupOf(lesion, "Site of Lumen Minimum")!, "EEM Cross-Sectional Area")
    const outline = child(area, "Area outline")
    assert.is(outline.GraphicType, "MULTIPOINT")
    assert.is((outline.GraphicData as number[]).length, 2 * 96)
})

test("no lumen of an unsure frame is without what makes it unsure", () => {
    const tags = read({
        flags: i => ["unreviewed", ...(i === 7 ? (["partly-seen", "branch"] as const) : [])],
    })
    const frames = named(child(tags, "Findings", "Measurements of each frame"), "Measurement Group")
    const areaOf = (i: number): Tags => child(frames[i]!, "Vessel lumen cross-sectional area")
    assert.is(child(areaOf(7), "Comment").TextValue, "partly-seen; branch")
    // That none is reviewed is said once, in front.
    assert.equal(named(areaOf(8), "Comment"), [])
    assert.match(String(child(tags, "Comment").TextValue), /not reviewed by a person/)
})

test("says in front that the run was stopped, and what could not be measured", () => {
    const tags = read({ run: { outcome: EVENT_STOPPED }, radiusMm: () => 2 })
    assert.is(tags.CompletionFlag, "PARTIAL")
    assert.match(
        String(child(tags, "Comment").TextValue),
        /^Investigational, not for clinical use\. The run is stopped: the operator stopped/
    )
    const findings = child(tags, "Findings")
    assert.equal(named(findings, "Lesion"), [])
    const said = named(findings, "Comment").map(item => String(item.TextValue))
    assert.ok(
        said.some(text => /no place is narrower/.test(text)),
        said.join("\n")
    )
    assert.is(read().CompletionFlag, "COMPLETE")
})

test("is verified, with name and date, once a person has accepted all frames", () => {
    assert.is(read({ flags: () => ["unreviewed"] }).VerificationFlag, "UNVERIFIED")
    const made = { by: "A. Smith", date: new Date(2026, 11, 1, 9, 8, 7).toISOString() }
    const edits = {
        ...NO_EDITS,
        accepted: [{ frames: "all" as const, ...made }],
        history: [{ what: "accepted", replaced: null, ...made }],
    }
    const tags = read({ changes: { edits } })
    assert.is(tags.VerificationFlag, "VERIFIED")
    const [observer] = list(tags.VerifyingObserverSequence)
    assert.match(JSON.stringify(observer!.VerifyingObserverName), /A\. Smith/)
    assert.match(String(observer!.VerificationDateTime), /^20261201090807/)
    // The content is that of the change, the study that of the run.
    assert.equal([tags.ContentDate, tags.StudyDate], ["20261201", "20261130"])
})

test("without pullback.dcm it has no borders, which would refer to nothing", () => {
    const tags = read({ run: { frames: 30 } }, null)
    assert.is(tags.CurrentRequestedProcedureEvidenceSequence, undefined)
    assert.equal(named(tags, "Image Library"), [])
    const [frame] = named(
        child(tags, "Findings", "Measurements of each frame"),
        "Measurement Group"
    )
    assert.equal(named(child(frame!, "Vessel lumen cross-sectional area"), "Area outline"), [])
})

test("lists one of several frames of a long run, and says so", () => {
    const tags = read({ run: { frames: 2500 } })
    const frames = child(tags, "Findings", "Measurements of each frame")
    assert.is(named(frames, "Measurement Group").length, Math.ceil(2500 / 3))
    assert.match(String(child(frames, "Comment").TextValue), /One of 3 frames/)
})

test("the same measurements give the same bytes, any others another instance", async () => {
    const file = async (options: Partial<ReportTestOptions> = {}): Promise<Uint8Array> =>
        reportDicom(measuredTestRun({ run: { frames: 5 }, ...options }), PULLBACK)
    assert.equal(await file(), await file())
    const options = [{}, { radiusMm: () => 2 }, { flags: () => ["branch" as const] }]
    const files = await Promise.all(options.map(file))
    const uids = files.map(bytes => decoded(bytes).SOPInstanceUID)
    assert.is(new Set(uids).size, uids.length)
})

test("holds every attribute: dcmjs leaves out keywords that it does not find in the dictionary", async () => {
    const options = { run: { frames: 5 }, vesselRadiusMm: () => 2.5 }
    const tags = decoded(await reportDicom(measuredTestRun(options), PULLBACK))
    const check = (given: Tags, read: Tags): void => {
        for (const [keyword, value] of Object.entries(given)) {
            assert.ok(keyword in read, keyword)
            const items = list(value).filter(item => typeof item === "object")
            for (const [i, item] of items.entries()) check(item, list(read[keyword])[i]!)
        }
    }
    check(read(options), tags)
})

test.run()
