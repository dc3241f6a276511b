// The table of the offsets of encapsulated pictures, basic and extended.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { encapsulationHead, itemHead } from "./encapsulation"

const test = suite("encapsulated pictures")

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")
const PIXELS = "e07f10004f420000ffffffff"
const item = (bytes: string): string => `feff00e0${bytes}`

test("the basic table has the offset of each item from the first one (PS3.5, table A.4-2)", () => {
    assert.is(hex(itemHead(0x1234)), item("34120000"))
    assert.is(hex(encapsulationHead([])), PIXELS + item("00000000"))
    // Each item has a head of 8 bytes.
    assert.is(
        hex(encapsulationHead([4, 0x100, 2])),
        PIXELS + item("0c000000") + "00000000" + "0c000000" + "14010000"
    )
})

test("where 32 bits cannot hold the offsets, the extended table has them (PS3.3, C.7.6.3.1.8)", () => {
    const lengths = [0x7ffffff6, 0x7ffffff6, 2]
    const offsets = "0000000000000000" + "feffff7f00000000" + "fcffffff00000000"
    const extended =
        "e07f01004f56000018000000" +
        offsets +
        ("e07f02004f56000018000000" + "f6ffff7f00000000f6ffff7f000000000200000000000000") +
        (PIXELS + item("00000000"))
    assert.is(hex(encapsulationHead(lengths)), extended)
    // Up to the last byte the basic one is used, which every reader knows.
    const fits = (secondBytes: number): string =>
        hex(encapsulationHead([0x7ffffff6, secondBytes])).slice(0, PIXELS.length)
    const basic = hex(encapsulationHead([0x7ffffff6, 0x7ffffff9]))
    assert.is(basic, PIXELS + item("08000000") + "00000000" + "feffff7f")
    assert.is.not(fits(0x7ffffffa), PIXELS)
})

test.run()
