// The longitudinal strip of a pullback, made of one column of each cross-section, with the place of the sled and what is left to go.

import { make } from "./dom.js"

/** @typedef {import("../messages").CartState} CartState */

/** Size of the strip in its own pixels; the style sheet sets its size on the page. */
const WIDTH_PX = 1024
const HEIGHT_PX = 256
/** Marks of the scale. */
const MARKS = 5
const OVER = ["completed", "returning", "ready", "fault", "stopped", "unhomed"]

export class LongStrip {
    #canvas = make("canvas")
    #now = make("div", "now")
    #rest = make("div", "rest", "", [make("b")])
    element = make("div", "strip", "", [this.#canvas, this.#rest, this.#now])
    scale = make("div", "scale")
    /** Of the pullback that the strip shows. */
    #lengthMm = 0
    /** Position of its start; undefined before a pullback. @type {number | undefined} */
    #startMm
    #direction = 1
    #state = ""
    /** Distance up to which the strip is drawn. */
    #drawnMm = 0

    constructor() {
        this.#canvas.width = WIDTH_PX
        this.#canvas.height = HEIGHT_PX
        this.#canvas.setAttribute("role", "img")
        this.#canvas.setAttribute("aria-label", "Longitudinal view of this pullback")
    }

    /** @param {CartState} cart */
    update(cart) {
        const state = cart.state ?? ""
        const { lengthMm, remainingMm, positionMm, speedMmPerS } = cart
        const begins = state === "pulling" && this.#state !== "pulling"
        if (begins || (state === "armed" && this.#state !== "armed")) this.#clear()
        this.#state = state
        if (lengthMm !== null && lengthMm !== this.#lengthMm) this.#setLength(lengthMm)
        const isPulling = state === "pulling" && remainingMm !== null && positionMm !== null
        if (isPulling && speedMmPerS !== 0) {
            this.#direction = Math.sign(speedMmPerS)
            const pulledMm = this.#lengthMm - remainingMm
            this.#startMm ??= positionMm - this.#direction * pulledMm
        }
        this.#place(positionMm, remainingMm)
    }

    /**
     * Draws the middle column of a cross-section at its place.
     * @param {number} positionMm
     * @param {HTMLCanvasElement} picture
     */
    add(positionMm, picture) {
        if (this.#state !== "pulling" || this.#startMm === undefined || !this.#lengthMm) return
        const atMm = this.#direction * (positionMm - this.#startMm)
        if (atMm <= this.#drawnMm || atMm > this.#lengthMm + 0.5) return
        const context = this.#canvas.getContext("2d")
        if (!context) return
        const from = Math.floor((this.#drawnMm / this.#lengthMm) * WIDTH_PX)
        const to = Math.ceil((atMm / this.#lengthMm) * WIDTH_PX)
        const { width, height } = picture
        const wide = Math.max(1, to - from)
        context.drawImage(picture, width >> 1, 0, 1, height, from, 0, wide, HEIGHT_PX)
        this.#drawnMm = atMm
    }

    #clear() {
        this.#startMm = undefined
        this.#drawnMm = 0
        this.#canvas.getContext("2d")?.clearRect(0, 0, WIDTH_PX, HEIGHT_PX)
    }

    /** @param {number} lengthMm */
    #setLength(lengthMm) {
        this.#lengthMm = lengthMm
        const marks = Array.from({ length: MARKS + 1 }, (_, i) => (lengthMm * i) / MARKS)
        this.scale.replaceChildren(
            ...marks.map((mm, i) => {
                const text = Number(mm.toFixed(1)).toString()
                return make("span", "", i === MARKS ? `${text} mm` : text)
            })
        )
    }

    /** @param {number | null} positionMm @param {number | null} remainingMm */
    #place(positionMm, remainingMm) {
        const length = this.#lengthMm
        const start = this.#startMm
        const atMm =
            positionMm === null || start === undefined
                ? undefined
                : Math.min(length, Math.max(0, this.#direction * (positionMm - start)))
        this.#now.hidden = atMm === undefined
        const percent = (/** @type {number} */ mm) => `${length ? (100 * mm) / length : 0}%`
        if (atMm !== undefined) this.#now.style.setProperty("--at", percent(atMm))
        const doneMm = this.#state === "pulling" ? (atMm ?? 0) : this.#drawnMm
        this.#rest.style.setProperty("--from", percent(doneMm))
        this.#rest.hidden = length > 0 && length - doneMm < 0.05
        const text = this.#restText(remainingMm, length - doneMm)
        const label = this.#rest.firstElementChild
        if (label && label.textContent !== text) label.textContent = text
        this.#rest.classList.toggle("narrow", length > 0 && (length - doneMm) / length < 0.4)
    }

    /** @param {number | null} remainingMm @param {number} missingMm */
    #restText(remainingMm, missingMm) {
        if (this.#state === "pulling" && remainingMm !== null)
            return `${remainingMm.toFixed(1)} mm to go`
        if (!this.#lengthMm) return "no pullback yet"
        if (this.#startMm === undefined) return `${this.#lengthMm.toFixed(1)} mm to pull`
        if (OVER.includes(this.#state)) return `${missingMm.toFixed(1)} mm not imaged`
        return ""
    }
}
