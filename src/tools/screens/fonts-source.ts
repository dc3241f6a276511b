// The text of src/firmware/bedside/screens/fonts.ts, made from the glyphs.

import { formatted } from "./formatted"
import { FONT_SOURCES, type FontSource, type Glyph } from "./glyphs"

export const FONTS_FILE = "src/firmware/bedside/screens/fonts.ts"
const BYTES_A_LINE = 60

/** As the pixels of an Image: column by column, whole bytes, the lowest bit on top. */
function bytesOf(glyph: Glyph, isDark: boolean): number[] {
    const bytes: number[] = []
    for (let x = 0; x < glyph[0]!.length; x++)
        for (let top = 0; top < glyph.length; top += 8) {
            const rows = glyph.slice(top, top + 8)
            bytes.push(rows.reduce((sum, row, y) => sum + (row[x] !== isDark ? 1 << y : 0), 0))
        }
    return bytes
}

function literal(name: string, bytes: readonly number[]): string {
    const hex = Buffer.from(bytes).toString("hex")
    const lines = hex.match(new RegExp(`.{1,${2 * BYTES_A_LINE}}`, "g")) ?? []
    return `const ${name} = hex\`\n${lines.join("\n")}\n\`\n`
}

function fontOf({ name, says, glyphs }: FontSource): string {
    const [width, height] = [glyphs[0]![0]!.length, glyphs[0]!.length]
    const [light, dark] = [`${name}_LIGHT`, `${name}_DARK`]
    return [
        literal(
            light,
            glyphs.flatMap(g => bytesOf(g, false))
        ),
        literal(
            dark,
            glyphs.flatMap(g => bytesOf(g, true))
        ),
        `/** ${says} */\nexport const ${name} = new Font(${width}, ${height}, ${light}, ${dark})\n`,
    ].join("\n")
}

export async function fontsSource(): Promise<string> {
    return formatted(
        `// The fonts of the display. Written by \`npm run screens -- --fonts\` from src/tools/screens/glyphs.ts: do not edit.

import { Font } from "./font"

${FONT_SOURCES.map(fontOf).join("\n")}`,
        FONTS_FILE
    )
}
