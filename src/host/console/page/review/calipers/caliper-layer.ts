// Draws the calipers of the frame that is shown, and the one that is being set.

import { s } from "../../dom"
import { memo } from "../../emitter"
import type { StageLayer } from "../../stage/stage"
import type { Point, StageView } from "../../stage/stage-view"
import type { ReviewModel } from "../review-model"
import type { CaliperDrag } from "./caliper-drag"
import { type CaliperKind, caliperText } from "./caliper-measure"
import type { CaliperTool } from "./caliper-tool"

const BAR_PX = 7
const ARC_PX = 18
/** Width of a letter of the label, about. */
const LETTER_PX = 8
/** The corners of the picture hold two lines of text each. */
const EDGE_PX = 46

export function caliperLayer(
    model: ReviewModel,
    tools: ReadonlyMap<string, CaliperTool>,
    drag: CaliperDrag
): StageLayer {
    const element = s("g", { class: "calipers" })
    const changed = memo()
    return {
        element,
        draw(view) {
            const i = model.shown?.i
            const tool = tools.get(model.viewer.state.tool)
            const points = tool?.pointsOn(i) ?? []
            const [origin, right] = [view.toPx([0, 0]), view.toPx([1, 0])]
            const seen = [...origin, ...right, view.widthPx, view.heightPx].join(" ")
            const own = drag.calipersOn(i)
            const places = own.map(
                ({ id, points_mm, label }) => `${id} ${points_mm.join()} ${label}`
            )
            changed([i, seen, tool, places.join(), points.flat().join(" ")], () => {
                element.replaceChildren(
                    ...own.map(({ kind, points_mm, name, text }) =>
                        drawn(view, kind, points_mm, `${name} ${text}`)
                    ),
                    // With a tool in the hand, their points can be dragged.
                    ...(tool
                        ? [
                              grips(
                                  view,
                                  own.flatMap(({ points_mm }) => points_mm)
                              ),
                          ]
                        : []),
                    ...(tool && points.length > 0 ? [draft(view, tool.kind, points)] : [])
                )
            })
        },
    }
}

function drawn(
    view: StageView,
    kind: CaliperKind,
    points: readonly Point[],
    text: string
): SVGElement {
    const px = points.map(point => view.toPx(point))
    const d = pathOf(kind, px)
    return s(
        "g",
        {},
        s("path", { class: "halo", d }),
        s("path", { class: "caliper", d }),
        label(view, px, text)
    )
}

function grips(view: StageView, points: readonly Point[]): SVGElement {
    const circles = points.map(point => {
        const [cx, cy] = view.toPx(point)
        return s("circle", { cx, cy, r: 5 })
    })
    return s("g", { class: "grips" }, ...circles)
}

function draft(view: StageView, kind: CaliperKind, points: readonly Point[]): SVGElement {
    const element = drawn(view, kind, points, caliperText(kind, points))
    element.setAttribute("class", "draft")
    for (const point of points) {
        const [cx, cy] = view.toPx(point)
        element.append(s("circle", { cx, cy, r: 4 }))
    }
    return element
}

function pathOf(kind: CaliperKind, px: readonly Point[]): string {
    const line = px.map(([x, y], n) => `${n === 0 ? "M" : "L"}${x} ${y}`).join("")
    if (kind === "area") return px.length > 2 ? `${line}Z` : line
    if (kind === "angle") return px.length > 2 ? line + arc(px as [Point, Point, Point]) : line
    const [a, b] = px as [Point, Point | undefined]
    return b ? line + bar(a, b) + bar(b, a) : line
}

/** Across the end of a line. */
function bar([x, y]: Point, to: Point): string {
    const length = Math.hypot(to[0] - x, to[1] - y) || 1
    const [dx, dy] = [((to[1] - y) / length) * BAR_PX, ((x - to[0]) / length) * BAR_PX]
    return `M${x - dx} ${y - dy}L${x + dx} ${y + dy}`
}

function arc([from, [cx, cy], to]: readonly [Point, Point, Point]): string {
    const end = ([x, y]: Point): Point => {
        const length = Math.hypot(x - cx, y - cy) || 1
        return [cx + ((x - cx) / length) * ARC_PX, cy + ((y - cy) / length) * ARC_PX]
    }
    const [[ax, ay], [bx, by]] = [end(from), end(to)]
    const isClockwise = (from[0] - cx) * (to[1] - cy) - (from[1] - cy) * (to[0] - cx) > 0
    return `M${ax} ${ay}A${ARC_PX} ${ARC_PX} 0 0 ${isClockwise ? 1 : 0} ${bx} ${by}`
}

/** Beside what it belongs to, within the picture and below its corners. */
function label(view: StageView, px: readonly Point[], text: string): SVGElement {
    const width = text.length * LETTER_PX
    const right = px.reduce((most, point) => (point[0] > most[0] ? point : most))
    const left = px.reduce((least, point) => (point[0] < least[0] ? point : least))
    const fitsRight = right[0] + 10 + width < view.widthPx
    const [at, x] = fitsRight ? [right, right[0] + 10] : [left, left[0] - 10 - width]
    const y = Math.max(EDGE_PX, Math.min(view.heightPx - EDGE_PX, at[1]))
    return s("text", { x: Math.max(4, x), y: x < 4 ? y - 14 : y, dy: "0.36em" }, text)
}
