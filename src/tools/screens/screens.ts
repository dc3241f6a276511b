// `npm run screens`: draws every screen of the bedside unit in the VM, as PNG files with a gallery.

import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Command } from "commander"
import { PNG } from "pngjs"
import { drawScreens } from "./draw-screens"
import { FONTS_FILE, fontsSource } from "./fonts-source"
import { galleryText, SCREENS_FOLDER } from "./gallery"
import { screenPng, sheetPng } from "./screen-png"

const options = new Command("npm run screens --")
    .description("draws every screen of the bedside unit into boards/bedside-screens/")
    .option("--fonts", "write the fonts of the program instead")
    .parse()
    .opts<{ fonts?: boolean }>()

function write(file: string, png: PNG): void {
    writeFileSync(join(SCREENS_FOLDER, file), PNG.sync.write(png, { colorType: 2 }))
}

if (options.fonts) writeFileSync(FONTS_FILE, await fontsSource())
else {
    const screens = await drawScreens()
    mkdirSync(SCREENS_FOLDER, { recursive: true })
    for (const file of readdirSync(SCREENS_FOLDER))
        if (file.endsWith(".png")) rmSync(join(SCREENS_FOLDER, file))
    for (const one of screens) write(`${one.name}.png`, screenPng(one.pixels))
    write("all-screens.png", sheetPng(screens))
    writeFileSync(join(SCREENS_FOLDER, "README.md"), await galleryText(screens))
    process.stdout.write(`${screens.length} screens in ${SCREENS_FOLDER}/\n`)
}
