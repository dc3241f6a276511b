// Every screen of the bedside unit, drawn in the VM through the driver of its display: with the longest texts and each code,
// nothing runs over the edge or over something else, and the pictures of the gallery are what is drawn now.

import { readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { PNG } from "pngjs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { textOf } from "../../src/firmware/bedside/screens/texts"
import { priorityOf, PRIORITY_LOW } from "../../src/shared/alarms"
import { CODES } from "../../src/shared/code-table"
import { moves, STATE_ARMED, STATE_STOPPED } from "../../src/shared/cart-machine"
import * as codes from "../../src/shared/codes"
import { type Drawn, type DrawnScreen, drawScreens } from "../../src/tools/screens/draw-screens"
import { FONTS_FILE, fontsSource } from "../../src/tools/screens/fonts-source"
import { galleryText, SCREENS_FOLDER } from "../../src/tools/screens/gallery"
import { screenPng, sheetPng } from "../../src/tools/screens/screen-png"
import { HEIGHT, readDisplay, WIDTH } from "../support/bedside/read-display"

const test = suite("screens of the bedside unit")

const LINE_LETTERS = 21
/** After the arrow. */
const NEXT_LETTERS = 20

let named: DrawnScreen[] = []
let all: DrawnScreen[] = []
test.before(async () => {
    all = await drawScreens(true)
    named = all.filter(({ caption }) => caption !== "")
})

function overlap(a: Drawn, b: Drawn): boolean {
    return (
        a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
    )
}

function isInside({ x, y, width, height }: Drawn): boolean {
    return x >= 0 && y >= 0 && x + width <= WIDTH && y + height <= HEIGHT
}

test("nothing runs over the edge, over a text or over a part of its ground, with the longest texts and every code [IVUS-UNT-015]", () => {
    assert.ok(all.length > 500, `${all.length}`)
    for (const { name, drawn } of all) {
        const glyphs: Drawn[] = []
        for (const one of drawn) {
            const at = `${name}: ${one.kind} at ${one.x}, ${one.y}`
            assert.ok(isInside(one), `${at} is over the edge`)
            assert.is(
                glyphs.find(glyph => overlap(glyph, one)),
                undefined,
                `${at} is over a text`
            )
            if (one.kind === "glyph") glyphs.push(one)
        }
    }
})

/** The texts that the reader must find on a screen: those of the table that its name names. */
function wanted(name: string): string[] {
    const [, kind, code, state] =
        /^(alarm|notice|catheter|page)-(\d+)(?:-in-(\d+))?$/.exec(name) ?? []
    if (code === undefined) return []
    const [, first, second, next, next2] = textOf(code)
    // The e-stop's own words say what to do, and stand for those of its alarm and of its consequence.
    const ofStop = [codes.FAULT_ESTOP, codes.FAULT_ENGINE_INHIBITED]
    if (Number(state) === STATE_STOPPED && kind === "alarm" && ofStop.includes(Number(code)))
        return textOf("E-STOP").slice(1, 3)
    if (Number(state) === STATE_STOPPED) return [first, second].filter(isText)
    const isMoving = state !== undefined && moves(Number(state))
    return [
        first,
        second,
        isMoving && next2 ? undefined : next,
        kind === "alarm" ? next2 : "",
    ].filter(isText)
}

function isText(text: string | undefined): text is string {
    return text !== undefined && text !== ""
}

test("the words of every alarm and refusal can be read from the pixels [IVUS-UNT-015]", () => {
    let checked = 0
    for (const { name, pixels } of all) {
        const texts = wanted(name)
        if (texts.length === 0) continue
        const read = readDisplay(pixels).texts.map(({ text }) => text)
        for (const text of texts) {
            assert.ok(read.includes(text), `${name} shows ${JSON.stringify(read)} without ${text}`)
            checked++
        }
    }
    assert.ok(checked > 700, `${checked}`)
})

/** Codes that the unit can have to show: faults, alarms, refusals, ends of a run, versions. */
function shownCodes(): number[] {
    return CODES.map(([code]) => code).filter(
        code =>
            codes.isFault(code) ||
            priorityOf(code) >= PRIORITY_LOW ||
            (code > codes.FAULT_UNEXPECTED && code < codes.EVENT_STATE) ||
            code === codes.EVENT_STOPPED ||
            code === codes.REJECT_CART_OLDER ||
            code === codes.REJECT_UNIT_OLDER
    )
}

test("every code that can be shown has its words, and they fit the display [IVUS-UNT-015]", () => {
    for (const code of shownCodes()) {
        const row = textOf(`${code}`)
        const [, first, second, next, next2, title] = row
        const says = row.join(";")
        assert.ok(!says.includes(`Code ${code}`), `${code} has no words`)
        for (const line of [first, second])
            assert.ok((line ?? "").length <= LINE_LETTERS, `${says}: "${line}" is too long`)
        for (const line of [next, next2])
            assert.ok((line ?? "").length <= NEXT_LETTERS, `${says}: "${line}" is too long`)
        assert.ok((title ?? "").length <= 9, says)
        assert.ok(isText(first), says)
        // Everything but a stop that was asked for says what to do.
        if (code !== codes.EVENT_STOPPED && code !== codes.REFUSED_STATE)
            assert.ok(isText(next), says)
        // Under a large word there is room for one line of what to do.
        if (code > codes.FAULT_UNEXPECTED && code < codes.EVENT_STATE)
            assert.ok(!isText(next2), says)
    }
})

test("a light ground behind the state means motion, or that the next press moves the sled", () => {
    for (const { name, pixels } of all) {
        const state = /^state-(\d+)(-host|-unit|-mode)?$/.exec(name)?.[1]
        if (state === undefined) continue
        const number = Number(state)
        const word = readDisplay(pixels).texts.find(({ isLarge }) => isLarge)!
        const isHot = moves(number) || number === STATE_ARMED || word.text === "E-STOP"
        assert.is(word.isInverted, isHot, `${name}: ${word.text}`)
    }
})

test("while the sled moves, what is left stays in sight on every screen", () => {
    const screens = all.filter(({ name }) => /(^state-|-in-)[79](-|$)/.test(name))
    assert.ok(screens.length > 80)
    for (const { name, pixels } of screens) {
        if (name.includes("restart")) continue
        const { text, word } = readDisplay(pixels)
        assert.match(text, /300\.0( mm)?/, name)
        assert.match(text, /left|to go|PULLING|RETURNING/, name)
        assert.ok(word.length > 0, name)
    }
})

test("the pictures in the gallery are what is drawn now: else `npm run screens`", async () => {
    const files = readdirSync(SCREENS_FOLDER).filter(file => file.endsWith(".png"))
    const names = [...named.map(({ name }) => `${name}.png`), "all-screens.png"]
    assert.equal(files.sort(), names.sort())
    const picture = (name: string): Buffer =>
        PNG.sync.read(readFileSync(join(SCREENS_FOLDER, `${name}.png`))).data
    for (const { name, pixels } of named)
        assert.ok(picture(name).equals(screenPng(pixels).data), name)
    assert.ok(picture("all-screens").equals(sheetPng(named).data))
    const readme = readFileSync(join(SCREENS_FOLDER, "README.md"), "utf8")
    assert.is(readme, await galleryText(named))
})

test("the fonts of the program are made from the glyphs: else `npm run screens -- --fonts`", async () => {
    assert.is(readFileSync(FONTS_FILE, "utf8"), await fontsSource())
})

test.run()
