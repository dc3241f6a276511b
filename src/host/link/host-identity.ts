// What a host presents to every board that connects: its keys, random numbers and session numbers.

import type { Hello } from "../../shared/protocol/messages"

/** One identity serves all connections of a host. */
export interface HostIdentity {
    /** The key shared with a board, by {@link boardIdOf}; undefined if host and board were never paired. */
    keyOf(boardId: string): Uint8Array | undefined
    /** Whether boards without a key are accepted: on a lab bench only. */
    readonly insecure: boolean
    random(count: number): Uint8Array
    /** Number of the next session: greater than all earlier ones, never 0. */
    nextSession(): number
    /** The date that boards keep in their event log, in s since 1970 UTC; left out, they are told none. */
    unixS?(): number
    /** Whether no further board can be received, or this one is connected already; it is then rejected. */
    isBusy?(boardId: string): boolean
}

/** An identity with the same key for every board, or with none. */
export function fixedIdentity(
    key: Uint8Array | undefined,
    random: (count: number) => Uint8Array,
    unixS?: () => number
): HostIdentity {
    let sessions = 0
    return {
        keyOf: () => key,
        insecure: key === undefined,
        random,
        nextSession: () => ++sessions,
        ...(unixS && { unixS }),
    }
}

/** 16 hex digits, as on the board's label. */
export function boardIdOf(hello: Pick<Hello, "board_id_low" | "board_id_high">): string {
    return [hello.board_id_high, hello.board_id_low]
        .map(half => half.toString(16).padStart(8, "0"))
        .join("")
}
