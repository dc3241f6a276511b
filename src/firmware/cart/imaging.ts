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

export class Imaging {
    /** How the run ended: GOOD, or the event that ended it early. */
    outcome = codes.GOOD
    /** Firing has ended; the last lines are still being sent. */
    ending = false
    /** The sequence is being loaded or the rotor is spinning up; {@link continuePreparing} fires when both are done. */
    preparing = false
    /** From the description to the end of firing. */
    private active = false
    private ended_ms = 0
    private gate = false
    private epoch = 0
    private in_window = false
    private plan: MovePlan | undefined = undefined
    /** The setup whose sequence is being loaded. */
    private loading: PullbackSetup | undefined = undefined
    private speed_error_ppm = 0
    /** Summary of the last run until a host has received it. */
    private unsent_end: End | undefined = undefined
    private bus_errors_before = 0

    constructor(
        private front: FrontEnd,
        /** Undefined if the front end drives none. */
        private rotor: RotorDrive | undefined,
        private state: CartState,
        /** Number of the last run. Random at power-up, so that no host confuses runs before and after a reset. */
        private number: number
    ) {}

    /** Starts to load the sequence of a setup; {@link continuePreparing} loads the rest. */
    async begin(setup: PullbackSetup): Promise<void> {
        this.number = (this.number + 1) >>> 0
        this.unsent_end = undefined
        this.outcome = codes.GOOD
        this.plan = setup.plan
        this.speed_error_ppm = 0
        await this.front.beginLoad(setup.catheter)
        this.loading = setup
        this.preparing = true
    }

    /** Called by every loop. @returns true once, when sequence and rotor are ready and firing has started */
    async continuePreparing(now_ms: number): Promise<boolean> {
        if (!this.preparing) return false
        const setup = this.loading
        const rotor = this.rotor
        if (setup) {
            if (!(await this.front.continueLoad(setup.catheter))) return false
            // The test lines of a link that has just opened may still be in the buffers.
            if (!pumpIsIdle()) return false
            this.loading = undefined
            await this.describe(setup)
            const mrpm = rotorMrpm(setup.catheter, setup.frame_rate_mhz)
            if (mrpm !== 0 && rotor) {
                await rotor.start(mrpm, now_ms)
                return false
            }
        } else if (rotor && !(await rotor.isLocked(now_ms))) return false
        this.preparing = false
        await this.front.fire()
        return true
    }

    /** Configures the front end for the loaded sequence and sends the description of its lines to the host. */
    private async describe(setup: PullbackSetup): Promise<void> {
        const plan = setup.plan
        const front = this.front
        this.bus_errors_before = front_status.bus_errors
        const catheter = setup.catheter
        setPumpRecords(catheter.samples_per_line, sampleFormat(catheter))
        await front.configure(catheter, setup.budget.line_period_ns)
        // From here on the line engine clears the transmit budget itself when the catheter is unplugged.
        const reason = await this.state.validate(setup)
        if (reason !== codes.GOOD)
            throw new CartFault(
                reason === codes.REFUSED_NO_CATHETER
                    ? codes.FAULT_CATHETER_UNPLUGGED
                    : codes.FAULT_CATHETER_CHANGED,
                reason
            )
        await this.setGate(false)
        const nm_per_count = calibration.encoder_nm_per_count
        const margin_nm = marginNm(plan)
        await front.setWindow(
            Math.round((plan.window_start_nm - margin_nm) / nm_per_count),
            Math.round((plan.window_end_nm + margin_nm) / nm_per_count)
        )
        sendToHost(
            TYPE_DESCRIPTION,
            DESCRIPTION,
            description(setup, calibration, front_status.sequence_crc, this.number)
        )
        beginRun(setup.budget.line_period_ns, false)
        this.active = true
    }

    private async setGate(open: boolean): Promise<void> {
        this.gate = open
        this.epoch = speed_epoch
        await this.front.setGate(open, this.epoch)
    }

    /** Closes the gate and marks the lines from now on with the epoch of a speed that is about to be set. */
    async closeGate(epoch: number): Promise<void> {
        const was_open = this.gate
        this.gate = false
        this.epoch = epoch
        await this.front.setGate(false, epoch)
        if (was_open) report(codes.EVENT_GATE, 0)
    }

    /** Opens the gate while the lines of the move are valid, and reports the edges of the window. */
    async followMove(): Promise<void> {
        if (imaged_move.lines_valid !== this.gate) {
            await this.setGate(imaged_move.lines_valid)
            report(codes.EVENT_GATE, this.gate ? 1 : 0)
        } else if (speed_epoch !== this.epoch) await this.setGate(this.gate)
        this.speed_error_ppm = imaged_move.speed_error_ppm
        const plan = this.plan
        if (!plan) return
        const position_nm = positionNm()
        const margin_nm = marginNm(plan)
        const inside =
            position_nm >= plan.window_start_nm - margin_nm &&
            position_nm < plan.window_end_nm + margin_nm
        if (inside === this.in_window) return
        this.in_window = inside
        report(inside ? codes.EVENT_WINDOW_STARTED : codes.EVENT_WINDOW_ENDED, position_nm)
    }

    /** Ends firing; {@link finish} sends the summary after the last lines. */
    async stop(): Promise<void> {
        this.preparing = false
        this.loading = undefined
        await this.front.stop()
        countRefused(await this.front.linesRefused())
        if (this.rotor) await this.rotor.stop()
        this.end()
    }

    private end(): void {
        this.gate = false
        this.in_window = false
        if (!this.active) return
        this.active = false
        this.ending = true
        this.ended_ms = ds.millis()
        drainRun()
    }

    /** Ends firing in a fault. Lines in the FIFO and the summary are still sent if the front end answers. */
    async fail(): Promise<void> {
        this.preparing = false
        this.loading = undefined
        try {
            await this.front.stop()
            countRefused(await this.front.linesRefused())
        } catch (_) {
            console.error(
                "the front end could not be stopped; without service it stops firing by itself"
            )
            cutOffRun()
        }
        this.end()
    }

    /** After a fault, when firing and motion have ended. */
    async failRotor(): Promise<void> {
        try {
            if (this.rotor) await this.rotor.stop()
        } catch (_) {
            console.error(
                "the rotor could not be stopped; without service the line engine switches it off"
            )
        }
    }

    /** Sends the summary once the pump is idle; called by every loop. */
    async finish(now_ms: number): Promise<void> {
        this.sendEnd()
        if (!this.ending) return
        if (!pumpIsIdle()) {
            if (now_ms - this.ended_ms < DRAIN_LIMIT_MS) return
            // The host gives no more credit: the lines that wait for it are counted as dropped.
            giveUpRun()
            // A burst that is partly sent may still be completed; the link ends the session of a silent host.
            if (!pumpIsIdle()) return
        }
        this.ending = false
        let lines_fired = LINES_UNKNOWN
        let lines_dropped_crc = 0
        try {
            const fired = await this.front.linesFired()
            closeRun()
            // All other losses are counted: these lines were lost on the bus.
            const lost = fired - lines_sent - dropped_fifo - dropped_credit
            // Fewer fired than received: the front end was reset, and its count with it.
            if (lost >= 0) {
                lines_fired = fired
                lines_dropped_crc = lost
            }
        } catch (_) {
            console.error("the front end does not report the number of fired lines")
        }
        const plan = this.plan
        const bus_errors = front_status.bus_errors - this.bus_errors_before
        if (bus_errors > 0) report(codes.EVENT_ENGINE_BUS, bus_errors)
        this.unsent_end = {
            outcome: this.outcome,
            lines_fired,
            lines_sent: lines_sent,
            lines_dropped_fifo: dropped_fifo,
            lines_dropped_credit: dropped_credit,
            lines_dropped_crc,
            lines_dropped_gate: dropped_refused,
            bursts_sent: bursts_sent,
            window_start_nm: plan ? plan.window_start_nm : 0,
            window_end_nm: plan ? plan.window_end_nm : 0,
            speed_error_ppm: this.speed_error_ppm,
            run: this.number,
        }
        this.sendEnd()
    }

    /** Sends the summary once a host is connected and not silent, which may be in a later session. */
    sendEnd(): void {
        if (!this.unsent_end || !hostIsPresent()) return
        if (sendToHost(TYPE_END, END, this.unsent_end)) this.unsent_end = undefined
    }
}
