// Bench program of a bedside unit: draws what the panel does, lights the lamps and sounds the buzzer. Roles as in unit-board.ts.

import * as ds from "@devicescript/core"
import { SSD1306Driver } from "@devicescript/drivers"
import { BUTTONS, DISPLAY_ADDRESS, LAMPS } from "../../shared/devices/bedside-unit"
import { openI2C } from "../platform/virtual-i2c"

const buttons: ds.Button[] = []
for (let i = 0; i < BUTTONS; ++i) buttons.push(new ds.Button("button_" + i))
const dial = new ds.RotaryEncoder()
const buzzer = new ds.Buzzer()
const lamps: ds.LightBulb[] = []
for (let i = 0; i < LAMPS; ++i) lamps.push(new ds.LightBulb("lamp_" + i))

const display = new SSD1306Driver({
    width: 128,
    height: 64,
    devAddr: DISPLAY_ADDRESS,
    client: await openI2C(),
})

/** Returns whether the display is there. */
async function show(text: string): Promise<void> {
    console.log(text)
    display.image.fill(0)
    display.image.print(text, 0, 0)
    try {
        await display.show()
    } catch (_e) {
        console.log("no display")
    }
}

try {
    await display.init()
} catch (_e) {
    console.log("no display")
}
buttons.forEach((button, i) => {
    button.down.subscribe(async () => {
        await show("down " + i)
        await buzzer.playNote(1000 + i, 0.5, 100)
        await lamps[i % LAMPS].intensity.write(1)
    })
    button.up.subscribe(async () => {
        await show("up " + i)
        await lamps[i % LAMPS].intensity.write(0)
    })
})
let shown = 0
dial.reading.subscribe(async position => {
    if (position === shown) return
    shown = position
    await show("dial " + position)
})
await show("ready")
