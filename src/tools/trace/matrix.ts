// The matrix from hazards and requirements to tests and their last results, and what is wrong with it.

import type { LastResult } from "../test-run/last-results"
import type { Hazard, Requirement, SafetyCase } from "./safety-case"
import { idsOf, isRequirementId, type FoundTests, type TracedTest } from "./traced-tests"

export type Outcome = LastResult["outcome"] | "not run"

/** A test of a requirement, with what it gave. A template in a loop gives several results. */
export interface TestRow extends TracedTest {
    readonly results: readonly LastResult[]
    readonly outcome: Outcome
}

export interface RequirementRow extends Requirement {
    readonly hazards: readonly Hazard[]
    readonly tests: readonly TestRow[]
    readonly outcome: Outcome
}

export interface Matrix {
    readonly requirements: readonly RequirementRow[]
    /** One sentence each; consistent if there are none. */
    readonly findings: readonly string[]
}

const PAGE = "boards/safety.md"

/** Builds the matrix. Without results every test counts as not run. */
export function matrixOf(
    safety: SafetyCase,
    found: readonly FoundTests[],
    results: readonly LastResult[]
): Matrix {
    const tests = found.flatMap(f => f.tests)
    const rows = tests.map(test => testRow(test, results))
    const requirements = safety.requirements.map((requirement): RequirementRow => {
        const own = rows.filter(row => row.ids.includes(requirement.id))
        return {
            ...requirement,
            hazards: safety.hazards.filter(h => h.requirements.includes(requirement.id)),
            tests: own,
            outcome: worst(own.map(row => row.outcome)),
        }
    })
    const findings = [
        ...testFindings(safety, found),
        ...requirementFindings(requirements),
        ...safety.hazards.flatMap(h => hazardFindings(h, safety)),
        ...failures(rows),
    ]
    return { requirements, findings }
}

function testRow(test: TracedTest, results: readonly LastResult[]): TestRow {
    // A template matches what its texts enclose.
    const literal = test.title
        .split(/\$\{[^}]*\}/)
        .map(part => part.replace(/\\(.)/g, "$1").replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
        .join("[\\s\\S]*")
    const whole = new RegExp(`^${literal} ?\\[`)
    const own = results.filter(
        r => r.file === test.file && whole.test(r.name) && idsOf(r.name).join() === test.ids.join()
    )
    return { ...test, results: own, outcome: worst(own.map(r => r.outcome)) }
}

/** A requirement is as good as the worst of its tests. */
function worst(outcomes: readonly Outcome[]): Outcome {
    const order: Outcome[] = ["failed", "not run", "skipped", "passed"]
    return order.find(outcome => outcomes.includes(outcome)) ?? "not run"
}

function testFindings(safety: SafetyCase, found: readonly FoundTests[]): string[] {
    const known = new Set(safety.requirements.map(r => r.id))
    const unknown = found
        .flatMap(f => f.tests)
        .flatMap(test => test.ids.filter(id => !known.has(id)).map(id => ({ test, id })))
    return [
        ...unknown.map(
            ({ test, id }) =>
                `${test.file}: "${test.title}" names ${id}, which ${PAGE} does not have: correct the id or add the requirement.`
        ),
        ...found
            .flatMap(f => f.misplaced)
            .map(place => `${place} is not at the end of a test's title: move it there.`),
    ]
}

function requirementFindings(rows: readonly RequirementRow[]): string[] {
    return rows.flatMap((row, index) => [
        ...(isRequirementId(row.id) ? [] : [`${row.id} is no id of a requirement: see ${PAGE}.`]),
        ...(rows.findIndex(other => other.id === row.id) < index
            ? [`${row.id} is in ${PAGE} twice: give one of them another id.`]
            : []),
        ...(row.tests.length === 0
            ? [`${row.id} has no test: end the title of a test that shows it with [${row.id}].`]
            : []),
        ...(row.hazards.length === 0
            ? [`${row.id} controls no hazard: name it in the control of a hazard in ${PAGE}.`]
            : []),
    ])
}

function hazardFindings(hazard: Hazard, safety: SafetyCase): string[] {
    const known = new Set(safety.requirements.map(r => r.id))
    const missing = (["cause", "effect", "residual"] as const).filter(part => hazard[part] === "")
    return [
        ...(safety.hazards.filter(h => h.id === hazard.id)[0] === hazard
            ? []
            : [`${hazard.id} is in ${PAGE} twice: give one of them another id.`]),
        ...missing.map(part => `${hazard.id} has no ${part}: add it in ${PAGE}.`),
        ...(hazard.requirements.length === 0
            ? [`${hazard.id} has no control: name the requirements that control it in ${PAGE}.`]
            : []),
        ...hazard.requirements
            .filter(id => !known.has(id))
            .map(
                id =>
                    `${hazard.id} names ${id}, which ${PAGE} does not have: correct the id or add the requirement.`
            ),
    ]
}

function failures(rows: readonly TestRow[]): string[] {
    return rows
        .flatMap(row => row.results)
        .filter(result => result.outcome === "failed")
        .map(
            ({ file, name, date }) =>
                `${file}: "${name}" failed on ${date.slice(0, 16).replace("T", " ")}: run it again with npm test -- ${file}.`
        )
}
