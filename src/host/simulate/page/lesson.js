// The lesson's steps, the alarm line, and the way to the review of a finished pullback.

import { el, icon, make, setAttribute, setText } from "./dom.js"

/** @typedef {import("../messages").SimulatorState} SimulatorState */

/** A refusal is shown for this time. */
const REFUSAL_MS = 5000
/** A text of more characters is set in the small size, so that it fits. */
const LONG_TEXT = 150

let shown = ""
/** @type {(request: import("../messages").PageRequest) => unknown} */
let send = () => undefined
/** Number of the run whose review is offered. */
let reviewRun = 0
let refusal = ""
let refusalMs = -Infinity

/** @param {SimulatorState["lesson"]} lesson */
export function showLesson({ title, steps }) {
    const key = JSON.stringify([title, steps])
    if (key === shown) return
    shown = key
    setText("lesson-title", title)
    const at = steps.findIndex(({ current }) => current)
    const isDone = steps.length > 0 && steps.every(({ done }) => done)
    setText("lesson-sum", isDone ? "done" : at < 0 ? "" : `step ${at + 1} of ${steps.length}`)
    const list = el("lesson")
    list.style.setProperty("--rows", String(Math.ceil(steps.length / 2)))
    list.replaceChildren(
        ...steps.map(({ text, done, current }) => {
            const name = current ? "next" : done ? "check" : "dot"
            const kind = current ? "here" : done ? "done" : ""
            const step = make("li", kind, "", [icon(name), make("span", "", text)])
            if (current) step.setAttribute("aria-current", "step")
            return step
        })
    )
}

/** A review counts as read when it was opened. @param {typeof send} sendRequest */
export function startReview(sendRequest) {
    send = sendRequest
    // A middle click opens it as well.
    for (const type of ["click", "auxclick"])
        el("review-link").addEventListener(type, () => send({ reviewed: reviewRun }))
}

/** @param {SimulatorState} state */
export function showReview({ review, makingRun }) {
    reviewRun = review?.run ?? 0
    el("review-link").hidden = !review
    el("lesson-sum").hidden = review !== null
    const verdict = review ? `Run ${review.run}: ${review.verdict}` : ""
    const making = `The results of run ${makingRun} are being made …`
    setText("review", makingRun === null ? verdict : making)
    if (review) setAttribute(el("review-link"), "href", review.url)
}

/** Shows why a request was refused. @param {string} text @param {() => void} render called when its time is over */
export function showRefusal(text, render) {
    refusal = text
    refusalMs = performance.now()
    setTimeout(render, REFUSAL_MS + 1)
    render()
}

/** One line with the most urgent text: fault, refusal, or message. @param {SimulatorState} state */
export function showAlarm({ cart, message }) {
    const isRecent = performance.now() - refusalMs < REFUSAL_MS
    const text = cart.fault?.text ?? (isRecent ? refusal : message) ?? ""
    el("alarm").dataset.level = cart.fault ? "fault" : text ? "message" : "none"
    setAttribute(el("alarm"), "aria-live", cart.fault ? "assertive" : "polite")
    el("alarm").classList.toggle("long", text.length > LONG_TEXT)
    setText("alarm-text", text || standingText(cart))
}

/** @param {SimulatorState["cart"]} cart */
function standingText({ state, word, control }) {
    if (state === null) return "The host does not hear the cart."
    const who = control === "a bedside unit" ? "this unit" : control
    return `Cart: ${word ?? state}. In control: ${who ?? "unknown"}.`
}
