// The letters and icons of the bedside unit's display, from which write-fonts.ts makes the program's fonts.

/** Rows of pixels. */
export type Glyph = readonly (readonly boolean[])[]

const FIRST = 0x20
const SMALL_WIDTH = 5
const SMALL_HEIGHT = 7
/** The large letters are " " to "_": numbers, signs and capitals. */
const LARGE_COUNT = 0x40

/** The 5 × 7 letters of small character displays, from " " to "~": five columns a letter, bit 0 on top. */
const LETTERS = `
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

/** After the letters of the small font, in this order. */
const ARROWS = [
    ["#....", "###..", "#####", "###..", "#....", ".....", "....."],
    ["....#", "..###", "#####", "..###", "....#", ".....", "....."],
]

/** In the top line: host connected, host missing, sound paused. */
const MARKS = [
    ["#########", "#.......#", "#.......#", "#.......#", "#########", "....#....", "..#####.."],
    ["#.......#", ".#.....#.", "..#...#..", "...#.#...", "..#...#..", ".#.....#.", "#.......#"],
    [".........", "...#.#..#", "..##.#..#", ".###..##.", ".###..##.", "..##.#..#", "...#.#..#"],
]

/** Beside the title of an alarm: high, another, its sound paused. */
const SIGNS = [
    [
        "......#......",
        ".....###.....",
        ".....#.#.....",
        "....##.##....",
        "....#.#.#....",
        "...##.#.##...",
        "...#..#..#...",
        "..##..#..##..",
        "..#.......#..",
        ".##...#...##.",
        ".#....#....#.",
        "##.........##",
        "#############",
    ],
    [
        "......#......",
        "....#####....",
        "...##...##...",
        "..##.....##..",
        "..#.......#..",
        "..#.......#..",
        "..#.......#..",
        ".##.......##.",
        "##.........##",
        "#############",
        "....#...#....",
        ".....###.....",
        ".............",
    ],
    [
        "##....#......",
        ".##.#####....",
        "..##....##...",
        "..###....##..",
        "..#.##....#..",
        "..#..##...#..",
        "..#...##..#..",
        ".##....##.##.",
        "##......##.##",
        "##########.##",
        "....#...#.##.",
        ".....###...##",
        "............#",
    ],
]

function glyphOf(rows: readonly string[]): Glyph {
    return rows.map(row => [...row].map(pixel => pixel === "#"))
}

function letter(hex: string): Glyph {
    const columns = [...Buffer.from(hex, "hex")]
    return Array.from({ length: SMALL_HEIGHT }, (_, y) => columns.map(c => ((c >> y) & 1) === 1))
}

/**
 * Twice the size: strokes of two pixels, legible from a metre. A step of a slanting stroke is filled on both sides. Square corners stay
 * square, so that D and O, or B and 8, differ: the smoothing of Scale2x (https://www.scale2x.it) would round them.
 */
function doubled(small: Glyph): Glyph {
    const at = (y: number, x: number): boolean => small[y]?.[x] ?? false
    return Array.from({ length: 2 * SMALL_HEIGHT }, (_, y) =>
        Array.from({ length: 2 * SMALL_WIDTH }, (_, x) => {
            const [row, column] = [y >> 1, x >> 1]
            const [down, right] = [y & 1 ? 1 : -1, x & 1 ? 1 : -1]
            const isStep =
                at(row + down, column) &&
                at(row, column + right) &&
                !at(row + down, column + right) &&
                !at(row - down, column) &&
                !at(row, column - right)
            return at(row, column) || isStep
        })
    )
}

export interface FontSource {
    readonly name: string
    readonly says: string
    readonly glyphs: readonly Glyph[]
}

const letters = LETTERS.trim().split(/\s+/).map(letter)

export const FONT_SOURCES: readonly FontSource[] = [
    {
        name: "SMALL",
        says: `Letters of 5 × 7 pixels from code ${FIRST} on, then an arrow to the right and one to the left.`,
        glyphs: [...letters, ...ARROWS.map(glyphOf)],
    },
    {
        name: "LARGE",
        says: `Numbers, signs and capitals of 10 × 14 pixels from code ${FIRST} on.`,
        glyphs: letters.slice(0, LARGE_COUNT).map(doubled),
    },
    {
        name: "MARKS",
        says: "Marks of 9 × 7 pixels: host connected, host missing, sound paused.",
        glyphs: MARKS.map(glyphOf),
    },
    {
        name: "SIGNS",
        says: "Signs of 13 × 13 pixels: alarm of high priority, another alarm, alarm whose sound is paused.",
        glyphs: SIGNS.map(glyphOf),
    },
]
