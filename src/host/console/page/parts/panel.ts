// A panel that folds by its heading; folded it keeps one line of summary.

import { fill, h, setAttribute, setText } from "../dom"
import type { Viewer } from "../state"
import { icon, type IconName } from "./icons"

export interface Panel {
    readonly element: HTMLElement
    /** Where the content goes. */
    readonly body: HTMLElement
    /** @param parts the line beside the heading */
    summary(...parts: (Node | string)[]): void
}

export interface PanelOptions {
    readonly title: string
    readonly icon?: IconName
    /** Takes the space that is left. */
    readonly isFilling?: boolean
    readonly startsFolded?: boolean
}

export function panel(viewer: Viewer, options: PanelOptions): Panel {
    const { title, isFilling } = options
    const body = h("div", { class: "in" })
    const sum = h("span", { class: "sum" })
    const heading = h(
        "summary",
        {},
        icon("down"),
        options.icon && icon(options.icon),
        h("h2", {}, title),
        sum
    )
    const element = h(
        "details",
        { class: isFilling ? "panel fill" : "panel", "data-panel": title },
        heading,
        body
    )
    const draw = (): void => {
        const isOpen = !viewer.state.folded.includes(title)
        setAttribute(element, "open", isOpen)
        // After all panels of the page are there.
        queueMicrotask(markAllFolded)
    }
    heading.addEventListener("click", event => {
        event.preventDefault()
        const { folded } = viewer.state
        const others = folded.filter(name => name !== title)
        viewer.set({ folded: others.length < folded.length ? others : [...folded, title] })
    })
    viewer.changes.on(draw)
    draw()
    return {
        ...{ element, body },
        summary: (...parts) => {
            if (parts.length === 1 && typeof parts[0] === "string") setText(sum, parts[0])
            else fill(sum, ...parts)
        },
    }
}

/** The layout gives the space of folded panels to the pictures. */
function markAllFolded(): void {
    const isOneOpen = document.querySelector("[data-panel][open]") !== null
    document.body.classList.toggle("all-folded", !isOneOpen)
}

/** Folds all panels of the page, or unfolds them if all are folded. */
export function foldAll(viewer: Viewer): void {
    const titles = [...document.querySelectorAll<HTMLElement>("[data-panel]")].map(
        element => element.dataset.panel!
    )
    const { folded } = viewer.state
    viewer.set({ folded: titles.every(title => folded.includes(title)) ? [] : titles })
}

/** Rows of a name, a value, and what is said of it. */
export function rows(
    ...cells: readonly (readonly [string, Node | string, (Node | string)?])[]
): HTMLElement {
    return h(
        "dl",
        { class: "rows" },
        ...cells.flatMap(([name, value, note]) => [
            h("dt", {}, name),
            h("dd", { class: "v" }, value),
            h("dd", { class: "c" }, note ?? ""),
        ])
    )
}

/** How sure a number is: three steps and a word. */
export function confidence(steps: 1 | 2 | 3, word: string): HTMLElement {
    const bars = [1, 2, 3].map(step => h("i", { class: step <= steps ? "f" : "" }))
    return h(
        "span",
        { class: "confidence" },
        h(
            "span",
            { class: "conf", role: "img", "aria-label": `confidence ${steps} of 3` },
            ...bars
        ),
        ` ${word}`
    )
}
