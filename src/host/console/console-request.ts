// Parses and validates the requests that the console's page sends.

import * as v from "valibot"
import { DYNAMIC_RANGE_DB, GAIN_DB } from "../picture/picture"

/** Longest request, in bytes of UTF-8. */
export const REQUEST_MAX_BYTES = 256
/** Bounds for every catheter; the view checks the catheter's own range. */
const DEPTH_MM = [0, 100] as const
const FRAME_MAX = 0xffffff

function inRange(kind: string, [min, max]: readonly [number, number], unit: string) {
    const message = rejection(kind, `${min} to ${max} ${unit}`.trimEnd())
    return v.pipe(v.number(message), v.minValue(min, message), v.maxValue(max, message))
}

function numberRequest<const Kind extends string>(
    kind: Kind,
    range: readonly [number, number],
    unit: string
) {
    return v.object(
        { kind: v.literal(kind), value: inRange(kind, range, unit) },
        rejection(kind, `${range[0]} to ${range[1]} ${unit}`)
    )
}

function switchRequest<const Kind extends string>(kind: Kind) {
    const message = rejection(kind, "true or false")
    return v.object({ kind: v.literal(kind), value: v.boolean(message) }, message)
}

const FRAME_TEXT = rejection("frame", `a whole number from 0 to ${FRAME_MAX}`)
const ANSWER_TEXT = rejection("answer", "the number of the question that is shown")

const REQUESTS = [
    numberRequest("gain", GAIN_DB, "dB"),
    numberRequest("dynamic-range", DYNAMIC_RANGE_DB, "dB"),
    /** Displayed radius in mm from the catheter's centre. */
    numberRequest("depth", DEPTH_MM, "mm"),
    switchRequest("freeze"),
    /** Ring-down subtraction. */
    switchRequest("subtract"),
    /** true: live; false: standby. */
    switchRequest("transmit"),
    /** A person says yes to the question of this number. */
    v.object(
        { kind: v.literal("answer"), value: v.pipe(v.number(ANSWER_TEXT), v.integer(ANSWER_TEXT)) },
        ANSWER_TEXT
    ),
    /** The sled brakes. */
    v.object({ kind: v.literal("stop") }),
    /** Silences the cart's alarms for two minutes. */
    v.object({ kind: v.literal("pause-sound") }),
    /** The user has seen the warnings that are shown. */
    v.object({ kind: v.literal("acknowledge") }),
    /** Captures a ring-down reference. */
    v.object({ kind: v.literal("capture") }),
    /** Review only: index of the frame in the pullback, from 0. */
    v.object(
        {
            kind: v.literal("frame"),
            value: v.pipe(
                v.number(FRAME_TEXT),
                v.integer(FRAME_TEXT),
                v.minValue(0, FRAME_TEXT),
                v.maxValue(FRAME_MAX, FRAME_TEXT)
            ),
        },
        FRAME_TEXT
    ),
] as const

const KINDS = REQUESTS.map(request => request.entries.kind.literal).join(", ")

const RequestText = v.pipe(
    v.string(),
    v.maxBytes(REQUEST_MAX_BYTES, `it is longer than ${REQUEST_MAX_BYTES} bytes`),
    v.parseJson({}, "it is not valid JSON"),
    v.custom<object>(isObject, "it is not a JSON object"),
    v.variant("kind", REQUESTS, ({ input }) => `its kind is ${shortJson(input)}; use ${KINDS}`)
)

/** One request of the page: a JSON object in a text message. */
export type ConsoleRequest = v.InferOutput<(typeof REQUESTS)[number]>

/** A request, or the sentence by which it is refused. */
export type ParsedConsoleRequest =
    | { readonly request: ConsoleRequest; readonly refusal?: undefined }
    | { readonly request?: undefined; readonly refusal: string }

/** @param text untrusted text from the page */
export function parseConsoleRequest(text: string): ParsedConsoleRequest {
    const { success, output, issues } = v.safeParse(RequestText, text, { abortPipeEarly: true })
    return success ? { request: output } : { refusal: refusalOf(issues[0].message) }
}

function isObject(value: unknown): boolean {
    return typeof value === "object" && value !== null && !Array.isArray(value)
}

/** The sentence by which a request is refused. */
export function refusalOf(reason: string): string {
    return `The request was refused: ${reason}.`
}

function rejection(kind: string, allowed: string): (issue: v.BaseIssue<unknown>) => string {
    return ({ input }) => `${kind} is ${shortJson(input)}; allowed: ${allowed}`
}

/** A received value, short enough for a sentence. */
function shortJson(value: unknown): string {
    return (JSON.stringify(value) ?? "missing").slice(0, 40)
}
