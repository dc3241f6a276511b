// Formats the timing report as one self-contained HTML page (timing.html).

import { firingCheckText } from "../../sequence/firing-check"
import { factList, htmlPage } from "../../pages/html-page"
import { htmlText as text } from "../../pages/html-text"
import { shown } from "./timing-figures"
import { msText, type ReactionRow } from "./timing-reactions"
import type { TimingReport } from "./timing-report"
import type { ChartSection } from "./timing-sections"

/**
 * The page of a run. The same run gives the same page. It loads nothing, and its security policy forbids loading.
 * @param drawn each chart as SVG
 */
export function timingPage(
    report: TimingReport,
    sections: readonly ChartSection[],
    drawn: readonly string[]
): string {
    return htmlPage(
        `Timing report, ${report.speedMmPerS} mm/s over ${report.lengthMm} mm`,
        `${header(report)}
<h2>Figures</h2>
${figureTable(report)}
${sections
    .map(
        ({ title, note }, i) =>
            `<h2>${text(title)}</h2>\n<p class="note">${text(note)}</p>\n${drawn[i]}`
    )
    .join("\n")}
<h2>Reaction times</h2>
${reactionTable(report.reactions)}
<h2>Skipped</h2>
${skippedList(report)}`
    )
}

function header(r: TimingReport): string {
    const verdicts = [...r.figures, ...r.reactions].map(f => f.verdict)
    const failed = verdicts.filter(v => v === "fail").length
    const passed = verdicts.filter(v => v === "pass").length
    const info = verdicts.filter(v => v === "info").length
    const skipped = verdicts.filter(v => v === "skipped").length
    const rows: [string, string][] = [
        [
            "pullback",
            `${r.lengthMm} mm at ${r.speedMmPerS} mm/s, ${r.frameRateHz} frames/s, catheter ${r.catheter}`,
        ],
        ["sequence", firingCheckText(r.sequence)],
        ["target", r.target],
        ["instrument", r.instrument],
        ["conditions", r.conditions ?? "none"],
        ["seed", r.seed === null ? "none" : String(r.seed)],
        [
            "versions",
            `program ${r.versions.package}, firmware ${r.versions.firmware ?? "unknown"}, protocol ${r.versions.protocol}, Node ${r.versions.node}`,
        ],
    ]
    return `<h1>Timing report of a pullback</h1>
<p class="notice">${text(r.notice)}</p>
${r.insecure ? '<p class="fail">INSECURE: the link ran without a key, so the origin of the lines is not proven; lab bench only.</p>\n' : ""}<p class="${failed > 0 ? "fail" : "pass"}">${failed > 0 ? `${failed} of ${passed + failed} figures are outside their limits.` : `All ${passed} measured figures are within their limits.`}${info > 0 ? ` ${info} more have no limit.` : ""}${skipped > 0 ? ` ${skipped} were skipped; the reasons are at the end of the page.` : ""}</p>
${factList(rows)}`
}

function figureTable(report: TimingReport): string {
    const rows = report.figures.map(f => {
        const { value, unit } = shown(f)
        return `<tr><td>${text(f.name)}</td><td class="number">${value}</td><td>${text(unit)}</td><td>${text(f.limit)}</td><td class="${f.verdict}">${f.verdict}</td><td class="note">${noteOf(f)}</td></tr>`
    })
    return `<table><thead><tr><th>figure</th><th class="number">value</th><th>unit</th><th>limit</th><th>verdict</th><th>measured by</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody></table>`
}

/** Why something was skipped stands at the end of the page only. */
function noteOf({ verdict, note }: { readonly verdict: string; readonly note: string }): string {
    return verdict === "skipped" ? "" : text(note)
}

const NO_REACTIONS =
    "a pullback without faults has no reactions; the test rig measures them (hil-tests/motion/timing.test.ts)"

function reactionTable(reactions: readonly ReactionRow[]): string {
    if (reactions.length === 0) return '<p class="skipped">Skipped.</p>'
    const rows = reactions.map(r => {
        const times = [r.p50Ms, r.p95Ms, r.p99Ms, r.maxMs]
            .map(ms => `<td class="number">${msText(ms)}</td>`)
            .join("")
        return `<tr><td>${text(r.fault)}</td><td>${text(r.until)}</td><td class="number">${r.timesMs.length}</td>${times}<td class="number">${r.limitMs}</td><td class="${r.verdict}">${r.verdict}</td><td class="note">${noteOf(r)}</td></tr>`
    })
    const heads = ["n", "p50", "p95", "p99", "max", "limit"]
        .map(h => `<th class="number">${h}</th>`)
        .join("")
    return `<p class="note">Milliseconds from the fault.</p>
<table><thead><tr><th>fault</th><th>until</th>${heads}<th>verdict</th><th>source of the limit</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody></table>`
}

function skippedList(report: TimingReport): string {
    const { figures, reactions } = report
    const items = figures.filter(f => f.verdict === "skipped").map(f => `${f.name}: ${f.note}`)
    if (reactions.length === 0) items.push(`reaction times: skipped, because ${NO_REACTIONS}`)
    for (const r of reactions)
        if (r.verdict === "skipped") items.push(`${r.fault} until ${r.until}: ${r.note}`)
    if (items.length === 0) return "<p>None.</p>"
    return `<ul>${items.map(i => `<li>${text(i)}</li>`).join("\n")}</ul>`
}
