// The two runs that are ticked for a comparison.

import type { RunListItem } from "../../run/run-json"
import { h, setText } from "../dom"
import { icon } from "../parts/icons"

export class ComparedChoice {
    /** Leads to the comparison, once two runs are ticked. */
    readonly link = h("a", { class: "button compare" }, icon("compare"))
    private readonly text = h("span")
    /** The one that was ticked first stands first. */
    private ticked: RunListItem[] = []

    constructor() {
        this.link.append(this.text)
        this.draw()
    }

    /** The box of a run. A third tick takes the place of the second. */
    boxOf(run: RunListItem): HTMLElement {
        const { id, title } = run
        const box = h("input", { type: "checkbox", "aria-label": `compare ${title}` })
        box.checked = this.has(id)
        box.addEventListener("change", () => {
            const others = this.ticked.filter(one => one.id !== id)
            this.ticked = box.checked ? [...others.slice(0, 1), run] : others
            this.draw()
            for (const other of document.querySelectorAll<HTMLInputElement>("input[data-run]"))
                other.checked = this.has(other.dataset["run"]!)
        })
        box.dataset["run"] = id
        return h("label", { class: "tick" }, box)
    }

    private has(id: string): boolean {
        return this.ticked.some(one => one.id === id)
    }

    private draw(): void {
        const { link } = this
        const isReady = this.ticked.length === 2
        setText(this.text, isReady ? "Compare the two" : "Tick two runs to compare them")
        link.classList.toggle("off", !isReady)
        link.setAttribute("aria-disabled", `${!isReady}`)
        // The older run is the first one: before, and after.
        const ordered = [...this.ticked].sort((a, b) => ((a.date ?? "") < (b.date ?? "") ? -1 : 1))
        const ids = ordered.map(({ id }) => encodeURIComponent(id))
        if (isReady) link.href = `/compare/${ids.join("/")}`
        else link.removeAttribute("href")
    }
}
