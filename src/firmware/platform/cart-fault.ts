// Responsible for: how a driver says that it cannot go on.
// Not for: what the cart does then (../cart).

/** Thrown by drivers; `code` is one of the FAULT_ codes of wire/reasons.ts, `value` what was found. */
export class CartFault extends Error {
    constructor(
        public code: number,
        public value: number
    ) {
        super("fault " + code)
    }
}
