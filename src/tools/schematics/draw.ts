// Draws a sheet of the netlist as SVG. Wires are named, not drawn across the sheet: equal names are connected, on all sheets.

import type { Netlist, Part, Pin } from "./netlist"

/** All in pixels of the drawing. */
const BODY = 210
const STUB = 26
const LABEL = 120
const COLUMN = BODY + 2 * (STUB + LABEL)
const PITCH = 20
const HEAD = 44
const GAP = 22
const TOP = 86
const MARGIN = 24

const SUPPLY = /^(3V3|5V.*|24V.*|HV.*)$/

const escape = (text: string): string =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

const text = (x: number, y: number, kind: string, content: string): string =>
    `<text x="${x}" y="${y}" class="${kind}">${escape(content)}</text>`

const line = (x1: number, y1: number, x2: number, y2: number): string =>
    `<path d="M${x1} ${y1}H${x2}V${y2}" class="wire"/>`

/** At most two pins, one a side, with names of a letter at most: a resistor, diode, fuse, contact, drawn on one line. */
function isSmall({ left, right }: Part): boolean {
    return (
        left.length === 1 &&
        right.length <= 1 &&
        [...left, ...right].every(([, name]) => name.length <= 1)
    )
}

function heightOf(part: Part): number {
    if (isSmall(part)) return 26
    return HEAD + PITCH * Math.max(part.left.length, part.right.length, 1) + 4
}

/** A pin's stub, number, name and net. `side` is -1 left, 1 right; `x` the edge of the body. */
function drawPin([number, name, net]: Pin, x: number, y: number, side: -1 | 1): string {
    const end = x + side * STUB
    const [inner, outer] = side < 0 ? ["start", "end"] : ["end", "start"]
    const kind = net === "GND" ? "gnd" : SUPPLY.test(net) ? "supply" : "net"
    return [
        line(x, y, end, y),
        number ? text(x + (side * STUB) / 2, y - 4, "number", number) : "",
        name ? text(x - side * 7, y + 4, `name ${inner}`, name) : "",
        text(end + side * 5, y + 4, `${kind} ${outer}`, net),
    ].join("")
}

function drawPart(part: Part, x: number, y: number): string {
    const height = heightOf(part)
    const at = isSmall(part) ? y + 13 : y + HEAD + PITCH / 2
    const pins = [
        ...part.left.map((pin, i) => drawPin(pin, x, at + PITCH * i, -1)),
        ...part.right.map((pin, i) => drawPin(pin, x + BODY, at + PITCH * i, 1)),
    ]
    const title = isSmall(part)
        ? `<text x="${x + BODY / 2}" y="${y + 17}" class="middle"><tspan class="ref">${part.ref}</tspan> ${escape(part.value)}</text>`
        : text(x + BODY / 2, y + 18, "ref middle", part.ref) +
          text(x + BODY / 2, y + 35, "value middle", part.value)
    const body = `<rect x="${x}" y="${y}" width="${BODY}" height="${height}" rx="${isSmall(part) ? 13 : 3}" class="body"/>`
    return `<g>${body}${title}${pins.join("")}</g>`
}

const STYLE = `text{font:13px sans-serif;fill:#1b1f24}.title{font-size:20px;font-weight:600}.ref{font-weight:700}.value{font-size:12px}.number{font-size:10px;text-anchor:middle;fill:#57606a}.name{font-size:12px}.net{font-family:monospace;fill:#0a5cad}.supply{font-family:monospace;fill:#b3261e}.gnd{font-family:monospace;fill:#57606a}.middle{text-anchor:middle}.start{text-anchor:start}.end{text-anchor:end}.body{fill:#fffdf5;stroke:#1b1f24;stroke-width:1.4}.wire{stroke:#1b1f24;stroke-width:1.2;fill:none}`

/** @param sheet a key of the netlist's sheets */
export function drawSheet({ sheets, parts }: Netlist, sheet: string): string {
    const drawn: string[] = []
    const ends: number[] = []
    for (const part of parts.filter(p => p.sheet === sheet)) {
        const y = ends[part.column] ?? TOP
        drawn.push(drawPart(part, MARGIN + part.column * COLUMN + STUB + LABEL, y))
        ends[part.column] = y + heightOf(part) + GAP
    }
    const width = 2 * MARGIN + COLUMN * ends.length
    const height = Math.max(...ends) + MARGIN - GAP
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<style>${STYLE}</style>
<rect width="100%" height="100%" fill="#fff"/>
${text(MARGIN, 38, "title", sheets[sheet]!)}
${text(MARGIN, 60, "value", "Equal names are connected, on all sheets. Not built yet; investigational, not for clinical use.")}
${drawn.join("\n")}
</svg>
`
}
