// The font of all pages: one file, so that text has the same width on every machine, and layouts are tested with what users see.

import { readFileSync } from "node:fs"
import { createRequire } from "node:module"

export interface FontFile {
    readonly type: string
    readonly body: string | Uint8Array
}

/** Inter, all weights, Latin. Characters of other scripts come from the fonts of the machine. */
const FILE = "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"

const CSS = `@font-face {
    font-family: "Inter";
    font-weight: 100 900;
    src: url("/inter.woff2") format("woff2");
}
`

/** @param path of a request @returns undefined: not a file of the font */
export function fontFile(path: string): FontFile | undefined {
    if (path === "/font.css") return { type: "text/css; charset=utf-8", body: CSS }
    if (path !== "/inter.woff2") return undefined
    return { type: "font/woff2", body: readFileSync(createRequire(import.meta.url).resolve(FILE)) }
}
