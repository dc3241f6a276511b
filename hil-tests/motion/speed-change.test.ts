// A change of speed while pulling: one step in set point, epoch and stream; lengths stay true.
//
// FDA recall Z-1487-2014: after 0.5 was changed to 1.0 mm/s the displayed length could be twice the
// real one, since it was computed from time and the set point. Here each line has its measured
// position and the epoch of its set point.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../src/shared/cart-machine"
import { LINE_AT_SPEED, LINE_EPOCH_SHIFT } from "../../src/shared/acquisition/line-record"
import * as codes from "../../src/shared/codes"
import { BenchCart, type BenchLine, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"

const test = suite("a change of speed while pulling")

/** From, to, length in mm, and after how many mm the change is requested. */
const CHANGES = [
    [0.5, 1, 6, 2],
    [1, 0.5, 4, 2],
    [2, 10, 14, 3],
    [10, 0.25, 9, 2],
] as const

/** A cart in mid-pull, `intoMm` mm after the start of its window. */
async function pullingAt(
    speedMmPerS: number,
    lengthMm: number,
    intoMm: number
): Promise<BenchCart> {
    const bench = await BenchCart.boot({ ...REQUEST, speedMmPerS, lengthMm }, EVEN_SLED)
    await bench.home()
    await bench.pull()
    const at = bench.cart.receiver.description!.window_start_nm / 1e6 + intoMm
    await bench.cart.until(() => bench.cart.board.rig.sled.positionMm >= at, bench.nowUs + 60e6)
    return bench
}

/** Every burst holds lines of one epoch, that of its header, and epochs never decrease. */
function checkEpochs(lines: readonly BenchLine[]): void {
    let last = 0
    for (const { burst, flags } of lines) {
        assert.is(flags >> LINE_EPOCH_SHIFT, burst.speed_epoch & 0xff)
        assert.ok(burst.speed_epoch >= last)
        last = burst.speed_epoch
    }
}

for (const [from, to, lengthMm, intoMm] of CHANGES)
    test(`${from} to ${to} mm/s is one step, and the length stays true [IVUS-LEN-003]`, async () => {
        const bench = await pullingAt(from, lengthMm, intoMm)
        const { ruler } = bench.cart.board.rig
        assert.is(await bench.command(machine.COMMAND_SPEED, to * 1e6), undefined)
        await bench.cart.until(() => bench.ended, bench.nowUs + 60e6)
        assert.ok(bench.ended)
        assert.is(bench.stateNow, machine.STATE_COMPLETED)
        const lines = bench.lines()
        checkEpochs(lines)
        const flagged = lines.filter(line => line.flags & LINE_AT_SPEED)
        const speeds = new Set(flagged.map(line => line.burst.speed_nm_s))
        assert.equal([...speeds], [from * 1e6, to * 1e6])
        const epochs = new Set(flagged.map(line => line.burst.speed_epoch))
        assert.equal(
            [...epochs].map((e, _, all) => e - all[0]!),
            [0, 1]
        )
        // Flagged lines have the speed of their own burst, 1 % over 100 ms; except for the first
        // and last 50 ms at that speed.
        for (const speed of [from, to]) {
            const atThisSpeed = flagged.filter(l => l.burst.speed_nm_s === speed * 1e6)
            const [first, last] = [atThisSpeed[0]!.tick_us, atThisSpeed.at(-1)!.tick_us]
            for (let t = first + 50_000; t <= last - 50_000; t += 10_000) {
                const error = ruler.speedMmPerS(t, 100) / speed - 1
                assert.ok(Math.abs(error) < 0.01, `${error} at ${t} us`)
            }
        }
        // The length displayed by the host, from the first and last flagged line, against the
        // ruler: 20 um.
        const nm = bench.cart.receiver.description!.encoder_nm_per_count
        const [first, last] = [flagged[0]!, flagged.at(-1)!]
        const shownMm = ((last.position_counts - first.position_counts) * nm) / 1e6
        const trueMm = ruler.positionMm(last.tick_us) - ruler.positionMm(first.tick_us)
        assert.ok(Math.abs(shownMm - trueMm) < 0.02, `${shownMm} ${trueMm}`)
        // Half a frame and one count may be missing at either end.
        assert.ok(Math.abs(trueMm - lengthMm) < 0.02, `${trueMm} mm`)
        for (const { tickUs, positionMm } of bench.cart.receiver.assembler!.frames) {
            const startMm = bench.cart.receiver.description!.window_start_nm / 1e6
            const deviationUm = 1000 * (positionMm - (ruler.positionMm(tickUs) - startMm))
            assert.ok(Math.abs(deviationUm) < 10, `${deviationUm} um at ${positionMm} mm`)
        }
        console.log(
            `${from} to ${to} mm/s: ${shownMm.toFixed(3)} mm shown, ${trueMm.toFixed(3)} mm by the ruler`
        )
    })

test("lines that wait for credit keep the speed at which they were fired", async () => {
    const bench = await pullingAt(1, 6, 0.5)
    const { session } = bench.cart
    const consumed = session.consumed.bind(session)
    let owed = 0
    session.consumed = bytes => void (owed += bytes)
    const starved = (): boolean => bench.status!.credit_bytes < 16384
    await bench.cart.until(starved, bench.nowUs + 5e6)
    assert.ok(starved())
    assert.is(await bench.command(machine.COMMAND_SPEED, 2e6), undefined)
    session.consumed = consumed
    session.consumed(owed)
    await bench.cart.until(() => bench.ended, bench.nowUs + 60e6)
    checkEpochs(bench.lines())
    // The FIFO held lines of the old epoch at the change: they were reported with it.
    const requested = bench.events.find(e => e.code === codes.EVENT_SPEED)!
    const end = bench.cart.receiver.end!
    assert.is(end.lines_fired, end.lines_sent + end.lines_dropped_credit + end.lines_dropped_fifo)
    assert.ok(requested)
})

test("two changes: the second waits until the first has settled", async () => {
    const bench = await pullingAt(1, 8, 1)
    assert.is(await bench.command(machine.COMMAND_SPEED, 2e6), undefined)
    const early = await bench.command(machine.COMMAND_SPEED, 3e6)
    assert.is(early?.reason, codes.REFUSED_SPEED_CHANGE)
    await bench.wait(1000)
    assert.is(await bench.command(machine.COMMAND_SPEED, 1e6), undefined)
    await bench.cart.until(() => bench.ended, bench.nowUs + 60e6)
    checkEpochs(bench.lines())
    assert.is(bench.stateNow, machine.STATE_COMPLETED)
})

test("a change that does not fit is refused with the nearest allowed value, and the pullback continues unchanged", async () => {
    const bench = await pullingAt(1, 5, 3)
    const refused = async (nm_s: number, reason: number, value: number) => {
        const refusal = await bench.command(machine.COMMAND_SPEED, nm_s)
        assert.is(refusal?.reason, reason)
        assert.is(refusal?.value, value)
    }
    await refused(1_005_000, codes.REFUSED_SPEED, 1_010_000)
    await refused(0, codes.REFUSED_SPEED, 250_000)
    await refused(-1_000_000, codes.REFUSED_SPEED, 250_000)
    await refused(20_000_000, codes.REFUSED_SPEED, 10_000_000)
    const near = await bench.command(machine.COMMAND_SPEED, 10_000_000)
    assert.is(near?.reason, codes.REFUSED_SPEED_CHANGE)
    assert.ok(near!.value >= 1_000_000 && near!.value < 10_000_000)
    await bench.cart.until(() => bench.ended, bench.nowUs + 60e6)
    assert.is(bench.cart.receiver.assembler!.frames.length, 150)
    const speeds = new Set(
        bench
            .lines()
            .filter(l => l.flags & LINE_AT_SPEED)
            .map(l => l.burst.speed_nm_s)
    )
    assert.equal([...speeds], [1_000_000])
})

test.run()
