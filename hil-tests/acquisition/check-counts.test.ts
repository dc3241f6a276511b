// Tests the check of line counts: an error of one in any count after a fault is detected.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { End } from "../../src/shared/protocol/messages"
import * as codes from "../../src/shared/codes"
import { BenchCart, EVEN_SLED } from "../support/carts/bench-cart"
import { checkCounts } from "../support/carts/check-counts"

type Writable<T> = { -readonly [K in keyof T]: T[K] }

const test = suite("the check of line counts after a fault")

const FAULTS: [string, number, (bench: BenchCart) => void][] = [
    [
        "transmit is inhibited",
        codes.FAULT_ENGINE_INHIBITED,
        b => void (b.cart.board.engine.firing.inhibited = true),
    ],
    [
        "the catheter is exchanged",
        codes.FAULT_CATHETER_CHANGED,
        b => b.cart.board.engine.plug({ id: "array-20mhz", serial: 2 }),
    ],
]

for (const [name, code, cause] of FAULTS)
    test(`${name}: refuses every count that is off by one`, async () => {
        const bench = await BenchCart.boot(undefined, EVEN_SLED)
        await bench.home()
        await bench.pull()
        await bench.wait(300)
        cause(bench)
        await bench.wait(500)
        const { receiver, board } = bench.cart
        const end = receiver.end as Writable<End>
        checkCounts(bench, code)
        assert.ok(end.lines_fired > 1000)
        // assert.throws() lets assertions through.
        const isRefused = (outcome = code): boolean => {
            try {
                checkCounts(bench, outcome)
                return false
            } catch (error) {
                return error instanceof assert.Assertion
            }
        }
        const refused = (what: string): void => assert.ok(isRefused(), what)
        const counts = receiver.assembler!.counts as Writable<
            NonNullable<typeof receiver.assembler>["counts"]
        >
        // Counts of the firmware.
        for (const key of [
            "lines_fired",
            "lines_sent",
            "lines_dropped_fifo",
            "lines_dropped_credit",
            "lines_dropped_crc",
        ] as const)
            for (const by of [1, -1]) {
                end[key] += by
                refused(`${key} ${by}`)
                end[key] -= by
            }
        // Counts of the host.
        for (const key of ["received", "missing"] as const)
            for (const by of [1, -1]) {
                counts[key] += by
                refused(`${key} ${by}`)
                counts[key] -= by
            }
        // A silently lost line: all counts agree that it never existed, except the transmit
        // counter.
        end.lines_sent -= 1
        counts.received -= 1
        refused("silently lost")
        end.lines_sent += 1
        counts.received += 1
        // An outcome other than the fault's.
        assert.ok(isRefused(codes.GOOD))
        checkCounts(bench, code)
        // A pulse that the front end fired but did not count.
        board.transmit.onPulse(bench.nowUs)
        refused("one additional pulse")
        board.stopVm()
    })

test.run()
