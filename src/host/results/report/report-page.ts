// The report of a run as one self-contained HTML page: a summary on the first sheet, then tables, curves and provenance.

import { htmlText } from "../../pages/html-text"
import type { Steps } from "../../in-steps"
import type { MeasuredRun } from "../measured-run"
import { ringDownText } from "../ring-down-use"
import { verdictText, warningRows } from "../summary-text"
import { crossSectionSvg } from "./cross-section-svg"
import { flagRows, flagsText } from "./flag-texts"
import { longitudinalScale, longitudinalSvg } from "./longitudinal-svg"
import { type Figure, reportFigures } from "./report-figures"
import type { ReportPlace } from "./report-places"
import { aboutRows, editRows, provenanceRows } from "./report-provenance"
import { STYLE } from "./report-style"
import { alongTable, figureTable, placeTable, rowList } from "./report-tables"

/** What other threads drew for a page. */
export interface ReportPictures {
    readonly places: readonly ReportPlace[]
    /** PNG of each place. */
    readonly sections: readonly Uint8Array[]
    /** PNG. */
    readonly longitudinal: Uint8Array
    /** SVG of each chart, that of the areas first; none where nothing is measured. */
    readonly charts: readonly string[]
}

const NOTICE = "Investigational equipment, not for clinical use."

/** The figures that the first sheet shows large. */
const CARDS = [
    "minimum lumen area",
    "area stenosis",
    "distal reference area",
    "proximal reference area",
    "lesion length",
]

/**
 * The page, in steps. The same run gives the same page. It loads nothing, and its security policy forbids loading.
 */
export function* reportSteps(run: MeasuredRun, pictures: ReportPictures): Steps<string> {
    const figures = run.measures.length > 0 ? reportFigures(run) : []
    const { summary: s } = run
    yield
    const along = alongPictures(run, pictures)
    yield
    const sections = sectionPictures(run, pictures)
    yield
    const doubts = doubtList(run)
    yield
    const sheets = figures.length > 0 ? measuredSheets(run, figures, pictures) : ""
    yield
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width">
<title>IVUS report, ${htmlText(s.catheter)}, ${s.verdict}</title>
<style>${STYLE}</style>
</head>
<body>
<section>
<header><h1>IVUS pullback report</h1><p class="notice">${NOTICE}</p></header>
${statusOf(run)}
${rowList(aboutRows(run), true)}
${cards(figures)}
${along}
${sections}
${doubts}
</section>
${sheets}
<section class="sheet">
<h2>Provenance</h2>
${rowList(provenanceRows(run))}
<h2>Changes by persons</h2>
${editList(run)}
</section>
</body>
</html>
`
}

/** How the run ended, and whether a person has looked at it, before anything else. */
function statusOf(run: MeasuredRun): string {
    const { summary: s, segment } = run
    const isWhole = s.verdict === "complete"
    const cut = isWhole ? "" : " Pictures and measurements show only what was imaged."
    const kind = isWhole ? (s.lines.missing > 0 ? "warn" : "pass") : "fail"
    const rows = [status(kind, `${verdictText(s)}.${cut}`)]
    if (s.insecure)
        rows.push(
            status(
                "fail",
                "INSECURE: the link ran without a key, so the origin of the lines is not proven; lab bench only."
            )
        )
    if (run.measures.length > 0) {
        const { framesAccepted: accepted } = segment
        const all = run.measures.length
        if (accepted === all)
            rows.push(
                status("pass", `Reviewed: a person accepted the measurements of all ${all} frames.`)
            )
        else
            rows.push(
                status(
                    "warn",
                    accepted === 0
                        ? "Unreviewed: the program found borders and measurements, and no person has accepted them."
                        : `Partly reviewed: the measurements of ${accepted} of ${all} frames are accepted.`
                )
            )
    }
    return rows.join("\n")
}

function status(kind: string, text: string): string {
    return `<p class="status ${kind}">${htmlText(text)}</p>`
}

function cards(figures: readonly Figure[]): string {
    if (figures.length === 0)
        return '<p class="note">This catheter images in one direction: there are no cross-sections, and nothing is measured.</p>'
    const shown = CARDS.flatMap(name => figures.filter(figure => figure.name === name))
    const items = shown.map(({ name, value, unit, place, note, confidence }) => {
        const sure = confidence === null ? "" : `, confidence ${confidence.toFixed(2)}`
        const under = value === null ? note : `${place}${sure}`
        const number = value === null ? "–" : `${value} <span class="unit">${unit}</span>`
        return `<div class="card">${htmlText(name)}<b>${number}</b><span class="note">${htmlText(under)}</span></div>`
    })
    return `<div class="cards">${items.join("\n")}</div>`
}

function alongPictures(run: MeasuredRun, { places, longitudinal, charts }: ReportPictures): string {
    const { stretch } = longitudinalScale(run)
    const [large, small] = stretch > 1 ? ["Depth", "length"] : ["Length", "depth"]
    const times = Math.max(stretch, 1 / stretch).toFixed(1)
    const scale =
        times === "1.0"
            ? "Depth and length have one scale."
            : `${large} is drawn ${times} times as large as ${small}.`
    const border = run.measures.length > 0 ? " Blue: lumen border." : ""
    return `<h2>Along the vessel</h2>
${longitudinalSvg(run, run.measures.length > 0 ? places : [], dataUrl(longitudinal))}
<p class="note">Longitudinal view, vertical cut. ${scale}${border} Hatched: nothing was received.</p>
${charts[0] ?? ""}`
}

function sectionPictures({ results }: MeasuredRun, { places, sections }: ReportPictures): string {
    const figures = places.map(({ title, i, frame, measures }, k) => {
        const where = `${frame.positionMm.toFixed(2)} mm, frame ${frame.index}`
        const lumen = measures?.lumen
        const area = lumen
            ? `<br>${lumen.areaMm2.toFixed(2)} mm², ${lumen.minDiameterMm.toFixed(2)} × ${lumen.maxDiameterMm.toFixed(2)} mm`
            : ""
        const doubts = flagsText(measures)
        const sure = measures
            ? `<br>confidence ${measures.confidence.toFixed(2)}${doubts === "" ? "" : `: ${htmlText(doubts)}`}`
            : ""
        const svg = crossSectionSvg(results, i, dataUrl(sections[k]!), `${title}, ${where}`)
        return `<figure>${svg}<figcaption><b>${htmlText(title)}</b>, ${where}${area}${sure}</figcaption></figure>`
    })
    return `<div class="pictures">${figures.join("\n")}</div>`
}

function doubtList(run: MeasuredRun): string {
    const { segment, measures, summary } = run
    const isStale = summary.ringDown.source === "pullback" && summary.ringDown.captured !== null
    const rows = [
        ...segment.refused.map(({ what, reason }) => `${what}: not measured, because ${reason}`),
        ...segment.notes,
        ...flagRows(measures).map(([text, n]) => `in ${n} of ${measures.length} frames ${text}`),
        ...warningRows(summary),
        ...(isStale ? [ringDownText(summary.ringDown)] : []),
        ...summary.timing
            .filter(({ verdict }) => verdict === "fail")
            .map(({ name, limit }) => `${name} is outside its limit (${limit}); see timing.html`),
    ]
    if (rows.length === 0) return "<h2>Doubts</h2>\n<p>None.</p>"
    return `<h2>Doubts</h2>\n<ul>${rows.map(row => `<li>${htmlText(row)}</li>`).join("\n")}</ul>`
}

function measuredSheets(
    run: MeasuredRun,
    figures: readonly Figure[],
    { places, charts }: ReportPictures
): string {
    return `<section class="sheet">
<h2>Measurements</h2>
${figureTable(figures)}
<h2>Measured frames</h2>
${placeTable(places)}
<p class="note">At the leading edge of the echoes. Diameters go through the centre of the lumen; Feret diameters are what fits between the jaws of a caliper. Confidence: the share of the circle on which the border was heard, less for each doubt; it is a convention of this program, not a probability.</p>
</section>
<section class="sheet">
<h2>Curves</h2>
${charts.slice(1).join("\n")}
<h2>Frames along the vessel</h2>
${alongTable(run)}
<p class="note">All frames: measurements.csv.</p>
</section>`
}

function editList(run: MeasuredRun): string {
    const rows = editRows(run)
    return rows.length > 0 ? rowList(rows) : "<p>None.</p>"
}

function dataUrl(png: Uint8Array): string {
    return `data:image/png;base64,${Buffer.from(png).toString("base64")}`
}
