// Switches on the virtual boards of a suite with the settings of a calibrated one, as a real board that was used before.

import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import type { uvu } from "uvu"
import { VirtualBoard } from "../../../boards/virtual/virtual-board"
import { BenchCart } from "../carts/bench-cart"

let calibrated: Uint8Array | undefined

/** Settings of a calibrated board of seed 1. */
async function calibratedSettings(): Promise<Uint8Array> {
    const bench = await BenchCart.boot()
    await bench.home()
    await bench.calibrate()
    const { board } = bench.cart
    board.stopVm()
    return Uint8Array.from(board.settings)
}

/** The same for all processes of a run of `npm test`, which begins with an empty folder of records. */
async function settingsOfThisRun(): Promise<Uint8Array> {
    const record = process.env["IVUS_TEST_RECORD"]
    if (!record) return calibratedSettings()
    const file = join(dirname(record), "calibrated-board.settings")
    if (!existsSync(file)) {
        // Another process may do the same at this time, with the same result.
        const own = `${file}.${process.pid}`
        writeFileSync(own, await calibratedSettings())
        renameSync(own, file)
    }
    return new Uint8Array(readFileSync(file))
}

/** Calibrates a board once; boards of seed 1 in this suite have its sled, so that they need no calibration, which takes longer than most runs. */
export function keepCalibration<T>(suite: uvu.Test<T>): void {
    const { boot } = VirtualBoard
    suite.before(async () => {
        const settings = (calibrated ??= await settingsOfThisRun())
        // Those of another sled would not fit.
        VirtualBoard.boot = options =>
            boot.call(VirtualBoard, options.sled ? options : { settings, ...options })
    })
    suite.after(() => void (VirtualBoard.boot = boot))
}
