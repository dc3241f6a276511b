// `ivus flash` up to the last step: esptool is a stand-in and the runtime is made up. Not yet run
// on a board.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import fs, { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { createServer } from "node:net"
import { join } from "node:path"
import { flashBoard } from "../../src/host/flash/board-file"
import { flashCommand } from "../../src/host/cli/commands/flash"
import { writeImage } from "../../src/host/flash/esptool"
import { bundleErrorText, type Image, makeImage, imageDefect } from "../../src/host/flash/image"
import { type FlashOptions, flashPlan } from "../../src/host/flash/plan"
import { addWifi, readStore } from "../../src/host/flash/settings-store"
import { storedIdentity } from "../../src/host/link/stored-identity"
import { KeyStore } from "../../src/host/link/key-store"
import { Interrupted } from "../../src/host/errors"
import { RunError } from "../../src/host/errors"
import { UsageError } from "../../src/host/errors"
import { BenchCart, EVEN_SLED } from "../support/carts/bench-cart"
import { buildProgram } from "../../src/tools/build/build-program"
import {
    SAVED_IMAGE,
    noEsptool,
    standInCalls,
    standInEsptool,
} from "../support/cli/esptool-stand-in"
import { ivus } from "../support/cli/ivus"
import { file, folder } from "../support/cli/scratch"

const BOARD = "0920773150c4d0a1"
const keys = new KeyStore(join(folder, "keys"))
process.env.IVUS_KEYS = keys.folder
const KEY = Uint8Array.from({ length: 32 }, (_, i) => 7 * i + 1)
const KEY_HEX = Buffer.from(KEY).toString("hex")
const [SSID, PASSWORD] = ["cath lab #2", "s3same 0pen"]
/** Any character device will do for the checks before esptool. */
const PORT = "/dev/null"
/** Addresses of the board's configuration and settings in flash memory. */
const [CONFIG_AT, STORE_AT] = [0x9000, 0x1c0000]
const SIMULATOR_FLASH = /return 128 \* 1024;/

/** A host that has this key for every board. */
class OneKey extends KeyStore {
    override keyOf(): Uint8Array {
        return KEY
    }
}

/**
 * Looks like a runtime image (first byte, space for the board's configuration) but does not run.
 */
function fakeRuntime(): string {
    const image = Buffer.alloc(0x12000, 0xff)
    image[0] = 0xe9
    image.fill(0, CONFIG_AT, CONFIG_AT + 0x2000)
    return file("runtime.bin", image)
}
const runtime = fakeRuntime()
const settings = file(
    "settings.local",
    `# of the lab
host={"name":"10.0.0.5","port":7316}
note="a # in it"
WIFI_SSID="${SSID}"
WIFI_PWD="${PASSWORD}"
`
)
const OPTIONS: FlashOptions = {
    port: PORT,
    board: "ivus_cart_s3",
    settings,
    runtime,
    baud: "460800",
}

const leftovers = (): string[] =>
    readdirSync(".devicescript").filter(name => name.startsWith("flash-"))

/** In a modified tree the version contains the minute of the build. */
const unversioned = (code: Uint8Array): string =>
    Buffer.from(code)
        .toString("latin1")
        .replace(/v\d+\.\d+\.\d+-[0-9a-f]+[-\d.]*/g, v => "v".repeat(v.length))

/** Compares, byte by byte, the program in a store. */
const holds = (store: Map<string, Buffer>, bytecode: string): boolean =>
    unversioned(store.get("*prog")!).includes(unversioned(readFileSync(bytecode)))

const test = suite("ivus flash")
/** Built now: in a modified tree the version is longer. */
const reference = { lineEngine: "", un0rick: "" }
test.before(async () => {
    keys.save(BOARD, KEY)
    reference.lineEngine = await buildProgram("src/main.ts", "line-engine-reference")
    reference.un0rick = await buildProgram("src/main-un0rick.ts", "un0rick-reference")
})
test.before.each(() => standInEsptool())

/** Runs it with an image that is fast to make; returns whether it was removed. */
async function quick(
    options: { [K in keyof FlashOptions]?: FlashOptions[K] | undefined } = {}
): Promise<{ printed: string; error: Error | undefined; removed: boolean }> {
    const outcome = { printed: "", error: undefined as Error | undefined, removed: false }
    const make = (): Promise<Image> =>
        Promise.resolve({
            file: file("image.bin", "image"),
            offset: "0x0",
            bytes: 5,
            remove: () => void (outcome.removed = true),
        })
    await flashCommand(
        { ...OPTIONS, ...options } as FlashOptions,
        line => (outcome.printed += line),
        make
    ).catch((error: unknown) => (outcome.error = error as Error))
    return outcome
}

/** The image of a board, made by the real tools. */
let written: Buffer

test("writes runtime, program, settings, key and Wi-Fi, and prints no secrets", async () => {
    const { status, out, err } = await ivus(
        ...["flash", "--port", PORT, "--key", BOARD, "--settings", settings],
        ...["--runtime", runtime, "--catheter", "array-20mhz"]
    )
    assert.is(status, 0, err)
    const [call, ...more] = standInCalls()
    assert.is(more.length, 0)
    const name = call!.args.pop()!
    assert.equal(call!.args, [
        ...["--chip", "esp32s3", "--port", PORT, "--baud", "1500000"],
        ...["write-flash", "0x0"],
    ])
    assert.is(call!.folderMode, "700")
    assert.match(name, /bundle-devicescript-esp32s3-ivus_cart_s3-0x0\.bin$/)
    assert.not(existsSync(name))
    assert.equal(leftovers(), [])

    written = readFileSync(SAVED_IMAGE)
    const before = readFileSync(runtime)
    assert.ok(written.subarray(0, CONFIG_AT).equals(before.subarray(0, CONFIG_AT)))
    // The board's own pins, with their levels before the program starts.
    const config = written.toString("latin1", CONFIG_AT, CONFIG_AT + 0x1000)
    for (const key of ["DCFG", "sPin.DRV_ENN", "sPin.CS_MOTOR", "jacdac.pin", "ivus_cart_s3"])
        assert.ok(config.includes(key), key)
    const store = readStore(written)!
    assert.ok(holds(store, reference.lineEngine))
    assert.is(store.get(":link_key")!.toString(), `"${KEY_HEX}"`)
    assert.is(store.get(":link_insecure")!.toString(), "false")
    assert.is(store.get(":catheter")!.toString(), `""`)
    assert.is(store.get(":host")!.toString(), `{"name":"10.0.0.5","port":7316}`)
    assert.is(store.get(":note")!.toString(), `"a # in it"`)
    assert.is(store.get("wifi_ssid")!.toString(), SSID)
    assert.is(store.get("wifi_psk")!.toString(), PASSWORD)
    assert.is(store.size, 8)

    for (const secret of [KEY_HEX, SSID, PASSWORD]) assert.not((out + err).includes(secret), secret)
    assert.match(out, /src\/main\.ts and these settings: .*link_key.*Wi-Fi/)
    assert.match(out, /doctor --target tcp:/)
    assert.match(out, /calibrate --target tcp:/)
    assert.match(out, /What it had stored before is erased/)
    assert.match(out, /Not yet run on hardware/)
    assert.match(err, /writing the board 100 %/)
})

test("refuses an image with a missing part", () => {
    const plan = flashPlan({ ...OPTIONS, key: BOARD, catheter: "array-20mhz" })
    // After the store's header for it: its length and checksum.
    const kept = readStore(written)!.get("*prog")!
    const program = Buffer.from(kept.subarray(kept.indexOf("DevS\n")))
    const [at, key] = [written.indexOf(program), written.indexOf(KEY_HEX)]
    const cases: [(image: Buffer) => unknown, string][] = [
        [() => undefined, "all right"],
        [image => (image[0] = 0x7f), "its runtime is not for an ESP32"],
        [
            image => image.fill(0, CONFIG_AT, CONFIG_AT + 0x2000),
            "it lacks the pins of ivus_cart_s3",
        ],
        [image => (image[at + 500]! ^= 1), "it lacks the program"],
        [image => image.fill(0xff, STORE_AT, STORE_AT + 8), "it lacks the program"],
        [image => image.write("x", key), "it lacks the setting link_key"],
    ]
    for (const [change, wrong] of cases) {
        const image = Buffer.from(written)
        change(image)
        const found = imageDefect(image, program, plan.settings, plan.board)
        assert.is(found ?? "all right", wrong)
    }
})

test("a cart starts with the settings of the image and opens a session with their key", async () => {
    // The simulator's flash is half as large as the board's; only one of its constants depends on
    // that.
    const { readFileSync: read } = fs
    const larger = (path: fs.PathOrFileDescriptor, how?: never): unknown => {
        const text = read(path, how) as unknown
        if (!/devicescript-cli\.cjs$/.test(String(path))) return text
        assert.match(text as string, SIMULATOR_FLASH)
        return (text as string).replace(SIMULATOR_FLASH, "return 256 * 1024;")
    }
    fs.readFileSync = larger as typeof read
    syncBuiltinESMExports()
    try {
        const store = written.subarray(STORE_AT)
        const identity = storedIdentity(false, () => undefined, new OneKey())
        const bench = await BenchCart.boot(undefined, {
            ...EVEN_SLED,
            identity,
            settings: store,
            deploy: {},
        })
        await bench.wait(500)
        assert.ok(bench.cart.session.isOpen)
        assert.not(bench.cart.receiver.insecure)
        const after = readStore(Buffer.from(bench.cart.board.settings))!
        assert.is(after.get("wifi_ssid")!.toString(), SSID)
        assert.is(after.get("wifi_psk")!.toString(), PASSWORD)
        bench.cart.board.stopVm()
    } finally {
        fs.readFileSync = read
        syncBuiltinESMExports()
    }
})

test("adds Wi-Fi settings only while there is room", () => {
    const image = Buffer.from(written)
    let times = 0
    while (addWifi(image, SSID, PASSWORD)) times++
    // 4 pages hold the list and its values: 80 bytes per pair, less what is stored already.
    assert.ok(times > 150 && times < 16384 / 80, String(times))
    const store = readStore(image)!
    assert.is(store.get("wifi_ssid")!.toString(), SSID)
    assert.is(store.get(":link_key")!.toString(), `"${KEY_HEX}"`)
    assert.is(readStore(Buffer.alloc(8192)), undefined)
    assert.not(addWifi(Buffer.alloc(8192), SSID, PASSWORD))
})

test("a board with an un0rick gets its program, selected by the settings of `ivus pair`", async () => {
    const paired = file("paired.local", `catheter="single-un0rick"\n`)
    const plan = flashPlan({ ...OPTIONS, settings: paired })
    assert.is(plan.program, "src/main-un0rick.ts")
    const image = await makeImage(plan, new AbortController().signal)
    try {
        const store = readStore(readFileSync(image.file))!
        assert.ok(holds(store, reference.un0rick))
        assert.not(holds(store, reference.lineEngine))
        assert.is(store.get(":catheter")!.toString(), `"single-un0rick"`)
        assert.not(store.has("wifi_ssid"))
    } finally {
        image.remove()
    }
    assert.equal(leftovers(), [])
    // A typed option has priority.
    const typed = flashPlan({ ...OPTIONS, settings: paired, catheter: "array-10mhz" })
    assert.is(typed.program, "src/main.ts")
    assert.is(typed.settings.values.get("catheter"), "")
    assert.is(flashPlan({ ...OPTIONS, catheter: "single-un0rick" }).program, "src/main-un0rick.ts")
    assert.is(flashPlan(OPTIONS).program, "src/main.ts")
})

test("reports other running DeviceScript tools and leaves nothing behind", async () => {
    const server = createServer().listen(8081, "127.0.0.1")
    await new Promise(resolve => server.once("listening", resolve))
    try {
        const { status, err } = await ivus(
            "flash",
            "--port",
            PORT,
            "--settings",
            settings,
            "--runtime",
            runtime
        )
        assert.is(status, 1)
        assert.match(err, /Other DeviceScript tools are running .*end them/)
    } finally {
        server.close()
    }
    assert.equal(standInCalls(), [])
    assert.equal(leftovers(), [])
})

test("reports an invalid runtime, a missing network or a failed build in one sentence each", async () => {
    const wrong = { ...OPTIONS, runtime: file("none.bin", Buffer.alloc(0x12000)) }
    const failed = await makeImage(flashPlan(wrong), new AbortController().signal).catch(
        (e: unknown) => e as Error
    )
    assert.instance(failed, RunError)
    assert.match(
        (failed as Error).message,
        /its runtime is not for an ESP32; give a valid one with --runtime FILE/
    )
    assert.equal(leftovers(), [])
    const board = flashBoard("ivus_cart_s3")
    assert.match(
        bundleErrorText(1, "fetch https://x\nTypeError: fetch failed", board),
        /could not be fetched; .*--runtime FILE.*esp32s3_bare-0x0\.bin/
    )
    assert.match(bundleErrorText(null, "", board), /not made within 180 s/)
    assert.match(
        bundleErrorText(1, `link_key="${KEY_HEX}"\nsrc/main.ts(3): error: no such name`, board),
        /status 1\): src\/main\.ts\(3\): error: no such name; check that/
    )
    assert.not.match(bundleErrorText(1, `link_key="${KEY_HEX}"\nerror: x`, board), KEY_HEX)
})

test("when interrupted during the build or the write, leaves nothing behind and says so", async () => {
    // The next run removes what a killed one left; no process has this number.
    mkdirSync(join(".devicescript", "flash-99999999-x"), { recursive: true })
    const stopped = await makeImage(flashPlan(OPTIONS), AbortSignal.abort()).catch(
        (e: unknown) => e as Error
    )
    assert.instance(stopped, Interrupted)
    assert.match((stopped as Error).message, /the board is unchanged/)
    assert.equal(leftovers(), [])

    standInEsptool({ hangs: true })
    const stop = new AbortController()
    const image = file("image.bin", "image")
    const shown: number[] = []
    const show = (part: number): void => {
        shown.push(part)
        stop.abort()
    }
    const half = await writeImage(["esptool", image], PORT, show, stop.signal).catch(
        (e: unknown) => e as Error
    )
    assert.equal(shown, [0.25])
    assert.instance(half, Interrupted)
    assert.match((half as Error).message, /may be incomplete/)
})

const FAILURES: readonly [string, RegExp][] = [
    [
        "[Errno 13] could not open port /dev/null: Permission denied",
        /no permission to open \/dev\/null; .*usermod -aG dialout/,
    ],
    [
        "A fatal error occurred: Could not open /dev/null, the port is busy or doesn't exist.\nResource busy",
        /Another program is using \/dev\/null; end it/,
    ],
    [
        "could not open port '/dev/null': [Errno 2] No such file",
        /\/dev\/null cannot be opened; connect the board/,
    ],
    [
        "A fatal error occurred: Failed to connect to ESP32-S3: No serial data received.",
        /does not answer; hold its BOOT/,
    ],
    [
        "A fatal error occurred: This chip is ESP32-C3, not ESP32-S3. Wrong --chip argument?",
        /chip at \/dev\/null is not the one/,
    ],
    [
        "serial.serialutil.SerialException: device reports readiness to read but returned no data",
        /connection to \/dev\/null was lost .*--baud 115200/,
    ],
    [
        "something new",
        /esptool failed \(status 2\): something new; the board's program may be incomplete/,
    ],
]
for (const [failure, sentence] of FAILURES)
    test(`reports the esptool failure: ${failure.slice(0, 50)}`, async () => {
        standInEsptool({ failure })
        const { error, printed: printed, removed } = await quick()
        assert.instance(error, RunError)
        assert.match(error!.message, sentence)
        assert.is(printed, "")
        assert.ok(removed)
    })

test("accepts esptool 4 and 5 under each of its names; reports an older or missing one", async () => {
    for (const name of ["esptool", "esptool.py", "python3"]) {
        standInEsptool({
            name,
            version: "esptool.py v4.7.0\n4.7.0",
            alone: true,
        })
        assert.is((await quick()).error, undefined, name)
        assert.equal(standInCalls()[0]!.args.slice(-3, -1), ["write_flash", "0x0"])
        assert.equal(standInCalls()[0]!.args.slice(4, 6), ["--baud", "460800"])
    }
    for (const version of ["esptool.py v3.3.1", "esptool.py v4.4"]) {
        standInEsptool({ version, alone: true })
        const { error } = await quick()
        assert.match(
            error!.message,
            /too old \(4\.5 or later is needed\); run `pip install --upgrade/
        )
    }
    noEsptool()
    const { error, removed } = await quick()
    assert.instance(error, RunError)
    assert.match(error!.message, /esptool, .* was not found; .*pip install esptool/)
    assert.not(removed, "an image was made in vain")
})

test("a dry run does all but the writing, with or without board and esptool", async () => {
    const dry = await quick({ dryRun: true, port: "/dev/not-there" })
    assert.is(dry.error, undefined)
    assert.match(dry.printed, /Nothing was written/)
    assert.match(
        dry.printed,
        /\n {2}esptool --chip esp32s3 --port \/dev\/not-there --baud 460800 write-flash 0x0 IMAGE\n/
    )
    assert.ok(dry.removed)
    assert.equal(standInCalls(), [])
    noEsptool()
    const without = await quick({ dryRun: true })
    assert.is(without.error, undefined)
    assert.match(without.printed, /esptool, .* was not found/)
})

test("reports what the board will lack", async () => {
    const { printed: printed } = await quick({ settings: file("few.local", "\n") })
    assert.match(printed, /No key is included, .*--key ID/)
    assert.match(printed, /No Wi-Fi is included: .*WIFI_SSID/)
    assert.match(printed, /a host at 192\.168\.4\.2, port 7316/)
    const { printed: full } = await quick({ key: BOARD })
    assert.not.match(full, /is included|192\.168/)
    const open = await quick({ settings: file("open.local", "link_insecure=true\n") })
    assert.not.match(open.printed, /No key/)
})

const BAD: readonly [Parameters<typeof quick>[0], RegExp][] = [
    [{ port: undefined }, /port is missing; .*--port/],
    [{ port: "/dev/not-there" }, /\/dev\/not-there does not exist; /],
    [{ port: settings }, /is not a serial port; /],
    [{ board: "pico" }, /no board "pico"; allowed: ivus_cart_s3/],
    [{ board: "../x" }, /no board "\.\.\/x"/],
    [{ catheter: "mine" }, /no catheter "mine"; .*single-un0rick/],
    [{ key: "12" }, /--key 12 is not a board id; give its 16 hex digits/],
    [{ key: "0000000000000002" }, /no key for board 0000000000000002 .*ivus pair --board/],
    [{ settings: "/not/there" }, /no settings file \/not\/there/],
    [{ runtime: "/not/there" }, /--runtime \/not\/there is not a file; download it/],
    [{ baud: "fast" }, /--baud fast is not a number; 9600 to 3000000/],
]
test("reports bad usage before anything is made", async () => {
    for (const [options, sentence] of BAD) {
        const { error } = await quick(options)
        assert.instance(error, UsageError)
        assert.match(error!.message, sentence)
    }
    const shown = await ivus("flash", "--port", "/dev/not-there")
    assert.is(shown.status, 2)
    assert.match((await ivus("flash", "--help")).out, /Not yet run on hardware/)
})

const LINES: readonly [string, RegExp][] = [
    ["secret-thing", /Line 2 .* is not a setting; write it as name=JSON/],
    ["a name that is long=1", /Line 2 .* a name that the board cannot store/],
    ["abcdefghijklmno=1", /Line 2 .* a name that the board cannot store/],
    ["host=", /Line 2 .* \(host\) is empty/],
    [`host={"name":"secret-thing"`, /Line 2 .* \(host\) is not valid JSON/],
    [`x="secret-thing" # comment`, /Line 2 .* \(x\) is not valid JSON; .*comments/],
    ["WIFI_PWD=secret-thing", /WIFI_PWD but no WIFI_SSID/],
    [`WIFI_SSID="${"s".repeat(33)}"`, /WIFI_SSID .* is 33 bytes long; 1 to 32/],
    [`WIFI_SSID="lab"\nWIFI_PWD=1234567`, /WIFI_PWD .* is 7 bytes long; 8 to 63/],
    [`catheter="mine"`, /have an invalid catheter: There is no catheter "mine"/],
]
test("reports bad settings by line and name, never by value", async () => {
    for (const [line, sentence] of LINES) {
        const bad = file("bad.local", `# first\n${line}\n`)
        const { error } = await quick({ settings: bad })
        assert.instance(error, UsageError, line)
        assert.match(error!.message, sentence)
        assert.not.match(error!.message, /secret-thing|1234567\b/)
    }
    const noFile = join(folder, "a-folder")
    mkdirSync(noFile)
    assert.instance((await quick({ settings: noFile })).error, RunError)
})

test.run()
