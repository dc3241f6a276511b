// boards/README.md against ivus_cart_s3.board.json: what is wired is what the runtime is told. Exact.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { readFileSync } from "node:fs"
import { sectionOf, tablesOf } from "./testing/markdown-tables"

const test = suite("board file")

const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), "utf8")
const board = JSON.parse(read("ivus_cart_s3.board.json")) as {
    pins: Record<string, number>
    sPin: Record<string, number>
    jacdac: { pin: number }
    $fwUrl?: string
}
const rows = tablesOf(sectionOf(read("README.md"), "Cart controller"))[0]!

test("the pin table is the JSON's", () => {
    assert.equal(Object.fromEntries(rows.map(r => [r.pin, Number(r.GPIO)])), board.pins)
    const before = rows.filter(r => r["before the program starts"] !== "")
    assert.equal(
        Object.fromEntries(before.map(r => [r.pin, Number(r["before the program starts"])])),
        board.sPin
    )
})

test("every output starts safe: nothing selected, motor off, no heartbeat, no transmit", () => {
    assert.equal(board.sPin, {
        CS_ENGINE: 1,
        CS_MOTOR: 1,
        DRV_ENN: 1,
        HEARTBEAT: 0,
    })
})

test("the Jacdac pin is the one that is wired", () => {
    const section = sectionOf(read("README.md"), "Cart controller")
    assert.match(section, `\`jacdac\` of the JSON is GPIO ${board.jacdac.pin},`)
})

test("no GPIO is used twice", () => {
    const numbers = [...Object.values(board.pins), board.jacdac.pin]
    assert.is(new Set(numbers).size, numbers.length)
})

test("DeviceScript's tools put this file into the runtime: they do not where it names a ready-made one", () => {
    assert.is(board.$fwUrl, undefined)
})

test.run()
