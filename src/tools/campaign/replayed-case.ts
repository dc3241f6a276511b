// The case that `--replay` names: as JSON, as a line of a results file, or by its number.

import type { Case, CaseDisturbance, Step } from "./case"

/** The text names no case. */
export class NoCase extends Error {}

/** Fields that a step needs, beside its name, with an example of each. */
const STEPS: Readonly<Record<Step["do"], object>> = {
    home: {},
    return: {},
    calibrate: { um: 1 },
    record: {},
    jog: { speed: 1, holdMs: 1, stops: true },
    live: { ms: 1 },
    pull: { mode: "continuous", speed: 1, lengthMm: 1 },
    trip: {},
    recover: {},
    wait: { ms: 1 },
}

/** The same for a disturbance. */
const DISTURBANCES: Readonly<Record<CaseDisturbance["what"], object>> = {
    bus: { device: "motor", how: {}, atMs: 1 },
    fault: { name: "jam", atMs: 1 },
    link: { how: "cut", atMs: 1 },
    restart: { atMs: 1 },
    setting: { atMs: 1 },
    hang: { atMs: 1, forMs: 1 },
    estop: { atMs: 1, forMs: 1 },
}

type Fields = Readonly<Record<string, unknown>>

function isObject(value: unknown): value is Fields {
    return typeof value === "object" && value !== null && !Array.isArray(value)
}

/** Whether `value` has a known name in `field`, and the fields that the name needs. */
function isOneOf(known: Readonly<Record<string, object>>, field: string, value: unknown): boolean {
    if (!isObject(value)) return false
    const name = value[field]
    if (typeof name !== "string" || !Object.hasOwn(known, name)) return false
    return Object.entries(known[name]!).every(([key, like]) => typeof value[key] === typeof like)
}

function isCase(value: unknown): boolean {
    if (!isObject(value)) return false
    const { cart, frontEnd, steps, disturbance } = value
    return (
        Number.isInteger(cart) &&
        (frontEnd === "line-engine" || frontEnd === "un0rick") &&
        Array.isArray(steps) &&
        steps.every(step => isOneOf(STEPS, "do", step)) &&
        (disturbance === undefined || isOneOf(DISTURBANCES, "what", disturbance))
    )
}

function parsed(text: string): unknown {
    try {
        return JSON.parse(text)
    } catch {
        return undefined
    }
}

/**
 * The case; of a line of a results file the smaller one where there is one, as the printed command has it.
 * @param numbered the case with a number, undefined if there is none
 * @throws NoCase with a sentence that says what is allowed
 */
export async function replayedCase(
    text: string,
    numbered: (n: number) => Promise<Case | undefined>
): Promise<Case> {
    if (/^\d{1,9}$/.test(text)) {
        const found = await numbered(Number(text))
        if (found) return found
        throw new NoCase(
            `there is no case ${text}; the last line of a run says how many there are.`
        )
    }
    const value = parsed(text)
    const c = isObject(value) ? (value.shrunk ?? value.case ?? value) : value
    if (isCase(c)) return c as Case
    throw new NoCase(
        "--replay needs a case: its number with the --seed or --sweep of its run, its line of the results file, or its JSON as a run prints it."
    )
}
