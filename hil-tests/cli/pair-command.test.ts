// `ivus pair`: one key, readable only by this user, that the board accepts and the host finds.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import {
    chmodSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { storedIdentity } from "../../src/host/link/stored-identity"
import { boardIdOf } from "../../src/host/link/host-identity"
import { KeyStore, KeyStoreError } from "../../src/host/link/key-store"
import * as machine from "../../src/shared/cart-machine"
import * as codes from "../../src/shared/codes"
import { LINK_INSECURE_SETTING, LINK_KEY_SETTING } from "../../src/shared/protocol/session"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { ivus } from "../support/cli/ivus"

const folder = mkdtempSync(join(tmpdir(), "ivus-pair-"))
const keys = new KeyStore(join(folder, "keys"))
const settings = join(folder, "settings.local")
process.env.IVUS_KEYS = keys.folder
const BOARD = "0920773150c4d0a1"
const pair = (...args: string[]): ReturnType<typeof ivus> =>
    ivus("pair", "--settings", settings, ...args)

const test = suite("ivus pair")
test.before.each(() => {
    rmSync(keys.folder, { recursive: true, force: true })
    rmSync(settings, { recursive: true, force: true })
})
test.after(() => rmSync(folder, { recursive: true }))

const hexOf = (board: string): string => Buffer.from(keys.keyOf(board)!).toString("hex")

/** Settings as DeviceScript's tools read them: `name=`, then JSON or text. */
function settingsToDeploy(): Record<string, unknown> {
    const lines = readFileSync(settings, "utf8").split("\n")
    const pairs = lines.map(line => /^([^=]+)=(.*)$/.exec(line))
    return Object.fromEntries(pairs.flatMap(m => (m ? [[m[1]!, JSON.parse(m[2]!)]] : [])))
}

test("makes a key, readable only by this user, and does not print it", async () => {
    const { status, out, err } = await pair("--board", BOARD)
    assert.is(status, 0, err)
    const hex = hexOf(BOARD)
    assert.match(hex, /^[0-9a-f]{64}$/)
    assert.not.match(out + err, hex)
    assert.match(out, /npx devs devtools --serial src\/main\.ts/)
    assert.match(out, /pair --deployed/)
    if (process.platform !== "win32") {
        assert.is(statSync(keys.fileOf(BOARD)).mode & 0o777, 0o600)
        assert.is(statSync(keys.folder).mode & 0o777, 0o700)
        assert.is(statSync(settings).mode & 0o777, 0o600)
    }
    assert.equal(settingsToDeploy(), {
        [LINK_KEY_SETTING]: hex,
        [LINK_INSECURE_SETTING]: false,
    })
    // Two boards never share a key.
    await pair("--board", "0000000000000001")
    assert.is.not(hexOf("0000000000000001"), hex)
})

test("a board with those settings and this host open a session", async () => {
    // The board's id as reported to a host without a key for it.
    let id = ""
    const onHello = (hello: Parameters<typeof boardIdOf>[0]): void => void (id = boardIdOf(hello))
    const identity = storedIdentity(false, () => undefined, keys)
    const before = await BenchCart.boot(undefined, {
        ...EVEN_SLED,
        identity,
        alsoListen: { onHello },
    })
    await before.wait(500)
    before.cart.board.stopVm()
    assert.match(id, /^[0-9a-f]{16}$/)
    assert.equal(before.cart.closings[0], { reason: codes.REJECT_NO_KEY, by: "host" })

    await pair("--board", id)
    const deploy = settingsToDeploy()
    const after = await BenchCart.boot(undefined, { ...EVEN_SLED, identity, deploy })
    await after.wait(500)
    assert.ok(after.cart.session.isOpen)
    assert.not(after.cart.receiver.insecure)
    after.cart.board.stopVm()

    // Not paired: neither side continues.
    assert.is((await pair("--board", id, "--unpair")).status, 0)
    const unpaired = await BenchCart.boot(undefined, {
        ...EVEN_SLED,
        identity,
        deploy: settingsToDeploy(),
    })
    await unpaired.wait(500)
    assert.not(unpaired.cart.session.isOpen)
    assert.match(unpaired.log.join("\n"), codes.sentenceOf(codes.REJECT_NO_KEY))
    unpaired.cart.board.stopVm()
})

test("keeps an earlier key unless told to replace it", async () => {
    await pair("--board", BOARD)
    const first = hexOf(BOARD)
    const second = await pair("--board", BOARD)
    assert.is(second.status, 2)
    assert.match(second.err, /Board .* already has a key .*; --replace makes/)
    assert.is(hexOf(BOARD), first)
    assert.is(settingsToDeploy()[LINK_KEY_SETTING], first)
    const replaced = await pair("--board", BOARD.toUpperCase(), "--replace")
    assert.is(replaced.status, 0, replaced.err)
    assert.is.not(hexOf(BOARD), first)
    assert.is(settingsToDeploy()[LINK_KEY_SETTING], hexOf(BOARD))
    assert.equal(readdirSync(keys.folder), [`${BOARD}.key`])
})

test("leaves the other settings unchanged, and removes the key after deployment", async () => {
    const others = `# Wi-Fi\nWIFI_SSID=lab\nhost={"name":"10.0.0.2","port":7316}\n`
    writeFileSync(settings, `${others}link_insecure=true\nlink_key="00"\n`)
    await pair("--board", BOARD)
    const text = readFileSync(settings, "utf8")
    assert.ok(text.startsWith(others), text)
    assert.is(text.match(/link_key/g)?.length, 1)
    assert.not.match(text, "link_insecure=true")
    const { status } = await pair("--deployed")
    assert.is(status, 0)
    assert.is(readFileSync(settings, "utf8").trim(), others.trim())
    assert.ok(keys.has(BOARD))
})

/** The state that a board with an un0rick reaches with the current settings. */
async function startsWithFrontEnd(deploy: Record<string, unknown>): Promise<BenchCart> {
    const cart = await BenchCart.boot(
        { ...REQUEST, catheterId: "single-un0rick" },
        {
            ...EVEN_SLED,
            deploy: { ...deploy, [LINK_INSECURE_SETTING]: true },
            identity: storedIdentity(true, () => undefined, keys),
            un0rickSetting: false,
        }
    )
    await cart.wait(1000)
    cart.cart.board.stopVm()
    return cart
}

test("--catheter alone: a board starts with its un0rick and names the program for it", async () => {
    const without = await startsWithFrontEnd({})
    assert.is(without.status!.fault, codes.FAULT_UN0RICK_CATHETER)

    const others = "WIFI_SSID=lab\n"
    writeFileSync(settings, others)
    const { status, out, err } = await pair("--catheter", "single-un0rick")
    assert.is(status, 0, err)
    assert.match(out, /has an un0rick with single-un0rick connected to it/)
    assert.match(out, /npx devs devtools --serial src\/main-un0rick\.ts/)
    assert.is(readFileSync(settings, "utf8"), `${others}catheter="single-un0rick"\n`)
    assert.not(existsSync(keys.folder))
    const deploy = { catheter: "single-un0rick" }
    const cart = await startsWithFrontEnd(deploy)
    assert.is(cart.status!.fault, codes.GOOD)
    assert.is(cart.status!.state, machine.STATE_UNHOMED)

    // A board with a line engine does not inherit it.
    const engine = await pair("--catheter", "array-20mhz")
    assert.match(engine.out, /has a line engine.*\n[^]*--serial src\/main\.ts/)
    assert.is(readFileSync(settings, "utf8"), `${others}catheter=""\n`)
    assert.is((await pair("--deployed")).status, 0)
    assert.is(readFileSync(settings, "utf8").trim(), others.trim())
})

test("--board and --catheter: key and front end in one command", async () => {
    const { status, out, err } = await pair("--board", BOARD, "--catheter", "single-un0rick")
    assert.is(status, 0, err)
    assert.match(out, /Made a key[^]*has an un0rick[^]*src\/main-un0rick\.ts/)
    assert.equal(settingsToDeploy(), {
        [LINK_KEY_SETTING]: hexOf(BOARD),
        [LINK_INSECURE_SETTING]: false,
        catheter: "single-un0rick",
    })
    // A paired board keeps its key.
    const second = await pair("--board", BOARD, "--catheter", "single-un0rick")
    assert.is(second.status, 2)
    assert.match(second.err, /To set only the front end, leave --board out/)
    // Another board's key, and nothing else from it.
    await pair("--board", BOARD, "--unpair")
    assert.is(settingsToDeploy().catheter, "single-un0rick")
})

test("prints the key only on request", async () => {
    await pair("--board", BOARD)
    const { status, out } = await pair("--board", BOARD, "--show")
    assert.is(status, 0)
    assert.is(out, `link_key="${hexOf(BOARD)}"\n`)
})

test("forgets a key and reports what remains to be done", async () => {
    await pair("--board", BOARD)
    const { status, out } = await pair("--board", BOARD, "--unpair")
    assert.is(status, 0)
    assert.not(existsSync(keys.fileOf(BOARD)))
    assert.match(out, "The board still has its own")
    assert.is(settingsToDeploy()[LINK_KEY_SETTING], "")
})

/** Arguments and the expected sentence. */
const WRONG: [string[], RegExp][] = [
    [[], /The board is missing; name it with --board ID, 16 hex digits/],
    [["--board", "12"], /give its 16 hex digits/],
    [["--board", "../../../../x"], /16 hex digits/],
    [["--board", `${BOARD}0`], /16 hex digits/],
    [["--board", BOARD, "--unpair"], /There is no key for board/],
    [["--board", BOARD, "--show"], /leave --show out to make one/],
    [["--board", BOARD, "--show", "--unpair"], /'--unpair' cannot be used with option '--show'/],
    [["--board", BOARD, "--show", "--replace"], /'--show' cannot be used with option '--replace'/],
    [
        ["--board", BOARD, "--unpair", "--replace"],
        /'--unpair' cannot be used with option '--replace'/,
    ],
    [["--deployed", "--replace"], /'--deployed' cannot be used with option '--replace'/],
    [["--deployed", "--board", "zzz"], /'--deployed' cannot be used with option '--board <id>'/],
    [["--deployed", "--board", BOARD], /'--deployed' cannot be used with option '--board <id>'/],
    [["--deployed"], /There is no settings file .*; name the deployed file/],
    [["--catheter", "none"], /array-20mhz, .*single-un0rick are known/],
    [
        ["--catheter", "single-un0rick", "--deployed"],
        /'--deployed' cannot be used with option '--catheter <id>'/,
    ],
    [
        ["--catheter", "single-un0rick", "--board", BOARD, "--show"],
        /'--show' cannot be used with option '--catheter <id>'/,
    ],
    [["--catheter", "single-un0rick", "--replace"], /name it with --board/],
    [["--wrong"], /unknown option/],
]

for (const [args, sentence] of WRONG)
    test(`${args.join(" ") || "nothing"} is bad usage`, async () => {
        const { status, out, err } = await pair(...args)
        assert.is(status, 2)
        assert.match(err, sentence)
        assert.is(out, "")
        assert.not(existsSync(settings))
        assert.not(existsSync(keys.folder))
    })

test("fails on a folder that cannot be written and leaves nothing behind", async () => {
    // A file in place of the folder: not writable even for root.
    writeFileSync(keys.folder, "in the way")
    const { status, err } = await pair("--board", BOARD)
    assert.is(status, 1)
    assert.match(err, /cannot be written \((EEXIST|ENOTDIR)\); .* IVUS_KEYS/)
    // A board must not get a key that its host does not have.
    assert.not(existsSync(settings))
    rmSync(keys.folder)
    mkdirSync(settings)
    const unset = await pair("--board", BOARD)
    assert.is(unset.status, 1)
    assert.match(unset.err, /settings .* cannot be .*; run this in the project/)
    assert.equal(readdirSync(keys.folder), [])
    assert.not(existsSync(`${settings}.partial`))
})

/** A user's settings with line ends and blank lines. */
const ODD_SETTINGS = `# Wi-Fi\r\nWIFI_SSID=lab\r\n\r\n\r\nlink_key="00"`

test("a failure leaves the settings and the existing key byte for byte", async () => {
    writeFileSync(settings, ODD_SETTINGS)
    writeFileSync(keys.folder, "in the way")
    assert.is((await pair("--board", BOARD)).status, 1)
    assert.is(readFileSync(settings, "utf8"), ODD_SETTINGS)
    rmSync(keys.folder)
    rmSync(settings)

    await pair("--board", BOARD)
    const key = hexOf(BOARD)
    rmSync(settings)
    mkdirSync(settings)
    for (const what of ["--replace", "--unpair"]) {
        const { status, err } = await pair("--board", BOARD, what)
        assert.is(status, 1, what)
        assert.match(err, /it is not a file/)
        assert.is(hexOf(BOARD), key)
    }
    rmSync(settings, { recursive: true })

    // The key cannot be deleted: a folder is in its place.
    rmSync(keys.fileOf(BOARD))
    mkdirSync(keys.fileOf(BOARD))
    for (const before of [ODD_SETTINGS, undefined]) {
        if (before !== undefined) writeFileSync(settings, before)
        const { status, err } = await pair("--board", BOARD, "--unpair")
        assert.is(status, 1)
        assert.match(err, /The key .* cannot be written/)
        const after = existsSync(settings) && readFileSync(settings, "utf8")
        assert.is(after, before ?? false)
        rmSync(settings, { force: true })
    }
})

test("refuses a folder below /proc at once", async () => {
    if (process.platform !== "linux") return console.log("skipped, because there is no /proc")
    process.env.IVUS_KEYS = "/proc/ivus/keys"
    try {
        const { status, err } = await pair("--board", BOARD)
        assert.is(status, 1)
        assert.match(err, /cannot be written \(\w+\)/)
    } finally {
        process.env.IVUS_KEYS = keys.folder
    }
})

test("leaves settings without a key unchanged and says so", async () => {
    const others = "WIFI_SSID=lab\r\n\r\n\r\n"
    writeFileSync(settings, others)
    const { status, out } = await pair("--deployed")
    assert.is(status, 0)
    assert.match(out, /has no key and no catheter; nothing was changed/)
    assert.is(readFileSync(settings, "utf8"), others)
})

test("does not use a key that others can read or that is damaged", () => {
    keys.save(BOARD, new Uint8Array(32).fill(7))
    if (process.platform !== "win32") {
        chmodSync(keys.fileOf(BOARD), 0o644)
        assert.throws(
            () => keys.keyOf(BOARD),
            (e: Error) => e instanceof KeyStoreError && /read by others/.test(e.message)
        )
    }
    keys.save(BOARD, new Uint8Array(32).fill(7))
    writeFileSync(keys.fileOf(BOARD), "abc\n", { mode: 0o600 })
    assert.throws(() => keys.keyOf(BOARD), /is damaged/)
    const printed: string[] = []
    const identity = storedIdentity(true, line => void printed.push(line), keys)
    // A lab-bench host would accept a board without a key, but not one that it was paired with.
    assert.is(identity.keyOf(BOARD)?.length, 32)
    assert.match(printed[0]!, /is damaged; make a new one/)
})

test.run()
