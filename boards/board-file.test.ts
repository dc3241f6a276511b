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

test("every output starts in its safe state: no chip selected, motor off, no heartbeat, SAFE not re-armed [IVUS-SAF-005]", () => {
    assert.equal(board.sPin, {
        CS_ENGINE: 1,
        CS_MOTOR: 1,
        CS_FRAM: 1,
        DRV_ENN: 1,
        HEARTBEAT: 0,
        SAFE_REARM: 0,
    })
})

test("uses only GPIO of the ESP32-S3 that are free on its DevKits", () => {
    // ESP32-S3 data sheet, "Pin overview" and "Strapping pins": 0, 3, 45 and 46 select the boot mode, 19 and 20 are USB,
    // 22 to 25 do not exist, 26 to 37 are flash and PSRAM (octal), 43 and 44 the console.
    const taken = [0, 3, 19, 20, ...Array.from({ length: 16 }, (_, i) => 22 + i), 43, 44, 45, 46]
    for (const [name, gpio] of Object.entries(board.pins)) {
        assert.ok(gpio >= 1 && gpio <= 48, name)
        assert.not(taken.includes(gpio), `${name} uses GPIO ${gpio}`)
    }
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
