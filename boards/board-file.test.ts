// Compares the pin table of README.md with ivus_cart_s3.board.json.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { readFileSync } from "node:fs"
import { sectionOf, tablesOf } from "./virtual/testing/markdown-tables"

const test = suite("board file")

const read = (name: string): string => readFileSync(new URL(`./${name}`, import.meta.url), "utf8")
const board = JSON.parse(read("ivus_cart_s3.board.json")) as {
    pins: Record<string, number>
    sPin: Record<string, number>
    jacdac: { pin: number }
    $fwUrl?: string
}
const rows = tablesOf(sectionOf(read("README.md"), "Cart controller"))[0]!

test("the pin table matches the JSON file", () => {
    assert.equal(Object.fromEntries(rows.map(r => [r.pin, Number(r.GPIO)])), board.pins)
    const before = rows.filter(r => r["before the program starts"] !== "")
    assert.equal(
        Object.fromEntries(before.map(r => [r.pin, Number(r["before the program starts"])])),
        board.sPin
    )
})

test("every output starts in its safe state: no chip selected, motor off, no heartbeat, no transmit", () => {
    assert.equal(board.sPin, {
        CS_ENGINE: 1,
        CS_MOTOR: 1,
        DRV_ENN: 1,
        HEARTBEAT: 0,
    })
})

test("the documented Jacdac pin matches the JSON file", () => {
    const section = sectionOf(read("README.md"), "Cart controller")
    assert.match(section, `\`jacdac\` of the JSON is GPIO ${board.jacdac.pin},`)
})

test("no GPIO is used twice", () => {
    const numbers = [...Object.values(board.pins), board.jacdac.pin]
    assert.is(new Set(numbers).size, numbers.length)
})

test("names no prebuilt runtime ($fwUrl), with which DeviceScript's tools would ignore the pins", () => {
    assert.is(board.$fwUrl, undefined)
})

test.run()
