// From the unit's dial through the cart to the host that follows: gain, ring-down, marks, and a power cut, with an un0rick.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { RunReceiver } from "../../src/host/run/run-receiver"
import { Practice } from "../support/bedside/practice"

const folder = mkdtempSync(join(tmpdir(), "ivus-unit-to-host-"))
const references = join(folder, "references")
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

const out = join(folder, "runs")

const test = suite("from the unit to the host that follows it")
let practice: Practice

/** The menu of the dial in live: its rows are gain, ring-down and back. */
async function turn(clicks: number): Promise<void> {
    practice.simulator.handle({ turn: clicks }, practice)
    await practice.wait(0.2)
}

const brightness = (): number => {
    const { greys } = practice.simulator.live.picture()
    return greys.reduce((sum, grey) => sum + grey, 0) / greys.length
}

/** Asks for a ring-down at the dial and waits until its page shows this. */
async function askRingDown(answer: string): Promise<void> {
    await practice.press("dial")
    await turn(1)
    await practice.press("dial")
    await practice.until("asking", () => practice.text.includes("push = capture"))
    await practice.press("dial")
    await practice.until(answer, () => practice.text.includes(answer), 10)
    await turn(1)
    await turn(1)
    await practice.press("dial")
}

/** An un0rick: few A-lines, which cost the test little time. */
test.before(async () => {
    mkdirSync(out)
    practice = await Practice.start({
        ...{ catheterId: "single-un0rick", references, out },
    })
    await practice.reach("unhomed")
    await practice.wait(1)
    await practice.press("home")
    await practice.reach("ready")
    await practice.wait(1)
    await practice.press("live")
    await practice.reach("live")
    await practice.wait(1)
})
test.after(() => practice.end())

test("the gain of the dial is the gain of the host's picture", async () => {
    const before = brightness()
    await practice.press("dial")
    await practice.press("dial")
    await turn(6)
    await practice.press("dial")
    await practice.wait(0.3)
    assert.is(practice.simulator.live.state().display.gainDb, 6)
    // 6 dB are a tenth of the dynamic range of 60 dB.
    assert.ok(brightness() > before + 5, `${before} to ${brightness()}`)
    await turn(2)
    await practice.press("dial")
})

test("the ring-down is captured by the host and shown as stored at the unit", async () => {
    await askRingDown("STORED")
    assert.is(readdirSync(references).length, 1)
    const { reference } = practice.simulator.live.state().ringDown
    assert.is(reference?.frames, 30)
})

test("a ring-down that the host cannot store is shown as failed", async () => {
    rmSync(references, { recursive: true })
    writeFileSync(references, "")
    await askRingDown("FAILED")
    rmSync(references)
})

test("marks are in run.json, with the length since each", async () => {
    await practice.press("arm")
    await practice.reach("armed")
    await practice.press("start")
    await practice.reach("pulling")
    await practice.wait(1.5)
    for (let mark = 0; mark < 2; mark++) {
        await practice.press("dial")
        await practice.wait(0.7)
    }
    await practice.press("start")
    await practice.reach("completed")
    await practice.resultsAreMade()
    const { bookmarks, imaged_mm, lines } = JSON.parse(
        readFileSync(join(practice.state.review!.folder, "run.json"), "utf8")
    )
    // 1 mm/s; a press lasts 0.3 s.
    const [first, second] = bookmarks.map((mark: { length_mm: number }) => mark.length_mm)
    assert.ok(Math.abs(first - second - 1) < 0.06, `${first} mm, ${second} mm`)
    assert.ok(Math.abs(second - 1) < 0.15, `${second} mm`)
    assert.ok(imaged_mm > first)
    // The live picture before was longer than the pullback.
    assert.ok(lines.left_out > lines.received, `${lines.left_out} of ${lines.received}`)
    assert.is(lines.missing, 0)
})

async function realTime(): Promise<void> {
    await practice.wait(0.02)
    await new Promise(resolve => setTimeout(resolve, 50))
}

/** The sled is pulled back again. */
async function pullAgain(): Promise<void> {
    practice.simulator.handle({ press: "return" }, practice)
    await practice.reach("ready")
    practice.simulator.handle({ release: "return" }, practice)
    await practice.pull()
}

test("a run whose folder is removed while it is received: told at once, the run ends, and the sled goes on", async () => {
    const before = readdirSync(out)
    await pullAgain()
    // The folder is made, and the bytes are put on the disk, in real time by another thread.
    const added = (): string | undefined => readdirSync(out).find(name => !before.includes(name))
    while (!added()) await realTime()
    const run = added()!
    rmSync(join(out, run), { recursive: true })
    while (practice.state.message === null) await realTime()
    assert.match(
        practice.state.message!,
        /The folder ".*" of the run is gone; its capture is kept in ".*-kept"\. The run ends here/
    )
    assert.is(practice.state.cart.state, "pulling")
    await practice.press("start")
    await practice.reach("completed")
    await practice.resultsAreMade()
    assert.equal(readdirSync(out).sort(), [...before, `${run}-kept`].sort())
})

test("a power cut while pulling: the run is kept, and the cart is homed again", async () => {
    await pullAgain()
    practice.simulator.handle({ cause: "power-cut" }, practice)
    await practice.wait(8)
    await practice.until("told", () => practice.text.includes("The power was cut"))
    await practice.press("ack")
    await practice.wait(0.5)
    await practice.press("home")
    await practice.reach("ready")
    await practice.resultsAreMade()
    const runs = readdirSync(out).filter(name => !name.endsWith("-kept"))
    assert.is(runs.length, 2, "both runs, and what is left of the one whose folder was removed")
})

test("ended at once while pulling: what was received is on the disk, and its record says so", async () => {
    const before = readdirSync(out)
    await practice.pull()
    practice.simulator.drop()
    const [run] = readdirSync(out).filter(name => !before.includes(name))
    assert.match(practice.printed.at(-1)!, `kept in ${join(out, run!)}, without all of the results`)
    const { verdict, writer, frames } = JSON.parse(
        readFileSync(join(out, run!, "run.json"), "utf8")
    )
    assert.equal([verdict, writer], ["incomplete", undefined])
    const replayed = new RunReceiver()
    replayed.push(readFileSync(join(out, run!, "capture.ivl")))
    replayed.finish()
    assert.ok(replayed.assembler!.counts.received > 0)
    assert.ok(Math.abs(replayed.assembler!.frames.length - frames) <= 1)
})

test.run()
