// The errors that end a command with a sentence instead of a stack trace, and their exit status.

import type { RunReceiver } from "./run/run-receiver"

/** Bad usage: exit status 2. The message is one sentence that says what was wrong and what is allowed. */
export class UsageError extends Error {}

/** The cart refused or failed: exit status 1. The message is one sentence. */
export class RunError extends Error {
    /** What had been received of the run by then. */
    receiver?: RunReceiver
}

/** The user ended the run and the cart was stopped: exit status 130. */
export class Interrupted extends RunError {}
