// Error codes of rejected vessel files.

/** Reason for rejecting a vessel file. */
export type VesselFileErrorCode =
    | "empty"
    | "not-csv"
    | "not-json"
    | "field"
    | "layers"
    | "columns"
    | "number"
    | "too-large"
    | "sections"
    | "points"
    | "z-order"
    | "open"
    | "crossing"
    | "catheter"
    | "length"
    | "depth"

/** A vessel file that cannot be used; the message says what was wrong and what is allowed. */
export class VesselFileError extends Error {
    constructor(
        readonly code: VesselFileErrorCode,
        message: string
    ) {
        super(message)
        this.name = "VesselFileError"
    }
}

/** Millimetres as printed in messages. */
export function mm(value: number): string {
    return `${Number(value.toFixed(3))} mm`
}

/** @throws VesselFileError */
export function refuse(code: VesselFileErrorCode, message: string): never {
    throw new VesselFileError(code, message)
}
