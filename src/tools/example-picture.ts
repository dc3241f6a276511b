// `npm run example`: creates the picture in the README from the files of a default pullback.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { PNG } from "pngjs"
import { main } from "../host/cli/main"

const FILE = "src/host/picture/example/pullback.png"
/** Frames with a wide lumen, plaque with shadow, compression. */
const FRAMES = ["0060", "0150", "0375"]

const folder = mkdtempSync(join(tmpdir(), "ivus-example-"))
const out = join(folder, "out")
process.exitCode = await main(["pullback", "--once", "--out", out])
const read = (name: string): PNG => PNG.sync.read(readFileSync(join(out, name)))
const sections = FRAMES.map(n => read(`cross-section-${n}.png`))
const along = read("longitudinal.png")
const side = sections[0]!.width
const width = Math.max(FRAMES.length * side, along.width)
const sheet = new PNG({ width, height: side + along.height, colorType: 0 })
for (let i = 3; i < sheet.data.length; i += 4) sheet.data[i] = 255
sections.forEach((section, i) => PNG.bitblt(section, sheet, 0, 0, side, side, i * side, 0))
const left = (width - along.width) >> 1
PNG.bitblt(along, sheet, 0, 0, along.width, along.height, left, side)
writeFileSync(FILE, PNG.sync.write(sheet, { colorType: 0 }))
rmSync(folder, { recursive: true })
