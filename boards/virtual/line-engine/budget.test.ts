// The transmit budget: refusals by ARM, ends of firing, persistence, and the budget tables of the data sheet.
// Digital: no tolerance apart from the resolution of the window and the rounding of printed figures.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { catheterOf, FRONT_END_LINE_ENGINE } from "../../../src/shared/acquisition/catheters"
import { CATHETER_IDS } from "../../../src/shared/acquisition/catheter-list"
import * as le from "../../../src/shared/devices/line-engine"
import { pulseEnergyNj } from "../../../src/shared/acquisition/sequence-budget"
import { DataSheet, assertPrinted } from "../testing/data-sheet"
import { numberOf } from "../testing/markdown-tables"
import { BusMaster, CATHETER } from "./testing/bus-master"

const test = suite("line engine: transmit budget")

const sheet = new DataSheet("line-engine.md")
/** Fraction of the window by which a limit may be reached late. */
const PART = 1 / le.BUDGET_PARTS

/** An engine ready to be armed, with `cycles` in each entry and no refusal latched. */
function ready(periodUs = 1000, lines = 4, cycles = 2): BusMaster {
    const m = new BusMaster()
    const entries = new Uint8Array(16 * lines)
    for (let i = 0; i < lines; i++) entries[16 * i + 6] = cycles
    m.writeTable(0, entries)
    assert.ok(m.arm(lines, 16, periodUs))
    m.control(le.CONTROL_STOP)
    return m
}

const arm = (m: BusMaster): number => {
    m.control(le.CONTROL_ARM)
    return m.read(le.REG_CAUSE)
}

/** Services the engine for `ms`. @returns the number of pulses meanwhile */
function run(m: BusMaster, ms: number): number {
    const before = m.pulses.length
    for (let i = 0; i < ms / 10; i++) m.wait(10_000).flags()
    return m.pulses.length - before
}

test("the data sheet lists the CAUSE codes of the interface", () => {
    const causes = Object.entries(le as unknown as Record<string, number>).filter(([name]) =>
        name.startsWith("CAUSE_")
    )
    assert.equal(
        new Map(
            sheet.table("Transmit budget", 1).map(r => [`CAUSE_${r.cause}`, numberOf(r.value)])
        ),
        new Map(causes)
    )
})

test("refuses ARM without a budget, whichever of the three limits is missing [IVUS-TX-002]", () => {
    for (const address of [le.REG_BUDGET_PULSES, le.REG_BUDGET_CYCLES, le.REG_BUDGET_ENERGY_NJ]) {
        const m = ready()
        assert.is(m.write(address, 0), 0)
        assert.is(arm(m), le.CAUSE_NO_BUDGET)
        assert.ok(m.flags() & le.FLAG_REFUSED)
        assert.not(m.fire())
        assert.is(run(m, 50), 0)
    }
})

test("refuses ARM with an entry that was never loaded or has too many cycles [IVUS-TX-002]", () => {
    const m = ready(1000, 4, 5)
    m.write(le.REG_BUDGET_CYCLES, 4)
    assert.is(arm(m), le.CAUSE_CYCLES)
    m.write(le.REG_BUDGET_CYCLES, 5)
    assert.is(arm(m), le.CAUSE_NONE)
    m.control(le.CONTROL_STOP)
    // A fifth line was never loaded, although its CRC is announced.
    m.write(le.REG_LINES, 5)
    m.write(le.REG_TABLE_CRC, m.read(le.REG_TABLE_CRC))
    assert.is(arm(m), le.CAUSE_ENTRY)
    assert.is(run(m, 50), 0)
})

test("checks the supply set point at ARM and the measured supply at every line [IVUS-TX-002]", () => {
    const m = ready()
    m.write(le.REG_BUDGET_SUPPLY_MV, 40_000)
    m.write(le.REG_SUPPLY_MV, 40_001)
    assert.is(arm(m), le.CAUSE_SUPPLY)
    m.write(le.REG_SUPPLY_MV, 40_000)
    assert.is(m.read(le.REG_SUPPLY_MEASURED_MV), 40_000)
    const { budget } = m.engine.firing
    budget.supplyFactor = 1.051
    assert.is(arm(m), le.CAUSE_SUPPLY)
    budget.supplyFactor = 1.049
    assert.is(arm(m), le.CAUSE_NONE)
    assert.ok(m.fire())
    assert.ok(run(m, 50) > 45)
    budget.supplyFactor = 1.2
    assert.is(run(m, 50), 0)
    assert.is(m.read(le.REG_CAUSE), le.CAUSE_SUPPLY)
    assert.is(m.flags() & (le.FLAG_ARMED | le.FLAG_FIRING), 0)
})

test("pulses per second: does not fire the line that would exceed the limit, and ends firing [IVUS-TX-002]", () => {
    const m = ready(1000)
    m.control(le.CONTROL_CLEAR)
    m.write(le.REG_BUDGET_PULSES, 300)
    assert.is(arm(m), le.CAUSE_NONE)
    m.fire()
    assert.is(run(m, 500), 300)
    assert.is(m.read(le.REG_CAUSE), le.CAUSE_PULSES)
    assert.is(m.read(le.REG_OVER_BUDGET), 1)
    assert.is(m.read(le.REG_FIRED), 300)
    assert.is(m.flags(), le.FLAG_CATHETER | le.FLAG_REFUSED)
    // Firing again does not start a new second.
    assert.is(arm(m), le.CAUSE_NONE)
    m.fire()
    assert.is(run(m, 10), 0)
    assert.is(m.read(le.REG_OVER_BUDGET), 2)
    m.control(le.CONTROL_CLEAR)
    assert.is(m.read(le.REG_OVER_BUDGET), 0)
    assert.is(m.flags() & le.FLAG_REFUSED, 0)
    assert.is(m.read(le.REG_CAUSE), le.CAUSE_PULSES, "CLEAR does not reset CAUSE")
})

test("never refuses a rate at the limit; refuses one above it by the resolution of the window", () => {
    const at = ready(1000)
    at.write(le.REG_BUDGET_PULSES, 1000)
    arm(at)
    at.fire()
    assert.ok(run(at, 5000) >= 5000)
    const above = ready(Math.round(1000 * (1 - 1.5 * PART)))
    above.write(le.REG_BUDGET_PULSES, 1000)
    arm(above)
    above.fire()
    run(above, 5000)
    assert.is(above.read(le.REG_CAUSE), le.CAUSE_PULSES)
})

test("energy per window: cycles, capacitance and supply of each pulse [IVUS-TX-002]", () => {
    const m = ready(1000, 4, 2)
    m.write(le.REG_BUDGET_SUPPLY_MV, 40_000)
    m.write(le.REG_SUPPLY_MV, 40_000)
    m.write(le.REG_BUDGET_ELEMENT_FF, 3000)
    m.write(le.REG_BUDGET_WINDOW_MS, 100)
    // 2 cycles of 3 pF charged to 80 V are 38.4 nJ.
    m.write(le.REG_BUDGET_ENERGY_NJ, 384)
    assert.is(arm(m), le.CAUSE_NONE)
    m.fire()
    assert.is(run(m, 50), 10)
    assert.is(m.read(le.REG_CAUSE), le.CAUSE_ENERGY)
    m.wait(100_000)
    arm(m)
    m.fire()
    assert.is(run(m, 50), 10, "allowed again after one window")
})

test("counts every listed pair as a pulse, distributed over the lines of a frame", () => {
    const m = new BusMaster()
    m.write(le.REG_PAIRS, 14)
    assert.ok(m.arm(4, 16, 1000))
    m.control(le.CONTROL_STOP)
    // 14 pairs per frame of 4 lines: 3, 4, 3, 4; two frames are 28, then 3 more.
    m.write(le.REG_BUDGET_PULSES, 31)
    arm(m)
    m.fire()
    assert.is(run(m, 50), 9)
    assert.is(m.read(le.REG_CAUSE), le.CAUSE_PULSES)
})

test("unplugging or power-off clears the budget; while armed it is locked [IVUS-TX-002, IVUS-CAT-002]", () => {
    const m = ready()
    arm(m)
    assert.not(m.write(le.REG_BUDGET_PULSES, 7) === 7, "locked")
    m.engine.plug(CATHETER)
    assert.is(m.read(le.REG_CAUSE), le.CAUSE_CATHETER)
    for (const address of [le.REG_BUDGET_PULSES, le.REG_BUDGET_CYCLES, le.REG_SUPPLY_MV])
        assert.is(m.read(address), 0)
    assert.is(arm(m), le.CAUSE_NO_BUDGET)
    m.loadBudget()
    assert.is(arm(m), le.CAUSE_NONE)
    m.engine.powerCycle(m.timeUs)
    assert.is(m.read(le.REG_BUDGET_PULSES), 0)
    assert.is(m.read(le.REG_CAUSE), le.CAUSE_NONE)
})

test("every other refusal or end of firing has its CAUSE", () => {
    const m = ready()
    assert.not(m.fire())
    assert.is(m.read(le.REG_CAUSE), le.CAUSE_STATE)
    m.write(le.REG_TABLE_CRC, 1)
    assert.is(arm(m), le.CAUSE_TABLE)
    m.write(le.REG_TABLE_CRC, m.read(le.REG_TABLE_CRC))
    arm(m)
    m.engine.firing.inhibited = true
    assert.not(m.fire())
    assert.is(m.read(le.REG_CAUSE), le.CAUSE_INHIBITED)
    m.engine.firing.inhibited = false
    m.fire()
    assert.is(arm(m), le.CAUSE_STATE)
    m.wait(200_000)
    assert.is(m.read(le.REG_CAUSE), le.CAUSE_UNSERVICED)
    m.engine.plug({ id: "", serial: 0 })
    assert.is(arm(m), le.CAUSE_CATHETER)
})

test("TRIGGER_MODE FREE: does not fire while the rotor runs, and does not start the rotor while firing", () => {
    const m = ready()
    m.write(le.REG_ROTOR_TARGET, le.SPEED_MIN_MRPM)
    arm(m)
    assert.not(m.fire())
    assert.is(m.read(le.REG_CAUSE), le.CAUSE_ROTOR)
    m.write(le.REG_ROTOR_TARGET, 0)
    assert.ok(m.fire())
    assert.is(m.write(le.REG_ROTOR_TARGET, le.SPEED_MIN_MRPM), 0)
})

test("the data sheet lists the budgets of the catheters", () => {
    const rows = sheet.table("Transmit budget", 2)
    const known = CATHETER_IDS.map(id => catheterOf(id)!)
    assert.equal(
        rows.map(r => r.catheter),
        known.filter(c => c.front_end === FRONT_END_LINE_ENGINE).map(c => c.id)
    )
    for (const r of rows) {
        const c = catheterOf(r.catheter!)!
        const framesPerS = numberOf(r["frames/s"])
        const pulsesPerS = framesPerS * c.firings_per_frame
        assert.is(numberOf(r.pulses), c.pulses_max_per_s)
        assert.is(numberOf(r.cycles), c.burst_max_cycles)
        assert.is(numberOf(r["supply, mV"]), c.supply_mv)
        assert.is(numberOf(r["element, fF"]), c.element_ff)
        assert.is(numberOf(r["energy, nJ in 100 ms"]), c.power_max_uw * le.ENERGY_WINDOW_MS)
        assertPrinted(r["share of pulses"], (100 * pulsesPerS) / c.pulses_max_per_s)
        assertPrinted(r["share of energy"], (pulsesPerS * pulseEnergyNj(c)) / 10 / c.power_max_uw)
    }
})

test("a second ARM whose supply has risen since is refused and disarms; while firing it only is refused", () => {
    const m = new BusMaster()
    assert.ok(m.arm(1, 16, 1000))
    assert.ok(m.control(le.CONTROL_ARM), "nothing has changed")
    m.engine.firing.budget.supplyMv = 200_000
    assert.not(m.control(le.CONTROL_ARM))
    assert.is(m.read(le.REG_CAUSE), le.CAUSE_SUPPLY)
    assert.is(m.flags() & le.FLAG_ARMED, 0)
    m.engine.firing.budget.supplyMv = 0
    assert.ok(m.control(le.CONTROL_ARM))
    assert.ok(m.fire())
    assert.not(m.control(le.CONTROL_ARM))
    assert.is(m.read(le.REG_CAUSE), le.CAUSE_STATE)
    assert.is(m.flags() & le.FLAG_FIRING, le.FLAG_FIRING)
})

test("parts of a window begin at multiples of their length since power-on", () => {
    // One pulse per second; a part has 15,625 us. After a line in part 0 the sum is empty from the beginning of part 64 on.
    for (const [secondUs, cause] of [
        [999_999, le.CAUSE_PULSES],
        [1_000_000, le.CAUSE_NONE],
    ] as const)
        for (const poweredUs of [0, 12_345]) {
            const m = new BusMaster()
            m.timeUs = poweredUs
            m.engine.powerCycle(m.timeUs)
            assert.ok(m.arm(1, 16, 1000))
            m.control(le.CONTROL_STOP)
            m.loadBudget(1)
            for (const us of [15_624, secondUs]) {
                m.timeUs = poweredUs + us
                assert.ok(m.control(le.CONTROL_ARM))
                m.fire()
                m.flags()
                if (us !== secondUs) m.control(le.CONTROL_STOP)
            }
            assert.is(m.read(le.REG_CAUSE), cause, `${secondUs} us, powered at ${poweredUs} us`)
        }
})

test.run()
