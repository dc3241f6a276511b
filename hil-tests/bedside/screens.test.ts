// Screens of any size, late, unplugged or faulty: text wraps at words and appears in full, page by
// page.

import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { pageOf } from "../../src/firmware/bedside/page"
import * as machine from "../../src/shared/cart-machine"
import { CATHETER_IDS } from "../../src/shared/acquisition/catheter-list"
import * as codes from "../../src/shared/codes"
import { sentenceOf } from "../../src/shared/codes"
import { CODES } from "../../src/shared/code-table"
import { BenchCart, REQUEST } from "../support/carts/bench-cart"
import { EVEN_SLED, NONE, SHOWN_MS, panelOf, plug, shows, homed } from "../support/carts/display"

const screens = suite("screens")

/** The texts shown since `timeUs`, without repetitions. */
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
            // The same pages as the page function returns in Node.
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
    "every word of sentences, names and ids fits the narrowest screen, and any text appears in full and in order [IVUS-DSP-002]",
    () => {
        const words = [...CODES.map(r => r[1]), ...CATHETER_IDS, ...machine.STATE_NAMES]
            .join(" ")
            .split(" ")
        const longest = words.reduce((a, b) => (a.length > b.length ? a : b))
        assert.ok(longest.length <= 16, longest)
        // All lines go into one packet: state, host, sentence, position and speed, id of 16 letters
        // of two bytes each with its serial.
        const longestOf = (texts: readonly string[]) => Math.max(...texts.map(t => t.length))
        const allPages = [
            longestOf(machine.STATE_NAMES),
            7,
            longestOf(CODES.map(r => r[1])),
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
    "a screen that is plugged in late, again, or with another size is redrawn [IVUS-DSP-002]",
    async () => {
        const bench = await BenchCart.boot(REQUEST, { ...EVEN_SLED, panel: { plugged: false } })
        await bench.home()
        const panel = panelOf(bench)
        assert.is(panel.messages.length, 0)
        panel.plug()
        // The runtime searches for devices every 980 ms.
        await bench.wait(1800)
        assert.is(panel.text, "ready\narray-20mhz 1")
        panel.unplug()
        // The runtime regards the screen as unplugged after 2 s without a packet.
        await bench.wait(4000)
        plug(bench, NONE)
        await bench.wait(1000)
        const quiet = panel.messages.length
        panel.plug({ rows: 2, columns: 16 })
        await bench.wait(1800)
        assert.is(panel.text, "ready\nno catheter is")
        await bench.wait(2250)
        assert.is(panel.text, "plugged in: plug\none in")
        // No text was queued while the screen was unplugged.
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

screens("screens that report arbitrary sizes cause no panic", async () => {
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

screens("narrower than the longest word: only the ends of lines are cut off", async () => {
    const bench = await BenchCart.boot(REQUEST, {
        ...EVEN_SLED,
        panel: { rows: 8, columns: 10 },
    })
    plug(bench, { id: "rotational-40mhz", serial: 7 })
    await bench.home()
    await bench.wait(SHOWN_MS)
    assert.is(panelOf(bench).text, "ready\nrotational-40mhz\n7")
    bench.cart.board.stopVm()
})

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
