// `ivus live` with the virtual board: counts, standby, ring-down capture and reuse, bad usage.

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { PNG } from "pngjs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { VirtualClock } from "../../boards/virtual/vm/virtual-clock"
import { Display } from "../../src/host/console/display"
import { LiveView } from "../../src/host/console/live-view"
import { RingDownController } from "../../src/host/console/ring-down-controller"
import { LiveController } from "../../src/host/console/live-controller"
import { allowsAll } from "../../src/host/run/operator"
import { runVirtualLive } from "../../src/host/targets/virtual/virtual-live"
import { ReferenceStore } from "../../src/host/references/reference-store"
import { RESIDUAL_LIMIT_DB } from "../../src/host/references/staleness"
import { REQUEST, veinEcho } from "../support/carts/bench-cart"
import { ivus } from "../support/cli/ivus"
import { keepCalibration } from "../support/cli/calibrated-board"

const folder = mkdtempSync(join(tmpdir(), "ivus-live-"))
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

/** Runs a live picture in virtual time until it has `frames` frames. */
async function liveUntil(
    name: string,
    frames: number,
    capture = false,
    onFrame: (view: LiveView, clock: VirtualClock) => void = () => undefined
) {
    const clock = new VirtualClock()
    const store = new ReferenceStore(join(folder, name))
    const ringDown = new RingDownController(store, () => clock.dateMs)
    const view: LiveView = new LiveView({
        target: "virtual board",
        display: new Display(),
        ringDown,
        nowMs: () => clock.nowUs / 1000,
        transmit: on => controller.transmit(on),
        stop: () => controller.stopMotion(),
        acknowledge: () => controller.acknowledge(),
        pauseSound: () => controller.pauseSound(),
    })
    const controller: LiveController = new LiveController(
        ...[view, ringDown, frames, capture, () => undefined],
        () => onFrame(view, clock)
    )
    await runVirtualLive(
        { board: { seed: 1, heartRatePerMin: 120, echo: veinEcho(1, 25) } },
        REQUEST,
        { view, controller, operator: allowsAll() },
        clock
    )
    return view
}

const live = suite("ivus live")
keepCalibration(live)

live("with an un0rick: shows depth over time and counts every line", async () => {
    const out = join(folder, "un0rick.png")
    const {
        status,
        out: text,
        err,
    } = await ivus(
        ...["live", "--catheter", "single-un0rick", "--frame-rate", "8"],
        ...["--frames", "4", "--json", "--console-port", "0"],
        ...["--references", join(folder, "un0rick"), "--out", out]
    )
    assert.is(status, 0, err)
    const summary = JSON.parse(text)
    assert.is(summary.lines.received, summary.lines.fired)
    const { width, height } = PNG.sync.read(readFileSync(out))
    assert.equal([width, height], [25 * 8, 256])
})

live(
    "in virtual time: receives every fired line at 30 frames/s, reports the heart rate, and ends in standby",
    async () => {
        const view = await liveUntil("plain", 90)
        const summary = view.state()
        assert.is(summary.frames, 90)
        assert.is(summary.framesPerS, 30)
        // The heart rate varies: a tolerance of a tenth.
        assert.ok(Math.abs(summary.ecgPerMin! - 120) <= 12, `${summary.ecgPerMin}/min`)
        assert.is(summary.cartState, "ready")
        const { end } = view.receiver!
        assert.is(summary.lines!.received, end!.lines_fired)
        assert.is(summary.lines!.missing, 0)
        // No lines are kept: a live picture may run for hours.
        assert.is(view.receiver!.assembler!.frames.length, 0)
    }
)

live("captures a ring-down reference, which the next picture loads and subtracts", async () => {
    const first = await liveUntil("ring", 8, true)
    const { ringDown } = first.state()
    // More than the requested 8: the capture takes 30.
    assert.ok(first.state().frames >= 30)
    assert.is(ringDown.reference!.frames, 30)
    assert.match(ringDown.notes[0]!, /Stored in .*array-20mhz-1-[0-9a-f]{8}\.json/)
    const laterRingDown = (await liveUntil("ring", 20)).state().ringDown
    assert.is(laterRingDown.subtracted, true)
    assert.is(laterRingDown.reference!.captured, ringDown.reference!.captured)
    assert.equal(laterRingDown.stale, [])
    // null: below the reported range.
    assert.ok((laterRingDown.reference!.residualDb ?? -99) < RESIDUAL_LIMIT_DB)
})

live("standby from the page ends the lines, and live starts a new run", async () => {
    let standbyState = ""
    const view = await liveUntil("standby", 60, false, (v, clock) => {
        if (v.frames !== 20) return
        assert.is(v.handle({ kind: "transmit", value: false }), undefined)
        clock.after(1e6, () => {
            standbyState = `${v.state().picture} ${v.state().cartState} ${v.frames}`
            assert.is(v.handle({ kind: "transmit", value: true }), undefined)
        })
    })
    // The frame in progress at the request may still be completed.
    assert.match(standbyState, /^stopped ready 2[01]$/)
    assert.is(view.frames, 60)
    // The second run's own counts: 40 frames, and partial frames at its ends.
    const { received, missing } = view.state().lines!
    assert.is(missing, 0)
    assert.ok(received >= 39 * 256 && received < 43 * 256, `${received}`)
})

live.run()

const command = suite("the command line of ivus live")
keepCalibration(command)

command("in real time: writes the last picture and one JSON object", async () => {
    const out = join(folder, "deep", "last.png")
    const { status, out: text } = await ivus(
        ...["live", "--frames", "20", "--out", out, "--console-port", "0"],
        ...["--references", join(folder, "none"), "--depth", "8", "--json"]
    )
    assert.is(status, 0)
    const summary = JSON.parse(text)
    assert.ok(summary.frames >= 20)
    assert.is(summary.lines.received + summary.lines.missing, summary.lines.fired)
    assert.is(summary.display.depth_mm, 8)
    assert.match(summary.ring_down.notes[0], /No reference is stored for array-20mhz/)
    const { width, data } = PNG.sync.read(readFileSync(out))
    assert.is(width, 512)
    assert.ok(data.some(grey => grey > 100 && grey < 255))
})

/** Arguments and the expected sentence. */
const INVALID: [string[], RegExp][] = [
    [["--gain", "61"], /--gain 61 is out of range; -60 to 60 dB/],
    [["--dynamic-range", "5"], /10 to 72 dB/],
    [["--depth", "0.1"], /1.3 to 10 mm/],
    [["--depth", "far"], /not a number/],
    [["--frames", "0"], /1 to 324000 frames/],
    [["--frames", "1.5"], /not a whole number/],
    [["--heart-rate", "20"], /30 to 240 beats a minute/],
    [["--console-port", "70000"], /--console-port 70000 is not a port/],
    [["--out", "picture.jpg"], /ends in .png/],
    [["--out", "boards/bedside-screens/live.png"], /a picture never overwrites one/],
    [["--frame-rate", "90"], /up to [0-9.]+ frames\/s fit/],
    [["--target", "tcp:127.0.0.1", "--vessel", "x.csv"], /needs the virtual board/],
]

command("bad usage prints one sentence, exits with status 2 and writes no files", async () => {
    const out = join(folder, "never.png")
    for (const [args, sentence] of INVALID) {
        const { status, err } = await ivus("live", "--frames", "1", "--out", out, ...args)
        assert.is(status, 2, args.join(" "))
        assert.match(err, sentence)
    }
    assert.is(existsSync(out), false)
})

command(
    "a captured ring-down is used by the next pullback unless it is stale or disabled; the summary reports which",
    async () => {
        const references = ["--references", join(folder, "for-pullback")]
        const out = ["--out", join(folder, "pullback")]
        const pulled = async (...args: string[]) => {
            const run = ["pullback", "--once", "--json", "--length", "1", "--force", ...out]
            const { status, out: text, err } = await ivus(...run, ...args)
            assert.is(status, 0, err)
            return JSON.parse(text)
        }
        const none = await pulled(...references)
        assert.is(none.ring_down.source, "pullback")
        assert.match(none.ring_down.notes[0], /No reference is stored for array-20mhz/)
        const captured = await ivus(
            ...["live", "--frames", "8", "--capture-ring-down", "--json"],
            ...["--out", join(folder, "c.png"), "--console-port", "0"],
            ...references
        )
        assert.is(captured.status, 0, captured.err)
        const { reference } = JSON.parse(captured.out).ring_down
        const used = await pulled(...references)
        assert.equal(used.ring_down, {
            ...{ source: "reference", captured: reference.captured, notes: [] },
        })
        // The lumen is outside the ring-down: 1 % for the smoothing of the border.
        const { min_area_mm2 } = none.lumen
        assert.ok(Math.abs(used.lumen.min_area_mm2 / min_area_mm2 - 1) < 0.01)
        // Another seed is another catheter with the same id.
        const foreign = await pulled(...references, "--seed", "5")
        assert.is(foreign.ring_down.source, "pullback")
        assert.is(foreign.ring_down.captured, reference.captured)
        assert.match(foreign.ring_down.notes[0], /leaves ring-down of -\d+ dB/)
        const unwanted = await pulled(...references, "--no-ring-down")
        assert.equal(unwanted.ring_down, { source: "pullback", captured: null, notes: [] })
    }
)

command.run()
