// The pointer drags a border of the frame that is shown; what was drawn is saved when it lets go.

import { depthMm } from "../../../../picture/geometry"
import type { Stage, StageTool } from "../../stage/stage"
import type { Point } from "../../stage/stage-view"
import type { ReviewModel } from "../review-model"
import type { UndoStack } from "../undo"
import type { BorderDraft, BorderKind } from "./border-draft"
import { pointOf, pointsOf, pulled } from "./border-shape"

const CATCH_PX = 16
const CATCH_TOUCH_PX = 30
/** Borders stay so far within the picture, for the rounding of their points. */
const WITHIN_MM = 0.002

interface Hold {
    readonly i: number
    readonly kind: BorderKind
    readonly line: number
    readonly start: Float32Array
    /** There was none: a circle through the pointer. */
    readonly isNew?: true
    radii: Float32Array | undefined
}

export class BorderTool implements StageTool {
    readonly cursor = "crosshair"
    readonly byKeys = "hold"
    private held: Hold | undefined

    constructor(
        private readonly model: ReviewModel,
        private readonly stage: Stage,
        private readonly draft: BorderDraft,
        private readonly steps: UndoStack
    ) {}

    /** What is being dragged. */
    get holds(): { readonly kind: BorderKind; readonly line: number } | undefined {
        return this.held
    }

    keysFrom(): Point | undefined {
        const { shown, viewer } = this.model
        const kind = viewer.state.lumen ? "lumen" : "vessel"
        const radii = shown && this.draft.closedOf(shown.i, kind)
        // Upwards.
        return radii && pointOf(radii, Math.round((3 * radii.length) / 4) % radii.length)
    }

    down(at: Point, event?: PointerEvent): void {
        const { shown, content, messages } = this.model
        if (!shown) return
        if (content.readOnly !== null) return messages.emit(content.readOnly)
        if (!content.refined) return messages.emit("The borders are still being refined.")
        const nearPx = event?.pointerType === "touch" ? CATCH_TOUCH_PX : CATCH_PX
        this.held = this.nearest(shown.i, at, nearPx / this.stage.view.pxPerMm)
        this.held ??= this.circle(shown.i, at)
        if (!this.held) messages.emit("Drag a border that is shown; here is none.")
        this.model.redraw.ask()
    }

    move(at: Point): void {
        const { held, model, draft } = this
        if (!held) return
        if (model.shown?.i !== held.i) return this.cancel()
        const { i, kind, line, start, isNew } = held
        if (isNew) return this.drawCircle(held, at)
        const from = pointOf(start, line)
        const [ux, uy] = [from[0] / start[line]!, from[1] / start[line]!]
        const radiusMm = start[line]! + (at[0] - from[0]) * ux + (at[1] - from[1]) * uy
        const other = draft.of(i, kind === "lumen" ? "vessel" : "lumen")
        const { geometry } = model.scene
        const { catheterRadiusMm } = geometry
        const furthestMm = depthMm(geometry) - WITHIN_MM
        const otherOf = (n: number, none: number): number =>
            other && other[n]! > 0 ? other[n]! : none
        held.radii = pulled({
            ...{ start, line, radiusMm },
            least: n => (kind === "lumen" ? catheterRadiusMm : otherOf(n, catheterRadiusMm)),
            most: n =>
                kind === "lumen" ? Math.min(furthestMm, otherOf(n, furthestMm)) : furthestMm,
        })
        draft.set(i, kind, held.radii)
    }

    up(): void {
        const { held, draft } = this
        this.held = undefined
        this.model.redraw.ask()
        if (!held?.radii) return
        const { i, kind, radii } = held
        void draft.keep(() => this.save(i, kind, pointsOf(radii)))
    }

    cancel(): void {
        if (this.held?.radii) this.draft.clear()
        this.held = undefined
        this.model.redraw.ask()
    }

    /** Uses the border again that was found, not drawn. */
    automatic(i: number, kind: BorderKind): void {
        void this.save(i, kind, [])
    }

    private async save(i: number, kind: BorderKind, points: [number, number][]): Promise<boolean> {
        const { model } = this
        await model.settled()
        const frame = model.run.frames.index[i]!
        const before = model.content.edits.borders.find(
            border => border.frame === frame && border.kind === kind
        )
        const edit = (points_mm: readonly unknown[]): Promise<boolean> =>
            model.edit({ borders: [{ frame, kind, points_mm }] })
        if (!(await edit(points))) return false
        this.steps.push({
            what: `the ${kind} border of frame ${i + 1}`,
            undo: () => edit(before?.points_mm ?? []),
        })
        return true
    }

    /** Where the lumen was not found, a person draws it: as a circle, of which points are dragged then. */
    private circle(i: number, at: Point): Hold | undefined {
        const { viewer, scene } = this.model
        if (!viewer.state.lumen || this.draft.closedOf(i, "lumen")) return undefined
        const start = new Float32Array(scene.geometry.linesPerFrame)
        const held: Hold = { i, kind: "lumen", line: 0, start, isNew: true, radii: undefined }
        this.drawCircle(held, at)
        return held
    }

    private drawCircle(held: Hold, at: Point): void {
        const { catheterRadiusMm, samplesPerLine, sampleSpacingMm } = this.model.scene.geometry
        const depthMm = samplesPerLine * sampleSpacingMm - WITHIN_MM
        const radius = Math.max(catheterRadiusMm, Math.min(depthMm, Math.hypot(at[0], at[1])))
        held.radii = new Float32Array(held.start.length).fill(radius)
        this.draft.set(held.i, held.kind, held.radii)
    }

    private nearest(i: number, at: Point, withinMm: number): Hold | undefined {
        let best: Hold | undefined
        let bestMm = withinMm
        for (const kind of ["vessel", "lumen"] as const) {
            const start = this.model.viewer.state[kind] && this.draft.closedOf(i, kind)
            if (!start) continue
            for (let line = 0; line < start.length; line++) {
                const [x, y] = pointOf(start, line)
                const apart = Math.hypot(x - at[0], y - at[1])
                if (apart > bestMm) continue
                bestMm = apart
                best = { i, kind, line, start, radii: undefined }
            }
        }
        return best
    }
}
