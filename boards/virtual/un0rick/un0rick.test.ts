// The virtual un0rick: registers, acquisition, memory, mux, misuse log. Digital; times to one tick of 63.75 MHz.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import * as fc from "fast-check"
import * as un from "../../../src/shared/devices/un0rick"
import { BusMaster } from "./testing/bus-master"
import { REGISTERS } from "./register-table"
import type { Pulse } from "./un0rick"

const test = suite("virtual un0rick")

/** Registers whose writes only store a value. */
const IDLE_RW = REGISTERS.filter(r => r.access === "rw")
/** Slow enough for every bit of a first word. */
const SLOW = { sckHz: 3e6 }
const TICK_US = 1 / 63.75

test("every register stores its implemented bits; read-only ones ignore writes", () => {
    fc.assert(
        fc.property(
            fc.constantFrom(...IDLE_RW),
            fc.nat(0xffff),
            ({ address, bits, name }, value) => {
                const m = new BusMaster(SLOW)
                const stored = value & (2 ** bits - 1)
                assert.is(m.write(address, value).read(address), stored, name)
                assert.equal(m.board.misuse, [])
            }
        ),
        { seed: 1, numRuns: 200 }
    )
    for (const { address, reset } of REGISTERS.filter(
        r => r.access === "ro" && r.name !== "RAMDATA"
    )) {
        const m = new BusMaster(SLOW).write(address, 0xffff)
        assert.is(m.read(address), reset)
        assert.match(m.board.misuse[0]!.what, "is not writable")
    }
})

test("a reset sets all registers except the gain table", () => {
    const m = new BusMaster(SLOW)
    for (const { address } of IDLE_RW) m.write(address, 0)
    m.wait(100).board.reset()
    for (const { address, reset, name } of IDLE_RW)
        assert.is(m.read(address), name.startsWith("DACGAIN") ? 0 : reset, name)
})

test("a line: busy until its empty line has passed, then done, and the same for the next", () => {
    const m = new BusMaster(SLOW)
    assert.is(m.read(un.UN_ACQDONE), 0)
    const startUs = m.timeUs + (39 / 3e6) * 1e6
    const status = (): number[] => m.readBurst(un.UN_ACQDONE, 3, true)
    m.write(un.UN_ACQSTART, 0)
    // The status words are fetched 24, 39 and 55 bits after the start of the transaction.
    const doneUs = startUs + un.un0rickAcquisitionUs(1)
    m.timeUs = doneUs - (55 / 3e6) * 1e6 - 0.1
    assert.equal(status(), [0, 0, 1])
    m.timeUs = doneUs - (23 / 3e6) * 1e6 + TICK_US
    assert.equal(status(), [1, 0, 0])
    m.write(un.UN_ACQSTART, 1)
    assert.equal(status(), [0, 0, 1])
    m.write(un.UN_ACQSTART, 1)
    assert.match(m.board.misuse[0]!.what, "while busy: ignored")
    m.wait(un.un0rickAcquisitionUs(1) + 30)
    assert.equal(status(), [1, 0, 0])
})

test("words: sample around 512, delayed, gain of its step, line bits, inputs and bit 15 zero", () => {
    const pulses: Pulse[] = []
    const m = new BusMaster({
        ...SLOW,
        onPulse: pulse => pulses.push(pulse),
        echo: (_, out) => {
            out[0] = 0.01
            out[508] = 0.01
            out[600] = 1
            out[700] = -1
        },
    })
    m.writeBurst(un.UN_INITDEL, [un.UN_INITDEL_USED, 2, 23, 4], true)
    // Step 0: 0 dB; step 1: 512 codes are 25 dB.
    m.writeBurst(un.UN_DACGAIN, [0, 512], true)
    m.write(un.UN_NBLINES, 0xa1)
    m.write(un.UN_ACQSTART, 1).wait(1100)
    m.write(un.UN_RAMRADDRRST, 1)
    const words = m.readBurst(un.UN_RAMDATA, 16384, false)
    const next = m.wait(1).readBurst(un.UN_RAMDATA, 800, false)
    assert.is(words[3], 512)
    assert.is(words[4], 512 + Math.round(0.01 * 512))
    assert.is(words[512], 512 + Math.round(0.01 * 512 * 10 ** 1.25))
    assert.is(words[604], 1023, "clipped")
    assert.is(words[704], 0, "clipped")
    assert.is(next[4], (1 << 10) | (512 + 5), "line 1")
    assert.equal(m.board.misuse, [])
    const [first, second] = pulses
    const { delayPeriods, onPeriods, gapPeriods, dampPeriods } = first!.settings
    assert.equal([delayPeriods, onPeriods, gapPeriods, dampPeriods], [7, 3, 5, 24])
    const apart = second!.timeUs - first!.timeUs
    assert.ok(Math.abs(apart - 2 * 16384 * TICK_US) < 1e-6)
})

test("memory: both patterns complete after 8.2 ms; RAMDATA advances word by word and wraps", () => {
    const m = new BusMaster(SLOW)
    for (const [register, at] of [
        [un.UN_RAMFINC, (i: number) => i & 0xffff],
        [un.UN_RAMFDEC, (i: number) => (0xffff - i) & 0xffff],
    ] as const) {
        m.write(register, 0)
        m.timeUs += 8200
        assert.is(m.read(un.UN_RAMFDONE), 0)
        m.timeUs += 30
        assert.is(m.read(un.UN_RAMFDONE), 1)
        m.write(un.UN_RAMRADDRRST, 0)
        for (let i = 0; i < 33; i++) {
            const words = m.readBurst(un.UN_RAMDATA, 16384, false)
            words.forEach((word, k) => {
                const expected = at((i * 16384 + k) % un.UN_RAM_WORDS)
                if (word !== expected) assert.is(word, expected, `${i} ${k}`)
            })
        }
    }
    assert.equal(m.board.misuse, [])
})

test("the mux accepts a write only when enabled, and switches 16.6 us later", () => {
    const m = new BusMaster(SLOW)
    m.write(un.UN_HVMUXSW, 0x8001).wait(100).read(un.UN_AUTHOR)
    assert.is(m.board.switches, 0)
    m.write(un.UN_HVMUXEN, 1).write(un.UN_HVMUXSW, 0x8001)
    m.read(un.UN_AUTHOR)
    assert.is(m.board.switches, 0)
    m.wait(40).read(un.UN_AUTHOR)
    assert.is(m.board.switches, 0x8001)
})

test("logs misuse", () => {
    const cases: [string, (m: BusMaster) => void][] = [
        [
            "RAM read while samples are written",
            m => m.write(un.UN_ACQSTART, 1).wait(100).read(un.UN_RAMDATA),
        ],
        ["RAM read while it is being filled", m => m.write(un.UN_RAMFINC, 1).read(un.UN_RAMDATA)],
        [
            "RAM filled during an acquisition",
            m => m.write(un.UN_ACQSTART, 1).write(un.UN_RAMFINC, 1),
        ],
        [
            "switches changed during an acquisition",
            m => m.write(un.UN_ACQSTART, 1).write(un.UN_HVMUXSW, 1),
        ],
        [
            "fired before the switches were set",
            m => m.write(un.UN_HVMUXEN, 1).write(un.UN_HVMUXSW, 1).write(un.UN_ACQSTART, 1),
        ],
        [
            "PONW written during an acquisition",
            m => m.write(un.UN_ACQSTART, 1).write(un.UN_PONW, 1),
        ],
        ["write to 0x5, which is not writable", m => m.write(5, 1)],
        ["read of 0x5, which does not exist", m => m.read(5)],
    ]
    for (const [what, act] of cases) {
        const m = new BusMaster({ sckHz: un.UN_SPI_HZ })
        act(m)
        assert.equal(
            m.board.misuse.map(x => x.what),
            [what]
        )
    }
    // In the empty line after the samples nothing is written, so reads are allowed.
    const m = new BusMaster(SLOW)
    m.write(un.UN_ACQSTART, 1).wait(300).read(un.UN_RAMDATA)
    assert.equal(m.board.misuse, [])
})

test("faults: bus disconnected, flipped bit", () => {
    const m = new BusMaster(SLOW)
    m.write(un.UN_RAMFINC, 1).wait(9000).write(un.UN_RAMRADDRRST, 1)
    m.board.flipRam(2, 0x4000)
    assert.equal(m.readBurst(un.UN_RAMDATA, 4, false), [0, 1, 0x4002, 3])
    m.board.dead = "ones"
    assert.is(m.read(un.UN_AUTHOR), 0xffff)
    m.board.dead = "zeros"
    assert.is(m.read(un.UN_AUTHOR), 0)
})

test.run()
