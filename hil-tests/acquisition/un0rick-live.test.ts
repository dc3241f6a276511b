// The live picture of an un0rick front end, and the requests that it cannot serve.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { AssembledFrame } from "../../src/host/frames/assembled-frame"
import * as machine from "../../src/shared/cart-machine"
import { DATA_CHANNEL } from "../../src/shared/acquisition/channel-data"
import { PAIRS_FULL } from "../../src/shared/acquisition/line-record"
import { MOVE_GATED, MOVE_STEPPED } from "../../src/shared/motion/move-terms"
import * as codes from "../../src/shared/codes"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { ivus } from "../support/cli/ivus"
import { catheter, UN0RICK, homed, checkCounts } from "../support/carts/un0rick-cart"

const live = suite("the live picture of an un0rick")

live(
    "delivers frames at the requested rate while the sled is at rest, and ends on request",
    async () => {
        const frames: AssembledFrame[] = []
        const bench = await BenchCart.boot(
            { ...UN0RICK, frameRateHz: 5 },
            { ...EVEN_SLED, alsoListen: { onFrame: f => void frames.push(f) } }
        )
        await bench.home()
        const { transmit, rig } = bench.cart.board
        assert.is(transmit.count, 0)
        await bench.pullTo(machine.STATE_LIVE)
        const [fromMm, first] = [rig.sled.positionMm, frames.length]
        await bench.wait(3000)
        assert.ok(Math.abs(frames.length - first - 15) <= 1, `${frames.length}`)
        for (const frame of frames) assert.is(frame.linesPresent, 25)
        assert.is(rig.sled.positionMm, fromMm)
        assert.is(await bench.command(machine.COMMAND_STANDBY), undefined)
        const pulses = transmit.count
        await bench.wait(500)
        assert.is(transmit.count, pulses)
        assert.is(bench.stateNow, machine.STATE_READY)
        checkCounts(bench)
    }
)

live("at the highest allowed rate no line is late by a period", async () => {
    const request = { ...UN0RICK, frameRateHz: 8.18 }
    const bench = await homed({}, request)
    await bench.pullTo(machine.STATE_LIVE)
    await bench.wait(3000)
    await bench.command(machine.COMMAND_STANDBY)
    await bench.wait(300)
    // 204.5 lines a second, for 3 s and the time of the standby.
    const lines = checkCounts(bench)
    assert.ok(lines >= 613 && lines <= 635, `${lines}`)
    assert.is(bench.cart.receiver.end!.lines_dropped_gate, 0)
})

live("without credit no line is fired, and the omitted lines are counted", async () => {
    const bench = await homed({}, { ...UN0RICK, frameRateHz: 8 })
    const { session, board } = bench.cart
    await bench.pullTo(machine.STATE_LIVE)
    const consumed = session.consumed.bind(session)
    session.consumed = () => undefined
    await bench.cart.until(
        () => bench.status?.credit_bytes !== undefined && bench.status.credit_bytes < 4000,
        bench.nowUs + 60e6
    )
    await bench.wait(100)
    const pulses = board.transmit.count
    await bench.wait(1000)
    assert.is(board.transmit.count, pulses)
    session.consumed = consumed
    consumed(1 << 20)
    await bench.wait(500)
    assert.ok(board.transmit.count > pulses)
    await bench.command(machine.COMMAND_STANDBY)
    await bench.wait(300)
    checkCounts(bench)
    // 5 ms per line: a second and the margins before and after it.
    const { lines_dropped_gate } = bench.cart.receiver.end!
    assert.ok(lines_dropped_gate >= 200 && lines_dropped_gate < 260, `${lines_dropped_gate}`)
    assert.is(bench.cart.receiver.dropped.gate, lines_dropped_gate)
    // They are counted in this run only.
    await bench.pullTo(machine.STATE_LIVE)
    await bench.wait(300)
    await bench.command(machine.COMMAND_STANDBY)
    await bench.wait(300)
    assert.is(bench.cart.receiver.end!.lines_dropped_gate, 0)
})

live.run()

const refused = suite("requests that an un0rick cannot serve")

refused("are refused with a code and the alternative", async () => {
    const bench = await homed()
    for (const [fields, reason, value] of [
        [{ frame_rate_mhz: 30000 }, codes.REFUSED_SPI_RATE, 8180],
        [{ frame_rate_mhz: 999 }, codes.REFUSED_FRAME_RATE, 1000],
        [{ mode: MOVE_GATED }, codes.REFUSED_NO_TRIGGERS, MOVE_STEPPED],
        // One more than its 1023 codes allow.
        [
            { tgc: 1, tgc_cdb: Array.from({ length: 32 }, (_, i) => (i < 31 ? 4995 : 4996)) },
            codes.REFUSED_TGC,
            4995,
        ],
        [{ tgc: 2 }, codes.REFUSED_TGC_KIND, 0],
        [{ catheter: "array-20mhz" }, codes.REFUSED_FRONT_END, 2],
        [{ catheter: "rotational-40mhz" }, codes.REFUSED_FRONT_END, 2],
        [{ data: DATA_CHANNEL, pair_list: PAIRS_FULL }, codes.REFUSED_DATA, 0],
    ] as const) {
        const refusal = await bench.setUpWith(fields)
        assert.is(refusal?.reason, reason, codes.sentenceOf(refusal?.reason ?? 0))
        assert.is(refusal?.value, value)
    }
    // The limits themselves are allowed.
    const tgc_cdb = Array<number>(32).fill(4995)
    assert.is(await bench.setUpWith({ frame_rate_mhz: 8180, tgc: 1, tgc_cdb }), undefined)
    assert.is(bench.cart.board.transmit.count, 0)
})

refused("a line engine refuses its catheter", async () => {
    const bench = await BenchCart.boot(REQUEST, EVEN_SLED)
    await bench.home()
    const refusal = await bench.setUpWith({ catheter: catheter.id, frame_rate_mhz: 1000 })
    assert.is(refusal?.reason, codes.REFUSED_FRONT_END)
})

refused("are refused by the command line", async () => {
    const single = ["pullback", "--once", "--catheter", catheter.id]
    const fast = await ivus(...single, "--frame-rate", "30")
    assert.is(fast.status, 2)
    assert.match(fast.err, /up to 8\.18 frames\/s fit/)
    const gated = await ivus(
        ...single,
        "--frame-rate",
        "1",
        "--mode",
        "gated",
        "--heart-rate",
        "60"
    )
    assert.is(gated.status, 2)
    assert.match(gated.err, /has no ECG input/)
})

refused.run()
