// Shapes of the letters that the reader of the display knows: 5 × 7 pixels, and 10 × 14 made of them.
// Source: the 5 × 7 letters of small character displays, as in many public drivers. Not taken from the unit's program.

/** From the blank to "~": five columns a letter, two hexadecimal digits each, bit 0 on top. */
const COLUMNS = `
0000000000 00005F0000 0007000700 147F147F14 242A7F2A12 2313086462 3649562050 0000070000 001C224100 0041221C00
2A1C7F1C2A 08083E0808 0050300000 0808080808 0060600000 2010080402 3E5149453E 00427F4000 7249494946 2141494D33
1814127F10 2745454539 3C4A494931 4121110907 3649494936 464949291E 0036360000 0056360000 0814224100 1414141414
0041221408 0201590906 3E415D594E 7E1111117E 7F49494936 3E41414122 7F4141413E 7F49494941 7F09090901 3E4149497A
7F0808087F 00417F4100 2040413F01 7F08142241 7F40404040 7F020C027F 7F0408107F 3E4141413E 7F09090906 3E4151215E
7F09192946 2649494932 01017F0101 3F4040403F 1F2040201F 3F4038403F 6314081463 0304780403 6151494543 007F414100
0204081020 0041417F00 0402010204 4040404040 0001020400 2054545478 7F48444438 3844444420 384444487F 3854545418
087E090102 0C5252523E 7F08040478 00447D4000 2040443D00 7F10284400 00417F4000 7C04180478 7C08040478 3844444438
7C14141408 081414187C 7C08040408 4854545420 043F444020 3C4040207C 1C2040201C 3C4030403C 4428102844 0C5050503C
4464544C44 0008364100 0000770000 0041360800 0201020402`
const FIRST = 0x20
const WIDTH = 5
const HEIGHT = 7

/** One letter of one size; a column has one bit a pixel, bit 0 on top. */
export interface Shape {
    readonly letter: string
    readonly columns: readonly number[]
    /** Pixels that are drawn. */
    readonly weight: number
    /** Cannot be told from another one that stands a row higher or lower. */
    readonly isWeak: boolean
}

/** The shapes of one size. */
export interface Size {
    readonly width: number
    readonly height: number
    /** From one letter to the next. */
    readonly advance: number
    readonly shapes: readonly Shape[]
}

type Pixels = readonly (readonly boolean[])[]

function countOf(pixels: Pixels): number {
    return pixels.flat().filter(Boolean).length
}

function columnsOf(pixels: Pixels): number[] {
    return pixels[0]!.map((_, x) => pixels.reduce((sum, row, y) => sum + (row[x] ? 2 ** y : 0), 0))
}

function letters(): [string, Pixels][] {
    return COLUMNS.trim()
        .split(/\s+/)
        .map((hex, i) => {
            const columns = [...Buffer.from(hex, "hex")]
            const rows = Array.from({ length: HEIGHT }, (_, y) =>
                columns.map(c => ((c >> y) & 1) === 1)
            )
            return [String.fromCharCode(FIRST + i), rows]
        })
}

/** Each pixel becomes four. */
function doubled(rows: Pixels): Pixels {
    return rows.flatMap(row => {
        const wide = row.flatMap(p => [p, p])
        return [wide, wide]
    })
}

/** Each pixel becomes four, and the corners of slanting strokes are rounded: the algorithm Scale2x (scale2x.it). */
function smoothed(rows: Pixels): Pixels {
    const at = (y: number, x: number): boolean => rows[y]?.[x] ?? false
    return Array.from({ length: 2 * HEIGHT }, (_, y) =>
        Array.from({ length: 2 * WIDTH }, (_, x) => {
            const [r, c] = [y >> 1, x >> 1]
            const [above, below] = [at(r - 1, c), at(r + 1, c)]
            const [left, right] = [at(r, c - 1), at(r, c + 1)]
            if (above === below || left === right) return at(r, c)
            const vertical = y & 1 ? below : above
            const horizontal = x & 1 ? right : left
            return vertical === horizontal ? vertical : at(r, c)
        })
    )
}

/** Each pixel becomes four, and the steps of slanting strokes are filled; square corners stay square. */
function filled(rows: Pixels): Pixels {
    const at = (y: number, x: number): boolean => rows[y]?.[x] ?? false
    return Array.from({ length: 2 * HEIGHT }, (_, y) =>
        Array.from({ length: 2 * WIDTH }, (_, x) => {
            const [r, c, dy, dx] = [y >> 1, x >> 1, y & 1 ? 1 : -1, x & 1 ? 1 : -1]
            const near = at(r + dy, c) && at(r, c + dx) && !at(r + dy, c + dx)
            return at(r, c) || (near && !at(r - dy, c) && !at(r, c - dx))
        })
    )
}

function shapeOf(letter: string, pixels: Pixels): Shape {
    const used = pixels.filter(row => row.some(Boolean)).length
    return {
        letter,
        columns: columnsOf(pixels),
        weight: countOf(pixels),
        // A letter that fills most of the rows of its cell fits in no other row.
        isWeak: used < pixels.length * 0.65,
    }
}

export const SMALL: Size = {
    width: WIDTH,
    height: HEIGHT,
    advance: 6,
    shapes: letters().map(([letter, rows]) => shapeOf(letter, rows)),
}

export const LARGE: Size = {
    width: 2 * WIDTH,
    height: 2 * HEIGHT,
    advance: 12,
    shapes: letters().flatMap(([letter, rows]) => {
        const shapes = [smoothed(rows), filled(rows), doubled(rows)].map(p => shapeOf(letter, p))
        const keys = shapes.map(({ columns }) => String(columns))
        return shapes.filter((_, i) => keys.indexOf(keys[i]!) === i)
    }),
}
