// Responsible for: what a host asks for: judged by state and range, carried out, or refused with a reason.
// Not for: what happens by itself (cart.ts).

import * as ds from "@devicescript/core"
import { FrontEnd, PairTable } from "../acquisition/front-end"
import { Link, Request } from "../link/link"
import {
    clearHomed,
    disableMotor,
    homed,
    isStanding,
    motor_enabled,
    motorNm,
    positionNm,
} from "../motion/sled"
import { TYPE_REFUSAL } from "../../shared/protocol/burst"
import { catheterIn, isBuiltIn } from "../../shared/acquisition/catheters"
import { invalidField } from "../../shared/acquisition/catheter-limits"
import { hasElements } from "../../shared/acquisition/channel-data"
import * as machine from "../../shared/cart-machine"
import { leastPath } from "../../shared/acquisition/sequence"
import { fires, moves } from "../../shared/cart-machine"
import { Command, REFUSAL, Setup } from "../../shared/protocol/messages"
import * as codes from "../../shared/codes"
import { sentenceOf } from "../../shared/codes"
import { CalibrationStore } from "./calibration-store"
import { CartState } from "./cart-state"
import { Imaging } from "./imaging"
import { Moves } from "./moves"
import { RegisterDump } from "./register-dump"
import { checkSetup, PullbackSetup } from "./setup"

/** A sled that stands so far from where its pullback was planned to begin has been moved since. */
const START_LIMIT_NM = 50000

/** `reason` is GOOD or why not; `value` then is the nearest value that would do, or the state. */
interface Verdict {
    reason: number
    value: number
}

const DONE: Verdict = { reason: codes.GOOD, value: 0 }

export class Requests {
    // Set by the cart: a call has eight arguments at most.
    /** FRONT_END_ of wire/catheters.ts. */
    front_end = 0
    /** What carries lines to the host on this board. */
    path = leastPath()
    /** Where lists of pairs go; undefined where the front end takes none. */
    pairs: PairTable | undefined = undefined
    private setup: PullbackSetup | undefined = undefined

    constructor(
        private state: CartState,
        private front: FrontEnd,
        private link: Link,
        private moves: Moves,
        private imaging: Imaging,
        private keeper: CalibrationStore,
        private dump: RegisterDump
    ) {}

    async take(request: Request): Promise<void> {
        const command = request.command
        let verdict = DONE
        if (request.setup) verdict = await this.takeSetup(request.setup)
        else if (request.pairs) verdict = await this.takePairs(request.pairs)
        else if (request.catheter) verdict = this.takeCatheter(request.catheter)
        else if (command) verdict = await this.obey(command)
        this.state.refusal = verdict.reason
        if (verdict.reason === codes.GOOD) return
        console.error("refused: " + sentenceOf(verdict.reason))
        this.link.send(TYPE_REFUSAL, REFUSAL, {
            command: command ? command.command : 0,
            serial: command ? command.serial : 0,
            reason: verdict.reason,
            value: verdict.value,
        })
    }

    private wrongState(): Verdict {
        return { reason: codes.REFUSED_STATE, value: this.state.now }
    }

    private async takeSetup(setup: Setup): Promise<Verdict> {
        const now = this.state.now
        // Where a sled is that has not been homed, nobody knows; manual is not homed either.
        if (moves(now) || fires(now) || !homed) return this.wrongState()
        if (this.imaging.preparing) return this.wrongState()
        // A stop was asked for and the sled still brakes: nobody knows yet where it will stand.
        if (motor_enabled && !isStanding()) return this.wrongState()
        if (this.keeper.reason() !== codes.GOOD) return { reason: this.keeper.reason(), value: 0 }
        const pairs = this.pairs
        const judged = checkSetup(
            setup,
            this.state.catheterNamed(setup.catheter),
            this.front_end,
            this.path,
            motorNm(),
            asked => (pairs ? pairs.sentPairs(asked) : 0)
        )
        if (!judged.setup) return judged
        judged.setup.catheter_serial = await this.front.catheterSerial()
        const reason = await this.state.validate(judged.setup)
        if (reason !== codes.GOOD) return { reason, value: 0 }
        this.setup = judged.setup
        this.state.report(codes.EVENT_SETUP, setup.length_nm)
        return DONE
    }

    /** Nothing moves, fires, or is about to. */
    private isIdle(): boolean {
        const now = this.state.now
        const imaging = this.imaging
        return !(moves(now) || fires(now) || imaging.preparing || imaging.ending)
    }

    private takeCatheter(payload: Buffer): Verdict {
        if (!this.isIdle()) return this.wrongState()
        const catheter = catheterIn(payload)
        const field = invalidField(catheter)
        if (field >= 0) return { reason: codes.REFUSED_CATHETER_FIELD, value: field }
        // Nobody widens the budget of a catheter that is known.
        if (isBuiltIn(catheter.id)) return { reason: codes.REFUSED_CATHETER_BUILT_IN, value: 0 }
        if (this.pairs) this.pairs.forgetPairs()
        const state = this.state
        state.described = payload
        // What is plugged in may be known now.
        state.plugged = undefined
        state.report(codes.EVENT_CATHETER_DATA, 0)
        return DONE
    }

    /** A piece of a list of pairs goes straight into the front end's table: nothing may be fired from it. */
    private async takePairs(piece: Buffer): Promise<Verdict> {
        if (!this.isIdle()) return this.wrongState()
        const pairs = this.pairs
        const catheter = this.state.catheterNamed(await this.front.catheterId())
        if (!pairs || !catheter || !hasElements(catheter))
            return { reason: codes.REFUSED_DATA, value: 0 }
        // Nothing is fired from a table that is another one since it was judged.
        this.setup = undefined
        const reason = await pairs.takePairs(piece, catheter)
        if (reason !== codes.GOOD) return { reason, value: pairs.pairsRefusalValue() }
        this.state.report(codes.EVENT_PAIRS, pairs.pairsReceived())
        return DONE
    }

    private async obey(asked: Command): Promise<Verdict> {
        const command = asked.command
        if (command === machine.COMMAND_DUMP) return this.beginDump(asked.serial)
        if (command < 1 || command > machine.COMMAND_LAST)
            return { reason: codes.REFUSED_COMMAND, value: 0 }
        if (this.imaging.preparing) return await this.whilePreparing(command)
        if (!this.state.allows(command) || this.imaging.ending) return this.wrongState()
        const verdict = await this.carryOut(command, asked.argument)
        // It is live when the table is loaded and the rotor, if there is one, is locked (cart.ts).
        if (this.imaging.preparing) return DONE
        if (verdict.reason === codes.GOOD) this.state.dispatch(command)
        return verdict
    }

    /** A dump changes no state, so that the table has no row for it. */
    private beginDump(serial: number): Verdict {
        const reason = this.dump.begin(serial, this.state.now)
        return { reason, value: this.state.now }
    }

    private async carryOut(command: number, argument: number): Promise<Verdict> {
        const now_ms = ds.millis()
        if (command === machine.COMMAND_HOME) await this.moves.home()
        else if (command === machine.COMMAND_CALIBRATE) await this.moves.calibrate()
        else if (command === machine.COMMAND_LIVE) return await this.goLive()
        else if (command === machine.COMMAND_ARM) {
            // What was loaded may have been disturbed since: nothing is armed on trust.
            await this.front.verifyLoaded()
        } else if (command === machine.COMMAND_START) {
            if (!this.setup) return { reason: codes.REFUSED_NO_SETUP, value: 0 }
            await this.moves.pull(this.setup.plan, now_ms)
        } else if (command === machine.COMMAND_STOP) await this.stop()
        else if (command === machine.COMMAND_RETURN) await this.moves.goBack()
        else if (command === machine.COMMAND_JOG) return await this.moves.jog(argument, now_ms)
        else if (command === machine.COMMAND_HOLD) this.moves.holdJog(now_ms)
        else if (command === machine.COMMAND_SPEED)
            return await this.moves.changeSpeed(argument, now_ms)
        else if (command === machine.COMMAND_STANDBY) await this.imaging.stop()
        else if (command === machine.COMMAND_ACKNOWLEDGE) this.state.acknowledge()
        else if (command === machine.COMMAND_RELEASE) {
            clearHomed()
            await disableMotor()
        }
        return DONE
    }

    private async goLive(): Promise<Verdict> {
        const setup = this.setup
        if (!setup) return { reason: codes.REFUSED_NO_SETUP, value: 0 }
        const start_nm = setup.plan.start_nm
        const apart_nm = motorNm() - start_nm
        if (Math.abs(apart_nm) > START_LIMIT_NM || !isStanding())
            return { reason: codes.REFUSED_START, value: start_nm }
        // It may have been pulled out, or changed for another of its kind, since the setup.
        const reason = await this.state.validate(setup)
        if (reason !== codes.GOOD) return { reason, value: 0 }
        await this.imaging.begin(setup)
        // A short table without a rotor is ready at once; the loop sees to the others.
        await this.imaging.prepared(ds.millis())
        return DONE
    }

    /** While the table is loaded or the rotor spins up the cart is not live yet: all that can be asked is to give it up. */
    private async whilePreparing(command: number): Promise<Verdict> {
        if (command !== machine.COMMAND_STOP && command !== machine.COMMAND_STANDBY)
            return this.wrongState()
        await this.imaging.stop()
        return DONE
    }

    private async stop(): Promise<void> {
        await this.moves.stop()
        this.imaging.outcome = codes.EVENT_STOPPED
        this.state.report(codes.EVENT_STOPPED, positionNm())
        if (this.state.now === machine.STATE_PULLING) await this.imaging.stop()
    }
}
