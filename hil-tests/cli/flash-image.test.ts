// `ivus flash`: the image of a board, made by the real tools and checked byte by byte. Not yet run
// on a board.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { join } from "node:path"
import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { createServer } from "node:net"
import { useFlashOf } from "../../boards/virtual/vm/cli-sandbox"
import { flashBoard } from "../../src/host/flash/board-file"
import { writeImage } from "../../src/host/flash/esptool"
import { Interrupted } from "../../src/host/errors"
import { bundleErrorText, makeImage, imageDefect } from "../../src/host/flash/image"
import { flashPlan } from "../../src/host/flash/plan"
import { addWifi, readStore } from "../../src/host/flash/settings-store"
import { storedIdentity } from "../../src/host/link/stored-identity"
import { KeyStore } from "../../src/host/link/key-store"
import {
    BEDSIDE_PROGRAM,
    LINE_ENGINE_PROGRAM,
    type Program,
    UN0RICK_PROGRAM,
} from "../../src/shared/programs"
import { RunError } from "../../src/host/errors"
import { BenchCart, EVEN_SLED } from "../support/carts/bench-cart"
import { SAVED_IMAGE, standInCalls, standInEsptool } from "../support/cli/esptool-stand-in"
import { ivus } from "../support/cli/ivus"
import { file } from "../support/cli/scratch"
import {
    BOARD,
    CONFIG_AT,
    KEY,
    KEY_HEX,
    leftovers,
    OPTIONS,
    PASSWORD,
    PORT,
    prepareFlash,
    runtime,
    settings,
    SSID,
    STORE_AT,
} from "../support/cli/flash-fixture"

/** A host that has this key for every board. */
class OneKey extends KeyStore {
    override keyOf(): Uint8Array {
        return KEY
    }
}

/** In a modified tree the version contains the minute of the build. */
const unversioned = (code: Uint8Array): string =>
    Buffer.from(code)
        .toString("latin1")
        .replace(/v\d+\.\d+\.\d+-[0-9a-f]+[-\d.]*/g, v => "v".repeat(v.length))

/** The file of a program. */
const bytecodeIn = ({ folder }: Program): string => join(folder, "bytecode.devs")

/** Whether the program in a store is this bytecode, byte by byte. Both are of the same tree: build after a commit or a change. */
const holds = (store: Map<string, Buffer>, bytecode: string): boolean =>
    unversioned(store.get("*prog")!).includes(unversioned(readFileSync(bytecode)))

const test = suite("the image of ivus flash")
/** As `npm run build` built them. */
const reference = {
    lineEngine: bytecodeIn(LINE_ENGINE_PROGRAM),
    un0rick: bytecodeIn(UN0RICK_PROGRAM),
    bedside: bytecodeIn(BEDSIDE_PROGRAM),
}
test.before.each(prepareFlash)

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
    // In the store the program follows a header with its length and checksum.
    const kept = readStore(written)!.get("*prog")!
    const program = Buffer.from(kept.subarray(kept.indexOf("DevS\n")))
    const [at, key] = [written.indexOf(program), written.indexOf(KEY_HEX)]
    const cases: [(image: Buffer) => unknown, string][] = [
        [() => undefined, "complete"],
        [image => (image[0] = 0x7f), "its runtime is not for an ESP32"],
        [
            image => image.fill(0, CONFIG_AT, CONFIG_AT + 0x2000),
            "it lacks the pins of ivus_cart_s3",
        ],
        [image => (image[at + 500]! ^= 1), "it lacks the program"],
        [image => image.fill(0xff, STORE_AT, STORE_AT + 8), "it lacks the program"],
        [image => image.write("x", key), "it lacks the setting link_key"],
    ]
    for (const [change, defect] of cases) {
        const image = Buffer.from(written)
        change(image)
        const found = imageDefect(image, program, plan.settings, plan.board)
        assert.is(found ?? "complete", defect)
    }
})

test("a cart starts with the settings of the image and opens a session with their key", async () => {
    // The simulator's flash is half as large as the board's.
    useFlashOf(256 * 1024)
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
        useFlashOf(undefined)
    }
})

test("adds Wi-Fi settings only while the settings pages have space", () => {
    const image = Buffer.from(written)
    let times = 0
    while (addWifi(image, SSID, PASSWORD)) times++
    // 4 pages hold the list and its values: 80 bytes per pair, minus the stored settings.
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

test("a bedside unit gets its own pins and program, and no settings", async () => {
    const { status, out, err } = await ivus(
        ...["flash", "--unit", "--port", PORT, "--runtime", runtime]
    )
    assert.is(status, 0, err)
    const image = readFileSync(SAVED_IMAGE)
    const config = image.toString("latin1", CONFIG_AT, CONFIG_AT + 0x1000)
    for (const key of ["DCFG", "sPin.P21", "jacdac.pin", "i2c.pinSDA", "ivus_bedside_s3"])
        assert.ok(config.includes(key), key)
    const store = readStore(image)!
    assert.ok(holds(store, reference.bedside))
    assert.equal([...store.keys()], ["*prog"])
    assert.match(out, /src\/main-bedside\.ts and no settings/)
    assert.match(out, /"First start of the unit"/)
    assert.not.match(out, /doctor|calibrate|pair/)
    assert.equal(leftovers(), [])
})

test("reports other running DeviceScript tools and leaves no files behind", async () => {
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
    const invalid = { ...OPTIONS, runtime: file("none.bin", Buffer.alloc(0x12000)) }
    const failed = await makeImage(flashPlan(invalid), new AbortController().signal).catch(
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

test("reports an interruption of the build or the write and leaves no files behind", async () => {
    // Left by a killed run, which the next run removes; no process has this number.
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

test.run()
