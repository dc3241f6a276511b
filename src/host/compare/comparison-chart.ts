// Draws a comparison along the vessel as one SVG: the longitudinal pictures of both runs, their lumen areas and the difference.

import type { Pair } from "./compared-run"
import type { Comparison } from "./compare-runs"

/** The longitudinal picture of a run; null where there is none. */
export type StripPicture = {
    /** A data URI. */
    readonly href: string
    /** Positions in its own run. */
    readonly fromMm: number
    readonly toMm: number
} | null

const WIDTH = 1040
const [LEFT, RIGHT] = [60, 12]
const STRIP_PX = 90
const [CURVES_PX, DIFFERENCE_PX, GAP_PX] = [260, 120, 34]
/** Colours that differ in brightness too; the second curve is also dashed. */
export const COLOURS: Pair<string> = ["#1f5fa8", "#c2571a"]
const GREY = "#5b6570"

interface Scale {
    readonly from: number
    readonly to: number
    readonly px: (value: number) => number
}

export function comparisonChart(
    { places, alignment }: Comparison,
    strips: Pair<StripPicture>,
    names: Pair<string>
): string {
    const x = scale(alignment.fromMm, alignment.toMm, LEFT, WIDTH - RIGHT)
    const areas = places.flatMap(p => p.areasMm2).filter(n => n !== null)
    const differences = places.map(p => p.differenceMm2).filter(n => n !== null)
    let top = 16
    const parts: string[] = []
    for (const [i, strip] of strips.entries()) {
        parts.push(label(LEFT, top - 4, `${i + 1}: ${names[i]}`, COLOURS[i]!))
        parts.push(stripOf(strip, i === 0 ? 0 : alignment.shiftMm, x, top, i))
        top += STRIP_PX + 22
    }
    const y = scale(0, niceEnd(Math.max(1, ...areas)), top + CURVES_PX, top)
    parts.push(axes(x, y, "lumen area, mm²"))
    for (const which of [0, 1] as const)
        parts.push(
            curve(
                places.map(p => [p.positionMm, p.areasMm2[which]]),
                x,
                y,
                which
            )
        )
    top += CURVES_PX + GAP_PX
    const ends = [Math.min(0, ...differences), Math.max(0, ...differences)] as const
    const margin = 0.1 * Math.max(1, ends[1] - ends[0])
    const d = scale(ends[0] - margin, ends[1] + margin, top + DIFFERENCE_PX, top)
    parts.push(axes(x, d, "difference, mm²"))
    parts.push(
        `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${n(d.px(0))}" y2="${n(d.px(0))}" stroke="${GREY}" stroke-dasharray="4 3"/>`
    )
    parts.push(
        curve(
            places.map(p => [p.positionMm, p.differenceMm2]),
            x,
            d
        )
    )
    top += DIFFERENCE_PX + 18
    parts.push(label(LEFT, top + 14, "position in run 1, mm (distal to proximal)", GREY))
    return `<svg viewBox="0 0 ${WIDTH} ${top + 20}" role="img" aria-label="Lumen areas of both runs along the vessel, and their difference">
${parts.join("\n")}
</svg>`
}

/** The part of a longitudinal picture that both runs have, at the scale of the curves. */
function stripOf(strip: StripPicture, shiftMm: number, x: Scale, top: number, i: number): string {
    const right = WIDTH - RIGHT
    const box = `x="${LEFT}" y="${top}" width="${right - LEFT}" height="${STRIP_PX}"`
    if (!strip)
        return `<rect ${box} fill="#eef0f3"/>${label(LEFT + 8, top + 20, "no picture", GREY)}`
    const [from, to] = [x.px(strip.fromMm + shiftMm), x.px(strip.toMm + shiftMm)]
    return `<clipPath id="strip${i}"><rect ${box}/></clipPath><rect ${box} fill="#000"/>
<image clip-path="url(#strip${i})" href="${strip.href}" x="${n(from)}" y="${top}" width="${n(to - from)}" height="${STRIP_PX}" preserveAspectRatio="none"/>`
}

function curve(
    points: readonly (readonly [number, number | null])[],
    x: Scale,
    y: Scale,
    which?: 0 | 1
): string {
    let path = ""
    let isDrawn = false
    for (const [mm, value] of points) {
        if (value !== null) path += `${isDrawn ? "L" : "M"}${n(x.px(mm))} ${n(y.px(value))}`
        isDrawn = value !== null
    }
    const dash = which === 1 ? ' stroke-dasharray="7 3"' : ""
    return `<path d="${path}" fill="none" stroke="${which === undefined ? "#1c232b" : COLOURS[which]}" stroke-width="1.6"${dash}/>`
}

function axes(x: Scale, y: Scale, name: string): string {
    const [bottom, top] = [y.px(y.from), y.px(y.to)]
    const rows = ticks(y.from, y.to, 5).map(
        value =>
            `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${n(y.px(value))}" y2="${n(y.px(value))}" stroke="#e3e7ec"/>${label(LEFT - 6, y.px(value) + 4, tickText(value), GREY, "end")}`
    )
    const columns = ticks(x.from, x.to, 10).map(
        value =>
            `<line x1="${n(x.px(value))}" x2="${n(x.px(value))}" y1="${n(bottom)}" y2="${n(bottom + 4)}" stroke="${GREY}"/>${label(x.px(value), bottom + 16, tickText(value), GREY, "middle")}`
    )
    const frame = `<path d="M${LEFT} ${n(top)}V${n(bottom)}H${WIDTH - RIGHT}" fill="none" stroke="${GREY}"/>`
    return [...rows, ...columns, frame, label(LEFT + 6, top + 12, name, GREY)].join("\n")
}

function label(x: number, y: number, text: string, colour: string, anchor = "start"): string {
    const safe = text.replace(/&/g, "&amp;").replace(/</g, "&lt;")
    return `<text x="${n(x)}" y="${n(y)}" fill="${colour}" font-size="12" text-anchor="${anchor}">${safe}</text>`
}

function scale(from: number, to: number, fromPx: number, toPx: number): Scale {
    const span = to - from || 1
    return { from, to, px: value => fromPx + ((value - from) / span) * (toPx - fromPx) }
}

/** Round values between two ends. */
function ticks(from: number, to: number, count: number): number[] {
    const step = niceStep((to - from) / count)
    const first = Math.ceil(from / step - 1e-9)
    const last = Math.floor(to / step + 1e-9)
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step)
}

function niceStep(step: number): number {
    const power = 10 ** Math.floor(Math.log10(step))
    return [1, 2, 5, 10].map(m => m * power).find(nice => nice >= step * (1 - 1e-9))!
}

function niceEnd(value: number): number {
    const step = niceStep(value / 5)
    return Math.ceil(value / step) * step
}

function tickText(value: number): string {
    return String(Number(value.toPrecision(6)))
}

function n(px: number): string {
    return String(Number(px.toFixed(1)))
}
