// Ctrl-C, SIGTERM and a closed terminal, for commands that finish their work before they exit.

/**
 * One Ctrl-C may arrive twice: npm passes on the signal that its program has already received from the terminal, and a
 * library that cleans up (when-exit, of the DeviceScript tools) sends it again. Signals within this time count as one.
 */
const SAME_MS = 500

/** SIGHUP arrives when the window of the terminal, or its ssh connection, is closed. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const

/**
 * Calls `stop` on the first Ctrl-C (or SIGTERM, or SIGHUP). The second one exits at once with status 130.
 * @param atOnce called before that exit
 * @returns an object that removes the handlers
 */
export function onStop(
    stop: () => void,
    atOnce: () => void = () => undefined
): { off: () => void } {
    let [isStopping, isAnother] = [false, false]
    const onSignal = (): void => {
        if (!isStopping) {
            isStopping = true
            // After the timers: signals that waited while the event loop was busy still belong to the first one.
            setTimeout(() => setImmediate(() => void (isAnother = true)).unref(), SAME_MS).unref()
            stop()
        } else if (isAnother) {
            atOnce()
            process.exit(130)
        }
    }
    for (const signal of SIGNALS) process.on(signal, onSignal)
    return {
        // Later, as the second signal of the same Ctrl-C may still arrive.
        off: () =>
            void setTimeout(() => {
                for (const signal of SIGNALS) process.off(signal, onSignal)
            }, SAME_MS).unref(),
    }
}
