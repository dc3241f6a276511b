// The longitudinal view with the marked frames, the reference segments and the lesion, as SVG around a PNG.

import { depthMm } from "../../picture/picture"
import { htmlText } from "../../pages/html-text"
import type { MeasuredRun } from "../measured-run"
import { CHART, COLOURS, PLOT_PX, tickStep } from "./chart-frame"
import { rangeMm } from "./report-charts"
import type { ReportPlace } from "./report-places"

/** Height of the picture: a long pullback would be a strip, a short one a tower. */
const HEIGHT_PX = { min: 110, max: 165 }
const TOP_PX = 44
const BOTTOM_PX = 34

/** The A-lines of the view's halves: up and down in a cross-section. */
const HALVES = { upper: 3 / 4, lower: 1 / 4 }

/** How the depth is drawn. */
export interface LongitudinalScale {
    readonly heightPx: number
    /** Depth is drawn so many times as large as length. */
    readonly stretch: number
}

export function longitudinalScale(run: MeasuredRun): LongitudinalScale {
    const { geometry, fixedDirection } = run.results
    const [from, to] = rangeMm(run)
    const shownMm = depthMm(geometry) * (fixedDirection ? 1 : 2)
    const truePx = (PLOT_PX * shownMm) / (to - from)
    const heightPx = Math.round(Math.min(HEIGHT_PX.max, Math.max(HEIGHT_PX.min, truePx)))
    return { heightPx, stretch: heightPx / truePx }
}

/** @param png address of the view from the start of {@link rangeMm} to its end */
export function longitudinalSvg(
    run: MeasuredRun,
    places: readonly ReportPlace[],
    png: string
): string {
    const { heightPx } = longitudinalScale(run)
    const [from, to] = rangeMm(run)
    const x = (mm: number): number => CHART.leftPx + (PLOT_PX * (mm - from)) / (to - from)
    const { segment: s, results } = run
    const bands = [
        ...[s.referenceDistal, s.referenceProximal].map(
            part => part && band(x(part.fromMm), x(part.toMm), COLOURS.reference)
        ),
        s.lesion && band(x(s.lesion.fromMm), x(s.lesion.toMm), COLOURS.lesion),
    ].filter(part => part !== null)
    const borders = results.fixedDirection ? "" : borderLines(run, x, heightPx)
    return [
        `<svg viewBox="0 0 ${CHART.widthPx} ${TOP_PX + heightPx + BOTTOM_PX}" role="img" aria-label="Longitudinal view with marked frames" font-size="13" font-family="sans-serif">`,
        `<image x="${CHART.leftPx}" y="${TOP_PX}" width="${PLOT_PX}" height="${heightPx}" preserveAspectRatio="none" href="${png}"/>`,
        borders,
        ...bands,
        ...placeMarks(places, x, heightPx),
        axisOf(from, to, x, TOP_PX + heightPx),
        depthAxis(run, heightPx),
        "</svg>",
    ].join("\n")
}

/** A bar above the picture. */
function band(fromPx: number, toPx: number, colour: string): string {
    const width = Math.max(2, toPx - fromPx)
    return `<rect x="${fromPx.toFixed(1)}" y="${TOP_PX - 8}" width="${width.toFixed(1)}" height="6" fill="${colour}"/>`
}

/** The labels of near marks go one above the other. */
function placeMarks(
    places: readonly ReportPlace[],
    x: (mm: number) => number,
    heightPx: number
): string[] {
    let lastPx = -Infinity
    let level = 0
    return places.map(({ mark, frame }) => {
        const at = x(frame.positionMm)
        level = at - lastPx < 70 ? (level + 1) % 2 : 0
        lastPx = at
        const colour = mark === "MLA" || mark === "lesion" ? COLOURS.lesion : COLOURS.reference
        const y = TOP_PX - 14 - 14 * level
        const line = `<path d="M${at.toFixed(1)} ${y + 3}V${TOP_PX + heightPx}" stroke="${colour}" stroke-width="1.5" stroke-dasharray="5 4"/>`
        return `${line}<text x="${at.toFixed(1)}" y="${y}" text-anchor="middle" fill="${colour}">${htmlText(mark)}</text>`
    })
}

/** The lumen's border where the view cuts it. */
function borderLines(
    { results }: MeasuredRun,
    x: (mm: number) => number,
    heightPx: number
): string {
    const { borders, frames, geometry } = results
    const middle = TOP_PX + heightPx / 2
    const pxPerMm = heightPx / 2 / depthMm(geometry)
    const order = borders
        .map((border, i) => ({ border, positionMm: frames.at(i).positionMm }))
        .sort((a, b) => a.positionMm - b.positionMm)
    return Object.entries(HALVES)
        .map(([half, share]) => {
            const side = half === "upper" ? -1 : 1
            const points = order.map(({ border: { radiusMm }, positionMm }) => {
                const radius = radiusMm[Math.round(share * radiusMm.length) % radiusMm.length]!
                return `${x(positionMm).toFixed(1)},${(middle + side * radius * pxPerMm).toFixed(1)}`
            })
            return `<polyline points="${points.join(" ")}" fill="none" stroke="#57c7ff" stroke-width="1.2"/>`
        })
        .join("")
}

function ticks(from: number, to: number): number[] {
    const step = tickStep(from, to)
    const first = Math.ceil(from / step - 1e-9)
    const count = Math.floor(to / step + 1e-9) - first + 1
    return Array.from({ length: count }, (_, k) => Number(((first + k) * step).toFixed(6)))
}

function axisOf(from: number, to: number, x: (mm: number) => number, y: number): string {
    const marks = ticks(from, to).map(mm => {
        const at = x(mm).toFixed(1)
        return `<path d="M${at} ${y}v5" stroke="${COLOURS.text}"/><text x="${at}" y="${y + 18}" text-anchor="middle" fill="${COLOURS.text}">${mm}</text>`
    })
    return `${marks.join("")}<text x="${CHART.widthPx - CHART.rightPx}" y="${y + 32}" text-anchor="end" fill="${COLOURS.text}">position (mm), distal to proximal</text>`
}

function depthAxis({ results }: MeasuredRun, heightPx: number): string {
    const depth = depthMm(results.geometry)
    const rows = results.fixedDirection
        ? ([
              [0, "0"],
              [1, depth.toFixed(1)],
          ] as const)
        : ([
              [0, depth.toFixed(1)],
              [0.5, "0"],
              [1, depth.toFixed(1)],
          ] as const)
    const labels = rows.map(([share, label]) => {
        const y = TOP_PX + share * heightPx
        return `<text x="${CHART.leftPx - 8}" y="${(y + 4).toFixed(1)}" text-anchor="end" fill="${COLOURS.text}">${label}</text>`
    })
    const y = TOP_PX + heightPx / 2
    return `${labels.join("")}<text transform="translate(22 ${y}) rotate(-90)" text-anchor="middle" fill="${COLOURS.text}">depth (mm)</text>`
}
