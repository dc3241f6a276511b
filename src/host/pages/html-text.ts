// Text for the pages of a run.

/** @returns the text with the characters of HTML's own escaped */
export function htmlText(value: string): string {
    return value
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&quot;")
}
