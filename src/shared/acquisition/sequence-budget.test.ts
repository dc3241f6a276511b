// Tests each limit of a firing sequence on both sides, and the nearest allowed value.

import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { allCatheters, CATHETER_IDS, lineEngineCatheters } from "./catheter-list"
import { catheterOf, type Catheter } from "./catheters"
import { fireByPairs, PAIRED_SAMPLES } from "./channel-data"
import {
    DATA_AT,
    LANES_QUAD,
    linesPerBlock,
    SAMPLES_MAX,
    SPI_BLOCK_MAX,
    TABLE_ENTRIES,
} from "../devices/line-engine"
import { PAIRS_RECIPROCAL_14 } from "./line-record"
import * as codes from "../codes"
import {
    budgetOverPath,
    FRAME_RATE_MAX_MHZ,
    FRAME_RATE_MIN_MHZ,
    slowestPath,
    type LinePath,
    LINK_BYTES_PER_S,
    busBitsPerS,
    ENGINE_SPI_HZ,
    budgetSequence,
} from "./sequence-budget"
import { lineLength, setImageFormat } from "./image-format"
import { tableEntries, writeTableEntry } from "./firing-table"

const test = suite("sequence budget")

const catheter = (id: string, other: Partial<Catheter> = {}): Catheter => ({
    ...catheterOf(id)!,
    ...other,
})

const budget = (c: Catheter, mhz: number, link = LINK_BYTES_PER_S) =>
    budgetOverPath(c, mhz, tableEntries(c), {
        ...slowestPath(),
        link_bytes_per_s: link,
    })

/** Name, catheter whose tightest limit is that one, its code, and the maximum rate by hand calculation. */
const RATES: [string, Catheter, number, number, number?][] = [
    // 1e12 / (896 · (38,962 + 4000) ns): 64 × 14 pairs do not fit 30 mm at 30/s.
    ["firings", catheter("array-10mhz", { depth_um: 30000 }), codes.REFUSED_PRF, 25978],
    ["PRF", catheter("array-20mhz", { prf_max_hz: 20000 }), codes.REFUSED_PRF_MAX, 22321],
    ["pulses", catheter("array-20mhz", { pulses_max_per_s: 10000 }), codes.REFUSED_PULSES, 11160],
    // 4 cycles · 3 pF · (80 V)² = 76.8 nJ; 2.5 mW are 32,552 of them a second.
    ["heat", catheter("array-20mhz", { pulse_cycles: 4 }), codes.REFUSED_POWER, 36330],
    ["bus", catheter("array-20mhz"), codes.REFUSED_SPI_RATE, 59291],
    // un0rick: 49 + 2 · 942 bytes at 7,272,727 Hz are 2126.3 us, plus 2030 us of idle time; 0.85e9 / 4156.3 us / 25 lines
    ["slow bus", catheter("single-un0rick"), codes.REFUSED_SPI_RATE, 8180],
    // 2048 records in 100 ms are 20,480 lines/s; / 512.
    [
        "FIFO",
        catheter("rotational-60mhz", {
            samples_per_line: 64,
            lines_per_frame: 512,
            firings_per_frame: 512,
        }),
        codes.REFUSED_FIFO,
        40000,
    ],
    // 2 MB/s / (256 · (280 + 8) bytes)
    ["link", catheter("array-20mhz"), codes.REFUSED_LINK_RATE, 27126, 2_000_000],
    ["rotor", catheter("rotational-40mhz"), codes.REFUSED_ROTOR, 30000],
]

for (const [name, c, reason, largest, link] of RATES)
    test(`${name}: accepts the maximum rate, refuses more with the nearest value [IVUS-TX-006]`, () => {
        assert.is(budget(c, largest, link).reason, codes.GOOD)
        assert.is(budget(c, largest, link).nearest, largest)
        for (const above of [largest + 1, FRAME_RATE_MAX_MHZ]) {
            const refused = budget(c, above, link)
            assert.is(refused.reason, reason)
            assert.is(refused.nearest, largest)
        }
    })

const FAST = { lanes: LANES_QUAD, fifo_lines: 8192, link_bytes_per_s: 5e7 }

test("90 frames/s of 512 A-lines of 256 samples need four lanes, a longer FIFO and a faster link", () => {
    const c = catheter("rotational-60mhz")
    assert.is(setImageFormat(c, 512, 256).reason, codes.GOOD)
    const over = (other: Partial<LinePath>): number[] => {
        const { reason, nearest } = budgetOverPath(c, 90000, tableEntries(c), { ...FAST, ...other })
        return [reason, nearest]
    }
    assert.equal(over({}), [codes.GOOD, 90000])
    // 0.85 · 40 MHz / 2,240 bits / 512
    assert.equal(over({ lanes: 1 }), [codes.REFUSED_SPI_RATE, 29645])
    // 2,048 records in 100 ms / 512
    assert.equal(over({ fifo_lines: 2048 }), [codes.REFUSED_FIFO, 40000])
    // 8 MB/s / (512 · (280 + 8) bytes)
    assert.equal(over({ link_bytes_per_s: 8e6 }), [codes.REFUSED_LINK_RATE, 54253])
})

test("four lanes do not raise the limit of an un0rick", () => {
    const c = catheter("single-un0rick")
    const { reason, nearest } = budgetOverPath(c, 20000, tableEntries(c), FAST)
    assert.equal([reason, nearest], [codes.REFUSED_SPI_RATE, 8180])
})

test("sets A-lines per revolution and samples per A-line within limits, otherwise keeps the catheter's", () => {
    const formatOf = (id: string, lines: number, samples: number): number[] => {
        const c = catheter(id)
        const { reason, nearest } = setImageFormat(c, lines, samples)
        return [reason, nearest, c.lines_per_frame, c.firings_per_frame, c.samples_per_line]
    }
    const { GOOD, REFUSED_LINES, REFUSED_SAMPLES } = codes
    assert.equal(formatOf("rotational-60mhz", 0, 0), [GOOD, 0, 256, 256, 224])
    assert.equal(formatOf("rotational-60mhz", 512, 256), [GOOD, 0, 512, 512, 256])
    assert.equal(formatOf("rotational-60mhz", 513, 0), [REFUSED_LINES, 512, 256, 256, 224])
    assert.equal(formatOf("rotational-60mhz", 15, 0), [REFUSED_LINES, 16, 256, 256, 224])
    assert.equal(formatOf("array-20mhz", 256, 16), [GOOD, 0, 256, 896, 16])
    assert.equal(formatOf("array-20mhz", 512, 0), [REFUSED_LINES, 256, 256, 896, 256])
    assert.equal(formatOf("array-20mhz", 0, 15), [REFUSED_SAMPLES, 16, 256, 896, 256])
    assert.equal(formatOf("array-20mhz", 0, 1025), [REFUSED_SAMPLES, 1024, 256, 896, 256])
})

test("refuses a frame rate below the minimum speed of the rotor", () => {
    // The catheter allows 600 rpm, the engine's rotor 900 rpm and more.
    const c = catheter("rotational-40mhz")
    assert.is(budget(c, 15000).reason, codes.GOOD)
    const slow = budget(c, 14999)
    assert.equal([slow.reason, slow.nearest], [codes.REFUSED_ROTOR, 15000])
    const fast = budget(catheter("rotational-40mhz", { rpm_min: 1500 }), 24999)
    assert.equal([fast.reason, fast.nearest], [codes.REFUSED_ROTOR, 25000])
})

test("refuses depth, pulse and table outside their limits, with the nearest value in their unit [IVUS-TX-006]", () => {
    const fixed = (other: Partial<Catheter>, entries = 256): number[] => {
        const { reason, nearest } = budgetOverPath(
            catheter("array-20mhz", other),
            1000,
            entries,
            slowestPath()
        )
        return [reason, nearest]
    }
    const { GOOD, REFUSED_BURST, REFUSED_DEPTH, REFUSED_TABLE } = codes
    assert.equal(fixed({ depth_um: 12000 }), [GOOD, 1000])
    assert.equal(fixed({ depth_um: 12001 }), [REFUSED_DEPTH, 12000])
    assert.equal(fixed({ depth_um: 1000 }), [GOOD, 1000])
    assert.equal(fixed({ depth_um: 999 }), [REFUSED_DEPTH, 1000])
    assert.equal(fixed({ depth_um: NaN }), [REFUSED_DEPTH, 1000])
    assert.equal(fixed({ pulse_cycles: 4 }), [GOOD, 1000])
    assert.equal(fixed({ pulse_cycles: 5 }), [REFUSED_BURST, 4])
    assert.equal(fixed({ pulse_cycles: 0 }), [REFUSED_BURST, 1])
    assert.equal(fixed({}, TABLE_ENTRIES), [GOOD, 1000])
    assert.equal(fixed({}, TABLE_ENTRIES + 1), [REFUSED_TABLE, TABLE_ENTRIES])
})

test("maximum frame rate of the pair lists at 10 mm", () => {
    const pairs = (firings: number): number =>
        budget(catheter("array-20mhz", { firings_per_frame: firings }), 90000).nearest
    assert.is(pairs(64 * 14), 59291)
    // 55,000 pulses/s are allowed; 1e12 / (1728 · 16,988 ns) would be 34.065
    assert.is(pairs(64 * 27), 31828)
    assert.is(pairs(64 * 64), 13427)
})

test("channel data: two records per block, and no more samples than the front end allows", () => {
    // 1,021 samples to 10 mm and the end of the pulse, reduced to 1,008.
    const pairs = catheter("array-20mhz")
    assert.ok(fireByPairs(pairs, PAIRS_RECIPROCAL_14, 0))
    assert.is(pairs.samples_per_line, PAIRED_SAMPLES)
    assert.is(DATA_AT + 2 * lineLength(pairs), SPI_BLOCK_MAX)
    assert.is(linesPerBlock(lineLength(pairs)), 2)
    // A greater depth needs too many samples: it is refused, not reduced.
    const deep = catheter("array-20mhz", { depth_um: 12000 })
    assert.ok(fireByPairs(deep, PAIRS_RECIPROCAL_14, 0))
    assert.ok(deep.samples_per_line > SAMPLES_MAX)
    const budgeted = budgetSequence(deep, 1000)
    assert.is(budgeted.reason, codes.REFUSED_SAMPLES)
    assert.is(budgeted.nearest, SAMPLES_MAX)
})

test("the bus share is 85 %, or less if blocks are not full", () => {
    const share = (samples: number): number =>
        busBitsPerS(catheter("array-20mhz", { samples_per_line: samples }), 1) / ENGINE_SPI_HZ
    // 14 records of 280 bytes in 4,096: 0.9 of that exceeds 0.85.
    assert.is(share(256), 0.85)
    // 3 records of 1,024 bytes, and 7 of 544.
    assert.ok(Math.abs(share(1000) - (0.9 * 3 * 1024) / 4096) < 1e-12)
    assert.ok(Math.abs(share(520) - (0.9 * 7 * 544) / 4096) < 1e-12)
})

test("the nearest value of any refusal fits, and the next one does not", () => {
    const one = fc.record({
        id: fc.constantFrom(...CATHETER_IDS),
        depth_um: fc.integer({ min: 1000, max: 12000 }),
        samples_per_line: fc.integer({ min: 16, max: 1024 }),
        lines_per_frame: fc.integer({ min: 16, max: 512 }),
        firings_per_frame: fc.integer({ min: 1, max: 4096 }),
        prf_max_hz: fc.integer({ min: 100, max: 100000 }),
        pulses_max_per_s: fc.integer({ min: 100, max: 100000 }),
        power_max_uw: fc.integer({ min: 100, max: 20000 }),
    })
    const rate = fc.integer({ min: 0, max: 100000 })
    const link = fc.integer({ min: 10000, max: 20_000_000 })
    fc.assert(
        fc.property(one, rate, link, (other, mhz, bytesPerS) => {
            const c = { ...catheter(other.id, other), depth_max_um: 60000 }
            const { reason, nearest } = budget(c, mhz, bytesPerS)
            if (reason === codes.GOOD) return
            if (nearest === 0) {
                for (const any of [1000, 5000, 10000, 30000])
                    assert.is.not(budget(c, any, bytesPerS).reason, codes.GOOD)
                return
            }
            assert.is(budget(c, nearest, bytesPerS).reason, codes.GOOD)
            const beyond = nearest < mhz ? nearest + 1 : nearest - 1
            assert.is.not(budget(c, beyond, bytesPerS).reason, codes.GOOD)
            assert.ok(nearest >= FRAME_RATE_MIN_MHZ)
        }),
        { seed: 3, numRuns: 2000 }
    )
})

test("reciprocal pairs: each transmitter with itself and the next 13 elements", () => {
    const c = catheter("array-10mhz")
    const bytes = new Uint8Array(16)
    const pairs = new Set<number>()
    for (let i = 0; i < tableEntries(c); i++) {
        writeTableEntry(bytes, 0, c, i)
        pairs.add(bytes[2]! * 64 + bytes[3]!)
        assert.ok((bytes[3]! - bytes[2]! + 64) % 64 < 14)
        assert.is(bytes[0]! + 256 * bytes[1]!, i)
    }
    assert.is(pairs.size, 896)
})

test("pairs in both directions: 13 elements before and 13 after the transmitter", () => {
    const c = catheter("array-10mhz", { pair_span: 27, pair_lead: 13 })
    const bytes = new Uint8Array(16)
    assert.is(tableEntries(c), 1728)
    const receivers = Array.from({ length: 27 }, (_, i) => {
        writeTableEntry(bytes, 0, c, i)
        assert.is(bytes[2], 0)
        return bytes[3]
    })
    assert.equal(
        receivers,
        [
            51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
            11, 12, 13,
        ]
    )
})

test("six catheters, five of which need a line engine", () => {
    const all = allCatheters()
    assert.equal(
        all.map(c => c.id),
        [...CATHETER_IDS]
    )
    assert.equal(
        lineEngineCatheters().map(c => c.id),
        ["array-20mhz", "array-10mhz", "rotational-40mhz", "rotational-60mhz", "rotational-15mhz"]
    )
    assert.is(catheterOf("array-30mhz"), undefined)
    assert.is(catheterOf(""), undefined)
})

test.run()
