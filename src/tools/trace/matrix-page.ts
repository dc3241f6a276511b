// Writes the matrix as one self-contained HTML page, for paper, screen and phone.

import type { Matrix, Outcome, RequirementRow, TestRow } from "./matrix"
import type { Hazard, SafetyCase } from "./safety-case"
import { STYLE } from "./page-style"

/** The page. It loads nothing, and its security policy forbids loading. */
export function matrixPage(safety: SafetyCase, matrix: Matrix): string {
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Safety case: hazards, requirements, tests</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Safety case: hazards, requirements, tests</h1>
${safety.introduction.map(paragraph => `<p>${inline(paragraph)}</p>`).join("\n")}
</header>
${summary(safety, matrix)}
${findings(matrix)}
<h2>Hazards</h2>
${safety.hazards.map(hazard => hazardSection(hazard, matrix)).join("\n")}
${requirementTables(matrix)}
<h2>Without a control here</h2>
${uncontrolledTable(safety)}
</body>
</html>
`
}

function summary(safety: SafetyCase, { requirements }: Matrix): string {
    const tests = new Set(requirements.flatMap(r => r.tests.map(t => `${t.file} ${t.title}`)))
    const count = (outcome: Outcome): number =>
        requirements.filter(r => r.outcome === outcome).length
    const states = (["passed", "failed", "skipped", "not run"] as const)
        .filter(outcome => count(outcome) > 0 || outcome === "passed")
        .map(outcome => `<li>${mark(outcome)} <b>${count(outcome)}</b></li>`)
    return `<ul class="counts">
<li><b>${safety.hazards.length}</b> hazards</li><li><b>${requirements.length}</b> requirements</li><li><b>${tests.size}</b> tests</li>
</ul>
<ul class="counts">
<li>Last results of the requirements:</li>
${states.join("\n")}
</ul>
<p class="note">${datesText(requirements)} A requirement has the worst result of its tests.</p>`
}

function datesText(requirements: readonly RequirementRow[]): string {
    const dates = requirements
        .flatMap(r => r.tests.flatMap(t => t.results.map(result => result.date)))
        .sort()
    if (dates.length === 0) return "No result is kept: run <code>npm test</code>."
    const [first, last] = [minuteOf(dates[0]!), minuteOf(dates[dates.length - 1]!)]
    return first === last ? `The tests ran on ${first}.` : `The tests ran from ${first} to ${last}.`
}

const minuteOf = (date: string): string => `${date.slice(0, 10)} ${date.slice(11, 16)} UTC`

function findings({ findings }: Matrix): string {
    if (findings.length === 0) return ""
    return `<section class="findings" aria-label="Findings">
<h2>Findings</h2>
<ul>${findings.map(finding => `<li>${text(finding)}</li>`).join("\n")}</ul>
</section>`
}

function hazardSection(hazard: Hazard, { requirements }: Matrix): string {
    const chips = hazard.requirements.map(id => {
        const row = requirements.find(r => r.id === id)
        return row
            ? `<li><a href="#${id}">${id}</a> ${mark(row.outcome)}</li>`
            : `<li>${id} ${mark("failed", "unknown")}</li>`
    })
    return `<section class="hazard" id="${hazard.id}">
<h3><span class="id">${hazard.id}</span> ${inline(hazard.title)}</h3>
<dl>
<dt>Cause</dt><dd>${inline(hazard.cause)}</dd>
<dt>Effect</dt><dd>${inline(hazard.effect)}</dd>
<dt>Control</dt><dd>${inline(hazard.control)}<ul class="chips">${chips.join("")}</ul></dd>
<dt>Residual</dt><dd>${inline(hazard.residual)}</dd>
</dl>
</section>`
}

function requirementTables({ requirements }: Matrix): string {
    const sections = [...new Set(requirements.map(r => r.section))]
    return sections
        .map(section => {
            const rows = requirements.filter(r => r.section === section)
            return `<h2>Requirements: ${inline(section)}</h2>
<table>
<thead><tr><th scope="col">Requirement</th><th scope="col">Hazards</th><th scope="col">Tests and last results</th></tr></thead>
<tbody>
${rows.map(requirementRow).join("\n")}
</tbody>
</table>`
        })
        .join("\n")
}

function requirementRow(row: RequirementRow): string {
    const hazards = row.hazards.map(h => `<a href="#${h.id}">${h.id}</a>`)
    return `<tr id="${row.id}">
<td><span class="id">${row.id}</span> ${mark(row.outcome)}<p>${inline(row.text)}</p></td>
<td class="hazards">${hazards.join(" ")}</td>
<td><ul class="tests">${row.tests.map(testItem).join("")}</ul></td>
</tr>`
}

function testItem(test: TestRow): string {
    const { length } = test.results
    const title = `${test.suite}: ${test.title}`.replace(/^: /, "").replace(/\$\{[^}]*\}/g, "…")
    const times = length > 1 ? ` <span class="note">${length} cases</span>` : ""
    return `<li>${mark(test.outcome)} ${text(title)}${times} <span class="file">${breakable(test.file)}</span></li>`
}

function uncontrolledTable({ uncontrolled }: SafetyCase): string {
    const rows = uncontrolled.map(
        ({ what, why }) => `<tr><td>${inline(what)}</td><td>${inline(why)}</td></tr>`
    )
    return `<table class="plain">
<thead><tr><th scope="col">What</th><th scope="col">Why, and what has to be done</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>`
}

/** A result: a sign, a word and a colour, as paper may have no colours. */
function mark(outcome: Outcome, word: string = outcome): string {
    const signs = { passed: "✓", failed: "✗", skipped: "–", "not run": "○" }
    return `<span class="mark ${outcome.replace(" ", "-")}">${signs[outcome]} ${word}</span>`
}

function text(value: string): string {
    return value
        .replace(/&/g, "&amp;")
        .replace(/</g, "&lt;")
        .replace(/>/g, "&gt;")
        .replace(/"/g, "&quot;")
}

/** Markdown of one paragraph: code, bold, links by their text; ids link to their rows. */
function inline(markdown: string): string {
    return text(markdown)
        .replace(/\[([^\]]+)\]\([^)]+\)/g, "$1")
        .replace(/`([^`]+)`/g, "<code>$1</code>")
        .replace(/\*\*([^*]+)\*\*/g, "<b>$1</b>")
        .replace(/(?<![\w#>])(IVUS-[A-Z]+-\d{3}|HAZ-\d+)/g, '<a class="id-link" href="#$1">$1</a>')
}

/** A path may be broken behind each slash. */
function breakable(path: string): string {
    return text(path).replace(/\//g, "/<wbr>")
}
