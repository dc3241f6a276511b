// The exception by which drivers report a fault.

/** `code` is one of the FAULT_ codes, `value` the measured or read value. */
export class CartFault extends Error {
    constructor(
        public code: number,
        public value: number
    ) {
        super("fault " + code)
    }
}
