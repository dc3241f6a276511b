// The control loop of the cart: interlocks, the move of the state, requests, status, and the reaction to a fault.

import * as ds from "@devicescript/core"
import { openBurstBuffer } from "../acquisition/burst-buffer"
import { FrontEnd, FrontEndParts, front_status } from "../acquisition/front-end"
import { lines_sent } from "../acquisition/line-counts"
import {
    beginRun,
    block_lines,
    drainRun,
    openPump,
    pumpIsIdle,
    record_format,
    record_samples,
    runPump,
    setPumpRecords,
    takePumpError,
} from "../acquisition/line-pump"
import { linkIsOpen, openLink, sendToHost, stepLink, takeRefusedReason } from "../link/link"
import { creditLeft } from "../link/outgoing"
import { set_speed_nm_s, speed_epoch, speedBefore } from "../motion/set-speed"
import { stopping } from "../motion/guard"
import { disableMotor, motor_enabled, openSled, positionNm } from "../motion/sled"
import { configureSled } from "../motion/sled-settings"
import { checkRest, diagnoseFollowFault, follow_fault } from "../motion/supervision"
import { calibration } from "../motion/units"
import { Board } from "../platform/board"
import { CartFault } from "../platform/cart-fault"
import { randomU32 } from "../platform/random"
import { LinkSettings } from "../platform/settings"
import { TYPE_RESTART, TYPE_STATUS } from "../../shared/protocol/burst"
import * as machine from "../../shared/cart-machine"
import { fires, isLatched, moves } from "../../shared/cart-machine"
import {
    RESTART,
    STATUS,
    STATUS_HOMED,
    STATUS_MOTOR_ON,
    STATUS_SAFE,
    STATUS_SOUND,
} from "../../shared/protocol/messages"
import * as codes from "../../shared/codes"
import { isSearching } from "../motion/homing"
import { alarmSignals } from "./alarms"
import { loadCalibration } from "./calibration-store"
import { openCartServices, stepCartServices } from "./cart-services"
import { CartState } from "./cart-state"
import { expireControl, giveControl, holder } from "./control"
import { keepLog, openEventLog } from "./event-log"
import { openEvents, report } from "./events"
import {
    continuePreparing,
    failImaging,
    failRotor,
    finishImaging,
    openImaging,
    preparing,
    sendEnd,
    setOutcome,
} from "./imaging"
import { checkInterlocks, checkWarnings, LOOP_LIMIT_MS, openInterlocks } from "./interlocks"
import { continueMove, NO_EVENT, openMoves, stopMove } from "./moves"
import { continueDump, openRegisterDump } from "./register-dump"
import { handleRequest, openRequests } from "./requests"
import { bad_block, keepRecord, openRestartRecord, restart } from "./restart-record"
import { beat, checkSafe, isSafe, openSafety, rearmSafe } from "./safety"
import { testSafety } from "./self-test"
import { openSetupRequests } from "./setup-requests"
import { openVerdicts } from "./verdict"

const LOOP_MS = 10
/** While the sled brakes: standstill must be seen, or the motor switched off, within 30 ms of the ramp's end. */
const STOP_LOOP_MS = 5
const STATUS_MS = 100

/** Travel of a resting sled that is reported. */
const PUSHED_NM = 500000

export class Cart {
    private readonly state: CartState
    private readonly front: FrontEnd
    /** Where the sled came to rest, or was last reported. */
    private rest_nm = 0
    /** False until the position is read after a self test: the encoder counts on through a restart of the program. */
    private rest_known = false
    private status_ms = 0
    private last_loop_ms = 0

    constructor(
        private board: Board,
        settings: LinkSettings,
        makeFrontEnd: () => FrontEndParts
    ) {
        const cart = this
        openLink(settings, async () => await cart.onLinkOpen(), handleRequest)
        this.state = new CartState()
        openEvents(this.state)
        openSled(board)
        openSafety(board)
        // First, while the heap has large free blocks.
        const parts = makeFrontEnd()
        this.front = parts.front
        this.state.front = parts.front
        openBurstBuffer(parts.burst_pieces)
        openPump(
            parts.front.service,
            parts.reader,
            { speedEpoch: () => speed_epoch, speedBefore: speedBefore },
            () => calibration.encoder_nm_per_count
        )
        setPumpRecords(parts.samples, parts.format)
        openImaging(this.front, parts.rotor, this.state, randomU32())
        openInterlocks(this.front, parts.rotor)
        openMoves(this.front)
        openRegisterDump(this.front, parts.dump_chip, parts.dump_addresses)
        openVerdicts(this.state)
        openSetupRequests(this.state, this.front, parts.pairs, parts.kind, parts.path)
        openRequests(this.state, this.front)
        openCartServices(this.state)
    }

    /** Never returns. */
    async run(): Promise<void> {
        runPump.start()
        await loadCalibration()
        const state = this.state
        await openRestartRecord(this.board.fram, report)
        await openEventLog()
        report(codes.EVENT_RESTART, restart.cause)
        state.restart_cause = restart.cause
        if (moves(restart.state) || fires(restart.state)) state.interrupted = restart.state
        state.dispatch(machine.DONE_BOOT)
        this.last_loop_ms = ds.millis()
        let due_ms = this.last_loop_ms
        for (;;) {
            try {
                await this.loop()
            } catch (e) {
                await this.fail(e)
            }
            // The period counts from start to start of a loop. Loops that were missed are not made up for.
            due_ms += stopping ? STOP_LOOP_MS : LOOP_MS
            const now_ms = ds.millis()
            if (due_ms <= now_ms) due_ms = now_ms + 1
            await ds.sleep(due_ms - now_ms)
        }
    }

    private async loop(): Promise<void> {
        const now_ms = ds.millis()
        const interval_ms = now_ms - this.last_loop_ms
        const state = this.state.now
        this.last_loop_ms = now_ms
        await beat()
        checkSafe(interval_ms)
        expireControl()
        const pump_error = takePumpError()
        if (pump_error) throw pump_error
        if (state === machine.STATE_SELF_TEST) await this.selfTest()
        else if (isLatched(state)) await this.watchRest(now_ms)
        else {
            await checkInterlocks(state, preparing, now_ms, interval_ms)
            if (front_status.plugged !== this.state.plugged) await this.state.readCatheter()
            const event = await continueMove(state, now_ms)
            if (event !== NO_EVENT) this.state.dispatch(event)
            if (await continuePreparing(now_ms)) this.state.dispatch(machine.COMMAND_LIVE)
        }
        checkWarnings(state)
        if (state !== machine.STATE_SELF_TEST) this.watchForce()
        await finishImaging(now_ms)
        await stepLink(now_ms)
        await stepCartServices()
        await continueDump(this.state.now)
        await keepRecord(this.state.now, this.state.fault, now_ms)
        await keepLog(this.state.now)
        // After a late transfer the position is too old: the next loop reports it.
        if (now_ms - this.status_ms >= STATUS_MS && ds.millis() - now_ms < LOOP_MS) {
            this.status_ms = now_ms
            await this.sendStatus(now_ms)
        }
    }

    private async selfTest(): Promise<void> {
        await testSafety(this.board, this.front)
        await configureSled()
        await this.front.selfTest()
        // Last, deliberately: until here motor and transmit cannot be on.
        await rearmSafe()
        this.rest_known = false
        this.state.dispatch(machine.DONE_SELF_TEST)
    }

    /** Stops firing, then motion, and latches the fault. */
    private async fail(e: any): Promise<void> {
        const is_fault = e instanceof CartFault
        if (!is_fault) console.error("internal error: " + e.message)
        const state = this.state.now
        let fault = is_fault ? e.code : codes.FAULT_UNEXPECTED
        let value = is_fault ? e.value : 0
        const searching = state === machine.STATE_HOMING && isSearching()
        // Halted in the middle of a loop, which may have cost the motor its stage: that is the cause.
        const interval_ms = ds.millis() - this.last_loop_ms
        if ((moves(state) || stopping) && interval_ms > LOOP_LIMIT_MS) {
            fault = codes.FAULT_LOOP_LATE
            value = interval_ms
        }
        await failImaging()
        let is_checked = true
        try {
            // On a dead or stuck bus a write may even read back correctly.
            if (fault === codes.FAULT_MOTOR_DRIVER_MISSING || fault === codes.FAULT_NO_STOP) throw e
            // In any state: a request that failed half-way may have started a move.
            await stopMove()
            if (
                fault === codes.FAULT_ESTOP ||
                fault === codes.FAULT_SAFETY_TRIPPED ||
                fault === codes.FAULT_MOTOR_DRIVER_RESET ||
                (fault >= codes.FAULT_DRIVER_SHORT && fault <= codes.FAULT_DRIVER_SUPPLY)
            )
                // SAFE or the chip has switched the stage off; the pin keeps it off when they recover.
                await disableMotor()
            else if (follow_fault) fault = await diagnoseFollowFault()
        } catch (_) {
            is_checked = false
            await disableMotor()
        }
        // Without its home switch the sled stalls at the end of the guide, and springs back. The probe has shown that the encoder
        // counts in the right direction.
        const no_follow = fault === codes.FAULT_STALL || fault === codes.FAULT_ENCODER_REVERSED
        if (no_follow && searching) fault = codes.FAULT_HOMING
        await failRotor()
        // No later fault hides an emergency stop.
        if (this.state.now !== machine.STATE_STOPPED || fault === codes.FAULT_ESTOP) {
            this.state.fault = fault
            this.state.fault_value = value
        }
        setOutcome(fault)
        this.state.dispatch(fault === codes.FAULT_ESTOP ? machine.ON_ESTOP : machine.ON_FAULT)
        report(fault, value)
        if (!is_checked) report(codes.EVENT_MOTOR_OFF, positionNm())
    }

    /** In a latched fault: the sled comes to rest and stays there, or the motor is switched off. */
    private async watchRest(now_ms: number): Promise<void> {
        try {
            await checkRest(now_ms)
        } catch (_) {
            if (!motor_enabled) return
            await disableMotor()
            report(codes.EVENT_MOTOR_OFF, positionNm())
        }
    }

    /** Reports a resting sled that is pushed; in manual the operator moves it. */
    private watchForce(): void {
        const nm = positionNm()
        const state = this.state.now
        if (!this.rest_known || moves(state) || stopping || state === machine.STATE_MANUAL)
            this.rest_nm = nm
        this.rest_known = true
        if (Math.abs(nm - this.rest_nm) < PUSHED_NM) return
        this.rest_nm = nm
        report(codes.EVENT_SLED_MOVED, nm)
    }

    private async onLinkOpen(): Promise<void> {
        // Control ended with the session before.
        if (holder === machine.HOLDER_HOST) giveControl(machine.HOLDER_NOBODY, 0)
        this.state.sent_catheter = undefined
        const refused = takeRefusedReason()
        if (refused !== codes.GOOD) report(codes.EVENT_LINK_REFUSED, refused)
        this.state.plugged = undefined
        // Known lines test the whole path before any echo is sent.
        if (pumpIsIdle() && !isLatched(this.state.now)) {
            beginRun(0, true)
            await this.front.sendTestLines(record_samples, record_format, block_lines)
            drainRun()
        }
        sendToHost(TYPE_RESTART, RESTART, restart)
        if (bad_block >= 0) report(codes.EVENT_FRAM, bad_block)
        sendEnd()
        await this.sendStatus(ds.millis())
    }

    private async sendStatus(now_ms: number): Promise<void> {
        if (!linkIsOpen()) return
        const state = this.state.now
        const lines_fired = fires(state) ? await this.front.linesFired() : 0
        const signals = alarmSignals()
        sendToHost(TYPE_STATUS, STATUS, {
            state,
            fault: this.state.fault,
            time_ms: now_ms,
            position_nm: positionNm(),
            speed_nm_s: set_speed_nm_s,
            fifo_lines: front_status.level,
            lines_fired,
            lines_sent: lines_sent,
            credit_bytes: creditLeft(),
            flags:
                (this.state.isHomed() ? STATUS_HOMED : 0) |
                (motor_enabled ? STATUS_MOTOR_ON : 0) |
                (isSafe() ? STATUS_SAFE : 0) |
                (STATUS_SOUND * signals.sound),
            fault_value: this.state.fault_value,
            alarm: signals.code,
            warnings: signals.warnings,
            control: holder,
        })
    }
}
