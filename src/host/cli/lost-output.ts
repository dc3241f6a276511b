// What becomes of output that cannot be printed: its reader has left, or its disk is full.

/** Commands that go on without a reader of their output: they receive runs, and what they receive is on the disk. */
const GOING_ON: ReadonlySet<string> = new Set(["pullback", "replay", "serve", "simulate", "live"])

type Output = Pick<NodeJS.WriteStream, "on">

/**
 * Drops what cannot be printed. When the reader has left, as with `| head`, only a command that receives runs goes on; others
 * end quietly. Results that another command could not print make its exit status 1.
 * @param command the name of the command
 */
export function dropLostOutput(
    [stdout, stderr]: readonly [Output, Output],
    command: string | undefined,
    exit: (status: number) => void = process.exit
): void {
    const goesOn = GOING_ON.has(command ?? "")
    const onError = (error: NodeJS.ErrnoException): void => {
        if (error.code === "EPIPE" && !goesOn) exit(1)
    }
    stdout.on("error", (error: NodeJS.ErrnoException) => {
        if (!goesOn) process.exitCode = 1
        onError(error)
    })
    stderr.on("error", onError)
}
