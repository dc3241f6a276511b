// Conformance of the SPI interface with the data sheet: datagrams, pipelining, status byte, access rights, reset.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { BusMaster } from "./testing/bus-master"
import { DRV_STATUS, GSTAT, RAMP_STAT, REG, SPI_STATUS } from "./registers"

const test = suite("tmc5160 bus and registers")
const bytes = (a: Uint8Array): number[] => [...a]

test("a read returns its value in the next transfer, and a write is mirrored (4.1.1, the data sheet's example)", () => {
    const m = new BusMaster({ seed: 1 })
    m.write("XACTUAL", 0x01020304)
    m.raw([0x21, 0, 0, 0, 0])
    assert.equal(
        bytes(m.raw([0x21, 0, 0, 0, 0])).slice(1),
        [1, 2, 3, 4],
        "the second read returns XACTUAL"
    )
    assert.equal(
        bytes(m.raw([0xa7, 0x00, 0xab, 0xcd, 0xef])).slice(1),
        [1, 2, 3, 4],
        "writing VMAX still returns it"
    )
    assert.equal(
        bytes(m.raw([0xa7, 0x00, 0x12, 0x34, 0x56])).slice(1),
        [0x00, 0xab, 0xcd, 0xef],
        "mirror of the write"
    )
})

test("a read latches its value at the request, not at the reply", () => {
    const m = new BusMaster({ seed: 1 }).begin().ramp({ speed: 5, accel: 60 }).target(100)
    m.advanceMs(500)
    m.raw([REG.XACTUAL.address, 0, 0, 0, 0])
    const requested = m.rig.chip.core.ramp.xactual
    m.advanceMs(10)
    const reply = new DataView(m.raw([0, 0, 0, 0, 0]).buffer).getInt32(1)
    assert.is(reply, requested)
    assert.ok(m.rig.chip.core.ramp.xactual > reply + 2000)
})

test("longer transfers: the last 40 bits are executed, earlier ones leave 40 bits later; shorter ones are ignored (4.2)", () => {
    const m = new BusMaster({ seed: 1 })
    const out = m.raw([1, 2, 3, 0xad, 0, 0, 0, 77])
    assert.is(out.length, 8)
    assert.equal(bytes(out).slice(5), [1, 2, 3])
    assert.is(m.read("XTARGET"), 77)
    const short = m.raw([0xad, 0, 0, 99])
    assert.is(short.length, 4)
    assert.is(m.read("XTARGET"), 77)
    assert.match(m.rig.chip.misuse[0]!.text, /4 bytes/)
    assert.is(m.raw([]).length, 0)
})

test("reset values and the version (chapter 6)", () => {
    const m = new BusMaster({ seed: 1 })
    assert.is(m.read("GSTAT"), GSTAT.reset | GSTAT.uvCp)
    assert.is(m.read("CHOPCONF"), 0x10410150)
    assert.is(m.read("GCONF"), 8)
    assert.is(m.read("IOIN") >>> 24, 0x30)
    assert.is(m.read("RAMPMODE"), 0)
    assert.is(m.read("TSTEP"), 0xfffff)
    const stat =
        RAMP_STAT.vzero |
        RAMP_STAT.positionReached |
        RAMP_STAT.velocityReached |
        RAMP_STAT.eventPosReached
    assert.is(m.read("RAMP_STAT"), stat)
})

test("write-only and non-existent registers read 0; read-only ones keep their value", () => {
    const m = new BusMaster({ seed: 1 })
    for (const name of Object.keys(REG) as (keyof typeof REG)[]) {
        if (REG[name].access !== "W") continue
        m.write(name, 0x11111111)
        assert.is(m.read(name), 0, name)
    }
    m.write("VACTUAL", 5)
    assert.is(m.read("VACTUAL"), 0)
    m.raw([0x1f, 0, 0, 0, 0])
    assert.equal(bytes(m.raw([0, 0, 0, 0, 0])).slice(1), [0, 0, 0, 0])
})

test("widths: bits that are not implemented are dropped", () => {
    const m = new BusMaster({ seed: 1 })
    m.write("RAMPMODE", 0xffffffff)
    assert.is(m.read("RAMPMODE"), 3)
    m.write("SW_MODE", 0xfffff000)
    assert.is(m.read("SW_MODE"), 0)
})

test("signed values: 32-bit positions and 24-bit VACTUAL", () => {
    const m = new BusMaster({ seed: 1 }).begin().ramp({ speed: 3, accel: 60 })
    m.write("XACTUAL", -5)
    assert.is(m.read("XACTUAL"), 0xfffffffb)
    m.write("RAMPMODE", 2)
    m.advanceMs(500)
    const raw = m.read("VACTUAL")
    assert.is(raw >>> 24, 0, "24 bits only; the reader extends the sign")
    assert.is((raw << 8) >> 8, -m.velocity(3))
})

test("GSTAT is cleared by writing ones, and the status byte follows one transfer later (4.1.2)", () => {
    const m = new BusMaster({ seed: 1 })
    assert.ok(m.status() & SPI_STATUS.resetFlag)
    assert.ok(
        m.write("GSTAT", GSTAT.reset) & SPI_STATUS.resetFlag,
        "this byte was latched before the write"
    )
    assert.not(m.status() & SPI_STATUS.resetFlag)
    assert.is(
        m.read("GSTAT"),
        GSTAT.uvCp,
        "only the written bit is cleared, and reading clears nothing"
    )
    assert.is(m.read("GSTAT"), GSTAT.uvCp)
})

test("status byte: standstill 2^20 clocks after the last step, position and velocity reached", () => {
    const m = new BusMaster({ seed: 1 }).begin().ramp({ speed: 4, accel: 60 }).target(4)
    m.advanceMs(300)
    assert.is(m.status() & 0x38, SPI_STATUS.velocityReached)
    m.finish()
    const stoppedUs = m.rig.chip.core.ramp.lastStepUs
    m.timeUs = stoppedUs + (2 ** 20 / 12e6) * 1e6 - 200
    assert.is(m.status() & 0x38, SPI_STATUS.positionReached)
    m.advanceMs(0.3)
    assert.is(m.status() & 0x38, SPI_STATUS.positionReached | SPI_STATUS.standstill)
})

test("TSTEP is 2^24/V at any clock (6.2)", () => {
    const m = new BusMaster({ seed: 1, fclkHz: 16e6 }).begin().ramp({ speed: 2, accel: 60 })
    m.write("RAMPMODE", 1)
    m.advanceMs(300)
    assert.is(m.read("TSTEP"), Math.floor(2 ** 24 / m.velocity(2)))
})

test("MSCNT follows the motion and is not changed by writing XACTUAL", () => {
    const m = new BusMaster({ seed: 1 }).begin().ramp({ speed: 2, accel: 60 })
    m.write("XTARGET", 1500)
    m.finish()
    assert.is(m.read("MSCNT"), 1500 - 1024)
    m.write("RAMPMODE", 3)
    m.write("XACTUAL", 0)
    assert.is(m.read("MSCNT"), 1500 - 1024)
})

test("hold current: IRUN, then down to IHOLD step by step after TPOWERDOWN (6.2, chapter 9)", () => {
    const m = new BusMaster({ seed: 1 }).begin()
    m.write("TPOWERDOWN", 2)
    m.write("IHOLD_IRUN", (1 << 16) | (20 << 8) | 17)
    m.ramp({ speed: 4, accel: 60 }).target(1).finish()
    const clocksUs = (n: number): number => (n / 12e6) * 1e6
    const from = m.rig.chip.core.ramp.lastStepUs + clocksUs(2 ** 20 + 2 * 2 ** 18)
    const scaleAt = (timeUs: number): number => {
        m.timeUs = timeUs - 40
        return (m.read("DRV_STATUS") >>> 16) & 31
    }
    assert.is(scaleAt(from - 100), 20)
    assert.is(scaleAt(from + 100), 19)
    assert.is(scaleAt(from + clocksUs(2 ** 18) + 200), 18)
    assert.is(scaleAt(from + clocksUs(2 * 2 ** 18) + 300), 17)
    assert.is(scaleAt(from + clocksUs(9 * 2 ** 18)), 17)
})

test("a chip reset clears registers, sets its flag, switches the stage off and leaves the sled", () => {
    const m = new BusMaster({ seed: 1 }).begin().ramp({ speed: 4, accel: 60 }).target(50)
    m.advanceMs(2000)
    const before = m.rig.sled.positionMm
    m.rig.powerCycle(m.timeUs)
    assert.is(m.read("GSTAT"), GSTAT.reset | GSTAT.uvCp)
    assert.is(m.read("XTARGET"), 0)
    assert.is(m.read("XACTUAL"), 0)
    assert.is(m.read("CHOPCONF") & 15, 0)
    m.advanceMs(1000)
    assert.ok(m.rig.sled.positionMm - before < 2, "a free sled coasts less than 2 mm and stops")
    assert.is(m.rig.edges.edges("power-stage").at(-1)?.level, false)
})

test("driver faults: flags they set and conditions that clear them (6.5.5, 6.1)", () => {
    const m = new BusMaster({ seed: 1 }).begin()
    m.rig.faults.inject("over-temperature-warning", m.timeUs)
    assert.is(m.read("DRV_STATUS") & (DRV_STATUS.ot | DRV_STATUS.otpw), DRV_STATUS.otpw)
    assert.is(m.read("GSTAT"), 0, "a warning alone stops nothing")
    m.rig.faults.inject("over-temperature", m.timeUs)
    m.write("GSTAT", 7)
    assert.is(m.read("GSTAT"), GSTAT.drvErr, "cannot be cleared while hot")
    assert.ok(m.status() & SPI_STATUS.driverError)
    m.rig.faults.clear("over-temperature", m.timeUs)
    assert.is(m.rig.chip.core.stage.on, false, "stays off until the prewarning is gone as well")
    m.rig.faults.clear("over-temperature-warning", m.timeUs)
    assert.is(m.rig.chip.core.stage.on, true)
    m.write("GSTAT", 7)
    assert.is(m.read("GSTAT"), 0)
    m.rig.faults.inject("short", m.timeUs)
    m.rig.faults.clear("short", m.timeUs)
    assert.ok(m.read("DRV_STATUS") & DRV_STATUS.s2ga, "stays until the driver is disabled")
    m.rig.setEnable(true, m.timeUs)
    m.rig.setEnable(false, m.timeUs)
    assert.not(m.read("DRV_STATUS") & DRV_STATUS.s2ga)
    assert.is(m.rig.chip.core.stage.on, true)
    m.rig.faults.inject("undervoltage", m.timeUs)
    assert.is(m.rig.chip.core.stage.on, false)
    m.rig.faults.clear("undervoltage", m.timeUs)
    assert.is(m.rig.chip.core.stage.on, true)
    assert.ok(m.read("GSTAT") & GSTAT.uvCp, "latched for information")
})

test("logs misuse: D1 = 0, VSTOP = 0, GLOBALSCALER 1..31", () => {
    const m = new BusMaster({ seed: 1 }).begin()
    m.write("GLOBALSCALER", 20)
    m.write("VMAX", 1000)
    m.write("AMAX", 1000)
    m.write("DMAX", 1000)
    m.write("VSTOP", 0)
    m.write("XTARGET", 100)
    const text = m.rig.chip.misuse.map(e => e.text).join("\n")
    for (const word of [/GLOBALSCALER 20/, /D1 is 0/, /VSTOP is 0/]) assert.match(text, word)
})

test.run()
