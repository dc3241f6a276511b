// One imaging run: load the sequence, fire, open and close the gate, and summarise the run at its end.

import * as ds from "@devicescript/core"
import { FrontEnd, front_status, RotorDrive } from "../acquisition/front-end"
import {
    bursts_sent,
    countRefused,
    dropped_credit,
    dropped_fifo,
    dropped_refused,
    lines_sent,
} from "../acquisition/line-counts"
import {
    beginRun,
    closeRun,
    cutOffRun,
    drainRun,
    giveUpRun,
    pumpIsIdle,
    setPumpRecords,
} from "../acquisition/line-pump"
import { hostIsPresent, sendToHost } from "../link/link"
import { imaged_move } from "../motion/imaged-move"
import { speed_epoch } from "../motion/set-speed"
import { positionNm } from "../motion/sled"
import { calibration } from "../motion/units"
import { CartFault } from "../platform/cart-fault"
import { TYPE_DESCRIPTION, TYPE_END } from "../../shared/protocol/burst"
import { rotorMrpm } from "../../shared/acquisition/catheters"
import { sampleFormat } from "../../shared/acquisition/image-format"
import { DESCRIPTION, End, END, LINES_UNKNOWN } from "../../shared/protocol/messages"
import { MovePlan } from "../../shared/motion/move-terms"
import * as codes from "../../shared/codes"
import { CartState } from "./cart-state"
import { report } from "./events"
import { description, PullbackSetup } from "./setup"

/** Longer than the FIFO takes to empty: 2,048 lines at 5 MB/s, or 8,192 over four lanes, are 0.12 s. */
const DRAIN_LIMIT_MS = 1000

/** Largest position error at a stop; the window of a stepped pullback is wider by it at both ends. */
const STOP_MARGIN_NM = 30000

function marginNm(plan: MovePlan): number {
    return plan.stops > 0 ? STOP_MARGIN_NM : 0
}

/** How the latest run ended: GOOD, or the event that ended it early. */
export let outcome = codes.GOOD
/** What happens now does not concern the latest run any more. */
let over = true
/** Lines of the latest run that were lost on the front end's bus. */
let lost_on_bus = 0
/** Imaged window of the latest pullback, or begin and end of the latest return. */
export let start_nm = 0
export let end_nm = 0
/** Firing has ended; the last lines are still being sent. */
export let ending = false
/** The sequence is being loaded or the rotor is spinning up; {@link continuePreparing} fires when both are done. */
export let preparing = false
/** From the description to the end of firing. */
let active = false
let ended_ms = 0
let gate = false
let epoch = 0
let in_window = false
let imaged_plan: MovePlan | undefined = undefined
/** The setup whose sequence is being loaded. */
let loading: PullbackSetup | undefined = undefined
let speed_error_ppm = 0
/** Summary of the last run until a host has received it. */
let unsent_end: End | undefined = undefined
let bus_errors_before = 0

let front_end: FrontEnd
/** Undefined if the front end drives none. */
let rotor_drive: RotorDrive | undefined
let cart_state: CartState
/** Number of the last run. Random at power-up, so that no host confuses runs before and after a reset. */
let run_number: number

/** To be called once, before any other function of this file. */
export function openImaging(
    front: FrontEnd,
    rotor: RotorDrive | undefined,
    state: CartState,
    number: number
): void {
    front_end = front
    rotor_drive = rotor
    cart_state = state
    run_number = number
}

/** Why the run in progress ends early, one of codes.ts. */
export function setOutcome(code: number): void {
    if (!over) outcome = code
}

export function setStretch(from_nm: number, to_nm: number): void {
    start_nm = from_nm
    end_nm = to_nm
}

/** Lines of the latest run that were due, and did not reach the host so far. */
export function linesMissing(): number {
    return dropped_fifo + dropped_credit + dropped_refused + lost_on_bus
}

/** Starts to load the sequence of a setup; {@link continuePreparing} loads the rest. */
export async function beginImaging(setup: PullbackSetup): Promise<void> {
    run_number = (run_number + 1) >>> 0
    unsent_end = undefined
    outcome = codes.GOOD
    over = false
    lost_on_bus = 0
    imaged_plan = setup.plan
    setStretch(setup.plan.window_start_nm, setup.plan.window_end_nm)
    speed_error_ppm = 0
    await front_end.beginLoad(setup.catheter)
    loading = setup
    preparing = true
}

/** Called by every loop. @returns true once, when sequence and rotor are ready and firing has started */
export async function continuePreparing(now_ms: number): Promise<boolean> {
    if (!preparing) return false
    const setup = loading
    const rotor = rotor_drive
    if (setup) {
        if (!(await front_end.continueLoad(setup.catheter))) return false
        // The test lines of a link that has just opened may still be in the buffers.
        if (!pumpIsIdle()) return false
        loading = undefined
        await describe(setup)
        const mrpm = rotorMrpm(setup.catheter, setup.frame_rate_mhz)
        if (mrpm !== 0 && rotor) {
            await rotor.start(mrpm, now_ms)
            return false
        }
    } else if (rotor && !(await rotor.isLocked(now_ms))) return false
    preparing = false
    await front_end.fire()
    return true
}

/** Configures the front end for the loaded sequence and sends the description of its lines to the host. */
async function describe(setup: PullbackSetup): Promise<void> {
    const plan = setup.plan
    bus_errors_before = front_status.bus_errors
    const catheter = setup.catheter
    setPumpRecords(catheter.samples_per_line, sampleFormat(catheter))
    await front_end.configure(catheter, setup.budget.line_period_ns)
    // From here on the line engine clears the transmit budget itself when the catheter is unplugged.
    const reason = await cart_state.validate(setup)
    if (reason !== codes.GOOD)
        throw new CartFault(
            reason === codes.REFUSED_NO_CATHETER
                ? codes.FAULT_CATHETER_UNPLUGGED
                : codes.FAULT_CATHETER_CHANGED,
            reason
        )
    await setGate(false)
    const nm_per_count = calibration.encoder_nm_per_count
    const margin_nm = marginNm(plan)
    await front_end.setWindow(
        Math.round((plan.window_start_nm - margin_nm) / nm_per_count),
        Math.round((plan.window_end_nm + margin_nm) / nm_per_count)
    )
    sendToHost(
        TYPE_DESCRIPTION,
        DESCRIPTION,
        description(setup, calibration, front_status.sequence_crc, run_number)
    )
    beginRun(setup.budget.line_period_ns, false)
    active = true
}

async function setGate(open: boolean): Promise<void> {
    gate = open
    epoch = speed_epoch
    await front_end.setGate(open, epoch)
}

/** Closes the gate and marks the lines from now on with the epoch of a speed that is about to be set. */
export async function closeGate(next_epoch: number): Promise<void> {
    const was_open = gate
    gate = false
    epoch = next_epoch
    await front_end.setGate(false, epoch)
    if (was_open) report(codes.EVENT_GATE, 0)
}

/** Opens the gate while the lines of the move are valid, and reports the edges of the window. */
export async function followMove(): Promise<void> {
    if (imaged_move.lines_valid !== gate) {
        await setGate(imaged_move.lines_valid)
        report(codes.EVENT_GATE, gate ? 1 : 0)
    } else if (speed_epoch !== epoch) await setGate(gate)
    speed_error_ppm = imaged_move.speed_error_ppm
    const plan = imaged_plan
    if (!plan) return
    const position_nm = positionNm()
    const margin_nm = marginNm(plan)
    const inside =
        position_nm >= plan.window_start_nm - margin_nm &&
        position_nm < plan.window_end_nm + margin_nm
    if (inside === in_window) return
    in_window = inside
    report(inside ? codes.EVENT_WINDOW_STARTED : codes.EVENT_WINDOW_ENDED, position_nm)
}

/** Ends firing; {@link finishImaging} sends the summary after the last lines. */
export async function stopImaging(): Promise<void> {
    preparing = false
    loading = undefined
    await front_end.stop()
    countRefused(await front_end.linesRefused())
    if (rotor_drive) await rotor_drive.stop()
    endFiring()
}

function endFiring(): void {
    gate = false
    in_window = false
    if (!active) return
    active = false
    ending = true
    ended_ms = ds.millis()
    drainRun()
}

/** Ends firing in a fault. Lines in the FIFO and the summary are still sent if the front end answers. */
export async function failImaging(): Promise<void> {
    preparing = false
    loading = undefined
    try {
        await front_end.stop()
        countRefused(await front_end.linesRefused())
    } catch (_) {
        console.error(
            "the front end could not be stopped; without service it stops firing by itself"
        )
        cutOffRun()
    }
    endFiring()
}

/** After a fault, when firing and motion have ended. */
export async function failRotor(): Promise<void> {
    try {
        if (rotor_drive) await rotor_drive.stop()
    } catch (_) {
        console.error(
            "the rotor could not be stopped; without service the line engine switches it off"
        )
    }
}

/** Sends the summary once the pump is idle; called by every loop. */
export async function finishImaging(now_ms: number): Promise<void> {
    sendEnd()
    if (!ending) {
        if (!active && !preparing) over = true
        return
    }
    if (!pumpIsIdle()) {
        if (now_ms - ended_ms < DRAIN_LIMIT_MS) return
        // The host gives no more credit: the lines that wait for it are counted as dropped.
        giveUpRun()
        // A burst that is partly sent may still be completed; the link ends the session of a silent host.
        if (!pumpIsIdle()) return
    }
    ending = false
    let lines_fired = LINES_UNKNOWN
    let lines_dropped_crc = 0
    try {
        const fired = await front_end.linesFired()
        closeRun()
        // All other losses are counted: these lines were lost on the bus.
        const lost = fired - lines_sent - dropped_fifo - dropped_credit
        // Fewer fired than received: the front end was reset, and its count with it.
        if (lost >= 0) {
            lines_fired = fired
            lines_dropped_crc = lost
            lost_on_bus = lost
        }
    } catch (_) {
        console.error("the front end does not report the number of fired lines")
    }
    const plan = imaged_plan
    const bus_errors = front_status.bus_errors - bus_errors_before
    if (bus_errors > 0) report(codes.EVENT_ENGINE_BUS, bus_errors)
    unsent_end = {
        outcome,
        lines_fired,
        lines_sent: lines_sent,
        lines_dropped_fifo: dropped_fifo,
        lines_dropped_credit: dropped_credit,
        lines_dropped_crc,
        lines_dropped_gate: dropped_refused,
        bursts_sent: bursts_sent,
        window_start_nm: plan ? plan.window_start_nm : 0,
        window_end_nm: plan ? plan.window_end_nm : 0,
        speed_error_ppm,
        run: run_number,
    }
    sendEnd()
}

/** Sends the summary once a host is connected and not silent, which may be in a later session. */
export function sendEnd(): void {
    if (!unsent_end || !hostIsPresent()) return
    if (sendToHost(TYPE_END, END, unsent_end)) unsent_end = undefined
}
