// boards/un0rick.md against src/shared and, byte for byte, against the virtual un0rick.
// Exact, except for printed figures: half of the last digit.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { catheterOf } from "../../../src/shared/acquisition/catheters"
import * as un from "../../../src/shared/devices/un0rick"
import { DataSheet, assertPrinted, assertBytes } from "../testing/data-sheet"
import { numberOf, type Row } from "../testing/markdown-tables"
import { SPEC_OF } from "./register-table"
import { Un0rick } from "./un0rick"

const test = suite("data sheet of the un0rick")

const sheet = new DataSheet("un0rick.md")
const table = (heading: string, nth = 0): Row[] => sheet.table(heading, nth)
const constants = un as unknown as Record<string, number>

test("registers: address, bits, reset value, direction and name", () => {
    const rows = table("Registers")
    for (const r of rows) {
        const facts = SPEC_OF.get(numberOf(r.address))!
        assert.is(facts.name, r.name)
        assert.is(facts.bits, numberOf(r.bits), r.name)
        assert.is(facts.reset, numberOf(r.reset), r.name)
        assert.is(facts.access, r.access, r.name)
        const name = r.name === "DACGAIN00" ? "DACGAIN" : r.name
        assert.is(constants[`UN_${name}`], facts.address, r.name)
    }
    assert.is(rows.length, 20)
})

test("pulse: widths and resulting frequency", () => {
    const rows = table("Pulse")
    for (const r of rows) {
        const half = un.un0rickHalfPeriod(1000 * numberOf(r["frequency, MHz"]))
        assert.is(numberOf(r["half period, periods"]), half)
        assertPrinted(r["actual, MHz"], un.un0rickActualKhz(half) / 1000)
        assert.is(numberOf(r.PONW), un.un0rickWidth(half))
        assert.is(numberOf(r.INTERW), un.un0rickWidth(half))
        assert.is(numberOf(r.POFFW), un.un0rickWidth(8 * half))
    }
    assert.is(rows.length, 3)
})

test("acquisition: ticks and us", () => {
    const rows = table("Acquisition")
    const ticks = [
        un.UN_STEP_WORDS,
        un.UN_STEP_WORDS + un.UN_LINE_WORDS,
        (un.un0rickAcquisitionUs(1) * un.UN_SAMPLE_HZ) / 1e6,
    ]
    for (const [i, r] of rows.entries()) {
        assertPrinted(r["ticks of 63.75 MHz"], ticks[i]!)
        assertPrinted(r.us, (ticks[i]! * 1e6) / un.UN_SAMPLE_HZ)
    }
    assert.is(rows.length, 3)
})

test("frame rate: as computed", () => {
    const rows = table("Frame rate")
    for (const r of rows) {
        const b = un.budgetUn0rick(
            catheterOf(r.catheter!)!,
            un.UN_SPI_HZ,
            numberOf(r["wait, us"]),
            un.UN_TRANSFER_US
        )
        assert.is(numberOf(r["words per line"]), b.words)
        assertPrinted(r["bus, us"], b.bus_us)
        assertPrinted(r["transfers, us"], b.overhead_us)
        assertPrinted(r["line, us"], b.line_us)
        assert.is(numberOf(r["lines per frame"]), catheterOf(r.catheter!)!.lines_per_frame)
        assertPrinted(r["frame, s"], b.frame_us / 1e6)
        // Rounded down, so that the stated rate is reached.
        assert.is(numberOf(r["frames/s"]), b.frame_rate_mhz / 1000)
    }
    assert.is(rows.length, 3)
})

test("worked transactions: the session of the data sheet, replayed byte for byte", () => {
    const board = new Un0rick({
        sckHz: un.UN_SPI_HZ,
        echo: (_, out) => void out.set([0.5, -0.5]),
    })
    const session = sheet.session()
    let freeUs = 0
    for (const [i, { timeUs, mosi, miso }] of session.entries()) {
        assert.ok(timeUs >= freeUs, `transaction ${i + 1} starts too early`)
        freeUs = timeUs + (8e6 * mosi.length) / un.UN_SPI_HZ
        const reply = board.transfer(mosi, timeUs)
        assertBytes(reply, miso, `worked transaction ${i + 1}`)
    }
    assert.is(session.length, 26)
    assert.is(board.misuse.length, 1, "the read of 0x05")
})

test.run()
