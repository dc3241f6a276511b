// The places of a run as pictures: references, minimum lumen area and bookmarks. A click goes there.

import { fill, h, setAttribute } from "../dom"
import { memo } from "../emitter"
import { mm, mm2 } from "../format"
import { drawThumbnail } from "../render/renderers"
import { keyOf } from "../keys"
import { depthOf } from "../stage/stage-view"
import { markedPlaces } from "./bookmarks"
import type { ReviewModel } from "./review-model"

interface Place {
    readonly name: string
    readonly style: string
    readonly command: string
    readonly i: number
    readonly note: string
}

/** Side of a picture in its own pixels. */
const PICTURE_PX = 160

export function placesSection(model: ReviewModel): HTMLElement {
    const list = h("div", { class: "list" })
    const element = h(
        "section",
        { class: "places", "aria-label": "places" },
        h(
            "div",
            { class: "head" },
            h("h2", {}, "Places"),
            h("span", { class: "dim" }, "click to go")
        ),
        list
    )
    const changed = memo()
    let cards: { place: Place; card: HTMLElement; picture: HTMLCanvasElement; drawn: unknown }[] =
        []
    model.redraw.add(() => {
        changed([model.content], () => {
            cards = placesOf(model).map(place => ({
                place,
                ...cardOf(place, model),
                drawn: undefined,
            }))
            fill(list, ...cards.map(({ card }) => card))
        })
        const { gainDb, dynamicRangeDb } = model.viewer.state
        const depthMm = depthOf(model.scene, model.viewer.state)
        const look = `${gainDb} ${dynamicRangeDb} ${depthMm}`
        for (const one of cards) {
            setAttribute(one.card, "aria-current", one.place.i === model.i ? "true" : null)
            if (one.drawn === look) continue
            const data = model.frames.get(one.place.i)
            if (!data) {
                model.frames.alsoWant(one.place.i)
                continue
            }
            one.drawn = look
            drawThumbnail(one.picture, model.scene, data, {
                gainDb,
                dynamicRangeDb,
                depthMm,
                rotationDeg: 0,
            })
        }
    })
    return element
}

function placesOf(model: ReviewModel): Place[] {
    const { segment } = model.content
    const places: Place[] = []
    const middle = (from: number, to: number): number => model.nearest((from + to) / 2)
    const { referenceDistal: distal, referenceProximal: proximal, mla } = segment
    if (distal)
        places.push({
            ...{ name: "▭ Distal ref.", style: "ref", command: "go-distal", note: "" },
            i: middle(distal.fromMm, distal.toMm),
        })
    if (mla)
        places.push({
            ...{ name: "▼ MLA", style: "mla", command: "go-mla", note: "" },
            i: model.nearest(mla.positionMm),
        })
    if (proximal)
        places.push({
            ...{ name: "▭ Proximal ref.", style: "ref", command: "go-proximal", note: "" },
            i: middle(proximal.fromMm, proximal.toMm),
        })
    const marks = markedPlaces(model).map(({ name, note, positionMm }) => ({
        ...{ name: `⚑ ${name}`, style: "mark", command: "next-bookmark", note },
        i: model.nearest(positionMm),
    }))
    return [...places, ...marks]
}

function cardOf(
    place: Place,
    model: ReviewModel
): { card: HTMLElement; picture: HTMLCanvasElement } {
    const picture = h("canvas", { width: PICTURE_PX, height: PICTURE_PX, "aria-hidden": "true" })
    const { areaMm2 = null } = model.content.measures[place.i] ?? {}
    const key = keyOf(place.command, "review")
    const card = h(
        "button",
        { type: "button", class: `place ${place.style}` },
        picture,
        h(
            "span",
            {},
            h("b", {}, place.name),
            h("span", {}, mm(model.positionMm(place.i))),
            h("span", {}, mm2(areaMm2)),
            place.note ? h("span", { class: "dim note" }, place.note) : key && h("kbd", {}, key)
        )
    )
    card.addEventListener("click", () => model.goTo(place.i))
    return { card, picture }
}
