// Messages to the user at the terminal.

/** Writes one line to standard error; standard output is for results. */
export function report(line: string): void {
    process.stderr.write(`${wrapped(line, process.stderr)}\n`)
}

/** Breaks lines between words at the width of a terminal; a file or a pipe gets them whole. */
export function wrapped(
    text: string,
    { isTTY, columns }: Pick<NodeJS.WriteStream, "isTTY" | "columns">
): string {
    if (!isTTY || !columns) return text
    return text
        .split("\n")
        .map(line => wrappedLine(line, columns))
        .join("\n")
}

function wrappedLine(line: string, columns: number): string {
    const lines = [""]
    for (const word of line.split(" ")) {
        const last = lines.at(-1)!
        if (last !== "" && last.length + 1 + word.length > columns) lines.push(word)
        else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`
    }
    // Indented and short lines stay as they are.
    return line.length <= columns ? line : lines.join("\n")
}
