// The panel of faults: what can be caused, what the operator will see of it and what to do, and which ones are in force.

import { el, icon, make } from "./dom.js"

/** @typedef {import("../messages").FaultState} FaultState */
/** @typedef {import("../messages").PageRequest} PageRequest */

/** @type {(request: PageRequest) => unknown} */
let send = () => undefined
/** Names of the faults whose texts are unfolded. @type {Set<string>} */
const unfolded = new Set()
/** Faults that a surprise has caused and that the operator has not looked at. @type {Set<string>} */
const covered = new Set()
/** Faults in force when the surprise was asked for; undefined: no surprise is awaited. @type {Set<string> | undefined} */
let beforeSurprise
let shown = ""
/** @type {readonly FaultState[]} */
let faults = []

/** @param {(request: PageRequest) => unknown} sendRequest */
export function startFaults(sendRequest) {
    send = sendRequest
    el("surprise").addEventListener("click", () => {
        beforeSurprise = new Set(faults.filter(({ caused }) => caused).map(({ name }) => name))
        send({ surprise: true })
        render()
    })
}

/** @param {readonly FaultState[]} received */
export function showFaults(received) {
    faults = received
    for (const { name, caused } of faults) {
        if (!caused) covered.delete(name)
        else if (beforeSurprise && !beforeSurprise.has(name)) {
            covered.add(name)
            beforeSurprise = undefined
        }
    }
    render()
}

function render() {
    // Rebuilt only when something has changed, so that a click never meets a new button.
    const key = JSON.stringify([faults, [...unfolded], [...covered], beforeSurprise !== undefined])
    if (key === shown) return
    shown = key
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.focus
    const inForce = faults.filter(({ caused }) => caused)
    const cards = inForce.map(fault =>
        covered.has(fault.name) ? surpriseCard(fault) : faultCard(fault, true)
    )
    if (beforeSurprise) cards.unshift(waitingCard())
    el("caused").replaceChildren(...cards)
    const groups = [...new Set(faults.map(({ group }) => group))]
    el("faults").replaceChildren(...groups.map(groupPart))
    if (focused) refocus(focused)
}

/** @param {string} focus */
function refocus(focus) {
    const again = document.querySelector(`[data-focus="${CSS.escape(focus)}"]`)
    if (again instanceof HTMLElement) again.focus({ preventScroll: true })
}

/** @param {string} group */
function groupPart(group) {
    const offered = faults.filter(fault => {
        // A surprise shows nothing in the list either.
        return fault.group === group && (!fault.caused || covered.has(fault.name))
    })
    return make("section", "", "", [
        make("h3", "", group),
        ...offered.map(fault => faultCard(fault, false)),
    ])
}

/** @param {FaultState} fault @param {boolean} inForce */
function faultCard(fault, inForce) {
    const { name, title, subtitle, unavailable } = fault
    const isOpen = inForce || unfolded.has(name)
    const heading = make("button", "title", "", [
        make("b", "", title),
        make("span", "dim", unavailable ?? subtitle),
    ])
    const times = timesText(fault)
    if (times) heading.append(make("span", "times", inForce ? times : `last time ${times}`))
    heading.dataset.focus = `title ${name}`
    heading.setAttribute("aria-expanded", String(isOpen))
    heading.addEventListener("click", () => {
        if (unfolded.has(name)) unfolded.delete(name)
        else unfolded.add(name)
        render()
    })
    const card = make("div", `card${inForce ? " in-force" : ""}`, "", [
        inForce ? make("div", "title", "", [...heading.childNodes]) : heading,
        actionButton(fault, inForce),
    ])
    card.dataset.fault = name
    if (isOpen) card.append(texts(fault))
    return card
}

/** @param {FaultState} fault @param {boolean} inForce */
function actionButton({ name, title, undo, unavailable }, inForce) {
    if (inForce && !undo)
        return make("span", "caused-word", "", [icon("check"), make("span", "", "Caused")])
    const button = make("button", inForce ? "on" : "", inForce ? "Undo" : "Cause")
    if (inForce) button.prepend(icon("undo"))
    button.dataset.focus = `do ${name}`
    button.disabled = !inForce && unavailable !== null
    button.setAttribute("aria-label", `${inForce ? "Undo" : "Cause"}: ${title}`)
    button.addEventListener("click", () => send(inForce ? { undo: name } : { cause: name }))
    return button
}

/** @param {FaultState} fault */
function texts({ see, todo }) {
    const steps = make(
        "ol",
        "",
        "",
        todo.map(step => make("li", "", step))
    )
    return make("div", "texts", "", [
        ...[make("h4", "", "What you will see"), make("p", "", see)],
        ...[make("h4", "", "What to do"), steps],
    ])
}

/** How fast sled and operator were. @param {FaultState} fault */
function timesText({ stoppedMs, youS }) {
    // A sled that jams stands at the moment of the fault.
    const atOnce = stoppedMs !== null && stoppedMs < 1
    const stoppedText = atOnce ? "stood at once" : `stopped in ${Math.round(stoppedMs ?? 0)} ms`
    const stopped = stoppedMs === null ? "" : stoppedText
    const you = youS === null ? "" : `you in ${youS.toFixed(1)} s`
    return [stopped, you].filter(Boolean).join(", ")
}

function waitingCard() {
    return make("div", "card in-force", "", [
        make("div", "title", "", [
            make("b", "", "A surprise comes"),
            make("span", "dim", "work on as usual"),
        ]),
    ])
}

/** @param {FaultState} fault */
function surpriseCard({ name, undo }) {
    const show = make("button", "", "Show it")
    show.dataset.focus = `show ${name}`
    show.addEventListener("click", () => {
        covered.delete(name)
        render()
    })
    const card = make("div", "card in-force", "", [
        make("div", "title", "", [
            make("b", "", "Surprise: something is wrong"),
            make("span", "dim", "find it by the unit alone"),
        ]),
        show,
    ])
    card.dataset.fault = "surprise"
    if (undo) card.append(make("p", "texts", "Show it to undo its cause."))
    return card
}
