// Finds problems in the registers of an un0rick and the catheter it is set up for.

import { allCatheters } from "../../shared/acquisition/catheter-list"
import { type Catheter, FRONT_END_UN0RICK } from "../../shared/acquisition/catheters"
import type { Status } from "../../shared/protocol/messages"
import * as codes from "../../shared/codes"
import { DUMP_UN0RICK } from "../../shared/protocol/register-dump"
import { budgetSequence, FRAME_RATE_MAX_MHZ } from "../../shared/acquisition/sequence-budget"
import * as un from "../../shared/devices/un0rick"
import { un0rickSettingsCrc } from "../sequence/firing-check"
import { tableCrc } from "../sequence/txrx"
import type { Dump } from "./dump"
import { ACKNOWLEDGE, type Finding } from "./finding"

/** Registers loaded and read back together: five of the pulse, then the gain. */
const SETTINGS = [
    ...[un.UN_INITDEL, un.UN_PONW, un.UN_POFFW, un.UN_INTERW, un.UN_DRMODE],
    ...Array.from({ length: un.UN_GAIN_STEPS }, (_, i) => un.UN_DACGAIN + i),
]

/** With any other fault, a board without settings has not been set up since its power-up. */
const MAY_BE_RESET: readonly number[] = [
    ...[codes.GOOD, codes.FAULT_UN0RICK_WRITE, codes.FAULT_UN0RICK_RESET],
    codes.FAULT_UN0RICK_SETTINGS,
]

export function hasUn0rick(dump: Dump): boolean {
    return dump.registers.some(r => r.chip === DUMP_UN0RICK)
}

/** Returns the built-in catheter whose pulse and gain the board holds, or undefined. */
export function un0rickCatheterOf(dump: Dump): Catheter | undefined {
    const words = SETTINGS.map(address => dump.read(DUMP_UN0RICK, address))
    if (words.includes(undefined)) return undefined
    const crc = tableCrc(Uint8Array.from(words.flatMap(word => [word! >> 8, word! & 0xff])))
    return allCatheters().find(
        c => c.front_end === FRONT_END_UN0RICK && un0rickSettingsCrc(c) === crc
    )
}

/** Maximum frame rate of this catheter with an un0rick, in frames/s: computed, not measured. */
export function un0rickRateHz(catheter: Catheter): number {
    const { nearest } = budgetSequence(catheter, FRAME_RATE_MAX_MHZ)
    return Math.floor(nearest / 10) / 100
}

/** Finds problems while the board does not fire. */
export function un0rickFindings(dump: Dump, status: Status): Finding[] {
    const read = (address: number): number | undefined => dump.read(DUMP_UN0RICK, address)
    if (read(un.UN_AUTHOR) === undefined)
        return [
            {
                what: "The un0rick does not answer.",
                todo: "Check its supply, its SPI wiring and its gateware, which must be usb_hvmux_0.2.bin (boards/un0rick.md): any other answers nothing from here on; then switch it off and on. A board with a line engine needs the program src/main.ts.",
            },
        ]
    const version = (read(un.UN_VERSION) ?? 0) & 0xff
    if (version !== un.UN_VERSION_ID)
        return [
            {
                what: `The un0rick's gateware has version ${version}; this program needs version ${un.UN_VERSION_ID}.`,
                todo: "Load the USB gateware named in boards/un0rick.md.",
            },
        ]
    if (read(un.UN_NBLINES) !== un.UN_NBLINES_USED) {
        // The board was never set up; the cart's fault gives the reason.
        if (!MAY_BE_RESET.includes(status.fault)) return []
        return [
            {
                what: "The un0rick has been reset and lost its settings: pulse and gain have their power-up values.",
                todo: `Check its supply, then ${ACKNOWLEDGE}: the cart writes all settings again.`,
            },
        ]
    }
    const found: Finding[] = []
    if (read(un.UN_RAMFDONE) !== 1)
        found.push({
            what: "The un0rick's memory has not been tested since it was reset.",
            todo: `Restart the cart, which tests it; or, if the cart is in fault, ${ACKNOWLEDGE}: that tests it as well.`,
        })
    if (read(un.UN_ACQBUSY) !== 0)
        found.push({
            what: "The un0rick does not finish the acquisition of an A-line.",
            todo: "Switch it off and on, and check that JUMPER2 is open: closed, the board acquires by itself.",
        })
    const waits = read(un.UN_DACOUT) === read(un.UN_DACGAIN)
    if (!waits || read(un.UN_HVMUXEN) !== 1)
        found.push({
            what: `The un0rick's ${waits ? "HVMUXEN" : "DACOUT"} is not what the cart wrote.`,
            todo: `Check its supply and the SPI wiring, then ${ACKNOWLEDGE}: the cart writes all settings again.`,
        })
    return found
}

export function un0rickNotes(dump: Dump): Finding[] {
    if (dump.read(DUMP_UN0RICK, un.UN_NBLINES) !== un.UN_NBLINES_USED || un0rickCatheterOf(dump))
        return []
    return [
        {
            what: "Pulse and gain in the un0rick match no built-in catheter.",
            todo: "This is normal with your own catheter or TGC, or with dac_volts1024 set; otherwise update the firmware or the host, whichever is older.",
        },
    ]
}
