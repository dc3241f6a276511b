// One listener for several, and one that is called at times.

import type { RunListener } from "./run-receiver"

/** A listener that passes each call to all listeners, in their order. */
export function combineListeners(...all: readonly RunListener[]): RunListener {
    const names = new Set(all.flatMap(one => Object.keys(one)))
    const combined: Record<string, (...args: never[]) => void> = {}
    for (const name of names) {
        const callbacks = all.map(
            one => one[name as keyof RunListener] as ((...args: never[]) => void) | undefined
        )
        combined[name] = (...args) => {
            for (const callback of callbacks) callback?.(...args)
        }
    }
    return combined
}

/** A listener that is called only while a condition is met. */
export function onlyIf(isMet: () => boolean, listener: RunListener): RunListener {
    const guarded = Object.entries(listener).map(([name, call]) => [
        name,
        (...args: never[]): void => {
            if (isMet()) (call as (...args: never[]) => void)(...args)
        },
    ])
    return Object.fromEntries(guarded) as RunListener
}
