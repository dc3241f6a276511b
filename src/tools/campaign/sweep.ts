// The systematic part of the campaign: each write of each procedure lost once, each bit of each ramp register's write flipped once,
// each reply replaced once by zeros, ones and its neighbour, each bit of a reply flipped once,
// each reading turned into a write.

import type { Disturbed } from "../../../boards/virtual/spi/bus-disturber"
import { OP_WRITE, OP_WRITE_TABLE } from "../../shared/devices/line-engine"
import { CampaignCart } from "./campaign-cart"
import type { Case, CaseDisturbance, Step } from "./case"
import { runCase } from "./run-case"

const CART = { cart: 1, frontEnd: "line-engine" } as const

/** Each procedure once, as short as possible. */
const PROCEDURES: readonly (readonly Step[])[] = [
    [{ do: "home" }],
    [{ do: "home", stopAfterMs: 250 }],
    [{ do: "jog", speed: 5, holdMs: 300, stops: true }],
    [{ do: "jog", speed: -1, holdMs: 200, stops: false }],
    [{ do: "jog", speed: 1, holdMs: 400, stops: true, then: 4 }],
    [{ do: "live", ms: 100 }],
    [{ do: "pull", mode: "continuous", speed: 2, lengthMm: 1 }],
    [{ do: "pull", mode: "continuous", speed: 1, lengthMm: 5, then: 3, stopAfterMs: 400 }],
    [{ do: "pull", mode: "continuous", speed: 5, lengthMm: 3, stopAfterMs: 400 }],
    [{ do: "pull", mode: "stepped", speed: 2, lengthMm: 1 }],
    [{ do: "pull", mode: "gated", speed: 2, lengthMm: 1 }],
    [{ do: "jog", speed: 5, holdMs: 400, stops: true }, { do: "return" }],
    [
        { do: "jog", speed: 5, holdMs: 400, stops: true },
        { do: "return", stopAfterMs: 150 },
    ],
    [{ do: "calibrate", um: 2000, stopAfterMs: 1200 }],
    [{ do: "trip" }],
]

/** Of these, each bit is flipped: one of each kind of move. */
const BIT_BY_BIT = [0, 2, 6, 7, 8, 11].map(i => PROCEDURES[i]!)
const FRONT_SAMPLE = 20
const FIRST_RAMP = 0x20
const LAST_RAMP = 0x2d
/** Registers that move the sled when they are written: RAMPMODE, XACTUAL, AMAX, VMAX, DMAX, XTARGET. */
const MOVING = [0x20, 0x21, 0x26, 0x27, 0x28, 0x2d]
const WRONG_BITS_MAX = 3
const DATAGRAM_BITS = 40
/** Neighbouring bits are wrong at moments this many readings apart. */
const SPREAD = 7
const WRITE = 0x80
const REPLACED: readonly Disturbed[] = [
    { how: "replaced", by: "zeros" },
    { how: "replaced", by: "ones" },
    { how: "replaced", by: "previous" },
]

/** What a procedure does on the bus of each chip, undisturbed. */
interface Traffic {
    /** First byte of each datagram of the motor driver, in order. */
    readonly motor: number[]
    frontWrites: number
    frontReads: number
}

async function trafficOf(on: CampaignCart, steps: readonly Step[]): Promise<Traffic> {
    const traffic: Traffic = { motor: [], frontWrites: 0, frontReads: 0 }
    await runCase(on, { ...CART, steps }, ({ device, mosi }) => {
        if (device === "tmc5160") traffic.motor.push(mosi[0]!)
        else if (mosi[0] === OP_WRITE || mosi[0] === OP_WRITE_TABLE) traffic.frontWrites++
        else traffic.frontReads++
    })
    return traffic
}

/** First, middle and last of `count`. */
function places(count: number): number[] {
    return [...new Set([0, count >> 1, count - 1])].filter(n => n >= 0)
}

function lostWrites({ motor, frontWrites }: Traffic): CaseDisturbance[] {
    const count = motor.filter(byte => byte & WRITE).length
    // MISO is at either level in turn.
    const lost = (device: "motor" | "front", n: number): CaseDisturbance => ({
        ...({ what: "bus", device, how: { how: "lost", miso: n % 2 ? 1 : 0 }, atMs: 0 } as const),
        ...({ write: true, nth: n } as const),
    })
    // Loading a sequence is one long series of alike writes: a sample of it.
    const sample = Array.from({ length: FRONT_SAMPLE }, (_, i) =>
        Math.floor((i * frontWrites) / FRONT_SAMPLE)
    )
    return [
        ...Array.from({ length: count }, (_, n) => lost("motor", n)),
        ...(frontWrites > 0 ? [...new Set(sample)] : []).map(n => lost("front", n)),
    ]
}

function flippedBits({ motor }: Traffic): CaseDisturbance[] {
    const list: CaseDisturbance[] = []
    for (let address = FIRST_RAMP; address <= LAST_RAMP; address++) {
        const count = motor.filter(byte => byte === (address | WRITE)).length
        if (count === 0) continue
        for (let bit = 0; bit < DATAGRAM_BITS; bit++)
            list.push({
                ...({ what: "bus", device: "motor", atMs: 0 } as const),
                how: { how: "flipped", line: "mosi", bits: [bit] },
                ...{ writeOf: address, nth: bit % count },
            })
    }
    return list
}

function replacedReplies({ motor, frontReads }: Traffic): CaseDisturbance[] {
    const read = [...new Set(motor.filter(byte => !(byte & WRITE)))]
    const ofMotor = read.flatMap(address => {
        const count = motor.filter(byte => byte === address).length
        return places(count).flatMap(nth =>
            REPLACED.map(how => ({
                ...({ what: "bus", device: "motor", atMs: 0 } as const),
                ...{ how, replyOf: address, nth },
            }))
        )
    })
    const ofFront = places(frontReads).flatMap(nth =>
        REPLACED.map(how => ({ what: "bus", device: "front", atMs: 0, how, nth }) as const)
    )
    return [...ofMotor, ...ofFront]
}

/** Each bit of one reply of each register, at different moments of the procedure. */
function flippedReplies({ motor }: Traffic): CaseDisturbance[] {
    const read = [...new Set(motor.filter(byte => !(byte & WRITE)))]
    return read.flatMap(address => {
        const count = motor.filter(byte => byte === address).length
        return Array.from({ length: DATAGRAM_BITS }, (_, bit) => ({
            ...({ what: "bus", device: "motor", atMs: 0 } as const),
            how: { how: "flipped", line: "miso", bits: [bit] } as const,
            // Spread over the middle half.
            ...{ replyOf: address, nth: (count >> 2) + ((SPREAD * bit) % Math.max(1, count >> 1)) },
        }))
    })
}

function bitsBetween(a: number, b: number): number[] {
    return [0, 1, 2, 3, 4, 5, 6, 7].filter(bit => (a ^ b) & (0x80 >> bit))
}

/** Each register's reading turned into a write of a ramp register by up to three wrong bits of its address. */
function readsAsWrites({ motor }: Traffic): CaseDisturbance[] {
    const read = [...new Set(motor.filter(byte => !(byte & WRITE)))]
    return read.flatMap(address => {
        const count = motor.filter(byte => byte === address).length
        return MOVING.map(written => bitsBetween(address, written | WRITE))
            .filter(bits => bits.length <= WRONG_BITS_MAX)
            .map(bits => ({
                ...({ what: "bus", device: "motor", atMs: 0 } as const),
                how: { how: "flipped", line: "mosi", bits } as const,
                ...{ readOf: address, nth: count >> 1 },
            }))
    })
}

/** All cases of the sweep; takes as long as the undisturbed procedures. */
export async function sweepCases(): Promise<Case[]> {
    const cart = await CampaignCart.boot(CART)
    const cases: Case[] = []
    for (const steps of PROCEDURES) {
        const traffic = await trafficOf(cart, steps)
        const list = [...lostWrites(traffic), ...replacedReplies(traffic)]
        if (BIT_BY_BIT.includes(steps))
            list.push(
                ...flippedBits(traffic),
                ...flippedReplies(traffic),
                ...readsAsWrites(traffic)
            )
        for (const disturbance of list) cases.push({ ...CART, steps, disturbance })
    }
    cart.stop()
    return cases
}
