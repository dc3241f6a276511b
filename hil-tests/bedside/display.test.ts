// The bedside unit's screen shows state, position, faults and refusals, and does not delay the
// control loop.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { fixedIdentity } from "../../src/host/link/host-identity"
import { randomOf } from "../../src/host/targets/virtual/virtual-cart"
import * as machine from "../../src/shared/cart-machine"
import * as codes from "../../src/shared/codes"
import { BenchCart, REQUEST } from "../support/carts/bench-cart"
import {
    EVEN_SLED,
    NONE,
    SHOWN_MS,
    panelOf,
    plug,
    shows,
    doesNotShow,
    homed,
    fired,
} from "../support/carts/display"

const contents = suite("screen contents")

contents("shows the state, the move with position and speed, and the catheter", async () => {
    const bench = await BenchCart.boot(REQUEST, EVEN_SLED)
    await bench.wait(1500)
    assert.is(panelOf(bench).text, "unhomed\narray-20mhz 1")
    bench.cart.session.command(machine.COMMAND_HOME)
    await bench.wait(1000)
    // Before homing the position is unknown.
    assert.is(panelOf(bench).text, "homing\narray-20mhz 1")
    await bench.reach(machine.STATE_READY)
    await bench.pull()
    await bench.wait(2000)
    const { messages: shown } = panelOf(bench)
    const moving = shown.filter(({ text }) => text.startsWith("pulling"))
    assert.ok(moving.length >= 5)
    for (const { timeUs, text } of moving) {
        const [, positionMm, speed] =
            /^pulling\n(-?\d+(?:\.\d+)?) mm (1) mm\/s\narray-20mhz 1$/.exec(text) ?? []
        assert.is(speed, "1", text)
        // Against the ruler: the last poll is 10 ms old and the packet 20 ms, at 1 mm/s; 5 um of
        // rounding and 5 um of backlash.
        const truth = bench.cart.board.rig.ruler.positionMm(timeUs)
        assert.ok(Math.abs(Number(positionMm) - truth) < 0.045, `${positionMm} at ${truth}`)
    }
    bench.cart.board.stopVm()
})

type Cause = (bench: BenchCart) => void
const FAULTS: readonly [string, Cause, number, Cause][] = [
    [
        "in the sled",
        b => b.cart.board.rig.faults.inject("far-switch-wire-cut", b.nowUs),
        codes.FAULT_END_SWITCH,
        b => b.cart.board.rig.faults.clear("far-switch-wire-cut", b.nowUs),
    ],
    [
        "in the motor driver",
        b => b.cart.board.rig.faults.inject("driver-reset", b.nowUs),
        codes.FAULT_MOTOR_DRIVER_RESET,
        () => undefined,
    ],
    [
        "in the front end",
        b => b.cart.board.engine.powerCycle(b.nowUs),
        codes.FAULT_ENGINE_RESET,
        () => undefined,
    ],
    [
        "in the emergency-stop circuit",
        b => (b.cart.board.engine.firing.inhibited = true),
        codes.FAULT_ENGINE_INHIBITED,
        b => (b.cart.board.engine.firing.inhibited = false),
    ],
    ["in the link", b => b.cart.cutLink(), codes.FAULT_LINK_LOST, () => undefined],
    ["in the control loop", b => b.cart.board.stallVm(60), codes.FAULT_LOOP_LATE, () => undefined],
]

for (const [name, cause, code, clear] of FAULTS)
    contents(`shows a fault ${name} until it is acknowledged [IVUS-DSP-002]`, async () => {
        const bench = await homed()
        await bench.pull()
        await bench.wait(500)
        cause(bench)
        await shows(bench, code)
        await bench.wait(5000)
        await shows(bench, code)
        assert.is(bench.status?.fault, code)
        // A fault has priority over a refusal.
        const refusal = await bench.command(machine.COMMAND_ARM)
        assert.is(refusal?.reason, codes.REFUSED_STATE)
        await shows(bench, code)
        clear(bench)
        bench.cart.session.command(machine.COMMAND_ACKNOWLEDGE)
        await doesNotShow(bench, code)
        assert.is(panelOf(bench).text, "unhomed\narray-20mhz 1")
        bench.cart.board.stopVm()
    })

contents("shows a refusal until the next request is accepted or the state changes", async () => {
    const bench = await homed()
    assert.is((await bench.command(machine.COMMAND_ARM))?.reason, codes.REFUSED_STATE)
    await shows(bench, codes.REFUSED_STATE)
    assert.is((await bench.setUpWith({ speed_nm_s: 0 }))?.reason, codes.REFUSED_SPEED)
    await shows(bench, codes.REFUSED_SPEED)
    await bench.setUp()
    await bench.wait(SHOWN_MS)
    assert.is(panelOf(bench).text, "ready\narray-20mhz 1")
    bench.cart.session.command(machine.COMMAND_HOME)
    await bench.wait(100)
    await bench.command(machine.COMMAND_ARM)
    await shows(bench, codes.REFUSED_STATE)
    await bench.reach(machine.STATE_READY)
    await doesNotShow(bench, codes.REFUSED_STATE)
    bench.cart.board.stopVm()
})

contents("shows a refused host, and the absence of a host [IVUS-DSP-002]", async () => {
    const key = (byte: number) => new Uint8Array(32).fill(byte)
    const bench = await BenchCart.boot(REQUEST, {
        ...EVEN_SLED,
        identity: fixedIdentity(key(7), randomOf(1)),
        deploy: { link_key: Buffer.from(key(8)).toString("hex") },
    })
    await bench.wait(2000)
    await shows(bench, codes.REJECT_KEY)
    assert.ok(panelOf(bench).text.startsWith("unhomed\nno host\n"))
    // It has priority over a missing catheter.
    plug(bench, NONE)
    await bench.wait(1000)
    await shows(bench, codes.REJECT_KEY)
    assert.ok(bench.cart.closings.some(c => c.reason === codes.REJECT_KEY))
    bench.cart.board.stopVm()
})

contents.run()

const cost = suite("the cost of the display")

/** A pullback, and the times of the heartbeat's edges. */
async function pullback(pluggedIn: boolean) {
    const bench = await BenchCart.boot(REQUEST, { ...EVEN_SLED, panel: { plugged: pluggedIn } })
    // The self test withholds the heartbeat once.
    await bench.reach(machine.STATE_UNHOMED)
    const { watchdog } = bench.cart.board
    const edgesUs: number[] = []
    const input = watchdog.input.bind(watchdog)
    watchdog.input = level => {
        edgesUs.push(bench.nowUs)
        input(level)
    }
    await bench.home()
    await bench.pull()
    await bench.cart.until(() => bench.ended, bench.nowUs + 20e6)
    const loopsUs = edgesUs.slice(1).map((t, i) => t - edgesUs[i]!)
    const result = {
        messages: panelOf(bench).messages,
        longestUs: Math.max(...loopsUs),
        shortestUs: Math.min(...loopsUs),
        loops: loopsUs.length,
        end: bench.cart.receiver.end!,
        events: bench.events.map(({ code, time_ms }) => ({ code, time_ms })),
        pulses: fired(bench),
    }
    bench.cart.board.stopVm()
    return result
}

cost(
    "at most 4 packets a second while the sled moves; with or without it the loop keeps its period of 10 ms and the counts agree",
    async () => {
        const [withPanel, withoutPanel] = [await pullback(true), await pullback(false)]
        const { messages: shown } = withPanel
        assert.is(withoutPanel.messages.length, 0)
        assert.ok(shown.length > 20)
        for (let i = 1; i < shown.length; i++)
            assert.ok(shown[i]!.timeUs - shown[i - 1]!.timeUs >= 249_000, "too often")
        // Sleeps are whole ms of the VM's clock, with the loop's transfers between them.
        for (const { longestUs, shortestUs } of [withPanel, withoutPanel]) {
            assert.ok(longestUs < 13_000, `${longestUs} us`)
            assert.ok(shortestUs > 7000, `${shortestUs} us`)
        }
        for (const { end, pulses } of [withPanel, withoutPanel]) {
            assert.is(end.outcome, codes.GOOD)
            assert.is(end.lines_fired, pulses)
            assert.is(end.lines_sent, pulses)
        }
        assert.equal(
            withPanel.events.map(e => e.code),
            withoutPanel.events.map(e => e.code)
        )
        // The intervals between events are equal to within one loop.
        const pausesMs = (events: { time_ms: number }[]) =>
            events.slice(1).map((e, i) => e.time_ms - events[i]!.time_ms)
        const otherPauses = pausesMs(withoutPanel.events)
        pausesMs(withPanel.events).forEach((pause, i) =>
            assert.ok(Math.abs(pause - otherPauses[i]!) <= 11, `${pause} and ${otherPauses[i]} ms`)
        )
        // Each of the two requests between live and start may shift the run by one loop of lines at
        // 7,680 lines/s.
        assert.ok(
            Math.abs(withPanel.pulses - withoutPanel.pulses) <= 154,
            `${withPanel.pulses} and ${withoutPanel.pulses} pulses`
        )
    }
)

cost("one packet in 2.25 s at standstill", async () => {
    const bench = await homed()
    await bench.wait(1000)
    const from = panelOf(bench).messages.length
    await bench.wait(9000)
    const more = panelOf(bench).messages.length - from
    assert.ok(more >= 3 && more <= 4, `${more}`)
    bench.cart.board.stopVm()
})

cost.run()
