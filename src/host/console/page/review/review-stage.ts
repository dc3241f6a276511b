// The cross-section of a run: picture, borders, ruler and cut plane, with what stands in its corners.

import { fill, h } from "../dom"
import { memo } from "../emitter"
import { mm } from "../format"
import { borderLayer, planeLayer, rulerLayer } from "../stage/layers"
import { Stage } from "../stage/stage"
import type { ReviewModel } from "./review-model"

/** @param borderOf radii of a frame's border, in mm */
export function runStage(
    model: ReviewModel,
    borderOf: (i: number, kind: "lumen" | "vessel") => ArrayLike<number> | undefined
): Stage {
    const { viewer, redraw } = model
    const stage = new Stage({
        ...{ viewer, redraw, label: "cross-section" },
        scene: () => model.scene,
        frame: () => model.shown?.data,
        onStep: by => model.goTo(model.i + by),
    })
    if (!model.scene.fixedDirection) {
        stage.addLayer(rulerLayer(viewer))
        for (const kind of ["vessel", "lumen"] as const)
            stage.addLayer(
                borderLayer(kind, viewer, () => model.shown && borderOf(model.shown.i, kind))
            )
        stage.addLayer(planeLayer(stage, viewer))
    }
    const changed = memo()
    redraw.add(() => {
        const { cutDeg, lumen, vessel, ruler } = viewer.state
        const i = model.shown?.i
        const depth = stage.view.depthMm
        changed([i, cutDeg, lumen, vessel, ruler, depth], () => {
            const { corners } = stage
            const bold = (text: string): HTMLElement => h("b", {}, text)
            if (i !== undefined)
                fill(corners.topLeft, bold(`Frame ${i + 1}`), h("br"), mm(model.positionMm(i)))
            fill(corners.topRight, "cut plane", h("br"), bold(`${Math.round(cutDeg)}°`))
            fill(
                corners.bottomLeft,
                lumen && h("span", { class: "key lumen" }, "lumen"),
                vessel && h("span", { class: "key vessel" }, "vessel")
            )
            fill(
                corners.bottomRight,
                ruler && "ticks 1 mm",
                ruler && h("br"),
                `depth ${mm(depth, 1)}`
            )
        })
    })
    return stage
}
