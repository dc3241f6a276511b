// `ivus doctor` and `ivus trace`: their reports on healthy and faulty carts.

import { connect } from "node:net"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { examinedCart } from "../support/carts/examined-cart"
import { putNumber } from "../../src/shared/protocol/bytes"
import { PROGRAM_VERSION, versionText } from "../../src/shared/versions"
import { crc32c } from "../../src/shared/protocol/crc32c"
import { keepCalibration } from "../support/cli/calibrated-board"
import { ivus } from "../support/cli/ivus"
import { playTo } from "../support/cli/play-to"
import { file, folder, freePort } from "../support/cli/scratch"

const doctor = suite("doctor")
const VERSION = versionText(PROGRAM_VERSION)
const UN0RICK = ["--catheter", "single-un0rick"]

doctor("reports version, state and every register of a healthy cart by name", async () => {
    const { status, out, err } = await ivus("doctor")
    assert.is(status, 0, err)
    assert.match(out, `firmware  ${VERSION}, layout 0x`)
    assert.match(out, /state {5}unhomed/)
    assert.match(out, /0x6c {2}CHOPCONF +0x000100c3 {2}read +toff 3, hstrt 4/)
    assert.match(out, /0x26 {2}AMAX +0x0000ffff {2}written +65535 = 83.8\d\d mm/)
    assert.match(out, /0x13 {2}TPWMTHRS +-\n/)
    assert.match(out, /FCLK.*12\.000000 MHz/)
    assert.match(out, "The cart is healthy.")
    for (const line of out.split("\n")) assert.ok(line.length < 130, line)
})

doctor("reports every register of a healthy un0rick", async () => {
    const { status, out, err } = await ivus("doctor", ...UN0RICK)
    assert.is(status, 0, err)
    assert.match(
        out,
        /front end un0rick, set up for single-un0rick: up to 8\.18 frames\/s \(computed\)/
    )
    assert.match(out, /0x01 {2}PONW +0x0000000c {2}read +12 = 13 periods, 0\.102 us/)
    assert.match(out, /0xa6 {2}RAMFDONE +0x00000001 {2}read +filled/)
    assert.match(out, /0xf1 {2}VERSION +0x00000201 {2}read +version 1/)
    assert.not.match(out, /unknown|line engine/)
    assert.match(out, "The cart is healthy.")
    for (const line of out.split("\n")) assert.ok(line.length < 130, line)
    const json = JSON.parse((await ivus("doctor", "--json", ...UN0RICK)).out)
    assert.is(json.healthy, true)
    assert.equal(json.front_end, {
        kind: "un0rick",
        catheter: "single-un0rick",
        computed_frame_rate_max_hz: 8.18,
    })
})

doctor("--json prints one object with numbers and fields", async () => {
    const { status, out } = await ivus("doctor", "--json")
    assert.is(status, 0)
    const report = JSON.parse(out)
    assert.is(report.healthy, true)
    assert.is(report.firmware, VERSION)
    assert.is(report.calibration.fclkHz, 12e6)
    interface RegisterJson {
        name: string
        source: string
        value: number
        fields: Record<string, number>
    }
    const registers = report.registers as RegisterJson[]
    const find = (name: string): RegisterJson => registers.find(r => r.name === name)!
    assert.is(find("IOIN").fields.version, 0x30)
    assert.is(find("GSTAT").fields.reset, 0)
    assert.is(find("SW_MODE").fields.stop_l_enable, 1)
    assert.is(find("VMAX").source, "written")
    assert.is(find("SAMPLES").value, 256)
})

/** Fault, and the expected report with its remedy. */
const FAULTY: [string, RegExp][] = [
    ["bus-all-ones@1", /does not identify itself as a TMC5160[^]*SPI wiring/],
    ["bus-all-zeros@0", /does not identify itself as a TMC5160[^]*SPI wiring/],
    ["driver-reset@1", /was reset and has lost its settings[^]*acknowledge/],
    ["over-temperature-warning@1", /overtemperature warning[^]*heat sink/],
    ["over-temperature@1", /overheated[^]*Let it cool/],
    ["undervoltage@1", /charge pump[^]*supply VS/],
    ["fram-dead@0", /FRAM did not store[^]*SPI wiring/],
]

for (const [fault, sentences] of FAULTY)
    doctor(`reports ${fault} with a remedy`, async () => {
        const { status, out, err } = await ivus("doctor", "--fault", fault)
        assert.is(status, 1)
        assert.match(out, sentences)
        assert.not.match(out, "The cart is healthy.")
        assert.match(err, /things? (is|are) wrong/)
        const json = await ivus("doctor", "--json", "--fault", fault)
        assert.is(json.status, 1)
        assert.is(JSON.parse(json.out).healthy, false)
    })

for (const [fault, todo, more] of [
    ["estop@0", "Release the emergency stop, then run `ivus return`, which asks for the reset", []],
    [
        "estop@0",
        "Release the emergency stop, then run `ivus return`, which asks for the reset",
        UN0RICK,
    ],
    ["transmit-gate@0", "Remove the cause, then run `ivus return`, which asks for the ack", []],
] as const)
    doctor(`reports ${[fault, ...more].join(" ")} without its consequences`, async () => {
        const { out, err } = await ivus("doctor", "--fault", fault, ...more)
        assert.match(out, todo)
        assert.match(err, /One thing is wrong\. The cart is (stopped|in fault): /)
    })

/** The same for an un0rick, with the expected register row. */
const FAULTY_UN0RICK: [string, RegExp, RegExp][] = [
    ["un0rick-unplugged@1", /The un0rick does not answer[^]*SPI wiring/, /PONW +no answer/],
    // The state of a board after a reset is reported, not hidden.
    [
        "un0rick-reset@1",
        /has been reset and lost its settings[^]*acknowledge/,
        /PONW +0x00000010 {2}read/,
    ],
    [
        "un0rick-gain@1",
        /The un0rick's DACOUT is not what the cart wrote/,
        /DACGAIN00 +0x00000200 {2}read/,
    ],
    ["un0rick-memory@0", /failed its memory test/, /RAMFDONE +0x00000001 {2}read/],
]

for (const [fault, sentences, row] of FAULTY_UN0RICK)
    doctor(`reports ${fault} with a remedy`, async () => {
        const { status, out, err } = await ivus("doctor", ...UN0RICK, "--fault", fault)
        assert.is(status, 1)
        assert.match(out, sentences)
        assert.match(out, row)
        assert.not.match(out, "The cart is healthy.")
        assert.not.match(out, "The line engine")
        assert.match(err, /things? (is|are) wrong/)
    })

doctor("prints the same report over TCP as on the virtual board", async () => {
    const { client, capture } = await examinedCart()
    assert.ok(client.done)
    const port = await freePort()
    const args = ["doctor", "--target", "tcp:127.0.0.1", "--port", `${port}`]
    const stop = playTo(port, capture)
    const { status, out, err } = await ivus(...args)
    stop()
    assert.is(status, 0, err)
    assert.is(out, (await ivus("doctor")).out)
})

function sendTo(port: number, bytes: Uint8Array): () => void {
    const socket = connect(port, "127.0.0.1")
    socket.on("connect", () => socket.write(bytes))
    socket.on("error", () => (retry = sendTo(port, bytes)))
    let retry = (): void => void socket.destroy()
    return () => retry()
}

doctor(
    "reports an older cart with another message layout and what to do [IVUS-SVC-005]",
    async () => {
        const { capture } = await examinedCart()
        // Hello of a board whose layout hash ends in another byte; its own CRC is valid.
        const hello = Uint8Array.from(capture.subarray(0, 104))
        hello[64]! ^= 0xff
        putNumber(hello, 76, "u32", PROGRAM_VERSION - 0x100)
        putNumber(hello, 100, "u32", crc32c(hello, 64, 100, 0))
        const port = await freePort()
        const stop = sendTo(port, hello)
        const { status, err } = await ivus(
            ...["doctor", "--target", "tcp:127.0.0.1", "--port", `${port}`]
        )
        stop()
        assert.is(status, 1)
        const [theirs, ours] = [PROGRAM_VERSION - 0x100, PROGRAM_VERSION].map(versionText)
        assert.match(
            err,
            new RegExp(`cart has version ${theirs} with layout 0x[0-9a-f]{8}, this host`)
        )
        assert.match(err, `version ${ours} with layout 0x`)
        assert.match(err, /update the cart\. `npm run ivus -- flash`/)
    }
)

doctor("reports a cart that does not connect", async () => {
    const { status, err } = await ivus(
        ...["doctor", "--target", "tcp:127.0.0.1", "--wait", "0.1"],
        ...["--port", `${await freePort()}`]
    )
    assert.is(status, 1)
    assert.match(err, /No cart at 127\.0\.0\.1 connected within 0\.1 s; check/)
})

doctor("refuses bad usage with exit status 2", async () => {
    const invalid: [string[], RegExp][] = [
        [["--target", "moon"], /virtual and tcp:ADDRESS/],
        [["--port", "70000"], /1 to 65535/],
        [["--wait", "0"], /0.1 to 600 s/],
        [["--seed", "x"], /whole number/],
        [["--catheter", "none"], /array-20mhz, .*single-un0rick are known/],
        [["--fault", "un0rick-reset@1"], /needs an un0rick, which a cart with array-20mhz/],
        [[...UN0RICK, "--fault", "engine-reset@1"], /needs a line engine/],
        [["--fault", "gremlin@1"], /"npm run ivus -- faults" lists those of sled/],
        [["--target", "tcp:1.2.3.4", "--fault", "stall@1"], /virtual board/],
        [["--wrong"], /unknown option/],
    ]
    for (const [args, sentence] of invalid) {
        const { status, out, err } = await ivus("doctor", ...args)
        assert.is(status, 2, args.join(" "))
        assert.match(err, sentence)
        assert.is(out, "")
    }
})

const trace = suite("trace")
keepCalibration(trace)

trace("prints the register writes of a file from --trace-spi", async () => {
    const path = join(folder, "named.jsonl")
    await ivus(
        ...["pullback", "--once", "--length", "1", "--trace-spi", path],
        ...["--out", join(folder, "traced")]
    )
    const { status, out } = await ivus("trace", path)
    assert.is(status, 0)
    // Raw values: the trace does not contain the clock.
    assert.match(out, /^ +\d+\.\d {2}tmc5160 {6}write {2}AMAX +0x00003d15 {2}15637$/m)
    assert.match(out, /line-engine {2}write {2}CONTROL +0x00000002 {2}2 = fire/)
    assert.not.match(out, / read /)
    assert.match((await ivus("trace", "--all", path)).out, /read +VACTUAL/)
})

trace("prints the registers of an un0rick by name", async () => {
    const path = join(folder, "un0rick.jsonl")
    const run = await ivus(
        ...["pullback", "--once", "--length", "1", "--trace-spi", path],
        ...["--out", join(folder, "traced-un0rick"), ...UN0RICK]
    )
    assert.is(run.status, 0, run.err)
    const { out } = await ivus("trace", path)
    assert.match(out, /^ +\d+\.\d {2}un0rick {6}write {2}PONW +0x0000000c {2}12 = 13 periods/m)
    assert.match(out, /un0rick +write {2}DACGAIN31 +0x0000[0-9a-f]{4} /)
    assert.match(out, /un0rick +write {2}ACQSTART/)
    const all = (await ivus("trace", "--all", path)).out
    assert.match(all, /un0rick +read {3}NBLINES +0x000000a0 {2}lines_less_one 0, mark 5/)
    // One row per line, not a thousand.
    const starts = out.match(/write {2}ACQSTART/g)!.length
    const reads = all.match(/read {3}RAMDATA/g)!.length
    // And two per self-test.
    assert.ok([2, 4].includes(reads - starts), `${reads}, ${starts}`)
})

trace("refuses a file that is no trace", async () => {
    const none = await ivus("trace", join(folder, "none.jsonl"))
    assert.is(none.status, 2)
    assert.match(none.err, /cannot be read/)
    const junk = await ivus("trace", file("junk.jsonl", "hello\n"))
    assert.is(junk.status, 2)
    assert.match(junk.err, /Line 1 of the trace is no transfer/)
})

doctor.run()
trace.run()
