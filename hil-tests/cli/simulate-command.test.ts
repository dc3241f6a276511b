// `ivus simulate`: a whole pullback from the unit alone, its recorded run, faults, pages that share the unit, bad usage, Ctrl-C.

import {
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    writeFileSync,
} from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { WebSocket } from "ws"
import { NO_SITE } from "../../src/host/runs/run-about"
import { RunReceiver } from "../../src/host/run/run-receiver"
import type { SimulatorState } from "../../src/host/simulate/messages"
import { Practice } from "../support/bedside/practice"
import { ivus } from "../support/cli/ivus"
import { ServingHost } from "../support/cli/serving-host"
import { Program } from "../support/cli/program"

const folder = mkdtempSync(join(tmpdir(), "ivus-simulate-"))
const out = join(folder, "runs")
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

const test = suite("ivus simulate")
let practice: Practice
/** Folder of the first run. */
let firstRun = ""

const faultOf = (name: string): SimulatorState["faults"][number] =>
    practice.state.faults.find(fault => fault.name === name)!
const doneSteps = (): string[] =>
    practice.state.lesson.steps.filter(({ done }) => done).map(({ text }) => text)

/** From a fault to a homed cart, as the lessons say. */
async function recover(): Promise<void> {
    await practice.until("silent", () => practice.text.includes("ACK"))
    await practice.press("ack")
    await practice.wait(0.5)
    await practice.press("ack")
    await practice.reach("unhomed")
    await practice.wait(0.5)
    await practice.press("home")
    await practice.reach("ready")
}

test.before(async () => {
    mkdirSync(out)
    practice = await Practice.start({
        ...{ references: join(folder, "references"), out },
        about: {
            ...{ patient: { id: "P 7", name: null }, study: "course" },
            site: { ...NO_SITE, label: "practice" },
        },
    })
})
test.after(() => practice.end())

test("at power-on: the display shows the unit's screens, the cart is calibrated and not homed", async () => {
    await practice.reach("unhomed")
    await practice.until("shown", () => practice.text.includes("NOT HOMED"))
    assert.equal(practice.state.unit.lamps, [1, 0, 0, 0, 0])
    assert.is(practice.state.cart.word, "NOT HOMED")
    assert.is(practice.state.cart.positionMm, null)
    assert.is(practice.state.run, 0)
})

test("a page that leaves lets go of its buttons; one that another page holds too stays down", async () => {
    const [page, other] = [{}, {}]
    const { simulator } = practice
    simulator.handle({ press: "release" }, page)
    simulator.handle({ press: "release" }, other)
    simulator.handle({ press: "ack" }, page)
    simulator.leave(page)
    assert.equal(practice.state.unit.pressed, ["release"])
    simulator.handle({ releaseAll: true }, other)
    assert.equal(practice.state.unit.pressed, [])
    await practice.wait(0.5)
    if (practice.state.cart.state === "manual") await practice.press("release")
    await practice.reach("unhomed")
})

test("a press and its release at the same moment are a press", async () => {
    practice.simulator.handle({ press: "home" }, practice)
    practice.simulator.handle({ release: "home" }, practice)
    await practice.reach("homing")
    await practice.reach("ready")
})

test("a pullback from the unit alone: the host follows without control and keeps the run with its bookmark", async () => {
    await practice.pull()
    const pulling = await practice.until("measured", ({ cart }) => (cart.positionMm ?? 0) > 3)
    assert.ok(Math.abs(pulling.cart.speedMmPerS - 1) < 0.05, `${pulling.cart.speedMmPerS} mm/s`)
    const left = 51.5 - pulling.cart.positionMm!
    assert.ok(Math.abs(pulling.cart.remainingMm! - left) < 0.2, `${pulling.cart.remainingMm} mm`)
    assert.equal(pulling.unit.lamps.slice(0, 3), [1, 1, 1])
    await practice.press("dial")
    await practice.wait(1)
    await practice.press("start")
    await practice.reach("completed")
    assert.equal(doneSteps().length, 5)
    const { word } = practice.state.cart
    assert.ok(practice.text.includes(word!), `${word}; "${practice.text}"`)
    await practice.resultsAreMade()
    assert.is(practice.state.run, 1)
    const { verdict, folder: run, url, run: number } = practice.state.review!
    assert.is(number, 1)
    firstRun = run
    assert.match(verdict, /^stopped/i)
    assert.is((await fetch(url)).status, 200)
    const summary = JSON.parse(readFileSync(join(run, "run.json"), "utf8"))
    assert.equal(
        [summary.patient.id, summary.study, summary.site.label],
        ["P 7", "course", "practice"]
    )
    assert.equal(
        [
            summary.verdict,
            summary.mode,
            summary.speed_mm_per_s,
            summary.length_mm,
            summary.frame_rate_hz,
        ],
        ["stopped", "continuous", 1, 50, 30]
    )
    assert.is(summary.lines.missing, 0)
    assert.equal(summary.link.bytes_skipped + summary.link.bursts_missing, 0)
    const [bookmark] = summary.bookmarks
    // The mark was set a second and two presses before the end.
    assert.ok(bookmark.length_mm > 1 && bookmark.length_mm < 1.6, `${bookmark.length_mm} mm`)
    const end = bookmark.position_mm + bookmark.length_mm
    assert.ok(Math.abs(end - summary.imaged_mm) < 0.05, `${end} mm, ${summary.imaged_mm} mm`)
    for (const name of ["capture.ivl", "run.log", "longitudinal.png", "pullback.dcm"])
        assert.ok(existsSync(join(run, name)), name)
    assert.not(practice.controls.has("the host"))
    assert.ok(practice.controls.has("a bedside unit"))
})

test("the sled returns while RETURN is held, and stops when the page that holds it leaves", async () => {
    const page = {}
    practice.simulator.handle({ press: "return" }, page)
    await practice.reach("returning")
    await practice.wait(0.3)
    practice.simulator.leave(page)
    const { cart } = await practice.reach("completed")
    assert.ok(cart.positionMm! > 1.2, "it has not arrived")
    practice.simulator.handle({ press: "return" }, page)
    await practice.reach("returning")
    await practice.reach("ready")
    practice.simulator.leave(page)
    assert.equal(doneSteps().length, 6)
    practice.simulator.handle({ reviewed: 1 }, page)
    assert.equal(doneSteps().length, 7)
})

test("a jammed sled: the alarm, the time to standstill, and the operator's time", async () => {
    await practice.pull()
    const tones = practice.tones.length
    assert.is(practice.simulator.handle({ cause: "stall" }, practice), undefined)
    assert.is(practice.state.review, null, "it is of the run before")
    const { cart, lesson } = await practice.reach("fault")
    assert.is(cart.fault?.code, 108)
    assert.match(
        cart.fault!.text,
        /^FAULT 108: The sled does not follow its motor. ▸\u00a0Free the/
    )
    assert.match(lesson.steps.find(({ current }) => current)!.text, /^ACK/)
    await practice.until("told", () => practice.text.includes("FAULT 108"))
    assert.ok(faultOf("stall").caused && faultOf("stall").undo)
    await practice.wait(3)
    assert.ok(practice.tones.length - tones >= 10, "ten pulses")
    const { stoppedMs } = faultOf("stall")
    // The cart finds a jam within 0.5 s (src/firmware/motion/README.md), and brakes within some ms.
    assert.ok(stoppedMs !== null && stoppedMs > 0 && stoppedMs < 600, `${stoppedMs} ms`)
    assert.is(practice.simulator.handle({ undo: "stall" }, practice), undefined)
    await recover()
    const { youS, caused } = faultOf("stall")
    assert.ok(youS !== null && youS > 3 && youS < 10, `${youS} s`)
    assert.not(caused)
    assert.match(practice.simulator.handle({ undo: "stall" }, practice) ?? "", /not in force/)
    assert.match(practice.simulator.handle({ cause: "no-such" }, practice) ?? "", /no such fault/)
})

test("captures in progress leave nothing behind, a live picture without a pullback no run", async () => {
    const before = readdirSync(out)
    await practice.press("live")
    await practice.reach("live")
    await practice.press("live")
    await practice.reach("ready")
    await practice.wait(0.5)
    await practice.resultsAreMade()
    const after = readdirSync(out)
    assert.equal(
        after.filter(name => name.endsWith(".partial")),
        []
    )
    assert.equal(after.length, 2, `a folder for each pullback: ${[before, after].join()}`)
    // The second run of a session: its capture begins with the hello, and nothing seems to be missing.
    const { link, verdict, bookmarks } = JSON.parse(
        readFileSync(join(out, after.sort().at(-1)!, "run.json"), "utf8")
    )
    assert.equal([verdict, bookmarks], ["failed", []])
    assert.equal(Object.values(link).filter(Boolean), [])
})

test("in a process of its own: serves page, states and display in real time until Ctrl-C", async () => {
    const program = new Program(
        join(folder, "keys"),
        ...["simulate", "--port", "0", "--out", join(folder, "other")],
        ...["--references", join(folder, "references")]
    )
    const [, url] = await program.waitForOutput(/Simulator: (http:\S+)/)
    const { host, origin } = new URL(url!)
    for (const path of ["", "simulate.js", "console/page/embed.js"])
        assert.is((await fetch(`${url}${path}`)).status, 200, path)
    assert.is((await fetch(`${url}console/page/../../../package.json`)).status, 404)
    const socket = new WebSocket(`ws://${host}/simulator`, { origin })
    let state: SimulatorState | undefined
    let lit = 0
    await new Promise<void>(resolve => {
        socket.on("message", (data: Buffer, isBinary) => {
            if (isBinary) lit = Math.max(lit, data.length === 1025 ? data.filter(b => b).length : 0)
            else state = JSON.parse(String(data)) as SimulatorState
            const isMeasured = (state?.realTime.loadPercent ?? 0) > 0
            if (state?.cart.state === "unhomed" && lit > 100 && isMeasured) resolve()
        })
    })
    const status = await program.end("SIGINT")
    assert.is(status, 130)
    assert.ok(state!.realTime.factor > 0)
    assert.is(state!.unit.plugged, true)
})

test("over TCP, as `ivus serve --bedside` follows a cart: the same run in each of two sessions, each in its capture", async () => {
    const capture = readFileSync(join(firstRun, "capture.ivl"))
    const summary = JSON.parse(readFileSync(join(firstRun, "run.json"), "utf8"))
    const host = await ServingHost.start({ bedside: true })
    for (let session = 0; session < 2; session++) await host.receiveRun(capture)
    while (host.printed.filter(line => / files in /.test(line)).length < 2)
        await new Promise(resolve => setTimeout(resolve, 100))
    const { folders } = host
    assert.is(folders.length, 2)
    for (const name of folders) {
        assert.is(host.record(name).frames, summary.frames)
        const receiver = new RunReceiver()
        receiver.push(readFileSync(join(host.runs, name, "capture.ivl")))
        receiver.finish()
        assert.ok(receiver.end)
        assert.is(receiver.assembler!.frames.length, summary.frames)
        assert.ok(receiver.hello, "the capture has the versions of the cart")
        assert.equal(Object.values(receiver.stream.faults).filter(Boolean), [])
    }
    await host.close()
})

test("bad usage has exit status 2, a port in use 1", async () => {
    const unknown = await ivus("simulate", "--catheter", "none")
    assert.is(unknown.status, 2, unknown.err)
    const file = join(folder, "file")
    writeFileSync(file, "")
    const noFolder = await ivus("simulate", "--out", join(file, "runs"))
    assert.is(noFolder.status, 2, noFolder.err)
    assert.match(noFolder.err, /--out/)
    // Node's recursive mkdir hangs there.
    const noFolders = await ivus("simulate", "--out", "/proc/nope")
    assert.is(noFolders.status, 2, noFolders.err)
    const other = createServer()
    await new Promise<void>(resolve => other.listen(0, "127.0.0.1", resolve))
    const { port } = other.address() as AddressInfo
    const inUse = await ivus("simulate", "--port", String(port), "--out", out)
    other.close()
    assert.is(inUse.status, 1, inUse.err)
    assert.match(inUse.err, /another program uses it.*--port/)
})

test.run()
