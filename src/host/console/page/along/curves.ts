// The curves along the vessel: areas on the left scale, diameters on the right one, each labelled on its line.

import { h, s } from "../dom"
import { memo } from "../emitter"
import { type AlongScale, niceStep } from "./along-scale"
import type { AlongLayer, AlongView } from "./along-view"

export interface Curve {
    readonly name: string
    /** Left: mm²; right: mm. */
    readonly scale: "left" | "right"
    /** Class of its line. */
    readonly style: string
    readonly isFilled?: true
    /** One for each position; null: the line has a gap. */
    readonly values: readonly (number | null)[]
    /** Left out: those of the data. */
    readonly positionsMm?: readonly number[]
}

export interface CurveData {
    readonly positionsMm: readonly number[]
    readonly curves: readonly Curve[]
    /** A level on the left scale, such as the reference. */
    readonly level?: { readonly value: number; readonly text: string } | undefined
}

/** @param data the same object as long as nothing has changed */
export function curvesLayer(view: AlongView, data: () => CurveData): AlongLayer {
    const element = s("g", { class: "curves" })
    const changed = memo()
    return {
        ...{ lane: "curves", element },
        draw(scale, heightPx) {
            const shown = data()
            changed([shown, scale.fromMm, scale.toMm, scale.widthPx, heightPx], () =>
                drawCurves(element, view, shown, scale, heightPx)
            )
        },
    }
}

function drawCurves(
    element: SVGGElement,
    view: AlongView,
    { positionsMm, curves, level }: CurveData,
    scale: AlongScale,
    heightPx: number
): void {
    const tops = { left: topOf(curves, "left", level?.value), right: topOf(curves, "right") }
    const y = (value: number, side: Curve["scale"]): number =>
        heightPx - (value / tops[side]) * (heightPx - 4)
    const grid = [
        ...scale.ticks().map(mm => `M${scale.x(mm)} 0V${heightPx}`),
        `M0 ${heightPx / 2}H${scale.widthPx}`,
    ].join("")
    const labels: SVGElement[] = []
    const lines = curves.flatMap((curve, n) => {
        const places = curve.positionsMm ?? positionsMm
        const points = curve.values.map((value, i) =>
            value === null ? null : ([scale.x(places[i]!), y(value, curve.scale)] as const)
        )
        const path = pathOf(points)
        labels.push(...labelOf(curve, points, scale.widthPx, heightPx, n))
        return [
            curve.isFilled && s("path", { class: "ground", d: groundOf(points, heightPx) }),
            s("path", { class: `curve ${curve.style}`, d: path }),
        ].filter(part => part instanceof SVGElement)
    })
    const levelY = level && y(level.value, "left")
    element.replaceChildren(
        s("path", { class: "grid", d: grid }),
        ...(levelY === undefined
            ? []
            : [s("path", { class: "level", d: `M0 ${levelY}H${scale.widthPx}` })]),
        ...lines,
        ...labels,
        ...(levelY === undefined
            ? []
            : [textAt(level!.text, scale.widthPx * 0.92, Math.max(14, levelY - 4), "level-text")])
    )
    drawSides(view, tops, new Set(curves.map(({ scale }) => scale)))
}

/** @param used the scales that have a curve */
function drawSides(
    view: AlongView,
    tops: { left: number; right: number },
    used: ReadonlySet<Curve["scale"]>
): void {
    const side = (top: number, unit: string): HTMLElement[] => [
        h("span", { "data-at": 0 }, `${top}`),
        h("span", { "data-at": 50 }, h("b", {}, unit)),
        h("span", { "data-at": 100 }, "0"),
    ]
    view.left.curves.replaceChildren(...side(tops.left, "mm²"))
    view.right.curves.replaceChildren(...(used.has("right") ? side(tops.right, "mm") : []))
}

/** A round number above all values of a scale. */
function topOf(curves: readonly Curve[], side: Curve["scale"], level = 0): number {
    const values = curves
        .filter(({ scale }) => scale === side)
        .flatMap(curve => curve.values.filter(value => value !== null))
    const most = values.reduce((max, value) => Math.max(max, value), level)
    const step = niceStep(Math.max(1e-3, most) / 4)
    return Number((Math.ceil((most * 1.02) / step) * step || 1).toFixed(3))
}

type Points = readonly (readonly [x: number, y: number] | null)[]

function pathOf(points: Points): string {
    let isOpen = false
    return points
        .map(point => {
            if (!point) {
                isOpen = false
                return ""
            }
            const text = `${isOpen ? "L" : "M"}${point[0].toFixed(1)} ${point[1].toFixed(1)}`
            isOpen = true
            return text
        })
        .join("")
}

/** The ground below each part of a line. */
function groundOf(points: Points, heightPx: number): string {
    const parts: string[] = []
    let run: (readonly [number, number])[] = []
    for (const point of [...points, null])
        if (point) run.push(point)
        else if (run.length > 0) {
            const line = run.map(([x, y]) => `L${x.toFixed(1)} ${y.toFixed(1)}`).join("")
            parts.push(`M${run[0]![0]} ${heightPx}${line}L${run.at(-1)![0]} ${heightPx}Z`)
            run = []
        }
    return parts.join("")
}

/** Places of the names, as shares of the width. */
const LABELS_AT = [0.25, 0.64, 0.8]

/** The name of a curve stands on its line, each at another place. */
function labelOf(
    curve: Curve,
    points: Points,
    widthPx: number,
    heightPx: number,
    n: number
): SVGElement[] {
    const wanted = widthPx * LABELS_AT[n % LABELS_AT.length]!
    const seen = points.filter(point => point !== null && point[0] > 40 && point[0] < widthPx - 120)
    const nearest = seen.reduce<readonly [number, number] | undefined>(
        (best, point) =>
            !best || Math.abs(point![0] - wanted) < Math.abs(best[0] - wanted) ? point! : best,
        undefined
    )
    if (!nearest) return []
    return [
        textAt(
            curve.name,
            nearest[0],
            Math.max(14, Math.min(heightPx - 4, nearest[1] + 4)),
            curve.style
        ),
    ]
}

function textAt(text: string, x: number, y: number, style: string): SVGElement {
    return s(
        "g",
        { class: `label ${style}` },
        s("text", { x, y, class: "halo-text", "text-anchor": "middle" }, text),
        s("text", { x, y, "text-anchor": "middle" }, text)
    )
}
