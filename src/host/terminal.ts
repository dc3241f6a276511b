// Messages to the user at the terminal.

/** Writes one line to standard error; standard output is for results. */
export function report(line: string): void {
    process.stderr.write(`${line}\n`)
}
