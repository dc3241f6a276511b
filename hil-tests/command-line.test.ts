// Responsible for: the command line as a user meets it: help, bad input, exit status, files.
// Not for: what the files show.

import {
    BURST_HEADER_LENGTH,
    PAYLOAD_LENGTH_AT,
    TYPE_AT,
    TYPE_DESCRIPTION,
} from "../src/wire/burst"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import {
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    writeFileSync,
} from "node:fs"
import { connect, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { PNG } from "pngjs"
import { examineVirtual } from "../src/host/cli/doctor-command"
import { identityOfStore } from "../src/host/cli/identity"
import { KeyStore } from "../src/host/link/key-store"
import { ivus } from "./tools/ivus"
import { boardOf, playCapture } from "./tools/play-capture"
import { serve } from "../src/host/cli/serve-command"
import { sheetOf } from "../src/host/sequence/catheter-sheet"
import { putNumber } from "../src/wire/bytes"
import { CATHETER_IDS } from "../src/wire/catheter-list"
import { crc32c } from "../src/wire/crc32c"

const folder = mkdtempSync(join(tmpdir(), "ivus-"))
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

function file(name: string, content: string | Uint8Array): string {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
}

/** A lumen of so many points around (0, 0) at each z. */
function borders(
    zsMm: readonly number[],
    radiusMm: number,
    points = 64
): string {
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
    "is there for every command and says that it is no medical device",
    async () => {
        for (const args of [
            ["--help"],
            ["pullback", "--help"],
            ["replay", "--help"],
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

help.run()

const bad = suite("bad usage")

/** Arguments, and what the one sentence has to say. */
const WRONG: [string[], RegExp][] = [
    [["--wrong"], /unknown option '--wrong'/],
    [["--catheter", "array-30mhz"], /array-20mhz, array-10mhz, .* are known/],
    [["--catheter", "single-un0rick", "--frame-rate", "30"], /up to 8\.18 frames\/s fit/],
    [["--target", "moon"], /virtual, tcp:HOST and serial:PATH are allowed/],
    [["--speed", "0.2"], /out of range; 0.25 to 10 mm\/s/],
    [["--speed", "11"], /out of range/],
    [["--speed", "fast"], /not a number; 0.25 to 10 mm\/s/],
    [["--speed", "NaN"], /not a number/],
    [["--speed", ""], /not a number/],
    [["--speed", "1.005"], /1.01 mm\/s would do/],
    [["--mode", "hopping"], /continuous, stepped and gated are allowed/],
    [["--step", "500"], /--step means nothing to a continuous pullback/],
    [["--mode", "stepped", "--heart-rate", "60"], /--heart-rate means nothing to a stepped/],
    [["--mode", "stepped", "--step", "9"], /10 to 5000 um/],
    [["--mode", "stepped", "--dwell", "soon"], /not a number; 0 to 10000 ms/],
    [["--mode", "stepped", "--step", "300", "--length", "5"], /5.1 mm would do/],
    [["--mode", "gated", "--heart-rate", "300"], /30 to 240 beats a minute/],
    [["--mode", "gated", "--step", "2000"], /um would do/],
    [["--mode", "gated", "--trigger-timeout", "1000"], /1600 ms would do/],
    [["--mode", "stepped", "--change-speed", "2@1"], /needs a continuous pullback/],
    [["--change-speed", "2"], /write MM_S@MM/],
    [["--change-speed", "20@1"], /0.25 to 10 mm\/s/],
    [["--change-speed", "2@x"], /not a number/],
    [["--change-speed", "2@24.9"], /2@24.9 does not fit: what is left/],
    [["--change-speed", "2@30"], /does not fit/],
    [["--change-speed", "2@5", "--change-speed", "1@4"], /1@4 does not fit/],
    [["--change-speed", "2.005@5"], /2.01 mm\/s would do/],
    [["--length", "0"], /1 to 150 mm/],
    [["--length", "151"], /1 to 150 mm/],
    [["--length", "1e999"], /out of range/],
    [["--frame-rate", "0"], /1 to 90 frames\/s/],
    [["--frame-rate", "90"], /up to [0-9.]+ frames\/s fit/],
    [["--lines", "512"], /array-20mhz cannot be: .*; 256 lines would do/],
    [["--catheter", "rotational-60mhz", "--lines", "16.5"], /--lines 16.5 is not whole/],
    [["--catheter", "rotational-60mhz", "--lines", "513"], /16 to 512/],
    [["--samples", "15"], /16 to 1024/],
    [["--bus", "octal"], /single and quad are known/],
    [["--bus", "quad", "--target", "tcp:127.0.0.1"], /--bus needs the virtual board/],
    [["--catheter", "rotational-60mhz", "--lines", "512", "--samples", "256", "--frame-rate", "60"], /front end's bus; up to 29\.64 frames\/s fit/],
    [["--seed", "-1"], /0 to 2147483647/],
    [["--seed", "1.5"], /whole number/],
    [["--fault", "gremlin@3"], /link-flip.*stall/],
    [["--fault", "stall"], /NAME@SECONDS/],
    [["--vessel", join(folder, "none.csv")], /there is no such file/],
    [["--vessel", folder], /it is a folder/],
    [["--vessel", file("empty.csv", "")], /empty/],
    [["--vessel", file("binary.csv", Uint8Array.of(0, 255, 1, 2))], /./],
    [["--vessel", file("text.csv", "hello world")], /columns|z_mm/],
    [["--vessel", file("few.csv", borders([0, 30], 3, 4))], /points/],
    [["--vessel", file("tiny.csv", borders([0, 30], 0.1))], /catheter/],
    [["--vessel", file("short.csv", borders([0, 10], 3))], /25/],
    [["--vessel", file("huge.csv", borders([0, 30], 12))], /10/],
    [["--echo", join(folder, "none.png")], /there is no such file/],
    [["--echo", file("no.png", "not a picture")], /PNG/],
    [["--echo", file("half.png", PNG.sync.write(new PNG({ width: 64, height: 64 })).subarray(0, 60))], /PNG/],
    [["--out", join(file("plain", ""), "out")], /cannot be written/],
    [["--out", file("plain2", "")], /not a folder/],
    [["--out", "/proc/nowhere/out"], /cannot be written/],
    [["--trace-spi", join(folder, "no", "trace")], /cannot be written/],
] // prettier-ignore

for (const [args, sentence] of WRONG)
    bad(`${args.join(" ").replace(folder, "…")}`, async () => {
        const out = join(folder, "bad-out")
        const { status, err } = await ivus("pullback", "--out", out, ...args)
        assert.is(status, 2, err)
        assert.match(err, sentence)
        assert.not.match(err, /at .*\.ts:\d+/)
        assert.not(existsSync(out))
        assert.equal(
            readdirSync(folder).filter(name => name.includes("partial")),
            []
        )
    })

bad("an unknown command", async () => {
    assert.is((await ivus("pull")).status, 2)
})

bad("a replay of what is no capture", async () => {
    const none = await ivus("replay", join(folder, "none.ivl"))
    assert.is(none.status, 2)
    const junk = file("junk.ivl", new Uint8Array(5000).fill(0x49))
    const out = join(folder, "junk-out")
    const { status, err } = await ivus("replay", junk, "--out", out)
    assert.is(status, 1)
    assert.match(err, /5000 bytes that are no burst\): this is no capture/)
    assert.not(existsSync(out))
})

bad("a port that another program uses", async () => {
    const server = createServer()
    await new Promise<void>(resolve => server.listen(0, resolve))
    const { port } = server.address() as { port: number }
    const { status, err } = await ivus("serve", "--port", String(port))
    server.close()
    assert.is(status, 1)
    assert.match(err, /another program uses it/)
})

bad.run()

/** The key that this host shares with the board that plays captures. */
const KEYS = new KeyStore(join(folder, "keys"))
const KEY = new Uint8Array(32).fill(9)
process.env.IVUS_KEYS = KEYS.folder

const playTo = (port: number, capture: Uint8Array): (() => void) => {
    KEYS.keep(boardOf(capture), KEY)
    return playCapture(() => connect(port, "127.0.0.1"), capture, KEY)
}

const good = suite("a short pullback")

good(
    "writes its files, and a replay of its capture writes the same",
    async () => {
        const [out, again] = [join(folder, "out"), join(folder, "again")]
        const trace = join(folder, "spi.jsonl")
        mkdirSync(out)
        // A result of a longer run before, and a file of somebody else.
        writeFileSync(join(out, "cross-section-0999.png"), "old")
        writeFileSync(join(out, "notes.txt"), "mine")
        const first = await ivus(
            ...["pullback", "--once", "--json", "--length", "1"],
            ...["--out", out, "--trace-spi", trace]
        )
        assert.is(first.status, 0, first.err)
        const summary = JSON.parse(first.out)
        assert.is(summary.frames, 30)
        assert.is(summary.clean, true)
        const names = readdirSync(out)
        assert.is(
            names.filter(n => /^cross-section-\d{4}\.png$/.test(n)).length,
            30
        )
        for (const name of [
            "longitudinal.png",
            "measurements.csv",
            "timing.json",
            "capture.ivl",
            "notes.txt",
        ])
            assert.ok(names.includes(name), name)
        const second = await ivus(
            "replay",
            join(out, "capture.ivl"),
            "--json",
            "--out",
            again
        )
        assert.is(second.status, 0, second.err)
        for (const name of [
            "longitudinal.png",
            "measurements.csv",
            "capture.ivl",
            "cross-section-0029.png",
        ])
            assert.is(
                Buffer.compare(
                    readFileSync(join(out, name)),
                    readFileSync(join(again, name))
                ),
                0,
                name
            )
        const rows = readFileSync(join(out, "measurements.csv"), "utf8")
            .trim()
            .split("\n")
        assert.is(
            rows[0],
            "frame,time_ms,position_mm,lumen_area_mm2,min_diameter_mm,max_diameter_mm"
        )
        assert.is(rows.length, 31)
        const line = JSON.parse(readFileSync(trace, "utf8").split("\n")[0]!)
        assert.equal(Object.keys(line), ["t_us", "device", "mosi", "miso"])
        assert.is(line.mosi.length, line.miso.length)
    }
)

good("a capture whose description is damaged says so", async () => {
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
    assert.match(err, /What its lines are has not been received \([1-9]\d* damaged messages/) // prettier-ignore
    assert.not(existsSync(out))
})

good("that fails leaves nothing", async () => {
    const out = join(folder, "failed")
    const { status, err } = await ivus(
        ...["pullback", "--length", "5", "--out", out],
        ...["--fault", "short@12"]
    )
    assert.is(status, 1)
    assert.match(err, /The cart stopped: the motor driver reports/)
    assert.not(existsSync(out))
    assert.equal(
        readdirSync(folder).filter(name => name.includes("partial")),
        []
    )
})

good("with a lost burst names the loss and shows the gap", async () => {
    const out = join(folder, "lossy")
    const { status, out: text } = await ivus(
        ...["pullback", "--once", "--length", "1", "--out", out],
        ...["--fault", "link-drop@8"]
    )
    assert.is(status, 0)
    assert.match(text, "42 missing")
    assert.match(text, "bursts: 1 missing")
})

good("over TCP comes to the same results", async () => {
    const [out, served] = [join(folder, "tcp-one"), join(folder, "tcp-two")]
    await ivus("pullback", "--once", "--length", "1", "--out", out)
    const capture = readFileSync(join(out, "capture.ivl"))
    let written = (): void => undefined
    const done = new Promise<void>(resolve => (written = resolve))
    const serving = await serve(
        0,
        served,
        line => {
            if (line.endsWith(`in ${served}`)) written()
        },
        identityOfStore(false, () => undefined, KEYS)
    )
    const stop = playTo(serving.port, capture)
    await done
    stop()
    serving.close()
    const name = "measurements.csv"
    assert.is(
        readFileSync(join(served, name), "utf8"),
        readFileSync(join(out, name), "utf8")
    )
})

good.run()

const doctor = suite("doctor")

async function freePort(): Promise<number> {
    const server = createServer()
    await new Promise<void>(resolve => server.listen(0, resolve))
    const { port } = server.address() as { port: number }
    await new Promise<void>(resolve => server.close(() => resolve()))
    return port
}

doctor("a healthy cart: version, state, every register by name", async () => {
    const { status, out, err } = await ivus("doctor")
    assert.is(status, 0, err)
    assert.match(out, /firmware {2}0\.2\.0, layout 0x[0-9a-f]{8}, board/)
    assert.match(out, /state {5}unhomed/)
    assert.match(out, /0x6c {2}CHOPCONF +0x000100c3 {2}read +toff 3, hstrt 4/)
    assert.match(out, /0x26 {2}AMAX +0x00003d15 {2}written +15637 = 19.999 mm/)
    assert.match(out, /0x13 {2}TPWMTHRS +-\n/)
    assert.match(out, /FCLK.*12\.000000 MHz/)
    assert.match(out, "The cart is healthy.")
    for (const line of out.split("\n")) assert.ok(line.length < 130, line)
})

doctor("--json: one object, numbers and fields", async () => {
    const { status, out } = await ivus("doctor", "--json")
    assert.is(status, 0)
    const told = JSON.parse(out)
    assert.is(told.healthy, true)
    assert.is(told.firmware, "0.2.0")
    assert.is(told.calibration.fclkHz, 12e6)
    interface Told {
        name: string
        source: string
        value: number
        fields: Record<string, number>
    }
    const registers = told.registers as Told[]
    const find = (name: string): Told => registers.find(r => r.name === name)!
    assert.is(find("IOIN").fields.version, 0x30)
    assert.is(find("GSTAT").fields.reset, 0)
    assert.is(find("SW_MODE").fields.stop_l_enable, 1)
    assert.is(find("VMAX").source, "written")
    assert.is(find("SAMPLES").value, 256)
})

/** Fault, and what is said about it with what to do. */
const SICK: [string, RegExp][] = [
    ["bus-all-ones@1", /does not answer as a TMC5160[^]*SPI wiring/],
    ["bus-all-zeros@0", /does not answer as a TMC5160[^]*SPI wiring/],
    ["driver-reset@1", /was reset and has lost its settings[^]*acknowledge/],
    ["over-temperature-warning@1", /getting hot[^]*heat sink/],
    ["over-temperature@1", /too hot[^]*Let it cool/],
    ["undervoltage@1", /charge pump[^]*supply VM/],
]

for (const [fault, sentences] of SICK)
    doctor(`${fault} is told with what to do about it`, async () => {
        const { status, out, err } = await ivus("doctor", "--fault", fault)
        assert.is(status, 1)
        assert.match(out, sentences)
        assert.not.match(out, "The cart is healthy.")
        assert.match(err, /things? (is|are) wrong/)
        const json = await ivus("doctor", "--json", "--fault", fault)
        assert.is(json.status, 1)
        assert.is(JSON.parse(json.out).healthy, false)
    })

doctor("over TCP sees what it sees on the virtual board", async () => {
    const { visitor, capture } = await examineVirtual(1, [])
    assert.ok(visitor.done)
    const port = await freePort()
    const args = ["doctor", "--target", "tcp:127.0.0.1", "--port", `${port}`]
    const stop = playTo(port, capture)
    const { status, out, err } = await ivus(...args)
    stop()
    assert.is(status, 0, err)
    assert.is(out, (await ivus("doctor")).out)
})

function sayTo(port: number, bytes: Uint8Array): () => void {
    const socket = connect(port, "127.0.0.1")
    socket.on("connect", () => socket.write(bytes))
    socket.on("error", () => (again = sayTo(port, bytes)))
    let again = (): void => void socket.destroy()
    return () => again()
}

doctor("a cart of another layout is named, with what to do", async () => {
    const { capture } = await examineVirtual(1, [])
    // The hello of a board whose layout hash ends in another byte: its own CRC is right.
    const hello = Uint8Array.from(capture.subarray(0, 104))
    hello[64]! ^= 0xff
    putNumber(hello, 100, "u32", crc32c(hello, 64, 100, 0))
    const port = await freePort()
    const stop = sayTo(port, hello)
    const { status, err } = await ivus(
        ...["doctor", "--target", "tcp:127.0.0.1", "--port", `${port}`]
    )
    stop()
    assert.is(status, 1)
    assert.match(err, /firmware 0\.2\.0 with layout 0x[0-9a-f]{8}/)
    assert.match(err, "update the older one")
})

doctor("a cart that does not come", async () => {
    const { status, err } = await ivus(
        ...["doctor", "--target", "tcp:127.0.0.1", "--wait", "0.1"],
        ...["--port", `${await freePort()}`]
    )
    assert.is(status, 1)
    assert.match(err, /No cart at 127\.0\.0\.1 connected within 0\.1 s; check/)
})

doctor("bad usage", async () => {
    const wrong: [string[], RegExp][] = [
        [["--target", "moon"], /virtual, tcp:HOST/],
        [["--port", "70000"], /1 to 65535/],
        [["--wait", "0"], /0.1 to 600 s/],
        [["--seed", "x"], /whole number/],
        [["--fault", "gremlin@1"], /stall/],
        [["--target", "tcp:1.2.3.4", "--fault", "stall@1"], /virtual board/],
        [["--wrong"], /unknown option/],
    ]
    for (const [args, sentence] of wrong) {
        const { status, out, err } = await ivus("doctor", ...args)
        assert.is(status, 2, args.join(" "))
        assert.match(err, sentence)
        assert.is(out, "")
    }
})

doctor("trace: our own file as register writes", async () => {
    const path = join(folder, "named.jsonl")
    await ivus(
        ...["pullback", "--once", "--length", "1", "--trace-spi", path],
        ...["--out", join(folder, "traced")]
    )
    const { status, out } = await ivus("trace", path)
    assert.is(status, 0)
    // By number: the trace does not know the clock.
    assert.match(out, /^ +\d+\.\d {2}tmc5160 {6}write {2}AMAX +0x00003d15 {2}15637$/m) // prettier-ignore
    assert.match(out, /line-engine {2}write {2}CONTROL +0x00000002 {2}2 = fire/)
    assert.not.match(out, / read /)
    assert.match((await ivus("trace", "--all", path)).out, /read +VACTUAL/)
})

doctor("trace: a file that is none", async () => {
    const none = await ivus("trace", join(folder, "none.jsonl"))
    assert.is(none.status, 2)
    assert.match(none.err, /cannot be read/)
    const junk = await ivus("trace", file("junk.jsonl", "hello\n"))
    assert.is(junk.status, 2)
    assert.match(junk.err, /Line 1 of the trace is no transfer/)
})

doctor.run()

const sequence = suite("sequence show")
const show = (...args: string[]): ReturnType<typeof ivus> =>
    ivus("sequence", "show", ...args)

sequence("draws what fits, and says so", async () => {
    const { status, out, err } = await show("--pairs", "reciprocal-14")
    assert.is(status, 0, err)
    assert.is(err, "")
    assert.match(out, /array-20mhz, coronary: 20 MHz/)
    assert.match(out, /896 pairs, summed into 256 lines/)
    assert.match(out, /tx {2}1 -> rx 1\.\.14\n/)
    assert.match(out, /0\.71 to {5}12\.99 us {2}echo to 10 mm/)
    assert.match(out, /firings of a frame +15\.22 +33\.33 ms +45\.7\n/)
    assert.match(out, /It fits\.\n$/)
})

sequence("each catheter as it is meant to be used fits", async () => {
    for (const id of CATHETER_IDS) {
        const { status, out, err } = await show("--catheter", id)
        assert.is(status, 0, err)
        assert.match(out, `catheter  ${id},`)
    }
})

sequence(
    "90 turns a second of 512 lines of 256 samples fit over four lanes",
    async () => {
        const fast = ["--catheter", "rotational-60mhz", "--lines", "512", "--samples", "256", "--frame-rate", "90"] // prettier-ignore
        const { status, out, err } = await show(...fast, "--bus", "quad")
        assert.is(status, 0, err)
        // 46,080 lines/s of 2,240 bits; 85 % of 160 Mbit/s
        assert.match(out, /front end's bus +103\.2 +136 Mbit\/s/)
        assert.is((await show(...fast)).status, 1)
    }
)

/** What does not fit, and the sentence with the nearest that does. */
const TIGHT: [string[], RegExp][] = [
    [["--catheter", "array-10mhz", "--depth", "30"], /firings of a frame take longer.* 25\.978 frames\/s would do/],
    [["--frame-rate", "60"], /front end's bus; 59\.291 frames\/s would do/],
    [["--pairs", "full", "--frame-rate", "15"], /transmit budget; 13\.427 frames\/s/],
    [["--depth", "12.5"], /depth .*; 12 mm would do/],
    [["--link-rate", "2"], /link to the host; 27\.126 frames\/s would do/],
    [["--catheter", "rotational-40mhz", "--frame-rate", "60"], /rotor .*; 30 frames\/s would do/],
    [["--catheter", "rotational-60mhz", "--lines", "512", "--frame-rate", "60"], /bus; 33\.47 frames\/s would do/],
    [["--catheter", "rotational-60mhz", "--lines", "512", "--samples", "512", "--frame-rate", "90", "--bus", "quad"], /bus; 61\.946 frames\/s would do/],
] // prettier-ignore

for (const [args, sentence] of TIGHT)
    sequence(`${args.join(" ")} does not fit`, async () => {
        const { status, out, err } = await show(...args)
        assert.is(status, 1)
        assert.match(err, sentence)
        assert.is(err.trimEnd().split("\n").length, 1)
        assert.match(out, sentence)
        assert.match(out, "too much")
        const told = JSON.parse((await show(...args, "--json")).out)
        assert.is(told.fits, false)
        assert.match(told.sentence, sentence)
    })

sequence(
    "a catheter and pairs from files; --json gives what a file holds",
    async () => {
        const { catheter } = JSON.parse((await show("--json")).out)
        const around = Array.from({ length: 64 }, (_, i) => [i, (i + 1) % 64])
        const mine = { ...catheter, id: "mine", depth_um: 8000 }
        const { status, out, err } = await show(
            ...[
                "--catheter",
                file("mine.json", JSON.stringify(mine)),
                "--json",
            ],
            ...["--pairs", file("pairs.json", JSON.stringify(around))]
        )
        assert.is(status, 0, err)
        const told = JSON.parse(out)
        assert.equal(told.catheter.depth_um, 8000)
        assert.equal(told.sequence.pairs, around)
        assert.is(told.table.entries, 64)
    }
)

const SHEET = { ...sheetOf("array-20mhz")!, supply_mv: 200_000 }
const NONE: [string[], RegExp][] = [
    [["--catheter", "array-30mhz"], /array-20mhz, array-10mhz, .*single-un0rick are known/],
    [["--catheter", file("hot.json", JSON.stringify(SHEET))], /supply_mv is 200000; allowed: whole numbers from 1000 to 100000 mV/],
    [["--catheter", file("text.json", "hello")], /is no JSON/],
    [["--catheter", join(folder, "none.json")], /cannot be read \(ENOENT\)/],
    [["--frame-rate", "0"], /1 to 90 frames\/s/],
    [["--lines", "100.5"], /lines is 100\.5; allowed: whole numbers from 16 to 512/],
    [["--lines", "8"], /16 to 512/],
    [["--samples", "100.5"], /--samples 100\.5 is not whole/],
    [["--bus", "octal"], /single and quad are known/],
    [["--depth", "-1"], /1 to 100 mm/],
    [["--pairs", file("one.json", "[[0, 1]]")], /pairs is "1 of 1 transmitters"; allowed: all 64 elements transmit once at least.*element 1 does not/],
    [["--catheter", file("steep.json", JSON.stringify({ ...sheetOf("array-20mhz"), tgc_slope_cdb_per_mm: 65535 }))], /tgc_slope_cdb_per_mm is 65535; allowed: whole numbers from 0 to 1040 cdB\/mm/],
    [["--catheter", file("steeper.json", JSON.stringify({ ...sheetOf("array-20mhz"), tgc_slope_cdb_per_mm: 261 }))], /tgc_slope_cdb_per_mm is 261; allowed: up to 260 cdB\/mm/],
    [["--pairs", "some"], /reciprocal-14, both-27, full or a FILE\.json/],
    [["--pairs", file("far.json", "[[0, 64]]")], /ops\[0\]\.rx\.aperture is 64; allowed: whole numbers from 0 to 63/],
    [["--pairs", file("odd.json", "[[0]]")], /pairs\[0\] is \[0\]/],
    [["--pairs", "full", "--catheter", "rotational-40mhz"], /is no array/],
    [["--link-rate", "fast"], /not a number/],
    [["--wrong"], /unknown option/],
] // prettier-ignore

for (const [args, sentence] of NONE)
    sequence(
        `${args.join(" ").replace(folder, "…")} is bad usage`,
        async () => {
            const { status, out, err } = await show(...args)
            assert.is(status, 2, err)
            assert.match(err, sentence)
            assert.is(out, "")
        }
    )

sequence.run()
