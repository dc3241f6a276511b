// The default frame rate of each catheter, and which common frame rates fit each catheter.

import { Command } from "commander"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { CATHETER_IDS } from "../../../shared/acquisition/catheter-list"
import { UsageError } from "../../errors"
import { addLiveOptions, liveRequestOf } from "./live-options"
import { addPullbackOptions } from "../commands/pullback"
import { catheterOption } from "./catheter-option"
import { pullbackRequestOf } from "./pullback-request"

const test = suite("frame rates")

/** The frame rate of a pullback with these arguments. */
function rateOf(catheter: string, ...args: string[]): number {
    const command = new Command().addOption(catheterOption())
    addPullbackOptions(command)
    command.parse(["--catheter", catheter, "--length", "5", ...args], { from: "user" })
    return pullbackRequestOf(command.opts()).frameRateHz
}

test("the default is 30 where that fits, else the largest standard rate that does", () => {
    for (const id of CATHETER_IDS) assert.is(rateOf(id), id === "single-un0rick" ? 5 : 30, id)
    // 896 pairs of RF over one lane.
    assert.is(rateOf("array-20mhz", "--data", "elements"), 2)
    assert.is(rateOf("array-20mhz", "--data", "elements", "--pairs", "full"), 0.5)
    // The bus limits the rate.
    const wide = ["--lines", "512", "--samples", "512"]
    assert.is(rateOf("rotational-60mhz", ...wide), 15)
    assert.is(rateOf("rotational-60mhz", ...wide, "--bus", "quad"), 30)
    // The bus of a real cart is not known before it connects.
    assert.is(rateOf("rotational-60mhz", ...wide, "--target", "tcp:cart"), 15)
})

test("the live picture has the same default", () => {
    for (const catheter of CATHETER_IDS.filter(id => id !== "single-un0rick")) {
        const command = new Command()
        addLiveOptions(command)
        command.parse(["--catheter", catheter], { from: "user" })
        assert.is(liveRequestOf(command.opts()).frameRateHz, 30)
    }
})

/** Common rates that do not fit over one data lane, and the refusal with the nearest rate that fits. */
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

/** The planned rate; a refusal that NEAREST does not list fails with a message. */
function acceptedRate(id: string, rate: number): number {
    try {
        return rateOf(id, "--frame-rate", String(rate))
    } catch (error) {
        throw new Error(
            `${id} at ${rate} frames/s is refused, and NEAREST does not list it: ${(error as Error).message}`
        )
    }
}

for (const id of CATHETER_IDS)
    test(`${id} accepts common rates, or refuses one with the nearest that it accepts`, () => {
        for (const rate of [5, 10, 15, 30, 60, 90]) {
            const requested = (frameRate: string): number => rateOf(id, "--frame-rate", frameRate)
            const nearest = NEAREST[id]?.[rate]
            if (!nearest) {
                assert.is(acceptedRate(id, rate), rate)
                continue
            }
            try {
                requested(String(rate))
                assert.unreachable(`${id} at ${rate} was accepted`)
            } catch (error) {
                assert.instance(error, UsageError)
                const { message } = error as UsageError
                assert.match(message, nearest)
                const [, fits] = /([0-9.]+) frames\/s/.exec(message)!
                assert.is(requested(fits!), Number(fits))
            }
        }
    })

test.run()
