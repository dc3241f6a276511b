// Times on the bus: the worked transactions of boards/line-engine.md, and the moments of a command in the virtual engine.
// Exact, except for sums of decimal fractions of a microsecond: 10 ps.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { ENGINE_SPI_HZ } from "../../../src/shared/acquisition/sequence-budget"
import * as le from "../../../src/shared/devices/line-engine"
import { getNumber } from "../../../src/shared/protocol/bytes"
import { DataSheet } from "../testing/data-sheet"
import { numberOf } from "../testing/markdown-tables"
import { actsAfterUs, repliesAfterUs, spacingUs } from "./bus-timing"
import { BusMaster, command, recordsOf } from "./testing/bus-master"
import { sessionMaster, withSession } from "./testing/worked-transactions"

const test = suite("line engine: times on the bus")

const sheet = new DataSheet("line-engine.md")

test("worked transactions: times and bytes are those that the model makes on its bus", () => {
    const session = sheet.session()
    for (const [i, { mosi, miso }] of session.entries())
        assert.is(miso.length, mosi.length, `worked transaction ${i + 1}`)
    assert.is(session.length, 37)
    assert.is(withSession(sheet), sheet.text)
    // No transaction starts before the one before it has ended: 17 bytes at 40 MHz take 3.75 us.
    for (const [i, { timeUs, mosi }] of session.slice(0, -1).entries())
        assert.ok(
            session[i + 1]!.timeUs - timeUs >= spacingUs(mosi.length, ENGINE_SPI_HZ),
            `worked transaction ${i + 2}`
        )
    assert.is(spacingUs(le.REPLY_LENGTH, ENGINE_SPI_HZ), 3.75)
    assert.match(sheet.section("Transactions"), "17 bytes at 40 MHz are 3.75 us")
})

test("worked transactions: the pulses, and the sentences beside the bytes", () => {
    const m = sessionMaster()
    for (const { timeUs, mosi } of sheet.session()) {
        m.timeUs = timeUs
        m.transfer(mosi)
    }
    // FIRE at 1150 and 1320 us acts when its 16th byte is complete. The line due at 1423.3 us exceeded the budget.
    const printed = ["1153.3", "1323.3"]
    assert.equal(
        m.pulses.map(us => us.toFixed(1)),
        printed
    )
    for (const us of printed) assert.match(sheet.section("Worked transactions"), `${us} us`)
    const [line] = recordsOf(sheet.session()[25]!.miso)
    assert.match(sheet.section("Worked transactions"), `tick ${line!.tick_us} us`)
    const rows = sheet.table("26. Read the FIFO, one record")
    const hex = rows.map(r => r["bytes of the record"]!.replace(/[ …]/g, "")).join("")
    const bytes = Buffer.from(line!.bytes).toString("hex")
    // The samples are cut short in the table; the CRC follows them.
    assert.is(hex.slice(0, 46), bytes.slice(0, 46))
    assert.is(hex.slice(-8), bytes.slice(-8))
    assert.match(
        rows.at(-1)!.meaning!,
        `0x${getNumber(line!.bytes, bytes.length / 2 - 4, "u32").toString(16)}`
    )
})

test("SPI timing: the model's bus has the sheet's shortest times, and acts at the 16th byte", () => {
    const ns = (symbol: string): number =>
        numberOf(sheet.table("SPI timing").find(r => r.symbol === symbol)!.min)
    // 10 ps: both are sums of decimal fractions.
    const near = (us: number, expected: number): void =>
        assert.ok(Math.abs(us - expected) < 1e-5, `${us} us, not ${expected}`)
    const [hz, byte] = [ENGINE_SPI_HZ, 8e6 / ENGINE_SPI_HZ]
    near(repliesAfterUs(hz), ns("t_CSS") / 1e3 + le.REPLY_AT * byte)
    near(actsAfterUs(hz), ns("t_CSS") / 1e3 + le.DATA_AT * byte)
    near(spacingUs(17, hz), (ns("t_CSS") + ns("t_CSH") + ns("t_CSW")) / 1e3 + 17 * byte)
    assert.match(sheet.section("Transactions"), `${actsAfterUs(hz).toFixed(1)} us after`)
})

/** Lines of 16 samples every 100 us, the first one at 1000 us, on a bus of 40 MHz from then on. */
function firing(): BusMaster {
    const m = new BusMaster()
    assert.ok(m.arm(1, 16, 100))
    m.timeUs = 1000
    assert.ok(m.fire())
    m.hz = ENGINE_SPI_HZ
    return m
}

test("a command acts when its 16th byte is complete: a line due before that still fires", () => {
    for (const [csUs, lines] of [
        [1096.6, 1],
        [1096.8, 2],
    ] as const) {
        const m = firing()
        m.timeUs = csUs
        assert.ok(m.control(le.CONTROL_STOP))
        assert.is(m.pulses.length, lines, `STOP with CS low at ${csUs} us`)
    }
})

test("STATUS returns the moment at which CS fell, and a register its value at the end of byte 11", () => {
    const m = firing()
    // The bytes end at 1102.4 and 1103.2 us; the second line fires at 1100 us.
    m.timeUs = 1099.9
    const status = m.transfer(command(le.OP_STATUS, 0, 0, 0))
    assert.is(getNumber(status, le.STATUS_LEVEL_AT, "u16"), 1)
    assert.is(getNumber(status, le.MOMENT_TICK_AT, "u32"), 1099)
    for (const [csUs, fired] of [
        [1197.4, 2],
        [1197.6, 3],
    ] as const) {
        m.timeUs = csUs
        assert.is(m.read(le.REG_FIRED), fired, `CS low at ${csUs} us`)
    }
})

test("service counts from the effect of a command", () => {
    const m = firing()
    // A line is due at 101,100 us, 100 ms after 1100: the last service before it is that of a command acting at 1100.2 us.
    m.timeUs = 1096.9
    m.read(le.REG_ID)
    m.hz = Infinity
    m.timeUs = 101_150
    assert.is(m.peekFlags() & le.FLAG_UNSERVICED, 0)
    m.timeUs = 101_201
    assert.is(m.peekFlags() & le.FLAG_UNSERVICED, le.FLAG_UNSERVICED)
})

test.run()
