// Checks the boards of the bedside unit against the pin rules of their chips and against the tables of README.md.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { readFileSync } from "node:fs"
import { BUTTONS, LAMPS } from "../src/shared/devices/bedside-unit"
import { sectionOf, tablesOf } from "./virtual/testing/markdown-tables"

interface BoardFile {
    archId: string
    productId: string
    devNetwork?: boolean
    scanI2C?: boolean
    $fwUrl?: string
    jacdac: { pin: number }
    i2c: { pinSDA: number; pinSCL: number; kHz: number }
    /** Label of a pin by its name in the program. */
    $pins: Record<string, string>
    pins: Record<string, number>
    sPin: Record<string, number>
}

const read = (name: string): string => readFileSync(new URL(`./${name}`, import.meta.url), "utf8")
const boardOf = (id: string): BoardFile => JSON.parse(read(`${id}.board.json`)) as BoardFile
const s3 = boardOf("ivus_bedside_s3")
const pico = boardOf("ivus_bedside_pico_w")
const BOARDS = Object.entries({ s3, pico })
/** GPIO by name in the program. */
const namedPins = ({ $pins, pins }: BoardFile): Record<string, number> =>
    Object.fromEntries(Object.entries($pins).map(([name, label]) => [name, pins[label]!]))
const gpiosOf = ({ pins, i2c, jacdac }: BoardFile): number[] => [
    ...Object.values(pins),
    i2c.pinSDA,
    i2c.pinSCL,
    jacdac.pin,
]

const test = suite("boards of the bedside unit")

test("the pin tables match the JSON files", () => {
    const [labels, own] = tablesOf(sectionOf(read("README.md"), "Controller of the unit"))
    assert.equal(Object.fromEntries(labels!.map(r => [r.pin, Number(r.GPIO)])), namedPins(s3))
    const column = (name: string): number[] => own!.map(r => Number(r[name]))
    const listed = ({ i2c, jacdac }: BoardFile): number[] => [i2c.pinSDA, i2c.pinSCL, jacdac.pin]
    assert.equal(
        own!.map(r => r.line),
        ["SDA", "SCL", "Jacdac"]
    )
    assert.equal(column("ESP32-S3"), listed(s3))
    assert.equal(column("Pico W"), listed(pico))
})

test("both boards have the same labels, so one program serves both", () => {
    // The program contains the labels; the runtime takes their GPIO from the JSON file of its board.
    assert.equal(pico.$pins, s3.$pins)
    assert.equal(pico.pins, s3.pins)
    assert.equal(pico.sPin, s3.sPin)
})

test("labels are short enough for the runtime, and each has a name", () => {
    for (const [name, { $pins, pins }] of BOARDS) {
        // It stores "pins." and the label in 15 bytes (DCFG_KEYSIZE of jacdac-c); `devs bundle` fails for a longer one.
        for (const label of Object.keys(pins)) assert.ok(label.length <= 10, `${name} ${label}`)
        assert.equal(Object.values($pins).sort(), Object.keys(pins).sort(), name)
    }
})

test("has a pin for each button and lamp, the dial and the buzzer, and no other", () => {
    const count = (start: string): number =>
        Object.keys(s3.$pins).filter(name => name.startsWith(start)).length
    assert.is(count("BTN_"), BUTTONS)
    assert.is(count("LAMP_"), LAMPS)
    assert.is(Object.keys(s3.pins).length, BUTTONS + LAMPS + ["DIAL_A", "DIAL_B", "BUZZER"].length)
})

test("no GPIO is used twice", () => {
    for (const [name, board] of BOARDS) {
        const gpios = gpiosOf(board)
        assert.is(new Set(gpios).size, gpios.length, name)
    }
})

test("uses only GPIO of the ESP32-S3 that are free on its DevKits", () => {
    assert.is(s3.archId, "esp32s3")
    // ESP32-S3 data sheet, "Pin overview" and "Strapping pins": 0, 3, 45 and 46 select the boot mode, 19 and 20 are USB,
    // 22 to 25 do not exist, 26 to 37 are flash and PSRAM (octal), 43 and 44 the console. DevKitC-1: 38 or 48 is its LED; 47 and
    // 48 have 1.8 V on modules with 16 MB of PSRAM.
    const taken = [0, 3, 19, 20, ...Array.from({ length: 16 }, (_, i) => 22 + i)]
    taken.push(38, 43, 44, 45, 46, 47, 48)
    for (const gpio of gpiosOf(s3)) {
        assert.ok(gpio >= 1 && gpio <= 48, `GPIO ${gpio}`)
        assert.not(taken.includes(gpio), `GPIO ${gpio}`)
    }
})

test("uses only GPIO of the Pico W that are on its edge", () => {
    assert.is(pico.archId, "rp2040w")
    // Pico W data sheet, "Pinout": 23, 24, 25 and 29 serve the radio and the supply. The RP2040 has neither strapping pins nor
    // pins that are inputs only.
    for (const gpio of gpiosOf(pico))
        assert.ok((gpio >= 0 && gpio <= 22) || (gpio >= 26 && gpio <= 28), `GPIO ${gpio}`)
})

test("SDA and SCL of the Pico W belong to one I2C controller", () => {
    // RP2040 data sheet, table "GPIO functions": even numbers are SDA, odd ones SCL; pairs alternate between I2C0 and I2C1.
    const { pinSDA, pinSCL } = pico.i2c
    assert.is(pinSDA % 2, 0)
    assert.is(pinSCL % 2, 1)
    assert.is((pinSDA >> 1) % 2, (pinSCL >> 1) % 2)
})

test("I2C is not faster than the display allows", () => {
    // SSD1309 data sheet, I2C timing: a clock cycle takes 2.5 us at least.
    for (const [name, { i2c }] of BOARDS) assert.ok(i2c.kHz <= 400, name)
})

test("until the program drives them, all lamps and the buzzer are off, and no input is driven [IVUS-SAF-005]", () => {
    for (const [name, { sPin, $pins }] of BOARDS) {
        const outputs = Object.entries($pins).filter(([pin]) => /^(LAMP_|BUZZER$)/.test(pin))
        assert.equal(sPin, Object.fromEntries(outputs.map(([, label]) => [label, 0])), name)
    }
})

test("radio and search for I2C devices are off, and no prebuilt runtime is named", () => {
    for (const [name, board] of BOARDS) {
        // Without it the runtime starts Wi-Fi and announces more services.
        assert.is(board.devNetwork, true, name)
        // A search would hold the runtime for a second per address on which nothing answers.
        assert.is(board.scanI2C, undefined, name)
        // With a $fwUrl DeviceScript's tools would ignore the pins.
        assert.is(board.$fwUrl, undefined, name)
    }
})

test("only the buzzer needs a PWM timer", () => {
    // The runtime of the ESP32-S3 has four and restarts the controller when a fifth pin asks for one (main/led.c).
    const program = read("../src/firmware/platform/unit-board.ts")
    assert.match(program, /startLightBulb\(\{ pin: pins\.LAMP_RED \}\)/)
    assert.not.match(program, /dimmable/)
})

test("each board has a product id of its own", () => {
    const ids = ["ivus_cart_s3", "ivus_bedside_s3", "ivus_bedside_pico_w"].map(
        id => boardOf(id).productId
    )
    assert.is(new Set(ids).size, ids.length)
    for (const id of ids) assert.match(id, /^0x3[0-9a-f]{7}$/)
})

test.run()
