// A pullback of channel data from the engine through firmware, link and host to pictures.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { ChannelDataEcho } from "../../boards/virtual/vessel/channel-data-echo"
import { beamformed } from "../support/imaging/beamformed"
import type { PullbackRequest } from "../../src/host/sequence/pullback-request"
import * as machine from "../../src/shared/cart-machine"
import { PAIRS_RECIPROCAL_14 } from "../../src/shared/acquisition/line-record"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { ivus } from "../support/cli/ivus"
import { areaIn, roundVein } from "../support/imaging/round-vein"
import {
    arrayOf,
    brightestIn,
    SOUND_SPEED_M_PER_S,
    targetAt,
} from "../support/imaging/point-targets"
import { keepCalibration } from "../support/cli/calibrated-board"

const folder = mkdtempSync(join(tmpdir(), "ivus-elements-"))
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

const test = suite("a pullback of channel data")
keepCalibration(test)

test("shows a point target that the sled passes at its true position in every frame", async () => {
    const array = arrayOf("array-20mhz")
    const [radiusMm, degrees] = [2.5, 100]
    const target = targetAt(array, radiusMm, (degrees * Math.PI) / 180)
    const echo = new ChannelDataEcho(
        { array, soundSpeedMPerS: SOUND_SPEED_M_PER_S, noise: 0, seed: 1 },
        // The front end adds its TGC of 1.7 dB/mm.
        [{ ...target, strength: target.strength / 2 }]
    )
    const request: PullbackRequest = {
        ...{ ...REQUEST, lengthMm: 2, speedMmPerS: 1, frameRateHz: 2.2 },
        channelDataPairs: { list: PAIRS_RECIPROCAL_14 },
    }
    const bench = await BenchCart.boot(request, {
        ...EVEN_SLED,
        channelData: {
            line: (_z, shot, out) => echo.line(shot.tx, shot.rx, shot, out),
        },
    })
    await bench.home()
    await bench.pull()
    await bench.reach(machine.STATE_COMPLETED)
    await bench.cart.until(() => bench.ended, bench.nowUs + 2e6)
    bench.cart.board.stopVm()
    const { assembler, description, end } = bench.cart.receiver
    assert.is(assembler!.counts.received, end!.lines_fired)
    assert.ok(assembler!.frames.length >= 4)
    const { frames, geometry } = beamformed(description!, assembler!.frames)
    for (const frame of frames) {
        assert.ok(frame.present.every(flag => flag === 1))
        const { line, radiusMm: mm } = brightestIn(frame, geometry, array)
        // A line is 1.4 degrees, a sample 39 um.
        assert.ok(Math.abs(line - (degrees * 256) / 360) <= 1, `line ${line}`)
        assert.ok(Math.abs(mm - radiusMm) <= geometry.sampleSpacingMm, `${mm} mm`)
    }
})

const measuresOf = (out: string): string => readFileSync(join(out, "measurements.csv"), "utf8")

test("measures the true lumen area by command line and in replay, and another area with a wrong sound speed", async () => {
    const out = join(folder, "out")
    const radiusMm = 3
    const vessel = join(folder, "round.csv")
    writeFileSync(vessel, roundVein(radiusMm))
    const first = await ivus(
        ...["pullback", "--once", "--json", "--out", out, "--length", "1"],
        ...["--data", "elements", "--frame-rate", "2", "--speed", "0.5"],
        ...["--vessel", vessel]
    )
    assert.is(first.status, 0, first.err)
    const summary = JSON.parse(first.out)
    assert.is(summary.lines_per_frame, 896)
    assert.is(summary.lines.missing, 0)
    // The report states the limits.
    assert.is(summary.elements.frame_way_mm, 0.25)
    const area = areaIn(measuresOf(out))
    // Half a pulse of 0.096 mm off the radius is 3.2 %; beams meet this wall at a right angle, so
    // there is no other error.
    assert.ok(Math.abs(area / (Math.PI * radiusMm ** 2) - 1) < 0.032, `${area} mm²`)
    const capture = join(out, "capture.ivl")
    const replayed = join(folder, "again")
    assert.is((await ivus("replay", capture, "--out", replayed)).status, 0)
    assert.is(measuresOf(replayed), measuresOf(out))
    const faster = join(folder, "faster")
    const speed = ["--sound-speed", "1617", "--apodisation", "none"]
    assert.is((await ivus("replay", capture, "--out", faster, ...speed)).status, 0)
    // At a 5 % higher sound speed each path is 5 % longer, except inside the catheter.
    const grown = Math.sqrt(areaIn(measuresOf(faster)) / area)
    assert.ok(grown > 1.03 && grown < 1.06, `${grown}`)
})

test.run()

const refusals = suite("bad usage of channel data")

/** Arguments and the expected sentence. */
const INVALID: [string[], RegExp][] = [
    [["--data", "rf"], /Allowed choices are lines, elements/],
    [["--pairs", "full"], /--pairs does not apply to A-lines/],
    [["--sound-speed", "1500"], /--sound-speed does not apply to A-lines/],
    [["--data", "elements", "--pairs", "most"], /reciprocal-14, both-27, full and a FILE/],
    [["--data", "elements", "--sound-speed", "99"], /1000 to 2500 m\/s/],
    [["--data", "elements", "--apodisation", "hamming"], /Allowed choices are none, hann/],
    [["--data", "elements", "--catheter", "rotational-40mhz"], /needs an array/],
    [["--data", "elements", "--frame-rate", "30"], /up to 2.\d+ frames\/s fit/],
    [["--data", "elements", "--frame-rate", "0.05"], /0.1 to 90 frames\/s/],
    [["--data", "elements", "--frame-rate", "2", "--echo", "x.png"], /without channel data/],
]

refusals("is refused with one sentence and exit status 2", async () => {
    for (const [args, sentence] of INVALID) {
        const { status, err } = await ivus(
            "pullback",
            "--once",
            "--out",
            join(folder, "never"),
            ...args
        )
        assert.is(status, 2, args.join(" "))
        assert.match(err, sentence)
    }
})

refusals.run()
