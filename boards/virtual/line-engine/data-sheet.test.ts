// boards/line-engine.md against the constants of src/shared and, byte for byte, against the virtual engine.
// Exact, except for printed figures: half of the last digit.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import {
    fieldsOf,
    formatOf,
    formatSize,
    getNumber,
    nameOf,
    type Layout,
} from "../../../src/shared/protocol/bytes"
import { lineEngineCatheters } from "../../../src/shared/acquisition/catheter-list"
import { KIND_ARRAY } from "../../../src/shared/acquisition/catheters"
import { crc32cOfText, crc8 } from "../../../src/shared/protocol/crc32c"
import * as le from "../../../src/shared/devices/line-engine"
import * as record from "../../../src/shared/acquisition/line-record"
import * as sequence from "../../../src/shared/acquisition/sequence-budget"
import * as firingTable from "../../../src/shared/acquisition/firing-table"
import { catheterOf } from "../../../src/shared/acquisition/catheters"
import { TGC_POINTS, TGC_TOP_CDB, tgcStepNs, writeTgc } from "../../../src/shared/acquisition/tgc"
import { amplitudeToCode, SAMPLE_SPAN_DB } from "../../../src/shared/acquisition/sample-codes"
import { DataSheet, assertPrinted } from "../testing/data-sheet"
import { numberOf, type Row } from "../testing/markdown-tables"
import { BusMaster } from "./testing/bus-master"

const test = suite("data sheet of the line engine")

const sheet = new DataSheet("line-engine.md")
const table = (heading: string, nth = 0): Row[] => sheet.table(heading, nth)
const constants = le as unknown as Record<string, number>

/** Names and values of the constants with a prefix. */
function group(prefix: string): Map<string, number> {
    return new Map(
        Object.entries(constants)
            .filter(([name]) => name.startsWith(prefix))
            .map(([name, value]) => [name.slice(prefix.length), value])
    )
}

test("opcodes", () => {
    const rows = table("Opcodes").map(r => [r.name!, numberOf(r.code)] as const)
    assert.equal(new Map(rows), group("OP_"))
})

test("flags: names, bits and masks", () => {
    const rows = table("Flags")
    assert.equal(new Map(rows.map(r => [r.name!, numberOf(r.mask)] as const)), group("FLAG_"))
    for (const r of rows) assert.is(1 << numberOf(r.bit), numberOf(r.mask))
})

test("registers: addresses, including the ranges of catheter and TGC words", () => {
    const printedRows = new Map(
        table("Registers").map(r => [r.name!, numberOf(r.address)] as const)
    )
    const expected = group("REG_")
    for (const i of [1, 2, 3]) expected.set(`CATHETER_${i}`, 0x14 + i)
    for (let i = 1; i < TGC_POINTS / 2; i++) expected.set(`TGC_${i}`, 0x41 + i)
    assert.equal(printedRows, expected)
})

test("registers: documented reset values equal the values after power-on", () => {
    let checked = 0
    for (const r of table("Registers")) {
        if (r.access === "w" || r.reset === "") continue
        // A new engine for each, so that no earlier read has an effect.
        assert.is(new BusMaster().read(numberOf(r.address)), numberOf(r.reset), r.name)
        checked++
    }
    assert.is(checked, 54)
})

test("rotor: flags, limits and figures per revolution", () => {
    assert.equal(
        new Map(table("Rotor").map(r => [r.flag!, numberOf(r.mask)] as const)),
        group("ROTOR_")
    )
    const text = sheet.section("Rotor")
    assert.match(text, `timed in ${le.REVOLUTION_SECTORS} sectors`)
    assert.match(text, `After ${le.LOCK_REVOLUTIONS} revolutions`)
    assert.match(text, `${le.STALL_LIMIT_US / 1000} ms\n  (200,000 us)`)
    assert.match(text, `${le.SPEED_MIN_MRPM / 1000} to ${le.SPEED_MAX_MRPM / 1000} rpm`)
    const range = [le.SPEED_MIN_MRPM, le.SPEED_MAX_MRPM]
        .map(n => n.toLocaleString("en"))
        .join(" to ")
    assert.match(sheet.text, `positive clockwise: 0, or ${range} in\nsize`)
    assert.match(sheet.text, `${le.TRIGGER_FREE} \`FREE\``)
    assert.match(sheet.text, `${le.TRIGGER_ROTOR} \`ROTOR\``)
    for (const r of table("Rotor", 1)) {
        const revolutionsPerS = numberOf(r.rpm) / 60
        const lines = revolutionsPerS * numberOf(r["lines per revolution"])
        assertPrinted(r["lines/s"], lines)
        assertPrinted(r["line period, us"], 1e6 / lines)
        assertPrinted(r["revolution, ms"], 1e3 / revolutionsPerS)
        assertPrinted(r["stall detected after, ms"], 2e3 / revolutionsPerS / le.REVOLUTION_SECTORS)
    }
})

test("TGC: points, their order in the registers, their limit, the worked step", () => {
    const text = sheet.section("Registers")
    assert.match(text, `as ${TGC_POINTS} points, each 0 to ${TGC_TOP_CDB}, in 0.01 dB`)
    assert.match(sheet.text, `TGC_STEP_NS = ${tgcStepNs(catheterOf("array-20mhz")!)}`)
    // What the cart writes, register by register, is the curve point by point.
    const curve = Array.from({ length: TGC_POINTS }, (_, i) => 300 * i + 7)
    const bytes = new Uint8Array(4 + 2 * TGC_POINTS)
    writeTgc(bytes, { ...catheterOf("array-20mhz")!, tgc_cdb: curve })
    const m = new BusMaster()
    for (let at = 0; at < bytes.length; at += 4) {
        const value = getNumber(bytes, at, "u32")
        assert.is(m.write(le.REG_TGC_STEP_NS + at / 4, value), value)
    }
    for (const [i, cdb] of curve.entries()) {
        const pair = m.read(
            numberOf(table("Registers").find(r => r.name === `TGC_${i >> 1}`)!.address)
        )
        assert.is(i % 2 === 0 ? pair & 0xffff : pair >>> 16, cdb)
    }
})

test("CONTROL: actions", () => {
    const rows = table("Registers", 1).map(r => [r.action!, numberOf(r.value)] as const)
    assert.equal(new Map(rows), group("CONTROL_"))
})

function sameLayout(rows: Row[], layout: Layout): void {
    let at = 0
    for (const [i, field] of fieldsOf(layout).entries()) {
        const [name, format] = [nameOf(field), formatOf(field)]
        assert.is(rows[i]!.field, name)
        assert.is(rows[i]!.format, format)
        assert.is(numberOf(rows[i]!.byte), at)
        at += formatSize(format)
    }
}

test("sequence table: layout and size", () => {
    const rows = table("Sequence table")
    assert.is(rows.length, fieldsOf(firingTable.TABLE_ENTRY).length)
    sameLayout(rows, firingTable.TABLE_ENTRY)
    assert.match(
        sheet.section("Sequence table"),
        `${le.TABLE_ENTRIES} entries of ${firingTable.TABLE_ENTRY_LENGTH} bytes`
    )
})

test("line record: layout, flags, sample law", () => {
    const rows = table("Line records")
    sameLayout(rows, record.LINE_HEADER)
    assert.is(numberOf(rows[fieldsOf(record.LINE_HEADER).length]!.byte), record.LINE_HEADER_LENGTH)
    const flags = table("Line records", 1).map(r => [r.flag!, numberOf(r.mask)] as const)
    assert.equal(
        new Map(flags),
        new Map([
            ["AT_SPEED", record.LINE_AT_SPEED],
            ["FRAME_START", record.LINE_FRAME_START],
            ["TEST", record.LINE_TEST],
            ["FRAME_CUT", record.LINE_FRAME_CUT],
            ["TRIGGER", record.LINE_TRIGGER],
            ["EPOCH", 0xff << record.LINE_EPOCH_SHIFT],
        ])
    )
})

test("check values of both CRCs (catalogue of CRC algorithms: 0xfb and 0xe3069283)", () => {
    const text = "123456789"
    assert.is(crc8(Buffer.from(text), 0, text.length), 0xfb)
    assert.is(crc32cOfText(text, 0), 0xe3069283)
    assert.match(sheet.text, "`123456789` it is 0xfb")
    assert.match(sheet.text, "0xe3069283 over\nthe ASCII text `123456789`")
})

test("the CRC-8 detects every error of up to three bits in a command", () => {
    // The CRC is linear: an error is undetected exactly if its own CRC is 0.
    const syndromes = Array.from({ length: 72 }, (_, bit) => {
        const error = new Uint8Array(9)
        error[bit >> 3] = 1 << (bit & 7)
        return crc8(error, 0, 8) ^ error[8]!
    })
    const seen = new Set(syndromes)
    assert.is(seen.size, 72, "two bits")
    assert.not(seen.has(0), "one bit")
    for (const [i, a] of syndromes.entries())
        for (const b of syndromes.slice(i + 1)) assert.not(seen.has(a ^ b), "three bits")
})

test("budgets: record length, bus time, FIFO memory", () => {
    const rows = table("Budgets")
    const perUs = sequence.ENGINE_SPI_HZ / 8e6
    for (const r of rows) {
        const size = record.recordLength(numberOf(r.samples))
        const block = Math.floor((4096 - le.DATA_AT) / size)
        assertPrinted(r["record, bytes"], size)
        assertPrinted(r["line on the bus, us"], size / perUs)
        assertPrinted(r["records per block"], block)
        assertPrinted(r["block on the bus, us"], (le.DATA_AT + block * size) / perUs)
        assertPrinted(r["FIFO, bytes"], le.FIFO_LINES * size)
        const lanes = le.LANES_QUAD
        assertPrinted(r["four lanes: block, us"], (le.DATA_AT + (block * size) / lanes) / perUs)
        assertPrinted(
            r["four lanes: lines/s at 85 %"],
            Math.floor((0.85 * lanes * sequence.ENGINE_SPI_HZ) / (8 * size))
        )
        assertPrinted(
            r["lines/s at 85 %"],
            Math.floor((0.85 * sequence.ENGINE_SPI_HZ) / (8 * size))
        )
    }
    assert.is(rows.length, 4)
})

test("budgets: frame rates", () => {
    const rows = table("Budgets", 1)
    const size = record.recordLength(256)
    for (const r of rows) {
        const lines = numberOf(r["frames/s"]) * numberOf(r["lines per frame"])
        assertPrinted(r["lines/s"], lines)
        assertPrinted(r["period, us"], 1e6 / lines)
        assertPrinted(r["share of the bus"], (lines * 8 * size * 100) / sequence.ENGINE_SPI_HZ)
        assertPrinted(
            r["share of four lanes"],
            (lines * 8 * size * 100) / (le.LANES_QUAD * sequence.ENGINE_SPI_HZ)
        )
        assertPrinted(r["FIFO lasts, ms"], (le.FIFO_LINES / lines) * 1e3)
        assertPrinted(r["one of 8192 lasts, ms"], (8192 / lines) * 1e3)
        assertPrinted(r["block is full after, ms"], (14 / lines) * 1e3)
    }
    assert.is(rows.length, 4)
})

test("budgets: array catheters, with the limits that the cart applies", () => {
    const rows = table("Budgets", 2)
    // The frame rate of rotational catheters is limited by the rotor; see the table in "Rotor".
    const arrays = lineEngineCatheters().filter(c => c.kind === KIND_ARRAY)
    assert.equal(
        rows.map(r => r.catheter),
        arrays.map(c => c.id)
    )
    for (const [i, c] of arrays.entries()) {
        const r = rows[i]!
        const { round_trip_ns } = sequence.budgetSequence(c, 30_000)
        const pairs = c.firings_per_frame / c.lines_per_frame
        const pairNs = round_trip_ns + sequence.FIRING_OVERHEAD_NS
        assertPrinted(r["depth, mm"], c.depth_um / 1e3)
        assertPrinted(r["round trip, us"], round_trip_ns / 1e3)
        assertPrinted(r["pairs per line"], pairs)
        assertPrinted(r["pairs of a line, us"], (pairs * pairNs) / 1e3)
        const firing = numberOf(r["frames/s by firing"]) * 1e3
        const bus = numberOf(r["frames/s by bus"]) * 1e3
        const limit = Math.min(firing, bus)
        const above = sequence.budgetSequence(c, limit + 1)
        assert.is(above.nearest, limit)
        assert.is.not(above.reason, 0)
        assert.is(sequence.budgetSequence(c, limit).reason, 0)
        assertPrinted(
            r["frames/s by firing"],
            Math.floor(1e12 / (c.firings_per_frame * pairNs)) / 1e3
        )
        const bits = 8 * record.recordLength(c.samples_per_line)
        assertPrinted(
            r["frames/s by bus"],
            (0.85 * sequence.ENGINE_SPI_HZ) / bits / c.lines_per_frame
        )
    }
})

test("SPI timing: derived figures", () => {
    const text = sheet.section("SPI timing")
    assert.is(sequence.ENGINE_SPI_HZ, 40e6)
    assert.is(le.ENGINE_SPI_MODE, 3)
    assert.match(text, "40 MHz")
    assert.match(text, "Mode 3")
    // Turnaround: from the end of the command to the reply.
    const bits = 8 * (le.REPLY_AT - le.COMMAND_LENGTH)
    assert.match(text, `${bits} bits at 40 MHz`)
    assert.match(text, `${(bits * 1e9) / sequence.ENGINE_SPI_HZ} ns`)
    assert.match(sheet.section("Service watchdog"), `${le.SERVICE_LIMIT_US / 1000} ms (100,000 us)`)
    assert.match(sheet.section("FIFO"), `${le.FIFO_LINES} records`)
})

test("transmit budget: the length of a part", () => {
    assert.is(1e6 / le.BUDGET_PARTS, 15625)
    assert.match(sheet.section("Transmit budget"), "window · 15,625 ns")
})

test("codes: rounded to the nearest, as the formula says", () => {
    assert.match(sheet.section("Codes"), "floor(255 + E · 255 / 72 + 0.5)")
    for (let db = -73; db < 1; db += 0.01) {
        const code = Math.floor(255 + (db * 255) / SAMPLE_SPAN_DB + 0.5)
        assert.is(amplitudeToCode(10 ** (db / 20)), Math.max(0, Math.min(255, code)), `${db} dB`)
    }
})

test.run()
