// A self-contained HTML page: it loads nothing, and its security policy forbids loading.

import { htmlText } from "./html-text"

/** What the reports of carts and runs look like on a screen and on A4. */
const STYLE = `
:root { color-scheme: light }
body { font: 15px/1.5 system-ui, sans-serif; color: #1c232b; background: #fff; max-width: 1080px; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem; margin: 0 } h2 { font-size: 1.15rem; margin: 2rem 0 .3rem } p { margin: .3rem 0 .6rem }
.notice { font-weight: 600; color: #8a1c14 } .note, .skipped { color: #5b6570 }
.pass { color: #1c6b3c } p.pass { font-weight: 600 } .fail { color: #b3261e; font-weight: 700 }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 }
th, td { text-align: left; vertical-align: top; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid #dfe3e8 }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1.2rem } dt { color: #5b6570 } dd { margin: 0 }
svg { width: 100%; height: auto } @media print { h2 { break-after: avoid } svg, tr { break-inside: avoid } }
@page { size: A4; margin: 14mm }`

/**
 * @param title text
 * @param body HTML
 * @param style rules beside those of all pages
 */
export function htmlPage(title: string, body: string, style = ""): string {
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${htmlText(title)}</title>
<style>${STYLE}${style}</style>
</head>
<body>
${body}
</body>
</html>
`
}

/** Names and values, both text. */
export function factList(rows: readonly (readonly [name: string, value: string])[]): string {
    const items = rows.map(
        ([name, value]) => `<dt>${htmlText(name)}</dt><dd>${htmlText(value)}</dd>`
    )
    return `<dl>${items.join("\n")}</dl>`
}
