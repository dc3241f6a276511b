// The report of an acceptance as one self-contained HTML page.

import { factList, htmlPage } from "../pages/html-page"
import { htmlText as text } from "../pages/html-text"
import type { AcceptanceCheck, AcceptanceReport } from "./acceptance-report"

/** All tables have the same columns. */
const STYLE = `
table { table-layout: fixed } th:first-child { width: 48% } th:last-child { width: 12% }`

const VIRTUAL =
    "<p>The target was the virtual board: this accepts the software, and says nothing about a cart.</p>\n"

const TITLES: Readonly<Record<AcceptanceCheck["group"], string>> = {
    cart: "Cart",
    calibration: "Calibration",
    pullback: "Pullback",
}

/** The page of an acceptance. */
export function acceptancePage(report: AcceptanceReport): string {
    const { checks, skipped } = report
    const failed = checks.filter(check => !check.passed).length
    const verdict = report.passed
        ? `<p class="pass">✓ Accepted: all ${checks.length} checks are within their limits.</p>`
        : `<p class="fail">✗ Not accepted: ${failed} of ${checks.length} checks are not within their limits.</p>`
    const groups = [...new Set(checks.map(check => check.group))]
    return htmlPage(
        `Acceptance of board ${report.board}, ${report.date}`,
        `<h1>Acceptance of a cart</h1>
<p class="notice">${text(report.notice)}</p>
${report.insecure ? '<p class="notice">INSECURE: the link ran without a key, so it is not proven that the values came from this board.</p>\n' : ""}${verdict}
${report.target === "virtual" ? VIRTUAL : ""}${facts(report)}
${groups.map(group => groupTable(group, checks)).join("\n")}
<h2>Not checked</h2>
<ul>
${skipped.map(reason => `<li>${text(reason)}</li>`).join("\n")}
</ul>`,
        STYLE
    )
}

function facts({ board, date, target, versions, serials }: AcceptanceReport): string {
    const rows: [string, string][] = [
        ["board", board],
        ...Object.entries(serials).map(([part, number]): [string, string] => [
            `serial number of ${part}`,
            number,
        ]),
        ["date", date],
        ["target", target],
        ["versions", `program ${versions.host}, firmware ${versions.firmware}`],
    ]
    return factList(rows)
}

function groupTable(group: AcceptanceCheck["group"], checks: readonly AcceptanceCheck[]): string {
    const rows = checks
        .filter(check => check.group === group)
        .map(
            ({ name, value, limit, passed }) =>
                `<tr><td>${text(name)}</td><td class="number">${text(value)}</td><td>${text(limit)}</td><td class="${passed ? "pass" : "fail"}">${passed ? "✓ pass" : "✗ fail"}</td></tr>`
        )
    return `<h2>${TITLES[group]}</h2>
<table><thead><tr><th>check</th><th class="number">value</th><th>limit</th><th>verdict</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody></table>`
}
