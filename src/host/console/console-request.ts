// Parses and validates the requests that the console's page sends.

import * as v from "valibot"

/** Longest request, in bytes of UTF-8. */
export const REQUEST_MAX_BYTES = 256
const FRAME_MAX = 2 ** 40

function switchRequest<const Kind extends string>(kind: Kind) {
    const message = rejection(kind, "true or false")
    return v.object({ kind: v.literal(kind), value: v.boolean(message) }, message)
}

const DRAWN_TEXT = rejection("drawn", `the number of a frame`)
const ANSWER_TEXT = rejection("answer", "the number of the question that is shown")

const REQUESTS = [
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
    /** The page has drawn the frame of this number; it can take the next. */
    v.object(
        {
            kind: v.literal("drawn"),
            value: v.pipe(
                v.number(DRAWN_TEXT),
                v.integer(DRAWN_TEXT),
                v.minValue(0, DRAWN_TEXT),
                v.maxValue(FRAME_MAX, DRAWN_TEXT)
            ),
        },
        DRAWN_TEXT
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
