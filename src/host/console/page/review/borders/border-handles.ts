// Points on the borders while they can be edited, and the area beside the one that is dragged.

import { s, setAttribute, setText } from "../../dom"
import { areaOf } from "../../../../measure/lumen-measures"
import type { StageLayer } from "../../stage/stage"
import type { Point, StageView } from "../../stage/stage-view"
import type { ReviewModel } from "../review-model"
import { mm2 } from "../../format"
import type { BorderDraft } from "./border-draft"
import { pointOf, type Radii, spread } from "./border-shape"
import type { BorderTool } from "./border-tool"

const HANDLES = 24
const HANDLE_PX = 4
const KINDS = ["vessel", "lumen"] as const
/** Room that the label needs beside its point. */
const LABEL_PX = 150

export function borderHandles(
    model: ReviewModel,
    tool: BorderTool,
    draft: BorderDraft
): StageLayer {
    const paths = KINDS.map(kind => s("path", { class: `handles handles-${kind}` }))
    const text = s("text")
    return {
        element: s("g", { class: "border-label" }, ...paths, text),
        draw(view) {
            const { state } = model.viewer
            const i = model.shown?.i
            const isOn = state.tool === "border" && i !== undefined
            KINDS.forEach((kind, n) => {
                const radii = isOn && state[kind] && draft.closedOf(i, kind)
                setAttribute(paths[n]!, "d", radii ? handlesOf(view, radii) : "")
            })
            const held = isOn ? tool.holds : undefined
            const radii = held && draft.closedOf(i!, held.kind)
            setText(text, radii ? `${held.kind} ${mm2(areaOf(radii).areaMm2)}` : "")
            if (radii) place(text, view, view.toPx(pointOf(radii, held.line)), held.kind)
        },
    }
}

function handlesOf(view: StageView, radii: Radii): string {
    const r = HANDLE_PX
    return spread(radii, HANDLES)
        .map(line => {
            const [x, y] = view.toPx(pointOf(radii, line % radii.length))
            return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`
        })
        .join("")
}

function place(text: SVGElement, view: StageView, [x, y]: Point, kind: string): void {
    const isLeft = x + LABEL_PX > view.widthPx
    setAttribute(text, "class", kind)
    setAttribute(text, "x", x + (isLeft ? -16 : 16))
    setAttribute(text, "y", Math.max(60, Math.min(view.heightPx - 60, y - 12)))
    setAttribute(text, "text-anchor", isLeft ? "end" : "start")
}
