// Fuzz target: bursts with valid headers and CRCs but arbitrary content, as from a faulty board or
// an attacker with the key. The receiver must refuse or count them and never throw, hang or grow.

import * as fc from "fast-check"
import * as assert from "uvu/assert"
import { LinkReader } from "../../host/link/link-reader"
import { concat, plainRecords, TestBoard } from "../../host/link/testing/test-board"
import { RunReceiver } from "../../host/run/run-receiver"
import * as burst from "../../shared/protocol/burst"
import { fieldsOf, formatOf, type Layout, nameOf } from "../../shared/protocol/bytes"
import { messageTable } from "../../shared/protocol/messages"

const LAYOUTS = messageTable()
    .filter(m => m.from !== "host")
    .map(({ type, layout }): readonly [number, Layout] => [type, layout])

/** Numbers of all magnitudes, with the edge values. */
const number = fc.oneof(
    fc.nat(20),
    fc.integer({ min: -0x80000000, max: 0x7fffffff }),
    fc.constantFrom(0, 1, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff, -1)
)
const text = fc.string({ maxLength: 16 })

const list = fc.array(number, { minLength: 32, maxLength: 32 })

const field = (f: string): fc.Arbitrary<string | number | number[]> => {
    const format = formatOf(f)
    return format === "s16" ? text : format.endsWith("x32") ? list : number
}

const message = fc.constantFrom(...LAYOUTS).chain(([type, layout]) => {
    const fields = fieldsOf(layout)
    return fc.record({
        type: fc.constant(type),
        layout: fc.constant(layout),
        fields: fc.constant(fields),
        values: fc.tuple(...fields.map(field)),
        /** A description with a single wrong field passes further checks. */
        spare: fc.nat(fields.length - 1),
    })
})
const lines = fc.record({
    from: fc.nat(300),
    count: fc.integer({ min: 0, max: 6 }),
    header: fc.record(
        {
            lines: fc.nat(8),
            session: number,
            sequence: number,
            flags: fc.nat(255),
            speed_epoch: fc.nat(0xffff),
            dropped_fifo: fc.nat(0xffff),
        },
        { requiredKeys: [] }
    ),
})
const step = fc.oneof(message, lines, fc.constant("describe" as const))

export function anyMessages(): fc.IProperty<unknown> {
    return fc.property(fc.array(step, { maxLength: 12 }), steps => {
        const board = new TestBoard(1).hello()
        for (const s of steps) {
            if (s === "describe") board.describe()
            else if ("count" in s) board.lines(plainRecords(s.from, s.from + s.count), s.header)
            else if (s.type === burst.TYPE_DESCRIPTION) {
                // All fields valid except one.
                const at = s.spare
                board.describe({ [nameOf(s.fields[at]!)]: s.values[at] })
            } else {
                const names = s.fields.map(nameOf)
                const record = Object.fromEntries(names.map((n, i) => [n, s.values[i]]))
                board.message(s.type, s.layout, record as never)
            }
        }
        const bytes = concat(board.bursts)
        const receiver = new RunReceiver()
        receiver.push(bytes)
        receiver.finish()
        const { assembler } = receiver
        if (assembler) {
            // The counts never exceed the number of lines in the bytes.
            assert.ok(assembler.counts.received <= bytes.length / 24)
            assert.ok(assembler.counts.missing >= 0)
        }
        const reader = new LinkReader()
        reader.on("data", () => undefined)
        reader.write(bytes)
        reader.end()
        for (const count of Object.values(reader.faults)) assert.ok(count >= 0)
    })
}
