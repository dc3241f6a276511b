// Calipers of a run: their tools, what is drawn of them, and their panel.

import type { Commands } from "../../commands"
import { fill, h } from "../../dom"
import { memo } from "../../emitter"
import { mm } from "../../format"
import { NotedRows } from "../../parts/noted-rows"
import { type Panel, panel } from "../../parts/panel"
import type { Stage } from "../../stage/stage"
import type { ReviewModel } from "../review-model"
import { choose } from "../tools"
import type { UndoStack } from "../undo"
import { CaliperDrag } from "./caliper-drag"
import { caliperLayer } from "./caliper-layer"
import { type CaliperKind, type NamedCaliper, named } from "./caliper-measure"
import { CaliperTool } from "./caliper-tool"

const HINTS: Readonly<Record<string, string>> = {
    distance: "Drag from one edge to the other, or click both.",
    area: "Click around the outline; the first point again ends it.",
    angle: "Click one arm, the corner, and the other arm.",
}
const BY_KEYS =
    "A point that is there can be dragged. By keys: Enter, then the arrows and Enter for each point."
const NOBODY = "None yet. Distance D, area A, angle G."

/** @param stage of a catheter that images all around */
export function registerCalipers(
    model: ReviewModel,
    stage: Stage,
    commands: Commands,
    steps: UndoStack
): void {
    const tools = new Map<string, CaliperTool>()
    const drag = new CaliperDrag(model, stage, steps)
    for (const kind of ["distance", "area", "angle"] as const satisfies CaliperKind[]) {
        const tool = new CaliperTool(kind, model, stage, steps, drag)
        tools.set(kind, tool)
        stage.tools.set(kind, tool)
        commands.register({
            [`tool-${kind}`]: event => {
                choose(stage, model.viewer, kind)
                // Its keys work where the focus is.
                if (event instanceof KeyboardEvent) stage.element.focus({ preventScroll: true })
            },
        })
    }
    stage.addLayer(caliperLayer(model, tools, drag))
}

export function caliperPanel(model: ReviewModel, steps: UndoStack): Panel {
    const shown = panel(model.viewer, { title: "Calipers" })
    shown.element.classList.add("calipers-panel")
    const rows = new NotedRows()
    const hint = h("p", { class: "dim" })
    fill(shown.body, rows.element, hint)
    const changed = memo()
    let count = Infinity
    model.redraw.add(() => {
        const { tool } = model.viewer.state
        changed([model.content, model.i, tool], () => {
            const calipers = named(model.content.marks.calipers)
            rows.draw(calipers.map(caliper => rowOf(caliper, model, steps)))
            const how = HINTS[tool]
            hint.textContent = how ? `${how} ${BY_KEYS}` : calipers.length > 0 ? "" : NOBODY
            hint.hidden = hint.textContent === ""
            // Where panels do not all have room, the one that is being used is seen.
            if (how || calipers.length > count) shown.element.scrollIntoView({ block: "nearest" })
            count = calipers.length
            shown.summary(calipers.length > 0 ? `${calipers.length}, kept in the run` : "none yet")
        })
    })
    return shown
}

function rowOf(caliper: NamedCaliper, model: ReviewModel, steps: UndoStack) {
    const { id, kind, frame, points_mm, label, name, text } = caliper
    const i = model.run.frames.index.indexOf(frame)
    const put = (changed: string): object => ({
        kind: "put-caliper",
        caliper: { id, kind, frame, points_mm, label: changed },
    })
    const change = async (to: object, back: object, what: string): Promise<void> => {
        if (await model.mark(to)) steps.push({ what, undo: () => model.mark(back) })
    }
    return {
        ...{ id, name, text, note: label },
        place: `at ${mm(model.positionMm(i))}`,
        isHere: i === model.i,
        go: () => model.goTo(i),
        setNote: (note: string) => void change(put(note), put(label), `the name of ${name}`),
        remove: () =>
            void change({ kind: "remove-caliper", id }, put(label), `the removal of ${name}`),
    }
}
