// The unit as a device: its buttons by mouse and touch, its lamps, e-stop and cable, and what the cart's state does to START/STOP.

import { el, icon, make, setAttribute, setText } from "./dom.js"
import { BUTTON_PARTS, LAMP_PARTS } from "./unit-parts.js"

/** @typedef {import("../messages").SimulatorState} SimulatorState */
/** @typedef {import("../messages").ButtonName} ButtonName */
/** @typedef {import("./unit-parts.js").ButtonPart} ButtonPart */
/** @typedef {import("./holds.js").Holds} Holds */

/** A click without a pointer, as of a screen reader, holds the button for this time. */
const CLICK_MS = 150
/** A lamp that was lit within this time is shown lit where motion is reduced: a flashing lamp does not flash there. */
const FLASH_MS = 1800
/** From this brightness on a lamp is lit. */
const LIT_FROM = 0.05

const STARTING = ["armed"]
const STOPPING = ["homing", "live", "pulling", "returning", "jogging", "calibrating"]

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)")
/** @type {Map<ButtonName, HTMLButtonElement>} */
const buttons = new Map()
/** @type {{ lamp: HTMLElement, text: HTMLElement, litMs: number }[]} */
const lamps = []

/** Builds buttons and lamps. @param {Holds} holds */
export function buildUnit(holds) {
    for (const part of BUTTON_PARTS) {
        const button = buttonOf(part)
        el("keys").append(button)
        buttons.set(part.name, button)
        holdByPointer(button, part.name, holds)
    }
    el("keys").append(estopPart())
    for (const [name, label] of LAMP_PARTS) {
        const text = make("span", "hidden")
        const lamp = make("i", `lamp ${name}`)
        lamps.push({ lamp, text, litMs: -Infinity })
        el("lamps").append(make("li", "", "", [lamp, make("span", "", label), text]))
    }
    // A long touch must not open a menu, select text or scroll.
    el("unit").addEventListener("contextmenu", event => event.preventDefault())
}

/** @param {ButtonPart} part */
function buttonOf({ name, label, hint, keyLabel, kind, arrow }) {
    const text = make("span", "name", label)
    if (arrow === "left") text.prepend(icon("left"))
    if (arrow === "right") text.append(icon("right"))
    const button = make("button", `dev ${kind}`, "", [
        text,
        make("span", "hint", hint),
        make("kbd", "", keyLabel),
    ])
    button.dataset.button = name
    const spoken = `${label}${hint ? `, ${hint}` : ""}`
    button.setAttribute("aria-label", spoken)
    button.setAttribute("aria-pressed", "false")
    return button
}

function estopPart() {
    const button = make("button", "mushroom", "", [
        make("span", "head", "", [make("b", "", "STOP")]),
    ])
    button.id = "estop"
    button.setAttribute("aria-label", "Emergency stop")
    const text = make("span", "hint", "", [make("span", "", ""), make("kbd", "", "X")])
    text.firstElementChild?.setAttribute("id", "estop-text")
    return make("div", "estop", "", [button, text])
}

/**
 * A button is down while a pointer holds it; each finger counts.
 * @param {HTMLElement} button
 * @param {ButtonName} name
 * @param {Holds} holds
 */
function holdByPointer(button, name, holds) {
    button.addEventListener("pointerdown", event => {
        if (event.button !== 0) return
        button.setPointerCapture(event.pointerId)
        holds.press(name, `pointer ${event.pointerId}`)
    })
    for (const type of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"]))
        button.addEventListener(type, event => holds.release(`pointer ${event.pointerId}`))
    // A click without a pointer and without a key is that of a screen reader.
    button.addEventListener("click", event => {
        if (event.detail > 0) return
        holds.press(name, "click")
        setTimeout(() => holds.release("click"), CLICK_MS)
    })
}

/** Shows which buttons are down. @param {Holds} holds @param {readonly ButtonName[]} pressed by the server */
export function showPressed(holds, pressed) {
    const all = /** @type {[ButtonName, HTMLElement][]} */ ([...buttons, ["dial", el("dial")]])
    for (const [name, button] of all) {
        const isDown = holds.isHeld(name) || pressed.includes(name)
        button.classList.toggle("down", isDown)
        // Held, but not from this page.
        button.classList.toggle("stuck", pressed.includes(name) && !holds.isHeld(name))
        if (name !== "dial") setAttribute(button, "aria-pressed", String(isDown))
    }
}

/** @param {SimulatorState} state */
export function showUnit({ unit, cart, lesson }) {
    showLamps(unit.lamps)
    const { plugged, estopPressed } = unit
    document.body.dataset.plugged = String(plugged)
    setText("cable-text", plugged ? "plugged" : "UNPLUGGED")
    setAttribute(el("cable"), "aria-pressed", String(plugged))
    document.body.dataset.estop = String(estopPressed)
    setAttribute(el("estop"), "aria-pressed", String(estopPressed))
    setText(
        "estop-text",
        estopPressed ? "PRESSED: press again to turn it out " : "e-stop: press; again: turn out "
    )
    showStart(cart.state ?? "")
    // After a fault something else comes first.
    showNext(cart.fault ? [] : lesson.steps)
}

/** @param {string} state */
function showStart(state) {
    const does = STARTING.includes(state)
        ? "step 2 of 2: starts"
        : STOPPING.includes(state)
          ? "now: stops"
          : "stops whatever moves"
    const button = buttons.get("start")
    const hint = button?.querySelector(".hint")
    if (!button || !hint || hint.textContent === does) return
    hint.textContent = does
    button.setAttribute("aria-label", `START / STOP, ${does}`)
}

/** Marks the button that the current step begins with. @param {SimulatorState["lesson"]["steps"]} steps */
function showNext(steps) {
    const text = steps.find(({ current }) => current)?.text.toUpperCase() ?? ""
    for (const { name, label } of BUTTON_PARTS) {
        const word = label.split(" ")[0] ?? ""
        buttons.get(name)?.classList.toggle("next", isNext(text, word, name))
    }
}

/** @param {string} text @param {string} word @param {ButtonName} name */
function isNext(text, word, name) {
    if (!new RegExp(`\\b${word}\\b`).test(text.split(/[:,;.]/)[0] ?? "")) return false
    return !name.startsWith("jog") || text.includes(name.slice("jog-".length).toUpperCase())
}

/** @param {readonly number[]} brightness empty: all off */
export function showLamps(brightness) {
    const nowMs = performance.now()
    LAMP_PARTS.forEach(([, label], i) => {
        const shown = lamps[i]
        if (!shown) return
        const level = brightness[i] ?? 0
        if (level >= LIT_FROM) shown.litMs = nowMs
        const flashes = brightness.length > 0 && nowMs - shown.litMs < FLASH_MS
        const steady = reducedMotion.matches && flashes ? 1 : level
        shown.lamp.style.setProperty("--level", String(steady))
        shown.lamp.classList.toggle("lit", steady >= LIT_FROM)
        const text = `${label} lamp ${flashes ? "lit" : "off"}`
        if (shown.text.textContent !== text) shown.text.textContent = text
    })
}
