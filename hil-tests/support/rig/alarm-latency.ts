// Causes each alarm of the cart that a fault of the virtual board can cause, and times it to the register on the Jacdac bus.

import { faultGroupOf } from "../../../boards/virtual/fault-groups"
import { PRIORITY_NAMES, priorityOf } from "../../../src/shared/alarms"
import * as machine from "../../../src/shared/cart-machine"
import * as codes from "../../../src/shared/codes"
import { GET_REGISTER, SERVICE_CART } from "../../../src/shared/service-table"
import type { PullbackRequest } from "../../../src/host/sequence/pullback-request"
import { BenchCart, EVEN_SLED, REQUEST } from "../carts/bench-cart"
import { UN0RICK } from "../carts/un0rick-cart"
import { RawClient } from "../jacdac/raw-client"

/** Limit from the cause of an alarm of high priority to its register. */
export const LIMIT_MS = 100

/** Register "alarm" of pullback-cart. */
const ALARM = GET_REGISTER | 0x183
/** The VM sends no more than one packet each 20 ms, so a client can read no faster. */
export const READ_EVERY_MS = 20
const DEVICE = 0xa1a12
/** Devices announce themselves each 500 ms. */
const ANNOUNCED_MS = 600
/** Into the imaged window, after the run-up. */
const PULLING_MS = 700
/** Homing then runs at 4 mm/s. */
const HOMING_MS = 200
const WATCH_MS = 1500
/** Moments within a control loop at which the cause begins. */
const PHASES_MS = [0, 3, 7]

export interface AlarmCase {
    /** A fault of `npm run ivus -- faults`, or one of {@link OTHER_CAUSES}. */
    readonly cause: string
    readonly code: number
    readonly in: "ready" | "live" | "pulling" | "homing"
    readonly request?: PullbackRequest
    /** The program cannot see the cause earlier than this many ms after it began, and why. */
    readonly from?: readonly [ms: number, why: string]
    /** Length of the cause, for causes that have one. */
    readonly value?: number
}

const ROTATIONAL = { ...REQUEST, catheterId: "rotational-40mhz" }
const SLOW = { ...REQUEST, speedMmPerS: 0.25, lengthMm: 1 }

/** Causes that are no fault of a device. */
const OTHER_CAUSES: Readonly<Record<string, (bench: BenchCart, value: number) => void>> = {
    "program halted": (bench, ms) => bench.cart.board.stallVm(ms),
    "link cut": bench => bench.cart.cutLink(),
    "SPI 60 times slower": bench => bench.cart.board.slowSpi(60),
}

const pulls = (cause: string, code: number, more: Partial<AlarmCase> = {}): AlarmCase => ({
    ...{ cause, code, in: "pulling" },
    ...more,
})

export const CASES: readonly AlarmCase[] = [
    pulls("stall", codes.FAULT_STALL),
    pulls("stall", codes.FAULT_STALL, {
        request: SLOW,
        from: [24, "6 um of travel at 0.25 mm/s until encoder and motor differ"],
    }),
    pulls("stall", codes.FAULT_STALL, { in: "homing" }),
    pulls("encoder-dead", codes.FAULT_STALL),
    pulls("encoder-unplugged", codes.FAULT_STALL),
    pulls("screw-slip", codes.FAULT_STALL),
    pulls("encoder-reversed", codes.FAULT_ENCODER_REVERSED),
    pulls("encoder-jump", codes.FAULT_COUNTER),
    pulls("encoder-slip", codes.FAULT_POSITION, {
        from: [75, "75 um of travel at 1 mm/s until the tenth that is lost exceeds 6 um"],
    }),
    pulls("bus-all-ones", codes.EVENT_MOTOR_OFF),
    pulls("bus-all-zeros", codes.EVENT_MOTOR_OFF),
    pulls("bus-stuck", codes.EVENT_MOTOR_OFF),
    pulls("program halted", codes.FAULT_SAFETY_TRIPPED, {
        ...{
            value: 150,
            from: [150, "the program is halted for 150 ms; SAFE has fallen meanwhile"],
        },
    }),
    pulls("rotor-stall", codes.FAULT_ROTOR_STALLED, { request: ROTATIONAL }),
    pulls("rotor-wobble", codes.FAULT_ROTOR_SPEED, {
        request: ROTATIONAL,
        from: [33, "one revolution, of which the engine measures the period"],
    }),
    pulls("motor-gate-open", codes.FAULT_MOTOR_GATE),
    pulls("driver-reset", codes.FAULT_MOTOR_DRIVER_RESET),
    pulls("short", codes.FAULT_DRIVER_SHORT),
    pulls("over-temperature", codes.FAULT_DRIVER_HOT),
    pulls("undervoltage", codes.FAULT_DRIVER_SUPPLY),
    pulls("home-switch-wire-cut", codes.FAULT_END_SWITCH),
    pulls("far-switch-wire-cut", codes.FAULT_END_SWITCH),
    pulls("switch-cable-off", codes.FAULT_SWITCHES),
    pulls("link cut", codes.FAULT_LINK_LOST),
    // The late loop is a fault (161), and the sled could not be checked meanwhile, which is more urgent.
    pulls("program halted", codes.EVENT_MOTOR_OFF, {
        ...{ value: 80, from: [80, "the program is halted for 80 ms"] },
    }),
    pulls("estop", codes.FAULT_ESTOP),
    pulls("estop-wire", codes.FAULT_ESTOP),
    pulls("sense-low", codes.FAULT_ESTOP),
    pulls("catheter-out", codes.FAULT_CATHETER_UNPLUGGED, { in: "live" }),
    pulls("transmit-inhibit", codes.FAULT_ENGINE_INHIBITED, { in: "live" }),
    pulls("engine-reset", codes.FAULT_ENGINE_RESET, { in: "live" }),
    pulls("engine-all-ones", codes.FAULT_ENGINE_MISSING, { in: "live" }),
    pulls("un0rick-reset", codes.FAULT_UN0RICK_RESET, { in: "live", request: UN0RICK }),
    pulls("un0rick-gain", codes.FAULT_UN0RICK_WRITE, {
        ...{ in: "live", request: UN0RICK },
        from: [1000, "pulse and gain are read back once a frame, here 1 s"],
    }),
    pulls("un0rick-no-end", codes.FAULT_UN0RICK_LATE, { in: "live", request: UN0RICK }),
    pulls("un0rick-no-start", codes.FAULT_UN0RICK_LATE, {
        ...{ in: "live", request: UN0RICK },
        from: [
            1280,
            "32 lines without a start that was seen, as the controller may poll too late to see one",
        ],
    }),
    pulls("un0rick-unplugged", codes.FAULT_UN0RICK_MISSING, { in: "live", request: UN0RICK }),
    pulls("over-temperature-warning", codes.EVENT_DRIVER_WARM),
    pulls("open-load", codes.EVENT_OPEN_LOAD, {
        request: SLOW,
        from: [40, "five polls in a row"],
    }),
    pulls("fram-dead", codes.EVENT_FRAM, {
        from: [1000, "the record is written once a second while nothing changes"],
    }),
]

/** Brings a homed cart into the state of a case. */
async function bring(bench: BenchCart, state: AlarmCase["in"]): Promise<void> {
    if (state === "live") await bench.pullTo(machine.STATE_LIVE)
    if (state === "pulling") await bench.pull()
    if (state === "homing") {
        bench.cart.session.command(machine.COMMAND_HOME)
        await bench.reach(machine.STATE_HOMING)
    }
}

/** @returns ms from the cause to the first reply with the alarm, to a client that reads without a pause; Infinity: none */
export async function latencyMs(one: AlarmCase, phaseMs: number): Promise<number> {
    const bench = await BenchCart.homed(one.request ?? REQUEST, EVEN_SLED)
    const { board, clock } = bench.cart
    const client = new RawClient(board, DEVICE)
    await bench.wait(ANNOUNCED_MS)
    await bring(bench, one.in)
    await bench.wait(one.in === "homing" ? HOMING_MS + phaseMs : PULLING_MS + phaseMs)
    if (!client.cartId) throw new Error("the cart was not found on the bus")
    const fromUs = bench.nowUs
    const read = (): void => {
        if (clock.nowUs > fromUs + 1000 * WATCH_MS) return
        client.send(SERVICE_CART, ALARM)
        clock.after(1000 * READ_EVERY_MS, read)
    }
    // Reads of a halted program would wait, and be answered one each 20 ms.
    clock.after(1000 * (one.value ?? 0), read)
    const other = OTHER_CAUSES[one.cause]
    if (other) other(bench, one.value ?? 0)
    else faultGroupOf(one.cause)!.start(one.cause, board, fromUs)
    await bench.wait(WATCH_MS)
    const first = client.reports.find(
        r =>
            r.timeUs >= fromUs &&
            r.serviceIndex === SERVICE_CART &&
            r.command === ALARM &&
            Buffer.from(r.payload).readUInt16LE() === one.code
    )
    board.stopVm()
    return first ? (first.timeUs - fromUs) / 1000 : Infinity
}

export interface Latency {
    readonly one: AlarmCase
    readonly priority: string
    /** The longest of several moments. */
    readonly ms: number
}

export async function worstLatency(one: AlarmCase, phases = PHASES_MS): Promise<Latency> {
    const all: number[] = []
    for (const phase of phases) all.push(await latencyMs(one, phase))
    return { one, priority: PRIORITY_NAMES[priorityOf(one.code)]!, ms: Math.max(...all) }
}

/** Limit of a case: that of the requirement, after the time before which the program cannot see the cause. */
export const limitMs = ({ from }: AlarmCase): number => LIMIT_MS + (from?.[0] ?? 0)

const AT_START = "found by the self test of the next start"
const AT_HOMING = "found by the next homing"
const BY_HOST = "counted by the host; the cart has no alarm for it"

/** Faults without a case. */
export const NO_CASE: Readonly<Record<string, string>> = {
    load: "the same alarm as stall, if the motor loses steps",
    "stick-slip": "grows with the travel until the sled does not follow (108)",
    "motor-coil-reversed": AT_HOMING,
    "home-switch-short": AT_HOMING,
    "switches-swapped": AT_HOMING,
    "far-switch-short": "no effect",
    "engine-table": "found when the table is verified, before the next pulse (123)",
    "spi-bit-errors": "repeated; reported as information at the end of the run (330)",
    "rotor-index": "found when the rotor does not lock, before the first pulse (135)",
    "un0rick-memory": AT_START,
    "un0rick-bit-errors": "cannot be detected (boards/un0rick.md)",
    "link-flip": BY_HOST,
    "link-cut": BY_HOST,
    "link-double": BY_HOST,
    "link-drop": BY_HOST,
    "estop-bridged": "no effect until the e-stop is pressed, which then does nothing",
    "sense-high": AT_START,
    "rearm-open": AT_START,
    "watchdog-stuck": AT_START,
    "latch-stuck": AT_START,
    "motor-gate": AT_START,
    "motor-gate-safe": AT_START,
    "transmit-gate": AT_START,
    "fram-bit": "as fram-dead, when a record is written over the bit",
}

/** Alarms of high priority without a case, by their code. */
export const NO_CAUSE: Readonly<Record<number, string>> = {
    [codes.FAULT_UNCOMMANDED]: "needs a write to the motor driver that was changed on the bus",
    [codes.FAULT_NO_STOP]: "needs a write to the motor driver that was lost",
    [codes.FAULT_TRANSMIT_GATE]: AT_START,
    [codes.FAULT_SAFE_LATCH]: AT_START,
    [codes.FAULT_ENGINE_SUPPLY]: "the pulser's supply has no model",
}
