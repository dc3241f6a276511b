// Tests that the specification in README.md is consistent: its rules decode its own examples. Uses no code of src/shared.

import { readFileSync } from "node:fs"
import { suite } from "uvu"
import * as assert from "uvu/assert"

const test = suite("specification")
const readme = readFileSync(new URL("README.md", import.meta.url), "utf8")

/** Text between the markers of a generated part. */
function part(name: string): string {
    const from = readme.indexOf(`<!-- generated: ${name} -->`)
    assert.ok(from >= 0, name)
    return readme.slice(from, readme.indexOf("<!-- end -->", from))
}

/** As specified in the section "Header check", bit by bit. */
function crc32c(bytes: Iterable<number>, seed: number): number {
    let crc = ~seed
    for (const byte of bytes) {
        crc ^= byte
        for (let i = 0; i < 8; i++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
    }
    return ~crc >>> 0
}

/** The hex dump of an example, without its offsets. */
function dump(name: string): Uint8Array {
    const lines = part(name).matchAll(/^[0-9a-f]{4} {2}([0-9a-f ]+)$/gm)
    const hex = [...lines].map(([, bytes]) => bytes!.replaceAll(" ", ""))
    return Uint8Array.from(Buffer.from(hex.join(""), "hex"))
}

type Fields = Map<string, { offset: number; format: string }>

/** The fields of a printed table. */
function fieldsOf(text: string): Fields {
    const rows = text.matchAll(/^\| (\d+) +\| (u8|u16x32|i32x32|u16|u32|i32|s16) +\| `?(\w+)`? /gm)
    return new Map(
        [...rows].map(([, offset, format, name]) => [
            name!,
            { offset: Number(offset), format: format! },
        ])
    )
}

function read(bytes: Uint8Array, at: number, fields: Fields, name: string) {
    const { offset, format } = fields.get(name)!
    const view = new DataView(bytes.buffer, bytes.byteOffset + at + offset)
    if (format === "u8") return view.getUint8(0)
    if (format === "u16") return view.getUint16(0, true)
    if (format === "i32") return view.getInt32(0, true)
    return view.getUint32(0, true)
}

const layoutText = part("layout-text").split("```")[1]!.replaceAll("\n", "")
const hash = crc32c(Buffer.from(layoutText), 0)
const header = fieldsOf(part("header"))

test("the printed hash equals the hash of the printed layouts", () => {
    assert.match(part("layout-hash"), `0x${hash.toString(16).padStart(8, "0")}`)
    assert.is(crc32c(Buffer.from("123456789"), 0), 0xe3069283)
})

for (const name of ["example-hello", "example-lines"])
    test(`${name}: header and length are right`, () => {
        const bytes = dump(name)
        assert.is(Buffer.from(bytes.subarray(0, 4)).toString(), "IVL1")
        assert.is(read(bytes, 0, header, "header_length"), 64)
        assert.is(read(bytes, 0, header, "payload_length"), bytes.length - 64)
        const check = crc32c(bytes.subarray(0, 44), hash)
        assert.is(read(bytes, 0, header, "check"), check)
    })

test("the hello's payload: CRC, hash, board and version", () => {
    const bytes = dump("example-hello")
    const [, table] = /#### hello \(40 bytes\)([^#]+)/.exec(part("payloads"))!
    const hello = fieldsOf(table!)
    assert.is(read(bytes, 0, header, "type"), 1)
    assert.is(read(bytes, 64, hello, "crc"), crc32c(bytes.subarray(64, 100), 0))
    assert.is(read(bytes, 64, hello, "layout_hash"), hash)
    assert.is(read(bytes, 64, hello, "board_id_high"), 0x01234567)
    assert.is(read(bytes, 64, hello, "board_id_low"), 0x89abcdef)
    assert.is(read(bytes, 64, hello, "firmware_version"), 0x000200)
})

test("the line burst: its A-line is valid and has the values of the text", () => {
    const bytes = dump("example-lines")
    const line = fieldsOf(part("line-record"))
    assert.is(read(bytes, 0, header, "type"), 17)
    assert.is(read(bytes, 0, header, "session"), 1)
    assert.is(read(bytes, 0, header, "sequence"), 42)
    assert.is(read(bytes, 0, header, "dropped_fifo"), 2)
    assert.is(read(bytes, 0, header, "lines"), 1)
    assert.is(read(bytes, 64, line, "line"), 1000)
    assert.is(read(bytes, 64, line, "samples"), bytes.length - 64 - 24)
    const flags = read(bytes, 64, line, "flags")
    assert.is(flags, 0x0001 | 0x0002 | 0x0008)
    const crc = new DataView(bytes.buffer).getUint32(bytes.length - 4, true)
    assert.is(crc, crc32c(bytes.subarray(64, -4), 0))
    const decibels = [...bytes.subarray(84, 88)].map(code =>
        code === 0 ? -Infinity : ((code - 255) * 72) / 255
    )
    assert.equal(
        decibels.map(db => db.toFixed(1)),
        ["-Infinity", "-53.9", "-35.9", "0.0"]
    )
})

test("the length of each payload table matches its heading", () => {
    const sizes: Record<string, number> = {
        ...{ u8: 1, u16: 2, u32: 4, i32: 4, s16: 16, u16x32: 64, i32x32: 128 },
    }
    const tables = [...part("payloads").matchAll(/#### (\w+) \((\d+) bytes\)([^#]+)/g)]
    assert.is(tables.length, 20)
    for (const [, name, length, text] of tables) {
        let end = 0
        for (const { offset, format } of fieldsOf(text!).values()) {
            assert.is(offset, end, name)
            end += sizes[format]!
        }
        assert.is(end, Number(length), name)
    }
})

test("states that the system is not for clinical use", () => {
    assert.match(readme, "not for clinical use")
})

test.run()
