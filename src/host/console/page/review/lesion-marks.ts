// Lesion, minimum lumen area and edges of the references in the lanes along the vessel.

import { s } from "../dom"
import { memo } from "../emitter"
import { mm } from "../format"
import type { AlongScale } from "../along/along-scale"
import type { AlongLayer, LaneName } from "../along/along-view"
import type { ReviewModel } from "./review-model"

type Draw = (model: ReviewModel, scale: AlongScale, heightPx: number) => SVGElement[]

function layer(lane: LaneName, name: string, model: ReviewModel, draw: Draw): AlongLayer {
    const element = s("g", { class: name })
    const changed = memo()
    return {
        ...{ lane, element },
        draw(scale, heightPx) {
            const { fromMm, toMm, widthPx } = scale
            changed([model.content, fromMm, toMm, widthPx, heightPx], () =>
                element.replaceChildren(...draw(model, scale, heightPx))
            )
        },
    }
}

export function lesionLayers(model: ReviewModel): AlongLayer[] {
    return [
        layer("marks", "lesion", model, lesionBracket),
        layer("long", "places", model, placesInPicture),
    ]
}

function lesionBracket(
    { content }: ReviewModel,
    scale: AlongScale,
    heightPx: number
): SVGElement[] {
    const { lesion, mla } = content.segment
    const parts: SVGElement[] = []
    if (lesion) {
        const [from, to] = [scale.x(lesion.fromMm), scale.x(lesion.toMm)]
        parts.push(
            s("path", { d: `M${from} ${heightPx}V${heightPx - 9}H${to}V${heightPx}` }),
            s(
                "text",
                { x: to - 4, y: heightPx - 13, "text-anchor": "end" },
                lesion.lengthMm === null ? "lesion" : `lesion ${mm(lesion.lengthMm, 1)}`
            )
        )
    }
    if (mla) {
        const x = scale.x(mla.positionMm)
        const isRight = x > scale.widthPx / 2
        parts.push(
            s(
                "text",
                { x: x - 6, y: heightPx - 13, "text-anchor": "start" },
                isRight ? "▼" : "▼ MLA"
            )
        )
        if (isRight)
            parts.push(s("text", { x: x - 9, y: heightPx - 13, "text-anchor": "end" }, "MLA"))
    }
    return parts
}

function placesInPicture(
    { content }: ReviewModel,
    scale: AlongScale,
    heightPx: number
): SVGElement[] {
    const { lesion, referenceDistal, referenceProximal } = content.segment
    const edges = lesion ? [lesion.fromMm, lesion.toMm] : []
    return [
        ...edges.map(at => s("path", { class: "edge", d: `M${scale.x(at)} 0V${heightPx}` })),
        ...[referenceDistal, referenceProximal].flatMap(segment =>
            segment
                ? [
                      s("path", {
                          class: "bar",
                          d: `M${scale.x(segment.fromMm)} 1.5H${scale.x(segment.toMm)}`,
                      }),
                  ]
                : []
        ),
    ]
}
