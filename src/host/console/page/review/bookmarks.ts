// Bookmarks: set here, gone to one after the other, and drawn in the lane of marks.

import type { Commands } from "../commands"
import { fill, h, s } from "../dom"
import { memo } from "../emitter"
import type { AlongScale } from "../along/along-scale"
import type { AlongLayer } from "../along/along-view"
import { mm } from "../format"
import { NotedRows } from "../parts/noted-rows"
import { type Panel, panel } from "../parts/panel"
import type { ReviewModel } from "./review-model"
import type { UndoStack } from "./undo"

/** A place that a person marked: in the review, or with the unit during the run. */
export interface MarkedPlace {
    /** Of one that was made in the review. */
    readonly id: string | undefined
    readonly positionMm: number
    readonly name: string
    readonly note: string
}

export function markedPlaces({ content }: ReviewModel): MarkedPlace[] {
    const own = content.marks.bookmarks.map(({ id, position_mm, note }) => ({
        ...{ id, positionMm: position_mm, note },
    }))
    const unit = content.unitBookmarks.map(({ positionMm }) => ({
        ...{ id: undefined, positionMm, note: "set at the unit" },
    }))
    return [...own, ...unit]
        .sort((a, b) => a.positionMm - b.positionMm)
        .map((place, n) => ({ ...place, name: `Mark ${n + 1}` }))
}

export function registerBookmarks(model: ReviewModel, commands: Commands, steps: UndoStack): void {
    commands.register({
        bookmark: () => void toggleBookmark(model, steps),
        "next-bookmark": () => {
            const places = markedPlaces(model)
            const at = model.positionMm()
            const next = places.find(({ positionMm }) => positionMm > at + 1e-3) ?? places[0]
            if (next) model.goToMm(next.positionMm)
            else model.messages.emit("There is no bookmark yet; B sets one here.")
        },
    })
}

/** Sets a bookmark at the shown place, or removes the one that is there. */
async function toggleBookmark(model: ReviewModel, steps: UndoStack): Promise<void> {
    const positionMm = model.positionMm()
    await model.settled()
    const there = model.content.marks.bookmarks.find(
        ({ position_mm }) => Math.abs(position_mm - positionMm) < 1e-4
    )
    const { id, position_mm, note } = there ?? {
        ...{ id: newId(), position_mm: positionMm, note: "" },
    }
    const put = { kind: "put-bookmark", bookmark: { id, position_mm, note } }
    const remove = { kind: "remove-bookmark", id }
    const [change, back] = there ? [remove, put] : [put, remove]
    if (!(await model.mark(change))) return
    steps.push({ what: `the bookmark at ${mm(position_mm)}`, undo: () => model.mark(back) })
}

/** Bookmarks with their notes. */
export function bookmarkPanel(model: ReviewModel, steps: UndoStack): Panel {
    const shown = panel(model.viewer, { title: "Bookmarks" })
    const rows = new NotedRows()
    const none = h("p", { class: "dim" }, "None yet. B sets one at the place that is shown.")
    fill(shown.body, rows.element, none)
    const changed = memo()
    model.redraw.add(() =>
        changed([model.content, model.i], () => {
            const places = markedPlaces(model)
            rows.draw(places.map((place, n) => rowOf(place, n, model, steps)))
            none.hidden = places.length > 0
            shown.summary(places.length > 0 ? `${places.length}` : "none yet")
        })
    )
    return shown
}

function rowOf(place: MarkedPlace, n: number, model: ReviewModel, steps: UndoStack) {
    const { id, positionMm, note, name } = place
    const i = model.nearest(positionMm)
    const row = {
        ...{ id: id ?? `unit ${positionMm}`, name: `⚑ ${n + 1}`, note, text: mm(positionMm) },
        place: id === undefined ? "set at the unit" : "note",
        isHere: i === model.i,
        go: () => model.goTo(i),
    }
    if (id === undefined) return row
    const put = (changed: string): object => ({
        kind: "put-bookmark",
        bookmark: { id, position_mm: positionMm, note: changed },
    })
    const change = async (to: object, back: object, what: string): Promise<void> => {
        if (await model.mark(to)) steps.push({ what, undo: () => model.mark(back) })
    }
    return {
        ...row,
        setNote: (to: string) => void change(put(to), put(note), `the note of ${name}`),
        remove: () =>
            void change({ kind: "remove-bookmark", id }, put(note), `the removal of ${name}`),
    }
}

/** A name for what a person makes, unlike any other. */
export function newId(): string {
    return crypto.randomUUID()
}

export function bookmarkLayer(model: ReviewModel): AlongLayer {
    const element = s("g", { class: "bookmarks" })
    const changed = memo()
    return {
        ...{ lane: "marks", element },
        draw(scale) {
            changed([model.content, scale.fromMm, scale.toMm, scale.widthPx], () =>
                element.replaceChildren(
                    ...markedPlaces(model).map(({ positionMm }, n) =>
                        flag(n, scale.x(positionMm), scale, model.content.segment.mla?.positionMm)
                    )
                )
            )
        },
    }
}

/** Pixels that the name of the minimum lumen area takes. */
const MLA_PX = 44

/** A flag with its number; beside the name of the minimum lumen area, on its free side (lesion-marks.ts). */
function flag(n: number, x: number, scale: AlongScale, mlaMm: number | undefined): SVGElement {
    const mlaX = mlaMm === undefined ? -Infinity : scale.x(mlaMm)
    const isNear = Math.abs(mlaX - x) < MLA_PX
    const isRight = mlaX > scale.widthPx / 2
    const at = !isNear
        ? { x, "text-anchor": "middle" }
        : isRight
          ? { x: Math.max(x, mlaX) + 9, "text-anchor": "start" }
          : { x: Math.min(x, mlaX) - 9, "text-anchor": "end" }
    return s("text", { ...at, y: 15 }, `⚑ ${n + 1}`)
}
