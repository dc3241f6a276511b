// The example of services/README.md, run as a user runs it: a program of its own, against a cart in real time.
import { spawn } from "node:child_process"
import { once } from "node:events"
import * as assert from "uvu/assert"
import { suite } from "uvu"
import * as machine from "../../src/shared/cart-machine"
import { liveCart } from "../support/jacdac/live-cart"

const test = suite("example of a Jacdac client")

const LIMIT_S = 30
const QUIET_MS = 200

test("the example reads the cart's state and stops it while it fires", async () => {
    const { bench, port, connected, run, stop } = await liveCart(0)
    const example = spawn(process.execPath, [
        ...["--import", "tsx", "services/example/stop-cart.ts", `${port}`],
    ])
    let printed = ""
    for (const stream of [example.stdout, example.stderr])
        stream.on("data", text => (printed += String(text)))
    let status: number | null | undefined
    const closed = once(example, "close").then(([code]) => (status = code as number | null))
    // The program starts while the cart's time stands still: its start may take seconds.
    await Promise.race([connected, closed])
    await run(() => status !== undefined, LIMIT_S)
    assert.is(status, 0, printed)
    assert.match(printed, /^state: live$/m)
    assert.match(printed, /^stopped$/m)
    await bench.wait(QUIET_MS)
    assert.is(bench.stateNow, machine.STATE_READY)
    const pulses = bench.cart.board.transmit.count
    await bench.wait(QUIET_MS)
    assert.is(bench.cart.board.transmit.count, pulses, "nothing fires any more")
    stop()
})

test.run()
