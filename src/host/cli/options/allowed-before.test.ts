// Tests of what a replay takes from the record of its run.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { type KnownBefore, NOTHING_KNOWN } from "../../runs/about-beside"
import { allowedBefore } from "./allowed-before"

const record = suite("what a replay takes from a record")

const KNOWN: KnownBefore = {
    study: "first",
    patient: { id: "17", name: "DOE^JANE" },
    site: { label: "x".repeat(200), vessel: "iliac vein", side: "left", segment: "common" },
    dateMs: Date.UTC(2026, 10, 30),
}

/** @returns what is taken, and what is said */
function taken(before: KnownBefore): { allowed: KnownBefore; said: string[] } {
    const said: string[] = []
    return { allowed: allowedBefore(before, line => said.push(line)), said }
}

record("takes all that the options allow, without a word", () => {
    assert.equal(taken(KNOWN), { allowed: KNOWN, said: [] })
    assert.equal(taken(NOTHING_KNOWN), { allowed: NOTHING_KNOWN, said: [] })
})

record("takes nothing that no option allows, and names it", () => {
    const { allowed, said } = taken({
        study: "s".repeat(100_000),
        patient: { id: "1\\2\n\x1b", name: "N".repeat(5000) },
        site: { label: "x".repeat(201), vessel: "v\n", side: "left", segment: "a\tb" },
        dateMs: Date.parse("+200000-01-01T00:00:00Z"),
        asked: { target: "t".repeat(1000) } as NonNullable<KnownBefore["asked"]>,
    })
    assert.equal(allowed, {
        study: null,
        patient: { id: null, name: null },
        site: { label: null, vessel: "v", side: "left", segment: null },
    })
    assert.is(
        said.join(),
        "Not taken from the run.json of the run, as no option allows it: date, asked, study, patient.id, patient.name, site.label, site.segment."
    )
})

record("refuses a name with more parts than DICOM has", () => {
    assert.match(
        taken({ ...KNOWN, patient: { id: "17", name: "A^B^C^D^E^F" } }).said.join(),
        /: patient\.name\.$/
    )
})

record.run()
