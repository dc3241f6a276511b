// The trace: what it reads, each inconsistency that it must find, and this project's own safety case.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { mergedResults, type LastResult } from "../test-run/last-results"
import { matrixOf } from "./matrix"
import { matrixPage } from "./matrix-page"
import { findTests, readSafetyCase } from "./read-project"
import { parseSafetyCase } from "./safety-case"
import { idsOf, tracedTests } from "./traced-tests"

const CASE = `# Case

What it is
about.

## Hazards

### HAZ-01: It moves

- **Cause:** a request.
- **Effect:** an injury.
- **Control:** the table
  (IVUS-MOT-001), and a stop (IVUS-MOT-002).
- **Residual:** none.

## Motion

| id           | requirement        |
| ------------ | ------------------ |
| IVUS-MOT-001 | It moves on \`yes\`. |
| IVUS-MOT-002 | It stops in 30 ms  |

## Without a control here

| what  | why         |
| ----- | ----------- |
| force | no a < b    |
`

const FILE = "hil-tests/a.test.ts"
const DATE = "2026-01-02T03:04:05.000Z"
/** A source with tests of these titles, written as code. */
const source = (...titles: string[]): string =>
    titles.map(title => `jog(${title}, async () => {})\n`).join("")
const SOURCE = source('"moves [IVUS-MOT-001]"', "`${n}: stops [IVUS-MOT-001, IVUS-MOT-002]`")
const result = (name: string, outcome: LastResult["outcome"] = "passed"): LastResult => ({
    ...{ file: FILE, suite: "jog", name, outcome, date: DATE },
})

const matrix = (markdown = CASE, code = SOURCE, results: LastResult[] = []) =>
    matrixOf(parseSafetyCase(markdown), [tracedTests(FILE, code)], results)
const findings = (markdown?: string, code?: string, results?: LastResult[]): readonly string[] =>
    matrix(markdown, code, results).findings

const reading = suite("reading")

reading("hazards with their texts and requirements, over line breaks", () => {
    const { hazards, requirements, uncontrolled, introduction } = parseSafetyCase(CASE)
    assert.equal(hazards, [
        {
            ...{ id: "HAZ-01", title: "It moves", cause: "a request.", effect: "an injury." },
            control: "the table (IVUS-MOT-001), and a stop (IVUS-MOT-002).",
            ...{ residual: "none.", requirements: ["IVUS-MOT-001", "IVUS-MOT-002"] },
        },
    ])
    assert.equal(requirements[0], {
        ...{ id: "IVUS-MOT-001", text: "It moves on `yes`.", section: "Motion" },
    })
    assert.equal(uncontrolled, [{ what: "force", why: "no a < b" }])
    assert.equal(introduction, ["What it is about."])
})

reading("titles in quotes and templates, of any suite; not in comments, not skipped ones", () => {
    const { tests } = tracedTests(FILE, `const jog = suite("a jog")\n${SOURCE}`)
    assert.is(tests[0]!.suite, "a jog")
    assert.equal(
        tests.map(t => [t.title, t.ids]),
        [
            ["moves", ["IVUS-MOT-001"]],
            ["${n}: stops", ["IVUS-MOT-001", "IVUS-MOT-002"]],
        ]
    )
    const others = [
        `// ${source('"moves [IVUS-MOT-001]"')}`,
        source('"moves"'),
        source('"moves (IVUS-MOT-001)"'),
    ]
    for (const code of others) assert.equal(tracedTests(FILE, code).tests, [])
    const skipped = tracedTests(FILE, source('"moves [IVUS-MOT-001]"').replace("jog", "jog.skip"))
    assert.is(skipped.tests.length, 0)
    assert.equal(idsOf("3: stops [IVUS-MOT-001, IVUS-MOT-002]"), ["IVUS-MOT-001", "IVUS-MOT-002"])
    assert.equal(idsOf("stops"), [])
})

reading.run()

const wrong = suite("an inconsistency")

wrong("there is none", () => assert.equal(findings(), []))

wrong("a requirement without a test", () =>
    assert.equal(findings(CASE, source('"moves [IVUS-MOT-001]"')), [
        "IVUS-MOT-002 has no test: end the title of a test that shows it with [IVUS-MOT-002].",
    ])
)

wrong("a test with an unknown id, or one that is misspelt", () => {
    for (const id of ["IVUS-MOT-003", "IVUS-MOT-01", "IVUS-mot-001"])
        assert.equal(findings(CASE, SOURCE + source(`"stops [${id}]"`)), [
            `hil-tests/a.test.ts: "stops" names ${id}, which boards/safety.md does not have: correct the id or add the requirement.`,
        ])
})

wrong("ids that are not at the end of a title", () => {
    const code = SOURCE + 'const ROWS = [["stops [IVUS-MOT-001]", 1]]\n'
    assert.equal(findings(CASE, code), [
        "hil-tests/a.test.ts: [IVUS-MOT-001] is not at the end of a test's title: move it there.",
    ])
})

wrong("a hazard without a control", () => {
    const bare =
        "\n### HAZ-02: It burns\n\n- **Cause:** a.\n- **Effect:** b.\n- **Control:** care.\n- **Residual:** c.\n"
    assert.equal(findings(CASE.replace("\n## Motion", `${bare}\n## Motion`)), [
        "HAZ-02 has no control: name the requirements that control it in boards/safety.md.",
    ])
})

wrong("a hazard that names an unknown requirement, or lacks a part", () => {
    assert.equal(findings(CASE.replace("a stop (IVUS-MOT-002)", "IVUS-MOT-002 and IVUS-TX-001")), [
        "HAZ-01 names IVUS-TX-001, which boards/safety.md does not have: correct the id or add the requirement.",
    ])
    assert.equal(findings(CASE.replace("- **Residual:** none.\n", "")), [
        "HAZ-01 has no residual: add it in boards/safety.md.",
    ])
})

wrong("a requirement that controls no hazard, and an id that is given twice", () => {
    assert.equal(findings(CASE.replace(", and a stop (IVUS-MOT-002)", "")), [
        "IVUS-MOT-002 controls no hazard: name it in the control of a hazard in boards/safety.md.",
    ])
    const row = "| IVUS-MOT-002 | It stops in 30 ms  |\n"
    assert.equal(findings(CASE.replace(row, row + row)), [
        "IVUS-MOT-002 is in boards/safety.md twice: give one of them another id.",
    ])
})

wrong("a failed test, of one case of a template", () => {
    const results = [
        result("moves [IVUS-MOT-001]"),
        result("1: stops [IVUS-MOT-001, IVUS-MOT-002]"),
        result("2: stops [IVUS-MOT-001, IVUS-MOT-002]", "failed"),
    ]
    assert.equal(findings(CASE, SOURCE, results), [
        'hil-tests/a.test.ts: "2: stops [IVUS-MOT-001, IVUS-MOT-002]" failed on 2026-01-02 03:04: run it again with npm test -- hil-tests/a.test.ts.',
    ])
    assert.equal(
        matrix(CASE, SOURCE, results).requirements.map(r => r.outcome),
        ["failed", "failed"]
    )
})

wrong.run()

const results = suite("results")

results("a requirement has the worst result of its tests; none is not run", () => {
    const outcomes = (...kept: LastResult[]): string[] =>
        matrix(CASE, SOURCE, kept).requirements.map(r => r.outcome)
    const stops = "1: stops [IVUS-MOT-001, IVUS-MOT-002]"
    assert.equal(outcomes(), ["not run", "not run"])
    assert.equal(outcomes(result(stops)), ["not run", "passed"])
    assert.equal(outcomes(result("moves [IVUS-MOT-001]"), result(stops, "skipped")), [
        ...["skipped", "skipped"],
    ])
    // Another title, or the same one with other ids, is another test.
    assert.equal(outcomes(result("1: stops it [IVUS-MOT-001, IVUS-MOT-002]")), [
        ...["not run", "not run"],
    ])
    assert.equal(outcomes(result("1: stops [IVUS-MOT-002]")), ["not run", "not run"])
})

results("a run of some files replaces theirs, and drops those of files that are gone", () => {
    const old = { ...result("old"), date: "2025-12-31T00:00:00.000Z" }
    const kept = mergedResults(
        [old, { ...old, file: "b.test.ts" }, { ...old, file: "gone.test.ts" }],
        [{ ...old, name: "new", seconds: 1, printed: "" }],
        DATE,
        file => file !== "gone.test.ts"
    )
    assert.equal(kept, [
        { ...old, file: "b.test.ts" },
        { ...old, name: "new", date: DATE },
    ])
})

results("the page has every hazard, requirement, test and finding, and escapes markup", () => {
    const safety = parseSafetyCase(CASE)
    const page = matrixPage(
        safety,
        matrix(CASE, SOURCE, [result("moves [IVUS-MOT-001]", "failed")])
    )
    for (const part of ["HAZ-01", "It moves on <code>yes</code>.", "…: stops", "no a &lt; b"])
        assert.match(page, part)
    assert.match(page, /class="findings"[\s\S]*failed on 2026-01-02/)
    assert.match(page, "The tests ran on 2026-01-02 03:04 UTC.")
    assert.match(page, "default-src 'none'")
    assert.not.match(page, "a < b")
})

results.run()

const own = suite("boards/safety.md")

own("is consistent with the tests of this project", () => {
    assert.equal(matrixOf(readSafetyCase(), findTests(), []).findings, [])
})

own("states that nothing conforms to a standard or is for clinical use", () => {
    const text = readSafetyCase().introduction.join("\n")
    assert.match(text, "not for clinical use")
    assert.match(text, "No conformity with any standard is claimed")
})

own.run()
