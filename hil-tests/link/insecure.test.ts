// A cart without a key on a lab bench: every command that accepts it reports INSECURE, and commands
// without the option refuse it.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { connect, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { examinedCart } from "../support/carts/examined-cart"
import { runVirtualOneShot, silentBoard } from "../../src/host/targets/virtual/virtual-one-shot"
import { KeyStore } from "../../src/host/link/key-store"
import { CalibrationClient } from "../../src/host/run/calibration-client"
import { allowsAll } from "../../src/host/run/operator"
import { REJECT_INSECURE } from "../../src/shared/codes"
import { ivus } from "../support/cli/ivus"
import { playCapture } from "../support/cli/play-capture"
import { keepCalibration } from "../support/cli/calibrated-board"
import { ServingHost } from "../support/cli/serving-host"

const folder = mkdtempSync(join(tmpdir(), "ivus-insecure-"))
const NO_KEYS = new KeyStore(join(folder, "keys"))
process.env.IVUS_KEYS = NO_KEYS.folder

const test = suite("a cart without a key")
keepCalibration(test)
test.after(() => rmSync(folder, { recursive: true }))

async function freePort(): Promise<number> {
    const server = createServer()
    await new Promise<void>(resolve => server.listen(0, resolve))
    const { port } = server.address() as { port: number }
    await new Promise<void>(resolve => server.close(() => resolve()))
    return port
}

/** A command over TCP, and a cart without a key that replays an earlier run. */
async function overTcp(capture: Uint8Array, ...args: string[]): ReturnType<typeof ivus> {
    const port = await freePort()
    const stop = playCapture(() => connect(port, "127.0.0.1"), capture)
    const target = ["--target", "tcp:127.0.0.1", "--port", `${port}`]
    const output = await ivus(...args, ...target)
    stop()
    return output
}

test("ivus serve reports INSECURE, as do summary, JSON and timing page [IVUS-LNK-004]", async () => {
    const out = join(folder, "out")
    await ivus("pullback", "--once", "--length", "1", "--out", out)
    const capture = readFileSync(join(out, "capture.ivl"))
    const host = await ServingHost.start({ insecure: true }, [])
    const stop = playCapture(() => connect(host.port, "127.0.0.1"), capture)
    await host.waitFor(/ files in /)
    stop()
    const served = join(host.runs, host.folders[0]!)
    const text = host.printed.join("\n")
    assert.match(text, /cart [0-9a-f]{16}: it runs INSECURE, without a key: lab/)
    assert.match(text, /^INSECURE: the link ran without a key/m)
    const timing = readFileSync(join(served, "timing.json"), "utf8")
    assert.is(JSON.parse(timing).insecure, true)
    const page = readFileSync(join(served, "timing.html"), "utf8")
    assert.match(page, /INSECURE: the link ran without a key/)

    // Its capture records it.
    const args = ["replay", join(served, "capture.ivl"), "--out", join(folder, "again")]
    assert.match((await ivus(...args)).out, /^INSECURE: the link ran without a key/m)
    assert.is(JSON.parse((await ivus(...args, "--force", "--json")).out).insecure, true)
    assert.is(JSON.parse((await ivus(...args, "--force", "--json")).out).insecure, true)
    await host.close()
    // The capture of a cart with a key does not.
    const keyed = await ivus("replay", join(out, "capture.ivl"), "--out", join(folder, "keyed"))
    assert.not.match(keyed.out, "INSECURE")
})

test("ivus doctor reports INSECURE in text and JSON", async () => {
    const { capture } = await examinedCart()
    const text = await overTcp(capture, "doctor", "--insecure")
    assert.is(text.status, 0, text.err)
    assert.match(text.out, /link +INSECURE, without a key: lab bench only/)
    assert.match(text.err, "The cart runs INSECURE")
    const json = await overTcp(capture, "doctor", "--insecure", "--json")
    assert.is(JSON.parse(json.out).insecure, true)
    assert.is(JSON.parse((await ivus("doctor", "--json")).out).insecure, false)
})

test("ivus calibrate reports INSECURE in text and JSON", async () => {
    const { capture } = await runVirtualOneShot(
        { board: silentBoard({ seed: 1 }) },
        { limitS: 180, makeClient: session => new CalibrationClient(session, allowsAll()) }
    )
    const args = ["calibrate", "--no-catheter", "--insecure"]
    const text = await overTcp(capture, ...args)
    assert.is(text.status, 0, text.err)
    assert.match(text.out, /The link ran INSECURE, without a key: lab bench only\./)
    const json = await overTcp(capture, ...args, "--json")
    assert.is(JSON.parse(json.out).insecure, true)
})

test("commands without the option refuse the cart and say what to do [IVUS-LNK-004]", async () => {
    const { capture } = await examinedCart()
    for (const args of [["doctor"], ["calibrate", "--no-catheter"]]) {
        const { status, err, out } = await overTcp(capture, ...args)
        assert.is(status, 1)
        assert.is(out, "")
        assert.match(err, /only one side allows a connection without a key: pair them/)
    }
    const rejects: number[] = []
    const host = await ServingHost.start({}, [])
    const stop = playCapture(() => connect(host.port, "127.0.0.1"), capture, undefined, rejects)
    await host.waitFor(/This host refused the session: .* without a key/)
    stop()
    assert.equal(host.folders, [])
    await host.close()
    assert.equal(rejects, [REJECT_INSECURE])
})

test.run()
