// Asks for one line of text in a dialog.

import { fill, h } from "../dom"

export interface TextQuestion {
    readonly title: string
    readonly label: string
    /** On the button that goes on. */
    readonly action: string
    readonly lengthMax: number
}

/** @returns undefined when the user closes it */
export function askText({
    title,
    label,
    action,
    lengthMax,
}: TextQuestion): Promise<string | undefined> {
    const input = h("input", { type: "text", maxlength: lengthMax })
    const yes = h("button", { type: "submit" }, action)
    const no = h("button", { type: "button" }, "Cancel")
    const form = h("form", { method: "dialog" })
    const dialog = h("dialog", { class: "ask", "aria-label": title }, form)
    fill(
        form,
        h("h2", {}, title),
        h("label", {}, label, input),
        h("div", { class: "pair" }, yes, no)
    )
    document.body.append(dialog)
    return new Promise(resolve => {
        let answer: string | undefined
        form.addEventListener("submit", () => {
            answer = input.value.replace(/\p{Cc}/gu, " ").trim()
        })
        no.addEventListener("click", () => dialog.close())
        dialog.addEventListener("close", () => {
            dialog.remove()
            resolve(answer)
        })
        dialog.showModal()
    })
}
