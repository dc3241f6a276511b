// The element <live-picture>: cross-section of the console's live view, the longitudinal strip of this pullback, and what is left to go.

import { drawLive } from "../../console/page/embed.js"
import { icon, make } from "./dom.js"
import { LongStrip } from "./long-strip.js"

/** @typedef {import("../messages").CartState} CartState */
/** @typedef {import("../../console/live-state").LiveState} LiveState */
/** @typedef {import("../../console/page/data/socket").LiveFrameMessage} LiveFrameMessage */

/**
 * Connects to the live view by its attribute `socket`, and keeps no other state than what it shows.
 * Everything the rest of the page tells it goes through {@link update}, so that another element can take its place.
 */
class LivePicture extends HTMLElement {
    #greys = canvas("Cross-section")
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
        const corner = make("div", "corner tl", "", [this.#word, " ", this.#place])
        const stage = make("div", "stage", "", [
            ...[this.#greys, corner, this.#rate, this.#note, this.#scale],
            this.#standing,
        ])
        this.replaceChildren(stage, this.#strip.element, this.#strip.scale)
        drawLive(this.getAttribute("socket") ?? "", this.#greys, {
            onState: state => {
                this.#state = state
                this.#show()
            },
            onFrame: frame => this.#onFrame(frame),
        })
        this.#show()
    }

    /** Tells it what the cart does. @param {CartState} cart */
    update(cart) {
        this.#strip.update(cart)
    }

    /** @param {LiveFrameMessage} frame which is drawn */
    #onFrame({ positionMm, linesMissing, data }) {
        this.#hasPicture = data.present.length > 0
        this.#place.textContent = `${positionMm.toFixed(2)} mm`
        this.#scale.textContent = "full depth"
        this.#note.textContent = linesMissing > 0 ? `${linesMissing} lines missing` : ""
        this.#strip.add(positionMm, this.#greys)
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
