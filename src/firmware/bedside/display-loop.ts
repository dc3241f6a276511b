// Shows the screen: draws it when something may have changed, and sends it to the display only if its pixels have.

import * as ds from "@devicescript/core"
import { SSD1306Driver } from "@devicescript/drivers"
import { shortWrites } from "../platform/short-writes"
import { openI2C } from "../platform/virtual-i2c"
import { fires, moves } from "../../shared/cart-machine"
import { DISPLAY_ADDRESS, DISPLAY_HEIGHT, DISPLAY_WIDTH } from "../../shared/devices/bedside-unit"
import { drawScreen } from "./screens/screens"
import { UnitState } from "./unit-state"

// Between two screens.
/** After a press. */
const SOON_MS = 100
const STEADY_MS = 200
const STEP_MS = 10
/**
 * A display that was not there, or lost its power, is set up again. If it does not answer, a controller stands for a second
 * (boards/README.md, "Risks on real hardware"), so this is tried rarely, and never while something moves or fires.
 */
const RETRY_MS = 10000

/** The operator waits for what a press does. */
let is_urgent = false

/** A press or a turn is to be seen soon. */
export function showSoon(): void {
    is_urgent = true
}

/** Never returns; runs in a fiber of its own. A unit without a display goes on. */
export async function displayLoop(unit: UnitState): Promise<void> {
    const display = new SSD1306Driver({
        devAddr: DISPLAY_ADDRESS,
        width: DISPLAY_WIDTH,
        height: DISPLAY_HEIGHT,
        client: shortWrites(await openI2C()),
    })
    for (;;) {
        try {
            drawScreen(display.image, unit, ds.millis())
            await display.init()
            await showChanges(display, unit)
        } catch (_) {
            await ds.sleep(RETRY_MS)
            while (isBusy(unit)) await ds.sleep(STEADY_MS)
        }
    }
}

function isBusy(unit: UnitState): boolean {
    const state = unit.cart.state
    return unit.cart_is_there && (moves(state) || fires(state))
}

/** Ends with an error of the display. */
async function showChanges(display: SSD1306Driver, unit: UnitState): Promise<void> {
    const image = display.image
    const shown = Buffer.alloc(image.buffer.length)
    for (;;) {
        const begun_ms = ds.millis()
        drawScreen(image, unit, begun_ms)
        if (takeChanges(image.buffer, shown)) await send(display)
        await waitForNext(begun_ms)
    }
}

/** A transfer that was disturbed is repeated, so that no old screen stays. A second failure in a row is that of the display. */
async function send(display: SSD1306Driver): Promise<void> {
    try {
        await display.show()
    } catch (_) {
        await display.show()
    }
}

/** The time that a screen took to be sent is part of the interval; the last step begins before its end. */
async function waitForNext(begun_ms: number): Promise<void> {
    await ds.sleep(STEP_MS)
    while (ds.millis() - begun_ms < (is_urgent ? SOON_MS : STEADY_MS) - STEP_MS)
        await ds.sleep(STEP_MS)
    is_urgent = false
}

/** Copies the pixels. @returns whether any has changed */
function takeChanges(pixels: Buffer, shown: Buffer): boolean {
    for (let at = 0; at < pixels.length; at += 4)
        if (pixels.getAt(at, "i32") !== shown.getAt(at, "i32")) {
            shown.blitAt(0, pixels, 0, pixels.length)
            return true
        }
    return false
}
