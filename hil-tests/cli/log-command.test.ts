// `ivus log`: the log of a virtual cart and of one over TCP, as text and as JSON lines, and bad usage.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { dateMs } from "../../src/host/clock"
import { EVENT_DATE, EVENT_RESTART, FAULT_MOTOR_DRIVER_RESET } from "../../src/shared/codes"
import { COMMAND_ENGAGE, STATE_UNHOMED } from "../../src/shared/cart-machine"
import { boardOverTcp } from "../support/carts/board-over-tcp"
import { ivus } from "../support/cli/ivus"
import { freePort } from "../support/cli/scratch"

const test = suite("ivus log")

interface Line {
    readonly number: number
    readonly date: string | null
    readonly code: number
    readonly value: number
    readonly state: string
    readonly class: string
}
const linesOf = (out: string): Line[] =>
    out
        .trimEnd()
        .split("\n")
        .map(line => JSON.parse(line) as Line)

test("prints its options", async () => {
    const { status, out } = await ivus("log", "--help")
    assert.is(status, 0)
    assert.match(
        out,
        /--json[^]*--last[^]*newest 248 events[^]*new in each command[^]*Exit status: 0/
    )
    assert.match((await ivus("--help")).out, /\n {2}log /)
})

test("a virtual cart: dates of now, state, code with its sentence, and value [IVUS-LOG-004]", async () => {
    const { status, out, err } = await ivus("log", "--fault", "driver-reset@0.5")
    assert.is(status, 0, err)
    const lines = out.trimEnd().split("\n")
    assert.match(
        lines[0]!,
        /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}boot +326 the program of the cart started \(its power/
    )
    assert.match(out, /\d {2}fault +103 medium alarm: the motor driver was reset/)
    const shownMs = new Date(lines[0]!.slice(0, 19)).getTime()
    // Started within the last minute.
    assert.ok(Math.abs(dateMs() - shownMs) < 60_000, lines[0])
})

test("a cart over TCP: JSON lines, the date that this host tells, and the newest entries only [IVUS-LOG-001, IVUS-LOG-004]", async () => {
    const port = await freePort()
    const board = await boardOverTcp(port, async bench => {
        await bench.reach(STATE_UNHOMED)
        bench.cart.board.rig.faults.inject("driver-reset", bench.nowUs)
        await bench.command(COMMAND_ENGAGE)
    })
    const link = ["--target", "tcp:127.0.0.1", "--port", `${port}`, "--insecure"]
    try {
        const before = dateMs()
        const { status, out, err } = await ivus("log", ...link, "--json")
        assert.is(status, 0, err)
        const lines = linesOf(out)
        assert.equal(
            lines.map(line => line.number),
            lines.map((_, i) => i + 1)
        )
        assert.is(lines[0]!.code, EVENT_RESTART)
        assert.is(
            lines.find(line => line.code === FAULT_MOTOR_DRIVER_RESET)!.class,
            "medium latching"
        )
        const dates = lines.filter(line => line.code === EVENT_DATE)
        assert.is(dates.length, 1)
        // The date is stored to the second, and the cart takes it up to 20 ms later.
        const told = dates[0]!.value * 1000
        assert.ok(told >= before - 1000 && told <= dateMs() + 1000, `${told}, ${before}`)
        const newest = await ivus("log", ...link, "--last", "2", "--json")
        assert.is(linesOf(newest.out).length, 2)
    } finally {
        board.stop()
    }
})

test("a cart without a working FRAM: one sentence and status 1 [IVUS-LOG-003]", async () => {
    const { status, out, err } = await ivus("log", "--fault", "fram-dead@0")
    assert.is(status, 1)
    assert.is(out, "")
    assert.match(err, /log of the cart is empty, as its FRAM stores nothing: check .*\.\n$/)
})

test("no cart, and bad usage", async () => {
    const target = ["--target", "tcp:127.0.0.1", "--port", `${await freePort()}`]
    const none = await ivus("log", ...target, "--wait", "0.1")
    assert.is(none.status, 1)
    assert.match(none.err, /No cart at 127\.0\.0\.1 connected within 0\.1 s/)
    for (const [args, sentence] of [
        [["--last", "0"], /1 to 248 entries/],
        [["--last", "249"], /1 to 248 entries/],
        [["--last", "1.5"], /whole numbers/],
        [["--target", "moon"], /virtual and tcp:ADDRESS/],
        [["--target", "tcp:1.2.3.4", "--fault", "stall@1"], /virtual board/],
        [["--from", "3"], /unknown option/],
    ] as const) {
        const { status, out, err } = await ivus("log", ...args)
        assert.is(status, 2, args.join(" "))
        assert.is(out, "")
        assert.match(err, sentence)
    }
})

test.run()
