// Draws random sequences of actions at the bedside unit: sequence number N of a seed is always the same.

import * as unit from "../../shared/devices/bedside-unit"
import { Dice } from "../campaign/dice"
import { type Action, BASES, type Sequence } from "./action"

/** Actions of one sequence, without waits. */
export const ACTIONS_PER_SEQUENCE = 25
/** The buttons that only work while they are held. */
const HELD = [unit.BUTTON_JOG_DISTAL, unit.BUTTON_JOG_PROXIMAL, unit.BUTTON_RETURN] as const
const OTHERS = [
    unit.BUTTON_LIVE,
    unit.BUTTON_ARM,
    unit.BUTTON_START,
    unit.BUTTON_HOME,
    unit.BUTTON_RELEASE,
    unit.BUTTON_ACK,
    unit.BUTTON_DIAL,
] as const

const wait = (dice: Dice, most: number): Action => ({ do: "wait", ms: dice.int(0, most) })
const tap = (dice: Dice, button: number, most = 200): Action[] => [
    { do: "tap", button, ms: dice.int(20, most) },
    wait(dice, dice.of(60, 250, 500)),
]

function held(dice: Dice): Action[] {
    return [
        { do: "tap", button: dice.of(...HELD), ms: dice.int(30, dice.of(200, 900)) },
        wait(dice, dice.of(50, 300)),
    ]
}

/** The next presses of a procedure, one after the other. */
function procedure(dice: Dice): Action[] {
    const chain = dice.of<readonly number[]>(
        [unit.BUTTON_LIVE, unit.BUTTON_ARM, unit.BUTTON_START],
        [unit.BUTTON_ARM, unit.BUTTON_START],
        [unit.BUTTON_ACK, unit.BUTTON_ACK, unit.BUTTON_HOME],
        [unit.BUTTON_START, unit.BUTTON_START],
        [unit.BUTTON_RELEASE, unit.BUTTON_RELEASE]
    )
    return chain.flatMap((button): Action[] => [
        { do: "tap", button, ms: dice.int(50, 150) },
        { do: "wait", ms: dice.of(60, 200, 300) },
    ])
}

/** A second button is pressed before the first one is let go. */
function together(dice: Dice): Action[] {
    const [first, second] = dice.of<readonly [number, number]>(
        [unit.BUTTON_JOG_DISTAL, unit.BUTTON_JOG_PROXIMAL],
        [unit.BUTTON_JOG_PROXIMAL, unit.BUTTON_JOG_DISTAL],
        [dice.of(...HELD), unit.BUTTON_START],
        [unit.BUTTON_ARM, unit.BUTTON_START],
        [dice.of(...OTHERS), dice.of(...OTHERS)]
    )
    if (first === second) return held(dice)
    return [
        { do: "press", button: first },
        wait(dice, 300),
        { do: "tap", button: second, ms: dice.int(20, 300) },
        wait(dice, 200),
        { do: "release", button: first },
        wait(dice, 300),
    ]
}

function bounce(dice: Dice): Action[] {
    const button = dice.of(...HELD, ...OTHERS)
    return [{ do: "bounce", button, times: dice.int(2, 12), ms: dice.int(2, 25) }, wait(dice, 600)]
}

/** Something goes away and comes back. */
function away(dice: Dice, what: "estop" | "cable" | "host" | "catheter" | "stall"): Action[] {
    // Pressed and jammed are "on" while the others are "off".
    const on = what === "estop" || what === "stall"
    return [
        { do: what, on },
        wait(dice, dice.of(200, 1200)),
        ...tap(dice, dice.of(...HELD, ...OTHERS)),
        { do: what, on: !on },
        wait(dice, 600),
    ]
}

function step(dice: Dice): Action[] {
    return dice.weighted<Action[]>(
        [34, () => tap(dice, dice.of(...OTHERS, unit.BUTTON_START))],
        [14, () => held(dice)],
        [16, () => procedure(dice)],
        [9, () => together(dice)],
        [5, () => bounce(dice)],
        [8, () => [{ do: "turn", clicks: dice.of(1, -1, 1, -1, 3, -5) }, wait(dice, 300)]],
        // Held for too long.
        [0.5, () => [...tap(dice, dice.of(...OTHERS), 11_000)]],
        [3, () => away(dice, "estop")],
        [4, () => away(dice, "cable")],
        [2, () => away(dice, "host")],
        [2, () => away(dice, "catheter")],
        [2, () => away(dice, "stall")],
        [1, () => [{ do: "restart", which: "unit" }, wait(dice, 2500)]],
        [1, () => [{ do: "restart", which: "cart" }, wait(dice, 2500)]]
    )
}

/** The sequence with this number. */
export function drawSequence(seed: number, n: number, length = ACTIONS_PER_SEQUENCE): Sequence {
    const dice = new Dice(seed, n)
    const actions: Action[] = []
    let count = 0
    while (count < length) {
        const next = step(dice)
        actions.push(...next)
        count += next.filter(a => a.do !== "wait").length
    }
    return { base: BASES[n % BASES.length]!, actions }
}
