// Responsible for: the cart's state, what each state does, interlocks and faults; one control loop.
// Not for: the states' order (wire/cart-machine.ts) or how motion, front end and link do their work.

import * as ds from "@devicescript/core"
import { FifoReader, LineEngine } from "../acquisition/line-engine"
import { LinePump } from "../acquisition/line-pump"
import { Link, Request } from "../link/link"
import { Calibrating } from "../motion/calibrating"
import { Homing } from "../motion/homing"
import { Pullback } from "../motion/pullback"
import { Sled } from "../motion/sled"
import { DRV_OPEN_LOAD, DRV_WARM } from "../motion/tmc5160-registers"
import { ScrewSurvey } from "../motion/screw-survey"
import {
    Calibration,
    CALIBRATION_GOOD,
    CALIBRATION_LENGTH,
    CALIBRATION_MISSING,
    judgeCalibration,
    nominalCalibration,
    readCalibration,
    writeCalibration,
} from "../../wire/calibration"
import {
    readCalibrationRecord,
    writeCalibrationRecord,
} from "../platform/settings"
import { Board } from "../platform/board"
import { CartFault } from "../platform/fault"
import * as burst from "../../wire/burst"
import * as machine from "../../wire/cart-machine"
import { fires, moves, nextState } from "../../wire/cart-machine"
import {
    FLAG_CATHETER,
    FLAG_FIRING,
    FLAG_INHIBITED,
    FLAG_RESET,
} from "../../wire/line-engine"
import { recordLength } from "../../wire/line-record"
import {
    DESCRIPTION,
    END,
    EVENT,
    REFUSAL,
    Setup,
    STATUS,
} from "../../wire/messages"
import { PARK_NM, SPEED_MAX_NM_S } from "../../wire/ramp"
import * as reasons from "../../wire/reasons"
import { sentenceOf } from "../../wire/reasons"
import { PIN_HEARTBEAT } from "../../wire/virtual-board"
import { description, judgeSetup, PullbackSetup } from "./setup"

const LOOP_MS = 10
/** A loop that is later than this while something moves is a fault. */
const LOOP_LIMIT_MS = 60
const STATUS_MS = 100
/** Silence of the host after which a pullback stops; it pings every 25 ms. */
const LINK_LIMIT_MS = 90
const SAMPLES = 256

export class Cart {
    state = machine.STATE_BOOT
    fault = reasons.GOOD

    private readonly sled: Sled
    private readonly engine: LineEngine
    private readonly pump: LinePump
    private readonly link: Link
    private readonly homing: Homing
    private readonly pullback: Pullback
    private readonly calibrating: Calibrating
    /** Why no pullback may start: what is wrong with the calibration, or GOOD. */
    private calibration_reason = reasons.GOOD
    private stored_reason = reasons.GOOD
    private setup: PullbackSetup | undefined = undefined
    private heartbeat = 0
    private told_warnings = 0
    private status_ms = 0
    private looped_ms = 0
    private gate = false
    private in_window = false
    private ending = false
    private outcome = reasons.GOOD

    constructor(
        private board: Board,
        host: string,
        port: number
    ) {
        const cart = this
        this.sled = new Sled(board, nominalCalibration())
        this.engine = new LineEngine(board.engine)
        this.link = new Link(
            host,
            port,
            async () => await cart.onLinkOpen(),
            async request => await cart.onRequest(request)
        )
        const nm_per_count = this.sled.calibration.encoder_nm_per_count
        this.pump = new LinePump(
            this.engine,
            new FifoReader(
                this.engine,
                board.engine,
                recordLength(SAMPLES),
                SAMPLES
            ),
            this.link,
            this.sled,
            nm_per_count
        )
        // One survey serves both: they never run at once.
        const survey = new ScrewSurvey()
        this.calibrating = new Calibrating(this.sled, survey)
        this.homing = new Homing(this.sled, survey, async position_nm => {
            await cart.engine.setPosition(
                Math.round(position_nm / nm_per_count)
            )
            cart.tell(reasons.EVENT_HOMED, position_nm)
        })
        this.pullback = new Pullback(this.sled)
    }

    /** Runs for ever. */
    async run(): Promise<void> {
        const pump = this.pump
        const pumping = async () => await pump.run()
        pumping.start()
        await this.loadCalibration()
        this.happen(machine.DONE_BOOT)
        this.looped_ms = ds.millis()
        for (;;) {
            try {
                await this.loop()
            } catch (e) {
                await this.fail(e)
            }
            await ds.sleep(LOOP_MS)
        }
    }

    /** Takes the stored calibration; a damaged one is not used, and no catheter is moved on a guess. */
    private async loadCalibration(): Promise<void> {
        const record = await readCalibrationRecord()
        const verdict = judgeCalibration(record)
        if (verdict === CALIBRATION_GOOD)
            this.sled.calibration = readCalibration(record)
        else if (verdict !== CALIBRATION_MISSING)
            this.stored_reason = reasons.REFUSED_CALIBRATION
    }

    private async storeCalibration(measured: Calibration): Promise<void> {
        const record = Buffer.alloc(CALIBRATION_LENGTH)
        writeCalibration(record, measured)
        // What was measured must be believable: a slipping screw is not a scale.
        if (judgeCalibration(record) !== CALIBRATION_GOOD)
            throw new CartFault(reasons.FAULT_CALIBRATION, measured.fclk_hz)
        await writeCalibrationRecord(record)
        this.sled.calibration = measured
        this.stored_reason = reasons.GOOD
        this.tell(reasons.EVENT_CALIBRATED, measured.fclk_hz)
    }

    private async loop(): Promise<void> {
        const now_ms = ds.millis()
        const late_ms = now_ms - this.looped_ms
        this.looped_ms = now_ms
        this.heartbeat ^= 1
        await this.board.setPin(PIN_HEARTBEAT, this.heartbeat)
        if (this.pump.failure) {
            const failure = this.pump.failure
            this.pump.failure = undefined
            throw failure
        }
        if (this.state === machine.STATE_SELF_TEST) await this.selfTest()
        else if (this.state !== machine.STATE_FAULT) {
            if (late_ms > LOOP_LIMIT_MS && moves(this.state))
                throw new CartFault(reasons.FAULT_LOOP_LATE, late_ms)
            await this.supervise(now_ms)
            await this.advance(now_ms)
        }
        await this.link.step(now_ms)
        if (now_ms - this.status_ms >= STATUS_MS) {
            this.status_ms = now_ms
            await this.sendStatus(now_ms)
        }
    }

    private async selfTest(): Promise<void> {
        await this.sled.configure()
        await this.engine.begin()
        this.happen(machine.DONE_SELF_TEST)
    }

    /** What holds in every state but fault: chips alive, catheter in, host there. */
    private async supervise(now_ms: number): Promise<void> {
        await this.sled.supervise()
        this.tellWarnings()
        await this.engine.service()
        if (this.engine.flags & FLAG_RESET)
            throw new CartFault(reasons.FAULT_ENGINE_RESET, this.engine.flags)
        if (fires(this.state)) {
            if (!(this.engine.flags & FLAG_CATHETER))
                throw new CartFault(reasons.FAULT_CATHETER_CHANGED, 0)
            if (
                !(this.engine.flags & FLAG_FIRING) ||
                this.engine.flags & FLAG_INHIBITED
            )
                throw new CartFault(
                    reasons.FAULT_ENGINE_STOPPED,
                    this.engine.flags
                )
            if (
                !this.link.isOpen() ||
                now_ms - this.link.heard_ms > LINK_LIMIT_MS
            )
                throw new CartFault(
                    reasons.FAULT_LINK_LOST,
                    now_ms - this.link.heard_ms
                )
        }
    }

    /** Tells each warning of the motor driver once, when it comes up. */
    private tellWarnings(): void {
        const warnings = this.sled.warnings
        const fresh = warnings & ~this.told_warnings
        this.told_warnings = warnings
        const status = this.sled.driver.drv_status | 0
        if (fresh & DRV_WARM) this.tell(reasons.EVENT_DRIVER_WARM, status)
        if (fresh & DRV_OPEN_LOAD && moves(this.state))
            this.tell(reasons.EVENT_OPEN_LOAD, status)
    }

    private async advance(now_ms: number): Promise<void> {
        if (this.state === machine.STATE_HOMING) {
            if (await this.homing.step(await this.engine.tickUs())) {
                this.calibration_reason =
                    this.stored_reason !== reasons.GOOD
                        ? this.stored_reason
                        : this.homing.verdict
                this.happen(machine.DONE_HOMING)
            }
        } else if (this.state === machine.STATE_CALIBRATING) {
            if (await this.calibrating.step(await this.engine.tickUs())) {
                const measured = this.calibrating.measured
                if (measured) await this.storeCalibration(measured)
                this.sled.homed = false
                this.happen(machine.DONE_CALIBRATING)
            }
        } else if (this.state === machine.STATE_PULLING) {
            await this.pull(now_ms)
        } else if (this.state === machine.STATE_RETURNING) {
            if (this.sled.arrived()) {
                await this.sled.hold()
                this.happen(machine.DONE_RETURNING)
            }
        }
        if (this.ending && this.pump.idle()) await this.endRun()
    }

    private async pull(now_ms: number): Promise<void> {
        const done = await this.pullback.step(
            now_ms,
            this.pump.tick_us,
            this.pump.position_nm
        )
        if (this.pullback.atSpeed !== this.gate) {
            this.gate = this.pullback.atSpeed
            await this.engine.setGate(this.gate)
            this.tell(reasons.EVENT_GATE, this.gate ? 1 : 0)
        }
        const position_nm = this.sled.positionNm()
        const plan = this.pullback.plan
        const inside =
            position_nm >= plan.window_start_nm &&
            position_nm < plan.window_end_nm
        if (inside !== this.in_window) {
            this.in_window = inside
            this.tell(
                inside
                    ? reasons.EVENT_WINDOW_BEGAN
                    : reasons.EVENT_WINDOW_ENDED,
                position_nm
            )
        }
        if (!done) return
        await this.stopFiring()
        this.happen(machine.DONE_PULLING)
    }

    /** Ends firing; the run's summary follows when its last lines have gone. */
    private async stopFiring(): Promise<void> {
        await this.engine.stop()
        this.pump.finish()
        this.gate = false
        this.in_window = false
        this.ending = true
    }

    private async endRun(): Promise<void> {
        this.ending = false
        this.link.send(burst.TYPE_END, END, {
            outcome: this.outcome,
            lines_fired: await this.engine.fired(),
            lines_sent: this.pump.lines_sent,
            lines_dropped_fifo: this.pump.dropped_fifo,
            lines_dropped_credit: this.pump.dropped_credit,
            lines_dropped_crc: 0,
            lines_dropped_gate: 0,
            bursts_sent: this.pump.bursts_sent,
            window_start_nm: this.pullback.plan.window_start_nm,
            window_end_nm: this.pullback.plan.window_end_nm,
            speed_error_ppm: this.pullback.speed_error_ppm,
        })
    }

    private happen(event: number): boolean {
        const next = nextState(this.state, event)
        if (next < 0) return false
        this.state = next
        this.tell(reasons.EVENT_STATE, next)
        return true
    }

    private tell(code: number, value: number): void {
        const time_ms = ds.millis()
        console.log(time_ms + " " + sentenceOf(code) + ": " + value)
        if (this.link.isOpen())
            this.link.send(burst.TYPE_EVENT, EVENT, {
                code,
                time_ms,
                value,
            })
    }

    /** Makes everything safe, firing first, and latches the cause. */
    private async fail(e: any): Promise<void> {
        const known = e instanceof CartFault
        if (!known) console.error("unexpected: " + e.message)
        this.fault = known ? e.code : reasons.FAULT_UNEXPECTED
        this.pump.abandon()
        this.ending = false
        try {
            await this.engine.stop()
        } catch (_) {
            console.error(
                "the line engine does not take a stop; its own watchdog will"
            )
        }
        try {
            if (moves(this.state)) await this.sled.stop()
        } catch (_) {
            console.error("the motor driver does not take a stop: motor off")
            this.sled.homed = false
            await this.sled.disable()
        }
        this.happen(machine.HAPPENED_FAULT)
        this.tell(reasons.EVENT_FAULT, this.fault)
        console.error(sentenceOf(this.fault))
    }

    private async onLinkOpen(): Promise<void> {
        // Known lines through the whole path, before any echo.
        if (this.pump.idle() && this.state !== machine.STATE_FAULT) {
            this.pump.begin(0, true)
            await this.engine.sendTestLines(SAMPLES)
            this.pump.finish()
        }
        await this.sendStatus(ds.millis())
    }

    private async onRequest(request: Request): Promise<void> {
        let reason = reasons.GOOD
        let value = this.state
        if (request.setup) {
            const judged = await this.takeSetup(request.setup)
            reason = judged.reason
            value = judged.value
        } else if (request.command)
            reason = await this.obey(request.command.command)
        if (reason === reasons.GOOD) return
        this.link.send(burst.TYPE_REFUSAL, REFUSAL, {
            command: request.command ? request.command.command : 0,
            serial: request.command ? request.command.serial : 0,
            reason,
            value,
        })
    }

    private async takeSetup(
        setup: Setup
    ): Promise<{ reason: number; value: number }> {
        if (moves(this.state) || fires(this.state))
            return { reason: reasons.REFUSED_STATE, value: this.state }
        if (this.calibration_reason !== reasons.GOOD)
            return { reason: this.calibration_reason, value: 0 }
        const judged = judgeSetup(setup)
        if (judged.reason !== reasons.GOOD) return judged
        if ((await this.engine.catheterId()) !== setup.catheter)
            return { reason: reasons.REFUSED_CATHETER_PLUGGED, value: 0 }
        this.setup = judged.setup
        this.tell(reasons.EVENT_SETUP, setup.length_nm)
        return judged
    }

    private async obey(command: number): Promise<number> {
        if (command < 1 || command > machine.ASK_LAST)
            return reasons.REFUSED_COMMAND
        if (nextState(this.state, command) < 0) return reasons.REFUSED_STATE
        if (this.ending) return reasons.REFUSED_STATE
        const before = this.state
        if (command === machine.ASK_HOME) await this.homing.start()
        else if (command === machine.ASK_CALIBRATE)
            await this.calibrating.start()
        else if (command === machine.ASK_LIVE) {
            if (!this.setup) return reasons.REFUSED_NO_SETUP
            await this.goLive(this.setup)
        } else if (command === machine.ASK_ARM) {
            // What was loaded may have been disturbed since: nothing is armed on trust.
            await this.engine.checkTable()
        } else if (command === machine.ASK_START) {
            if (!this.setup) return reasons.REFUSED_NO_SETUP
            await this.pullback.start(
                this.setup.plan,
                this.setup.speed_nm_s,
                ds.millis()
            )
        } else if (command === machine.ASK_STOP) {
            await this.sled.stop()
            this.outcome = reasons.EVENT_STOPPED
            this.tell(reasons.EVENT_STOPPED, this.sled.positionNm())
            if (before === machine.STATE_PULLING) await this.stopFiring()
        } else if (command === machine.ASK_RETURN) {
            await this.sled.moveTo(PARK_NM, SPEED_MAX_NM_S)
        } else if (command === machine.ASK_STANDBY) await this.stopFiring()
        else if (command === machine.ASK_ACKNOWLEDGE) {
            this.fault = reasons.GOOD
            this.tell(reasons.EVENT_ACKNOWLEDGED, 0)
        } else if (command === machine.ASK_RELEASE) {
            this.sled.homed = false
            await this.sled.disable()
        }
        this.happen(command)
        return reasons.GOOD
    }

    private async goLive(setup: PullbackSetup): Promise<void> {
        this.outcome = reasons.GOOD
        await this.engine.load(setup.catheter, setup.budget.line_period_ns)
        const nm_per_count = this.sled.calibration.encoder_nm_per_count
        await this.engine.setWindow(
            Math.round(setup.plan.window_start_nm / nm_per_count),
            Math.round(setup.plan.window_end_nm / nm_per_count)
        )
        this.link.send(
            burst.TYPE_DESCRIPTION,
            DESCRIPTION,
            description(
                setup,
                this.sled.calibration,
                await this.engine.catheterSerial(),
                this.engine.table_crc
            )
        )
        this.pump.begin(setup.budget.line_period_ns, false)
        await this.engine.fire()
    }

    private async sendStatus(now_ms: number): Promise<void> {
        if (!this.link.isOpen()) return
        const lines_fired = fires(this.state) ? await this.engine.fired() : 0
        this.link.send(burst.TYPE_STATUS, STATUS, {
            state: this.state,
            fault: this.fault,
            time_ms: now_ms,
            position_nm: this.sled.positionNm(),
            speed_nm_s: this.sled.set_speed_nm_s,
            fifo_lines: this.engine.level,
            lines_fired,
            lines_sent: this.pump.lines_sent,
            credit_bytes: this.link.credit(),
        })
    }
}
