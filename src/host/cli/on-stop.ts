// Responsible for: Ctrl-C of a command that ends in good order by it.
// Not for: what good order is.

/**
 * The same Ctrl-C comes again: npm passes on what its program has got from the terminal already, and a library that tidies up
 * (when-exit, of the DeviceScript tools) sends it anew. So soon it is the same one.
 */
const SAME_MS = 500

/**
 * The first Ctrl-C (or SIGTERM) ends the command in good order, another one at once.
 * @param atOnce what is done before the program exits with 130 by the second
 * @returns what takes the signals off again
 */
export function onStop(
    stop: () => void,
    atOnce: () => void = () => undefined
): { off: () => void } {
    let [isStopping, isAnother] = [false, false]
    const hear = (): void => {
        if (!isStopping) {
            isStopping = true
            // Behind whatever waited while the event loop was busy: that is still the same one.
            setTimeout(() => setImmediate(() => void (isAnother = true)).unref(), SAME_MS).unref()
            stop()
        } else if (isAnother) {
            atOnce()
            process.exit(130)
        }
    }
    process.on("SIGINT", hear)
    process.on("SIGTERM", hear)
    return {
        // Not at once: the second one of the same Ctrl-C may be on its way.
        off: () =>
            void setTimeout(() => {
                process.off("SIGINT", hear)
                process.off("SIGTERM", hear)
            }, SAME_MS).unref(),
    }
}
