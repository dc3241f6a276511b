// What a run gives to and takes from its caller while it lasts.

import type { KeptOfFrames } from "../frames/frame-assembler"
import type { Operator } from "../run/operator"
import type { RunListener } from "../run/run-receiver"
import type { Progress, TakeBytes } from "../run/run-target"

export interface RunIo {
    readonly progress: Progress
    /** Prints a line that stays visible; left out, it is shown as progress. */
    readonly report?: (line: string) => void
    /** Takes the bytes from the board as they are received. */
    readonly onBytes?: TakeBytes
    /** Also gets the messages of the cart, for the log of the run. */
    readonly listener?: RunListener
    /** What the receiver keeps of the frames; the listener gets all of them. */
    readonly keeps?: KeptOfFrames
    /** Is waited for by a target that is faster than real time. */
    readonly room?: () => Promise<void> | undefined
    /** When aborted, the cart is stopped, and the run ends once the cart reports standstill. */
    readonly stop?: AbortSignal
    /** Is asked before each motion of the sled; left out, the virtual board moves freely and a real cart not at all. */
    readonly operator?: Operator
}
