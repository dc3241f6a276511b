// The bedside unit's screen: it shows every code that the link reports, and the cart works with or
// without it.

import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { fixedIdentity } from "../../src/host/link/host-identity"
import { randomOf } from "../../src/host/targets/virtual/virtual-cart"
import { pageOf } from "../../src/firmware/bedside/page"
import * as machine from "../../src/shared/cart-machine"
import { CATHETER_IDS } from "../../src/shared/acquisition/catheter-list"
import * as codes from "../../src/shared/codes"
import { sentenceOf } from "../../src/shared/codes"
import { CODES } from "../../src/shared/code-table"
import { BenchCart, EVEN_SLED as SLED, REQUEST } from "../support/carts/bench-cart"

/** On a screen of this size every sentence fits on one page. */
const EVEN_SLED = { ...SLED, panel: { rows: 8, columns: 21 } }
const NONE = { id: "", serial: 0 }
const UNKNOWN = { id: "array-99mhz", serial: 5 }
/** A refresh every 250 ms, one more after the last page, and the packets. */
const SHOWN_MS = 600

const panelOf = (bench: BenchCart) => bench.cart.board.panel
const plug = (bench: BenchCart, catheter: typeof NONE): void =>
    bench.cart.board.engine.plug(catheter)

/** The visible text, with lines joined. */
const read = (bench: BenchCart): string => panelOf(bench).visible.replaceAll("\n", " ")

async function shows(bench: BenchCart, code: number): Promise<void> {
    await bench.wait(SHOWN_MS)
    const text = read(bench)
    assert.ok(text.includes(sentenceOf(code)), `${sentenceOf(code)} | ${text}`)
}

async function doesNotShow(bench: BenchCart, code: number): Promise<void> {
    await bench.wait(SHOWN_MS)
    assert.not.ok(read(bench).includes(sentenceOf(code)), read(bench))
}

async function homed(options = {}): Promise<BenchCart> {
    const bench = await BenchCart.boot(REQUEST, { ...EVEN_SLED, ...options })
    await bench.home()
    return bench
}

const fired = (bench: BenchCart): number => bench.cart.board.transmit.count

const plugged = suite("the plugged-in catheter")

for (const [name, catheter, code] of [
    ["none", NONE, codes.REFUSED_NO_CATHETER],
    ["an unknown catheter", UNKNOWN, codes.REFUSED_CATHETER_UNKNOWN],
    // Its memory is empty, as that of a clone may be.
    [
        "a catheter without identification",
        { id: "\0\0", serial: 0 },
        codes.REFUSED_CATHETER_UNKNOWN,
    ],
] as const)
    plugged(`${name}: shown before any request, refused, not fired`, async () => {
        const bench = await BenchCart.boot(REQUEST, EVEN_SLED)
        plug(bench, catheter)
        await bench.home()
        await shows(bench, code)
        assert.equal(
            bench.events.filter(e => e.code === code).map(e => e.value),
            [catheter.serial]
        )
        assert.is(await bench.setUp(), code)
        await shows(bench, code)
        if (catheter === UNKNOWN) assert.match(read(bench), "array-99mhz 5")
        assert.is((await bench.ask(machine.COMMAND_LIVE))?.reason, codes.REFUSED_NO_SETUP)
        // The latest code is shown.
        await shows(bench, codes.REFUSED_NO_SETUP)
        assert.is(bench.stateNow, machine.STATE_READY)
        assert.is(fired(bench), 0)
        // Exchanged for a known one it is fired, and the code disappears.
        plug(bench, NONE)
        await bench.wait(300)
        plug(bench, { id: "array-20mhz", serial: 0x89abcdef })
        await bench.wait(100)
        const last = bench.events.at(-1)!
        assert.is(last.code, codes.EVENT_CATHETER)
        assert.is(last.value >>> 0, 0x89abcdef)
        await bench.pullTo(machine.STATE_LIVE)
        await bench.wait(SHOWN_MS)
        assert.is(read(bench), "live array-20mhz 2309737967")
        assert.ok(fired(bench) > 0)
        bench.cart.board.stopVm()
    })

for (const [name, catheter, code] of [
    ["unplugged", NONE, codes.REFUSED_NO_CATHETER],
    ["exchanged for another", { id: "array-10mhz", serial: 1 }, codes.REFUSED_CATHETER_PLUGGED],
    ["exchanged for an unknown one", UNKNOWN, codes.REFUSED_CATHETER_UNKNOWN],
    [
        "exchanged for another of the same model",
        { id: "array-20mhz", serial: 2 },
        codes.REFUSED_CATHETER_SERIAL,
    ],
] as const)
    plugged(`${name} after the setup: refused with that code, not fired`, async () => {
        const bench = await homed()
        assert.is(await bench.setUp(), codes.GOOD)
        plug(bench, catheter)
        const refusal = await bench.ask(machine.COMMAND_LIVE)
        assert.is(refusal?.reason, code, sentenceOf(refusal?.reason ?? 0))
        await shows(bench, code)
        assert.is(bench.stateNow, machine.STATE_READY)
        assert.is(fired(bench), 0)
        bench.cart.board.stopVm()
    })

for (const [name, catheter, code] of [
    ["unplugged", NONE, codes.FAULT_CATHETER_UNPLUGGED],
    ["exchanged for another", { id: "array-10mhz", serial: 1 }, codes.FAULT_CATHETER_CHANGED],
    [
        "exchanged for another of the same model",
        { id: "array-20mhz", serial: 2 },
        codes.FAULT_CATHETER_CHANGED,
    ],
] as const) {
    plugged(`${name} during a run: a fault, and no further pulse`, async () => {
        const bench = await homed()
        await bench.pull()
        await bench.wait(1000)
        plug(bench, catheter)
        const before = fired(bench)
        assert.ok(before > 0)
        await shows(bench, code)
        assert.is(fired(bench), before)
        assert.is(bench.status?.fault, code)
        const shown = bench.events.find(e => e.code === codes.EVENT_FAULT)
        assert.is(shown?.value, code)
        assert.is(bench.cart.receiver.end?.outcome, code)
        bench.cart.board.stopVm()
    })
}

// The engine fires an array-10mhz by a table of 896 pairs, which takes several loops to load.
const TABLED = { ...REQUEST, catheterId: "array-10mhz" }
for (const [name, catheter, code] of [
    ["unplugged", NONE, codes.FAULT_CATHETER_UNPLUGGED],
    ["exchanged for another", { id: "array-20mhz", serial: 1 }, codes.FAULT_CATHETER_CHANGED],
    [
        "exchanged for another of the same model",
        { id: "array-10mhz", serial: 2 },
        codes.FAULT_CATHETER_CHANGED,
    ],
] as const)
    plugged(`${name} while its table is loaded: a fault, and no pulse`, async () => {
        const bench = await BenchCart.boot(TABLED, EVEN_SLED)
        await bench.home()
        await bench.setUp()
        bench.cart.session.command(machine.COMMAND_LIVE)
        await bench.wait(25)
        assert.is(bench.stateNow, machine.STATE_READY)
        plug(bench, catheter)
        await shows(bench, code)
        assert.is(bench.status?.fault, code)
        assert.is(fired(bench), 0)
        bench.cart.board.stopVm()
    })

plugged("unplugged while its rotor spins up: a fault, and no pulse", async () => {
    const bench = await BenchCart.boot({ ...REQUEST, catheterId: "rotational-40mhz" }, EVEN_SLED)
    await bench.home()
    await bench.setUp()
    bench.cart.session.command(machine.COMMAND_LIVE)
    await bench.wait(200)
    assert.is(bench.stateNow, machine.STATE_READY)
    plug(bench, NONE)
    await shows(bench, codes.FAULT_CATHETER_UNPLUGGED)
    assert.is(fired(bench), 0)
    bench.cart.board.stopVm()
})

plugged("a host that connects later learns of it", async () => {
    const bench = await BenchCart.boot(REQUEST, EVEN_SLED)
    plug(bench, UNKNOWN)
    await bench.home()
    const shown = () => bench.events.filter(e => e.code === codes.REFUSED_CATHETER_UNKNOWN)
    assert.is(shown().length, 1)
    bench.cart.cutLink()
    await bench.wait(1500)
    assert.ok(bench.cart.session.isOpen)
    assert.is(shown().length, 2)
    bench.cart.board.stopVm()
})

plugged.run()

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
        const [, place, speed] =
            /^pulling\n(-?\d+(?:\.\d+)?) mm (1) mm\/s\narray-20mhz 1$/.exec(text) ?? []
        assert.is(speed, "1", text)
        // By the ruler: the last poll is 10 ms old, the packet 20 ms, at 1 mm/s; and 5 um of
        // rounding, 5 um of backlash.
        const truth = bench.cart.board.rig.ruler.positionMm(timeUs)
        assert.ok(Math.abs(Number(place) - truth) < 0.045, `${place} at ${truth}`)
    }
    bench.cart.board.stopVm()
})

type Cause = (bench: BenchCart) => void
const FAULTS: readonly [string, Cause, number, Cause][] = [
    [
        "of the sled",
        b => b.cart.board.rig.faults.inject("right-switch-closed", b.nowUs),
        codes.FAULT_END_SWITCH,
        b => b.cart.board.rig.faults.clear("right-switch-closed", b.nowUs),
    ],
    [
        "of the motor driver",
        b => b.cart.board.rig.faults.inject("driver-reset", b.nowUs),
        codes.FAULT_MOTOR_DRIVER_RESET,
        () => undefined,
    ],
    [
        "of the front end",
        b => b.cart.board.engine.powerCycle(b.nowUs),
        codes.FAULT_ENGINE_RESET,
        () => undefined,
    ],
    [
        "of the emergency stop's circuit",
        b => (b.cart.board.engine.firing.inhibited = true),
        codes.FAULT_ENGINE_INHIBITED,
        b => (b.cart.board.engine.firing.inhibited = false),
    ],
    ["of the link", b => b.cart.cutLink(), codes.FAULT_LINK_LOST, () => undefined],
    ["of the control loop", b => b.cart.board.stallVm(60), codes.FAULT_LOOP_LATE, () => undefined],
]

for (const [name, cause, code, clear] of FAULTS)
    contents(`shows a fault ${name} until it is acknowledged`, async () => {
        const bench = await homed()
        await bench.pull()
        await bench.wait(500)
        cause(bench)
        await shows(bench, code)
        await bench.wait(5000)
        await shows(bench, code)
        assert.is(bench.status?.fault, code)
        // A refusal during a fault has lower priority.
        const refusal = await bench.ask(machine.COMMAND_ARM)
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
    assert.is((await bench.ask(machine.COMMAND_ARM))?.reason, codes.REFUSED_STATE)
    await shows(bench, codes.REFUSED_STATE)
    assert.is((await bench.setUpWith({ speed_nm_s: 0 }))?.reason, codes.REFUSED_SPEED)
    await shows(bench, codes.REFUSED_SPEED)
    await bench.setUp()
    await bench.wait(SHOWN_MS)
    assert.is(panelOf(bench).text, "ready\narray-20mhz 1")
    bench.cart.session.command(machine.COMMAND_HOME)
    await bench.wait(100)
    await bench.ask(machine.COMMAND_ARM)
    await shows(bench, codes.REFUSED_STATE)
    await bench.reach(machine.STATE_READY)
    await doesNotShow(bench, codes.REFUSED_STATE)
    bench.cart.board.stopVm()
})

contents("shows a refused host, and the absence of a host", async () => {
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

const screens = suite("screens")

/** Distinct texts shown since then. */
function pagesSince(bench: BenchCart, timeUs: number): string[] {
    const shown = panelOf(bench).messages.filter(t => t.timeUs >= timeUs)
    return shown.map(t => t.text).filter((t, i, all) => t !== all[i - 1])
}

for (const [rows, columns] of [
    [2, 16],
    [4, 20],
    [7, 18],
    [8, 21],
    [1, 40],
] as const)
    screens(
        `${rows} × ${columns}: a long sentence wraps at words and appears in full, page by page`,
        async () => {
            const bench = await homed({ panel: { rows, columns } })
            await bench.pull()
            await bench.wait(300)
            bench.cart.board.engine.firing.inhibited = true
            await bench.wait(100)
            const fromUs = bench.nowUs
            const sentence = sentenceOf(codes.FAULT_ENGINE_INHIBITED)
            assert.ok(sentence.length > 100)
            await bench.wait(22_000)
            const pages = pagesSince(bench, fromUs)
            for (const page of pages) {
                const lines = page.split("\n")
                assert.ok(lines.length <= rows, page)
                assert.ok(
                    lines.every(line => line.length <= columns),
                    page
                )
            }
            // From the first page on, equal to the pages that Node makes of the same text.
            const text = `fault\n${sentence}\narray-20mhz 1\n`
            const expected: string[] = []
            for (let i = 0; pageOf(text, columns, rows, i) !== ""; i++)
                expected.push(pageOf(text, columns, rows, i).slice(1))
            assert.equal(pages.slice(0, expected.length), expected)
            // Then from the first page again.
            if (expected.length > 1) assert.is(pages[expected.length], expected[0])
            assert.is(expected.join(" ").replaceAll("\n", " "), text.trim().replaceAll("\n", " "))
            bench.cart.board.stopVm()
        }
    )

screens(
    "every sentence, name and id fits the narrowest screen, and any text appears in full and in order",
    () => {
        const words = [...CODES.map(r => r[1]), ...CATHETER_IDS, ...machine.STATE_NAMES]
            .join(" ")
            .split(" ")
        const longest = words.reduce((a, b) => (a.length > b.length ? a : b))
        assert.ok(longest.length <= 16, longest)
        // All lines go into one packet: state, host, sentence, position and speed, id of 16 letters
        // of two bytes each with its serial.
        const most = (texts: readonly string[]) => Math.max(...texts.map(t => t.length))
        const allPages = [
            most(machine.STATE_NAMES),
            7,
            most(CODES.map(r => r[1])),
            "-123.45 mm -10.00 mm/s".length,
            32 + " 4294967295".length,
        ]
        assert.ok(allPages.reduce((sum, length) => sum + length + 1, 0) <= 236)
        const word = fc.string({
            unit: fc.constantFrom(..."abcXYZ09:-"),
            minLength: 1,
            maxLength: 16,
        })
        const line = fc.array(word, { minLength: 1, maxLength: 12 })
        fc.assert(
            fc.property(
                fc.array(line, { minLength: 1, maxLength: 5 }),
                fc.integer({ min: 16, max: 60 }),
                fc.integer({ min: 1, max: 9 }),
                (lines, columns, rows) => {
                    const text = lines.map(l => l.join(" ") + "\n").join("")
                    let all = ""
                    for (let i = 0; ; i++) {
                        const page = pageOf(text, columns, rows, i)
                        if (page === "") break
                        const shown = page.slice(1).split("\n")
                        assert.ok(shown.length <= rows)
                        assert.ok(shown.every(s => s.length <= columns))
                        all += " " + shown.join(" ")
                    }
                    assert.is(all.trim(), text.trim().replaceAll("\n", " "))
                }
            ),
            { seed: 4 }
        )
        // A line that just fits is not broken; one letter more is.
        assert.is(pageOf("first second third\n", 18, 2, 0), "\nfirst second third")
        assert.is(pageOf("first second third\n", 17, 2, 0), "\nfirst second\nthird")
        assert.is(pageOf("first second third\n", 12, 2, 0), "\nfirst second\nthird")
        assert.is(pageOf("first second third\n", 11, 2, 0), "\nfirst\nsecond")
        // A longer word is cut.
        assert.ok(pageOf("x".repeat(100) + "\n", 16, 2, 0).length > 0)
    }
)

screens(
    "a screen that appears late, is unplugged, returns or changes size is drawn again each time",
    async () => {
        const bench = await BenchCart.boot(REQUEST, { ...EVEN_SLED, panel: { plugged: false } })
        await bench.home()
        const panel = panelOf(bench)
        assert.is(panel.messages.length, 0)
        panel.plug()
        // The runtime looks for a device every 980 ms.
        await bench.wait(1800)
        assert.is(panel.text, "ready\narray-20mhz 1")
        panel.unplug()
        // It counts as gone after 2 s without a packet.
        await bench.wait(4000)
        plug(bench, NONE)
        await bench.wait(1000)
        const quiet = panel.messages.length
        panel.plug({ rows: 2, columns: 16 })
        await bench.wait(1800)
        assert.is(panel.text, "ready\nno catheter is")
        await bench.wait(2250)
        assert.is(panel.text, "plugged in: plug\none in")
        // Nothing from the time without it was queued.
        assert.ok(panel.messages.length - quiet <= 3, `${panel.messages.length - quiet}`)
        // A short absence: the screen has lost its text and the runtime has not noticed.
        panel.unplug()
        await bench.wait(50)
        panel.plug({ rows: 4, columns: 20 })
        assert.is(panel.text, "")
        await bench.wait(3500)
        assert.is(panel.text, "ready\nno catheter is\nplugged in: plug one\nin")
        bench.cart.board.stopVm()
    }
)

screens("screens that report arbitrary sizes do no harm", async () => {
    for (const [rows, columns] of [
        [0, 0],
        [0, 20],
        [4, 0],
        [255, 255],
        [255, 1],
        [1, 235],
        [255, 40],
    ] as const) {
        const bench = await BenchCart.boot(REQUEST, { ...EVEN_SLED, panel: { rows, columns } })
        await bench.home()
        assert.is(bench.cart.panic, undefined)
        for (const { text } of panelOf(bench).messages) assert.ok(Buffer.from(text).length <= 236)
        if (rows > 0) assert.ok(panelOf(bench).messages.length > 0)
        bench.cart.board.stopVm()
    }
})

screens(
    "narrower than the longest word: line ends are cut off, and no letter before them is left out",
    async () => {
        const bench = await BenchCart.boot(REQUEST, {
            ...EVEN_SLED,
            panel: { rows: 8, columns: 10 },
        })
        plug(bench, { id: "rotational-40mhz", serial: 7 })
        await bench.home()
        await bench.wait(SHOWN_MS)
        assert.is(panelOf(bench).text, "ready\nrotational-40mhz\n7")
        bench.cart.board.stopVm()
    }
)

screens("shows a catheter id with damaged letters", async () => {
    const bench = await BenchCart.boot(REQUEST, EVEN_SLED)
    plug(bench, {
        id: "\xff\xfe\n\x01\x80 \n\n\xff\xff\xff\xff\xff\xff\xff\xff",
        serial: 0xffffffff,
    })
    await bench.home()
    await shows(bench, codes.REFUSED_CATHETER_UNKNOWN)
    assert.is(bench.cart.panic, undefined)
    assert.is(await bench.setUp(), codes.REFUSED_CATHETER_UNKNOWN)
    bench.cart.board.stopVm()
})

screens.run()

const cost = suite("the cost of the display")

/** A pullback, and the times of the heartbeat's edges. */
async function pullback(pluggedIn: boolean) {
    const bench = await BenchCart.boot(REQUEST, { ...EVEN_SLED, panel: { plugged: pluggedIn } })
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
    "at most 4 packets a second while the sled moves; with or without it the loop keeps its 10 ms and the counts agree",
    async () => {
        const [with_, without] = [await pullback(true), await pullback(false)]
        const { messages: shown } = with_
        assert.is(without.messages.length, 0)
        assert.ok(shown.length > 20)
        for (let i = 1; i < shown.length; i++)
            assert.ok(shown[i]!.timeUs - shown[i - 1]!.timeUs >= 249_000, "too often")
        // Sleeps are whole ms of the VM's clock, with the loop's transfers between them.
        for (const { longestUs, shortestUs } of [with_, without]) {
            assert.ok(longestUs < 13_000, `${longestUs} us`)
            assert.ok(shortestUs > 7000, `${shortestUs} us`)
        }
        for (const { end, pulses } of [with_, without]) {
            assert.is(end.outcome, codes.GOOD)
            assert.is(end.lines_fired, pulses)
            assert.is(end.lines_sent, pulses)
        }
        assert.equal(
            with_.events.map(e => e.code),
            without.events.map(e => e.code)
        )
        // Equal intervals, except for one loop.
        const pausesMs = (events: { time_ms: number }[]) =>
            events.slice(1).map((e, i) => e.time_ms - events[i]!.time_ms)
        const otherPauses = pausesMs(without.events)
        pausesMs(with_.events).forEach((pause, i) =>
            assert.ok(Math.abs(pause - otherPauses[i]!) <= 11, `${pause} and ${otherPauses[i]} ms`)
        )
        // One loop of live lines, 7,680 a second, more or less for each request between live and
        // start: two.
        assert.ok(
            Math.abs(with_.pulses - without.pulses) <= 154,
            `${with_.pulses} and ${without.pulses} pulses`
        )
    }
)

cost("one packet in 2.25 s while standing still", async () => {
    const bench = await homed()
    await bench.wait(1000)
    const from = panelOf(bench).messages.length
    await bench.wait(9000)
    const more = panelOf(bench).messages.length - from
    assert.ok(more >= 3 && more <= 4, `${more}`)
    bench.cart.board.stopVm()
})

cost.run()
