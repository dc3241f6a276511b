// Draws the unit's display on a canvas, each of its pixels as a square of whole device pixels, from the bytes of its memory.

import { DISPLAY_HEIGHT as HEIGHT, DISPLAY_WIDTH as WIDTH } from "./unit-parts.js"

const LIT = "#cde8ff"
/** A pixel that is off can just be seen, as on the glass of an OLED. */
const UNLIT = "#0d1217"
/** Between pixels that are lit: a dark gap would drown dark letters on a light ground. */
const LIT_GAP = "#b4cde2"
const GLASS = "#05070a"
/** From this size on, a faint gap of one device pixel separates the pixels of the display. */
const GAP_FROM_PX = 4

export class UnitDisplay {
    /** Bytes of the SSD1306's memory: page by page, bit 0 of a byte is the upper row. @type {Uint8Array | undefined} */
    #gddram
    #sidePx = 3

    /** @param {HTMLCanvasElement} canvas */
    constructor(canvas) {
        this.canvas = canvas
        new ResizeObserver(([entry]) => this.#resize(entry)).observe(canvas)
        this.#draw()
    }

    /** @param {Uint8Array | undefined} gddram undefined: the display is dark */
    show(gddram) {
        this.#gddram = gddram?.slice()
        this.#draw()
    }

    /** @param {ResizeObserverEntry | undefined} entry */
    #resize(entry) {
        const box = entry?.devicePixelContentBoxSize?.[0]?.inlineSize
        const width = box ?? this.canvas.clientWidth * devicePixelRatio
        const sidePx = Math.max(1, Math.floor(width / WIDTH))
        if (sidePx === this.#sidePx && this.canvas.width === sidePx * WIDTH) return
        this.#sidePx = sidePx
        this.canvas.width = sidePx * WIDTH
        this.canvas.height = sidePx * HEIGHT
        this.#draw()
    }

    #draw() {
        const context = this.canvas.getContext("2d")
        if (!context) return
        const side = this.#sidePx
        const square = side >= GAP_FROM_PX ? side - Math.max(1, Math.round(side / 8)) : side
        for (const [gap, colour, wanted] of /** @type {const} */ ([
            [GLASS, UNLIT, false],
            [LIT_GAP, LIT, true],
        ]))
            for (const [fill, px] of /** @type {const} */ ([
                [gap, side],
                [colour, square],
            ])) {
                context.fillStyle = fill
                this.#fill(context, px, wanted)
            }
    }

    /** Fills the pixels that are lit, or those that are not. @param {CanvasRenderingContext2D} context @param {number} px @param {boolean} wanted */
    #fill(context, px, wanted) {
        const side = this.#sidePx
        for (let y = 0; y < HEIGHT; y++)
            for (let x = 0; x < WIDTH; x++)
                if (this.#isLit(x, y) === wanted) context.fillRect(x * side, y * side, px, px)
    }

    /** @param {number} x @param {number} y */
    #isLit(x, y) {
        const byte = this.#gddram?.[(y >> 3) * WIDTH + x] ?? 0
        return ((byte >> (y & 7)) & 1) === 1
    }
}
