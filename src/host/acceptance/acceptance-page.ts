// The report of an acceptance as one self-contained HTML page.

import { htmlText as text } from "../pages/html-text"
import type { AcceptanceCheck, AcceptanceReport } from "./acceptance-report"

const STYLE = `
:root { color-scheme: light }
body { font: 15px/1.5 system-ui, sans-serif; color: #1c232b; background: #fff; max-width: 960px; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem; margin: 0 } h2 { font-size: 1.15rem; margin: 2rem 0 .3rem } p { margin: .3rem 0 .6rem }
.notice { font-weight: 600; color: #8a1c14 } .pass { color: #1c6b3c; font-weight: 600 } .fail { color: #b3261e; font-weight: 700 }
table { border-collapse: collapse; table-layout: fixed; width: 100%; margin: .5rem 0 }
th:first-child { width: 48% } th:last-child { width: 12% }
th, td { text-align: left; vertical-align: top; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid #dfe3e8 }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1.2rem } dt { color: #5b6570 } dd { margin: 0 }
@media print { h2 { break-after: avoid } tr { break-inside: avoid } }
@page { size: A4; margin: 14mm }`

const VIRTUAL =
    "<p>The target was the virtual board: this accepts the software, and says nothing about a cart.</p>\n"

const TITLES: Readonly<Record<AcceptanceCheck["group"], string>> = {
    cart: "Cart",
    calibration: "Calibration",
    pullback: "Pullback",
}

/** It loads nothing, and its security policy forbids loading. */
export function acceptancePage(report: AcceptanceReport): string {
    const { checks, skipped } = report
    const failed = checks.filter(check => !check.passed).length
    const verdict = report.passed
        ? `<p class="pass">✓ Accepted: all ${checks.length} checks are within their limits.</p>`
        : `<p class="fail">✗ Not accepted: ${failed} of ${checks.length} checks are not within their limits.</p>`
    const groups = [...new Set(checks.map(check => check.group))]
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>Acceptance of board ${text(report.board)}, ${text(report.date)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Acceptance of a cart</h1>
<p class="notice">${text(report.notice)}</p>
${report.insecure ? '<p class="notice">INSECURE: the link ran without a key, so it is not proven that the values came from this board.</p>\n' : ""}${verdict}
${report.target === "virtual" ? VIRTUAL : ""}${facts(report)}
${groups.map(group => groupTable(group, checks)).join("\n")}
<h2>Not checked</h2>
<ul>
${skipped.map(reason => `<li>${text(reason)}</li>`).join("\n")}
</ul>
</body>
</html>
`
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
    return `<dl>${rows.map(([name, value]) => `<dt>${text(name)}</dt><dd>${text(value)}</dd>`).join("\n")}</dl>`
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
