// Model of the linear encoder on the sled: position to signed quadrature counts, index mark, faults. The counter in the
// motor driver is encoder-input.ts; other counters attach as listeners.
import { TimeSeries } from "./time-series"
import { type EncoderOptions, type QuadratureListener, SledError } from "./types"

export const ENCODER_DEFAULTS: EncoderOptions = {
    resolutionUm: 1,
    indexPositionMm: 10,
}

/** Count changes kept: 13 s at 10 mm/s and 1 um, proportionally longer at lower speed; none are added at rest. */
const MAX_CHANGES = 2 ** 17

export interface EncoderFaults {
    dead: boolean
    reversed: boolean
    /** Fraction of edges lost, 0..1. */
    slip: number
}

export class LinearEncoder {
    readonly options: EncoderOptions
    readonly faults: EncoderFaults = { dead: false, reversed: false, slip: 0 }
    private readonly changes = new TimeSeries(MAX_CHANGES)
    private readonly listeners: QuadratureListener[] = []
    private mark: number
    private indexMark: number
    private counts = 0
    private fractionalCounts = 0
    private indexLevel = false

    /** `advance` advances the physics to a time; `onIndex` receives the levels of channel N. */
    constructor(
        options: EncoderOptions,
        positionMm: number,
        timeUs: number,
        private readonly advance: (timeUs: number) => void,
        private readonly onIndex: (level: boolean) => void
    ) {
        if (!(options.resolutionUm >= 0.05 && options.resolutionUm <= 100))
            throw new SledError(
                "bad-option",
                `Encoder resolution must be 0.05..100 um, not ${options.resolutionUm}.`
            )
        this.options = { ...options }
        this.mark = this.markAt(positionMm)
        this.indexMark = this.markAt(options.indexPositionMm)
        this.changes.push(timeUs, 0)
    }

    /** Attaches a further counter, e.g. the line engine's; it receives changes from now on. */
    attach(listener: QuadratureListener): void {
        this.listeners.push(listener)
    }

    /**
     * Counts since power-on, as another counter on the same cable has them at `timeUs`. Past times are read from the log
     * (error out-of-log if too old); a future time first advances the physics.
     */
    countsAt(timeUs: number): number {
        this.advance(timeUs)
        return this.changes.stepAt(timeUs)
    }

    private markAt(positionMm: number): number {
        return Math.floor((positionMm * 1e3) / this.options.resolutionUm)
    }

    /** New true position of the sled; called by the physics after each step. */
    update(positionMm: number, timeUs: number): void {
        const mark = this.markAt(positionMm)
        const moved = mark - this.mark
        if (moved === 0) return
        const from = this.mark
        this.mark = mark
        if (this.faults.dead) return
        this.send(this.faults.reversed ? -moved : moved, timeUs)
        this.sendIndex(from, mark)
    }

    /** Counts that no motion caused, such as from a disturbance of the cable. */
    jump(counts: number, timeUs: number): void {
        this.counts += counts
        this.changes.push(timeUs, this.counts)
        for (const l of this.listeners) l.onCounts(counts, timeUs)
    }

    private send(moved: number, timeUs: number): void {
        this.fractionalCounts += moved * (1 - this.faults.slip)
        const delta = Math.trunc(this.fractionalCounts)
        if (delta === 0) return
        this.fractionalCounts -= delta
        this.counts += delta
        this.changes.push(timeUs, this.counts)
        for (const l of this.listeners) l.onCounts(delta, timeUs)
    }

    /** The index is one count wide: crossing it within one step still produces both edges. */
    private sendIndex(from: number, to: number): void {
        const passed = Math.min(from, to) < this.indexMark && Math.max(from, to) > this.indexMark
        if (passed || (to === this.indexMark && !this.indexLevel))
            this.onIndex((this.indexLevel = true))
        if (to !== this.indexMark && this.indexLevel) this.onIndex((this.indexLevel = false))
    }
}
