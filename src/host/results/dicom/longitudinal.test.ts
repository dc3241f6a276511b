// longitudinal.dcm read back by dcmjs. Other readers: hil-tests/imaging/dicom.test.ts.

import dcmjs from "dcmjs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { EVENT_STOPPED } from "../../../shared/codes"
import type { DicomReference } from "./dicom-common"
import { longitudinalAttributes } from "./longitudinal-attributes"
import { singlePicture } from "./single-picture"
import { testDicom, testRunAndResults, type TestRunOptions } from "./testing/dicom-test-run"

const test = suite("longitudinal.dcm")

const PICTURE = { widthPx: 7, heightPx: 3, mmPerPxX: 0.05, mmPerPxY: 0.04 }
const GREYS = Uint8Array.from({ length: 21 }, (_, i) => 11 * i)
const PULLBACK = { ReferencedSOPClassUID: "1.2", ReferencedSOPInstanceUID: "2.25.7" }

async function fileOf(
    changes: Partial<TestRunOptions> = {},
    pullback: DicomReference | null = PULLBACK,
    greys = GREYS
): Promise<Uint8Array> {
    const { run, about, results } = testRunAndResults(changes)
    const attributes = longitudinalAttributes(run, about, results, PICTURE, pullback)
    return singlePicture(attributes, greys)
}

async function read(file: Promise<Uint8Array>): Promise<Record<string, unknown>> {
    const { dict } = dcmjs.data.DicomMessage.readFile(Uint8Array.from(await file).buffer)
    return dcmjs.data.DicomMetaDictionary.naturalizeDataset(dict)
}

test("holds the picture without compression, with its scale in both directions", async () => {
    const tags = await read(fileOf())
    const [pixels] = tags.PixelData as ArrayBuffer[]
    // An even number of bytes.
    assert.equal(new Uint8Array(pixels!), Uint8Array.of(...GREYS, 0))
    assert.equal([tags.Columns, tags.Rows], [7, 3])
    // Rows first (PS3.3, 10.7.1.3).
    for (const name of ["PixelSpacing", "NominalScannedPixelSpacing"])
        assert.equal((tags[name] as unknown[]).map(Number), [0.04, 0.05], name)
})

test("is in the study of pullback.dcm, in a series behind it, and names it as its source", async () => {
    const { attributes } = testDicom()
    const tags = await read(fileOf())
    assert.is(tags.StudyInstanceUID, attributes.StudyInstanceUID)
    assert.is.not(tags.SeriesInstanceUID, attributes.SeriesInstanceUID)
    assert.ok(Number(tags.SeriesNumber) > Number(attributes.SeriesNumber))
    const [source] = tags.SourceImageSequence as Record<string, unknown>[]
    assert.is(source!.ReferencedSOPInstanceUID, "2.25.7")
    const alone = await read(fileOf({}, null))
    assert.is(alone.SourceImageSequence, undefined)
})

test("the same run and picture give the same bytes, any other one another instance", async () => {
    assert.equal(await fileOf(), await fileOf())
    const uids = await Promise.all(
        [
            fileOf(),
            fileOf({ seed: 2 }),
            fileOf({}, null),
            fileOf({}, PULLBACK, Uint8Array.from(GREYS).reverse()),
        ].map(async file => (await read(file)).SOPInstanceUID)
    )
    assert.is(new Set(uids).size, uids.length)
})

test("says what it shows, and first that the run was stopped", async () => {
    assert.match(
        String((await read(fileOf())).ImageComments),
        /^Investigational, not for clinical use\. Cut through .* distal, is on the left\.$/
    )
    const { ImageComments } = await read(fileOf({ outcome: EVENT_STOPPED, fixedDirection: true }))
    assert.match(String(ImageComments), /use\. The run is stopped: .*\. Depth downwards/)
})

test.run()
