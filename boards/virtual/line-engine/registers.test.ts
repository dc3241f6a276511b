// Registers: ranges, locks and access rights of boards/line-engine.md, catheter id, test lines. Digital: no tolerance.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { readFileSync } from "node:fs"
import { crc32c } from "../../../src/shared/protocol/crc32c"
import * as le from "../../../src/shared/devices/line-engine"
import { getNumber } from "../../../src/shared/protocol/bytes"
import { numberOf, sectionOf, tablesOf } from "../testing/markdown-tables"
import { BusMaster } from "./testing/bus-master"

const test = suite("line engine: registers")

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
