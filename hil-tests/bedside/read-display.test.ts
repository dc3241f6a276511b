// The reader of the display, on pictures that it did not draw: the mock-ups of all screens.

import { existsSync, readFileSync } from "node:fs"
import { PNG } from "pngjs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { HEIGHT, readDisplay, type ReadScreen, WIDTH } from "../support/bedside/read-display"

const SHEET = "../shared/mockups/bedside-screens.png"
/** The sheet: pixels of 6 × 6, four screens a row, with a gap and a caption. */
const [SCALE, GAP, TOP, CAPTION, ACROSS] = [6, 44, 96, 56, 4]

const test = suite("reading the display")

function screensOfSheet(): ReadScreen[] {
    const png = PNG.sync.read(readFileSync(SHEET))
    return Array.from({ length: 24 }, (_, n) => {
        const x0 = GAP + (n % ACROSS) * (WIDTH * SCALE + GAP)
        const y0 = TOP + Math.floor(n / ACROSS) * (HEIGHT * SCALE + CAPTION + GAP)
        return readDisplay(
            Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
                const [x, y] = [x0 + (i % WIDTH) * SCALE, y0 + Math.floor(i / WIDTH) * SCALE]
                return png.data[4 * (y * png.width + x)]! > 128 ? 1 : 0
            })
        )
    })
}

/** Lines of each screen of the sheet, as its pictures show them to people. */
const TEXTS = [
    "IVUS bedside unit  1.0|SELF TEST|unit  ok  motor ok|cable ok  engine ..|not for clinical use",
    "array-20mhz|RESTARTED|The power was cut|while pulling.|ACK, then HOME",
    "array-20mhz|NOT HOMED|See that the catheter|is free to move.|press HOME",
    "array-20mhz|HOMING|The sled moves to its|home switch.|STOP ends it",
    "no catheter|CATHETER?|No catheter is|plugged in.|connect a catheter",
    "array-20mhz|READY|speed mm/s  length mm|1.00  25.0|press LIVE",
    "array-20mhz|LIVE|frames/s  place mm|30.0  0.0|ARM, or LIVE to end",
    "array-20mhz|ARMED|speed mm/s  length mm|1.00  25.0|START pulls back",
    "array-20mhz|PULLING|left mm  speed mm/s|9.6  1.00",
    "array-20mhz|COMPLETED|25.00 of 25 mm|no line was lost|RETURN: hold it",
    "array-20mhz|CUT SHORT|12.4 of 25 mm: STOP|was pressed. Kept.|RETURN: hold it",
    "array-20mhz|RETURNING|to go mm|KEEP|14.2|HOLDING",
    "array-20mhz|JOG|proximal|speed mm/s  place mm|0.50  12.4|let go = it stops",
    "array-20mhz|RELEASED|The sled is free:|move it by hand.|RELEASE to engage",
    "E-STOP|Motor and ultrasound|are off.|Make it safe, turn|it out, then HOME",
    "FAULT 108|The sled does not|follow its motor.|Free the catheter,|then press ACK",
    "PULLING|WARM|9.6 mm|The motor driver is|getting hot.|Let it finish. Then|wait 5 min.  ACK",
    "array-20mhz|NO HOST|No host for imaging.|Sled can be released.|start the host",
    "array-20mhz|READY|CALIBRATION IS DUE:|last 13 months ago.|ACK, tell engineer",
    "SETTINGS  push = pick|speed  1.00 mm/s|length  25 mm|catheter  array-20mhz|mode  continuous|gain  +3 dB|back",
    "SPEED  push = keep|1.00|mm/s|0.25  10|turn to change",
    "LENGTH  push = keep|25|mm|1  150|takes 25 s",
    "array-20mhz|BUTTON?|START was down when|power came: ignored.|let it go",
    "array-20mhz|HOST LEADS|The host moves the|sled. STOP works here|wait, or press STOP",
]
/** A menu has small letters only. */
const MENU = 19

if (existsSync(SHEET))
    test("all texts of the mock-ups are read, their icons and bars are not", () => {
        const screens = screensOfSheet()
        assert.equal(
            screens.map(s => s.lines.join("|")),
            TEXTS
        )
        assert.equal(screens[MENU]!.large, [])
        assert.equal(screens[8]!.large, ["PULLING", "9.6", "1.00"])
        // A light ground means motion.
        const hot = screens.filter(s => s.texts.find(t => t.isLarge)?.isInverted)
        assert.equal(
            hot.map(s => s.word),
            ["HOMING", "ARMED", "PULLING", "RETURNING", "JOG", "E-STOP", "FAULT 108", "WARM"]
        )
    })
else test.skip(`all texts of the mock-ups are read: there is no ${SHEET}`)

/** "Ax" as an artist would draw it. */
const ROWS = [
    ".###........",
    "#...#.......",
    "#...#.#...#.",
    "#...#..#.#..",
    "#####...#...",
    "#...#..#.#..",
    "#...#.#...#.",
]

function drawn(x0: number, y0: number, isInverted = false): Uint8Array {
    const pixels = new Uint8Array(WIDTH * HEIGHT).fill(isInverted ? 1 : 0)
    ROWS.forEach((row, y) =>
        [...row].forEach((p, x) => {
            const at = (y0 + y) * WIDTH + x0 + x
            if (p === "#" && x0 + x < WIDTH) pixels[at] = isInverted ? 0 : 1
        })
    )
    return pixels
}

test("a text is read in any place, and not if a pixel of it is missing or another one touches it", () => {
    for (const isInverted of [false, true])
        for (const [x, y] of [
            [0, 0],
            [1, 3],
            [77, 40],
            [117, 57],
        ] as const) {
            const pixels = drawn(x, y, isInverted)
            assert.equal(readDisplay(pixels).texts, [
                { text: "Ax", x, y, isLarge: false, isInverted },
            ])
            pixels[(y + 4) * WIDTH + x + 2]! ^= 1
            assert.is(readDisplay(pixels).text.includes("A"), false)
        }
    const touched = drawn(10, 10)
    touched[13 * WIDTH + 15] = 1
    assert.is(readDisplay(touched).text.includes("A"), false)
    // Over the edge.
    assert.is(readDisplay(drawn(118, 57)).text.includes("x"), false)
    assert.equal(readDisplay(new Uint8Array(WIDTH * HEIGHT)).lines, [])
})

test.run()
