// The page's WebSocket: receives states and pictures, sends requests, reconnects.

import { unpack } from "./pictures.js"

const RECONNECT_MS = 1000
/** A dragged slider sends at most one request in this time. */
const SEND_INTERVAL_MS = 40

/** @type {WebSocket | undefined} */
let socket
/** Latest request of each kind that waits to be sent. @type {Map<string, import("../console-request").ConsoleRequest>} */
const pending = new Map()

/**
 * @typedef {object} Handlers
 * @property {() => void} onOpen
 * @property {() => void} onLost
 * @property {(message: any) => void} onMessage
 * @property {(picture: import("./pictures.js").Picture) => void} onPicture
 */

/** Connects, and reconnects whenever the connection is lost. @param {Handlers} handlers */
export function connect(handlers) {
    socket = new WebSocket(`ws://${location.host}/`)
    socket.binaryType = "arraybuffer"
    socket.onopen = handlers.onOpen
    socket.onmessage = ({ data }) => {
        if (typeof data === "string") handlers.onMessage(JSON.parse(data))
        else handlers.onPicture(unpack(data))
    }
    socket.onclose = () => {
        handlers.onLost()
        setTimeout(connect, RECONNECT_MS, handlers)
    }
}

/** @param {import("../console-request").ConsoleRequest} request */
export function send(request) {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(request))
}

/** Sends a request soon; a later one of the same kind replaces it. @param {import("../console-request").ConsoleRequest} request */
export function sendLatest(request) {
    if (pending.size === 0)
        setTimeout(() => {
            for (const waiting of pending.values()) send(waiting)
            pending.clear()
        }, SEND_INTERVAL_MS)
    pending.set(request.kind, request)
}
