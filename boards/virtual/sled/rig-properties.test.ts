// Random register writes, enables, faults and forces on the sled rig.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import * as fc from "fast-check"
import { SLED_FAULT_NAMES } from "./faults"
import { createSledRig } from "./rig"

const test = suite("random use of the sled rig")

type Rig = ReturnType<typeof createSledRig>

/** Writable registers of the TMC5160. */
const ADDRESSES = [
    0, 1, 9, 0xb, 0x10, 0x11, 0x20, 0x21, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x2a, 0x2b, 0x2c,
    0x2d, 0x34, 0x35, 0x38, 0x39, 0x3a, 0x3b, 0x3d, 0x6c, 0x6d,
]

const operation = fc.oneof(
    {
        weight: 8,
        arbitrary: fc.record({
            kind: fc.constant("spi" as const),
            bytes: fc.uint8Array({ maxLength: 9 }),
        }),
    },
    {
        weight: 20,
        arbitrary: fc.record({
            kind: fc.constant("write" as const),
            address: fc.constantFrom(...ADDRESSES),
            value: fc.oneof(
                fc.nat(0xffffffff),
                fc.nat(0xffff),
                fc.constantFrom(0, 1, 3, 0xffffffff)
            ),
        }),
    },
    {
        weight: 2,
        arbitrary: fc.record({
            kind: fc.constant("enable" as const),
            off: fc.boolean(),
        }),
    },
    {
        weight: 2,
        arbitrary: fc.record({
            kind: fc.constant("fault" as const),
            name: fc.constantFrom(...SLED_FAULT_NAMES),
            on: fc.boolean(),
        }),
    },
    {
        weight: 1,
        arbitrary: fc.record({
            kind: fc.constant("push" as const),
            force: fc.integer({ min: -100, max: 100 }),
        }),
    },
    {
        weight: 6,
        arbitrary: fc.record({
            kind: fc.constant("wait" as const),
            us: fc.integer({ min: 0, max: 60_000 }),
        }),
    }
)

type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never

/** Applies an operation at `timeUs`. @returns the time after it */
function apply(rig: Rig, o: Operation, timeUs: number): number {
    if (o.kind === "spi") assert.is(rig.chip.transfer(o.bytes, timeUs).length, o.bytes.length)
    else if (o.kind === "write") {
        const v = o.value
        const datagram = Uint8Array.of(o.address | 0x80, v >>> 24, v >>> 16, v >>> 8, v)
        rig.chip.transfer(datagram, timeUs)
    } else if (o.kind === "enable") rig.setEnable(o.off, timeUs)
    else if (o.kind === "fault") rig.faults[o.on ? "inject" : "clear"](o.name, timeUs)
    else if (o.kind === "push") rig.push(o.force, timeUs)
    else {
        rig.advanceTo(timeUs + o.us)
        return timeUs + o.us
    }
    return timeUs
}

function checkRig(rig: Rig, timeUs: number): void {
    const { ramp, encoder } = rig.chip.core
    const mm = rig.sled.positionMm
    assert.ok(mm > -3 && mm < 168, `${mm} mm`)
    const { speedMmPerS, load } = rig.sled
    for (const v of [ramp.xactual, ramp.velocity, ramp.fieldUsteps, speedMmPerS, load])
        assert.ok(Number.isFinite(v))
    assert.ok(Number.isInteger(rig.encoder.countsAt(timeUs)))
    assert.ok(Number.isInteger(encoder.xEnc))
}

test("never causes NaN, an exception or a sled beyond its rail", () => {
    fc.assert(
        fc.property(fc.integer(), fc.array(operation, { maxLength: 60 }), (seed, operations) => {
            const rig = createSledRig({ seed, disabledAtStart: false })
            let timeUs = 0
            for (const o of operations) {
                timeUs = apply(rig, o, timeUs + 10.25)
                checkRig(rig, timeUs)
            }
        }),
        { seed: 8, numRuns: 150 }
    )
})

test.run()
