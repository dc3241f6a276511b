// One listener for several.

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
