// Commands and registers: ranges and locks of boards/line-engine.md, refusals, damaged and short
// transactions, the table. Digital: no tolerance.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { readFileSync } from "node:fs"
import * as fc from "fast-check"
import { crc32c, crc8 } from "../../../src/shared/protocol/crc32c"
import * as le from "../../../src/shared/devices/line-engine"
import { recordLength } from "../../../src/shared/acquisition/line-record"
import { getNumber } from "../../../src/shared/protocol/bytes"
import { numberOf, sectionOf, tablesOf } from "../testing/markdown-tables"
import { BusMaster, command, recordsOf } from "./testing/bus-master"

const test = suite("line engine: commands and registers")

const sheet = readFileSync(new URL("../../line-engine.md", import.meta.url), "utf8")
const rows = tablesOf(sectionOf(sheet, "Registers"))[0]!.map(r => ({
    name: r.name!,
    address: numberOf(r.address),
    access: r.access!,
    range: r.range!,
    locked: r.locked === "yes",
}))
const ranged = rows.filter(r => r.access === "rw" && / to /.test(r.range))
const rangeOf = (range: string): [number, number] => {
    const [min, max] = range.split(" to ").map(numberOf)
    return [min!, max!]
}
const REFUSED = 0xffffffff

test("each register accepts the limits of its range and nothing beyond", () => {
    for (const { name, address, range } of ranged) {
        if (address === le.REG_TABLE_CRC) continue
        const m = new BusMaster()
        const [min, max] = rangeOf(range)
        for (const value of [min, max]) {
            assert.is(m.write(address, value), value, name)
            assert.is(m.read(address), value, name)
        }
        for (const value of [min - 1, max + 1]) {
            if (value < 0 || value > 0xffffffff) continue
            assert.is.not(m.write(address, value), value, name)
            const held = m.read(address)
            assert.ok(held >= min && held <= max, name)
        }
    }
})

test("the reply shows the stored bits of GATE: gate and epoch", () => {
    const m = new BusMaster()
    assert.is(m.write(le.REG_GATE, 0x100fe), 0)
    assert.is(m.write(le.REG_GATE, 3), 1)
})

test("TGC registers: both gains or none are written, up to the limit, without effect on other registers", () => {
    const gains = rows.filter(r => /^TGC_\d/.test(r.name))
    assert.is(gains.length, 16)
    const m = new BusMaster()
    for (const { address } of gains) {
        const mine = address - le.REG_TGC_0
        for (const [first, second, taken] of [
            [10_000, 0, true],
            [0, 10_000, true],
            [10_001, 5, false],
            [5, 10_001, false],
            [0xffff, 0xffff, false],
            [mine, 7 * mine, true],
        ] as const) {
            const before = m.read(address)
            const value = (first | (second << 16)) >>> 0
            assert.is(m.write(address, value), taken ? value : before)
            assert.is(m.read(address), taken ? value : before)
        }
    }
    for (const { address } of gains) {
        const mine = address - le.REG_TGC_0
        assert.is(m.read(address), mine | ((7 * mine) << 16))
    }
    // The start and slope registers of version 1 no longer exist.
    for (const address of [0x07, 0x08, 0x51]) {
        m.control(le.CONTROL_CLEAR)
        assert.is(m.write(address, 1), 0)
        assert.ok(m.flags() & le.FLAG_BAD_COMMAND)
    }
})

test("signed registers accept every i32", () => {
    const m = new BusMaster()
    const signed = rows.filter(r => r.range === "i32")
    assert.is(signed.length, 3)
    for (const { address } of signed)
        for (const value of [0, 1, 0x7fffffff, 0x80000000, 0xffffffff])
            assert.is(m.write(address, value), value)
})

test("while armed exactly the locked registers keep their values", () => {
    const m = new BusMaster()
    assert.ok(m.arm(4, 16, 1000))
    for (const { name, address, access, locked } of rows) {
        if (access !== "rw" || address === le.REG_TABLE_CRC) continue
        const before = m.read(address)
        const other =
            address === le.REG_GATE
                ? 1 - before
                : address === le.REG_ROTOR_TARGET
                  ? le.SPEED_MIN_MRPM
                  : before + 20
        const reply = m.write(address, other)
        assert.is(reply, locked ? before : other, name)
        assert.is(m.read(address), reply, name)
    }
    assert.is(m.flags() & le.FLAG_REFUSED, 0)
    assert.is(m.write(le.REG_TEST, 1), REFUSED)
    assert.ok(m.flags() & le.FLAG_REFUSED)
})

test("TABLE_CRC: a write announces the CRC, a read returns the actual one; locked while armed", () => {
    const m = new BusMaster()
    m.write(le.REG_LINES, 2)
    m.loadBudget()
    const entries = Uint8Array.from({ length: 32 }, (_, i) => 7 * i)
    assert.is(m.writeTable(0, entries), 2)
    const right = crc32c(entries, 0, 32, 0)
    assert.is(m.write(le.REG_TABLE_CRC, right ^ 1), right)
    assert.not(m.control(le.CONTROL_ARM), "another CRC was announced")
    assert.is(m.write(le.REG_TABLE_CRC, right), right)
    assert.ok(m.control(le.CONTROL_ARM))
    m.write(le.REG_TABLE_CRC, 0)
    m.control(le.CONTROL_STOP)
    assert.ok(m.control(le.CONTROL_ARM), "the announcement was locked")
    m.control(le.CONTROL_STOP)
    m.engine.disturbTable(17, 3)
    assert.is.not(m.read(le.REG_TABLE_CRC), right)
    assert.not(m.control(le.CONTROL_ARM), "one bit of the table was flipped")
    m.engine.disturbTable(17, 3)
    m.write(le.REG_LINES, 3)
    assert.not(m.control(le.CONTROL_ARM), "the CRC was that of 2 lines")
})

test("PAIRS: the CRC covers that many entries, and a frame still has LINES lines", () => {
    const m = new BusMaster()
    assert.ok(m.arm(2, 16, 100))
    m.control(le.CONTROL_STOP)
    const pairs = le.TABLE_ENTRIES
    const entries = Uint8Array.from({ length: 16 * pairs }, (_, i) => 7 * i)
    for (let first = 0; first < pairs; first += 128)
        m.writeTable(first, entries.subarray(16 * first, 16 * (first + 128)))
    const ofLines = m.read(le.REG_TABLE_CRC)
    assert.is(ofLines, crc32c(entries, 0, 32, 0))
    m.write(le.REG_PAIRS, pairs)
    assert.is(m.read(le.REG_TABLE_CRC), crc32c(entries, 0, 16 * pairs, 0))
    m.write(le.REG_TABLE_CRC, ofLines)
    assert.not(m.control(le.CONTROL_ARM), "the CRC was that of 2 entries")
    assert.ok(m.arm(2, 16, 100))
    m.write(le.REG_PAIRS, 0)
    assert.is(m.read(le.REG_PAIRS), pairs, "locked while armed")
    m.control(le.CONTROL_FIRE)
    m.timeUs += 450
    assert.equal(
        m.records(5, 16).map(r => [r.frame, r.index]),
        [
            [0, 0],
            [0, 1],
            [1, 0],
            [1, 1],
            [2, 0],
        ]
    )
})

test("non-existent addresses read 0, ignore writes and set BAD_COMMAND", () => {
    for (let address = 0; address < 256; address++) {
        const row = rows.find(r => r.address === address)
        const m = new BusMaster()
        const readable = row !== undefined && row.access !== "w"
        const reply = m.read(address)
        assert.is((m.flags() & le.FLAG_BAD_COMMAND) === 0, readable, `${address}`)
        if (!readable) assert.is(reply, 0)
        m.control(le.CONTROL_CLEAR)
        const writable = row !== undefined && row.access !== "r"
        const taken = m.write(address, 0)
        assert.is((m.flags() & le.FLAG_BAD_COMMAND) === 0, writable, `${address}`)
        if (!writable) assert.is(taken, 0)
    }
})

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

test("status and replies carry their CRC, and the reply to a damaged command a wrong one", () => {
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

test("WRITE_TABLE cut short: the reply accepted all, whole entries are kept, REFUSED is set", () => {
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

test("catheter id and serial number; without a catheter zeros, disarmed, and ARM refused", () => {
    const m = new BusMaster()
    const id = (): string =>
        [0, 1, 2, 3]
            .map(i => m.read(le.REG_CATHETER_0 + i))
            .flatMap(w => [w, w >>> 8, w >>> 16, w >>> 24])
            .map(c => String.fromCharCode(c & 0xff))
            .join("")
    assert.is(id(), "array-20mhz".padEnd(16, "\0"))
    assert.is(m.read(le.REG_CATHETER_SERIAL), 7)
    assert.ok(m.arm(1, 16, 1000))
    m.engine.plug({ id: "", serial: 9 })
    assert.is(m.flags() & (le.FLAG_CATHETER | le.FLAG_ARMED), 0)
    assert.is(id(), "\0".repeat(16))
    assert.is(m.read(le.REG_CATHETER_SERIAL), 0)
    assert.not(m.control(le.CONTROL_ARM))
    m.engine.plug({ id: "0123456789abcdef", serial: 4 })
    assert.is(id(), "0123456789abcdef")
    assert.is(m.flags() & le.FLAG_ARMED, 0)
    assert.not(m.control(le.CONTROL_ARM), "its budget is not loaded")
    assert.is(m.read(le.REG_CAUSE), le.CAUSE_NO_BUDGET)
    m.loadBudget()
    assert.ok(m.control(le.CONTROL_ARM))
    m.engine.plug({ id: "other", serial: 5 })
    assert.is(m.flags() & le.FLAG_ARMED, 0, "the catheter was exchanged")
})

test("test lines: pattern, header, CRC; all or none; not counted", () => {
    const m = new BusMaster()
    m.engine.firing.onCounts(-5)
    m.write(le.REG_SAMPLES, 16)
    m.wait(777)
    assert.is(m.write(le.REG_TEST, 2), 2)
    const lines = m.records(5, 16)
    assert.is(lines.length, 2)
    for (const [i, r] of lines.entries()) {
        const { line, frame, index, tick_us, position_counts, flags } = r
        assert.equal(
            { line, frame, index, tick_us, position_counts, flags },
            {
                ...{ line: i, frame: 0, index: i, tick_us: 777 },
                ...{ position_counts: -5, flags: 4 },
            }
        )
        for (let k = 0; k < 16; k++) assert.is(r.bytes[20 + k], (k + 3 * i) & 0xff)
        assert.is(crc32c(r.bytes, 0, 36, 0), getNumber(r.bytes, 36, "u32"))
    }
    assert.is(m.write(le.REG_TEST, 2049), REFUSED)
    assert.is(m.write(le.REG_TEST, 2048), 2048)
    assert.is(m.write(le.REG_TEST, 1), REFUSED)
    assert.ok(m.flags() & le.FLAG_REFUSED)
    assert.is(m.read(le.REG_FIRED), 0)
    assert.is(m.read(le.REG_DROPPED), 0)
})

test("a write of SAMPLES empties the FIFO, even with the same value, and counts nothing", () => {
    const m = new BusMaster()
    m.write(le.REG_TEST, 10)
    assert.is(m.write(le.REG_SAMPLES, 256), 256)
    assert.is(m.records(10, 256).length, 0)
    assert.is(m.read(le.REG_DROPPED), 0)
})

test.run()
