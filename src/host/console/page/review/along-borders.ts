// The borders in the longitudinal view: where the cut plane meets the lumen.

import { s, setAttribute } from "../dom"
import { memo } from "../emitter"
import type { AlongLayer } from "../along/along-view"
import type { AlongScale } from "../along/along-scale"
import { depthOf } from "../stage/stage-view"
import type { ReviewModel } from "./review-model"

export function alongBorderLayer(model: ReviewModel, kind: "lumen" | "vessel"): AlongLayer {
    const [halo, line] = [s("path", { class: "halo" }), s("path", { class: kind })]
    const changed = memo()
    return {
        ...{ lane: "long", element: s("g", { class: "border" }, halo, line) },
        draw(scale, heightPx) {
            const { state } = model.viewer
            const { fromMm, toMm, widthPx } = scale
            const cut = model.cut()
            const isShown = state[kind]
            const depthMm = depthOf(model.scene, state)
            changed(
                [
                    isShown,
                    cut?.lineA,
                    depthMm,
                    fromMm,
                    toMm,
                    widthPx,
                    heightPx,
                    model.borders.version,
                ],
                () => {
                    const path =
                        isShown && cut
                            ? [cut.lineA, cut.lineB]
                                  .map((line, side) =>
                                      pathOf(
                                          model,
                                          kind,
                                          line,
                                          side === 0 ? -1 : 1,
                                          depthMm,
                                          scale,
                                          heightPx
                                      )
                                  )
                                  .join("")
                            : ""
                    for (const one of [halo, line]) setAttribute(one, "d", path)
                }
            )
        },
    }
}

function pathOf(
    model: ReviewModel,
    kind: "lumen" | "vessel",
    line: number,
    side: -1 | 1,
    depthMm: number,
    scale: AlongScale,
    heightPx: number
): string {
    let isOpen = false
    return model.run.frames.positionMm
        .map((at, i) => {
            const radius = model.borders.of(i, kind)?.[line]
            if (radius === undefined || !(radius > 0) || radius > depthMm) {
                isOpen = false
                return ""
            }
            const y = heightPx / 2 + (side * radius * heightPx) / (2 * depthMm)
            const text = `${isOpen ? "L" : "M"}${scale.x(at).toFixed(1)} ${y.toFixed(1)}`
            isOpen = true
            return text
        })
        .join("")
}
