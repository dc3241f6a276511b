// Responsible for: a text broken at words into pages of a screen.
// Not for: what is shown (display.ts). Imports nothing, so that Node runs it as the VM does.

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
            // The blank before which it still fits; the second condition only keeps a longer word from running for ever.
            while (text[end] !== " ") if (--end <= from) break
        }
        // Those of earlier pages are negative, which is far beyond the last here.
        if (row >>> 0 < rows) lines += "\n" + text.slice(from, end)
        ++row
        from = end + 1
    }
    return lines
}
