// The gallery of the bedside unit's screens: a table of pictures with captions.

import { formatted } from "./formatted"
import type { DrawnScreen } from "./draw-screens"

export const SCREENS_FOLDER = "boards/bedside-screens"
const COLUMNS = 3

function cell({ name, caption }: DrawnScreen): string {
    return `<img src="${name}.png" width="256" alt="${caption}"><br>${caption}`
}

export async function galleryText(screens: readonly DrawnScreen[]): Promise<string> {
    const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`
    const rows: string[] = []
    for (let i = 0; i < screens.length; i += COLUMNS) {
        const cells = screens.slice(i, i + COLUMNS).map(cell)
        while (cells.length < COLUMNS) cells.push("")
        rows.push(row(cells))
    }
    return formatted(
        `# Screens of the bedside unit

**Investigational, not for clinical use.**

Every screen that the unit's program draws, with example values. \`npm run screens\` writes this page and its pictures: the program
\`src/firmware/bench/screens.ts\` runs in the DeviceScript VM and draws through the display's driver into a model of the SSD1306.
The display has 128 × 64 pixels of one bit; a picture shows each as 8 × 8. All in one: [all-screens.png](all-screens.png).

- A **light ground** behind the large word means motion, or that the next press moves the sled.
- The line with an arrow at the bottom is **what to do next**. The line without one says what a button does now.
- An alarm takes the place of everything else. While the sled moves, what is left to go stays in sight on every screen.
- Top line: catheter, or what else must be known; sound paused; host connected (screen) or missing (cross).

${row(Array.from({ length: COLUMNS }, () => ""))}
${row(Array.from({ length: COLUMNS }, () => "---"))}
${rows.join("\n")}
`,
        `${SCREENS_FOLDER}/README.md`
    )
}
