// Responsible for: what the command line was asked wrongly; it ends with exit status 2.
// Not for: runs that fail (run/technician.ts, RunError), which end with 1.

/** The message is one sentence that says what was wrong and what is allowed. */
export class UsageError extends Error {}
