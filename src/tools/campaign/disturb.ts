// Starts the disturbance of a case at its time.

import { OP_WRITE, OP_WRITE_TABLE } from "../../shared/devices/line-engine"
import * as machine from "../../shared/cart-machine"
import type { CampaignCart } from "./campaign-cart"
import type { CaseDisturbance } from "./case"
import type { Operator } from "./operator"

/** The link is given up after 85 ms of silence, checked every 10 ms (design, rule 3: 100 ms). */
const LINK_MS = 100
/** Without edges for this long the safety circuit switches the stage off. */
const WATCHDOG_MS = 100
/** Setting with the calibration record. */
const CALIBRATION = "calibration"

/** Op-code of the FRAM that writes memory (data sheet of the MB85RS64V). */
const FRAM_WRITE = 0x02

/** Switches that open and close every millisecond. */
const CHATTERING: Readonly<Record<string, string>> = {
    "home-switch-chatters": "home-switch-wire-cut",
    "far-switch-chatters": "far-switch-wire-cut",
}

function isOfSled(on: CampaignCart, name: string): boolean {
    return on.cart.board.rig.faults.names.some(n => n === name)
}

function chatter(on: CampaignCart, name: string, forMs: number): void {
    const { board, clock } = on.cart
    const { faults } = board.rig
    for (let ms = 0; ms < forMs; ms++) {
        clock.after(1000 * ms, () => faults.inject(name, clock.nowUs))
        clock.after(1000 * ms + 500, () => faults.clear(name, clock.nowUs))
    }
}

export interface Started {
    /** When it took place; undefined if it did not. */
    atUs(): number | undefined
}

type Bus = CaseDisturbance & { what: "bus" }

/** Arranges for the disturbance; it begins while the steps are played. */
export function disturb(on: CampaignCart, d: CaseDisturbance, operator: Operator): Started {
    const { board, clock } = on.cart
    if (d.what === "bus") return disturbBus(on, d)
    let atUs: number | undefined
    clock.after(1000 * d.atMs, () => {
        atUs = clock.nowUs
        operator.note(`disturbance: ${d.what === "fault" ? d.name : d.what}`)
        begin(on, d, operator)
    })
    if (d.what === "fault" && d.forMs !== undefined && isOfSled(on, d.name))
        clock.after(1000 * (d.atMs + d.forMs), () => board.rig.faults.clear(d.name, clock.nowUs))
    return { atUs: () => atUs }
}

function begin(on: CampaignCart, d: Exclude<CaseDisturbance, Bus>, operator: Operator): void {
    const { cart } = on
    const { board, clock } = cart
    switch (d.what) {
        case "fault":
            if (d.name in CHATTERING) chatter(on, CHATTERING[d.name]!, d.forMs ?? 10)
            else if (isOfSled(on, d.name)) board.rig.faults.inject(d.name, clock.nowUs, d.value)
            else board.startFault(d.name)
            return
        case "link":
            operator.stop(`link ${d.how}`, LINK_MS)
            operator.present = false
            if (d.how === "cut") cart.cutLink()
            else cart.stopPinging()
            return
        case "hang":
            // A request that waits meanwhile is executed later.
            if (d.forMs > WATCHDOG_MS && machine.moves(on.state))
                operator.stop("the program hangs", WATCHDOG_MS)
            board.stallVm(d.forMs)
            return
        case "setting":
            board.set(
                CALIBRATION,
                Uint8Array.from({ length: 160 }, (_, i) => 3 * i + 1)
            )
            return begin(on, { ...d, what: "restart" }, operator)
        case "restart":
            operator.stop("the program restarts", WATCHDOG_MS)
            operator.present = false
            board.restartProgram()
            return
        case "estop":
            operator.stop("e-stop", 0)
            board.pressEstop()
            clock.after(1000 * d.forMs, () => board.releaseEstop())
            return
    }
}

/** Whether a transfer writes to its device. */
function writes(device: string, mosi: Uint8Array): boolean {
    if (device === "line-engine") return mosi[0] === OP_WRITE || mosi[0] === OP_WRITE_TABLE
    if (device === "fram") return mosi[0] === FRAM_WRITE
    // TMC5160 and un0rick: the first bit.
    return (mosi[0]! & 0x80) !== 0
}

function disturbBus(on: CampaignCart, d: Bus): Started {
    const { board, clock } = on.cart
    let skip = d.nth ?? 0
    let before = -1
    const device = { motor: "tmc5160", front: board.frontEndName, fram: "fram" }[d.device]
    const fits = (mosi: Uint8Array): boolean => {
        const replyOf = before
        before = mosi[0]!
        if (d.replyOf !== undefined && replyOf !== d.replyOf) return false
        if (d.writeOf !== undefined && mosi[0] !== (d.writeOf | 0x80)) return false
        if (d.readOf !== undefined && mosi[0] !== d.readOf) return false
        if (d.write && !writes(device, mosi)) return false
        return skip-- <= 0
    }
    const { bus } = board
    const already = bus.log.length
    clock.after(1000 * d.atMs, () =>
        bus.begin({
            device,
            disturbed: d.how,
            // Once begun, a stretch covers every transfer of the device.
            meant: mosi => bus.log.length > already || fits(mosi),
            ...(d.forMs !== undefined && { forUs: 1000 * d.forMs }),
        })
    )
    return { atUs: () => bus.log[already]?.timeUs }
}
