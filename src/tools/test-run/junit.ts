// Writes the JUnit XML of a test run for CI servers, with xmlbuilder.

import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { create, type XMLElement } from "xmlbuilder"
import type { TestRecord } from "./uvu-recorder"

/** The records of one file that the recorder wrote; none when it wrote nothing. */
export function readRecords(file: string): TestRecord[] {
    if (!existsSync(file)) return []
    return readFileSync(file, "utf8")
        .split("\n")
        .filter(line => line !== "")
        .map(line => JSON.parse(line) as TestRecord)
}

/** Control characters that XML does not allow, and terminal colours. */

const COLOURS = /\u001b\[[0-9;]*m/g

const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu

/** Writes the records: one test suite for each suite of a file, one test case for each test. */
export function writeJunit(file: string, records: readonly TestRecord[]): void {
    writeFileSync(file, junitXml(records))
}

/** JUnit XML as Jenkins and GitLab read it; times in s. */
export function junitXml(records: readonly TestRecord[]): string {
    const root = create("testsuites", { encoding: "UTF-8" })
    counts(root, records)
    const suites = new Map<string, TestRecord[]>()
    for (const record of records) {
        const key = `${record.file}: ${record.suite}`
        suites.set(key, [...(suites.get(key) ?? []), record])
    }
    for (const [name, tests] of suites) {
        const suite = root.ele("testsuite", { name })
        counts(suite, tests)
        for (const test of tests) testCase(suite, test)
    }
    return root.end({ pretty: true }) + "\n"
}

function counts(to: XMLElement, records: readonly TestRecord[]): void {
    const count = (outcome: TestRecord["outcome"]): number =>
        records.filter(r => r.outcome === outcome).length
    const seconds = records.reduce((sum, r) => sum + r.seconds, 0)
    to.att("tests", records.length)
        .att("failures", count("failed"))
        .att("errors", 0)
        .att("skipped", count("skipped"))
        .att("time", seconds.toFixed(3))
}

function testCase(suite: XMLElement, r: TestRecord): void {
    const to = suite.ele("testcase", {
        classname: r.file,
        name: clean(r.name),
        time: r.seconds.toFixed(3),
    })
    const reason = clean(r.reason ?? "")
    const [message] = reason.split("\n")
    if (r.outcome === "failed") to.ele("failure", { message }, reason)
    if (r.outcome === "skipped") to.ele("skipped", { message })
    const printed = clean(r.printed)
    if (printed.trim() !== "") to.ele("system-out", printed)
}

function clean(text: string): string {
    return text.replace(COLOURS, "").replace(NOT_IN_XML, "")
}
