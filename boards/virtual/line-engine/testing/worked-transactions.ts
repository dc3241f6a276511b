// The session of the data sheet, "Worked transactions": its bytes and times, made by the model on a bus of 40 MHz.

import { ENGINE_SPI_HZ } from "../../../../src/shared/acquisition/sequence-budget"
import type { DataSheet } from "../../testing/data-sheet"
import { hexBlock } from "../../testing/data-sheet"
import { spacingUs } from "../bus-timing"
import { BusMaster } from "./bus-master"

/** The engine and the signal of the session; it stands in the section's first paragraph. */
export function sessionMaster(): BusMaster {
    const m = new BusMaster((_, out) => {
        out.fill(0)
        out[2] = 1
        out[5] = 10 ** (-24 / 20)
        out[9] = 10 ** (-48 / 20)
    })
    m.hz = ENGINE_SPI_HZ
    return m
}

/**
 * The text of the data sheet with the hex dumps of its session made again: a transaction that would start before the one before it
 * has ended starts at the next whole microsecond, and every reply is the model's.
 */
export function withSession(sheet: DataSheet): string {
    const m = sessionMaster()
    const session = sheet.session()
    let freeUs = 0
    let next = 0
    return sheet.text.replace(/^```hex\n[^]*?^```/gm, () => {
        const { timeUs, mosi } = session[next++]!
        m.timeUs = Math.max(timeUs, Math.ceil(freeUs))
        freeUs = m.timeUs + spacingUs(mosi.length, ENGINE_SPI_HZ)
        return hexBlock({ timeUs: m.timeUs, mosi, miso: m.transfer(mosi) })
    })
}
