// Example of the receiver library: prints what is in a capture. Run: npx tsx src/host/link/example/read-capture.ts
// out/capture.ivl

import { createReadStream } from "node:fs"
import { LinkReader } from "ivus-cart/link"

const reader = createReadStream(process.argv[2]!).pipe(new LinkReader())
let lines = 0
let brightest = 0
for await (const message of reader) {
    if (message.type === "description")
        console.log(`${message.fields.catheter}, ${message.fields.lines_per_frame} lines per frame`)
    if (message.type !== "lines" || message.test) continue
    for (const line of message.lines) {
        lines++
        brightest = Math.max(brightest, ...line.bytes)
    }
}
console.log(`${lines} lines, brightest sample ${brightest}`)
console.log(reader.complete ? "complete" : "cut before the end of the run", reader.faults)
