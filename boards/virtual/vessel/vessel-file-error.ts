// Responsible for: the reasons for which a vessel file is refused.
// Not for: finding them (vessel-csv.ts, vessel-check.ts).

/** Why a vessel file was refused. */
export type VesselFileErrorCode =
    | "empty"
    | "not-csv"
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

/** A vessel file that cannot be used; the message is one sentence: what was wrong, what is allowed. */
export class VesselFileError extends Error {
    constructor(
        readonly code: VesselFileErrorCode,
        message: string
    ) {
        super(message)
        this.name = "VesselFileError"
    }
}

/** Millimetres as they stand in a message. */
export function mm(value: number): string {
    return `${Number(value.toFixed(3))} mm`
}

/** @throws VesselFileError */
export function refuse(code: VesselFileErrorCode, message: string): never {
    throw new VesselFileError(code, message)
}
