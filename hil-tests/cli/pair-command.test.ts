// `ivus pair`: makes a key, readable only by this user, for the board and the host.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { storedIdentity } from "../../src/host/link/stored-identity"
import { boardIdOf } from "../../src/host/link/host-identity"
import * as machine from "../../src/shared/cart-machine"
import * as codes from "../../src/shared/codes"
import { LINK_INSECURE_SETTING, LINK_KEY_SETTING } from "../../src/shared/protocol/session"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import {
    BOARD,
    hexOf,
    keys,
    pair,
    preparePair,
    settings,
    settingsToDeploy,
} from "../support/cli/pairing"

const test = suite("ivus pair")
test.before.each(preparePair)

test("makes a key, readable only by this user, and does not print it [IVUS-LNK-006]", async () => {
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

    // After --unpair both sides refuse the session.
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

test("keeps an earlier key unless --replace is given", async () => {
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

/** Starts a board with an un0rick and these settings for 1 s. */
async function startUn0rick(deploy: Record<string, unknown>): Promise<BenchCart> {
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

test("--catheter alone: sets the front end of the board and names its program", async () => {
    const without = await startUn0rick({})
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
    const cart = await startUn0rick(deploy)
    assert.is(cart.status!.fault, codes.GOOD)
    assert.is(cart.status!.state, machine.STATE_UNHOMED)

    // For a board with a line engine the catheter is cleared.
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
    // The key of a paired board is not replaced.
    const second = await pair("--board", BOARD, "--catheter", "single-un0rick")
    assert.is(second.status, 2)
    assert.match(second.err, /To set only the front end, leave --board out/)
    // The key is deleted; the catheter stays.
    await pair("--board", BOARD, "--unpair")
    assert.is(settingsToDeploy().catheter, "single-un0rick")
})

test("prints the key only on request [IVUS-LNK-006]", async () => {
    await pair("--board", BOARD)
    const { status, out } = await pair("--board", BOARD, "--show")
    assert.is(status, 0)
    assert.is(out, `link_key="${hexOf(BOARD)}"\n`)
})

test("--unpair deletes the key and reports that the board still has it", async () => {
    await pair("--board", BOARD)
    const { status, out } = await pair("--board", BOARD, "--unpair")
    assert.is(status, 0)
    assert.not(existsSync(keys.fileOf(BOARD)))
    assert.match(out, "The board still has its own")
    assert.is(settingsToDeploy()[LINK_KEY_SETTING], "")
})

/** Arguments and the expected sentence. */
const INVALID: [string[], RegExp][] = [
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

for (const [args, sentence] of INVALID)
    test(`${args.join(" ") || "nothing"} is bad usage`, async () => {
        const { status, out, err } = await pair(...args)
        assert.is(status, 2)
        assert.match(err, sentence)
        assert.is(out, "")
        assert.not(existsSync(settings))
        assert.not(existsSync(keys.folder))
    })

test.run()
