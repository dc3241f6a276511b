// Draws random cases: case number N of a seed is always the same.

import type { Disturbed } from "../../../boards/virtual/spi/bus-disturber"
import type { Case, CaseDisturbance, Step } from "./case"
import { Dice } from "./dice"

/** Cases in a row that share a cart, which is booted once. */
export const CASES_PER_CART = 150
/** One of this many carts has an un0rick. */
const UN0RICK_EVERY = 6

function jog(dice: Dice): Step {
    const speed = dice.of(0.5, 1, 2, 3, 5) * dice.of(1, 1, -1)
    const holdMs = dice.int(150, 900)
    const changed = dice.is(0.3) && { then: Math.sign(speed) * dice.of(0.5, 1, 2, 4, 5) }
    return { do: "jog", speed, holdMs, stops: dice.is(0.6), ...changed }
}

function pull(dice: Dice, frontEnd: Case["frontEnd"]): Step {
    const mode =
        frontEnd === "un0rick"
            ? "continuous"
            : dice.of("continuous", "continuous", "stepped", "gated")
    const speed = dice.of(0.5, 1, 2, 5, 10)
    const step = { do: "pull", mode, speed, lengthMm: speed >= 5 ? 3 : 1 } as const
    const stop = dice.is(0.35) && { stopAfterMs: dice.int(20, 1500) }
    if (mode !== "continuous") return { ...step, speed: dice.of(1, 2, 5), lengthMm: 1, ...stop }
    if (!dice.is(0.3)) return { ...step, ...stop }
    const [first, then] = dice.of([1, 2], [2, 1], [2, 4], [4, 2], [1, 3], [5, 2])
    return { ...step, speed: first, lengthMm: 5, then, ...stop }
}

function steps(dice: Dice, frontEnd: Case["frontEnd"]): Step[] {
    const stop = (within: number) => dice.is(0.3) && { stopAfterMs: dice.int(10, within) }
    const returns: Step = { do: "return", ...stop(500) }
    const first = dice.weighted<Step[]>(
        [18, () => [{ do: "home", ...stop(7000) }]],
        [20, () => [jog(dice)]],
        [4, () => [{ do: "live", ms: dice.int(50, 300) }]],
        [34, () => [pull(dice, frontEnd)]],
        [14, () => [{ do: "jog", speed: 5, holdMs: 500, stops: true }, returns]],
        [4, () => [{ do: "calibrate", um: dice.int(1, 8) * 1000, ...stop(4000) }]],
        [
            2,
            () => [
                { do: "calibrate", um: 3000 },
                { do: "calibrate", um: -3000, ...stop(2000) },
            ],
        ],
        [2, () => [{ do: "record" }]],
        [6, () => [{ do: "trip" }, { do: "recover" }]]
    )
    const then = dice.weighted<Step[]>(
        [55, () => []],
        [20, () => [jog(dice)]],
        [25, () => [{ do: "recover" }]]
    )
    return [...first, ...then]
}

/** About how long a step takes, ms. */
function durationMs(step: Step): number {
    switch (step.do) {
        case "home":
            return step.stopAfterMs ?? 9000
        case "calibrate":
            return step.stopAfterMs ?? Math.abs(step.um) / 1.33 + 300
        case "record":
            return 9000
        case "return":
            return step.stopAfterMs ?? 1500
        case "jog":
            return step.holdMs + 200
        case "live":
            return step.ms + 300
        case "pull":
            return Math.min(step.stopAfterMs ?? Infinity, 700 + (1000 * step.lengthMm) / step.speed)
        case "trip":
            return 800
        case "wait":
            return step.ms
        case "recover":
            return 0
    }
}

function bits(dice: Dice): number[] {
    const count = dice.of(1, 1, 2, 3)
    // Bits of one byte, or anywhere in a datagram.
    const from = dice.is(0.5) ? 8 * dice.int(0, 4) : undefined
    const drawn = Array.from({ length: count }, () =>
        from === undefined ? dice.int(0, 39) : from + dice.int(0, 7)
    )
    return [...new Set(drawn)]
}

function disturbed(dice: Dice, longestMs: number): Disturbed {
    return dice.weighted<Disturbed>(
        [20, () => ({ how: "lost", miso: dice.of(0, 1) })],
        [12, () => ({ how: "doubled" })],
        [8, () => ({ how: "delayed", ms: dice.int(1, longestMs) })],
        [30, () => ({ how: "flipped", line: "mosi", bits: bits(dice) })],
        [30, () => ({ how: "flipped", line: "miso", bits: bits(dice) })]
    )
}

function bus(dice: Dice, atMs: number): CaseDisturbance {
    const device = dice.of("motor", "motor", "motor", "motor", "motor", "front", "front", "fram")
    const base = { what: "bus", device } as const
    if (dice.is(0.3)) return { ...base, how: disturbed(dice, 3), atMs, forMs: dice.int(1, 50) }
    const how = disturbed(dice, 50)
    if (dice.is(0.4)) return { ...base, how, atMs }
    // Most transfers are reads: writes are chosen by their number.
    if (dice.is(0.5)) return { ...base, how, atMs, write: true }
    return { ...base, how, atMs: 0, write: true, nth: dice.int(0, 60) }
}

function fault(dice: Dice, frontEnd: Case["frontEnd"], atMs: number): CaseDisturbance {
    const what = "fault"
    const forMs = dice.int(1, 50)
    const brief = (name: string): CaseDisturbance => ({ what, name, atMs, forMs })
    const lasting = (name: string): CaseDisturbance =>
        dice.is(0.7) ? { what, name, atMs } : brief(name)
    const engine = frontEnd === "line-engine"
    return dice.weighted<CaseDisturbance>(
        [4, () => lasting(dice.of("home-switch-short", "home-switch-wire-cut"))],
        [4, () => lasting(dice.of("far-switch-short", "far-switch-wire-cut"))],
        [
            2,
            () => ({
                what,
                name: dice.of("home-switch-chatters", "far-switch-chatters"),
                atMs,
                forMs,
            }),
        ],
        [2, () => lasting("switch-cable-off")],
        [
            7,
            () =>
                lasting(
                    dice.of("encoder-dead", "encoder-reversed", "encoder-slip", "encoder-unplugged")
                ),
        ],
        [3, () => lasting(dice.of("undervoltage", "short", "over-temperature"))],
        [
            3,
            () => ({
                what,
                name: "encoder-jump",
                value: dice.int(30, 3000) * dice.of(1, -1),
                atMs,
            }),
        ],
        [3, () => lasting("stall")],
        [3, () => ({ what, name: "load", value: dice.of(-20, -10, 10, 20), atMs })],
        [2, () => ({ what, name: "screw-slip", value: dice.of(0.05, 0.2, 1), atMs })],
        [2, () => ({ what, name: "driver-reset", atMs })],
        [
            2,
            () => ({
                what,
                name: dice.of("estop-wire", "sense-low", "rearm-open", "motor-gate-open"),
                atMs,
            }),
        ],
        [4, () => lasting(dice.of("bus-all-ones", "bus-all-zeros", "bus-stuck"))],
        [engine ? 2 : 0, () => ({ what, name: dice.of("engine-reset", "engine-all-ones"), atMs })]
    )
}

/** The case with this number. */
export function drawCase(seed: number, n: number): Case {
    const dice = new Dice(seed, n)
    const block = Math.floor(n / CASES_PER_CART)
    const frontEnd = block % UN0RICK_EVERY === UN0RICK_EVERY - 1 ? "un0rick" : "line-engine"
    const planned = steps(dice, frontEnd)
    const atMs = dice.int(0, Math.round(planned.reduce((sum, s) => sum + durationMs(s), 100)))
    const disturbance = dice.weighted<CaseDisturbance>(
        [62, () => bus(dice, atMs)],
        [22, () => fault(dice, frontEnd, atMs)],
        [8, () => ({ what: "link", how: dice.of("cut", "silent"), atMs })],
        [3, () => ({ what: "restart", atMs })],
        [1, () => ({ what: "setting", atMs })],
        [4, () => ({ what: "hang", atMs, forMs: dice.int(20, 300) })],
        [6, () => ({ what: "estop", atMs, forMs: dice.int(5, 1000) })]
    )
    return { cart: seed * 100 + block, frontEnd, steps: planned, disturbance }
}
