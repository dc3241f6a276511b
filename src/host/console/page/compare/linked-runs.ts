// Two runs of one vessel that are looked at together: where one moves, the other one follows to the same place of the vessel.

import type { Alignment } from "../../../compare/align"
import { depthRangeOf } from "../stage/stage-view"
import type { ReviewModel } from "../review/review-model"
import type { ViewerState } from "../state"

export type Which = 0 | 1

/** What both show in the same way. The angle of a catheter is not known: cut plane and rotation stay with each run. */
const SHARED = [
    ...(["gainDb", "dynamicRangeDb", "depthMm", "zoom", "centreMm"] as const),
    ...(["lumen", "vessel", "ruler", "loop", "speed"] as const),
] satisfies (keyof ViewerState)[]

/** A run is imaged so far beyond its first and last frame. */
const BEYOND_MM = 0.1

export class LinkedRuns {
    isLinked = true
    private isFollowing = false
    /** A place that one run has not: the place of the other one, which follows to its end. */
    private readonly wanted: [number | undefined, number | undefined] = [undefined, undefined]

    /** @param alignment as `ivus compare` finds it */
    constructor(
        readonly models: readonly [ReviewModel, ReviewModel],
        readonly alignment: Pick<Alignment, "shiftMm">
    ) {
        // One scale: the depth that both catheters have.
        const depthMm = Math.min(...models.map(({ scene }) => depthRangeOf(scene)[1]))
        models[0].viewer.set({ depthMm: models[0].viewer.state.depthMm ?? depthMm })
        models.forEach((model, n) => {
            model.viewer.changes.on(() => this.follow(n as Which))
        })
        this.follow(0)
    }

    /** From the positions of a run to those of the other one. */
    otherMm(which: Which, mm: number): number {
        const { shiftMm } = this.alignment
        return which === 0 ? mm - shiftMm : mm + shiftMm
    }

    /** All that the two runs have, in the positions of one of them: the same pixel is the same place in both. */
    rangeMm(which: Which): readonly [from: number, to: number] {
        const ends = this.models.map((model, n) => {
            const { positionMm } = model.run.frames
            const own = [positionMm[0] ?? 0, positionMm.at(-1) ?? 0]
            return n === which ? own : own.map(mm => this.otherMm(n as Which, mm))
        })
        return [
            Math.min(ends[0]![0]!, ends[1]![0]!),
            Math.max(ends[0]![1]!, ends[1]![1]!, ends[0]![0]! + 1e-3),
        ]
    }

    /** Why a run does not show the place of the other one; undefined: it does. */
    missing(which: Which): string | undefined {
        const mm = this.wanted[which]
        return mm === undefined ? undefined : "NOT IMAGED: this run does not reach this place"
    }

    /** @param which the run that leads when they are linked again */
    toggle(which: Which = 0): void {
        this.isLinked = !this.isLinked
        this.wanted.fill(undefined)
        if (this.isLinked) this.follow(which)
        for (const { redraw } of this.models) redraw.ask()
    }

    private follow(from: Which): void {
        if (this.isFollowing) return
        const to = from === 0 ? 1 : 0
        const [leader, other] = [this.models[from], this.models[to]]
        const { state } = leader.viewer
        this.isFollowing = true
        const shared = Object.fromEntries(SHARED.map(name => [name, state[name]]))
        other.viewer.set(shared as Partial<ViewerState>)
        if (this.isLinked) this.move(from, to)
        this.isFollowing = false
        for (const { redraw } of this.models) redraw.ask()
    }

    private move(from: Which, to: Which): void {
        const [leader, other] = [this.models[from], this.models[to]]
        const { alongMm } = leader.viewer.state
        const along = alongMm && ([...alongMm.map(mm => this.otherMm(from, mm))] as const)
        if (JSON.stringify(along) !== JSON.stringify(other.viewer.state.alongMm))
            other.viewer.set({ alongMm: along as ViewerState["alongMm"] })
        const mm = this.otherMm(from, leader.positionMm())
        const { positionMm } = other.run.frames
        const isThere =
            mm >= (positionMm[0] ?? 0) - BEYOND_MM && mm <= (positionMm.at(-1) ?? 0) + BEYOND_MM
        this.wanted[from] = undefined
        this.wanted[to] = isThere ? undefined : mm
        other.goToMm(mm)
    }
}
