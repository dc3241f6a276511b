// The event log of the cart: what is stored and read back, with power cuts, a full ring, a damaged FRAM and bad requests.
// Exact, except that times of entries may be a control loop (10 ms) after their cause.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { VIRTUAL_DATE_MS } from "../../src/host/targets/virtual/virtual-cart"
import * as machine from "../../src/shared/cart-machine"
import * as codes from "../../src/shared/codes"
import { RING_ENTRIES, ringBlock } from "../../src/shared/event-ring"
import { CAUSE_POWER, CAUSE_PROGRAM, type LogEntry } from "../../src/shared/protocol/messages"
import { EVEN_SLED } from "../support/carts/bench-cart"
import { blockAt, filled, LogBench, stored } from "../support/carts/log-bench"

const test = suite("event log")

test("events, faults, refusals and the date are stored and read back with start, time, state and value [IVUS-LOG-001]", async () => {
    const log = await LogBench.boot()
    const { bench } = log
    const refusal = await bench.command(machine.COMMAND_LIVE)
    assert.is(refusal!.reason, codes.REFUSED_STATE)
    await bench.command(machine.COMMAND_LIVE)
    await bench.home()
    bench.cart.board.rig.faults.inject("driver-reset", bench.nowUs)
    await bench.reach(machine.STATE_FAULT)
    await bench.wait(100)
    const entries = await log.read(1)
    assert.equal(entries, stored(log.fram))
    assert.equal(
        entries.map(e => e.number),
        entries.map((_, i) => i + 1)
    )
    for (const event of bench.events) {
        const kept = entries.some(
            e => e.code === event.code && e.value === event.value && e.time_ms === event.time_ms
        )
        assert.ok(kept, `event ${event.code}`)
    }
    const named = (code: number): LogEntry[] => entries.filter(e => e.code === code)
    assert.is(named(codes.REFUSED_STATE).length, 1, "a repeated refusal is one entry")
    const [date] = named(codes.EVENT_DATE)
    const expectedS = (VIRTUAL_DATE_MS + date!.time_ms) / 1000
    assert.ok(Math.abs(date!.value - expectedS) <= 1, `${date!.value}, not ${expectedS}`)
    const [fault] = named(codes.FAULT_MOTOR_DRIVER_RESET)
    assert.is(fault!.state, machine.STATE_FAULT)
    assert.ok(entries.every(e => e.boots === 1))
    // The program alone starts again, as after a crash.
    bench.cart.board.restartProgram()
    await bench.wait(3000)
    log.stop()
    const next = await LogBench.boot({ ...EVEN_SLED, fram: log.fram.memory.slice() })
    const all = await next.read(1)
    assert.equal(all.slice(0, entries.length), entries, "nothing is lost by a restart")
    const restarts = all.filter(e => e.code === codes.EVENT_RESTART)
    assert.equal(
        restarts.map(e => [e.boots, e.value]),
        [
            [1, CAUSE_POWER],
            [2, CAUSE_PROGRAM],
            [3, CAUSE_POWER],
        ]
    )
    assert.is(restarts[1]!.number, entries.length + 1)
    next.stop()
})

test("the firmware's own write is cut at every byte: no entry wrong, at most the newest lost, the ring found again [IVUS-LOG-002]", async () => {
    const log = await LogBench.boot({ ...EVEN_SLED, fram: filled(500) })
    const { bench, fram } = log
    // WREN, the block as it was (35 bytes), then op-code, address and 32 bytes; some bytes more are those of the reading back.
    for (const cut of [0, 1, 20, ...Array.from({ length: 39 }, (_, i) => 35 + i)]) {
        const before = stored(fram)
        fram.cutAfter(cut)
        bench.cart.session.command(cut % 2 ? machine.COMMAND_ENGAGE : machine.COMMAND_CALIBRATE, 1)
        bench.cart.session.command(machine.COMMAND_DATE, 1767225600 + 100 * cut)
        await bench.wait(10)
        const after = stored(fram)
        const known = before.concat(after.filter(e => e.number > before.at(-1)!.number))
        for (const entry of after)
            assert.equal(
                entry,
                known.find(e => e.number === entry.number),
                `cut after ${cut} bytes`
            )
        assert.ok(after.at(-1)!.number >= before.at(-1)!.number, `cut after ${cut} bytes`)
        fram.powerOn()
        await bench.wait(100)
    }
    log.stop()
})

test("power cut at some bytes, then a new start: it continues behind the newest valid entry [IVUS-LOG-002]", async () => {
    let memory = filled(300)
    // Of the write: the block is read before it.
    for (const cut of [3, 5, 12, 27, 28]) {
        const log = await LogBench.boot({ ...EVEN_SLED, fram: memory })
        const before = stored(log.fram)
        log.fram.cutAfter(35 + cut)
        log.bench.cart.session.command(machine.COMMAND_ENGAGE)
        await log.bench.wait(60)
        log.stop()
        const after = stored(log.fram)
        assert.is(after.length, before.length - (cut > 4 && cut < 28 ? 1 : 0), `${cut} bytes`)
        memory = log.fram.memory.slice()
        const next = await LogBench.boot({ ...EVEN_SLED, fram: memory })
        const [first, ...rest] = await next.read(after.at(-1)!.number)
        assert.equal(first, after.at(-1))
        assert.equal(
            rest.map(e => e.number),
            rest.map((_, i) => first!.number + 1 + i)
        )
        assert.is(rest[0]!.boots, first!.boots + 1)
        next.stop()
        memory = next.fram.memory.slice()
    }
})

test("a full ring replaces its oldest entries; reads beyond it are empty or begin with the oldest [IVUS-LOG-003]", async () => {
    const log = await LogBench.boot({ ...EVEN_SLED, fram: filled(2 * RING_ENTRIES) })
    const all = await log.read(1)
    const newest = all.at(-1)!.number
    assert.ok(newest > 2 * RING_ENTRIES)
    assert.equal(
        all.map(e => e.number),
        Array.from({ length: RING_ENTRIES }, (_, i) => newest - RING_ENTRIES + 1 + i)
    )
    assert.equal(all, stored(log.fram))
    assert.equal(
        (await log.read(-3)).map(e => e.number),
        [newest - 2, newest - 1, newest]
    )
    assert.is((await log.read(-100000)).length, RING_ENTRIES)
    assert.equal(await log.read(newest + 1), [])
    assert.equal(await log.read(0x7fffffff), [])
    assert.is((await log.read(-0x80000000)).length, RING_ENTRIES)
    assert.is((await log.read(0)).length, RING_ENTRIES)
    log.stop()
})

for (const count of [2 * RING_ENTRIES - 1, 2 * RING_ENTRIES])
    test(`the newest entry is found in the ${count % RING_ENTRIES ? "last" : "first"} block of the ring`, async () => {
        const log = await LogBench.boot({ ...EVEN_SLED, fram: filled(count) })
        const [newest, next] = await log.read(count)
        assert.is(newest!.code, codes.EVENT_SPEED)
        assert.equal([next!.number, next!.code], [count + 1, codes.EVENT_RESTART])
        log.stop()
    })

test("a damaged entry is sent as not readable, and a block that does not store is skipped [IVUS-LOG-003]", async () => {
    const memory = filled(100)
    memory[blockAt(50) + 9]! ^= 4
    const log = await LogBench.boot({ ...EVEN_SLED, fram: memory })
    const { fram, bench } = log
    // Its event is not what is stored below.
    bench.cart.session.takeControl()
    await bench.wait(50)
    const all = await log.read(49)
    assert.equal(all[1], { number: 50, boots: 0, time_ms: 0, state: 0, code: 0, value: 0 })
    const next = all.at(-1)!.number + 1
    fram.stuck = { address: blockAt(next) + 8, mask: 0xff, high: false }
    // Time since start, whose low byte is read as 0; if it is, the entry is right.
    await bench.wait(7)
    await log.refuse()
    const [skipped, entry] = await log.read(next)
    assert.is(skipped!.code, 0)
    assert.is(entry!.number, next + 1)
    assert.is(entry!.code, codes.REFUSED_STATE)
    assert.ok(bench.events.some(e => e.code === codes.EVENT_FRAM && e.value === ringBlock(next)))
    log.stop()
})

for (const contents of [0xff, 0x55])
    test(`a FRAM full of 0x${contents.toString(16)} is an empty log [IVUS-LOG-003]`, async () => {
        const log = await LogBench.boot({ ...EVEN_SLED, fram: new Uint8Array(8192).fill(contents) })
        const all = await log.read(1)
        assert.is(all[0]!.number, 1)
        assert.is(all[0]!.code, codes.EVENT_RESTART)
        log.stop()
    })

test("without a FRAM the cart works, the log is empty, and entries that were lost are counted once it answers [IVUS-LOG-003]", async () => {
    const log = await LogBench.boot(EVEN_SLED)
    const { bench, fram } = log
    const before = stored(fram)
    fram.dead = true
    assert.equal(
        await log.read(1),
        before.map(({ number }) => ({ number, boots: 0, time_ms: 0, state: 0, code: 0, value: 0 }))
    )
    await bench.home()
    for (let i = 0; i < 12; i++) await log.refuse()
    assert.is(bench.status!.fault, codes.GOOD)
    assert.is(bench.status!.state, machine.STATE_READY)
    fram.dead = false
    await bench.wait(400)
    const after = (await log.read(before.at(-1)!.number + 1)).filter(e => e.code)
    assert.is(bench.events.filter(e => e.code === codes.EVENT_FRAM).length, 1)
    const lost = after.filter(e => e.code === codes.EVENT_LOG)
    assert.is(lost.length, 1)
    assert.ok(lost[0]!.value > 0)
    assert.ok(
        after.length >= 17,
        `${after.length} entries: the queue of 16, and how many were lost`
    )
    log.stop()
})

test("of more events than the FRAM takes most are stored, and one entry counts the lost ones [IVUS-LOG-003]", async () => {
    const log = await LogBench.boot()
    const { bench, fram } = log
    const BURST = 100
    // A date that differs is an event; one each 2 ms, and a loop of 10 ms stores one.
    for (let i = 0; i < BURST; i++)
        bench.cart.clock.after(
            2000 * i,
            () => void bench.cart.session.command(machine.COMMAND_DATE, 1_800_000_000 + 10 * i)
        )
    await bench.wait(1000)
    const entries = stored(fram)
    const lost = entries.filter(e => e.code === codes.EVENT_LOG).map(e => e.value)
    const dates = entries.filter(e => e.code === codes.EVENT_DATE).length
    assert.is(lost.length, 1)
    // The first date was told when the session opened.
    assert.is(dates - 1 + lost[0]!, BURST)
    // 20 loops and a queue of 16.
    assert.ok(dates > 30, `${dates} of ${BURST}`)
    log.stop()
})

test("the log is not read while the sled moves; a read in progress ends with a refusal", async () => {
    const log = await LogBench.boot({ ...EVEN_SLED, fram: filled(248) })
    const { bench } = log
    const serial = bench.cart.session.command(machine.COMMAND_LOG, 1)
    await bench.wait(50)
    const some = log.received.length
    assert.ok(some > 0 && some < 40, `${some} entries`)
    bench.cart.session.command(machine.COMMAND_HOME)
    await bench.wait(100)
    assert.is(bench.stateNow, machine.STATE_HOMING)
    assert.ok(log.received.every(e => e.number > 0))
    const { command, reason } = bench.refusals.find(r => r.serial === serial)!
    assert.equal([command, reason], [machine.COMMAND_LOG, codes.REFUSED_STATE])
    assert.is((await bench.command(machine.COMMAND_LOG, 1))!.reason, codes.REFUSED_STATE)
    log.stop()
})

test("a date is refused if it cannot be right, and stored again only if it differs", async () => {
    const log = await LogBench.boot()
    const { bench, fram } = log
    const dates = (): number[] =>
        stored(fram)
            .filter(e => e.code === codes.EVENT_DATE)
            .map(e => e.value >>> 0)
    const told = dates().length
    assert.is(told, 1)
    const nowS = (): number => Math.round((VIRTUAL_DATE_MS + bench.nowUs / 1000) / 1000)
    for (const unixS of [0, 1, 1704067199, 4102444800, 0xffffffff])
        assert.is(
            (await bench.command(machine.COMMAND_DATE, unixS | 0))!.reason,
            codes.REFUSED_ARGUMENT
        )
    assert.is(await bench.command(machine.COMMAND_DATE, nowS()), undefined)
    assert.is(dates().length, told)
    const later = nowS() + 3600
    assert.is(await bench.command(machine.COMMAND_DATE, later), undefined)
    await bench.wait(20)
    assert.is(dates().length, told + 1)
    assert.ok(Math.abs(dates().at(-1)! - later) <= 1)
    const in2090 = 3800000000
    assert.is(await bench.command(machine.COMMAND_DATE, in2090 | 0), undefined)
    await bench.wait(20)
    assert.ok(Math.abs(dates().at(-1)! - in2090) <= 1)
    log.stop()
})

test.run()
