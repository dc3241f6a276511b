// Rows of what a person set: its name leads to its place, its note can be written, and it can be removed.

import { h, setAttribute, setText } from "../dom"
import { icon } from "./icons"

export interface NotedRow {
    readonly id: string
    readonly name: string
    /** "at 5.00 mm". */
    readonly place: string
    readonly text: string
    readonly note: string
    /** Its place is shown now. */
    readonly isHere: boolean
    go(): void
    /** Left out: it cannot be changed here. */
    setNote?(note: string): void
    remove?(): void
}

/** As marks.json allows it. */
const NOTE_MAX = 500

interface Drawn {
    row: NotedRow
    readonly element: HTMLElement
    draw(): void
}

export class NotedRows {
    readonly element = h("ul", { class: "noted" })
    private drawn = new Map<string, Drawn>()

    /** A row that stays keeps its element, so that what is being written stays. */
    draw(rows: readonly NotedRow[]): void {
        const before = this.drawn
        this.drawn = new Map(
            rows.map(row => {
                const one = before.get(row.id) ?? newRow(row)
                one.row = row
                one.draw()
                return [row.id, one]
            })
        )
        const elements = [...this.drawn.values()].map(({ element }) => element)
        const { element: list } = this
        for (const child of [...list.children])
            if (!elements.includes(child as HTMLElement)) child.remove()
        // A row that is in its place is not touched: it would lose the focus.
        elements.forEach((element, i) => {
            if (list.children[i] !== element) list.insertBefore(element, list.children[i] ?? null)
        })
        this.element.hidden = rows.length === 0
    }
}

function newRow(first: NotedRow): Drawn {
    const go = h("button", { type: "button", class: "quiet" })
    const note = h("input", { type: "text", maxlength: NOTE_MAX })
    const text = h("span", { class: "num" })
    const remove = h("button", { type: "button", class: "icon quiet" }, icon("cross"))
    const element = h("li", {}, go, note, text, remove)
    const drawn: Drawn = {
        row: first,
        element,
        draw() {
            const { row } = drawn
            setText(go, row.name)
            setText(text, row.text)
            setAttribute(go, "aria-label", `${row.name}, ${row.place}: go there`)
            setAttribute(go, "title", `go to it, ${row.place}`)
            setAttribute(element, "aria-current", row.isHere ? "true" : null)
            setAttribute(note, "aria-label", `note of ${row.name}`)
            setAttribute(note, "placeholder", row.place)
            if (document.activeElement !== note) note.value = row.note
            note.readOnly = row.setNote === undefined
            setAttribute(remove, "aria-label", `Remove ${row.name}`)
            remove.hidden = row.remove === undefined
        },
    }
    go.addEventListener("click", () => drawn.row.go())
    remove.addEventListener("click", () => drawn.row.remove?.())
    note.addEventListener("change", () => {
        const written = note.value.replace(/\p{Cc}/gu, " ").trim()
        if (written !== drawn.row.note) drawn.row.setNote?.(written)
    })
    note.addEventListener("keydown", event => {
        if (event.key === "Escape") note.value = drawn.row.note
        if (event.key === "Escape" || event.key === "Enter") note.blur()
    })
    return drawn
}
