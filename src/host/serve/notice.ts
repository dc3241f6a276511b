// What `ivus serve` tells: a sentence for people, and the same with its data as one line of JSON for programs.

import { logText } from "../log/log-text"
import { stampOf } from "../clock"

export type NoticeKind =
    | "listening" // the ports are open
    | "connection" // somebody connected, left, or was refused
    | "cart" // what a cart is and why it started
    | "alarm"
    | "control" // who is in control of a cart
    | "question" // asked at the terminal
    | "run" // a run began, ended or was completed by a later summary
    | "review" // a run can be looked at
    | "disk"
    | "thread" // the thread of a cart failed
    | "note"

export interface Notice {
    readonly kind: NoticeKind
    /** May have several lines. */
    readonly text: string
    /** The cart that it is about. */
    readonly board?: string
    /** For programs only, in snake_case. */
    readonly data?: Readonly<Record<string, unknown>>
}

export type Say = (notice: Notice) => void

/** Its text with the name of its cart, harmless for a terminal. */
export function noticeText({ board, text }: Notice): string {
    const whole = board === undefined ? text : `cart ${board}: ${text}`
    return whole.split("\n").map(logText).join("\n")
}

/** One line of JSON. @param ms the time, since 1970 UTC */
export function noticeJson({ kind, board, text, data }: Notice, ms: number): string {
    return JSON.stringify({ time: stampOf(ms), kind, board: board ?? null, text, ...data })
}
