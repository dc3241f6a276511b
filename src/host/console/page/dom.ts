// Makes elements: HTML and SVG, with attributes and children. Text is always set as text, never as markup.

export type Child = Node | string | null | undefined | false
type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>

const SVG = "http://www.w3.org/2000/svg"

/** @param attributes true: without a value; null, undefined or false: left out */
export function h<Name extends keyof HTMLElementTagNameMap>(
    name: Name,
    attributes: Attributes = {},
    ...children: Child[]
): HTMLElementTagNameMap[Name] {
    return filled(document.createElement(name), attributes, children)
}

export function s<Name extends keyof SVGElementTagNameMap>(
    name: Name,
    attributes: Attributes = {},
    ...children: Child[]
): SVGElementTagNameMap[Name] {
    return filled(document.createElementNS(SVG, name), attributes, children)
}

function filled<E extends Element>(
    element: E,
    attributes: Attributes,
    children: readonly Child[]
): E {
    for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value)
    for (const child of children) if (child) element.append(child)
    return element
}

/** Sets or removes an attribute, if that is a change. */
export function setAttribute(
    element: Element,
    name: string,
    value: string | number | boolean | null | undefined
): void {
    if (value === null || value === undefined || value === false) element.removeAttribute(name)
    else {
        const text = value === true ? "" : String(value)
        if (element.getAttribute(name) !== text) element.setAttribute(name, text)
    }
}

/** Sets the text of an element, if that is a change: screen readers read out changes. */
export function setText(element: Element, text: string): void {
    if (element.textContent !== text) element.textContent = text
}

/** Replaces the children. */
export function fill(element: Element, ...children: Child[]): void {
    element.replaceChildren(
        ...children.filter(child => child !== null && child !== undefined && child !== false)
    )
}
