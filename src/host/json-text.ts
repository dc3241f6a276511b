// JSON as people and their editors write it.

/** Parses JSON that may begin with a byte order mark, which some editors write. @throws SyntaxError */
export function parseJson(text: string): unknown {
    return JSON.parse(text.replace(/^\uFEFF/, ""))
}
