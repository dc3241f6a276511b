// Tests the limits of a catheter's data against the field list, planner, table and sled.

import { readFileSync } from "node:fs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { fieldsOf, formatOf, formatSize, nameOf } from "../protocol/bytes"
import * as limits from "./catheter-limits"
import { allCatheters } from "./catheter-list"
import { CATHETER, numbersIn } from "./catheters"
import { SAMPLES_MAX, SAMPLES_MIN, TABLE_ENTRIES } from "../devices/line-engine"
import { LENGTH_MAX_NM, LENGTH_MIN_NM } from "../motion/ramp"
import { DEPTH_MIN_UM } from "./sequence-budget"
import { PICTURE_LINES_MAX, PICTURE_LINES_MIN } from "./image-format"

const test = suite("limits of a catheter's data")

const names = fieldsOf(CATHETER).map(nameOf)
const all = limits.catheterLimits()
const limitsOf = (name: string): number[] => {
    const at = 2 * names.indexOf(name) - 2
    return all.slice(at, at + 2)
}

test("one interval per field after the id, within the range of the link format", () => {
    assert.is(all.length, 2 * (names.length - 1))
    const source = readFileSync(new URL("catheter-limits.ts", import.meta.url), "utf8")
    const text = /LIMITS = `\n([^`]*)`/.exec(source)![1]!
    const rows = text.trimEnd().split("\n")
    assert.equal(
        rows.map(row => row.split(" ")[2]),
        names.slice(1)
    )
    for (const field of fieldsOf(CATHETER).slice(1)) {
        const [min, max] = limitsOf(nameOf(field))
        assert.ok(min! < max!, field)
        const top = 2 ** (8 * formatSize(formatOf(field))) - 1
        assert.ok(max! < top, field)
    }
})

test("the limits match the table, the planner and the sled", () => {
    assert.equal(limitsOf("firings_per_frame"), [1, TABLE_ENTRIES])
    assert.equal(limitsOf("samples_per_line"), [SAMPLES_MIN, SAMPLES_MAX])
    assert.equal(limitsOf("lines_per_frame"), [PICTURE_LINES_MIN, PICTURE_LINES_MAX])
    assert.is(limitsOf("depth_um")[0], DEPTH_MIN_UM)
    assert.equal(limitsOf("depth_max_um"), limitsOf("depth_um"))
    assert.equal(limitsOf("stroke_um"), [LENGTH_MIN_NM / 1000, LENGTH_MAX_NM / 1000])
    // The maximum slope is that of the highest frequency.
    assert.is(
        limitsOf("tgc_slope_cdb_per_mm")[1],
        (limits.SLOPE_CDB_PER_MM_MHZ * limitsOf("centre_frequency_khz")[1]!) / 1000
    )
})

test("each index constant belongs to its field", () => {
    const indices: [number, string][] = [
        [limits.AT_ID, "id"],
        [limits.AT_FRONT_END, "front_end"],
        [limits.AT_ELEMENTS, "elements"],
        [limits.AT_FIRINGS, "firings_per_frame"],
        [limits.AT_PAIR_SPAN, "pair_span"],
        [limits.AT_PAIR_LEAD, "pair_lead"],
        [limits.AT_DEPTH, "depth_um"],
        [limits.AT_RING_DOWN, "ring_down_um"],
        [limits.AT_SLOPE, "tgc_slope_cdb_per_mm"],
        [limits.AT_PULSE, "pulse_cycles"],
        [limits.AT_RPM_MIN, "rpm_min"],
        [limits.AT_RPM_MAX, "rpm_max"],
        [limits.AT_ROTOR_SIGN, "rotor_sign"],
    ]
    for (const [index, name] of indices) assert.is(names[index], name)
})

test("all built-in catheters are valid", () => {
    for (const catheter of allCatheters()) assert.is(limits.invalidField(catheter), -1, catheter.id)
})

test("reads the numbers of a text: any number of blanks, words skipped, signs kept", () => {
    assert.equal(numbersIn(""), [])
    assert.equal(numbersIn("\n1 2 kind\n-1  70000 rotor_sign\n"), [1, 2, -1, 70000])
    assert.equal(numbersIn("  7"), [7])
})

test.run()
