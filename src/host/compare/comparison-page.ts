// Formats a comparison as one self-contained page, comparison.html.

import { differenceText, rowsOf, shiftText } from "./comparison-text"
import { COLOURS, comparisonChart, type StripPicture } from "./comparison-chart"
import type { ComparedPlace, Comparison } from "./compare-runs"
import type { ComparedRun, Pair } from "./compared-run"

/** The pictures of both runs, as data URIs. */
export interface ComparedPictures {
    readonly strips: Pair<StripPicture>
    /** The cross-section of a frame; undefined where there is none. */
    readonly crossSection: (which: 0 | 1, frame: number) => string | undefined
}

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; color: #1c232b; max-width: 1080px; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem; margin: 0 } h2 { font-size: 1.15rem; margin: 2rem 0 .3rem }
p { margin: .3rem 0 .6rem } .notice { font-weight: 600; color: #8a1c14 } .note { color: #5b6570 }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 }
th, td { text-align: left; vertical-align: top; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid #dfe3e8 }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
svg { width: 100%; height: auto }
.places { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem }
figure { margin: 0; break-inside: avoid } figure h3 { font-size: 1rem; margin: .4rem 0 }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .4rem } .pair img, .none { width: 100%; aspect-ratio: 1; background: #000; display: block }
.none { color: #fff; padding: 1rem; box-sizing: border-box }
.first { color: ${COLOURS[0]}; font-weight: 600 } .second { color: ${COLOURS[1]}; font-weight: 600 }
@page { size: A4; margin: 14mm } @media print { body { font-size: 11px; margin: 0 } h2 { break-after: avoid } svg, table { break-inside: avoid } }`

/** The same runs give the same page. It loads nothing, and its security policy forbids loading. */
export function comparisonPage(
    comparison: Comparison,
    runs: Pair<ComparedRun>,
    pictures: ComparedPictures
): string {
    const names = runs.map(({ name }) => name) as unknown as Pair<string>
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width">
<title>Comparison of ${text(names[0])} and ${text(names[1])}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Comparison of two pullbacks</h1>
<p class="notice">Investigational equipment, not for clinical use.</p>
${runTable(runs)}
<p>${text(shiftText(comparison.alignment))}</p>
${list(comparison.notes)}
<h2>Figures</h2>
${figureTable(comparison)}
${list(comparison.refused.map(({ what, reason }) => `Not compared: ${what}: ${reason}.`))}
<h2>Along the vessel</h2>
${comparisonChart(comparison, pictures.strips, names)}
<p class="note">Solid: run 1; dashed: run 2. Difference: run 2 less run 1. Places where a run does not see the whole lumen have no curve.</p>
<h2>Side by side</h2>
<p class="note">The catheter's angle differs from run to run, so that a picture may be turned against the other.</p>
<div class="places">
${shownPlaces(comparison, runs)
    .map(({ title, place }) => placeFigure(title, place, pictures))
    .join("\n")}
</div>
</body>
</html>
`
}

function runTable(runs: Pair<ComparedRun>): string {
    const rows = runs.map(({ name, record: r }, i) => {
        const who = r.patient.name ?? r.patient.id ?? "anonymous"
        const site = [r.site.label, r.site.vessel, r.site.side, r.site.segment].filter(Boolean)
        const cells = [r.date, who, r.study ?? "", site.join(", "), r.catheter, r.verdict]
        return `<tr><td class="${i === 0 ? "first" : "second"}">${i + 1}: ${text(name)}</td>${cells.map(cell => `<td>${text(cell)}</td>`).join("")}</tr>`
    })
    const heads = ["run", "date", "patient", "study", "vessel", "catheter", "verdict"]
    return table(heads.map(head => `<th>${head}</th>`).join(""), rows)
}

function figureTable(comparison: Comparison): string {
    const rows = rowsOf(comparison).map(
        ({ name, values, difference, unit, note }) =>
            `<tr><td>${text(name)}</td>${[...values, difference].map(value => `<td class="number">${text(value)}</td>`).join("")}<td>${text(unit)}</td><td class="note">${text(note)}</td></tr>`
    )
    return table(
        `<th>figure</th><th class="number">run 1</th><th class="number">run 2</th><th class="number">difference</th><th>unit</th><th>where</th>`,
        rows
    )
}

function table(head: string, rows: readonly string[]): string {
    return `<table><thead><tr>${head}</tr></thead>\n<tbody>\n${rows.join("\n")}\n</tbody></table>`
}

function list(sentences: readonly string[]): string {
    if (sentences.length === 0) return ""
    return `<ul>${sentences.map(one => `<li>${text(one)}</li>`).join("")}</ul>`
}

/** The narrowest places of both runs, the largest gain, and the references of the first run. */
function shownPlaces(
    { places }: Comparison,
    [first]: Pair<ComparedRun>
): { title: string; place: ComparedPlace }[] {
    const compared = places.filter(({ differenceMm2 }) => differenceMm2 !== null)
    const least = (value: (place: ComparedPlace) => number): ComparedPlace =>
        compared.reduce((a, b) => (value(b) < value(a) ? b : a))
    const { references } = first.record.measurements
    const middle = (one: { from_mm: number; to_mm: number } | null | undefined) => {
        const mm = one && (one.from_mm + one.to_mm) / 2
        return mm && mm >= places[0]!.positionMm && mm <= places.at(-1)!.positionMm
            ? least(place => Math.abs(place.positionMm - mm))
            : undefined
    }
    const chosen: [string, ComparedPlace | undefined][] = [
        ["Narrowest of run 1", least(p => p.areasMm2[0]!)],
        ["Narrowest of run 2", least(p => p.areasMm2[1]!)],
        ["Largest difference", least(p => -Math.abs(p.differenceMm2!))],
        ["Distal reference of run 1", middle(references?.distal)],
        ["Proximal reference of run 1", middle(references?.proximal)],
    ]
    return chosen.flatMap(([title, place]) => (place ? [{ title, place }] : []))
}

function placeFigure(title: string, place: ComparedPlace, pictures: ComparedPictures): string {
    const shown = ([0, 1] as const).map(which => {
        const { frame, flags } = place.frames[which]
        const href = pictures.crossSection(which, frame)
        const area = place.areasMm2[which]
        const picture = href
            ? `<img alt="Cross-section of run ${which + 1}, frame ${frame}" src="${href}">`
            : `<div class="none">no picture</div>`
        return `<div>${picture}<span class="${which === 0 ? "first" : "second"}">${which + 1}</span>: frame ${frame}, ${area === null ? "no whole lumen" : `${area.toFixed(2)} mm²`}${flags.length > 0 ? ` <span class="note">(${text(flags.join(", "))})</span>` : ""}</div>`
    })
    return `<figure><h3>${title}: ${place.positionMm.toFixed(2)} mm, ${text(differenceText(place))}</h3><div class="pair">${shown.join("")}</div></figure>`
}

function text(value: string): string {
    return value
        .replace(/&/g, "&amp;")
        .replace(/</g, "&lt;")
        .replace(/>/g, "&gt;")
        .replace(/"/g, "&quot;")
}
