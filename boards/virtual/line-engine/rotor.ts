// The rotor as seen by the line engine: encoder marks, lock, supervision, stall. Physics is in rotor-drive.ts.
// Source: boards/line-engine.md, "Rotor".

import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus"
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64"
import * as le from "../../../src/shared/devices/line-engine"
import { RotorDrive, STEP_S, type RotorOptions } from "./rotor-drive"

export type { RotorOptions } from "./rotor-drive"

const STEP_US = STEP_S * 1e6
/** Error of the encoder edges after the engine's PLL (rms, revolutions): 0.9 seconds of arc. */
const EDGE_ERROR_TURNS = 0.9 / 3600 / 360
const MRPM_PER_TURN_S = 60_000

/** Direction of rotation; 0 at rest. */
type Direction = -1 | 0 | 1

/** The next encoder mark: its number in parts of a revolution from angle 0, and its time (us). */
interface Mark {
    place: number
    timeUs: number
}

export class Rotor {
    readonly drive: RotorDrive
    targetMrpm = 0
    locked = false
    stalled = false
    indexSeen = false
    /** Time of the last whole revolution in ns; 0 before there was one. */
    periodNs = 0
    /** Index marks since the rotor started. */
    revolutions = 0
    /** The index wire is broken. */
    indexDead = false

    /** Start time of the drive's present step. */
    stepUs = 0
    private readonly edgeErrors: Float64Array
    private passedUs = 0
    private direction: Direction = 0
    private sectorPlace = 0
    private linePlace = 0
    private lines = 1
    // State of the supervision: times of the last marks, and number of consecutive good sectors.
    private sectorUs = 0
    private indexUs = 0
    private sinceIndex = 0
    private goodSectors = 0
    private upToSpeed = false

    constructor(options: RotorOptions) {
        this.drive = new RotorDrive(options)
        const random = xoroshiro128plus(options.seed ^ 0xed6e)
        // Uniform in ±√3 has a standard deviation of 1.
        this.edgeErrors = Float64Array.from(
            { length: le.TABLE_ENTRIES },
            () => EDGE_ERROR_TURNS * Math.sqrt(3) * (2 * uniformFloat64(random) - 1)
        )
    }

    get running(): boolean {
        return this.targetMrpm !== 0
    }

    /** Sets the speed from `timeUs` on; a different speed resets the lock. */
    setTarget(mrpm: number, timeUs: number): void {
        if (mrpm === this.targetMrpm) return
        const stood = this.drive.atRest
        this.targetMrpm = mrpm
        this.drive.target = mrpm / MRPM_PER_TURN_S
        this.resetLock()
        this.sectorUs = timeUs
        if (mrpm === 0) return
        this.stalled = false
        this.indexSeen = false
        this.revolutions = 0
        this.periodNs = 0
        if (!stood) return
        this.stepUs = timeUs
        this.beginStep()
    }

    /** Removes the motor's torque at once: the rotor coasts to rest. */
    release(): void {
        this.targetMrpm = 0
        this.drive.release()
        this.resetLock()
    }

    /** Power-on: clears all state. */
    reset(): void {
        this.release()
        this.stalled = false
        this.indexSeen = false
        this.revolutions = 0
        this.periodNs = 0
    }

    /** Line that the tip points to while `index` fires, which differs if the tip does not follow its drive. */
    tipIndex(index: number): number {
        const { lines } = this
        const ahead = this.drive.tipAhead(this.linePlace / lines) * lines
        return modulo(index + Math.round(ahead), lines)
    }

    /**
     * Advances the rotor to `timeUs` and reports every line angle that it passes, in chronological order.
     * @param lines lines per revolution
     * @param lockPpm limit of the supervision
     * @param onLine receives the line's index (its angle, clockwise from the index mark) and the time
     */
    advanceTo(
        timeUs: number,
        lines: number,
        lockPpm: number,
        onLine: (index: number, timeUs: number) => void
    ): void {
        const { drive } = this
        if (lines !== this.lines) {
            this.lines = lines
            this.linePlace = this.placeAhead(lines)
        }
        while (!drive.atRest) {
            const endUs = this.stepUs + STEP_US
            const sector = this.ahead(this.sectorPlace, le.REVOLUTION_SECTORS, 0)
            const line = this.ahead(
                this.linePlace,
                lines,
                this.edgeErrors[modulo(this.linePlace, lines)]!
            )
            // The sector mark first, so that loss of lock is detected before a line fires there.
            const mark = sector.timeUs <= line.timeUs ? sector : line
            const nextUs = Math.min(mark.timeUs, endUs)
            const stallUs = this.stallUs()
            if (stallUs <= Math.min(nextUs, timeUs)) {
                this.release()
                this.stalled = true
            } else if (nextUs > timeUs) return
            else if (mark.timeUs > endUs) {
                this.stepUs = endUs
                drive.endStep()
                this.beginStep()
            } else if (mark === sector) {
                this.passedUs = sector.timeUs
                this.passSector(sector, lockPpm)
                this.sectorPlace += this.direction
            } else {
                this.passedUs = line.timeUs
                onLine(modulo(line.place, lines), line.timeUs)
                this.linePlace += this.direction
            }
        }
    }

    private beginStep(): void {
        const { drive } = this
        drive.beginStep()
        this.passedUs = this.stepUs
        const way = Math.sign(drive.speed || drive.acceleration) as Direction
        if (way === this.direction || way === 0) return
        this.direction = way
        this.sectorPlace = this.placeAhead(le.REVOLUTION_SECTORS)
        this.linePlace = this.placeAhead(this.lines)
    }

    /** The next of `parts` marks per revolution in the direction of rotation. */
    private placeAhead(parts: number): number {
        const place = this.drive.angle * parts
        return this.direction >= 0 ? Math.floor(place) + 1 : Math.ceil(place) - 1
    }

    /** Time at which the mark is passed at constant acceleration; Infinity if it is not reached. */
    private ahead(place: number, parts: number, errorTurns: number): Mark {
        const { angle, speed, acceleration } = this.drive
        const way = place / parts + errorTurns - angle
        const root = speed * speed + 2 * acceleration * way
        const sum = speed + this.direction * Math.sqrt(root)
        if (root < 0 || sum === 0) return { place, timeUs: Infinity }
        const timeUs = this.stepUs + ((2 * way) / sum) * 1e6
        return { place, timeUs: Math.max(timeUs, this.passedUs) }
    }

    private sectorNominalUs(): number {
        return 1e6 / (Math.abs(this.drive.target) * le.REVOLUTION_SECTORS)
    }

    private stallUs(): number {
        if (!this.running) return Infinity
        return this.sectorUs + (this.upToSpeed ? 2 * this.sectorNominalUs() : le.STALL_LIMIT_US)
    }

    private passSector(mark: Mark, lockPpm: number): void {
        const nominalUs = this.sectorNominalUs()
        const offUs = mark.timeUs - this.sectorUs - nominalUs
        const good =
            this.direction === Math.sign(this.targetMrpm) &&
            Math.abs(offUs) * 1e6 <= nominalUs * lockPpm
        this.sectorUs = mark.timeUs
        this.goodSectors = good ? this.goodSectors + 1 : 0
        this.sinceIndex++
        const index = modulo(mark.place, le.REVOLUTION_SECTORS) === 0
        if (index && !this.indexDead) this.passIndex(mark.timeUs)
        else if (this.sinceIndex >= 2 * le.REVOLUTION_SECTORS) this.indexSeen = false
        if (!good || !this.indexSeen) this.locked = false
        else if (this.goodSectors >= le.LOCK_REVOLUTIONS * le.REVOLUTION_SECTORS) {
            this.locked = true
            this.upToSpeed = true
        }
    }

    private passIndex(timeUs: number): void {
        if (this.indexSeen) this.periodNs = Math.round(1000 * (timeUs - this.indexUs)) >>> 0
        this.indexSeen = true
        this.indexUs = timeUs
        this.sinceIndex = 0
        this.revolutions = (this.revolutions + 1) >>> 0
    }

    private resetLock(): void {
        this.locked = false
        this.upToSpeed = false
        this.goodSectors = 0
    }
}

function modulo(value: number, by: number): number {
    return ((value % by) + by) % by
}
