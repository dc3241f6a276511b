// The cross-section: the picture, what lies over it, and what the pointer does on it.

import { h, s } from "../dom"
import type { Redraw } from "../emitter"
import { createCrossSection } from "../render/renderers"
import type { CrossSectionRenderer, FrameData, Scene } from "../render/types"
import type { Viewer, ViewerState } from "../state"
import { depthOf, type Point, StageView } from "./stage-view"

/** Something that is drawn over the picture. */
export interface StageLayer {
    readonly element: SVGElement
    draw(view: StageView): void
}

/** What the pointer does on the picture while the tool is chosen. Points are in mm of the tissue (StageView). */
export interface StageTool {
    readonly cursor: string
    /** By keys (point-cursor.ts): Enter sets a point, or takes hold and lets go. */
    readonly byKeys?: "points" | "hold"
    /** Where the keys begin; else in the middle. */
    keysFrom?(): Point | undefined
    /** Without an event: by keys. */
    down(at: Point, event?: PointerEvent): void
    move(at: Point, event?: PointerEvent): void
    up(at: Point, event?: PointerEvent): void
    /** The pointer moves, and is not down. */
    hover?(at: Point): void
    /** The pointer was taken away, or Escape was pressed. */
    cancel(): void
}

export interface StageOptions {
    readonly viewer: Viewer
    readonly redraw: Redraw
    readonly scene: () => Scene | undefined
    /** The frame to show; undefined: what was shown stays. */
    readonly frame: () => FrameData | undefined
    /** The wheel was turned: frames on, or back. */
    readonly onStep: (by: number) => void
    readonly label: string
}

const ZOOM_MAX = 8
/** Pixels of the wheel for a frame: a notch of a mouse has 100 or 120. */
const WHEEL_PX = 50

export class Stage {
    readonly canvas = h("canvas", { role: "img" })
    readonly overlay = s("svg", { class: "overlay" })
    readonly corners = {
        topLeft: h("div", { class: "corner tl" }),
        topRight: h("div", { class: "corner tr" }),
        bottomLeft: h("div", { class: "corner bl" }),
        bottomRight: h("div", { class: "corner br" }),
    }
    readonly element = h(
        "section",
        { class: "stage", "aria-label": "cross-section" },
        ...[this.canvas, this.overlay, ...Object.values(this.corners)]
    )
    /** By name; the chosen one stands in the viewer's state. */
    readonly tools = new Map<string, StageTool>()
    readonly renderer: CrossSectionRenderer
    view = new StageView(1, 1, 10, { zoom: 1, centreMm: [0, 0], rotationDeg: 0 })
    private readonly layers: StageLayer[] = []
    private readonly pointers = new Map<number, Point>()
    private active: StageTool | undefined
    private shownScene: Scene | undefined
    private wheelPx = 0

    constructor(private readonly options: StageOptions) {
        const { viewer, redraw, label } = options
        this.canvas.setAttribute("aria-label", label)
        this.renderer = createCrossSection(this.canvas)
        this.renderer.onLost = redraw.ask
        this.tools.set("move", new MoveTool(this, viewer))
        this.listen()
        viewer.changes.on(redraw.ask)
        new ResizeObserver(redraw.ask).observe(this.element)
        redraw.add(() => this.draw())
    }

    addLayer(layer: StageLayer): void {
        this.layers.push(layer)
        this.overlay.append(layer.element)
    }

    /** Ends what the tool is doing. */
    cancel(): void {
        const chosen = this.tools.get(this.options.viewer.state.tool)
        for (const tool of new Set([this.active, chosen])) tool?.cancel()
        this.active = undefined
    }

    /** Zooms so that the place under the pointer stays where it is. @param px in the element */
    zoomAt(factor: number, px: Point): void {
        const { viewer } = this.options
        const { view } = this
        const zoom = Math.max(1, Math.min(ZOOM_MAX, viewer.state.zoom * factor))
        const scale = view.pxPerMm * (zoom / viewer.state.zoom)
        const [x, y] = view.turned(view.toMm(px))
        const centreMm: Point = [
            x - (px[0] - view.widthPx / 2) / scale,
            y - (px[1] - view.heightPx / 2) / scale,
        ]
        viewer.set({ zoom, centreMm: zoom === 1 ? [0, 0] : centreMm })
    }

    private draw(): void {
        const { viewer, scene: sceneOf } = this.options
        const { state } = viewer
        const { width, height } = this.element.getBoundingClientRect()
        if (width < 1 || height < 1) return
        const scene = sceneOf()
        const depthMm = depthOf(scene, state)
        this.view = new StageView(width, height, depthMm, state)
        this.overlay.setAttribute("viewBox", `0 0 ${width} ${height}`)
        this.drawPicture(scene, state, depthMm)
        for (const layer of this.layers) layer.draw(this.view)
        const tool = this.tools.get(state.tool)
        this.element.style.cursor = tool?.cursor ?? "default"
    }

    private drawPicture(scene: Scene | undefined, state: ViewerState, depthMm: number): void {
        const { renderer, canvas, view } = this
        const ratio = devicePixelRatio
        const [width, height] = [
            Math.round(view.widthPx * ratio),
            Math.round(view.heightPx * ratio),
        ]
        if (canvas.width !== width || canvas.height !== height) renderer.resize(width, height)
        if (scene && scene !== this.shownScene) renderer.setScene(scene)
        this.shownScene = scene
        const { gainDb, dynamicRangeDb, rotationDeg, zoom, centreMm } = state
        renderer.setSettings({ gainDb, dynamicRangeDb, depthMm, rotationDeg })
        renderer.setView({ zoom, centreMm })
        renderer.setFrame(this.options.frame())
        renderer.draw()
    }

    private listen(): void {
        const { element } = this
        element.addEventListener("wheel", event => this.onWheel(event), { passive: false })
        element.addEventListener("pointerdown", event => this.onDown(event))
        element.addEventListener("pointermove", event => this.onMove(event))
        for (const name of ["pointerup", "pointercancel"] as const)
            element.addEventListener(name, event => this.onUp(event))
    }

    private onWheel(event: WheelEvent): void {
        event.preventDefault()
        const px = this.pxOf(event)
        if (event.ctrlKey) return this.zoomAt(Math.exp(-event.deltaY / 300), px)
        this.wheelPx += event.deltaY
        const steps = Math.trunc(this.wheelPx / WHEEL_PX)
        if (steps === 0) return
        this.wheelPx -= steps * WHEEL_PX
        this.options.onStep(steps)
    }

    private onDown(event: PointerEvent): void {
        if (event.button !== 0) return
        this.pointers.set(event.pointerId, this.pxOf(event))
        this.element.setPointerCapture(event.pointerId)
        if (this.pointers.size > 1) return this.cancel()
        this.active = this.tools.get(this.options.viewer.state.tool)
        this.active?.down(this.mmOf(event), event)
    }

    private onMove(event: PointerEvent): void {
        const before = this.pointers.get(event.pointerId)
        if (before && this.pointers.size === 2) return this.pinch(event, before)
        if (before) this.active?.move(this.mmOf(event), event)
        else this.tools.get(this.options.viewer.state.tool)?.hover?.(this.mmOf(event))
    }

    private onUp(event: PointerEvent): void {
        if (!this.pointers.delete(event.pointerId)) return
        if (event.type === "pointercancel") this.active?.cancel()
        else this.active?.up(this.mmOf(event), event)
        this.active = undefined
    }

    /** Two fingers: their distance zooms, their middle moves. */
    private pinch(event: PointerEvent, before: Point): void {
        const other = [...this.pointers].find(([id]) => id !== event.pointerId)![1]
        const now = this.pxOf(event)
        this.pointers.set(event.pointerId, now)
        const apart = (p: Point): number => Math.hypot(p[0] - other[0], p[1] - other[1])
        const factor = apart(before) > 0 ? apart(now) / apart(before) : 1
        this.zoomAt(factor, [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2])
    }

    private pxOf({ clientX, clientY }: MouseEvent): Point {
        const { left, top } = this.element.getBoundingClientRect()
        return [clientX - left, clientY - top]
    }

    private mmOf(event: MouseEvent): Point {
        return this.view.toMm(this.pxOf(event))
    }
}

/** Moves the part of the picture that is shown. */
class MoveTool implements StageTool {
    readonly cursor = "grab"
    private from: { x: number; y: number; centreMm: Point } | undefined

    constructor(
        private readonly stage: Stage,
        private readonly viewer: Viewer
    ) {}

    down(_at: Point, event?: PointerEvent): void {
        if (!event) return
        this.from = { x: event.clientX, y: event.clientY, centreMm: this.viewer.state.centreMm }
    }

    move(_at: Point, event?: PointerEvent): void {
        const { from, stage } = this
        if (!from || !event || this.viewer.state.zoom === 1) return
        const { clientX, clientY } = event
        const { pxPerMm } = stage.view
        const centreMm: Point = [
            from.centreMm[0] - (clientX - from.x) / pxPerMm,
            from.centreMm[1] - (clientY - from.y) / pxPerMm,
        ]
        this.viewer.set({ centreMm })
    }

    up(): void {
        this.from = undefined
    }

    cancel(): void {
        this.from = undefined
    }
}
