// Random use of the engine: it never throws, never delivers a record with a wrong
// CRC, never fires when it must not, and never loses a line without counting it.
// Digital: no tolerance. The reference below is derived from the data sheet and does not use the model's internals.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import * as fc from "fast-check"
import { crc32c, crc8 } from "../../../src/shared/protocol/crc32c"
import { getNumber } from "../../../src/shared/protocol/bytes"
import * as le from "../../../src/shared/devices/line-engine"
import { LINE_CRC_LENGTH, LINE_TEST } from "../../../src/shared/acquisition/line-record"
import { Fifo } from "./fifo"
import { BusMaster, CATHETER, command, recordsOf } from "./testing/bus-master"

const test = suite("line engine: properties")

type Action =
    | { kind: "wait"; us: number }
    | { kind: "send"; mosi: Uint8Array }
    | { kind: "run"; lines: number; samples: number; periodUs: number }
    | { kind: "inhibit"; level: boolean }
    | { kind: "plug"; in: boolean }
    | { kind: "encoder"; counts: number }
    | { kind: "disturb"; byte: number; bit: number }
    | { kind: "power" }

const u32 = fc.integer({ min: 0, max: 0xffffffff })
const wait = fc
    .oneof(
        { weight: 4, arbitrary: fc.integer({ min: 0, max: 500 }) },
        { weight: 2, arbitrary: fc.integer({ min: 0, max: 30_000 }) },
        { weight: 1, arbitrary: fc.integer({ min: 90_000, max: 110_000 }) }
    )
    .map((us): Action => ({ kind: "wait", us }))

/** Valid commands, most of them to existing registers and with values near their limits. */
const right = fc
    .record({
        op: fc.integer({ min: 0, max: 6 }),
        address: fc.oneof(
            { weight: 9, arbitrary: fc.integer({ min: 0, max: 0x1a }) },
            { weight: 1, arbitrary: fc.integer({ min: 0x1f, max: 0x26 }) }
        ),
        count: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 0xffff })),
        value: fc.oneof(
            fc.integer({ min: 0, max: 4 }),
            fc.integer({ min: 10, max: 1100 }),
            fc.integer({ min: 9_990, max: 200_000 }),
            u32
        ),
        length: fc.oneof(fc.constant(16), fc.integer({ min: 16, max: 2000 })),
    })
    .map((c): Action => ({
        kind: "send",
        mosi: command(c.op, c.address, c.count, c.value, c.length),
    }))
const read = fc.integer({ min: 1, max: 60 }).map((count): Action => ({
    kind: "send",
    mosi: command(le.OP_READ_FIFO, 0, count, 0, 4096),
}))
const control = fc.integer({ min: 0, max: 4 }).map((value): Action => ({
    kind: "send",
    mosi: command(le.OP_WRITE, le.REG_CONTROL, 0, value),
}))
const noise = fc.uint8Array({ maxLength: 40 }).map((mosi): Action => ({ kind: "send", mosi }))
const run = fc
    .record({
        lines: fc.integer({ min: 1, max: 512 }),
        samples: fc.integer({ min: 16, max: 80 }),
        periodUs: fc.integer({ min: 10, max: 300 }),
    })
    .map((r): Action => ({ kind: "run", ...r }))
const world = fc.oneof(
    fc.boolean().map((level): Action => ({ kind: "inhibit", level })),
    fc.boolean().map((plugged): Action => ({ kind: "plug", in: plugged })),
    fc.integer({ min: -99, max: 99 }).map((counts): Action => ({ kind: "encoder", counts })),
    fc
        .tuple(fc.integer({ min: 0, max: 8191 }), fc.integer({ min: 0, max: 7 }))
        .map(([byte, bit]): Action => ({ kind: "disturb", byte, bit })),
    fc.constant<Action>({ kind: "power" })
)
const actions = fc.array(
    fc.oneof(
        { weight: 6, arbitrary: wait },
        { weight: 4, arbitrary: right },
        { weight: 3, arbitrary: read },
        { weight: 2, arbitrary: run },
        { weight: 1, arbitrary: control },
        { weight: 1, arbitrary: noise },
        { weight: 1, arbitrary: world }
    ),
    { minLength: 1, maxLength: 60 }
)

/** Number of occurrences of each case over all runs: a case that never occurred has not been tested. */
const occurrences = { records: 0, drops: 0, inhibited: 0, unserviced: 0, overBudget: 0, tests: 0 }

/** Pulses per second that the runs may fire: more than the FIFO holds. */
const BUDGET = 5000
/** The window has 64 parts, of which the present one is incomplete. */
const BUDGET_WINDOW_US = 1e6 * (1 - 1 / le.BUDGET_PARTS)

/** Reference counters, derived from the bus traffic and the pulses. */
class Reference {
    readonly m = new BusMaster((_, out) => out.fill(0.5))
    private readonly firing = this.m.engine.firing
    private servicedUs = 0
    private poweredUs = 0
    private plugged = true
    private pulsesSeen = 0
    // Since CLEAR or power-on.
    private pulses = 0
    private readLines = 0
    private tests = 0
    private readTests = 0
    private emptied = 0
    private lastLine = -1
    private budget = 0

    perform(action: Action): void {
        const { m } = this
        // Lines due before the action fire before it.
        this.checkBalance()
        switch (action.kind) {
            case "wait":
                m.wait(action.us)
                break
            case "send":
                this.send(action.mosi)
                break
            case "run":
                this.start(action.lines, action.samples, action.periodUs)
                break
            case "inhibit":
                this.firing.inhibited = action.level
                break
            case "plug":
                this.plugged = action.in
                m.engine.plug(action.in ? CATHETER : { id: "", serial: 0 })
                break
            case "encoder":
                this.firing.onCounts(action.counts)
                break
            case "disturb":
                m.engine.disturbTable(action.byte, action.bit)
                break
            case "power":
                m.engine.powerCycle(m.timeUs)
                this.poweredUs = m.timeUs
                this.resetCounts()
        }
        this.checkBalance()
    }

    private start(lines: number, samples: number, periodUs: number): void {
        const write = (address: number, value: number): void =>
            this.send(command(le.OP_WRITE, address, 0, value))
        write(le.REG_CONTROL, le.CONTROL_STOP)
        write(le.REG_LINES, lines)
        write(le.REG_SAMPLES, samples)
        write(le.REG_LINE_PERIOD_NS, periodUs * 1000)
        this.m.fillTable()
        // Short lines would fire more than this in a second.
        this.budget = BUDGET
        this.m.loadBudget(BUDGET)
        write(le.REG_TABLE_CRC, this.m.read(le.REG_TABLE_CRC))
        write(le.REG_CONTROL, le.CONTROL_ARM)
        write(le.REG_CONTROL, le.CONTROL_FIRE)
    }

    private resetCounts(): void {
        this.pulses = 0
        this.readLines = 0
        this.tests = 0
        this.readTests = 0
        this.emptied = 0
        this.lastLine = -1
    }

    /** Reads the status without servicing, counts new pulses, and checks the totals. */
    private checkBalance(): void {
        const status = this.m.transfer(new Uint8Array(8))
        const flags = status[1]!
        const level = getNumber(status, le.STATUS_LEVEL_AT, "u16")
        const dropped = getNumber(status, le.STATUS_DROPPED_AT, "u32")
        const fresh = this.m.pulses.slice(this.pulsesSeen)
        this.pulsesSeen += fresh.length
        this.pulses += fresh.length
        if (fresh.length > 0) {
            const { pulses } = this.m
            const first = pulses[pulses.length - 1 - this.budget]
            if (first !== undefined && first >= this.poweredUs)
                assert.ok(pulses.at(-1)! - first >= BUDGET_WINDOW_US - 1e-3, "over the budget")
            assert.ok(this.plugged, "a pulse without a catheter")
            assert.not(this.firing.inhibited, "a pulse while inhibited")
            assert.ok(
                fresh.at(-1)! - this.servicedUs <= le.SERVICE_LIMIT_US,
                "a pulse without service"
            )
        }
        assert.is(
            this.pulses,
            dropped + level + this.readLines - this.testsLeft() + this.emptied,
            "fired = dropped + in the FIFO + read"
        )
        if (flags & le.FLAG_FIRING) assert.ok(flags & le.FLAG_ARMED)
        assert.ok(level <= le.FIFO_LINES)
        occurrences.drops += dropped
        if (flags & le.FLAG_UNSERVICED) occurrences.unserviced++
        occurrences.overBudget += this.firing.overBudget
        if (flags & le.FLAG_FIRING && flags & le.FLAG_INHIBITED) occurrences.inhibited++
    }

    private testsLeft(): number {
        return this.tests - this.readTests
    }

    private send(mosi: Uint8Array): void {
        const miso = this.m.transfer(mosi)
        assert.is(miso.length, mosi.length)
        if (mosi.length > 0) assert.is(miso[0], le.SYNC)
        if (mosi.length < le.DATA_AT || crc8(mosi, 0, 8) !== mosi[8]) return
        this.servicedUs = this.m.timeUs
        const [op, address] = mosi
        if (op === le.OP_READ_FIFO) this.checkRecords(miso)
        if (op !== le.OP_WRITE) return
        const value = getNumber(mosi, 4, "u32")
        if (getNumber(miso, le.REPLY_AT, "u32") !== value) return
        const armed = (miso[1]! & le.FLAG_ARMED) !== 0
        if (address === le.REG_SAMPLES && !armed) {
            // The status of the same transaction has the level before the write.
            const level = getNumber(miso, le.STATUS_LEVEL_AT, "u16")
            this.emptied += level - this.testsLeft()
            this.tests = this.readTests = 0
        }
        if (address === le.REG_TEST && value !== 0xffffffff) {
            this.tests += value
            occurrences.tests += value
        }
        if (address === le.REG_CONTROL && value === le.CONTROL_CLEAR) this.resetCounts()
    }

    private checkRecords(miso: Uint8Array): void {
        for (const r of recordsOf(miso)) {
            const end = r.bytes.length - LINE_CRC_LENGTH
            assert.is(getNumber(r.bytes, end, "u32"), crc32c(r.bytes, 0, end, 0), "CRC of a record")
            assert.is(r.bytes.length, 24 + r.samples)
            occurrences.records++
            if (r.flags & LINE_TEST) this.readTests++
            else {
                this.readLines++
                assert.ok(r.line > this.lastLine, "lines are in order")
                this.lastLine = r.line
            }
        }
    }
}

test("random transactions, time and events", () => {
    fc.assert(
        fc.property(actions, list => {
            const oracle = new Reference()
            for (const action of list) oracle.perform(action)
        }),
        { seed: 20260102, numRuns: 600 }
    )
    // Every case has occurred.
    for (const [name, count] of Object.entries(occurrences)) assert.ok(count > 0, name)
})

test("equal transactions give equal bytes", () => {
    const replay = (list: readonly Action[]): string => {
        const oracle = new Reference()
        const bytes: string[] = []
        const { engine } = oracle.m
        const transfer = engine.transfer.bind(engine)
        engine.transfer = (mosi, timeUs) => {
            const miso = transfer(mosi, timeUs)
            bytes.push(Buffer.from(miso).toString("hex"))
            return miso
        }
        for (const action of list) oracle.perform(action)
        return bytes.join("\n")
    }
    fc.assert(
        fc.property(actions, list => assert.is(replay(list), replay(list))),
        { seed: 3, numRuns: 20 }
    )
})

test("the FIFO behaves like a queue", () => {
    const operations = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 7 })), {
        maxLength: 60,
    })
    fc.assert(
        fc.property(operations, list => {
            const fifo = new Fifo(5, 3)
            const queue: number[] = []
            let made = 0
            for (const take of list) {
                if (take === 0) {
                    assert.is(fifo.full, queue.length === 5)
                    if (fifo.full) continue
                    fifo.slot().fill(++made)
                    fifo.commit()
                    queue.push(made & 0xff)
                } else {
                    const lines = Math.min(take, fifo.level)
                    const out = new Uint8Array(3 * lines + 2)
                    fifo.take(lines, out, 1)
                    const expected = queue.splice(0, lines).flatMap(b => [b, b, b])
                    assert.equal([...out], [0, ...expected, 0])
                }
                assert.is(fifo.level, queue.length)
            }
        }),
        { seed: 4, numRuns: 300 }
    )
})

test.run()
