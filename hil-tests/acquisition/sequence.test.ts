// The firing table as the firmware loads it: entry by entry, with its CRC, read back before arming.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../src/shared/cart-machine"
import { crc32c } from "../../src/shared/protocol/crc32c"
import type { Description } from "../../src/shared/protocol/messages"
import { FAULT_ENGINE_TABLE } from "../../src/shared/codes"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"

const test = suite("the firing table in the front end")

const REQUEST_10MHZ = { ...REQUEST, catheterId: "array-10mhz" }

test("array-10mhz: 64 x 14 reciprocal pairs, 256 lines per frame, and the CRC that the host receives", async () => {
    let description: Description | undefined
    const bench = await BenchCart.boot(REQUEST_10MHZ, {
        ...EVEN_SLED,
        alsoListen: { onDescription: d => void (description = d) },
    })
    await bench.home()
    await bench.pullTo(machine.STATE_LIVE)
    await bench.wait(200)
    // Entries as in the data sheet: pair, 50 ns half period, 2 cycles, 256 samples of 76,096 ps.
    const table = Buffer.alloc(16 * 64 * 14)
    for (let i = 0; i < 64 * 14; i++) {
        const tx = Math.floor(i / 14)
        table.writeUInt16LE(i, 16 * i)
        table[16 * i + 2] = tx
        table[16 * i + 3] = (tx + (i % 14)) % 64
        table.writeUInt16LE(50, 16 * i + 4)
        table[16 * i + 6] = 2
        table.writeUInt16LE(256, 16 * i + 8)
        table.writeUInt32LE(76096, 16 * i + 12)
    }
    // Then the TGC: 0.85 dB/mm at points that are a 31st of the round trip of 15 mm apart, 628 ns
    // or 0.48356 mm.
    const tgc = Buffer.alloc(4 + 2 * 32)
    tgc.writeUInt32LE(628, 0)
    for (let i = 0; i < 32; i++) tgc.writeUInt16LE(Math.round(85 * 0.48356 * i), 4 + 2 * i)
    const all = Buffer.concat([table, tgc])
    assert.is(description?.sequence_crc, crc32c(all, 0, all.length, 0))
    assert.is(description?.lines_per_frame, 256)
    const lines = bench.lines()
    assert.ok(lines.length > 1000, `${lines.length} lines`)
    for (const [i, { index }] of lines.entries()) assert.is(index, (lines[0]!.index + i) % 256)
})

test("detects a flipped bit of the last pair before arming [IVUS-TX-005]", async () => {
    const bench = await BenchCart.boot(REQUEST_10MHZ, EVEN_SLED)
    await bench.home()
    await bench.pullTo(machine.STATE_LIVE)
    bench.cart.board.engine.disturbTable(16 * 895 + 3, 0)
    await bench.command(machine.COMMAND_ARM)
    await bench.reach(machine.STATE_FAULT)
    // The next status.
    await bench.wait(100)
    assert.is(bench.status?.fault, FAULT_ENGINE_TABLE)
})

test.run()
