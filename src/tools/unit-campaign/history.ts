// What happened in a sequence, in order of time: what the technician and the environment did, and what the cart reported.

export type Entry = { readonly atUs: number } & (
    | { readonly kind: "down" | "up"; readonly button: number }
    /** What is shown says that the next START pulls back, with this speed and length. */
    | { readonly kind: "armed"; readonly speedMmPerS: number; readonly lengthMm: number }
    | { readonly kind: "cable" | "estop" | "host" | "stall"; readonly on: boolean }
    | { readonly kind: "restart"; readonly which: "unit" | "cart" }
    /** The cart told its state. */
    | { readonly kind: "state"; readonly state: number }
)

export type History = readonly Entry[]
