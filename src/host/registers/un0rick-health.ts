// Responsible for: what the registers of an un0rick say to be wrong with it, and for which catheter it is set up.
// Not for: the rest of the cart (health.ts) or names of its registers (un0rick.ts).

import { allCatheters } from "../../shared/acquisition/catheter-list"
import { type Catheter, FRONT_END_UN0RICK } from "../../shared/acquisition/catheters"
import type { Status } from "../../shared/protocol/messages"
import * as codes from "../../shared/codes"
import { DUMP_UN0RICK } from "../../shared/protocol/register-dump"
import { budgetSequence, FRAME_RATE_MAX_MHZ } from "../../shared/acquisition/sequence"
import * as un from "../../shared/devices/un0rick"
import { un0rickSettingsCrc } from "../sequence/fired"
import { tableCrc } from "../sequence/txrx"
import type { Dump } from "./dump"
import type { Finding } from "./health"

/** What is loaded and read back as one: the pulse's five registers, then the gain. */
const SETTINGS = [
    ...[un.UN_INITDEL, un.UN_PONW, un.UN_POFFW, un.UN_INTERW, un.UN_DRMODE],
    ...Array.from({ length: un.UN_GAIN_STEPS }, (_, i) => un.UN_DACGAIN + i),
]

export function hasUn0rick(dump: Dump): boolean {
    return dump.registers.some(r => r.chip === DUMP_UN0RICK)
}

/** The catheter whose pulse and gain the board holds; undefined where it is none that this program knows. */
export function un0rickCatheterOf(dump: Dump): Catheter | undefined {
    const words = SETTINGS.map(address => dump.read(DUMP_UN0RICK, address))
    if (words.includes(undefined)) return undefined
    const crc = tableCrc(Uint8Array.from(words.flatMap(word => [word! >> 8, word! & 0xff])))
    return allCatheters().find(
        c => c.front_end === FRONT_END_UN0RICK && un0rickSettingsCrc(c) === crc
    )
}

/** Frames a second up to which this catheter's lines come through an un0rick: computed, not measured. */
export function un0rickRateHz(catheter: Catheter): number {
    const { nearest } = budgetSequence(catheter, FRAME_RATE_MAX_MHZ)
    return Math.floor(nearest / 10) / 100
}

/** What may not be on a board that works, while it fires nothing. */
export function un0rickFindings(dump: Dump, status: Status): Finding[] {
    const read = (address: number): number | undefined => dump.read(DUMP_UN0RICK, address)
    if (read(un.UN_AUTHOR) === undefined)
        return [
            {
                what: "The un0rick does not answer.",
                todo: "Check its supply and its SPI wiring; if both are right, switch it off and on: its SPI slave can hang. A board with a line engine in its place needs the program src/main.ts.",
            },
        ]
    const version = (read(un.UN_VERSION) ?? 0) & 0xff
    if (version !== un.UN_VERSION_ID)
        return [
            {
                what: `The un0rick's gateware says version ${version}; this program knows version ${un.UN_VERSION_ID}.`,
                todo: "Load the USB gateware that boards/un0rick.md names.",
            },
        ]
    // It has never been set up then, and the cart's own fault says why.
    if (status.fault === codes.FAULT_UN0RICK_CATHETER) return []
    if (read(un.UN_NBLINES) !== un.UN_NBLINES_USED)
        return [
            {
                what: "The un0rick has been reset and lost its settings: pulse and gain are those of its power-up.",
                todo: "Check its supply, then acknowledge the fault: the cart writes all settings again.",
            },
        ]
    const found: Finding[] = []
    if (read(un.UN_RAMFDONE) !== 1)
        found.push({
            what: "The un0rick's memory has not been tested since it was reset.",
            todo: "Acknowledge the fault or restart the cart: both test it.",
        })
    if (read(un.UN_ACQBUSY) !== 0)
        found.push({
            what: "The un0rick acquires a line and does not come to its end.",
            todo: "Switch it off and on; with JUMPER2 closed it acquires by itself.",
        })
    const waits = read(un.UN_DACOUT) === read(un.UN_DACGAIN)
    if (!waits || read(un.UN_HVMUXEN) !== 1)
        found.push({
            what: `The un0rick's ${waits ? "HVMUXEN" : "DACOUT"} is not what the cart wrote.`,
            todo: "Check its supply and the SPI wiring, then acknowledge the fault: the cart writes all settings again.",
        })
    return found
}

export function un0rickNotes(dump: Dump): Finding[] {
    if (dump.read(DUMP_UN0RICK, un.UN_NBLINES) !== un.UN_NBLINES_USED || un0rickCatheterOf(dump))
        return []
    return [
        {
            what: "Pulse and gain in the un0rick belong to no catheter that this program knows.",
            todo: "With a catheter or a time gain of your own that is right; else update the older of firmware and host.",
        },
    ]
}
