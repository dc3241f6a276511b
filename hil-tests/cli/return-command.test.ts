// `ivus return`, and what other commands do with a real cart whose sled is not at its start, in fault or stopped.

import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { REQUEST } from "../support/carts/bench-cart"
import { type BoardOverTcp, boardOverTcp } from "../support/carts/board-over-tcp"
import { ivus } from "../support/cli/ivus"
import { ivusAtTerminal } from "../support/cli/ivus-at-terminal"
import { folder, freePort } from "../support/cli/scratch"
import { STATE_COMPLETED } from "../../src/shared/cart-machine"

const usage = suite("ivus return without a cart")

usage("prints its options", async () => {
    const { status, out } = await ivus("return", "--help")
    assert.is(status, 0)
    assert.match(out, /--home[^]*--yes[^]*towards the patient at 5 mm\/s at most[^]*Exit status: 0/)
    assert.match((await ivus("--help")).out, /\n {2}return /)
})

usage("needs a real cart", async () => {
    for (const args of [[], ["--yes"], ["--target", "virtual"]]) {
        const { status, out, err } = await ivus("return", ...args)
        assert.is(status, 2)
        assert.is(out, "")
        assert.match(err, /needs a real cart.*--target tcp:ADDRESS\.\n$/)
    }
})

usage("fails if no cart connects", async () => {
    const target = ["--target", "tcp:127.0.0.1", "--port", `${await freePort()}`]
    const { status, err } = await ivus("return", ...target, "--yes", "--wait", "0.1")
    assert.is(status, 1)
    assert.match(err, /No cart at 127\.0\.0\.1 connected within 0\.1 s/)
})

usage("a pullback on a real cart needs a terminal or --yes", async () => {
    const { status, err } = await ivus("pullback", "--target", "tcp:127.0.0.1", "--home")
    assert.is(status, 2)
    assert.match(err, /there is no terminal to ask you; run it in one, or add --yes\.\n$/)
})

usage.run()

const test = suite<{ board: BoardOverTcp; link: string[] }>("a cart whose sled is not at its start")

test.before(async context => {
    const port = await freePort()
    context.link = ["--target", "tcp:127.0.0.1", "--port", `${port}`, "--insecure"]
    context.board = await boardOverTcp(port, async bench => {
        await bench.home()
        await bench.pull({ ...REQUEST, lengthMm: 1 })
        await bench.reach(STATE_COMPLETED)
        await bench.wait(200)
    })
})
test.after(({ board }) => board.stop())

test("nothing moves it unasked [IVUS-MOT-002]", async ({ board, link }) => {
    const { rig } = board.bench.cart.board
    const atMm = rig.sled.positionMm
    const live = ["live", "--home", "--frames", "1", "--console-port", "0"]
    const shown = await ivus(...live, ...link, "--out", join(folder, "no.png"))
    assert.is(shown.status, 1)
    assert.match(shown.err, /stands at 2\.6 mm.* Add --yes to allow it/)
    const { status, err } = await ivus("return", "--home", ...link)
    assert.is(status, 1)
    assert.match(err, /stands at 2\.6 mm.* 1\.\d mm towards the patient.*Add --yes to allow it/)
    assert.is(rig.sled.positionMm, atMm)
})

test("comes back with --yes at 5 mm/s at most, and a second time nothing moves", async ({
    board,
    link,
}) => {
    const { rig } = board.bench.cart.board
    const first = await ivus("return", ...link, "--yes")
    assert.is(first.status, 0, first.err)
    assert.match(
        first.out,
        /stands at its start, 1\.0 mm .*; it stood at 2\.6 mm\.\nThe link ran INSEC/
    )
    // The start is 1 mm from the switch; the encoder is within 10 um of the ruler.
    assert.ok(Math.abs(rig.sled.positionMm - 1) < 0.05, `${rig.sled.positionMm} mm`)
    const second = await ivus("return", ...link, "--yes", "--json")
    assert.is(second.status, 0, second.err)
    const { moved, sledMm, state } = JSON.parse(second.out)
    assert.equal([moved, state], [false, "ready"])
    assert.ok(Math.abs(sledMm - 1) < 0.05)
})

/** Whether the motor's power stage was switched on after this time. */
const wasSwitchedOn = ({ bench }: BoardOverTcp, fromUs: number): boolean =>
    bench.cart.board.rig.edges.first("power-stage", true, fromUs) !== undefined

test("a fault is acknowledged by --yes or an answer, never by itself", async ({ board, link }) => {
    const { bench } = board
    bench.cart.board.stallVm(150)
    const fromUs = bench.nowUs
    const unasked = await ivus("return", "--home", ...link)
    assert.is(unasked.status, 1)
    assert.match(
        unasked.err,
        /is in fault: .* program hung.* \(fault 163\).* Add --yes to allow it/
    )
    const no = await ivusAtTerminal(["n"], "return", ...link)
    assert.is(no.status, 1)
    assert.match(no.err, /Acknowledge the fault\? was answered with no\.\n$/)
    assert.not(wasSwitchedOn(board, fromUs))
    const { status, err } = await ivus("return", "--yes", ...link)
    assert.is(status, 1)
    assert.match(err, /\(fault 163\).*\n[^]*is not homed.* Add --home to allow it/)
    assert.not(wasSwitchedOn(board, fromUs))
})

test("an emergency stop is reset only by an answer at a terminal, once it is released [IVUS-SAF-002]", async ({
    board,
    link,
}) => {
    const { bench } = board
    bench.cart.board.pressEstop()
    const fromUs = bench.nowUs
    const out = ["--once", "--out", join(folder, "stopped")]
    for (const args of [
        ["pullback", "--home", "--yes", ...out],
        ["calibrate", "--no-catheter", "--yes"],
        ["live", "--frames", "1", "--home", "--yes", "--console-port", "0"],
    ]) {
        const { status, err } = await ivus(...args, ...link)
        assert.is(status, 1, args[0])
        assert.match(
            err,
            /is stopped: .* \(fault 162\)\..*release the emergency stop, then run .*terminal/
        )
    }
    const pressed = await ivusAtTerminal(["y"], "return", ...link)
    assert.is(pressed.status, 1)
    assert.match(pressed.err, /The cart refused: the emergency stop is still pressed/)
    bench.cart.board.releaseEstop()
    const no = await ivusAtTerminal(["n"], "pullback", "--home", "--yes", ...out, ...link)
    assert.is(no.status, 1)
    assert.match(no.err, /Failed: Nothing was moved\. Reset the cart .* answered with no\./)
    assert.not(wasSwitchedOn(board, fromUs))
    const { status, err } = await ivusAtTerminal(["y", "n"], "return", ...link)
    assert.is(status, 1)
    assert.match(err, /Reset the cart after the emergency stop\? [^]*Home the sled\? .* with no\./)
    assert.ok(bench.cart.board.safety.safe)
    assert.not(wasSwitchedOn(board, fromUs))
})

test.run()
