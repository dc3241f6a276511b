// The reference segments in the lane of marks: a bar is dragged, or one of its ends, and the lesion is measured again.

import type { AlongScale } from "../../along/along-scale"
import type { AlongLayer } from "../../along/along-view"
import { s, setAttribute, setText } from "../../dom"
import type { ReviewModel } from "../review-model"
import type { UndoStack } from "../undo"

type Side = "distal" | "proximal"
type Part = "from" | "to" | "all"
interface Segment {
    readonly fromMm: number
    readonly toMm: number
}

/** A reference is at least so long. */
const LEAST_MM = 0.2
const KEY_STEP_MM = 0.1
const CLICK_PX = 3
/** Width of the ends that are caught; a finger needs more. */
const END_PX = matchMedia("(pointer: coarse)").matches ? 24 : 10

export function referenceLayer(model: ReviewModel, steps: UndoStack): AlongLayer {
    const bars = [new Bar("distal", model, steps), new Bar("proximal", model, steps)]
    const element = s("g", { class: "references" }, ...bars.map(bar => bar.element))
    return {
        ...{ lane: "marks", element },
        draw: (scale, heightPx) => bars.forEach(bar => bar.draw(scale, heightPx)),
    }
}

class Bar {
    private readonly rect: SVGRectElement
    private readonly ends: readonly [SVGRectElement, SVGRectElement]
    private readonly text = s("text", { "text-anchor": "middle" })
    readonly element: SVGGElement
    private scale: AlongScale | undefined
    private drag: { part: Part; x: number; start: Segment } | undefined
    private draft: Segment | undefined

    constructor(
        private readonly side: Side,
        private readonly model: ReviewModel,
        private readonly steps: UndoStack
    ) {
        const label = `${side} reference`
        this.rect = s("rect", { rx: 3, tabindex: 0, role: "slider", "aria-label": label })
        this.rect.append(s("title", {}, `${label}: drag it, or an end of it`))
        this.ends = [s("rect", { class: "end" }), s("rect", { class: "end" })]
        this.element = s("g", {}, this.rect, this.text, ...this.ends)
        this.listen()
    }

    draw(scale: AlongScale, heightPx: number): void {
        this.scale = scale
        const shown = this.draft ?? this.kept
        this.element.style.display = shown ? "" : "none"
        if (!shown) return
        const { fromMm, toMm } = shown
        const x = scale.x(fromMm)
        const width = Math.max(6, scale.x(toMm) - x)
        const place = { x, y: 3, width, height: Math.max(0, heightPx - 7) }
        for (const [name, value] of Object.entries(place)) setAttribute(this.rect, name, value)
        const range = `${fromMm.toFixed(1)}–${toMm.toFixed(1)}`
        const name = this.draft ? range : `▭ ${this.side}`
        setText(this.text, width > 70 ? name : width > 22 && !this.draft ? "▭" : "")
        setAttribute(this.text, "x", x + width / 2)
        setAttribute(this.text, "y", heightPx / 2 + 4)
        const endPx = Math.min(END_PX, width / 3)
        this.ends.forEach((end, n) => {
            setAttribute(end, "x", n === 0 ? x - endPx / 2 : x + width - endPx / 2)
            setAttribute(end, "width", endPx)
            setAttribute(end, "height", heightPx)
        })
        setAttribute(this.rect, "aria-valuenow", ((fromMm + toMm) / 2).toFixed(2))
        setAttribute(this.rect, "aria-valuetext", `${fromMm.toFixed(2)} to ${toMm.toFixed(2)} mm`)
        this.element.classList.toggle("moved", this.draft !== undefined)
    }

    /** What the server has. */
    private get kept(): Segment | null {
        const { referenceDistal, referenceProximal } = this.model.content.segment
        return this.side === "distal" ? referenceDistal : referenceProximal
    }

    private listen(): void {
        const { element, rect, ends } = this
        const partOf = ({ target }: Event): Part =>
            target === ends[0] ? "from" : target === ends[1] ? "to" : "all"
        element.addEventListener("pointerdown", event => {
            const start = this.draft ?? this.kept
            if (event.button !== 0 || !start) return
            event.stopPropagation()
            element.setPointerCapture(event.pointerId)
            this.drag = { part: partOf(event), x: event.clientX, start }
        })
        element.addEventListener("pointermove", event => {
            const { drag, scale } = this
            if (!drag || !scale) return
            event.stopPropagation()
            const px = event.clientX - drag.x
            if (!this.draft && Math.abs(px) < CLICK_PX) return
            this.move(drag.start, drag.part, (px * (scale.toMm - scale.fromMm)) / scale.widthPx)
        })
        element.addEventListener("pointerup", () => this.drop())
        element.addEventListener("pointercancel", () => this.forget())
        rect.addEventListener("keydown", event => this.onKey(event))
        rect.addEventListener("keyup", ({ key }) => {
            if (key.startsWith("Arrow")) this.drop()
        })
        rect.addEventListener("blur", () => {
            if (!this.drag) this.drop()
        })
    }

    private onKey(event: KeyboardEvent): void {
        const start = this.draft ?? this.kept
        const by = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1 }[event.key]
        if (!start) return
        if (event.key === "Escape") return this.forget()
        if (by === undefined) return
        event.preventDefault()
        event.stopPropagation()
        const isLength = event.shiftKey || event.key === "ArrowUp" || event.key === "ArrowDown"
        this.move(start, isLength ? "to" : "all", by * KEY_STEP_MM)
    }

    private move({ fromMm, toMm }: Segment, part: Part, by: number): void {
        const { run } = this.model
        const first = run.frames.positionMm[0] ?? 0
        const last = run.frames.positionMm.at(-1) ?? 0
        const within = (mm: number, least: number, most: number): number =>
            Number(Math.max(least, Math.min(most, mm)).toFixed(2))
        if (part === "all") {
            const from = within(fromMm + by, first, last - (toMm - fromMm))
            this.draft = { fromMm: from, toMm: Number((from + toMm - fromMm).toFixed(2)) }
        } else
            this.draft = {
                fromMm: part === "from" ? within(fromMm + by, first, toMm - LEAST_MM) : fromMm,
                toMm: part === "to" ? within(toMm + by, fromMm + LEAST_MM, last) : toMm,
            }
        this.model.redraw.ask()
    }

    private forget(): void {
        this.draft = this.drag = undefined
        this.model.redraw.ask()
    }

    /** Saves what was moved; a click without a move goes to the place. */
    private drop(): void {
        const { draft, drag, model, side } = this
        this.drag = undefined
        if (!draft) {
            if (drag) model.goToMm((drag.start.fromMm + drag.start.toMm) / 2)
            return
        }
        const reference = { which: side, from_mm: draft.fromMm, to_mm: draft.toMm }
        const isSame = draft.fromMm === this.kept?.fromMm && draft.toMm === this.kept.toMm
        if (isSame) return this.forget()
        void changeReference(model, this.steps, side, { references: [reference] }).then(() => {
            if (this.draft === draft && !this.drag) this.forget()
        })
    }
}

/** Undone, a side has again what it had before. */
async function changeReference(
    model: ReviewModel,
    steps: UndoStack,
    side: Side,
    change: object
): Promise<void> {
    await model.settled()
    const before = model.content.edits.references.find(({ which }) => which === side)
    const back = before
        ? { references: [{ which: side, from_mm: before.from_mm, to_mm: before.to_mm }] }
        : { automatic: [side] }
    if (!(await model.edit(change))) return
    steps.push({ what: `the ${side} reference`, undo: () => model.edit(back) })
}

/** References of a person become those that are found again. */
export function automaticReferences(model: ReviewModel, steps: UndoStack): void {
    for (const { which } of model.content.edits.references)
        void changeReference(model, steps, which, { automatic: [which] })
}

/** Half of a reference that a person sets. */
const SET_HALF_MM = 1

/** Makes the place that is shown, and a millimetre on either side, a reference. */
export function setReference(model: ReviewModel, steps: UndoStack, side: Side): void {
    const { positionMm } = model.run.frames
    const [first, last] = [positionMm[0] ?? 0, positionMm.at(-1) ?? 0]
    const at = model.positionMm()
    const from_mm = Number(Math.max(first, at - SET_HALF_MM).toFixed(2))
    const to_mm = Number(Math.min(last, at + SET_HALF_MM).toFixed(2))
    void changeReference(model, steps, side, { references: [{ which: side, from_mm, to_mm }] })
}
