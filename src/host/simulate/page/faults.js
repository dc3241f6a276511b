// The panel of faults: what can be caused, what the operator will see of it and what to do, and which ones are in force.

import { el, icon, make } from "./dom.js"

/** @typedef {import("../messages").FaultState} FaultState */
/** @typedef {import("../messages").PageRequest} PageRequest */

/** @type {(request: PageRequest) => unknown} */
let send = () => undefined
/** Names of the faults whose texts are unfolded. @type {Set<string>} */
const unfolded = new Set()
/** Faults that are kept on top with what to do, until the operator is done with them. @type {Set<string>} */
const onTop = new Set()
/** Faults that a surprise has caused and that the operator has not looked at. @type {Set<string>} */
const covered = new Set()
/** What was known of each fault when the surprise was asked for; undefined: none is awaited. @type {Map<string, string> | undefined} */
let beforeSurprise
let shown = ""
/** @type {readonly FaultState[]} */
let faults = []

/** @param {(request: PageRequest) => unknown} sendRequest */
export function startFaults(sendRequest) {
    send = sendRequest
    el("surprise").addEventListener("click", () => {
        beforeSurprise = new Map(faults.map(fault => [fault.name, knownOf(fault)]))
        send({ surprise: true })
        render()
    })
}

/** @param {FaultState} fault */
const knownOf = ({ caused, stoppedMs, youS }) => JSON.stringify([caused, stoppedMs, youS])

/** @param {readonly FaultState[]} received */
export function showFaults(received) {
    faults = received
    for (const fault of faults) {
        const { name, caused, stoppedMs, youS } = fault
        if (caused && !onTop.has(name) && !beforeSurprise) putOnTop(name)
        // One that is over at once is known by its times only.
        const isKnown = caused || stoppedMs !== null || youS !== null
        if (!beforeSurprise || !isKnown || onTop.has(name)) continue
        if (beforeSurprise.get(name) === knownOf(fault)) continue
        putOnTop(name)
        covered.add(name)
        beforeSurprise = undefined
    }
    render()
}

/** Puts a fault on top, in place of those that are over. @param {string} name */
function putOnTop(name) {
    for (const { name: other, caused } of faults) if (!caused) onTop.delete(other)
    onTop.add(name)
}

function render() {
    // Rebuilt only when something has changed, so that a click never meets a new button.
    const sets = [[...unfolded], [...onTop], [...covered], beforeSurprise !== undefined]
    const key = JSON.stringify([faults, sets])
    if (key === shown) return
    shown = key
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.focus
    // The newest first.
    const cards = [...onTop]
        .reverse()
        .flatMap(name => faults.filter(fault => fault.name === name))
        .map(fault => (covered.has(fault.name) ? surpriseCard(fault) : faultCard(fault, true)))
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
        return fault.group === group && (!onTop.has(fault.name) || covered.has(fault.name))
    })
    return make("section", "", "", [
        make("h3", "", group),
        ...offered.map(fault => faultCard(fault, false)),
    ])
}

/** @param {FaultState} fault @param {boolean} isOnTop */
function faultCard(fault, isOnTop) {
    const { name, title, subtitle, caused, unavailable } = fault
    const isOpen = isOnTop || unfolded.has(name)
    const heading = isOnTop ? make("div", "title") : foldingTitle(name)
    heading.append(make("b", "", title), make("span", "dim", unavailable ?? subtitle))
    const times = covered.has(name) ? "" : timesText(fault)
    if (times) heading.append(make("span", "times", isOnTop ? times : `last time ${times}`))
    const kind = `${isOnTop ? " on-top" : ""}${isOnTop && caused ? " in-force" : ""}`
    const card = make("div", `card${kind}`, "", [heading, actionButton(fault, isOnTop)])
    card.dataset.fault = name
    if (isOpen) card.append(texts(fault))
    return card
}

/** @param {string} name */
function foldingTitle(name) {
    const heading = make("button", "title")
    // Folded up or not: what will be seen and what to do can be read before.
    heading.append(icon("more"))
    heading.title = "What you will see, and what to do"
    heading.dataset.focus = `title ${name}`
    heading.setAttribute("aria-expanded", String(unfolded.has(name)))
    heading.addEventListener("click", () => {
        if (unfolded.has(name)) unfolded.delete(name)
        else unfolded.add(name)
        render()
    })
    return heading
}

/** @param {FaultState} fault @param {boolean} isOnTop */
function actionButton({ name, title, undo, unavailable }, isOnTop) {
    const word = !isOnTop ? "Cause" : undo ? "Undo" : "Done"
    const button = make("button", isOnTop ? "on" : "", word)
    if (isOnTop) button.prepend(icon(undo ? "undo" : "check"))
    button.dataset.focus = `do ${name}`
    button.disabled = !isOnTop && unavailable !== null
    button.setAttribute("aria-label", `${word}: ${title}`)
    button.addEventListener("click", () => {
        if (!isOnTop) {
            putOnTop(name)
            send({ cause: name })
        } else if (undo) send({ undo: name })
        else onTop.delete(name)
        render()
    })
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
    const you = youS === null ? "" : `you in ${youS.toFixed(1)}\u00a0s`
    return [stopped, you].filter(Boolean).join(", ")
}

function waitingCard() {
    return make("div", "card on-top", "", [
        make("div", "title", "", [
            make("b", "", "A surprise comes"),
            make("span", "dim", "in a pullback: work as usual"),
        ]),
    ])
}

/** @param {FaultState} fault */
function surpriseCard({ name }) {
    const show = make("button", "", "Show it")
    show.dataset.focus = `show ${name}`
    show.addEventListener("click", () => {
        covered.delete(name)
        render()
    })
    const card = make("div", "card on-top in-force", "", [
        make("div", "title", "", [
            make("b", "", "Surprise: something is wrong"),
            make("span", "dim", "find it by the unit alone"),
        ]),
        show,
    ])
    card.dataset.fault = "surprise"
    return card
}
