// Damage to a byte stream in transit, as values that fast-check generates and shrinks.

import * as fc from "fast-check"
import { concat } from "./test-board"

/** One kind of damage. Positions are fractions of the length, so that they fit every stream. */
type Damage =
    | { readonly kind: "flip"; at: number; bit: number }
    | { readonly kind: "drop" | "double"; at: number; length: number }
    | { readonly kind: "insert"; at: number; bytes: Uint8Array }
    | { readonly kind: "cut"; at: number }
    | { readonly kind: "swap"; at: number; to: number; length: number }
    | { readonly kind: "splice"; at: number; from: number; length: number }

// Not fc.double: its values crowd around 0.
const fraction = fc.integer({ min: 0, max: 9999 }).map(n => n / 10_000)
/** A few bytes, about a header, about a burst, or any length. */
const stretch = fc.oneof(
    fc.integer({ min: 1, max: 8 }),
    fc.integer({ min: 56, max: 72 }),
    fc.integer({ min: 1, max: 400 })
)
export const damage: fc.Arbitrary<Damage> = fc.oneof(
    fc.record({
        kind: fc.constant("flip" as const),
        at: fraction,
        bit: fc.nat(7),
    }),
    fc.record({
        kind: fc.constantFrom("drop" as const, "double" as const),
        at: fraction,
        length: stretch,
    }),
    fc.record({
        kind: fc.constant("insert" as const),
        at: fraction,
        bytes: fc.uint8Array({ minLength: 1, maxLength: 80 }),
    }),
    fc.record({ kind: fc.constant("cut" as const), at: fraction }),
    fc.record({
        kind: fc.constant("swap" as const),
        at: fraction,
        to: fraction,
        length: stretch,
    }),
    fc.record({
        kind: fc.constant("splice" as const),
        at: fraction,
        from: fraction,
        length: stretch,
    })
)

export function applyDamage(bytes: Uint8Array, d: Damage, other: Uint8Array): Uint8Array {
    const at = Math.floor(d.at * bytes.length)
    const head = bytes.subarray(0, at)
    switch (d.kind) {
        case "flip": {
            const flipped = Uint8Array.from(bytes)
            if (at < flipped.length) flipped[at]! ^= 1 << d.bit
            return flipped
        }
        case "drop":
            return concat([head, bytes.subarray(at + d.length)])
        case "double":
            return concat([head, bytes.subarray(at, at + d.length), bytes.subarray(at)])
        case "insert":
            return concat([head, d.bytes, bytes.subarray(at)])
        case "cut":
            return head
        case "swap": {
            const moved = bytes.subarray(at, at + d.length)
            const rest = concat([head, bytes.subarray(at + d.length)])
            const to = Math.floor(d.to * rest.length)
            return concat([rest.subarray(0, to), moved, rest.subarray(to)])
        }
        case "splice": {
            const from = Math.floor(d.from * other.length)
            const strange = other.subarray(from, from + d.length)
            return concat([head, strange, bytes.subarray(at)])
        }
    }
}

/** Complete bursts lost, duplicated or reordered, as by a retransmitting network. */
type Reorder = { kind: "drop" | "double" | "move"; at: number; to: number }
export const reorder: fc.Arbitrary<Reorder> = fc.record({
    kind: fc.constantFrom("drop", "double", "move"),
    at: fraction,
    to: fraction,
})

export function reordered<T>(sent: readonly T[], r: Reorder): T[] {
    const result = [...sent]
    if (sent.length === 0) return result
    const at = Math.floor(r.at * sent.length)
    const to = Math.floor(r.to * sent.length)
    const burst = result[at]!
    if (r.kind !== "double") result.splice(at, 1)
    if (r.kind !== "drop") result.splice(to, 0, burst)
    return result
}
