// Transactions: opcodes, damaged and short commands, CRCs, sequence table and FIFO access.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import * as fc from "fast-check"
import { crc8 } from "../../../src/shared/protocol/crc32c"
import * as le from "../../../src/shared/devices/line-engine"
import { recordLength } from "../../../src/shared/acquisition/line-record"
import { getNumber } from "../../../src/shared/protocol/bytes"
import { BusMaster, command, recordsOf } from "./testing/bus-master"

const test = suite("line engine: transactions")

test("unknown opcodes and sixteen zeros set BAD_COMMAND", () => {
    for (let op = 0; op < 256; op++) {
        const m = new BusMaster()
        m.transfer(command(op, le.REG_LINES, 0, 1))
        assert.is((m.flags() & le.FLAG_BAD_COMMAND) === 0, op <= le.OP_READ_FIFO)
    }
    const m = new BusMaster()
    m.transfer(new Uint8Array(16))
    assert.is(m.flags() & le.FLAG_BAD_COMMAND, le.FLAG_BAD_COMMAND)
})

test("CLEAR clears RESET, BAD_COMMAND and REFUSED, and is refused while armed", () => {
    const m = new BusMaster()
    m.read(0xff)
    m.control(7)
    const latched = le.FLAG_RESET | le.FLAG_BAD_COMMAND | le.FLAG_REFUSED
    assert.is(m.flags() & latched, latched)
    assert.ok(m.control(le.CONTROL_CLEAR))
    assert.is(m.flags(), le.FLAG_CATHETER)
    assert.ok(m.arm(1, 16, 1000))
    assert.not(m.control(le.CONTROL_CLEAR))
    assert.is(m.flags() & latched, le.FLAG_REFUSED)
})

test("a damaged command (any one to three bits) changes nothing except BAD_COMMAND", () => {
    const good = command(le.OP_WRITE, le.REG_SAMPLES, 0, 100)
    const bit = fc.integer({ min: 0, max: 71 })
    fc.assert(
        fc.property(fc.uniqueArray(bit, { minLength: 1, maxLength: 3 }), bits => {
            const m = new BusMaster()
            const mosi = Uint8Array.from(good)
            for (const b of bits) mosi[b >> 3]! ^= 1 << (b & 7)
            const miso = m.transfer(mosi)
            assert.ok(miso.subarray(9).every(byte => byte === 0))
            assert.ok(m.flags() & le.FLAG_BAD_COMMAND)
            assert.is(m.read(le.REG_SAMPLES), 256)
        }),
        { seed: 1, numRuns: 300 }
    )
})

test("status and replies have a valid CRC, and the reply to a damaged command an invalid one", () => {
    const m = new BusMaster()
    m.engine.firing.onCounts(-3)
    for (const [mosi, at] of [
        [command(le.OP_READ, le.REG_ID, 0, 0, le.REPLY_LENGTH), 16],
        [command(le.OP_WRITE, le.REG_LINES, 0, 7, le.REPLY_LENGTH), 16],
        [command(le.OP_STATUS, 0, 0, 0, le.MOMENT_LENGTH), 24],
    ] as const) {
        m.wait(1000)
        const miso = m.transfer(mosi)
        assert.is(miso[8], crc8(miso, 0, 8))
        assert.is(miso[at], crc8(miso, 12, at))
        mosi[5]! ^= 0x20
        const refused = m.transfer(mosi)
        assert.is(refused[8], crc8(refused, 0, 8))
        assert.is.not(refused[at], crc8(refused, 12, at))
    }
})

test("a transaction shorter than 16 bytes returns the status as far as clocked and has no effect", () => {
    const good = command(le.OP_WRITE, le.REG_SAMPLES, 0, 100)
    for (let length = 0; length < 16; length++) {
        const m = new BusMaster()
        const miso = m.transfer(good.subarray(0, length))
        const status = Uint8Array.of(0xa5, 0x50, 0, 0, 0, 0, 0, 0)
        assert.is(miso.length, length)
        assert.equal(miso.subarray(0, 8), status.subarray(0, length))
        if (length > 8) assert.is(miso[8], crc8(status, 0, 8))
        assert.is(m.read(le.REG_SAMPLES), 256, `${length} bytes`)
        assert.is(m.flags() & le.FLAG_BAD_COMMAND, 0)
    }
})

test("table: reads return what was written, and nothing is accepted beyond its end", () => {
    const entry = fc.uint8Array({ minLength: 16, maxLength: 16 })
    fc.assert(
        fc.property(
            fc.integer({
                min: le.TABLE_ENTRIES - 512,
                max: le.TABLE_ENTRIES + 3,
            }),
            fc.array(entry, { minLength: 1, maxLength: 8 }),
            (first, entries) => {
                const m = new BusMaster()
                const data = Buffer.concat(entries)
                const fits = first + entries.length <= le.TABLE_ENTRIES
                assert.is(m.writeTable(first, data), fits ? entries.length : 0)
                const back = m.readTable(first, entries.length)
                assert.equal(Buffer.from(back), fits ? data : Buffer.alloc(data.length))
                assert.is((m.flags() & le.FLAG_REFUSED) === 0, fits)
                // Nothing outside the range changed.
                const sum = m.readTable(0, le.TABLE_ENTRIES).reduce((a, b) => a + b, 0)
                assert.is(sum, fits ? data.reduce((a, b) => a + b, 0) : 0)
            }
        ),
        { seed: 2, numRuns: 100 }
    )
})

test("table: locked for writing while armed, but readable", () => {
    const m = new BusMaster()
    assert.ok(m.arm(1, 16, 1000))
    assert.is(m.writeTable(9, new Uint8Array(16).fill(1)), 0)
    assert.equal(m.readTable(9, 1), new Uint8Array(16))
    assert.ok(m.flags() & le.FLAG_REFUSED)
})

test("WRITE_TABLE cut short: the reply accepted all, complete entries are kept, REFUSED is set", () => {
    const m = new BusMaster()
    const data = new Uint8Array(48).fill(0xaa)
    const mosi = command(le.OP_WRITE_TABLE, 0, 3, 10, 16 + 48, data)
    const miso = m.transfer(mosi.subarray(0, 16 + 40))
    assert.is(getNumber(miso, le.REPLY_AT, "u32"), 3)
    assert.ok(m.flags() & le.FLAG_REFUSED)
    const sum = m.readTable(0, le.TABLE_ENTRIES).reduce((a, b) => a + b, 0)
    assert.is(sum, 2 * 16 * 0xaa)
})

test("READ_FIFO cut short: a record that was not completely clocked is delivered again", () => {
    const m = new BusMaster()
    m.write(le.REG_SAMPLES, 16)
    m.write(le.REG_TEST, 3)
    const length = le.DATA_AT + 2 * recordLength(16)
    const cut = m.transfer(command(le.OP_READ_FIFO, 0, 3, 0, length - 1))
    assert.is(getNumber(cut, le.REPLY_AT, "u16"), 3, "accepted records")
    assert.equal(
        recordsOf(cut).map(r => r.line),
        [0]
    )
    assert.equal(
        m.records(3, 16).map(r => r.line),
        [1, 2]
    )
    assert.is(m.records(3, 16).length, 0)
})

test("READ_FIFO_QUAD delivers the same records on four lanes; an engine with one lane rejects it", () => {
    const build = { lanes: le.LANES_QUAD, fifoLines: 8192 }
    const m = new BusMaster(undefined, undefined, undefined, build)
    assert.is(m.read(le.REG_LANES), 4)
    assert.is(m.read(le.REG_FIFO_LINES), 8192)
    m.write(le.REG_SAMPLES, 16)
    assert.is(m.write(le.REG_TEST, 8193), 0xffffffff)
    assert.is(m.write(le.REG_TEST, 8192), 8192)
    const length = le.DATA_AT + 3 * recordLength(16)
    const quad = command(le.OP_READ_FIFO_QUAD, 0, 3, 0, length)
    assert.equal(
        recordsOf(m.transfer(quad, le.LANES_QUAD)).map(r => r.line),
        [0, 1, 2]
    )
    assert.equal(
        m.records(2, 16).map(r => r.line),
        [3, 4]
    )
    assert.throws(() => m.transfer(quad), /on 4 lanes, not 1/)
    const read = command(le.OP_READ, le.REG_ID, 0, 0)
    assert.throws(() => m.transfer(read, le.LANES_QUAD), /on 1 lanes, not 4/)

    const plain = new BusMaster()
    assert.is(plain.read(le.REG_LANES), 1)
    plain.write(le.REG_TEST, 3)
    const miso = plain.transfer(quad)
    assert.ok(miso.subarray(le.REPLY_AT).every(byte => byte === 0))
    assert.ok(plain.flags() & le.FLAG_BAD_COMMAND)
})

test.run()
