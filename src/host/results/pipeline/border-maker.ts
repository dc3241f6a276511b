// Finds the lumen borders of a run while its frames are received, with what is known so far, and refines them at its end.
//
// The same slabs, thresholds and borders as ../../measure/lumen-border.ts, in tasks. A slab is averaged as soon as a frame beyond
// it is received, and its border is found as soon as its neighbours are averaged, with the threshold of the slabs so far. At
// the end the threshold of the whole pullback is known: the path of each slab is found again, and the border of those whose
// path differs.

import type { FrameMeasures } from "../../measure/frame-measures"
import type { LumenBorder } from "../../measure/lumen-along"
import { meanPositionMm } from "../../measure/lumen-border"
import { bloodWallThreshold } from "../../measure/lumen-path"
import { beginsSlab, slabGroups } from "../../measure/lumen-slabs"
import type { VesselBorder } from "../../measure/vessel-border"
import { frameBordersOf, frameBorderTable } from "./frame-borders"
import { slabBorderTable } from "./slab-borders"
import { type TaskPool, URGENT } from "./task-pool"
import type { FoundBorder } from "./tasks"

/** Frames of one task of the last step: some milliseconds. */
const FRAMES_PER_TASK = 32

/** One average of frames in the scratch file of the slabs. */
interface Slab {
    /** Its number in the file. */
    readonly number: number
    readonly frames: readonly number[]
    readonly isAveraged: Promise<void>
    /** Once it is averaged. */
    counts: Uint32Array | undefined
    border: FoundBorder | undefined
    /** What the path was found with. */
    threshold: number
    neighbours: string
}

export interface Borders {
    /** One for each frame. */
    readonly borders: readonly LumenBorder[]
    readonly vesselBorders: readonly (VesselBorder | null)[]
    readonly measures: readonly FrameMeasures[]
}

export class BorderMaker {
    private readonly slabs: Slab[] = []
    /** Sum over the slabs so far. */
    private readonly counts = new Float64Array(256)
    /** The frames since the last slab. */
    private group: number[] = []
    private firstMm = 0
    /** The next slab whose border is found when the one behind it is averaged. */
    private nextBorder = 0

    /** @param onError an error of a task */
    constructor(
        private readonly pool: TaskPool,
        private readonly onError: (error: unknown) => void
    ) {}

    /** The next frame is in the scratch file. */
    add(i: number, positionMm: number): void {
        if (this.group.length > 0 && beginsSlab(positionMm, this.firstMm)) {
            this.average(this.group)
            this.group = []
        }
        if (this.group.length === 0) this.firstMm = positionMm
        this.group.push(i)
    }

    /**
     * Finds the borders of all frames with the threshold of the whole pullback.
     * @param onProvisional gets borders of all frames that are not final, if the final ones take longer
     */
    async finish(
        positionsMm: readonly number[],
        onProvisional: (borders: Borders) => void
    ): Promise<Borders> {
        const known = new Map(this.slabs.map(slab => [slab.frames.join(), slab]))
        const groups = slabGroups(positionsMm)
        const slabs = groups.map(group => known.get(group.join()) ?? this.average(group))
        await Promise.all(slabs.map(slab => slab.isAveraged))
        const counts = new Float64Array(256)
        for (const slab of slabs) slab.counts!.forEach((n, code) => (counts[code]! += n))
        const threshold = bloodWallThreshold(counts)
        const slabsMm = groups.map(group => meanPositionMm(group, positionsMm))
        await this.find(slabs, threshold, slab => slab.border === undefined)
        const isFinal = (slab: Slab, s: number): boolean =>
            slab.threshold === threshold && slab.neighbours === neighboursOf(slabs, s).join()
        if (slabs.every(isFinal)) return this.along(slabs, slabsMm, positionsMm)
        const provisional = await this.along(slabs, slabsMm, positionsMm)
        onProvisional(provisional)
        const found = await this.find(slabs, threshold, (slab, s) => !isFinal(slab, s))
        return found === 0 ? provisional : this.along(slabs, slabsMm, positionsMm)
    }

    private average(frames: readonly number[]): Slab {
        const number = this.slabs.length
        const task = this.pool.do("slab", { frames, slab: number }, URGENT)
        const slab: Slab = {
            ...{ number, frames, counts: undefined, border: undefined },
            ...{ threshold: NaN, neighbours: "" },
            isAveraged: task.then(counts => {
                slab.counts = counts
                counts.forEach((n, code) => (this.counts[code]! += n))
                this.findNext()
            }),
        }
        slab.isAveraged.catch(this.onError)
        this.slabs.push(slab)
        return slab
    }

    /** Finds borders in order, as far as the slabs behind them are averaged. */
    private findNext(): void {
        for (; this.slabs[this.nextBorder + 1]?.counts; this.nextBorder++) {
            const s = this.nextBorder
            if (!this.slabs[s]!.counts) return
            const threshold = bloodWallThreshold(this.counts)
            this.findOne(this.slabs, s, threshold).catch(this.onError)
        }
    }

    /** @returns how many borders have changed */
    private async find(
        slabs: readonly Slab[],
        threshold: number,
        isWanted: (slab: Slab, s: number) => boolean
    ): Promise<number> {
        const found = await Promise.all(
            slabs.map((slab, s) => isWanted(slab, s) && this.findOne(slabs, s, threshold))
        )
        return found.filter(hasChanged => hasChanged).length
    }

    /** @returns whether the border has changed */
    private async findOne(slabs: readonly Slab[], s: number, threshold: number): Promise<boolean> {
        const slab = slabs[s]!
        const neighbours = neighboursOf(slabs, s)
        const known = slab.border?.path ?? null
        const border = await this.pool.do("border", { slabs: neighbours, threshold, known })
        slab.threshold = threshold
        slab.neighbours = neighbours.join()
        if (!border) return false
        slab.border = border
        return true
    }

    private async along(
        slabs: readonly Slab[],
        slabsMm: readonly number[],
        positionsMm: readonly number[]
    ): Promise<Borders> {
        const found = slabs.map(({ border }) => border!)
        const lines = found[0]!.radiusMm.length
        const frames = frameBorderTable(positionsMm.length, lines)
        this.pool.share("along", { slabs: slabBorderTable(slabsMm, found, lines), frames })
        const tasks = []
        for (let first = 0; first < positionsMm.length; first += FRAMES_PER_TASK) {
            const given = positionsMm.slice(first, first + FRAMES_PER_TASK)
            tasks.push(this.pool.do("along", { first, positionsMm: given }))
        }
        const measures = (await Promise.all(tasks)).flat()
        return { ...frameBordersOf(frames), measures }
    }
}

/** Numbers of a slab and its neighbours in the file. */
function neighboursOf(slabs: readonly Slab[], s: number): [number, number, number] {
    const number = (at: number): number =>
        slabs[Math.max(0, Math.min(slabs.length - 1, at))]!.number
    return [number(s - 1), number(s), number(s + 1)]
}
