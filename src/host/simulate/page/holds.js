// Which buttons of the unit are held, by which keys and fingers; a button is down while at least one source holds it.

/** @typedef {import("../messages").ButtonName} ButtonName */

export class Holds {
    /** Sources that hold each button: "key KeyL", "pointer 3". @type {Map<ButtonName, Set<string>>} */
    #held = new Map()
    /** Without a connection nothing is pressed: the server would not know of it afterwards. */
    isConnected = false

    /**
     * @param {(name: ButtonName, isDown: boolean) => void} onChange
     * @param {() => void} onReleaseAll
     */
    constructor(onChange, onReleaseAll) {
        this.onChange = onChange
        this.onReleaseAll = onReleaseAll
    }

    /** @param {ButtonName} name @param {string} source */
    press(name, source) {
        if (!this.isConnected) return
        const sources = this.#held.get(name) ?? new Set()
        this.#held.set(name, sources)
        const wasDown = sources.size > 0
        sources.add(source)
        if (!wasDown) this.onChange(name, true)
    }

    /** Lets go of what a source holds. @param {string} source */
    release(source) {
        for (const [name, sources] of this.#held)
            if (sources.delete(source) && sources.size === 0) this.onChange(name, false)
    }

    /** @param {ButtonName} name */
    isHeld(name) {
        return (this.#held.get(name)?.size ?? 0) > 0
    }

    /** Lets go of everything, also of what only the server believes to be held. */
    releaseAll() {
        for (const [name, sources] of this.#held)
            if (sources.size > 0) {
                sources.clear()
                this.onChange(name, false)
            }
        this.onReleaseAll()
    }

    /** Lets go of everything that keys hold. */
    releaseKeys() {
        const sources = [...this.#held.values()].flatMap(each => [...each])
        for (const source of sources) if (source.startsWith("key ")) this.release(source)
    }
}

/**
 * Lets go of everything when the page can no longer see a release: without focus, hidden, or left.
 * @param {Holds} holds
 */
export function releaseWhenUnseen(holds) {
    const releaseAll = () => holds.releaseAll()
    addEventListener("blur", releaseAll)
    addEventListener("pagehide", releaseAll)
    document.addEventListener("freeze", releaseAll)
    document.addEventListener("visibilitychange", () => {
        if (document.hidden) releaseAll()
    })
}
