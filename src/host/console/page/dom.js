// Helpers to read and write elements of the console's page.

/** @param {string} id */
export const el = id => /** @type {HTMLElement} */ (document.getElementById(id))
/** @param {string} id */
export const inputOf = id => /** @type {HTMLInputElement} */ (el(id))
/** @param {string} id */
export const buttonOf = id => /** @type {HTMLButtonElement} */ (el(id))
/** @param {string} id */
export const canvasOf = id => /** @type {HTMLCanvasElement} */ (el(id))

/** @param {string} id @param {string} text */
export function setText(id, text) {
    if (el(id).textContent !== text) el(id).textContent = text
}

/** Sets the label of a button that also shows its key. @param {string} id @param {string} text */
export function setLabel(id, text) {
    const label = /** @type {HTMLElement} */ (el(id).firstElementChild)
    if (label.textContent !== text) label.textContent = text
}

/** @param {string} id @param {boolean} visible */
export function setVisible(id, visible) {
    el(id).hidden = !visible
}

/**
 * Fills a list, unless it shows these lines already.
 * @param {string} id
 * @param {readonly string[]} lines
 * @param {number} [warnings] number of lines at the beginning that are warnings
 */
export function setList(id, lines, warnings = 0) {
    const list = el(id)
    const key = [warnings, ...lines].join("\n")
    if (list.dataset.shown === key) return
    list.dataset.shown = key
    list.replaceChildren(
        ...lines.map((line, i) => {
            const item = document.createElement("li")
            item.textContent = line
            if (i < warnings) item.className = "stale"
            return item
        })
    )
}
