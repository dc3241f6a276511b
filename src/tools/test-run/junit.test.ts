// JUnit XML: counts, reasons, and output with control characters.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { junitXml } from "./junit"
import type { TestRecord } from "./uvu-recorder"

const RECORD: TestRecord = {
    ...{ file: "a.test.ts", suite: "one", name: "works" },
    ...{ outcome: "passed", seconds: 0.25, printed: "" },
}

const test = suite("junit")

test("has one case a test, with counts, reasons and output", () => {
    const xml = junitXml([
        RECORD,
        {
            ...{ ...RECORD, name: "breaks", outcome: "failed" },
            reason: "wrong\nat a.test.ts:1",
        },
        {
            ...{ ...RECORD, suite: "two", name: "waits", outcome: "skipped" },
            ...{ reason: "skipped, because it rains", printed: "rain" },
        },
    ])
    assert.match(xml, '<testsuites tests="3" failures="1" errors="0" skipped="1" time="0.750">')
    assert.is(xml.match(/<testsuite /g)?.length, 2)
    assert.is(xml.match(/<testcase /g)?.length, 3)
    assert.match(xml, /<failure message="wrong">wrong\nat a\.test\.ts:1</)
    assert.match(xml, '<skipped message="skipped, because it rains"/>')
    assert.match(xml, "<system-out>rain</system-out>")
})

test("escapes markup and drops what XML does not allow", () => {
    const printed = "\u001b[31mred\u001b[39m a < b & \u0000\u0007\u001b ]]> \ud800 ok 😀"
    const xml = junitXml([{ ...RECORD, name: '"<x>"', printed }])
    assert.match(xml, 'name="&quot;&lt;x>&quot;"')
    assert.match(xml, "red a &lt; b &amp;  ]]&gt;  ok 😀")
})

test.run()
