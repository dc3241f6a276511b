// The open question of a live session: what would happen, and the button that allows it. No key answers it.

import { fill, h } from "../dom"
import { memo } from "../emitter"
import type { LiveModel } from "./live-model"

export function questionDialog(model: LiveModel): HTMLElement {
    const element = h("section", { class: "question", "aria-label": "question" })
    const changed = memo()
    model.redraw.add(() => {
        const question = model.isConnected ? (model.state?.question ?? null) : null
        changed([question?.id], () => {
            element.hidden = question === null
            if (!question) return
            const yes = h("button", { type: "button", class: "answer" }, question.label)
            yes.addEventListener("click", () =>
                model.socket.send({ kind: "answer", value: question.id })
            )
            // A key must not answer: the button never has the focus by itself, and Space and Enter do nothing on it.
            yes.addEventListener("keydown", event => event.preventDefault())
            yes.addEventListener("keyup", event => event.preventDefault())
            fill(element, h("p", { role: "alert" }, question.what), yes)
        })
    })
    return element
}
