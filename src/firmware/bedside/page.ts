// Breaks a text at words into the pages of a screen. Imports nothing, so that Node runs the same code as the VM.

/**
 * @param text ASCII; each of its lines ends with a line feed, and no word is longer than `columns`
 * @param page which one, from 0
 * @returns `rows` lines at most, each with a line feed before it; empty beyond the last page
 */
export function pageOf(text: string, columns: number, rows: number, page: number): string {
    let lines = ""
    let row = -page * rows
    let from = 0
    while (from < text.length) {
        let end = text.indexOf("\n", from)
        if (end > from + columns) {
            end = from + columns
            // The last blank at which the line fits; the second condition ends the loop for a word that is too long.
            while (text[end] !== " ") if (--end <= from) break
        }
        // Rows of earlier pages are negative, which is a large number here.
        if (row >>> 0 < rows) lines += "\n" + text.slice(from, end)
        ++row
        from = end + 1
    }
    return lines
}
