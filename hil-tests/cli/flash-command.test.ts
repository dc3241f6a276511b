// `ivus flash` with a stand-in for esptool: failures of esptool, dry run, missing settings, bad
// usage.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { flashCommand } from "../../src/host/cli/commands/flash"
import { type Image } from "../../src/host/flash/image"
import { type FlashOptions } from "../../src/host/flash/plan"
import { RunError } from "../../src/host/errors"
import { UsageError } from "../../src/host/errors"
import { noEsptool, standInCalls, standInEsptool } from "../support/cli/esptool-stand-in"
import { ivus } from "../support/cli/ivus"
import { file, folder } from "../support/cli/scratch"
import { BOARD, OPTIONS, prepareFlash, settings } from "../support/cli/flash-fixture"

const test = suite("ivus flash")
test.before.each(prepareFlash)

/**
 * Runs the command with an image that is not built. @returns output, error, and whether the image
 * was removed
 */
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
        const { error, printed, removed } = await quick()
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
    assert.not(removed, "an image was made before esptool was found missing")
})

test("a dry run does everything except the writing, with or without board and esptool", async () => {
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

test("reports which settings the board will not have", async () => {
    const { printed } = await quick({ settings: file("few.local", "\n") })
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
    [{ board: "pico" }, /no board "pico"; allowed: .*ivus_cart_s3/],
    [{ board: "ivus_bedside_s3" }, /is a bedside unit; use --unit/],
    [{ board: "ivus_bedside_pico_w" }, /is a rp2040w; only esp32s3 .*boards\/README\.md/],
    [{ unit: true, catheter: "array-20mhz" }, /--catheter is for a cart: .*leave --catheter out/],
    [{ unit: true, board: "ivus_bedside_pico_w" }, /--board is for a cart/],
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
    ["host=192.168.1.10:7316", /The setting host .* not usable; write host=\{"name"/],
    [`host="secret-thing"`, /The setting host .* not usable/],
    ["host=null", /The setting host .* not usable/],
    [`x="secret-thing" # comment`, /Line 2 .* \(x\) is not valid JSON; .*comments/],
    ["link_key=1234567", /The setting link_key .* not usable; remove it, and give --key/],
    [`link_key="secret-thing"`, /The setting link_key .* not usable/],
    ["link_insecure=1", /The setting link_insecure .* not usable; write true or false/],
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
