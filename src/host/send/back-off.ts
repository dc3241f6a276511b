// Tries again after growing pauses, until a time that a person allows.

import { SendError } from "./send-error"

/** Time as it is passed in: a test has its own. */
export interface Clock {
    nowMs(): number
    /** @throws when the signal is given */
    wait(ms: number, signal: AbortSignal): Promise<void>
}

const FIRST_MS = 1_000
const LONGEST_MS = 60_000

/**
 * Repeats what fails because the archive is away.
 * @param untilMs no attempt begins later than this
 * @param onPause told before each pause
 * @throws SendError of the last attempt
 */
export async function withRetries<T>(
    attempt: () => Promise<T>,
    untilMs: number,
    clock: Clock,
    signal: AbortSignal,
    onPause: (error: SendError, ms: number) => void
): Promise<T> {
    for (let pauseMs = FIRST_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_MS)) {
        try {
            return await attempt()
        } catch (error) {
            if (!(error instanceof SendError) || error.failure !== "away") throw error
            if (clock.nowMs() + pauseMs > untilMs) throw error
            onPause(error, pauseMs)
            await clock.wait(pauseMs, signal)
        }
    }
}
