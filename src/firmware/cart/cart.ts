// Responsible for: the cart's state, what each state does, interlocks and faults; one control loop.
// Not for: the states' order (wire/cart-machine.ts) or how motion, front end and link do their work.

import * as ds from "@devicescript/core"
import { FifoReader, LineEngine } from "../acquisition/line-engine"
import { LinePump } from "../acquisition/line-pump"
import { Link, Request } from "../link/link"
import { Calibrating } from "../motion/calibrating"
import { Homing } from "../motion/homing"
import { Parking } from "../motion/parking"
import { Pullback } from "../motion/pullback"
import { Sled } from "../motion/sled"
import { ScrewSurvey } from "../motion/screw-survey"
import { nominalCalibration } from "../../wire/calibration"
import { Board } from "../platform/board"
import { CartFault } from "../platform/fault"
import * as burst from "../../wire/burst"
import * as machine from "../../wire/cart-machine"
import { fires, moves, nextState } from "../../wire/cart-machine"
import { recordLength } from "../../wire/line-record"
import { EVENT, REFUSAL, Setup, STATUS } from "../../wire/messages"
import { SPEED_MAX_NM_S } from "../../wire/ramp"
import * as reasons from "../../wire/reasons"
import { sentenceOf } from "../../wire/reasons"
import { PIN_HEARTBEAT } from "../../wire/virtual-board"
import { CalibrationKeeper } from "./calibration-keeper"
import { Imaging } from "./imaging"
import { Interlocks } from "./interlocks"
import { judgeSetup, PullbackSetup } from "./setup"

const LOOP_MS = 10
const STATUS_MS = 100
const SAMPLES = 256

export class Cart {
    state = machine.STATE_BOOT
    fault = reasons.GOOD

    private readonly sled: Sled
    private readonly engine: LineEngine
    private readonly pump: LinePump
    private readonly link: Link
    private readonly homing: Homing
    private readonly parking: Parking
    private readonly pullback: Pullback
    private readonly calibrating: Calibrating
    private readonly keeper: CalibrationKeeper
    private readonly interlocks: Interlocks
    private readonly imaging: Imaging
    private setup: PullbackSetup | undefined = undefined
    private heartbeat = 0
    private status_ms = 0
    private looped_ms = 0

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
        this.parking = new Parking(this.sled)
        this.homing = new Homing(
            this.sled,
            survey,
            this.parking,
            async position_nm => {
                await cart.engine.setPosition(
                    Math.round(position_nm / nm_per_count)
                )
                cart.tell(reasons.EVENT_HOMED, position_nm)
            }
        )
        this.pullback = new Pullback(this.sled)
        const tell = (code: number, value: number) => cart.tell(code, value)
        this.keeper = new CalibrationKeeper(this.sled)
        this.interlocks = new Interlocks(
            this.sled,
            this.engine,
            this.link,
            tell
        )
        this.imaging = new Imaging(
            this.engine,
            this.pump,
            this.link,
            this.sled,
            this.pullback,
            tell
        )
    }

    /** Runs for ever. */
    async run(): Promise<void> {
        const pump = this.pump
        const pumping = async () => await pump.run()
        pumping.start()
        await this.keeper.load()
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
            await this.interlocks.check(this.state, now_ms, late_ms)
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

    private async advance(now_ms: number): Promise<void> {
        if (this.state === machine.STATE_HOMING) {
            if (await this.homing.step(await this.engine.tickUs())) {
                this.keeper.surveyed(this.homing.verdict)
                this.happen(machine.DONE_HOMING)
            }
        } else if (this.state === machine.STATE_CALIBRATING) {
            if (await this.calibrating.step(await this.engine.tickUs())) {
                const measured = this.calibrating.measured
                if (measured) {
                    await this.keeper.store(measured)
                    this.tell(reasons.EVENT_CALIBRATED, measured.fclk_hz)
                }
                this.sled.homed = false
                this.happen(machine.DONE_CALIBRATING)
            }
        } else if (this.state === machine.STATE_PULLING) {
            await this.pull(now_ms)
        } else if (this.state === machine.STATE_RETURNING) {
            if (await this.parking.step()) this.happen(machine.DONE_RETURNING)
        }
        await this.imaging.finish()
    }

    private async pull(now_ms: number): Promise<void> {
        const done = await this.pullback.step(
            now_ms,
            this.pump.tick_us,
            this.pump.position_nm
        )
        await this.imaging.follow()
        if (!done) return
        await this.imaging.stop()
        this.happen(machine.DONE_PULLING)
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
        this.imaging.abandon()
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
        if (this.keeper.reason() !== reasons.GOOD)
            return { reason: this.keeper.reason(), value: 0 }
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
        if (this.imaging.ending) return reasons.REFUSED_STATE
        const before = this.state
        if (command === machine.ASK_HOME) await this.homing.start()
        else if (command === machine.ASK_CALIBRATE)
            await this.calibrating.start()
        else if (command === machine.ASK_LIVE) {
            if (!this.setup) return reasons.REFUSED_NO_SETUP
            await this.imaging.begin(this.setup)
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
            this.imaging.outcome = reasons.EVENT_STOPPED
            this.tell(reasons.EVENT_STOPPED, this.sled.positionNm())
            if (before === machine.STATE_PULLING) await this.imaging.stop()
        } else if (command === machine.ASK_RETURN) {
            await this.parking.start(SPEED_MAX_NM_S)
        } else if (command === machine.ASK_STANDBY) await this.imaging.stop()
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
