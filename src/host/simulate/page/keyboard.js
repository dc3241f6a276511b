// The keys of the page: held keys hold buttons of the unit; others turn the dial or use cable, e-stop, sound and help.

import {
    BUTTON_PARTS,
    CABLE_KEY,
    DIAL_PART,
    ESTOP_KEY,
    HELP_KEY,
    SOUND_KEY,
    TURN_DOWN_KEY,
    TURN_UP_KEY,
} from "./unit-parts.js"

/** @typedef {import("../messages").ButtonName} ButtonName */
/** @typedef {import("./holds.js").Holds} Holds */

/**
 * @typedef {object} Actions
 * @property {(clicks: number) => void} turn
 * @property {() => void} estop
 * @property {() => void} cable
 * @property {() => void} sound
 * @property {() => void} help
 */

const START_KEY = " "
/** @type {ReadonlyMap<string, ButtonName>} */
const HOLDING = new Map([...BUTTON_PARTS, DIAL_PART].map(({ key, name }) => [key, name]))

/** @param {Holds} holds @param {Actions} actions */
export function startKeyboard(holds, actions) {
    /** @type {Readonly<Record<string, () => void>>} */
    const once = {
        [ESTOP_KEY]: actions.estop,
        [CABLE_KEY]: actions.cable,
        [SOUND_KEY]: actions.sound,
        [HELP_KEY]: actions.help,
    }
    addEventListener("keydown", event => {
        // The system keeps the release of a key from the page while one of these is down.
        if (event.ctrlKey || event.altKey || event.metaKey) return holds.releaseKeys()
        const key = event.key.toLowerCase()
        const name = buttonFor(key, event.target)
        if (name) {
            event.preventDefault()
            if (!event.repeat) holds.press(name, `key ${event.code}`)
            return
        }
        if (isHelpOpen()) return
        if (key === TURN_UP_KEY || key === TURN_DOWN_KEY) {
            event.preventDefault()
            return actions.turn(key === TURN_UP_KEY ? 1 : -1)
        }
        const action = once[key]
        if (!action || event.repeat) return
        event.preventDefault()
        action()
    })
    addEventListener("keyup", event => {
        if (event.key === "Meta") holds.releaseKeys()
        holds.release(`key ${event.code}`)
        // Space must not click the control that has the focus.
        if (event.key === START_KEY) event.preventDefault()
    })
}

/**
 * The button of the unit that a key holds.
 * @param {string} key
 * @param {EventTarget | null} target
 * @returns {ButtonName | undefined}
 */
function buttonFor(key, target) {
    // START / STOP has its key everywhere, also in the help.
    if (key === START_KEY) return HOLDING.get(key)
    if (isHelpOpen()) return undefined
    if (key === DIAL_PART.key && target instanceof HTMLElement) {
        const own = target.dataset.button
        if (own) return /** @type {ButtonName} */ (own)
        // Another control that has the focus uses the key itself.
        if (target.closest("button, a, [role=button], summary")) return undefined
    }
    return HOLDING.get(key)
}

function isHelpOpen() {
    return document.querySelector("dialog[open]") !== null
}
