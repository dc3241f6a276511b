// Bench program: draws every screen of the bedside unit through the driver of its display. src/tools/screens runs it and
// hil-tests/bedside/screens.test.ts checks what it draws.

import { SSD1306Driver } from "@devicescript/drivers"
import { Image } from "@devicescript/graphics"
import { DISPLAY_ADDRESS } from "../../shared/devices/bedside-unit"
import { drawScreen } from "../bedside/screens/screens"
import { newUnitState, UnitState } from "../bedside/unit-state"
import { openI2C } from "../platform/virtual-i2c"
import { namedScreens } from "./screen-cases"
import { limitScreens } from "./screen-limits"

/** Later than the words of the first screen. */
const LATER_MS = 60000

const display = new SSD1306Driver({
    width: 128,
    height: 64,
    devAddr: DISPLAY_ADDRESS,
    client: await openI2C(),
})

/** Draws into the display's image and prints each call, so that a test knows what lies where. */
class Recorder {
    fill(color: number): void {
        display.image.fill(color)
    }

    fillRect(x: number, y: number, width: number, height: number, color: number): void {
        display.image.fillRect(x, y, width, height, color)
        console.log(`fill ${x} ${y} ${width} ${height} ${color}`)
    }

    drawImage(from: Image, x: number, y: number): void {
        display.image.drawImage(from, x, y)
        console.log(`glyph ${x} ${y} ${from.width} ${from.height}`)
    }
}

const recorder: any = new Recorder()

async function show(
    name: string,
    caption: string,
    change: (unit: UnitState) => void,
    now_ms = LATER_MS
): Promise<void> {
    const unit = newUnitState()
    console.log(`screen ${name} ${caption}`)
    change(unit)
    drawScreen(recorder, unit, now_ms)
    await display.show()
    console.log("shown")
}

await display.init()
await namedScreens(show)
console.log("named screens shown")
await limitScreens(show)
console.log("all shown")
