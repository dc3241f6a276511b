// Tests the validation of catheters, sequences and pair lists, and the budget against its verdict.

import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { CATHETER_IDS } from "../../shared/acquisition/catheter-list"
import { SPEED_MIN_MRPM } from "../../shared/devices/line-engine"
import * as codes from "../../shared/codes"
import { maxFrameRateMhz } from "../../shared/acquisition/sequence-budget"
import { CATHETER_CHOICES, CATHETER_INTERVALS, checkCatheter } from "./catheter-schema"
import { BUSES } from "./buses"
import { type CatheterSpec, specOf } from "./catheter-spec"
import { invalidFieldText } from "./check"
import { drawing, percentOf } from "./drawing"
import { NAMED_PAIRS, PairListError, parsePairs } from "./pair-list"
import { PlanError, planSequence, type PlanRequest } from "./sequence-plan"
import { checkSequence, sequenceOf, type TxRxSequence } from "./txrx"

const schema = suite("schema of a catheter")

schema("accepts all built-in catheters", () => {
    for (const id of CATHETER_IDS) assert.is(checkCatheter(specOf(id)), undefined, id)
    assert.is(specOf("array-30mhz"), undefined)
})

for (const [field, interval] of Object.entries(CATHETER_INTERVALS))
    schema(`${field}: below, above, a fraction, no number, missing`, () => {
        const { min, max, unit } = interval
        for (const id of CATHETER_IDS)
            for (const value of [
                min - 1,
                max + 1,
                min + 0.5,
                NaN,
                Infinity,
                "1",
                null,
                undefined,
            ]) {
                const wrong = checkCatheter({ ...specOf(id), [field]: value })
                assert.is(wrong?.field, field)
                assert.ok(Object.is(wrong?.value, value), String(value))
                assert.is(wrong?.limit, `whole numbers from ${min} to ${max}${unit && ` ${unit}`}`)
            }
    })

for (const [field, choices] of Object.entries(CATHETER_CHOICES))
    schema(`${field}: a word that is none`, () => {
        for (const value of ["", "Clockwise", 1, null, undefined]) {
            const wrong = checkCatheter({ ...specOf("array-20mhz"), [field]: value })
            assert.equal(wrong, { field, value, limit: choices.join(", ") })
        }
    })

/** Fields that break a rule between fields. */
const BESIDE: [string, Partial<CatheterSpec>, string, RegExp][] = [
    ["array-20mhz", { elements: 1 }, "elements", /2 to 256/],
    ["rotational-40mhz", { elements: 2 }, "elements", /1 for a catheter/],
    ["array-20mhz", { front_end: 2 }, "front_end", /1 \(line engine\)/],
    ["single-un0rick", { front_end: 1 }, "front_end", /2 \(un0rick\)/],
    ["array-20mhz", { pair_span: 65 }, "pair_span", /0 to 64/],
    ["rotational-40mhz", { pair_span: 1 }, "pair_span", /0 to 0/],
    ["array-10mhz", { pair_lead: 14 }, "pair_lead", /0 to 13/],
    ["array-10mhz", { firings_per_frame: 895 }, "firings_per_frame", /896/],
    ["rotational-40mhz", { lines_per_frame: 512 }, "firings_per_frame", /512/],
    ["array-20mhz", { depth_um: 12001 }, "depth_um", /depth_max_um, 12000/],
    ["array-20mhz", { depth_um: 1000, ring_down_um: 700 }, "ring_down_um", /below 700/],
    ["array-20mhz", { pulse_cycles: 5 }, "pulse_cycles", /burst_max_cycles, 4/],
    ["array-20mhz", { rpm_min: 1 }, "rpm_min", /does not rotate/],
    ["rotational-40mhz", { rpm_min: 0 }, "rpm_min", /above 0 for/],
    ["array-20mhz", { rpm_max: 1800 }, "rpm_max", /does not rotate/],
    ["rotational-40mhz", { rpm_max: 599 }, "rpm_max", /from rpm_min, 600/],
    ["array-20mhz", { rotor_direction: "clockwise" }, "rotor_direction", /none/],
    ["rotational-40mhz", { rotor_direction: "none" }, "rotor_direction", /clockwise or/],
]

for (const [id, other, field, limit] of BESIDE)
    schema(`${id} with ${JSON.stringify(other)}`, () => {
        const wrong = checkCatheter({ ...specOf(id), ...other })
        assert.is(wrong?.field, field)
        assert.match(wrong!.limit, limit)
        assert.match(invalidFieldText(wrong!), /^\w+ is .+; allowed: /)
    })

schema("refuses a value that is not an object, an invalid id, an unknown field", () => {
    for (const value of [undefined, null, 1, "array-20mhz", []])
        assert.is(checkCatheter(value)?.field, "catheter")
    for (const id of ["", "a".repeat(17), "Array", "a b", 1, undefined])
        assert.is(checkCatheter({ ...specOf("array-20mhz"), id })?.field, "id")
    assert.is(checkCatheter({ ...specOf("array-20mhz"), colour: 1 })?.field, "colour")
})

schema("any value in any field is refused, or the catheter can be planned and drawn", () => {
    const fields = [...Object.keys(CATHETER_INTERVALS), ...Object.keys(CATHETER_CHOICES), "id"]
    const value = fc.oneof(fc.integer({ min: 0, max: 70000 }), fc.anything())
    fc.assert(
        fc.property(
            fc.constantFrom(...CATHETER_IDS),
            fc.constantFrom(...fields),
            value,
            (id, field, any) => {
                const spec = {
                    ...specOf(id)!,
                    [field]: any,
                } as CatheterSpec
                const wrong = checkCatheter(spec)
                if (wrong) assert.ok(invalidFieldText(wrong).length > 10)
                else {
                    const plan = planSequence({
                        spec,
                        frameRateMhz: 10000,
                    })
                    for (const row of plan.rows)
                        assert.ok(Number.isFinite(percentOf(row)), row.what)
                    assert.ok(drawing(plan).length > 500)
                }
            }
        ),
        { seed: 4, numRuns: 1000 }
    )
})

schema.run()

const sequences = suite("a sequence")

type Change = (s: TxRxSequence) => TxRxSequence

/** Changes one op. */
const op =
    (change: (o: TxRxSequence["ops"][0]) => object): Change =>
    s => ({
        ...s,
        ops: s.ops.map((o, i) => (i === 3 ? ({ ...o, ...change(o) } as typeof o) : o)),
    })

/** For each field, values outside its interval and the expected limit in the message. */
const WRONG: [string, number[], (value: number) => Change, RegExp][] = [
    ["ops[3].tx.aperture", [-1, 64], v => op(o => ({ tx: { ...o.tx, aperture: v } })), /0 to 63/],
    [
        "ops[3].rx.aperture",
        [-1, 64, 1.5],
        v => op(o => ({ rx: { ...o.rx, aperture: v } })),
        /0 to 63/,
    ],
    [
        "ops[3].tx.pulse.centreFrequencyKhz",
        [999, 80001],
        v => op(o => ({ tx: { ...o.tx, pulse: { ...o.tx.pulse, centreFrequencyKhz: v } } })),
        /1000 to 80000 kHz/,
    ],
    [
        "ops[3].tx.pulse.cycles",
        [0, 5],
        v => op(o => ({ tx: { ...o.tx, pulse: { ...o.tx.pulse, cycles: v } } })),
        /1 to 4 cycles/,
    ],
    [
        "ops[3].rx.sampleRange[0]",
        [-1, 1],
        v => op(o => ({ rx: { ...o.rx, sampleRange: [v, 256] } })),
        /0 to 0/,
    ],
    [
        "ops[3].rx.sampleRange[1]",
        [15, 1025],
        v => op(o => ({ rx: { ...o.rx, sampleRange: [0, v] } })),
        /16 to 1024/,
    ],
    [
        "ops[3].rx.samplePeriodPs",
        [50730, 50732],
        v => op(o => ({ rx: { ...o.rx, samplePeriodPs: v } })),
        /50731 to 50731 ps/,
    ],
    [
        "ops.length",
        [0, 4097],
        v => s => ({ ...s, ops: Array.from({ length: v }, () => s.ops[0]!) }),
        /1 to 4096/,
    ],
    [
        "tgc.gainsCdb[31]",
        [-1, 10001, 1.5],
        v => s => ({ ...s, tgc: { ...s.tgc, gainsCdb: [...s.tgc.gainsCdb.slice(0, 31), v] } }),
        /0 to 10000 cdB/,
    ],
    [
        "tgc.gainsCdb.length",
        [31, 33],
        v => s => ({ ...s, tgc: { ...s.tgc, gainsCdb: Array<number>(v).fill(0) } }),
        /32 to 32/,
    ],
    ["tgc.stepNs", [418, 420], v => s => ({ ...s, tgc: { ...s.tgc, stepNs: v } }), /419 to 419 ns/],
    ["firings", [0, 4097], v => s => ({ ...s, firings: v }), /1 to 4096/],
    ["lines", [15, 513], v => s => ({ ...s, lines: v }), /16 to 512/],
    ["sriNs", [11111110, 1000000001], v => s => ({ ...s, sriNs: v }), /11111111 to 1000000000 ns/],
]

for (const [field, values, change, limit] of WRONG)
    sequences(`${field} out of its limits`, () => {
        const spec = specOf("array-20mhz")!
        const right = sequenceOf(spec, 30000)
        assert.is(checkSequence(right, spec), undefined)
        for (const value of values) {
            const wrong = checkSequence(change(value)(right), spec)
            assert.is(wrong?.field, field)
            assert.is(wrong?.value, value)
            assert.match(wrong!.limit, limit)
        }
    })

sequences("only a rotational catheter is triggered by the rotor encoder", () => {
    for (const id of CATHETER_IDS) {
        const spec = specOf(id)!
        const right = sequenceOf(spec, 10000)
        assert.is(right.trigger === "rotor-encoder", id.startsWith("rotational"), id)
        const trigger = right.trigger === "rotor-encoder" ? "free-running" : "rotor-encoder"
        assert.is(checkSequence({ ...right, trigger }, spec)?.field, "trigger")
    }
})

const plan = (id: string, other: Partial<PlanRequest> = {}) =>
    planSequence({ spec: specOf(id)!, frameRateMhz: 30000, ...other })

/** List, pairs, bytes of its table, maximum frame rate at 10 mm. */
const LISTS: [string, number, number][] = [
    ["reciprocal-14", 896, 59291],
    ["both-27", 1728, 31828],
    ["full", 4096, 13427],
]

for (const [pairs, count, largest] of LISTS)
    sequences(`${pairs}: ${count} pairs, each once; fits up to its rate`, () => {
        const { sequence, tableBytes, listsPairs } = plan("array-20mhz", {
            pairs,
            frameRateMhz: 10000,
        })
        assert.is(sequence.ops.length, count)
        assert.is(new Set(sequence.ops.map(o => o.tx.aperture * 64 + o.rx.aperture)).size, count)
        assert.is(tableBytes, 16 * count)
        assert.ok(listsPairs)
        const at = (frameRateMhz: number) => plan("array-20mhz", { pairs, frameRateMhz })
        assert.is(at(largest).reason, codes.GOOD)
        assert.is(at(largest + 1).nearest, largest)
        assert.is.not(at(largest + 1).reason, codes.GOOD)
        assert.match(at(90000).sentence, `(nearest allowed value: ${largest / 1000} frames/s)`)
    })

sequences("64 x 14 pairs to 30 mm do not fit 30 frames/s", () => {
    const { reason, nearest } = plan("array-10mhz", { depthUm: 30000 })
    assert.equal([reason, nearest], [codes.REFUSED_PRF, 25978])
})

sequences(
    "any pair list is planned; reciprocal pairs listed one by one give the same table",
    () => {
        const named = plan("array-20mhz", { pairs: "reciprocal-14" })
        const pairs = Array.from({ length: 896 }, (_, i) => {
            const tx = Math.floor(i / 14)
            return [tx, (tx + (i % 14)) % 64] as const
        })
        const listed = plan("array-20mhz", { pairs })
        assert.is(listed.tableCrc, named.tableCrc)
        assert.equal(listed.rows, named.rows)
        const turned = plan("array-20mhz", { pairs: pairs.slice().reverse() })
        assert.is.not(turned.tableCrc, named.tableCrc)
    }
)

sequences("refuses a list with an unknown element or too many pairs", () => {
    const fails = (pairs: [number, number][]): string => {
        try {
            plan("array-20mhz", { pairs })
        } catch (error) {
            if (error instanceof PlanError) return error.message
            throw error
        }
        return ""
    }
    assert.is(
        fails([
            [0, 0],
            [1, 64],
        ]),
        "ops[1].rx.aperture is 64; allowed: whole numbers from 0 to 63"
    )
    assert.match(fails([[256, 0]]), /ops\[0\]\.tx\.aperture is 256/)
    const long = Array.from({ length: 4097 }, () => [0, 0] as [number, number])
    const { reason, nearest } = plan("array-20mhz", { pairs: long, frameRateMhz: 1000 })
    assert.equal([reason, nearest], [codes.REFUSED_TABLE, 4096])
    assert.throws(() => plan("rotational-40mhz", { pairs: [[0, 0]] }), /is not an array/)
    assert.throws(() => plan("array-20mhz", { pairs: "toString" }), /reciprocal-14, both-27, full/)
})

sequences("refuses a depth that leaves an un0rick fewer than 16 samples", () => {
    assert.throws(() => plan("single-un0rick", { depthUm: 1001 }), /sampleRange.* from 16 to 2042/)
})

sequences("the budget and the verdict agree", () => {
    fc.assert(
        fc.property(
            fc.constantFrom(...CATHETER_IDS),
            fc.integer({ min: 1000, max: 90000 }),
            fc.integer({ min: 500, max: 70000 }),
            fc.option(fc.integer({ min: 16, max: 512 }), { nil: undefined }),
            fc.constantFrom(undefined, ...Object.keys(NAMED_PAIRS)),
            fc.integer({ min: 100_000, max: 20_000_000 }),
            fc.constantFrom(...Object.values(BUSES)),
            (id, frameRateMhz, depthUm, lines, named, linkBytesPerS, path) => {
                // An un0rick's samples start at the surface, at 1 mm: a line needs 16 of them.
                fc.pre(!id.endsWith("un0rick") || depthUm >= 1200)
                const pairs = id.startsWith("array") ? named : undefined
                const p = plan(id, { frameRateMhz, depthUm, lines, pairs, linkBytesPerS, path })
                const broken = p.rows.filter(r => r.needs > r.has * (1 + 1e-9))
                const slowestMrpm =
                    p.spec.rpm_min > 0 ? Math.max(p.spec.rpm_min * 1000, SPEED_MIN_MRPM) : 0
                const slow = frameRateMhz * 60 < slowestMrpm
                const shallow = depthUm < 1000
                // Limits are whole mHz: only the verdict refuses a fraction above the last whole value.
                if (broken.length > 0 || slow || shallow) assert.is.not(p.reason, codes.GOOD)
                if (p.reason !== codes.GOOD && !slow && !shallow) {
                    const row = p.rows.find(r => r.reason === p.reason)
                    assert.ok(row!.needs > row!.has * (1 - 1e-3), row!.what)
                }
                for (const { reason, needs, has, what } of p.rows) {
                    const largest = maxFrameRateMhz(reason, p.spec, {
                        ...path,
                        link_bytes_per_s: linkBytesPerS,
                    })
                    // Rounded down to whole mHz.
                    const share = frameRateMhz / largest
                    if (Number.isFinite(largest))
                        assert.ok(
                            needs / has <= share + 1e-9 &&
                                needs / has >= frameRateMhz / (largest + 1) - 1e-9,
                            what
                        )
                }
                assert.ok(
                    drawing(p)
                        .split("\n")
                        .every(l => l.length <= 125)
                )
            }
        ),
        { seed: 5, numRuns: 300 }
    )
})

sequences("pairs as JSON give a list or a PairListError", () => {
    assert.equal(parsePairs("[[0, 1], [2, 3]]"), [
        [0, 1],
        [2, 3],
    ])
    for (const text of [
        "",
        "{",
        "{}",
        "[]",
        "null",
        "7",
        '"full"',
        "[1]",
        "[[1]]",
        "[[1,2,3]]",
        '[["1",2]]',
        "[[1,null]]",
        "[[0,1],{}]",
    ])
        assert.throws(
            () => parsePairs(text),
            (e: unknown) => e instanceof PairListError
        )
    fc.assert(
        fc.property(fc.oneof(fc.string(), fc.json()), text => {
            try {
                const pairs = parsePairs(text)
                assert.equal(pairs, JSON.parse(text))
            } catch (error) {
                assert.instance(error, PairListError)
            }
        }),
        { seed: 6, numRuns: 500 }
    )
    fc.assert(
        fc.property(fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1 }), pairs =>
            assert.equal(parsePairs(JSON.stringify(pairs)), pairs)
        ),
        { seed: 7 }
    )
})

sequences.run()
