// Long work in steps of some milliseconds each, so that other events can run between them.

import { setImmediate as yieldToEventLoop } from "node:timers/promises"

/** Work that is interrupted wherever it yields. */
export type Steps<T> = Generator<undefined, T>

export function atOnce<T>(steps: Steps<T>): T {
    for (;;) {
        const step = steps.next()
        if (step.done) return step.value
    }
}

/** The caller changes nothing that the work reads. */
export async function inSteps<T>(steps: Steps<T>): Promise<T> {
    for (;;) {
        const step = steps.next()
        if (step.done) return step.value
        await yieldToEventLoop()
    }
}
