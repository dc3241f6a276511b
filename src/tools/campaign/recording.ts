// What happened in a case, as the operator and the instruments saw it: the input of the judge. The firmware's reports are in it
// only to be compared with the instruments.

/** Motion that the operator has requested. */
export interface RequestedMove {
    readonly what: string
    /** Largest speed, mm/s. */
    readonly speedMmPerS: number
    /** +1, -1, or 0 for both directions. */
    readonly towards: -1 | 0 | 1
    /** Moves to this stretch, whatever the direction; then `towards` is not used. */
    readonly bandMm?: readonly [number, number]
    /** The sled must stay within. */
    readonly withinMm: readonly [number, number]
    /** The move must have ended by then. */
    readonly limitS: number
}

/** Changes of what the sled may do, in order of time. */
export type Order = { readonly atUs: number } & (
    | { readonly kind: "move"; readonly move: RequestedMove }
    /** A stop; `afterMs` of reaction are allowed before the sled must brake. */
    | { readonly kind: "stop"; readonly what: string; readonly afterMs: number }
    /** The cart reports that no move is in progress. */
    | { readonly kind: "ended"; readonly what: string }
)

export interface ReportedPosition {
    /** When the cart read it, as late as possible. */
    readonly atUs: number
    readonly positionMm: number
    readonly homed: boolean
}

export interface ReportedRun {
    readonly atUs: number
    readonly outcome: number
}

/** A pullback as requested. */
export interface RequestedRun {
    readonly startedUs: number
    /** Least travel from its start to the end of its window. */
    readonly travelMm: number
}

export interface Recording {
    readonly fromUs: number
    readonly stepUs: number
    /** True position, from `fromUs` every `stepUs`. */
    readonly positionsMm: Float64Array
    /** Edges of the power stage; before the first one it is as `stageOn`. */
    readonly stageOn: boolean
    readonly stageEdges: readonly { readonly atUs: number; readonly on: boolean }[]
    readonly orders: readonly Order[]
    readonly positions: readonly ReportedPosition[]
    readonly runs: readonly ReportedRun[]
    readonly requestedRuns: readonly RequestedRun[]
    /** Faults that the cart reported. */
    readonly faults: readonly { readonly atUs: number; readonly code: number }[]
    /** Faults up to then were caused on purpose by the procedure. */
    readonly provokedUs: readonly { readonly fromUs: number; readonly toUs: number }[]
    /** A force or a slip that moves the sled by itself acts from then on. */
    readonly forcedFromUs: number | undefined
    /** The mechanical ends of the travel. */
    readonly endsMm: readonly [number, number]
    /** A switch with a short to ground never reads reached: the sled is stopped by its end. */
    readonly switchIsShorted: boolean
    /** The processor or its bus stands for this time, which is added to each stop. */
    readonly heldUs: { readonly fromUs: number; readonly toUs: number }
    /** The encoder is wrong from then on. */
    readonly encoderWrongFromUs: number | undefined
    /** What the cart said, for people. */
    readonly log: readonly { readonly atUs: number; readonly text: string }[]
}
