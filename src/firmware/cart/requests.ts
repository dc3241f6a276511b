// The requests of host and bedside unit: each is checked against state and limits, then executed, or refused with a code.

import * as ds from "@devicescript/core"
import { FrontEnd, PairTable } from "../acquisition/front-end"
import { Request } from "../link/incoming"
import { hostIsPresent, LINK_LIMIT_MS, sendToHost } from "../link/link"
import { startStroke } from "../motion/calibrating"
import { holdJog, pressJog } from "../motion/jogging"
import { stopping } from "../motion/guard"
import {
    atFarSwitch,
    atHomeSwitch,
    disableMotor,
    homed,
    isStanding,
    motorNm,
    positionNm,
} from "../motion/sled"
import { presentCause } from "../motion/supervision"
import { TYPE_REFUSAL } from "../../shared/protocol/burst"
import { pauseSound } from "../../shared/alarms"
import { catheterIn, isBuiltIn } from "../../shared/acquisition/catheters"
import { invalidField } from "../../shared/acquisition/catheter-limits"
import { hasElements } from "../../shared/acquisition/channel-data"
import * as machine from "../../shared/cart-machine"
import { LinePath } from "../../shared/acquisition/sequence-budget"
import { fires, isLatched, moves, needsControl } from "../../shared/cart-machine"
import {
    Command,
    payloadLength,
    readPayload,
    REFUSAL,
    Setup,
    SETUP,
} from "../../shared/protocol/messages"
import { MOVE_PULLBACK } from "../../shared/motion/move-terms"
import { PARK_NM } from "../../shared/motion/ramp"
import * as codes from "../../shared/codes"
import { sentenceOf } from "../../shared/codes"
import { alarms } from "./alarms"
import { calibrationReason, storeCalibration } from "./calibration-store"
import { CartState } from "./cart-state"
import { controlVerdict, giveControl, holder, holderSilentMs } from "./control"
import { logEvent, takeDate } from "./event-log"
import { report } from "./events"
import { Imaging } from "./imaging"
import { changeSpeed, homeSled, pull, returnSled, stopMove } from "./moves"
import { beginDump } from "./register-dump"
import { rearmSafe } from "./safety"
import { checkSetup, PullbackSetup, SetupResult } from "./setup"

/** Largest distance of the sled from the planned start of its pullback. */
const START_LIMIT_NM = 50000

/** `reason` is GOOD or a REFUSED_ code; `value` then is the nearest allowed value, or the state. */
export interface Verdict {
    reason: number
    value: number
}

const DONE: Verdict = { reason: codes.GOOD, value: 0 }

export class Requests {
    private setup: PullbackSetup | undefined = undefined
    /** The last setup of the host, as changed by a bedside unit. */
    private setting: Setup | undefined = undefined

    constructor(
        private state: CartState,
        private front: FrontEnd,
        private imaging: Imaging,
        /** Table for pair lists; undefined if the front end has none. */
        private pairs: PairTable | undefined,
        /** One of FRONT_END_. */
        private front_end: number,
        /** Rates of the bus and the link of this board. */
        private path: LinePath
    ) {}

    /** Handles a request of the host, which is told if it is refused. */
    async handle(request: Request): Promise<void> {
        const command = request.command
        let verdict = command
            ? await this.command(command, machine.HOLDER_HOST, 0)
            : controlVerdict(machine.HOLDER_HOST, 0)
        if (verdict.reason === codes.GOOD) {
            if (request.setup) verdict = await this.handleSetup(request.setup)
            else if (request.pairs) verdict = await this.handlePairs(request.pairs)
            else if (request.catheter) verdict = this.handleCatheter(request.catheter)
            else if (request.calibration)
                verdict = await this.handleCalibration(request.calibration)
        }
        this.keepRefusal(verdict)
        if (verdict.reason === codes.GOOD) return
        sendToHost(TYPE_REFUSAL, REFUSAL, {
            command: command ? command.command : 0,
            serial: command ? command.serial : 0,
            reason: verdict.reason,
            value: verdict.value,
        })
    }

    /** Shows and logs a refusal; the same one again tells nothing new, and a sender could fill the log with it. */
    keepRefusal(verdict: Verdict): void {
        const state = this.state
        const reason = verdict.reason
        const is_new = state.refusal !== reason
        state.refusal = reason
        if (!is_new || reason === codes.GOOD) return
        logEvent(state.now, reason, verdict.value)
        console.error("refused: " + sentenceOf(reason))
    }

    private wrongState(): Verdict {
        return { reason: codes.REFUSED_STATE, value: this.state.now }
    }

    private async handleSetup(setup: Setup): Promise<Verdict> {
        const now = this.state.now
        // Before homing the position is unknown; so it is in manual.
        if (moves(now) || fires(now) || !homed) return this.wrongState()
        if (this.imaging.preparing) return this.wrongState()
        // While the sled brakes, the start of the pullback is not known yet.
        if (stopping) return { reason: codes.REFUSED_BRAKING, value: now }
        if (calibrationReason() !== codes.GOOD) return { reason: calibrationReason(), value: 0 }
        const result = this.check(setup, motorNm())
        if (!result.setup) return result
        result.setup.catheter_serial = await this.front.catheterSerial()
        const reason = await this.state.validate(result.setup)
        if (reason !== codes.GOOD) return { reason, value: 0 }
        this.setup = result.setup
        this.setting = setup
        report(codes.EVENT_SETUP, setup.length_nm)
        return DONE
    }

    private check(setup: Setup, from_nm: number): SetupResult {
        const pairs = this.pairs
        return checkSetup(
            setup,
            this.state.catheterNamed(setup.catheter),
            this.front_end,
            this.path,
            from_nm,
            catheter => (pairs ? pairs.sentPairs(catheter) : 0)
        )
    }

    /** Settings of the next pullback with the plugged-in catheter. */
    settings(): Setup {
        const catheter = this.state.catheter
        let setting = this.setting
        // Without a catheter they are kept: the same one may be plugged in again.
        if (!setting || (catheter && setting.catheter !== catheter)) {
            setting = readPayload(Buffer.alloc(payloadLength(SETUP)), 0, SETUP)
            setting.catheter = catheter
            setting.speed_nm_s = 1000000
            setting.length_nm = 50000000
            setting.frame_rate_mhz = 30000
            setting.mode = MOVE_PULLBACK
            this.setting = setting
        }
        return setting
    }

    /** Changes a field of the settings, which must fit the plugged-in catheter for a pullback from the parking position. */
    changeSetting(field: string, value: number, device: number): Verdict {
        if (!this.isIdle()) return this.wrongState()
        const verdict = controlVerdict(machine.HOLDER_UNIT, device)
        if (verdict.reason !== codes.GOOD) return verdict
        const settings: any = this.settings()
        const before = settings[field]
        settings[field] = value
        const result = this.check(settings, PARK_NM)
        if (!result.setup) settings[field] = before
        // Checked with the settings before.
        else this.setup = undefined
        return result
    }

    /** Nothing moves or fires, and no run is being prepared or ended. */
    isIdle(): boolean {
        const now = this.state.now
        const imaging = this.imaging
        return !(moves(now) || fires(now) || imaging.preparing || imaging.ending)
    }

    /** The sled brakes, or a run is being prepared or ended: of all requests that need control only those that end it are taken. */
    waits(): boolean {
        const imaging = this.imaging
        return stopping || imaging.preparing || imaging.ending
    }

    private handleCatheter(payload: Buffer): Verdict {
        if (!this.isIdle()) return this.wrongState()
        const catheter = catheterIn(payload)
        const field = invalidField(catheter)
        if (field >= 0) return { reason: codes.REFUSED_CATHETER_FIELD, value: field }
        // The transmit budget of a built-in catheter cannot be changed.
        if (isBuiltIn(catheter.id)) return { reason: codes.REFUSED_CATHETER_BUILT_IN, value: 0 }
        if (this.pairs) this.pairs.forgetPairs()
        const state = this.state
        state.sent_catheter = payload
        // Reads the catheter again: the plugged-in one may be known now.
        state.plugged = undefined
        report(codes.EVENT_CATHETER_DATA, 0)
        return DONE
    }

    /** The sled must be homed with its new scale, and its survey then checks the record. */
    private async handleCalibration(record: Buffer): Promise<Verdict> {
        const state = this.state
        if (!state.allows(machine.ON_CALIBRATION) || !this.isIdle() || stopping)
            return this.wrongState()
        const reason = await storeCalibration(record)
        if (reason !== codes.GOOD) return { reason, value: 0 }
        this.setup = undefined
        report(codes.EVENT_CALIBRATED, 0)
        state.dispatch(machine.ON_CALIBRATION)
        return DONE
    }

    /** A part of a pair list is written directly into the front end's table, so nothing may fire. */
    private async handlePairs(piece: Buffer): Promise<Verdict> {
        if (!this.isIdle()) return this.wrongState()
        const pairs = this.pairs
        const catheter = this.state.catheterNamed(await this.front.catheterId())
        if (!pairs || !catheter || !hasElements(catheter))
            return { reason: codes.REFUSED_DATA, value: 0 }
        // The setup was checked against the previous table.
        this.setup = undefined
        const reason = await pairs.takePairs(piece, catheter)
        if (reason !== codes.GOOD) return { reason, value: pairs.pairsRefusalValue() }
        report(codes.EVENT_PAIRS, pairs.pairsReceived())
        return DONE
    }

    /**
     * @param from who sends it, one of HOLDER_
     * @param device of the bedside unit that sends it, the first four bytes of its id; 0 for the host
     */
    async command(request: Command, from: number, device: number): Promise<Verdict> {
        const command = request.command
        const now = this.state.now
        if (command === machine.COMMAND_DUMP || command === machine.COMMAND_LOG)
            return { reason: beginDump(request, now), value: now }
        if (command === machine.COMMAND_DATE)
            return { reason: takeDate(request.argument >>> 0, now), value: 0 }
        if (command < 1 || command > machine.COMMAND_LAST)
            return { reason: codes.REFUSED_COMMAND, value: 0 }
        if (command === machine.COMMAND_PAUSE_SOUND) {
            pauseSound(alarms, ds.millis())
            return DONE
        }
        if (command === machine.COMMAND_CONTROL)
            return this.takeControl(
                request.argument === 0 ? from : machine.HOLDER_NOBODY,
                from,
                device
            )
        const verdict = needsControl(command) ? controlVerdict(from, device) : DONE
        if (verdict.reason !== codes.GOOD) return verdict
        // The table has the acknowledgement of a fault; an emergency stop is acknowledged by the reset.
        if (command === machine.COMMAND_ACKNOWLEDGE && !isLatched(this.state.now)) {
            this.state.acknowledge()
            return DONE
        }
        if (this.imaging.preparing) return await this.executeWhilePreparing(command)
        if (command === machine.COMMAND_STOP && !this.state.allows(command)) {
            // A stop is taken in every state.
            await stopMove()
            return DONE
        }
        if (!this.state.allows(command) || this.imaging.ending) return this.wrongState()
        // A move starts from rest; a jog in progress refuses a new press by itself.
        const is_jogging = this.state.now === machine.STATE_JOGGING
        if (stopping && command !== machine.COMMAND_STOP && !is_jogging)
            return { reason: codes.REFUSED_BRAKING, value: this.state.now }
        const result = await this.execute(command, request.argument, device)
        // The control loop enters live when the sequence is loaded and the rotor locked.
        if (this.imaging.preparing) return DONE
        if (result.reason === codes.GOOD) this.state.dispatch(command)
        return result
    }

    /**
     * Control is neither taken nor given back while the sled moves, or the transducer fires or is about to.
     * @param to the sender to take it, nobody to give it back
     */
    private takeControl(to: number, from: number, device: number): Verdict {
        const verdict = controlVerdict(from, device)
        if (to === holder && verdict.reason === codes.GOOD) return DONE
        if (!this.isIdle() || stopping) return this.wrongState()
        // A holder that answers is not replaced.
        if (verdict.reason === codes.REFUSED_CONTROL && holderSilentMs() <= LINK_LIMIT_MS)
            return verdict
        giveControl(to, device)
        return DONE
    }

    private async execute(command: number, argument: number, device: number): Promise<Verdict> {
        const now_ms = ds.millis()
        if (command === machine.COMMAND_HOME) {
            if (atHomeSwitch() && atFarSwitch()) return { reason: codes.REFUSED_SWITCHES, value: 0 }
            await homeSled()
        } else if (command === machine.COMMAND_CALIBRATE) {
            const allowed_um = await startStroke(argument)
            if (allowed_um !== argument) return { reason: codes.REFUSED_STROKE, value: allowed_um }
        } else if (command === machine.COMMAND_LIVE) {
            // Not `if (device)`: the VM takes a number of 2^31 and more for false.
            if (device !== 0) {
                const setup = await this.handleSetup(this.settings())
                if (setup.reason !== codes.GOOD) return setup
            }
            return await this.goLive()
        } else if (command === machine.COMMAND_ARM) {
            // The loaded sequence may have been disturbed since it was checked.
            await this.front.verifyLoaded()
        } else if (command === machine.COMMAND_START) {
            if (!this.setup) return { reason: codes.REFUSED_NO_SETUP, value: 0 }
            await pull(this.setup.plan, now_ms)
        } else if (command === machine.COMMAND_STOP) await this.stop()
        else if (command === machine.COMMAND_RETURN) await returnSled()
        else if (command === machine.COMMAND_JOG) return await pressJog(argument, now_ms)
        else if (command === machine.COMMAND_HOLD) holdJog(now_ms)
        else if (command === machine.COMMAND_SPEED) return await changeSpeed(argument)
        else if (command === machine.COMMAND_STANDBY) await this.imaging.stop()
        else if (command === machine.COMMAND_ACKNOWLEDGE) {
            const cause = await presentCause()
            if (cause !== codes.GOOD) return { reason: codes.REFUSED_CAUSE, value: cause }
            this.state.acknowledge()
        } else if (command === machine.COMMAND_RELEASE) await disableMotor()
        else if (command === machine.COMMAND_RESET) return await this.reset()
        return DONE
    }

    /** After an emergency stop. */
    private async reset(): Promise<Verdict> {
        try {
            await rearmSafe()
        } catch (_) {
            return { reason: codes.REFUSED_ESTOP, value: 0 }
        }
        this.state.acknowledge()
        return DONE
    }

    private async goLive(): Promise<Verdict> {
        // Somebody must record.
        if (!hostIsPresent()) return { reason: codes.REFUSED_NO_HOST, value: 0 }
        const setup = this.setup
        if (!setup) return { reason: codes.REFUSED_NO_SETUP, value: 0 }
        const start_nm = setup.plan.start_nm
        const apart_nm = motorNm() - start_nm
        if (Math.abs(apart_nm) > START_LIMIT_NM || !isStanding())
            return { reason: codes.REFUSED_START, value: start_nm }
        // The catheter may have been changed since the setup.
        const reason = await this.state.validate(setup)
        if (reason !== codes.GOOD) return { reason, value: 0 }
        await this.imaging.begin(setup)
        // A short sequence without a rotor is ready at once; the control loop continues the others.
        await this.imaging.continuePreparing(ds.millis())
        return DONE
    }

    /** While a sequence loads or the rotor spins up, only requests that cancel it are allowed. */
    private async executeWhilePreparing(command: number): Promise<Verdict> {
        if (command !== machine.COMMAND_STOP && command !== machine.COMMAND_STANDBY)
            return this.wrongState()
        await this.imaging.stop()
        return DONE
    }

    private async stop(): Promise<void> {
        await stopMove()
        this.imaging.outcome = codes.EVENT_STOPPED
        report(codes.EVENT_STOPPED, positionNm())
        if (fires(this.state.now)) await this.imaging.stop()
    }
}
