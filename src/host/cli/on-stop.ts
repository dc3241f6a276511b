// Responsible for: Ctrl-C of a command that ends in good order by it.
// Not for: commands that drop everything (pullback-command.ts).

/** npm passes a Ctrl-C on that its program has got from the terminal already: so soon it is the same one. */
const SAME_MS = 500

/**
 * The first Ctrl-C (or SIGTERM) ends the command in good order, another one at once.
 * @returns what takes the signals off again
 */
export function onStop(stop: () => void): { off: () => void } {
    let stoppedMs: number | undefined
    const hear = (): void => {
        if (stoppedMs === undefined) {
            stoppedMs = performance.now()
            stop()
        } else if (performance.now() - stoppedMs > SAME_MS) process.exit(130)
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
