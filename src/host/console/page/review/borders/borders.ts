// Editing of borders: the tool, its points, and a panel with the figures while a border is dragged.

import { measureLumen } from "../../../../measure/lumen-measures"
import type { Commands } from "../../commands"
import { fill, h } from "../../dom"
import { memo } from "../../emitter"
import { mm, mm2, percent } from "../../format"
import { type Panel, panel, rows } from "../../parts/panel"
import type { Stage } from "../../stage/stage"
import type { ReviewModel } from "../review-model"
import { choose } from "../tools"
import type { UndoStack } from "../undo"
import type { BorderDraft, BorderKind } from "./border-draft"
import { borderHandles } from "./border-handles"
import { BorderTool } from "./border-tool"

const HOW =
    "Drag a border; its neighbours follow. Where no lumen was found, a press draws a circle through that place. By keys: Enter, then Enter takes hold, the arrows move it, and Enter lets go."

/** @param stage of a catheter that images all around */
export function registerBorders(
    model: ReviewModel,
    stage: Stage,
    draft: BorderDraft,
    commands: Commands,
    steps: UndoStack
): Panel {
    const tool = new BorderTool(model, stage, draft, steps)
    stage.tools.set("border", tool)
    stage.addLayer(borderHandles(model, tool, draft))
    commands.register({
        "tool-border": event => {
            choose(stage, model.viewer, "border")
            // Its keys work where the focus is.
            if (event instanceof KeyboardEvent) stage.element.focus({ preventScroll: true })
        },
    })
    return borderPanel(model, tool, draft)
}

/** Shown while borders are edited. */
function borderPanel(model: ReviewModel, tool: BorderTool, draft: BorderDraft): Panel {
    const shown = panel(model.viewer, { title: "Border" })
    const figures = h("div")
    const back = (["lumen", "vessel"] as const).map(kind => {
        const element = h("button", { type: "button" }, `Automatic ${kind}`)
        element.addEventListener("click", () => tool.automatic(model.i, kind))
        return { kind, element }
    })
    const buttons = back.map(({ element }) => element)
    fill(
        shown.body,
        figures,
        h("div", { class: "pair" }, ...buttons),
        h("p", { class: "dim" }, HOW),
        h("p", { class: "dim" }, filesText(model))
    )
    const changed = memo()
    model.redraw.add(() => {
        const isOn = model.viewer.state.tool === "border"
        if (shown.element.hidden === isOn && isOn)
            queueMicrotask(() => shown.element.scrollIntoView({ block: "nearest" }))
        shown.element.hidden = !isOn
        if (!isOn) return
        const i = model.shown?.i ?? model.i
        const [lumen, vessel] = [draft.closedOf(i, "lumen"), draft.closedOf(i, "vessel")]
        const { content } = model
        // A frame's radii are another view of the same memory each time.
        const at = [lumen, vessel].map(radii => radii?.join(" "))
        changed([content, i, ...at], () => {
            fill(figures, figuresOf(lumen, vessel))
            for (const { kind, element } of back) element.disabled = !isDrawn(model, i, kind)
            const drawn = back.filter(({ kind }) => isDrawn(model, i, kind))
            shown.summary(
                drawn.length > 0
                    ? `${drawn.map(({ kind }) => kind).join(" and ")} drawn`
                    : "automatic"
            )
        })
    })
    return shown
}

function isDrawn({ content, run }: ReviewModel, i: number, kind: BorderKind): boolean {
    const frame = run.frames.index[i]
    return content.edits.borders.some(border => border.frame === frame && border.kind === kind)
}

function figuresOf(lumen: Float32Array | undefined, vessel: Float32Array | undefined): HTMLElement {
    const [inner, outer] = [lumen && measureLumen(lumen), vessel && measureLumen(vessel)]
    const burden =
        inner && outer ? (100 * (outer.areaMm2 - inner.areaMm2)) / outer.areaMm2 : undefined
    return rows(
        ["lumen area", h("span", { class: "big" }, mm2(inner?.areaMm2))],
        ["shortest, longest", `${mm(inner?.minDiameterMm)}, ${mm(inner?.maxDiameterMm)}`],
        ["vessel area", mm2(outer?.areaMm2)],
        ["plaque burden", percent(burden)]
    )
}

/** What does not follow an edit by itself. */
export function filesText({ run }: ReviewModel): string {
    return `The figures on this page follow at once. Report and tables of the run are made again by "ivus measure ${run.id}".`
}
