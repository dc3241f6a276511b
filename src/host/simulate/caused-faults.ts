// The faults that were caused in the simulator: which are in force, and how fast cart and operator dealt with them.

import { warningsIn } from "../../shared/alarms"
import { isLatched, moves, STATE_HOMING } from "../../shared/cart-machine"
import { GOOD } from "../../shared/codes"
import type { Status } from "../../shared/protocol/messages"
import type { Lesson } from "./fault-lessons"
import type { FaultState } from "./messages"

/** Speed from which the sled counts as moving. */
const MOVES_MM_S = 0.05
/** A sled at rest rings by less than this. */
const STILL_MM = 0.005
/** It stands when it has been still for this long. */
const STILL_US = 60_000
/** A sled that goes on for this long after the cause does not stop because of it. */
const STOP_LIMIT_US = 10e6
const RULER_US = 1000

/** Causes a fault. @returns a function that ends it; undefined for one that is over at once */
export type Cause = (name: string) => (() => void) | undefined

/** The measuring instruments of the simulator. */
export interface SledInstruments {
    nowUs(): number
    positionMm(timeUs: number): number
    speedMmPerS(): number
    /** When the drive stopped pushing the sled, by its ramp or by its power stage; undefined if it has not since `fromUs`. */
    driveStopUs(fromUs: number): number | undefined
}

interface Caused {
    readonly atUs: number
    readonly undo: (() => void) | undefined
    isInForce: boolean
    /** Not told to the operator until the cart tells it. */
    isHidden: boolean
    /** The sled moved, and has not stood since. */
    isMoving: boolean
    isAlarmSeen: boolean
    /** The cart has started again: the operator's answer is to home it. */
    isRestart: boolean
    stoppedMs: number | null
    youS: number | null
}

function hasAlarm({ fault, warnings }: Status): boolean {
    return fault !== GOOD || warningsIn(warnings).some(({ acknowledged }) => !acknowledged)
}

export class CausedFaults {
    private readonly caused = new Map<string, Caused>()
    /** The cart is heard, and no fault has stopped it: a sled that stops now was stopped by the operator. */
    private isSound = true

    constructor(
        private readonly lessons: readonly Lesson[],
        private readonly start: Cause,
        private readonly instruments: SledInstruments
    ) {}

    /** @returns the sentence by which it was refused */
    cause(name: string, isHidden = false): string | undefined {
        const lesson = this.lessons.find(one => one.name === name)
        if (!lesson) return "The simulator has no such fault for this catheter."
        if (this.caused.get(name)?.isInForce) return `${lesson.title}: it is caused already.`
        const { instruments } = this
        const atUs = instruments.nowUs()
        const isMoving = Math.abs(instruments.speedMmPerS()) > MOVES_MM_S
        const undo = this.start(name)
        this.caused.set(name, {
            ...{ atUs, undo, isHidden, isMoving },
            ...{ isInForce: undo !== undefined, isAlarmSeen: false, isRestart: false },
            ...{ stoppedMs: null, youS: null },
        })
        return undefined
    }

    /** @returns the sentence by which it was refused */
    undo(name: string): string | undefined {
        const caused = this.caused.get(name)
        if (!caused?.isInForce || !caused.undo) return "This fault is not in force."
        caused.isInForce = caused.isHidden = false
        caused.undo()
        return undefined
    }

    /** Faults that can be caused now. */
    get possible(): readonly Lesson[] {
        return this.lessons.filter(({ name }) => !this.caused.get(name)?.isInForce)
    }

    /** A fault has ended by itself. */
    ended(name: string): void {
        const caused = this.caused.get(name)
        if (caused) caused.isInForce = false
    }

    onStatus(status: Status): void {
        this.isSound = !isLatched(status.state)
        const isAlarm = hasAlarm(status)
        const goesOn = !moves(status.state) && !isLatched(status.state)
        for (const caused of this.caused.values()) {
            // The operator has stopped it, or the pullback has ended.
            if (goesOn && !caused.isRestart) caused.isMoving = false
            if (isAlarm) this.alarm(caused)
            else if (!caused.isRestart || status.state === STATE_HOMING) this.answered(caused)
        }
    }

    /** The host does not hear the cart any more. */
    onLost(): void {
        this.isSound = false
    }

    /** The cart's program has started again. */
    onRestart(): void {
        this.isSound = false
        for (const caused of this.caused.values()) {
            if (caused.youS === null) caused.isRestart = true
            this.alarm(caused)
        }
    }

    /** To be called several times a second. */
    states(): FaultState[] {
        for (const caused of this.caused.values()) if (caused.isMoving) this.measure(caused)
        return this.lessons.map(lesson => {
            const caused = this.caused.get(lesson.name)
            const isTold = caused !== undefined && !caused.isHidden
            return {
                ...lesson,
                caused: isTold && caused.isInForce,
                undo: isTold && caused.isInForce && caused.undo !== undefined,
                unavailable: null,
                stoppedMs: isTold ? caused.stoppedMs : null,
                youS: isTold ? caused.youS : null,
            }
        })
    }

    private alarm(caused: Caused): void {
        if (caused.youS !== null) return
        caused.isAlarmSeen = true
        caused.isHidden = false
    }

    private answered(caused: Caused): void {
        if (!caused.isAlarmSeen || caused.youS !== null) return
        caused.youS = Math.round((this.instruments.nowUs() - caused.atUs) / 1e5) / 10
    }

    private measure(caused: Caused): void {
        if (this.isSound) return
        const { instruments } = this
        const nowUs = instruments.nowUs()
        if (nowUs - caused.atUs < STILL_US) return
        const restMm = instruments.positionMm(nowUs)
        const isAway = (timeUs: number): boolean =>
            Math.abs(instruments.positionMm(timeUs) - restMm) > STILL_MM
        let timeUs = nowUs
        while (timeUs > caused.atUs && !isAway(timeUs)) timeUs -= RULER_US
        if (nowUs - timeUs < STILL_US) {
            if (nowUs - caused.atUs > STOP_LIMIT_US) caused.isMoving = false
            return
        }
        // A sled that is jammed stands at once, and its drive goes on pushing.
        const driveUs = instruments.driveStopUs(caused.atUs)
        if (driveUs === undefined) return
        caused.isMoving = false
        caused.stoppedMs = Math.round(
            Math.max(0, timeUs - caused.atUs, driveUs - caused.atUs) / 1000
        )
    }
}
