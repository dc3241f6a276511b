// boards/un0rick.md against src/wire and, byte for byte, against the virtual un0rick.
// Nothing here has a tolerance but figures that are printed rounded: half of the last printed digit.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { readFileSync } from "node:fs"
import { catheterOf } from "../../../src/wire/catheters"
import * as un from "../../../src/wire/un0rick"
import {
    blocksOf,
    numberOf,
    sectionOf,
    tablesOf,
    type Row,
} from "../markdown-tables"
import { FACTS_OF } from "./register-table"
import { Un0rick } from "./un0rick"

const test = suite("data sheet of the un0rick")

const sheet = readFileSync(new URL("../../un0rick.md", import.meta.url), "utf8")
const table = (heading: string, nth = 0): Row[] =>
    tablesOf(sectionOf(sheet, heading))[nth]!
const constants = un as unknown as Record<string, number>

function printed(cell: string | undefined, exact: number): void {
    const number = numberOf(cell)
    const digits = /\.(\d+)/.exec(cell!)?.[1]?.length ?? 0
    assert.ok(
        Math.abs(number - exact) <= 0.5 * 10 ** -digits + 1e-9,
        `${cell} is printed, ${exact} is right`
    )
}

test("registers: address, bits, reset value and direction, and the wire's names for them", () => {
    const rows = table("Registers")
    for (const r of rows) {
        const facts = FACTS_OF.get(numberOf(r.address))!
        assert.is(facts.name, r.name)
        assert.is(facts.bits, numberOf(r.bits), r.name)
        assert.is(facts.reset, numberOf(r.reset), r.name)
        assert.is(facts.access, r.access, r.name)
        const name = r.name === "DACGAIN00" ? "DACGAIN" : r.name
        assert.is(constants[`UN_${name}`], facts.address, r.name)
    }
    assert.is(rows.length, 20)
})

test("pulse: widths and the frequency made", () => {
    const rows = table("Pulse")
    for (const r of rows) {
        const half = un.un0rickHalfPeriod(1000 * numberOf(r["frequency, MHz"]))
        assert.is(numberOf(r["half period, periods"]), half)
        printed(r["made, MHz"], un.un0rickMadeKhz(half) / 1000)
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
        printed(r["ticks of 63.75 MHz"], ticks[i]!)
        printed(r.us, (ticks[i]! * 1e6) / un.UN_SAMPLE_HZ)
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
            5
        )
        assert.is(numberOf(r["words a line"]), b.words)
        printed(r["bus, us"], b.bus_us)
        printed(r["transfers, us"], b.overhead_us)
        printed(r["line, us"], b.line_us)
        printed(r["frame of 256 lines, s"], b.frame_us / 1e6)
        // Rounded down: what is promised is reached.
        assert.is(numberOf(r["frames/s"]), b.frame_rate_mhz / 1000)
    }
    assert.is(rows.length, 2)
})

function bytesOf(lines: string[], mark: string): Uint8Array {
    const line = lines.find(l => l.startsWith(mark))!
    return Uint8Array.from(line.slice(2).split(" "), b => parseInt(b, 16))
}

test("worked transactions: the session of the sheet, replayed byte for byte", () => {
    const board = new Un0rick({
        sckHz: un.UN_SPI_HZ,
        echo: (_, out) => void out.set([0.5, -0.5]),
    })
    const blocks = blocksOf(sheet, "hex")
    let freeUs = 0
    for (const [i, block] of blocks.entries()) {
        const lines = block.trimEnd().split("\n")
        const timeUs = numberOf(lines[0]!.replace(/^t /, ""))
        assert.ok(timeUs >= freeUs, `transaction ${i + 1} begins too early`)
        const mosi = bytesOf(lines, "> ")
        freeUs = timeUs + (8e6 * mosi.length) / un.UN_SPI_HZ
        assert.equal(
            Buffer.from(board.transfer(mosi, timeUs)).toString("hex"),
            Buffer.from(bytesOf(lines, "< ")).toString("hex"),
            `worked transaction ${i + 1}`
        )
    }
    assert.is(blocks.length, 26)
    assert.is(board.misuse.length, 1, "the read of 0x05")
})

test.run()
