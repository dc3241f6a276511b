// The element <live-picture>: cross-section of the console's live view, the longitudinal strip of this pullback, and what is left to go.

import { drawOver, paint, unpack } from "../../console/page/pictures.js"
import { icon, make } from "./dom.js"
import { LongStrip } from "./long-strip.js"

/** @typedef {import("../messages").CartState} CartState */
/** @typedef {import("../../console/live-state").LiveState} LiveState */
/** @typedef {import("../../console/page/pictures.js").Picture} Picture */

const RECONNECT_MS = 1000
const OVERLAY_PX = 1024

/**
 * Connects to the live view by its attribute `socket`, and keeps no other state than what it shows.
 * Everything the rest of the page tells it goes through {@link update}, so that another element can take its place.
 */
class LivePicture extends HTMLElement {
    #greys = canvas("Cross-section")
    #overlay = canvas()
    #standing = make("div", "standing")
    #place = make("b", "", "–")
    #word = make("span", "word", "no picture")
    #rate = make("div", "corner tr")
    #note = make("div", "corner bl")
    #scale = make("div", "corner br")
    #strip = new LongStrip()
    /** @type {LiveState | undefined} */
    #state
    #hasPicture = false

    connectedCallback() {
        this.#overlay.width = this.#overlay.height = OVERLAY_PX
        const corner = make("div", "corner tl", "", [this.#word, " ", this.#place])
        const stage = make("div", "stage", "", [
            ...[this.#greys, this.#overlay, corner, this.#rate, this.#note, this.#scale],
            this.#standing,
        ])
        this.replaceChildren(stage, this.#strip.element, this.#strip.scale)
        this.#connect()
        this.#show()
    }

    /** Tells it what the cart does. @param {CartState} cart */
    update(cart) {
        this.#strip.update(cart)
    }

    #connect() {
        const socket = new WebSocket(`ws://${location.host}${this.getAttribute("socket")}`)
        socket.binaryType = "arraybuffer"
        socket.onmessage = ({ data }) => {
            if (typeof data !== "string") return this.#onPicture(unpack(data))
            const message = JSON.parse(data)
            if (message.mode !== "live") return
            this.#state = message
            this.#show()
        }
        socket.onclose = () => {
            this.#state = undefined
            this.#show()
            if (this.isConnected) setTimeout(() => this.#connect(), RECONNECT_MS)
        }
    }

    /** @param {Picture} picture */
    #onPicture(picture) {
        if (picture.name !== "cross-section") return
        this.#hasPicture = true
        paint(this.#greys, picture)
        drawOver(this.#overlay, picture, false)
        this.#place.textContent = `${(picture.positionMm ?? 0).toFixed(2)} mm`
        this.#scale.textContent = picture.fixedDirection ? "" : "ticks 1 mm"
        const missing = picture.linesMissing ?? 0
        this.#note.textContent = missing > 0 ? `${missing} lines missing` : ""
        this.#strip.add(picture)
        this.#show()
    }

    #show() {
        const shown = this.#state?.picture ?? "lost"
        this.dataset.picture = shown
        const isLive = shown === "live"
        this.#word.textContent = isLive ? "LIVE" : this.#hasPicture ? "NOT LIVE" : ""
        this.#place.hidden = !this.#hasPicture
        const rate = this.#state?.framesPerS
        this.#rate.textContent = isLive && rate ? `${rate.toFixed(1)} frames/s` : ""
        const [text, hint] = standingText(shown, this.#hasPicture)
        this.#standing.hidden = text === ""
        if (this.#standing.dataset.text === text) return
        this.#standing.dataset.text = text
        this.#standing.replaceChildren(
            ...(text ? [icon("warn"), make("b", "", text), make("span", "", hint)] : [])
        )
    }
}

/** @param {LiveState["picture"] | "lost"} shown @param {boolean} hasPicture */
function standingText(shown, hasPicture) {
    if (shown === "lost") return ["NO CONNECTION", "This picture is not live."]
    if (shown === "frozen") return ["FROZEN", "This picture is not live."]
    if (shown === "live") return ["", ""]
    if (hasPicture) return ["NOT LIVE", "This is the last picture."]
    return ["No picture yet", "Press LIVE on the unit when it is READY."]
}

/** @param {string} [label] */
function canvas(label) {
    const element = make("canvas")
    if (label) {
        element.setAttribute("role", "img")
        element.setAttribute("aria-label", label)
    } else element.setAttribute("aria-hidden", "true")
    return element
}

customElements.define("live-picture", LivePicture)
