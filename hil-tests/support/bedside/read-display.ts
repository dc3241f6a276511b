// Reads the texts on a display from its pixels alone: small and large letters in any place, light on dark and dark on light.

import { LARGE, SMALL, type Shape, type Size } from "./letters"

export const WIDTH = 128
export const HEIGHT = 64

/** One text in one line. */
export interface ReadText {
    readonly text: string
    /** Of the first letter's upper left corner. */
    readonly x: number
    readonly y: number
    readonly isLarge: boolean
    /** Dark letters on a light ground. */
    readonly isInverted: boolean
}

/** What stands on the display. */
export interface ReadScreen {
    /** From top to bottom, and from left to right. */
    readonly texts: readonly ReadText[]
    /** The texts, a line each; texts that stand side by side are in one line. */
    readonly lines: readonly string[]
    /** All lines with blanks between them. */
    readonly text: string
    /** The large texts, most of them words and figures. */
    readonly large: readonly string[]
    /** The first large text. */
    readonly word: string
}

/** @param pixels one a byte, 0 is dark, row after row */
type Pixels = ArrayLike<number>

interface Found extends ReadText {
    readonly size: Size
    readonly weight: number
}

/** Blanks that separate two words of one text. Wider gaps separate two texts. */
const BLANKS_MAX = 2
/** Fewer pixels are a picture, not a text. */
const WEIGHT_MIN = 9

/** The shapes by their first columns, which fit into one number. */
class Index {
    private readonly byKey = new Map<number, Shape[]>()
    private readonly keyColumns: number

    constructor(readonly size: Size) {
        this.keyColumns = size.height > 7 ? 3 : 5
        for (const shape of size.shapes) {
            const key = this.key(shape.columns, 0)
            this.byKey.set(key, [...(this.byKey.get(key) ?? []), shape])
        }
    }

    private key(columns: ArrayLike<number>, x: number): number {
        let key = 0
        for (let i = 0; i < this.keyColumns; i++)
            key = key * 2 ** this.size.height + (columns[x + i] ?? 0)
        return key
    }

    /** The shape that stands at `x`, with nothing between it and the next cell. */
    at(columns: Float64Array, x: number): Shape | undefined {
        const { width, advance } = this.size
        if (x + width > columns.length) return undefined
        for (let gap = x + width; gap < Math.min(x + advance, columns.length); gap++)
            if (columns[gap] !== 0) return undefined
        return this.byKey
            .get(this.key(columns, x))
            ?.find(({ columns: c }) => c.every((bits, i) => bits === columns[x + i]))
    }
}

const INDEXES = [new Index(LARGE), new Index(SMALL)]

class Reader {
    /** Pixels, 1 for the colour of letters. */
    private readonly ink: Uint8Array

    constructor(
        pixels: Pixels,
        private readonly isInverted: boolean
    ) {
        this.ink = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
            (pixels[i] !== 0) === isInverted ? 0 : 1
        )
    }

    /** The columns of a line of letters whose upper edge is `y`. */
    private columns(y: number, height: number): Float64Array {
        const columns = new Float64Array(WIDTH)
        for (let row = 0; row < height; row++)
            for (let x = 0; x < WIDTH; x++)
                if (this.ink[(y + row) * WIDTH + x]) columns[x]! += 2 ** row
        return columns
    }

    /** Whether a row has no ink between two columns. Beyond the edge there is none. */
    private isBlank(y: number, from: number, to: number): boolean {
        if (y < 0 || y >= HEIGHT) return true
        for (let x = Math.max(0, from); x < Math.min(to, WIDTH); x++)
            if (this.ink[y * WIDTH + x]) return false
        return true
    }

    all(): Found[] {
        const found: Found[] = []
        for (const index of INDEXES)
            for (let y = 0; y + index.size.height <= HEIGHT; y++) this.row(index, y, found)
        return found
    }

    private row(index: Index, y: number, found: Found[]): void {
        const { size } = index
        const columns = this.columns(y, size.height)
        if (columns.every(c => c === 0)) return
        for (let x = 0; x + size.width <= WIDTH; x++) {
            // Left of a text is its ground. The column before the first one may be the edge.
            if (x > 0 && columns[x - 1] !== 0) continue
            const run = this.run(index, columns, x)
            if (!run) continue
            const to = x + run.text.length * size.advance - (size.advance - size.width)
            if (!this.isBlank(y - 1, x, to) || !this.isBlank(y + size.height, x, to)) continue
            const { isInverted } = this
            found.push({ ...run, x, y, isLarge: size === LARGE, isInverted, size })
        }
    }

    /** The text that begins at `x` with a letter. */
    private run(
        index: Index,
        columns: Float64Array,
        x: number
    ): { text: string; weight: number } | undefined {
        let [text, blanks, weight, isWeak] = ["", 0, 0, true]
        for (let at = x; ; at += index.size.advance) {
            const shape = index.at(columns, at)
            if (!shape || (text === "" && shape.letter === " ")) break
            if (shape.letter === " ") {
                if (++blanks > BLANKS_MAX) break
                continue
            }
            text += " ".repeat(blanks) + shape.letter
            blanks = 0
            weight += shape.weight
            isWeak &&= shape.isWeak
        }
        if (text === "" || isWeak || weight < WEIGHT_MIN) return undefined
        return { text, weight }
    }
}

function overlap(a: Found, b: Found): boolean {
    const right = (f: Found): number => f.x + f.text.length * f.size.advance
    const bottom = (f: Found): number => f.y + f.size.height
    return a.x < right(b) && b.x < right(a) && a.y < bottom(b) && b.y < bottom(a)
}

function linesOf(texts: readonly ReadText[]): string[] {
    const rows = new Map<number, ReadText[]>()
    for (const one of texts) rows.set(one.y, [...(rows.get(one.y) ?? []), one])
    return [...rows.values()].map(row => row.map(one => one.text).join("  "))
}

/** @param pixels 128 × 64, one a byte, 0 is dark, row after row from the upper left corner */
export function readDisplay(pixels: Pixels): ReadScreen {
    const found = [false, true].flatMap(isInverted => new Reader(pixels, isInverted).all())
    // Of two readings of one place the one with more pixels is right: parts of letters can look like other ones.
    const kept: Found[] = []
    for (const one of found.sort((a, b) => b.weight - a.weight))
        if (!kept.some(other => overlap(one, other))) kept.push(one)
    const texts = kept
        .sort((a, b) => a.y - b.y || a.x - b.x)
        .map(({ text, x, y, isLarge, isInverted }) => ({ text, x, y, isLarge, isInverted }))
    const lines = linesOf(texts)
    const large = texts.filter(t => t.isLarge).map(t => t.text)
    return { texts, lines, text: lines.join(" "), large, word: large[0] ?? "" }
}
