// The tools of the cross-section by keys: Enter shows a cross, the arrows move it, and Enter sets a point or takes hold.

import { s, setAttribute } from "../dom"
import type { Redraw } from "../emitter"
import type { Viewer } from "../state"
import type { Stage, StageLayer } from "./stage"
import type { Point, StageView } from "./stage-view"

const STEP_PX = 2
const LONG_STEP_PX = 20
const ARM_PX = 12

const ARROWS: Readonly<Record<string, Point>> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
}

/** Works while the cross-section has the focus. */
export class PointCursor implements StageLayer {
    private readonly halo = s("path", { class: "halo" })
    private readonly line = s("path", { class: "cross" })
    readonly element = s("g", { class: "point-cursor" }, this.halo, this.line)
    /** In mm of the tissue; undefined: not shown. */
    private at: Point | undefined
    private isHeld = false
    private tool: string

    constructor(
        private readonly stage: Stage,
        private readonly viewer: Viewer,
        private readonly redraw: Redraw
    ) {
        this.tool = viewer.state.tool
        stage.element.tabIndex = 0
        stage.element.addEventListener("keydown", event => this.onKey(event))
        for (const name of ["pointerdown", "blur"])
            stage.element.addEventListener(name, () => this.hide())
        viewer.changes.on(({ tool }) => {
            if (tool !== this.tool) this.hide()
            this.tool = tool
        })
    }

    draw(view: StageView): void {
        const [x, y] = this.at ? view.toPx(this.at) : [0, 0]
        const arms = `M${x - ARM_PX} ${y}H${x - 3}M${x + 3} ${y}H${x + ARM_PX}M${x} ${y - ARM_PX}V${y - 3}M${x} ${y + 3}V${y + ARM_PX}`
        for (const path of [this.halo, this.line]) setAttribute(path, "d", this.at ? arms : "")
    }

    private onKey(event: KeyboardEvent): void {
        if (event.target !== this.stage.element) return
        const arrow = ARROWS[event.key]
        if (event.key === "Enter" && this.enter()) {
            event.preventDefault()
            event.stopPropagation()
        } else if (arrow && this.at) {
            event.preventDefault()
            event.stopPropagation()
            this.step(arrow, event.shiftKey ? LONG_STEP_PX : STEP_PX)
        } else if (event.key === "Escape") this.hide()
    }

    /** @returns whether the tool can be used by keys */
    private enter(): boolean {
        const tool = this.stage.tools.get(this.viewer.state.tool)
        if (!tool?.byKeys) return false
        const { view } = this.stage
        if (!this.at)
            this.at = tool.keysFrom?.() ?? view.toMm([view.widthPx / 2, view.heightPx / 2])
        else if (tool.byKeys === "points") {
            tool.down(this.at)
            tool.up(this.at)
        } else {
            if (this.isHeld) tool.up(this.at)
            else tool.down(this.at)
            this.isHeld = !this.isHeld
        }
        this.redraw.ask()
        return true
    }

    private step([dx, dy]: Point, px: number): void {
        const { view } = this.stage
        const [x, y] = view.toPx(this.at!)
        const at = view.toMm([
            Math.max(0, Math.min(view.widthPx, x + px * dx)),
            Math.max(0, Math.min(view.heightPx, y + px * dy)),
        ])
        this.at = at
        const tool = this.stage.tools.get(this.viewer.state.tool)
        if (this.isHeld) tool?.move(at)
        else tool?.hover?.(at)
        this.redraw.ask()
    }

    private hide(): void {
        if (this.isHeld) this.stage.cancel()
        this.isHeld = false
        this.at = undefined
        this.redraw.ask()
    }
}
