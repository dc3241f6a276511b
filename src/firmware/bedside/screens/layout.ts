// The parts that all screens are made of, drawn into the image of the display.

import { Image } from "@devicescript/graphics"
import { DISPLAY_HEIGHT, DISPLAY_WIDTH } from "../../../shared/devices/bedside-unit"
import { Font } from "./font"
import { LARGE, MARKS, SIGNS, SMALL } from "./fonts"

const FIRST_LETTER = 32
/** Glyph of a letter that the font does not have. */
const UNKNOWN = 31
export const ARROW_RIGHT = 95
export const ARROW_LEFT = 96

export const MARK_HOST = 0
export const MARK_NO_HOST = 1
export const MARK_MUTED = 2

export const SIGN_HIGH = 0
export const SIGN_BELL = 1
export const SIGN_MUTED = 2

/** From one line of small letters to the next. */
const LINE = 9
/** Where the second of two columns begins. */
export const COLUMN = 68
/** Where the bar of a motion is. */
const BAR_Y = 57
const BAR_HEIGHT = 7

let image: Image
/** Letters are dark, for a light ground. */
let is_dark = false

/** Begins a screen: everything is dark. */
export function clear(to: Image): void {
    image = to
    image.fill(0)
    is_dark = false
}

export function fill(x: number, y: number, width: number, height: number): void {
    image.fillRect(x, y, width, height, 1)
}

/** A dark rectangle on a light ground. */
export function box(x: number, y: number, width: number, height: number): void {
    image.fillRect(x, y, width, height, 0)
}

/** From now on letters are drawn for a light ground, or for a dark one. */
export function ink(dark: boolean): void {
    is_dark = dark
}

function drawGlyph(font: Font, n: number, x: number, y: number): void {
    const size = font.bytes_per_glyph
    const from = is_dark ? font.dark : font.light
    font.cell.blitAt(0, from, n * size, size)
    image.drawImage(font.glyph, x, y)
}

function print(font: Font, text: string, x: number, y: number): void {
    const count = Math.idiv(font.light.length, font.bytes_per_glyph)
    for (let i = 0; i < text.length; ++i) {
        let n = text.charCodeAt(i) - FIRST_LETTER
        if (n < 0 || n >= count) n = UNKNOWN
        drawGlyph(font, n, x, y)
        // One column between small letters, two between large ones.
        x += Math.idiv(6 * font.width, 5)
    }
}

export function small(text: string, x: number, y: number): void {
    print(SMALL, text, x, y)
}

export function large(text: string, x: number, y: number): void {
    print(LARGE, text, x, y)
}

/** Small letters that end before x. */
export function smallRight(text: string, x: number, y: number): void {
    small(text, x + 1 - 6 * text.length, y)
}

/** Top line of a page that is not about the cart. */
export function header(left: string, right: string): void {
    small(left, 0, 0)
    smallRight(right, DISPLAY_WIDTH, 0)
    fill(0, LINE, DISPLAY_WIDTH, 1)
}

export function arrow(n: number, x: number, y: number): void {
    drawGlyph(SMALL, n, x, y)
}

/** The sign of an alarm, in the left corner. */
export function sign(n: number): void {
    drawGlyph(SIGNS, n, 2, 2)
}

/** Top line: a short text, and at most two marks. */
export function strip(text: string, host: number, is_muted: boolean): void {
    small(text, 0, 0)
    drawGlyph(MARKS, host, 119, 0)
    if (is_muted) drawGlyph(MARKS, MARK_MUTED, 108, 0)
    fill(0, LINE, DISPLAY_WIDTH, 1)
}

/** The large word below the top line; on a light ground if something moves or the next press moves it. */
export function word(text: string, hot: boolean): void {
    if (hot) fill(0, 11, DISPLAY_WIDTH, 18)
    ink(hot)
    large(text, hot ? 3 : 0, 13)
    ink(false)
}

/** The large word in the first row, which leaves room for five lines. */
export function title(text: string, x: number, light: boolean): void {
    if (light) fill(0, 0, DISPLAY_WIDTH, 17)
    ink(light)
    large(text, x, 2)
}

/** Two lines of small letters; either may be missing. */
export function lines(first: string, second: string, y: number): void {
    if (first) small(first, 0, y)
    if (second) small(second, 0, y + LINE)
}

/** At the bottom, on a light ground: what to do next. */
export function next(first: string, second: string): void {
    if (!first) return
    const y = second ? DISPLAY_HEIGHT - 1 - 2 * LINE : DISPLAY_HEIGHT - LINE
    fill(0, y, DISPLAY_WIDTH, DISPLAY_HEIGHT - y)
    ink(true)
    arrow(ARROW_RIGHT, 2, y + 2)
    small(first, LINE, y + 1)
    if (second) small(second, LINE, y + 1 + LINE)
    ink(false)
}

/** At the bottom, quiet: what a button would do now. */
export function hint(text: string): void {
    small(text, 0, DISPLAY_HEIGHT - 8)
}

/** A large number with its unit above it. */
export function figure(x: number, unit: string, value: string): void {
    small(unit, x, 30)
    large(value, x, 39)
}

/** How much of a motion is done, at the bottom. */
export function bar(share: number): void {
    fill(0, BAR_Y, DISPLAY_WIDTH, BAR_HEIGHT)
    const at = Math.round(share * (DISPLAY_WIDTH - 2)) + 1
    box(at, BAR_Y + 1, DISPLAY_WIDTH - 1 - at, BAR_HEIGHT - 2)
}

/** A line with a lozenge where a value stands between its limits. */
export function slider(share: number): void {
    fill(0, 50, DISPLAY_WIDTH, 1)
    const at = Math.round(share * (DISPLAY_WIDTH - 7)) + 3
    for (let d = 0; d < 4; ++d) fill(at - d, 47 + d, 2 * d + 1, 7 - 2 * d)
}
