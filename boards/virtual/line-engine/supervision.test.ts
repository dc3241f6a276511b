// Supervision of firing: transmit inhibit, table check, stuck level, service watchdog, unplugging, power.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import * as le from "../../../src/shared/devices/line-engine"
import { BusMaster, command } from "./testing/bus-master"

const test = suite("line engine: supervision")

test("transmit inhibit: no pulse and no line number, counted, time continues, FIRE is refused [IVUS-TX-004]", () => {
    const m = new BusMaster()
    m.engine.firing.inhibited = true
    assert.ok(m.arm(8, 16, 1000))
    assert.ok(m.flags() & le.FLAG_INHIBITED)
    assert.not(m.fire())
    m.engine.firing.inhibited = false
    assert.ok(m.fire())
    m.wait(2500)
    m.flags()
    m.engine.firing.inhibited = true
    m.wait(4000)
    assert.ok(m.flags() & le.FLAG_FIRING)
    assert.is(m.read(le.REG_REFUSED), 4)
    m.engine.firing.inhibited = false
    m.wait(1000)
    const lines = m.records(99, 16)
    assert.equal(m.pulses, [0, 1000, 2000, 7000])
    assert.equal(
        lines.map(r => [r.line, r.index, r.tick_us]),
        [
            [0, 0, 0],
            [1, 1, 1000],
            [2, 2, 2000],
            [3, 3, 7000],
        ]
    )
})

test("a table change while firing stops it with CAUSE 3 and FIRE and ARM are refused; unused entries may change", () => {
    const m = new BusMaster()
    assert.ok(m.arm(8, 16, 100))
    assert.ok(m.fire())
    m.engine.disturbTable(8 * 16, 0)
    m.wait(1000).flags()
    assert.is(m.pulses.length, 11)
    m.engine.disturbTable(8 * 16 - 1, 0)
    m.wait(1000).flags()
    assert.is(m.pulses.length, 11)
    assert.is(m.flags() & (le.FLAG_ARMED | le.FLAG_FIRING), 0)
    assert.is(m.read(le.REG_CAUSE), le.CAUSE_TABLE)
    assert.not(m.control(le.CONTROL_ARM))
    // Changed between ARM and FIRE.
    m.engine.disturbTable(8 * 16 - 1, 0)
    assert.ok(m.control(le.CONTROL_ARM))
    m.engine.disturbTable(3, 7)
    assert.not(m.fire())
    assert.is(m.read(le.REG_CAUSE), le.CAUSE_TABLE)
    assert.is(m.pulses.length, 11)
})

test("a stuck FIFO level appears in status and replies, and no record is lost", () => {
    const m = new BusMaster()
    assert.ok(m.arm(8, 16, 100))
    assert.ok(m.fire())
    m.wait(1000)
    m.engine.stickLevel(0)
    assert.is(m.records(20, 16).length, 0)
    m.engine.stickLevel(5)
    assert.is(m.records(20, 16).length, 5)
    m.engine.stickLevel(undefined)
    assert.equal(
        m.records(20, 16).map(r => r.line),
        [5, 6, 7, 8, 9, 10]
    )
})

test("service watchdog: a line due 100 ms after the last service fires, a later one does not [IVUS-TX-003]", () => {
    const m = new BusMaster()
    assert.ok(m.arm(8, 16, 10_000))
    m.fire()
    m.wait(500_000)
    // Only a status read: too short to count as service.
    assert.is(
        m.peekFlags(),
        le.FLAG_UNSERVICED | le.FLAG_CATHETER,
        "ended, neither armed nor firing"
    )
    assert.is(m.pulses.length, 11)
    assert.is(m.pulses.at(-1), le.SERVICE_LIMIT_US)
    m.control(le.CONTROL_CLEAR)
    assert.ok(m.flags() & le.FLAG_UNSERVICED, "CLEAR does not reset it")
    assert.ok(m.control(le.CONTROL_ARM))
    assert.is(m.flags() & le.FLAG_UNSERVICED, 0)
})

test("service watchdog: any valid command of 16 bytes feeds it, damaged and short ones do not [IVUS-TX-003]", () => {
    const idle = (mosi: Uint8Array): number => {
        const m = new BusMaster()
        assert.ok(m.arm(8, 16, 1000))
        m.fire()
        for (let i = 0; i < 5; i++) {
            m.wait(60_000)
            m.transfer(mosi)
        }
        return m.peekFlags() & le.FLAG_UNSERVICED
    }
    const good = command(le.OP_STATUS, 0, 0, 0)
    assert.is(idle(good), 0)
    assert.is(
        idle(new Uint8Array(16)),
        le.FLAG_UNSERVICED,
        "a data line stuck low is not a command"
    )
    assert.is(idle(good.subarray(0, 15)), le.FLAG_UNSERVICED)
    assert.is(idle(Uint8Array.from(good).fill(1, 8, 9)), le.FLAG_UNSERVICED)
})

test("unplugging the catheter ends firing at once [IVUS-CAT-002]", () => {
    const m = new BusMaster()
    assert.ok(m.arm(8, 16, 1000))
    m.fire()
    m.wait(3500)
    m.flags()
    m.engine.plug({ id: "", serial: 0 })
    m.wait(50_000)
    assert.is(m.flags(), 0)
    assert.is(m.pulses.length, 4)
})

test("power-on: all registers as in the data sheet, and the line clock at 0", () => {
    const m = new BusMaster()
    assert.ok(m.arm(8, 16, 1000))
    m.write(le.REG_GATE, 1)
    m.write(le.REG_WINDOW_END, 9)
    m.writeTable(0, new Uint8Array(16))
    m.read(0xff)
    m.fire()
    m.wait(80_000.5)
    m.engine.powerCycle(m.timeUs)
    assert.is(m.pulses.length, 81, "lines due before the power failure")
    assert.is(m.flags(), le.FLAG_RESET | le.FLAG_CATHETER)
    assert.is(m.read(le.REG_TICK), 0)
    m.wait(1234)
    assert.is(m.read(le.REG_TICK), 1234)
    for (const address of [
        ...[le.REG_POSITION, le.REG_WINDOW_END, le.REG_GATE, le.REG_FIRED],
        ...[le.REG_DROPPED, le.REG_REFUSED],
    ])
        assert.is(m.read(address), 0)
    assert.is(m.read(le.REG_SAMPLES), 256)
    assert.is(m.records(9, 256).length, 0)
    assert.is(m.pulses.length, 81)
})

test("line clock and position wrap at 32 bits", () => {
    const m = new BusMaster()
    m.timeUs = 2 ** 32 - 1
    assert.is(m.read(le.REG_TICK), 0xffffffff)
    m.wait(1.5)
    assert.is(m.read(le.REG_TICK), 0)
    m.write(le.REG_POSITION, 0x7fffffff)
    m.engine.firing.onCounts(1)
    assert.is(m.read(le.REG_POSITION), 0x80000000)
})

test.run()
