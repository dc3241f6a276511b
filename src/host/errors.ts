// Errors that end a command with one sentence instead of a stack trace; each kind has its exit status.

import type { RunReceiver } from "./run/run-receiver"

/** Bad usage: exit status 2. The message is one sentence: what was wrong and what is allowed. */
export class UsageError extends Error {}

/** The cart refused or failed: exit status 1. The message is one sentence. */
export class RunError extends Error {
    /** What had been received of the run when it failed. */
    receiver?: RunReceiver
    /** Where the sled was last reported after the pullback had begun, mm from the home switch. */
    sledMm?: number
    /** The verdict on a run that this error ended; printed before the message. */
    verdict?: "Failed" | "Stopped"
}

/** The user stopped the run and the cart has stopped: exit status 130. */
export class Interrupted extends RunError {}
