// Measures how far the sled stays from the supervision limits: applies the firmware's own checks to
// the motor driver's replies on the bus, at each poll of the control loop.

import type { SpiTransfer } from "../../../boards/virtual/spi/spi-bridge"
import { FollowCheck } from "../../../src/firmware/motion/follow-check"
import {
    CALIBRATION_LENGTH,
    nominalCalibration,
    readCalibration,
    screwErrorNm,
    BACKLASH_MAX_NM,
} from "../../../src/shared/motion/calibration"
import * as machine from "../../../src/shared/cart-machine"
import type { BenchCart } from "../carts/bench-cart"

const XACTUAL = 0x21
const X_ENC = 0x39
const RAMP_STAT = 0x35
const DRV_STATUS = 0x6f
const IOIN = 0x04
const WRITE = 0x80
const WRITE_GCONF = 0x00 | WRITE
const WRITE_RAMPMODE = 0x20 | WRITE
const WRITE_X_ENC = X_ENC | WRITE
const VZERO = 0x400
const SWITCH_BITS = 3
/** The control loop polls every 10 ms; earlier reads belong to the start of a move. */
const MIN_LOOP_US = 5000
/** A calibration record starts with version 1 and 32 points. */
const RECORD = Buffer.from("01002000", "hex")

/** Largest values of one type of move. */
export interface Margin {
    polls: number
    startUm: number
    movingUm: number
    /** Sled against motor since homing. */
    deviationUm: number
}

export function noMargin(): Margin {
    return { polls: 0, startUm: 0, movingUm: 0, deviationUm: 0 }
}

/** Stores the maximum of both in `to`. */
export function includeMax(to: Margin, by: Margin): void {
    to.polls += by.polls
    for (const key of ["startUm", "movingUm", "deviationUm"] as const)
        to[key] = Math.max(to[key], by[key])
}

export class MarginRecorder {
    /** By type of move, as in {@link moveKind}, or by the cart's state. */
    readonly margins = new Map<string, Margin>()
    /** The move in progress; if undefined, the cart's state is used. */
    moveKind: string | undefined
    bench: BenchCart | undefined
    private readonly follow = new FollowCheck()
    private calibration = nominalCalibration()
    private calibrated = false
    /** Moves since homing; the first is the screw survey. -1 before homing. */
    private moves = -1
    private requested = -1
    private state = -1
    private polledUs = -Infinity
    private answers = new Map<number, number>()

    readonly onSpi = ({ device, mosi, miso, timeUs }: SpiTransfer): void => {
        if (device !== "tmc5160" || mosi.length !== 5) return
        this.answers.set(this.requested, Buffer.from(miso).readInt32BE(1))
        const before = this.requested
        this.requested = mosi[0]!
        if (this.requested & WRITE) this.written(Buffer.from(mosi).readUInt32BE(1))
        // A poll ends with IOIN read twice.
        if (before !== IOIN || this.requested !== IOIN) return
        if (this.answers.has(DRV_STATUS) && timeUs - this.polledUs > MIN_LOOP_US) this.poll()
        this.polledUs = timeUs
        this.answers.clear()
    }

    private written(value: number): void {
        if (this.requested === WRITE_GCONF) this.readSettings()
        if (this.requested === WRITE_X_ENC) this.moves = 0
        if (this.requested === WRITE_RAMPMODE && value === 0) {
            if (this.moves >= 0) this.moves++
            this.follow.restart()
        }
    }

    private readSettings(): void {
        const settings = Buffer.from(this.bench?.cart?.board.settings ?? [])
        const at = settings.indexOf(RECORD)
        if (at < 0) return
        this.calibration = readCalibration(settings.subarray(at, at + CALIBRATION_LENGTH))
        this.calibrated = true
    }

    private poll(): void {
        const answer = (address: number): number => this.answers.get(address) ?? 0
        const state = this.bench?.stateNow ?? 0
        if (
            state !== this.state &&
            (state === machine.STATE_HOMING || state === machine.STATE_CALIBRATING)
        )
            this.moves = -1
        this.state = state
        const x = answer(XACTUAL)
        const standstill = (answer(RAMP_STAT) & VZERO) !== 0
        if (standstill && answer(RAMP_STAT) & SWITCH_BITS) this.follow.restart()
        const c = this.calibration
        const nm = 1e9 / c.microsteps_per_m
        const surveyed = this.calibrated && this.moves > 1
        const isMoving = this.follow.isSteady()
        const encoderNm = answer(X_ENC) * nm
        this.follow.step(
            x * nm + (surveyed ? screwErrorNm(c, x) : 0),
            encoderNm,
            standstill,
            surveyed,
            surveyed ? c.backlash_nm : BACKLASH_MAX_NM
        )
        const followUm = Math.abs(this.follow.difference_nm) / 1000
        this.note({
            polls: 1,
            startUm: isMoving ? 0 : followUm,
            movingUm: isMoving ? followUm : 0,
            deviationUm: this.moves < 0 ? 0 : Math.abs(encoderNm - x * nm) / 1000,
        })
    }

    private note(found: Margin): void {
        const state = machine.STATE_NAMES[this.state] ?? "?"
        const kind = this.state === machine.STATE_PULLING && this.moveKind ? this.moveKind : state
        const margin = this.margins.get(kind) ?? noMargin()
        includeMax(margin, found)
        this.margins.set(kind, margin)
    }
}
