// Drags a point of a caliper that is there to another place.

import type { Stage } from "../../stage/stage"
import type { Point } from "../../stage/stage-view"
import type { ReviewModel } from "../review-model"
import type { UndoStack } from "../undo"
import { crossesGap, type NamedCaliper, named } from "./caliper-measure"

interface Dragged {
    readonly caliper: NamedCaliper
    readonly n: number
    readonly points: readonly Point[]
}

export class CaliperDrag {
    private dragged: Dragged | undefined

    constructor(
        private readonly model: ReviewModel,
        private readonly stage: Stage,
        private readonly steps: UndoStack
    ) {}

    get isOn(): boolean {
        return this.dragged !== undefined
    }

    /** The calipers of a frame as they are shown. */
    calipersOn(i: number | undefined): NamedCaliper[] {
        const { content, run } = this.model
        const frame = i === undefined ? undefined : run.frames.index[i]
        const { dragged } = this
        const all = content.marks.calipers.map(caliper =>
            caliper.id === dragged?.caliper.id
                ? {
                      ...caliper,
                      points_mm: dragged.points.map(([x, y]) => [x, y] as [number, number]),
                  }
                : caliper
        )
        return named(all).filter(caliper => caliper.frame === frame)
    }

    /** Takes hold of a point that is near. @returns whether there is one */
    begin(at: Point, nearPx: number): boolean {
        const { content, shown } = this.model
        if (content.readOnly !== null) return false
        let best = nearPx / this.stage.view.pxPerMm
        for (const caliper of this.calipersOn(shown?.i))
            caliper.points_mm.forEach(([x, y], n) => {
                const apart = Math.hypot(x - at[0], y - at[1])
                if (apart > best) return
                best = apart
                this.dragged = { caliper, n, points: caliper.points_mm }
            })
        return this.dragged !== undefined
    }

    move(to: Point): void {
        const { dragged } = this
        if (!dragged) return
        const rounded = to.map(mm => Number(mm.toFixed(3))) as unknown as Point
        const points = dragged.points.map((point, n) => (n === dragged.n ? rounded : point))
        this.dragged = { ...dragged, points }
        this.model.redraw.ask()
    }

    cancel(): void {
        this.dragged = undefined
        this.model.redraw.ask()
    }

    /** Keeps it in the run. */
    async drop(): Promise<void> {
        const { dragged, model } = this
        if (!dragged) return
        const { id, kind, frame, label, name, points_mm } = dragged.caliper
        const data = model.shown?.data
        const put = (points: readonly Point[]): object => ({
            kind: "put-caliper",
            caliper: { id, kind, frame, label, points_mm: points },
        })
        if (data && crossesGap(kind, dragged.points, data.present)) {
            model.messages.emit(
                "This goes through lines that are missing, so it measures nothing; measure beside them."
            )
            return this.cancel()
        }
        const isKept = await model.mark(put(dragged.points))
        if (this.dragged === dragged) this.cancel()
        if (!isKept) return
        this.steps.push({ what: `the move of ${name}`, undo: () => model.mark(put(points_mm)) })
    }
}
