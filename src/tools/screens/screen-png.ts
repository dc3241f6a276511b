// Pictures of the bedside unit's display, enlarged so that each pixel can be seen.

import { PNG } from "pngjs"
import { DISPLAY_HEIGHT, DISPLAY_WIDTH } from "../../shared/devices/bedside-unit"
import type { DrawnScreen } from "./draw-screens"

const SCALE = 8
/** In the sheet of all screens. */
const SHEET_SCALE = 3
const SHEET_COLUMNS = 4
const GAP = 24

type Colour = readonly [number, number, number]
/** Of a light-blue panel. */
const LIT: Colour = [205, 232, 255]
const UNLIT: Colour = [10, 14, 19]
const GROUND: Colour = [48, 54, 61]

interface Area {
    readonly x: number
    readonly y: number
    readonly scale: number
}

function paint(png: PNG, x: number, y: number, width: number, height: number, c: Colour): void {
    const words = new Uint32Array(png.data.buffer, png.data.byteOffset, png.width * png.height)
    const colour = (255 << 24) | (c[2] << 16) | (c[1] << 8) | c[0]
    for (let j = y; j < y + height; j++)
        words.fill(colour, j * png.width + x, j * png.width + x + width)
}

/** In a large picture each pixel has a thin dark edge on two sides, as on the glass. */
function paintScreen(png: PNG, pixels: Uint8Array, { x, y, scale }: Area): void {
    paint(png, x, y, DISPLAY_WIDTH * scale, DISPLAY_HEIGHT * scale, UNLIT)
    const lit = scale === SCALE ? scale - 1 : scale
    pixels.forEach((isLit, i) => {
        const [column, row] = [i % DISPLAY_WIDTH, Math.floor(i / DISPLAY_WIDTH)]
        if (isLit) paint(png, x + column * scale, y + row * scale, lit, lit, LIT)
    })
}

export function screenPng(pixels: Uint8Array): PNG {
    const png = new PNG({ width: DISPLAY_WIDTH * SCALE, height: DISPLAY_HEIGHT * SCALE })
    paintScreen(png, pixels, { x: 0, y: 0, scale: SCALE })
    return png
}

/** All screens in rows of four. */
export function sheetPng(screens: readonly DrawnScreen[]): PNG {
    const [across, down] = [
        DISPLAY_WIDTH * SHEET_SCALE + GAP,
        DISPLAY_HEIGHT * SHEET_SCALE + GAP,
    ] as const
    const rows = Math.ceil(screens.length / SHEET_COLUMNS)
    const png = new PNG({ width: SHEET_COLUMNS * across + GAP, height: rows * down + GAP })
    paint(png, 0, 0, png.width, png.height, GROUND)
    screens.forEach(({ pixels }, n) => {
        const [column, row] = [n % SHEET_COLUMNS, Math.floor(n / SHEET_COLUMNS)]
        paintScreen(png, pixels, {
            x: GAP + column * across,
            y: GAP + row * down,
            scale: SHEET_SCALE,
        })
    })
    return png
}
