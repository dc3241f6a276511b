// What is wrong with a cart, and how the operator ends a fault.

/** Two sentences: the finding and what to do. */
export interface Finding {
    readonly what: string
    readonly todo: string
}

/** Continues a sentence that says what to do about a fault. */
export const ACKNOWLEDGE = "run `ivus return`, which asks for the acknowledgement"
