// What the unit is made of: its buttons with their keys and texts, its lamps, and the size of its display.

/** @typedef {import("../messages").ButtonName} ButtonName */

export const DISPLAY_WIDTH = 128
export const DISPLAY_HEIGHT = 64

/**
 * @typedef {object} ButtonPart
 * @property {ButtonName} name
 * @property {string} label
 * @property {string} hint
 * @property {string} key as in KeyboardEvent.key, in lower case
 * @property {string} keyLabel
 * @property {string} help what it does, for the help
 * @property {"hold" | "start" | ""} kind hold: hold to move
 * @property {"left" | "right"} [arrow]
 */

/** Buttons in the order of the face. @type {readonly ButtonPart[]} */
export const BUTTON_PARTS = [
    part("live", "LIVE", "on / off", "l", "L", "live picture on or off"),
    part("arm", "ARM", "step 1 of 2", "a", "A", "arm: step 1 of a pullback"),
    part("start", "START / STOP", "", " ", "Space", "start: step 2; stops whatever moves", "start"),
    part(
        ...["jog-distal", "JOG", "distal, hold", "arrowleft", "←"],
        ...["jog distal while held", "hold", "left"]
    ),
    part(
        ...["jog-proximal", "JOG", "proximal, hold", "arrowright", "→"],
        ...["jog proximal while held", "hold", "right"]
    ),
    part("return", "RETURN", "hold", "r", "R", "return to the start while held", "hold"),
    part("home", "HOME", "find zero", "h", "H", "move to the home switch"),
    part("release", "RELEASE", "frees the sled", "e", "E", "release or engage the sled"),
    part("ack", "ACK / MUTE", "sound off; seen", "k", "K", "sound off, then acknowledge"),
]

/** Push of the dial. */
export const DIAL_PART = part("dial", "DIAL", "", "enter", "Enter", "push the dial")

export const TURN_UP_KEY = "arrowup"
export const TURN_DOWN_KEY = "arrowdown"
export const ESTOP_KEY = "x"
export const CABLE_KEY = "c"
export const SOUND_KEY = "m"
export const HELP_KEY = "?"

/** Further keys, for the help. @type {readonly (readonly [string, string])[]} */
export const OTHER_KEYS = [
    ["↑", "dial clockwise: raises a value, next row of a list; as wheel up"],
    ["↓", "dial back: lowers a value, row before; as wheel down"],
    ["X", "e-stop: press, again to turn it out"],
    ["C", "cable: unplug or plug"],
    ["M", "sound of this page on or off"],
    ["?", "this help"],
]

/** Lamps in the order of their services. */
export const LAMP_PARTS = /** @type {const} */ ([
    ["power", "power"],
    ["motion", "motion"],
    ["ultrasound", "ultrasound"],
    ["red", "alarm"],
    ["yellow", "warning"],
])

/**
 * @param {string} name
 * @param {string} label
 * @param {string} hint
 * @param {string} key
 * @param {string} keyLabel
 * @param {string} help
 * @param {string} [kind]
 * @param {string} [arrow]
 * @returns {ButtonPart}
 */
function part(name, label, hint, key, keyLabel, help, kind = "", arrow) {
    return /** @type {ButtonPart} */ ({ name, label, hint, key, keyLabel, help, kind, arrow })
}
