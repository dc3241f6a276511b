// Responsible for: what the console's page may ask for: read from its text, its kind and its range checked.
// Not for: whether it fits the picture that is shown (live-view.ts, review-view.ts), or doing it.

import { DYNAMIC_RANGE_DB, GAIN_DB } from "../picture/picture"

/** One request of the page, a JSON object on a line of its own. */
export type ConsoleRequest =
    | { readonly ask: "gain"; readonly value: number }
    | { readonly ask: "dynamic-range"; readonly value: number }
    /** Radius that is shown, mm from the catheter's centre. */
    | { readonly ask: "depth"; readonly value: number }
    | { readonly ask: "freeze"; readonly value: boolean }
    | { readonly ask: "subtract"; readonly value: boolean }
    /** Live or standby. */
    | { readonly ask: "transmit"; readonly value: boolean }
    | { readonly ask: "capture" }
    /** In review: number of the frame in the pullback, from 0. */
    | { readonly ask: "frame"; readonly value: number }

/** Longer is no request of ours. */
export const REQUEST_MAX_BYTES = 256
/** Of depths every catheter has its own; none lies outside. */
const DEPTH_MM = [0, 100] as const
const FRAMES_MAX = 0xffffff

type Kind = ConsoleRequest["ask"]

/** Which values a request may have: a range with its unit, a switch, none. */
const VALUES: Readonly<Record<Kind, readonly [number, number, string] | "switch" | "none">> = {
    gain: [...GAIN_DB, "dB"],
    "dynamic-range": [...DYNAMIC_RANGE_DB, "dB"],
    depth: [...DEPTH_MM, "mm"],
    freeze: "switch",
    subtract: "switch",
    transmit: "switch",
    capture: "none",
    frame: [0, FRAMES_MAX, ""],
}

/** A request, or the sentence by which it is refused. */
export type ParsedConsoleRequest =
    | { readonly ask: ConsoleRequest; readonly refusal?: undefined }
    | { readonly ask?: undefined; readonly refusal: string }

/** @param text as it came from the page; anything may stand in it */
export function parseConsoleRequest(text: string): ParsedConsoleRequest {
    if (Buffer.byteLength(text) > REQUEST_MAX_BYTES)
        return refused(`it is longer than ${REQUEST_MAX_BYTES} bytes`)
    let parsed: unknown
    try {
        parsed = JSON.parse(text)
    } catch {
        return refused("it is no JSON")
    }
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
        return refused("it is no JSON object")
    const { ask: kind, value } = parsed as Record<string, unknown>
    if (typeof kind !== "string" || !Object.hasOwn(VALUES, kind))
        return refused(`it asks for ${shown(kind)}; ${Object.keys(VALUES).join(", ")} are allowed`)
    const allowed = VALUES[kind as Kind]
    if (allowed === "none") return { ask: { ask: kind } as ConsoleRequest }
    if (allowed === "switch")
        return typeof value === "boolean"
            ? { ask: { ask: kind, value } as ConsoleRequest }
            : refused(`${kind} is ${shown(value)}; true or false are allowed`)
    const [min, max, unit] = allowed
    const good =
        typeof value === "number" &&
        value >= min &&
        value <= max &&
        (kind !== "frame" || Number.isInteger(value))
    if (!good)
        return refused(
            `${kind} is ${shown(value)}; ${min} to ${max} ${unit}`.trimEnd() + " are allowed"
        )
    return { ask: { ask: kind, value } as ConsoleRequest }
}

function refused(why: string): ParsedConsoleRequest {
    return { refusal: `The request was not taken: ${why}.` }
}

/** What came, short enough for a sentence. */
function shown(value: unknown): string {
    return (JSON.stringify(value) ?? "missing").slice(0, 40)
}
