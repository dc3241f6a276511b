// The messages between the main thread of `ivus serve` and the thread of one cart.

import type { MessagePort } from "node:worker_threads"
import type { LogKind } from "../log/log-file"
import type { OnDiskFull } from "../runs/run-about"
import type { Notice } from "./notice"

/** What the thread of a cart gets at its start. */
export interface CartTask {
    readonly boardId: string
    /** Folder for the folders of runs; it exists. */
    readonly runs: string
    /** Folder of the ring-down references. */
    readonly references: string
    /** The bedside unit leads: live picture in a browser, gain and ring-down as the unit asks. */
    readonly bedside: boolean
    readonly onDiskFull: OnDiskFull
    /** Summaries have all timing figures. */
    readonly verbose: boolean
    /** Whether somebody can answer at the terminal. */
    readonly asks: boolean
}

/** To the thread of a cart. */
export type ToCart =
    /** The cart has connected, or connected again; its bytes come through this port. */
    | { readonly kind: "cart"; readonly port: MessagePort }
    /** The answer to a question is yes. */
    | { readonly kind: "yes"; readonly question: number }
    /** The results in progress are to be finished; then the thread ends. */
    | { readonly kind: "close" }
    /** The program exits now: what was received is to be on the disk when `done[0]` becomes 1, for which it waits. */
    | { readonly kind: "drop"; readonly done: Int32Array }

/** From the thread of a cart. */
export type FromCart =
    | { readonly kind: "say"; readonly notice: Notice }
    /** For the log only. */
    | { readonly kind: "log"; readonly entry: LogKind; readonly text: string }
    | {
          readonly kind: "ask"
          readonly question: number
          readonly what: string
          readonly text: string
      }
    | { readonly kind: "take back"; readonly question: number }
    | { readonly kind: "figures"; readonly figures: CartFigures }
    /** The connection of the cart has ended. */
    | { readonly kind: "left" }

/** A run whose record is not complete. */
export interface RunInProgress {
    readonly folder: string
    readonly catheter: string
    /** ms since 1970 UTC. */
    readonly beganMs: number
    /** It is over, and its results are being made. */
    readonly isReceived: boolean
}

export interface EndedRun {
    readonly folder: string
    readonly verdict: string
}

/** What the thread of a cart reports every second. */
export interface CartFigures {
    /** Its state in words; null before its first status. */
    readonly state: string | null
    /** Who is in control, in words. */
    readonly control: string | null
    readonly catheter: string | null
    /** Sentences of its alarms. */
    readonly alarms: readonly string[]
    readonly isInsecure: boolean
    readonly run: RunInProgress | null
    readonly lastRun: EndedRun | null
    /** Results are being made. */
    readonly resultsInProgress: boolean
    /** Address of its live picture. */
    readonly liveUrl: string | null
    /** Address of the review of its latest run. */
    readonly reviewUrl: string | null
    /** Since the thread started. */
    readonly runsEnded: Readonly<Record<string, number>>
    readonly bytes: number
    readonly linesReceived: number
    readonly linesMissing: number
    /** Longest delay of the thread's event loop since the report before, ms. */
    readonly delayMs: number
    readonly heapBytes: number
}
