// One sequence of the campaign from the bedside unit: where it begins and what is done. A sequence is plain JSON.

import type { FindingKind } from "../campaign/judge"

/** Where a sequence begins; the unit is in control in all but the first. */
export const BASES = ["unhomed", "ready", "live", "armed", "pulling", "completed"] as const
export type Base = (typeof BASES)[number]

export type Action =
    /** Buttons are the numbers of src/shared/devices/bedside-unit.ts. */
    | { readonly do: "press" | "release"; readonly button: number }
    /** Pressed and let go. */
    | { readonly do: "tap"; readonly button: number; readonly ms: number }
    /** The contact opens and closes so many times, each for `ms`. */
    | {
          readonly do: "bounce"
          readonly button: number
          readonly times: number
          readonly ms: number
      }
    | { readonly do: "turn"; readonly clicks: number }
    /** The e-stop at the unit. */
    | { readonly do: "estop"; readonly on: boolean }
    /** The cable between unit and cart. */
    | { readonly do: "cable"; readonly on: boolean }
    /** The host answers and is there, or says nothing. */
    | { readonly do: "host"; readonly on: boolean }
    | { readonly do: "catheter"; readonly on: boolean }
    /** The sled is jammed. */
    | { readonly do: "stall"; readonly on: boolean }
    /** The program of the unit or of the cart starts again. */
    | { readonly do: "restart"; readonly which: "unit" | "cart" }
    | { readonly do: "wait"; readonly ms: number }

export interface Sequence {
    readonly base: Base
    readonly actions: readonly Action[]
}

/** What was unsafe or untrue: by the judge of the campaign, or of the unit. */
export interface UnitFinding {
    readonly kind: FindingKind | "firing" | "display" | "panic"
    readonly atUs: number
    readonly text: string
}

/** Waiting is no action. */
export function actionsIn(sequences: readonly Sequence[]): number {
    return sequences.reduce((n, s) => n + s.actions.filter(a => a.do !== "wait").length, 0)
}
