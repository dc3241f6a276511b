// The commands of a page: keys and buttons run them by name, and modules register what they do.

import { bindingOf, type KeyPage } from "./keys"

type Handler = (event?: Event) => void

export class Commands {
    private readonly handlers = new Map<string, Handler>()

    constructor(readonly page: KeyPage) {
        addEventListener("keydown", event => this.onKey(event))
    }

    /** One handler for each command; a later one replaces it. */
    register(handlers: Readonly<Record<string, Handler>>): void {
        for (const [name, handler] of Object.entries(handlers)) this.handlers.set(name, handler)
    }

    has(name: string): boolean {
        return this.handlers.has(name)
    }

    readonly run = (name: string, event?: Event): void => this.handlers.get(name)?.(event)

    private onKey(event: KeyboardEvent): void {
        const binding = bindingOf(event, this.page)
        if (!binding || !this.has(binding.command)) return
        if (!binding.always && (isEditing(event) || document.querySelector("dialog[open]"))) return
        if (event.key === " " && event.target instanceof HTMLButtonElement && !isBody(event)) {
            // A button that has the focus keeps its key.
            return
        }
        event.preventDefault()
        this.run(binding.command, event)
    }
}

function isBody({ target }: Event): boolean {
    return target === document.body
}

/** Whether the key belongs to what has the focus. */
function isEditing({ target, key }: KeyboardEvent): boolean {
    if (!(target instanceof HTMLElement)) return false
    if (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName)) return true
    if (!(target instanceof HTMLInputElement)) return false
    if (target.type === "range") return /^(Arrow|Home|End|Page)/.test(key)
    return !/^(checkbox|radio|button)$/.test(target.type)
}
