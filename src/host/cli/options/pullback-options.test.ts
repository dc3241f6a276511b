// Responsible for: the frame rate that each catheter gets, and which others fit: every catheter at the field's rates.
// Not for: other options (hil-tests/cli/command-line.test.ts).

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { CATHETER_IDS } from "../../../shared/acquisition/catheter-list"
import { parseLive } from "./live-options"
import { parseRequest, type RequestOptions } from "./pullback-options"
import { UsageError } from "../../errors"

const test = suite("frame rates")

const OPTIONS = {
    ...{ target: "virtual", speed: "1", length: "5", bus: "single" },
    ...{ mode: "continuous", changeSpeed: [] as string[] },
}

const rateOf = (catheter: string, more: Partial<RequestOptions> = {}): number =>
    parseRequest({ ...OPTIONS, catheter, ...more }).request.frameRateHz

test("left out it is 30 where that fits, else the largest standard rate that does", () => {
    for (const id of CATHETER_IDS) assert.is(rateOf(id), id === "single-un0rick" ? 5 : 30, id)
    // 896 pairs of RF over one lane.
    const data = "elements"
    assert.is(rateOf("array-20mhz", { data }), 2)
    assert.is(rateOf("array-20mhz", { data, pairs: "full" }), 0.5)
    // What carries the lines counts.
    const wide = { lines: "512", samples: "512" }
    assert.is(rateOf("rotational-60mhz", wide), 15)
    assert.is(rateOf("rotational-60mhz", { ...wide, bus: "quad" }), 30)
    // A real cart's path is not known before it comes.
    assert.is(rateOf("rotational-60mhz", { ...wide, target: "tcp:cart" }), 15)
})

test("the live picture has the same", () => {
    const options = {
        ...{ target: "virtual", port: "1", seed: "1", consolePort: "0" },
        out: "out/live.png",
    }
    for (const catheter of CATHETER_IDS.filter(id => id !== "single-un0rick"))
        assert.is(parseLive({ ...options, catheter }).request.frameRateHz, 30)
})

/** Where the field's rates do not fit over one lane: the nearest that does, in words, by the tightest limit. */
const NEAREST: Readonly<Record<string, Readonly<Record<number, RegExp>>>> = {
    // 0.85 · 40 Mbit/s over 256 lines of 280 bytes.
    "array-20mhz": { 60: /bus.*; up to 59\.29/, 90: /bus.*; up to 59\.29/ },
    // 896 firings of 19.5 + 4 us.
    "array-10mhz": { 60: /longer than a frame; up to 47\.53/, 90: /up to 47\.53/ },
    // 600 to 1800 rpm, of which the engine's rotor goes down to 900.
    "rotational-40mhz": {
        5: /from 15\.00/,
        10: /from 15\.00/,
        60: /rotor .*; up to 30\.00/,
        90: /up to 30\.00/,
    },
    "rotational-60mhz": {
        5: /from 15\.00/,
        10: /from 15\.00/,
        90: /bus.*; up to 66\.94/,
    },
    "rotational-15mhz": {
        5: /from 15\.00/,
        10: /from 15\.00/,
        60: /rotor .*; up to 30\.00/,
        90: /up to 30\.00/,
    },
    // 25 lines of 4.9 ms.
    "single-un0rick": {
        10: /up to 8\.18/,
        15: /up to 8\.18/,
        30: /up to 8\.18/,
        60: /up to 8\.18/,
        90: /up to 8\.18/,
    },
}

for (const id of CATHETER_IDS)
    test(`${id} at the field's rates: taken, or refused with the nearest, which is taken`, () => {
        for (const rate of [5, 10, 15, 30, 60, 90]) {
            const asked = (frameRate: string): number => rateOf(id, { frameRate })
            const nearest = NEAREST[id]![rate]
            if (!nearest) {
                assert.is(asked(String(rate)), rate)
                continue
            }
            try {
                asked(String(rate))
                assert.unreachable(`${id} at ${rate} was taken`)
            } catch (error) {
                assert.instance(error, UsageError)
                const { message } = error as UsageError
                assert.match(message, nearest)
                const [, fits] = /([0-9.]+) frames\/s/.exec(message)!
                assert.is(asked(fits!), Number(fits))
            }
        }
    })

test.run()
