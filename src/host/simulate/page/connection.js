// The page's WebSocket to the simulator: receives states, tones and display contents, sends presses, reconnects.

/** @typedef {import("../messages").SimulatorState} SimulatorState */
/** @typedef {import("../messages").Tone} Tone */
/** @typedef {import("../messages").PageRequest} PageRequest */
/** @typedef {import("../messages").ServerMessage} ServerMessage */

const RECONNECT_MS = 1000
/** A server that says nothing for this time is taken for lost. It sends a state at least every second. */
const SILENCE_MS = 4000
/** First byte of a binary message with the contents of the display. */
const DISPLAY_MESSAGE = 1

/**
 * @typedef {object} Handlers
 * @property {() => void} onOpen
 * @property {(attempts: number) => void} onLost called at each failed attempt
 * @property {(state: SimulatorState) => void} onState
 * @property {(tone: Tone) => void} onTone
 * @property {(text: string) => void} onRefusal
 * @property {(gddram: Uint8Array) => void} onDisplay
 */

/** @type {WebSocket | undefined} */
let socket
let attempts = 0

/** Connects, and reconnects whenever the connection is lost. @param {string} path @param {Handlers} handlers */
export function connect(path, handlers) {
    const own = new WebSocket(`ws://${location.host}${path}`)
    socket = own
    own.binaryType = "arraybuffer"
    let isOver = false
    // A server that hangs does not confirm the end, and a browser waits for that.
    const end = () => {
        if (isOver) return
        isOver = true
        clearTimeout(timer)
        own.close()
        handlers.onLost(++attempts)
        setTimeout(connect, RECONNECT_MS, path, handlers)
    }
    let timer = setTimeout(end, SILENCE_MS)
    own.onopen = () => {
        if (isOver) return
        attempts = 0
        handlers.onOpen()
    }
    own.onmessage = ({ data }) => {
        if (isOver) return
        clearTimeout(timer)
        timer = setTimeout(end, SILENCE_MS)
        receive(data, handlers)
    }
    own.onclose = end
}

/** @param {string | ArrayBuffer} data @param {Handlers} handlers */
function receive(data, handlers) {
    if (typeof data !== "string") {
        const bytes = new Uint8Array(data)
        if (bytes[0] === DISPLAY_MESSAGE) handlers.onDisplay(bytes.subarray(1))
        return
    }
    /** @type {ServerMessage} */
    const message = JSON.parse(data)
    if (message.type === "state") handlers.onState(message)
    else if (message.type === "tone") handlers.onTone(message)
    else if (message.type === "refusal") handlers.onRefusal(message.text)
}

/** @param {PageRequest} request @returns {boolean} whether it was sent */
export function send(request) {
    if (socket?.readyState !== WebSocket.OPEN) return false
    socket.send(JSON.stringify(request))
    return true
}
