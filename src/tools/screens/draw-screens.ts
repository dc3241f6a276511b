// Runs a bench program of the display in the VM and returns what it drew.

import { BedsideUnit } from "../../../boards/virtual/bedside/bedside-unit"
import { JacdacCable } from "../../../boards/virtual/jacdac-cable"
import { VirtualClock } from "../../../boards/virtual/vm/virtual-clock"
import { buildProgram } from "../build/build-program"

/** Begins the code of a colour. */
const ESCAPE = "\\u001b"
/** Virtual time in which all screens are drawn. */
const LIMIT_US = 600e6

/** One glyph or filled rectangle, in the order of drawing. */
export interface Drawn {
    readonly kind: "glyph" | "light" | "dark"
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
}

export interface DrawnScreen {
    readonly name: string
    readonly caption: string
    readonly drawn: readonly Drawn[]
    /** 128 × 64, row by row, 1 for a lit pixel. */
    readonly pixels: Uint8Array
}

/**
 * @param withLimits also those with the longest texts and each code
 * @throws Error if the program ends before it has drawn all
 */
export async function drawScreens(withLimits = false): Promise<DrawnScreen[]> {
    const bytecodeFile = await buildProgram("src/firmware/bench/screens.ts", "screens")
    const clock = new VirtualClock()
    const screens: DrawnScreen[] = []
    const log: string[] = []
    let drawn: Drawn[] = []
    let [name, caption] = ["", ""]
    let isDone = false
    let hasFailed = false
    const unit = await BedsideUnit.boot(
        { clock, cable: new JacdacCable(clock) },
        {
            bytecodeFile,
            onLog: line => {
                log.push(line)
                const [word, ...rest] = textOf(line).split(" ")
                const numbers = rest.map(Number)
                const [x = 0, y = 0, width = 0, height = 0, colour] = numbers
                if (word === "screen") {
                    drawn = []
                    name = rest[0]!
                    caption = rest.slice(1).join(" ")
                } else if (word === "glyph") drawn.push({ kind: "glyph", x, y, width, height })
                else if (word === "fill")
                    drawn.push({ kind: colour ? "light" : "dark", x, y, width, height })
                else if (word === "shown")
                    screens.push({ name, caption, drawn, pixels: unit.display.pixels })
                else if (word === "Unhandled") hasFailed = true
                else if (word === (withLimits ? "all" : "named")) isDone = true
            },
        }
    )
    for (let i = 0; !isDone && !hasFailed && clock.step(LIMIT_US); i++)
        if (i % 100 === 0) await new Promise(resolve => setImmediate(resolve))
    unit.vm.stop()
    if (!isDone) throw new Error(`the program stopped early:\n${log.slice(-20).join("\n")}`)
    return screens
}

/** What the program printed, without the prefix and the colours of the VM. */
function textOf(line: string): string {
    return line.replace(new RegExp(`^WASM> |${ESCAPE}\\[\\d+m`, "g"), "")
}
