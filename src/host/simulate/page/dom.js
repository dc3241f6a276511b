// Helpers to find and change elements of the simulator's page.

/** @param {string} id */
export const el = id => /** @type {HTMLElement} */ (document.getElementById(id))

/** @param {string} id @param {string} text */
export function setText(id, text) {
    if (el(id).textContent !== text) el(id).textContent = text
}

/** @param {Element} element @param {string} name @param {string} value */
export function setAttribute(element, name, value) {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value)
}

/**
 * Creates an element with a class and a text.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [className]
 * @param {string} [text]
 * @param {readonly (Node | string)[]} [children]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, className = "", text = "", children = []) {
    const element = document.createElement(tag)
    if (className) element.className = className
    if (text) element.textContent = text
    element.append(...children)
    return element
}

/** Creates an icon of index.html. @param {string} name */
export function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg")
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use")
    svg.setAttribute("class", "i")
    svg.setAttribute("aria-hidden", "true")
    use.setAttribute("href", `#i-${name}`)
    svg.append(use)
    return svg
}
