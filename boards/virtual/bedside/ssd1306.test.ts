// The display model against its data sheets: Solomon Systech SSD1306 rev. 1.1 and SSD1309 rev. 1.1.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { HEIGHT, Ssd1306, WIDTH } from "./ssd1306"

const test = suite("SSD1306")

const COMMANDS = 0x00
const DATA = 0x40

/** A display that is on, shows the memory as it is, and has received these commands. */
function display(...commands: number[]): Ssd1306 {
    const made = new Ssd1306()
    made.write(Uint8Array.of(COMMANDS, 0xaf, ...commands), 0)
    return made
}

const send = (to: Ssd1306, ...commands: number[]): void =>
    to.write(Uint8Array.of(COMMANDS, ...commands), 0)

const data = (to: Ssd1306, ...bytes: number[]): void => to.write(Uint8Array.of(DATA, ...bytes), 0)

/** Places of the bytes of the memory that are not zero, as [page, column, value]. */
const written = (of: Ssd1306): number[][] =>
    [...of.memory].flatMap((byte, at) => (byte ? [[at >> 7, at & 127, byte]] : []))

/** Lit pixels of the glass as [x, y] from its upper left corner. */
const lit = (of: Ssd1306): number[][] =>
    [...of.pixels].flatMap((on, at) => (on ? [[at % WIDTH, Math.floor(at / WIDTH)]] : []))

// "Command table", values after RESET.
test("after reset it is off, in page addressing mode, with contrast 7Fh", () => {
    const made = new Ssd1306()
    assert.is(made.isOn, false)
    assert.is(made.contrast, 0x7f)
    data(made, 0xff)
    assert.equal(lit(made), [])
    send(made, 0xaf)
    assert.is(lit(made).length, 8)
    data(made, ...new Array<number>(127).fill(0), 1)
    assert.equal(written(made), [[0, 0, 1]])
})

// "Page addressing mode": the column pointer increases, at the end it returns; the page pointer does not change.
test("page addressing mode: start address of B2h, 03h, 10h is page 2, column 3", () => {
    const made = display(0xb2, 0x03, 0x10)
    data(made, 1, 2)
    assert.equal(written(made), [
        [2, 3, 1],
        [2, 4, 2],
    ])
    const high = display(0xb7, 0x0f, 0x17)
    data(high, 1, 2)
    assert.equal(written(high), [
        [7, 0, 2],
        [7, 127, 1],
    ])
})

// "Horizontal addressing mode" with a window, as in the example of 21h, 22h: columns 2 to 125, pages 1 to 6.
test("horizontal addressing mode fills columns, then the next page, then begins again", () => {
    const made = display(0x20, 0x00, 0x21, 2, 125, 0x22, 1, 6)
    data(made, ...new Array<number>(124).fill(0), 7)
    assert.equal(written(made), [[2, 2, 7]])
    data(made, ...new Array<number>(5 * 124 - 1).fill(0))
    assert.is(made.frames.length, 1)
    data(made, 9)
    assert.equal(written(made), [
        [1, 2, 9],
        [2, 2, 7],
    ])
})

test("vertical addressing mode fills pages, then the next column, then begins again", () => {
    const made = display(0x20, 0x01, 0x21, 2, 3, 0x22, 1, 6)
    data(made, 1, 2, 3, 4, 5, 6, 7)
    assert.equal(written(made), [
        [1, 2, 1],
        [1, 3, 7],
        [2, 2, 2],
        [3, 2, 3],
        [4, 2, 4],
        [5, 2, 5],
        [6, 2, 6],
    ])
    data(made, 0, 0, 0, 0, 0, 8)
    assert.equal(written(made)[0], [1, 2, 8])
    assert.is(made.frames.length, 1)
})

test("00h to 1Fh and B0h to B7h are for page addressing mode only", () => {
    const made = display(0x20, 0x00, 0x21, 5, 127, 0x22, 3, 7, 0x00, 0x10, 0xb0)
    data(made, 1)
    assert.equal(written(made), [[3, 5, 1]])
})

// Figure "GDDRAM pages structure": D0 is the top row. Segment remap and scan direction mirror the picture.
test("A1h and C8h mirror the picture; modules are built so that both together are upright", () => {
    const places = (...commands: number[]): number[][] => {
        const made = display(...commands)
        data(made, 0x01)
        return lit(made)
    }
    assert.equal(places(0xa1, 0xc8), [[0, 0]])
    assert.equal(places(0xa0, 0xc8), [[127, 0]])
    assert.equal(places(0xa1, 0xc0), [[0, 63]])
    assert.equal(places(0xa0, 0xc0), [[127, 63]])
})

// "Set display start line": with 40h + n, RAM row n is shown by COM0.
test("the start line moves the picture up, and its first rows to the bottom", () => {
    const made = display(0xa1, 0xc8, 0x40 + 8)
    data(made, 0x01, 0x80)
    assert.equal(lit(made), [
        [0, 56],
        [1, 63],
    ])
})

// Table "Example of Set Display Offset and Display Start Line with no remap": offset 8: COM0 shows row 8, COM56 row 0.
test("the display offset moves rows over the COM pins", () => {
    const made = display(0xa1, 0xc0, 0xd3, 8)
    data(made, 0x01)
    assert.equal(lit(made), [[0, 63 - 56]])
})

// The table with remap: offset 8: COM0 shows row 7, COM55 row 16.
test("with the scan direction reversed the offset moves rows the other way", () => {
    const made = display(0xa1, 0xc8, 0xd3, 8)
    // Rows 7 and 16.
    data(made, 0x80, 0)
    send(made, 0xb2, 0x01, 0x10)
    data(made, 0x01)
    assert.equal(lit(made), [
        [1, 63 - 55],
        [0, 63],
    ])
})

// The table without remap, 48 rows: with A8h 2Fh rows 48 to 63 are not scanned.
test("rows beyond the multiplex ratio stay dark, also with all pixels on; ratios below 16 are invalid", () => {
    const made = display(0xa1, 0xc0, 0xa8, 47, 0xa5)
    const rows = new Set(lit(made).map(([, y]) => y))
    assert.is(rows.size, 48)
    assert.is(rows.has(HEIGHT - 1), true)
    assert.is(rows.has(0), false)
    send(made, 0xa8, 14)
    assert.is(new Set(lit(made).map(([, y]) => y)).size, 48)
})

test("all on, inverse, contrast and sleep do not touch the memory", () => {
    const made = display(0xa1, 0xc8)
    data(made, 0x01)
    send(made, 0xa7)
    assert.is(lit(made).length, WIDTH * HEIGHT - 1)
    send(made, 0xa5)
    assert.is(lit(made).length, WIDTH * HEIGHT)
    send(made, 0xa4, 0xa6, 0x81, 0x12)
    assert.is(made.contrast, 0x12)
    assert.equal(lit(made), [[0, 0]])
    send(made, 0xae)
    assert.equal(lit(made), [])
    send(made, 0xaf)
    assert.equal(lit(made), [[0, 0]])
})

// "I2C-bus write data": control byte with Co and D/C#.
test("with Co = 1 a control byte stands before each byte, with Co = 0 before all that follow", () => {
    const made = new Ssd1306()
    made.write(Uint8Array.of(0x80, 0xaf, 0x80, 0xa1, 0xc0, 0x01, 0x40, 0x02, 0x80), 0)
    assert.is(made.isOn, true)
    assert.equal(written(made), [
        [0, 0, 1],
        [0, 1, 2],
        [0, 2, 0x80],
    ])
})

test("parameters may come in later transfers", () => {
    const made = display()
    for (const byte of [0x20, 0x00, 0x21, 10, 12]) made.write(Uint8Array.of(0x80, byte), 0)
    data(made, 1, 2, 3, 4)
    assert.equal(written(made), [
        [0, 10, 1],
        [0, 11, 2],
        [0, 12, 3],
        [1, 10, 4],
    ])
})

test("a byte that is no command is recorded, and the next one is a command", () => {
    const made = display(0x30, 0xa7)
    assert.equal(made.unknown, [0x30])
    assert.is(lit(made).length, WIDTH * HEIGHT)
})

// SSD1306 application note: 8Dh, 14h, AFh switches the charge pump on. The SSD1309 has neither 8Dh nor ADh.
test("an SSD1306 is dark without its charge pump; an SSD1309 has none and records the command", () => {
    const old = new Ssd1306({ chip: "ssd1306" })
    send(old, 0xaf, 0xa5)
    assert.is(old.isOn, false)
    send(old, 0x8d, 0x14)
    assert.is(lit(old).length, WIDTH * HEIGHT)
    assert.equal(old.unknown, [])
    const large = display(0x8d, 0x14, 0xad, 0x30, 0xa5)
    assert.is(lit(large).length, WIDTH * HEIGHT)
    assert.equal(large.unknown, [0x8d, 0xad, 0x30])
})

// "Set command lock": FDh 16h, all commands but FDh 12h are ignored; the memory stays writable.
test("a locked SSD1309 takes no commands", () => {
    const made = display(0xa1, 0xc8, 0xfd, 0x16, 0xa7, 0xae)
    data(made, 0x01)
    assert.equal(lit(made), [[0, 0]])
    send(made, 0xfd, 0x12, 0xae)
    assert.equal(lit(made), [])
})

test("the timing, voltage and scroll commands take their parameters", () => {
    const made = display(
        ...[0xd5, 0x80, 0xd9, 0xf1, 0xdb, 0x30, 0xda, 0x12, 0xe3, 0x2e],
        ...[0x26, 0, 0, 0, 7, 0, 0, 127, 0xa3, 0, 64, 0xdc, 0]
    )
    assert.equal(made.unknown, [])
    data(made, 0xff)
    assert.equal(written(made), [[0, 0, 0xff]])
})

test("the memory after power-on is open, the registers are reset", () => {
    let byte = 0
    const made = new Ssd1306({ randomByte: () => byte++ & 255 })
    assert.is(made.memory[5], 5)
    send(made, 0xaf, 0x81, 0)
    made.reset()
    assert.equal([made.isOn, made.contrast], [false, 0x7f])
})

test.run()
