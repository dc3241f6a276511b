// Breaks text for the terminal at its width, with later lines indented.

/** Terminals are seldom narrower; wider lines are hard to read. */
const WIDTH = 80

/**
 * @param indent spaces before each line but the first
 * @param used characters that stand before the text on its first line
 */
export function indented(text: string, indent = 0, used = 0): string {
    const lines = [""]
    let left = WIDTH - used
    for (const word of text.split(/(?<=\S) (?=\S)/)) {
        const line = lines.at(-1)!
        if (line !== "" && line.length + 1 + word.length > left) {
            lines.push(word)
            left = WIDTH - indent
        } else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`
    }
    return lines.join(`\n${" ".repeat(indent)}`)
}
