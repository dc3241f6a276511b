// The pointer sets the points of a caliper: by dragging, or by one press for each point.

import type { Stage, StageTool } from "../../stage/stage"
import type { Point } from "../../stage/stage-view"
import { newId } from "../bookmarks"
import type { ReviewModel } from "../review-model"
import type { UndoStack } from "../undo"
import type { CaliperDrag } from "./caliper-drag"
import { areaMm2, type CaliperKind, caliperText, crossesGap, POINTS } from "./caliper-measure"

/** A press that moves less is a click. */
const CLICK_PX = 5
/** So near to a point is on it; a finger covers more. */
const NEAR_PX = 12
const NEAR_TOUCH_PX = 22

interface Draft {
    readonly i: number
    readonly points: readonly Point[]
    /** Follows the pointer. */
    readonly loose: Point | undefined
}

export class CaliperTool implements StageTool {
    readonly cursor = "crosshair"
    readonly byKeys = "points"
    private draft: Draft | undefined
    private isFirst = false
    /** Where a point of a caliper was taken hold of. */
    private pressed: Point | undefined
    private hasMoved = false

    constructor(
        readonly kind: CaliperKind,
        private readonly model: ReviewModel,
        private readonly stage: Stage,
        private readonly steps: UndoStack,
        private readonly drag: CaliperDrag
    ) {}

    /** What is being set on a frame. */
    pointsOn(i: number | undefined): readonly Point[] {
        const { draft } = this
        if (!draft || draft.i !== i) return []
        return draft.loose ? [...draft.points, draft.loose] : draft.points
    }

    /** On a point of a caliper: drags it; a click there begins another one all the same. */
    down(at: Point, event?: PointerEvent): void {
        const i = this.model.shown?.i
        if (i === undefined) return
        if (event && !this.draft && this.drag.begin(at, nearOf(event))) this.pressed = at
        if (this.draft?.i !== i) this.draft = undefined
        this.isFirst = this.draft === undefined
        const { points } = this.draft ?? { points: [this.inside(at)] }
        this.draft = { i, points, loose: this.isFirst ? undefined : this.inside(at) }
        this.model.redraw.ask()
    }

    move(at: Point): void {
        const { draft, drag, pressed } = this
        if (drag.isOn && pressed) {
            if (this.px(pressed, at) < CLICK_PX && !this.hasMoved) return
            this.hasMoved = true
            this.draft = undefined
            return drag.move(this.inside(at))
        }
        if (!draft || draft.i !== this.model.shown?.i) return
        this.draft = { ...draft, loose: this.inside(at) }
        this.model.redraw.ask()
    }

    hover(at: Point): void {
        this.move(at)
    }

    up(at: Point, event?: PointerEvent): void {
        const { draft, kind, drag, hasMoved } = this
        this.pressed = undefined
        this.hasMoved = false
        if (hasMoved) return void drag.drop()
        drag.cancel()
        if (!draft) return
        const point = this.inside(at)
        const nearPx = nearOf(event)
        const { points } = draft
        const isClick = this.isFirst && this.px(points[0]!, point) < CLICK_PX
        this.isFirst = false
        if (isClick) this.draft = { ...draft, loose: undefined }
        else if (kind === "area" && points.length >= POINTS.area && this.isOnEnd(point, nearPx))
            return void this.finish()
        else if (this.px(points.at(-1)!, point) >= CLICK_PX) {
            this.draft = { ...draft, points: [...points, point], loose: undefined }
            if (kind !== "area" && points.length + 1 === POINTS[kind]) return void this.finish()
        }
        this.model.redraw.ask()
    }

    cancel(): void {
        this.draft = this.pressed = undefined
        this.hasMoved = false
        this.drag.cancel()
        this.model.redraw.ask()
    }

    private async finish(): Promise<void> {
        const { draft, kind, model } = this
        this.cancel()
        const data = model.shown?.data
        if (!draft || !data) return
        const { points } = draft
        if (crossesGap(kind, points, data.present))
            return model.messages.emit(
                "This goes through lines that are missing, so it measures nothing; measure beside them."
            )
        if (kind === "area" && areaMm2(points) < 1e-3)
            return model.messages.emit("This outline has no area; set its points again.")
        const rounded = points.map(point => point.map(mm => Number(mm.toFixed(3))))
        const frame = model.run.frames.index[draft.i]!
        const caliper = { id: newId(), kind, frame, points_mm: rounded, label: "" }
        if (!(await model.mark({ kind: "put-caliper", caliper }))) return
        this.steps.push({
            what: `the ${kind} ${caliperText(kind, points)}`,
            undo: () => model.mark({ kind: "remove-caliper", id: caliper.id }),
        })
    }

    /** Whether a point is on the first one, or again on the last one. */
    private isOnEnd(point: Point, nearPx: number): boolean {
        const { points } = this.draft!
        return [points[0]!, points.at(-1)!].some(end => this.px(end, point) < nearPx)
    }

    private px(a: Point, b: Point): number {
        return Math.hypot(a[0] - b[0], a[1] - b[1]) * this.stage.view.pxPerMm
    }

    /** Within the depth of the picture. */
    private inside([x, y]: Point): Point {
        const { depthMm } = this.stage.view
        const scale = Math.min(1, depthMm / (Math.hypot(x, y) || 1))
        return [x * scale, y * scale]
    }
}

function nearOf(event: PointerEvent | undefined): number {
    return event?.pointerType === "touch" ? NEAR_TOUCH_PX : NEAR_PX
}
