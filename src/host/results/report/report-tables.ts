// The tables of a report as HTML.

import type { FrameMeasures } from "../../measure/frame-measures"
import { htmlText } from "../../pages/html-text"
import type { MeasuredRun } from "../measured-run"
import { flagsText } from "./flag-texts"
import type { Figure } from "./report-figures"
import type { ReportPlace } from "./report-places"
import type { Rows } from "./report-provenance"

/** Rows of the table along the vessel. */
const ROWS_MAX = 28
/** Distances between rows, mm. */
const STEPS_MM = [0.5, 1, 2, 5, 10]
/** Below it, a number is marked. */
const UNSURE_BELOW = 0.5

type Column<T> = readonly [name: string, unit: string, value: (of: T) => string, isText?: "text"]

const lumen =
    (key: keyof NonNullable<FrameMeasures["lumen"]>, digits: number) =>
    (m: FrameMeasures | undefined): string =>
        shown(m?.lumen?.[key], digits)

const FRAME: readonly Column<FrameMeasures | undefined>[] = [
    ["lumen area", "mm²", lumen("areaMm2", 2)],
    ["shortest diameter", "mm", lumen("minDiameterMm", 2)],
    ["longest diameter", "mm", lumen("maxDiameterMm", 2)],
    ["mean diameter", "mm", lumen("meanDiameterMm", 2)],
    ["eccentricity", "", lumen("eccentricity", 2)],
    ["shortest Feret diameter", "mm", lumen("feretMinMm", 2)],
    ["longest Feret diameter", "mm", lumen("feretMaxMm", 2)],
    ["vessel (EEM) area", "mm²", m => shown(m?.vessel?.areaMm2, 2)],
    ["plaque + media area", "mm²", m => shown(m?.plaqueAreaMm2, 2)],
    ["plaque burden", "%", m => shown(m?.plaqueBurdenPercent, 0)],
    ["calcium arc", "°", m => shown(m?.calciumArcDeg, 0)],
    ["arc in shadow", "°", m => shown(m?.shadowArcDeg, 0)],
    ["stent area", "mm²", m => shown(m?.stent?.areaMm2, 2)],
    ["border heard", "% of the circle", m => shown(m && 100 * m.heardFraction, 0)],
    ["confidence", "0 to 1", m => shown(m?.confidence, 2)],
    ["doubts", "", m => flagsText(m) || (m ? "none" : ""), "text"],
]

const ALONG: readonly Column<FrameMeasures | undefined>[] = [
    ["lumen", "mm²", lumen("areaMm2", 2)],
    ["shortest", "mm", lumen("minDiameterMm", 2)],
    ["longest", "mm", lumen("maxDiameterMm", 2)],
    ["vessel", "mm²", m => shown(m?.vessel?.areaMm2, 2)],
    ["plaque burden", "%", m => shown(m?.plaqueBurdenPercent, 0)],
    ["confidence", "", m => shown(m?.confidence, 2)],
    ["doubts", "", m => flagsText(m), "text"],
]

export function figureTable(figures: readonly Figure[]): string {
    const rows = figures.map(({ name, value, unit, place, confidence, note }) => [
        cell(name, "text"),
        cell(value ?? "–"),
        cell(value === null ? "" : unit, "text"),
        cell(place, "text"),
        cell(confidence?.toFixed(2) ?? "", "number", isUnsure(confidence)),
        cell(note, "note"),
    ])
    return table(["figure", "#value", "unit", "where", "#confidence", "how, or why not"], rows)
}

/** One column for each frame. */
export function placeTable(places: readonly ReportPlace[]): string {
    const heads = ["", "unit", ...places.map(({ title }) => `#${title}`)]
    const place = (name: string, value: (of: ReportPlace) => string, unit = ""): string[] => [
        cell(name, "text"),
        cell(unit, "text"),
        ...places.map(of => cell(value(of))),
    ]
    return table(heads, [
        place("position", ({ frame }) => frame.positionMm.toFixed(2), "mm"),
        place("frame", ({ frame }) => String(frame.index)),
        ...FRAME.map(([name, unit, value]) => [
            cell(name, "text"),
            cell(unit, "text"),
            ...places.map(({ measures }) => {
                const isMarked = name === "confidence" && isUnsure(measures?.confidence)
                return cell(value(measures), "number wrap", isMarked)
            }),
        ]),
    ])
}

/** A frame at equal distances. */
export function alongTable({ results, measures }: MeasuredRun): string {
    const marks = results.frames.marks
    const last = marks.reduce((most, { positionMm }) => Math.max(most, positionMm), 0)
    const step = STEPS_MM.find(mm => last / mm < ROWS_MAX) ?? last / ROWS_MAX
    const rows: string[][] = []
    for (let k = 0; k <= last / step; k++) {
        const i = nearest(marks, k * step)
        const { positionMm, index } = marks[i]!
        // Where nothing was imaged there is no row.
        if (Math.abs(positionMm - k * step) > step / 2) continue
        const m = measures[i]
        rows.push([
            cell(positionMm.toFixed(2)),
            cell(String(index)),
            ...ALONG.map(([, , value, isText]) =>
                cell(value(m), isText ? "note" : "number", !isText && isUnsure(m?.confidence))
            ),
        ])
    }
    const heads = ALONG.map(([name, unit, , isText]) => {
        const head = unit === "" ? name : `${name} (${unit})`
        return isText ? head : `#${head}`
    })
    return table(["#position (mm)", "#frame", ...heads], rows)
}

export function rowList(rows: Rows, isTwo = false): string {
    const items = rows.map(
        ([name, value]) => `<dt>${htmlText(name)}</dt><dd>${htmlText(value)}</dd>`
    )
    return `<dl${isTwo ? ' class="two"' : ""}>${items.join("\n")}</dl>`
}

function nearest(marks: readonly { readonly positionMm: number }[], mm: number): number {
    let best = 0
    for (const [i, { positionMm }] of marks.entries())
        if (Math.abs(positionMm - mm) < Math.abs(marks[best]!.positionMm - mm)) best = i
    return best
}

function isUnsure(confidence: number | null | undefined): boolean {
    return confidence !== null && confidence !== undefined && confidence < UNSURE_BELOW
}

function shown(value: number | null | undefined, digits: number): string {
    return value?.toFixed(digits) ?? "–"
}

function cell(value: string, kind = "number", isMarked = false): string {
    return `<td class="${kind}${isMarked ? " unsure" : ""}">${htmlText(value)}</td>`
}

/** @param heads with "#" before those of numbers */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
    const head = heads.map(name =>
        name.startsWith("#")
            ? `<th class="number">${htmlText(name.slice(1))}</th>`
            : `<th>${htmlText(name)}</th>`
    )
    return `<table><thead><tr>${head.join("")}</tr></thead>
<tbody>
${rows.map(cells => `<tr>${cells.join("")}</tr>`).join("\n")}
</tbody></table>`
}
