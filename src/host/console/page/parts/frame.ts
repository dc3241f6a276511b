// What every page has: header with the notice, messages, and the list of keys.

import type { Commands } from "../commands"
import { fill, h } from "../dom"
import { keysOf, keyText } from "../keys"
import { button } from "./controls"
import { icon } from "./icons"

export const NOTICE = "Investigational, not for clinical use"
/** A message stays so long. */
const MESSAGE_MS = 8000

export interface PageFrame {
    readonly header: HTMLElement
    /** In the header, from the left. */
    readonly left: HTMLElement
    /** In the header, before the notice. */
    readonly right: HTMLElement
    /** Shows one sentence, which goes by itself. */
    message(sentence: string): void
}

/** @param home whether the header leads back to the runs */
export function pageFrame(commands: Commands, home: boolean): PageFrame {
    const left = h("div", { class: "what" })
    const right = h("div", { class: "actions" })
    const notice = h("span", { class: "notice" }, NOTICE)
    const keys = button(commands, { command: "keys", icon: "help", label: "Keys", class: "icon" })
    const header = h(
        "header",
        {},
        home && h("a", { class: "button quiet", href: "/" }, icon("back"), "Runs"),
        ...[left, h("span", { class: "grow" }), right, notice, keys]
    )
    const messages = h("div", { class: "messages", role: "status", "aria-live": "polite" })
    document.body.append(messages)
    commands.register({ keys: () => showKeys(commands) })
    return {
        ...{ header, left, right },
        message: sentence => {
            const line = h("p", {}, sentence)
            fill(messages, line)
            setTimeout(() => line.remove(), MESSAGE_MS)
        },
    }
}

function showKeys(commands: Commands): void {
    const rows = keysOf(commands.page)
        .filter(({ command }) => commands.has(command))
        .flatMap(({ key, what }) => [h("dt", {}, h("kbd", {}, keyText(key))), h("dd", {}, what)])
    const close = h(
        "button",
        { type: "button", class: "icon", "aria-label": "Close" },
        icon("cross")
    )
    const dialog = h(
        "dialog",
        { class: "keys", "aria-label": "Keys" },
        h("div", { class: "bar" }, h("h2", {}, "Keys"), close),
        h("dl", {}, ...rows),
        h("p", { class: "dim" }, "Wheel: frames. Ctrl and wheel: zoom. Two fingers: zoom and move.")
    )
    close.addEventListener("click", () => dialog.close())
    dialog.addEventListener("close", () => dialog.remove())
    document.body.append(dialog)
    dialog.showModal()
}
