// The command line: help, bad input, exit status, result files.

import { spawn } from "node:child_process"
import {
    BURST_HEADER_LENGTH,
    PAYLOAD_LENGTH_AT,
    TYPE_AT,
    TYPE_DESCRIPTION,
} from "../../src/shared/protocol/burst"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { PNG } from "pngjs"
import { keepCalibration } from "../support/cli/calibrated-board"
import { ivus } from "../support/cli/ivus"
import { file, folder } from "../support/cli/scratch"
import { ServingHost } from "../support/cli/serving-host"

/** A round lumen of `points` points around (0, 0) at each z. */
function borders(zsMm: readonly number[], radiusMm: number, points = 64): string {
    const rows = zsMm.flatMap((z, frame) =>
        Array.from({ length: points }, (_, i) => {
            const angle = (2 * Math.PI * i) / points
            const [x, y] = [Math.cos(angle), Math.sin(angle)]
            return `${frame},${z},${radiusMm * x},${radiusMm * y}`
        })
    )
    return ["frame,z_mm,x_mm,y_mm", ...rows].join("\n")
}

const help = suite("help")

help(
    "is printed by every command and states that the program is not for clinical use",
    async () => {
        for (const args of [
            ["--help"],
            ["pullback", "--help"],
            ["replay", "--help"],
            ["measure", "--help"],
            ["live", "--help"],
            ["serve", "--help"],
            ["doctor", "--help"],
            ["calibrate", "--help"],
            ["trace", "--help"],
            ["pair", "--help"],
            ["sequence", "--help"],
            ["sequence", "show", "--help"],
        ]) {
            const { status, out } = await ivus(...args)
            assert.is(status, 0)
            assert.match(out, "Usage: ivus")
        }
        assert.match((await ivus("--help")).out, /not for\s+clinical use/)
    }
)

help("ends quietly when its reader has left, as with `| head`", async () => {
    const child = spawn(process.execPath, ["src/host/cli/ivus.mjs", "faults"])
    child.stdout.destroy()
    let err = ""
    child.stderr.on("data", text => (err += String(text)))
    assert.is(await new Promise(resolve => child.on("close", resolve)), 1)
    assert.is(err, "")
})

help.run()

const refusals = suite("bad usage")

/** Arguments and the expected sentence. */
const INVALID: [string[], RegExp][] = [
    [["--wrong"], /unknown option '--wrong'/],
    [["--catheter", "array-30mhz"], /array-20mhz, array-10mhz, .* are known/],
    [["--catheter", "single-un0rick", "--frame-rate", "30"], /up to 8\.18 frames\/s fit/],
    [["--target", "serial:/dev/ttyACM0"], /virtual and tcp:ADDRESS are allowed/],
    [["--target", "moon"], /There is no target "moon"; virtual and tcp:ADDRESS are allowed/],
    [["--speed", "0.2"], /out of range; 0.25 to 10 mm\/s/],
    [["--speed", "11"], /out of range/],
    [["--speed", "fast"], /not a number; 0.25 to 10 mm\/s/],
    [["--speed", "NaN"], /not a number/],
    [["--speed", ""], /not a number/],
    [["--speed", "1.005"], /nearest allowed value: 1.01 mm\/s\)/],
    [["--mode", "hopping"], /Allowed choices are continuous, stepped, gated/],
    [["--step", "500"], /--step does not apply to a continuous pullback/],
    [["--mode", "stepped", "--heart-rate", "60"], /--heart-rate does not apply to a stepped/],
    [["--mode", "stepped", "--step", "9"], /10 to 5000 um/],
    [["--mode", "stepped", "--dwell", "soon"], /not a number; 0 to 10000 ms/],
    [["--mode", "stepped", "--step", "300", "--length", "5"], /nearest allowed value: 5.1 mm\)/],
    [["--mode", "gated", "--heart-rate", "300"], /30 to 240 beats a minute/],
    [["--mode", "gated", "--step", "2000"], /nearest allowed value: \d+ um\)/],
    [["--mode", "gated", "--trigger-timeout", "1000"], /nearest allowed value: 1600 ms\)/],
    [["--mode", "stepped", "--change-speed", "2@1"], /needs a continuous pullback/],
    [["--change-speed", "2"], /write MM_S@MM/],
    [["--change-speed", "20@1"], /0.25 to 10 mm\/s/],
    [["--change-speed", "2@x"], /not a number/],
    [["--change-speed", "2@24.9"], /2@24.9 does not fit: the remaining window/],
    [["--change-speed", "2@30"], /does not fit/],
    [["--change-speed", "2@5", "--change-speed", "1@4"], /1@4 does not fit/],
    [["--change-speed", "2.005@5"], /nearest allowed value: 2.01 mm\/s\)/],
    [["--length", "0"], /1 to 150 mm/],
    [["--length", "151"], /1 to 150 mm/],
    [["--length", "1e999"], /out of range/],
    [["--frame-rate", "0"], /1 to 90 frames\/s/],
    [["--frame-rate", "90"], /up to [0-9.]+ frames\/s fit/],
    [
        ["--lines", "512"],
        /array-20mhz cannot acquire this picture: .* \(nearest allowed value: 256 lines\)/,
    ],
    [
        ["--catheter", "rotational-60mhz", "--lines", "16.5"],
        /--lines 16.5 is not a whole number; whole numbers from 16 to 512/,
    ],
    [["--catheter", "rotational-60mhz", "--lines", "513"], /16 to 512/],
    [["--samples", "15"], /16 to 1024/],
    [["--bus", "octal"], /Allowed choices are single, quad/],
    [["--bus", "quad", "--target", "tcp:127.0.0.1"], /--bus needs the virtual board/],
    [
        [
            "--catheter",
            "rotational-60mhz",
            "--lines",
            "512",
            "--samples",
            "256",
            "--frame-rate",
            "60",
        ],
        /front end's bus.*; up to 29\.64 frames\/s fit/,
    ],
    [["--seed", "-1"], /0 to 2147483647/],
    [["--seed", "1.5"], /whole number/],
    [
        ["--fault", "gremlin@3"],
        /ivus -- faults" lists those of sled, line engine, rotor, un0rick, link/,
    ],
    [["--fault", "stall"], /write stall@SECONDS, such as stall@40/],
    [["--fault", "stall@"], /NAME@SECONDS/],
    [["--vessel", join(folder, "none.csv")], /there is no such file/],
    [["--vessel", folder], /it is a folder/],
    [["--vessel", file("empty.csv", "")], /empty/],
    [["--vessel", file("binary.csv", Uint8Array.of(0, 255, 1, 2))], /./],
    [["--vessel", file("text.csv", "hello world")], /columns|z_mm/],
    [["--vessel", file("few.csv", borders([0, 30], 3, 4))], /points/],
    [["--vessel", file("tiny.csv", borders([0, 30], 0.1))], /catheter/],
    [["--vessel", file("short.csv", borders([0, 10], 3))], /25/],
    [["--vessel", file("huge.csv", borders([0, 30], 12))], /10/],
    [["--vessel", file("text.json", "frame,z_mm")], /not JSON/],
    [["--vessel", file("wrong.json", '{"format":1,"length_mm":30,"sections":[]}')], /at least one/],
    [["--echo", join(folder, "none.png")], /there is no such file/],
    [["--echo", file("no.png", "not a picture")], /PNG/],
    [
        [
            "--echo",
            file("half.png", PNG.sync.write(new PNG({ width: 64, height: 64 })).subarray(0, 60)),
        ],
        /PNG/,
    ],
    [["--out", join(file("plain", ""), "out")], /cannot be written/],
    [["--out", file("plain2", "")], /not a folder/],
    [["--out", "/proc/nowhere/out"], /cannot be written/],
    [["--trace-spi", join(folder, "no", "trace")], /cannot be written/],
    [["--trace-spi", file("precious.json", "mine")], /a trace never overwrites one/],
]

/** Any free port: other programs of this computer may use that of the console. */
const CONSOLE = ["--console-port", "0"]

for (const [args, sentence] of INVALID)
    refusals(`${args.join(" ").replace(folder, "…")}`, async () => {
        const out = join(folder, "bad-out")
        const { status, err } = await ivus("pullback", "--out", out, ...CONSOLE, ...args)
        assert.is(status, 2, err)
        assert.match(err, sentence)
        assert.not.match(err, /at .*\.ts:\d+/)
        assert.not(existsSync(out))
        assert.equal(
            readdirSync(folder).filter(name => name.includes("partial")),
            []
        )
    })

refusals("refuses an unknown command", async () => {
    assert.is((await ivus("pull")).status, 2)
})

refusals("refuses to replay a file that is no capture", async () => {
    const none = await ivus("replay", join(folder, "none.ivl"))
    assert.is(none.status, 2)
    const junk = file("junk.ivl", new Uint8Array(5000).fill(0x49))
    const out = join(folder, "junk-out")
    const { status, err } = await ivus("replay", junk, "--out", out)
    assert.is(status, 1)
    assert.match(err, /not a capture, or has another version \(.*5000 bytes outside bursts\)/)
    assert.not(existsSync(out))
})

refusals("reports a port that another program uses", async () => {
    const server = createServer()
    await new Promise<void>(resolve => server.listen(0, resolve))
    const { port } = server.address() as { port: number }
    const { status, err } = await ivus("serve", "--port", String(port))
    assert.is(status, 1)
    assert.match(err, /another program uses it/)
    // Before a pullback of a minute.
    const pullback = await ivus("pullback", "--console-port", String(port))
    server.close()
    assert.is(pullback.status, 1)
    assert.match(pullback.err, /^ivus: The console .*another program uses it.*--console-port/)
})

refusals.run()

const runs = suite("a short pullback")
keepCalibration(runs)

runs("writes its files, and a replay of its capture writes the same", async () => {
    const [out, replayed] = [join(folder, "out"), join(folder, "again")]
    const trace = join(folder, "spi.jsonl")
    mkdirSync(out)
    // An unrelated file.
    writeFileSync(join(out, "notes.txt"), "mine")
    const first = await ivus(
        ...["pullback", "--once", "--json", "--length", "1"],
        ...["--out", out, "--trace-spi", trace]
    )
    assert.is(first.status, 0, first.err)
    const summary = JSON.parse(first.out)
    assert.is(summary.frames, 30)
    assert.is(summary.clean, true)
    assert.ok(Math.abs(summary.sled_start_mm - 1) < 0.05 && summary.sled_mm > 2.3, first.out)
    const names = readdirSync(out)
    assert.is(names.filter(n => /^cross-section-\d{4}\.png$/.test(n)).length, 30)
    for (const name of [
        "longitudinal.png",
        "pullback.dcm",
        "measurements.csv",
        "report.html",
        "volume.nrrd",
        "run.json",
        "run.log",
        "timing.json",
        "capture.ivl",
        "notes.txt",
    ])
        assert.ok(names.includes(name), name)
    const log = readFileSync(join(out, "run.log"), "utf8").trim().split("\n")
    for (const entry of [
        / asked {3}pullback on virtual board, catheter array-20mhz, 1 mm\/s, 1 mm, .*seed 1$/,
        / host {4}version \d+\.\d+\.\d+, layout 0x/,
        / cart {4}board [0-9a-f]{16}, version \d+\.\d+\.\d+, layout 0x/,
        / asked {3}pull: allowed\. The sled stands at 1\.0 mm/,
        / event {3}\d+\.\d{3} s 301 .*: state pulling$/,
        / verdict complete: 30 frames, /,
    ])
        assert.ok(
            log.some(line => entry.test(line)),
            `${entry} in\n${log.join("\n")}`
        )
    const second = await ivus("replay", join(out, "capture.ivl"), "--json", "--out", replayed)
    assert.is(second.status, 0, second.err)
    for (const name of [
        "longitudinal.png",
        "measurements.csv",
        "capture.ivl",
        "cross-section-0029.png",
    ])
        assert.is(
            Buffer.compare(readFileSync(join(out, name)), readFileSync(join(replayed, name))),
            0,
            name
        )
    const rows = readFileSync(join(out, "measurements.csv"), "utf8").trim().split("\n")
    const six = "frame,time_ms,position_mm,lumen_area_mm2,min_diameter_mm,max_diameter_mm"
    assert.ok(rows[0]!.startsWith(`${six},`), rows[0])
    assert.is(rows.length, 31)
    const line = JSON.parse(readFileSync(trace, "utf8").split("\n")[0]!)
    assert.equal(Object.keys(line), ["t_us", "device", "mosi", "miso"])
    assert.is(line.mosi.length, line.miso.length)
})

runs("reports a capture with a damaged description", async () => {
    const capture = readFileSync(join(folder, "out", "capture.ivl"))
    let at = 0
    while (capture[at + TYPE_AT] !== TYPE_DESCRIPTION)
        at += BURST_HEADER_LENGTH + capture.readUInt32LE(at + PAYLOAD_LENGTH_AT)
    capture[at + BURST_HEADER_LENGTH + 20]! ^= 1
    const out = join(folder, "undescribed")
    const { status, err } = await ivus(
        ...["replay", file("undescribed.ivl", capture), "--out", out]
    )
    assert.is(status, 1)
    assert.match(err, /no description of its A-lines \([1-9]\d* damaged messages/)
    assert.not(existsSync(out))
})

runs("leaves no files when it fails", async () => {
    const out = join(folder, "failed")
    const { status, err } = await ivus(
        ...["pullback", "--length", "5", "--out", out, ...CONSOLE],
        ...["--fault", "short@9"]
    )
    assert.is(status, 1)
    assert.match(err, /The cart stopped: the motor driver reports/)
    assert.not(existsSync(out))
    assert.equal(
        readdirSync(folder).filter(name => name.includes("partial")),
        []
    )
})

runs("with a lost burst, names the loss and shows the gap [IVUS-DAT-004]", async () => {
    const out = join(folder, "lossy")
    const {
        status,
        out: text,
        err,
    } = await ivus(
        ...["pullback", "--once", "--length", "1", "--out", out],
        ...["--fault", "link-drop@8"]
    )
    assert.is(status, 0)
    // The duration of homing is not known.
    assert.match(err, /^homing$/m)
    assert.match(text, /\nInvestigational equipment, not for clinical use\.\n$/)
    assert.match(text, /^Complete: 30 frames, 1\.00 mm at 1\.00 mm\/s, WARNING: 42 lines lost\n/)
    assert.match(text, "bursts: 1 missing")
    // At 1 mm/s the window begins 0.3 mm after the start and ends 0.3 mm before standstill, to a tenth of a mm.
    assert.match(
        text,
        /^The sled started at 1\.0 mm from its home switch and stands at 2\.[67] mm\. It imaged 1\.0 mm of this way; /m
    )
})

runs("writes the same results over TCP", async () => {
    const out = join(folder, "tcp-one")
    await ivus("pullback", "--once", "--length", "1", "--out", out)
    const host = await ServingHost.start()
    await host.receiveRun(readFileSync(join(out, "capture.ivl")))
    await host.waitFor(/ files in /)
    const served = join(host.runs, host.folders[0]!)
    const name = "measurements.csv"
    assert.is(readFileSync(join(served, name), "utf8"), readFileSync(join(out, name), "utf8"))
    await host.close()
})

runs.run()
