// Along the vessel: marks, longitudinal view, curves and ruler in one column, with the place that is shown.

import { h, s, setText } from "../dom"
import { memo, type Redraw } from "../emitter"
import { mm as mmText } from "../format"
import { createLongitudinal } from "../render/renderers"
import type { CutData, LongitudinalRenderer, Scene } from "../render/types"
import { depthOf } from "../stage/stage-view"
import type { Viewer } from "../state"
import { AlongScale } from "./along-scale"

export const LANES = ["marks", "long", "curves", "axis"] as const
export type LaneName = (typeof LANES)[number]

/** Something that is drawn in a lane. */
export interface AlongLayer {
    readonly lane: LaneName
    readonly element: SVGElement
    draw(scale: AlongScale, heightPx: number): void
}

export interface AlongOptions {
    readonly viewer: Viewer
    readonly redraw: Redraw
    readonly scene: () => Scene | undefined
    readonly cut: () => CutData | undefined
    /** Where what there is to show ends, mm. */
    readonly lengthMm: () => number
    /** Lanes that are left out. */
    readonly without?: readonly LaneName[]
    /** What there is to show, where it does not begin at 0. */
    readonly rangeMm?: () => readonly [from: number, to: number] | undefined
    /** The place that is shown, mm; undefined: none. */
    readonly placeMm: () => number | undefined
    /** The pointer goes to a place. */
    readonly onPlace: (mm: number) => void
    /** The wheel was turned. */
    readonly onStep: (by: number) => void
}

const WHEEL_PX = 50
const RANGE_LEAST_MM = 1
/** In the view of one scale, the place stays so far from both ends. */
const FOLLOW_SHARE = 0.1

export class AlongView {
    readonly lanes: Readonly<Record<LaneName, SVGSVGElement>>
    /** Beside each lane: what its heights mean. */
    readonly left: Readonly<Record<LaneName, HTMLElement>>
    readonly right: Readonly<Record<LaneName, HTMLElement>>
    readonly element: HTMLElement
    readonly renderer: LongitudinalRenderer
    scale = new AlongScale(0, 1, 1)
    private readonly canvas = h("canvas", { role: "img", "aria-label": "longitudinal view" })
    private readonly tracks: HTMLElement
    private readonly now = h("div", { class: "now" })
    private readonly tag = h("output", { class: "tag", "aria-label": "position" })
    private readonly layers: AlongLayer[] = []
    private readonly picture = memo()
    private readonly axis = s("g", { class: "axis" })
    private wheelPx = 0
    private readonly across = h("span", { class: "middle" }, "mm deep")

    constructor(private readonly options: AlongOptions) {
        const { viewer, redraw } = options
        const each = <T>(make: (name: LaneName) => T): Record<LaneName, T> =>
            Object.fromEntries(LANES.map(name => [name, make(name)])) as Record<LaneName, T>
        this.lanes = each(name => s("svg", { class: `lane-${name}` }))
        this.left = each(name => h("div", { class: `left left-${name}` }))
        this.right = each(name => h("div", { class: `right right-${name}` }))
        const shown = LANES.filter(name => !options.without?.includes(name))
        const boxes = shown.map(name =>
            h(
                "div",
                { class: `track track-${name}` },
                name === "long" && this.canvas,
                this.lanes[name]
            )
        )
        this.now.append(h("div", { class: "knob" }))
        this.tracks = h(
            "div",
            {
                ...{ class: "tracks", tabindex: 0, role: "slider" },
                "aria-label": "place along the vessel",
            },
            ...[...boxes, this.now, this.tag]
        )
        this.element = h(
            "section",
            { class: "along", "aria-label": "along the vessel" },
            h("div", { class: "gutter" }, ...shown.map(name => this.left[name])),
            this.tracks,
            h("div", { class: "gutter" }, ...shown.map(name => this.right[name]))
        )
        this.left.marks.append(h("span", { class: "middle" }, "marks"))
        this.left.axis.append(h("span", { class: "middle" }, "distal"))
        this.right.axis.append(h("span", { class: "middle" }, "proximal"))
        this.right.long.append(this.across)
        this.renderer = createLongitudinal(this.canvas)
        this.renderer.onLost = redraw.ask
        this.addLayer({ lane: "axis", element: this.axis, draw: scale => this.drawAxis(scale) })
        this.listen()
        viewer.changes.on(redraw.ask)
        new ResizeObserver(redraw.ask).observe(this.tracks)
        redraw.add(() => this.draw())
    }

    addLayer(layer: AlongLayer): void {
        this.layers.push(layer)
        this.lanes[layer.lane].append(layer.element)
    }

    /** The place under a pointer. */
    mmAt({ clientX }: MouseEvent): number {
        const { fromMm, toMm } = this.scale
        const at = this.scale.mm(clientX - this.tracks.getBoundingClientRect().left)
        return Math.max(fromMm, Math.min(toMm, at))
    }

    private draw(): void {
        const { viewer, lengthMm, placeMm } = this.options
        const { width } = this.tracks.getBoundingClientRect()
        if (width < 1) return
        const [fromMm, toMm] = viewer.state.oneToOne
            ? this.oneToOneMm(width)
            : (viewer.state.alongMm ?? this.wholeMm())
        this.scale = new AlongScale(fromMm, toMm, width)
        setText(this.across, viewer.state.oneToOne ? "mm deep, scale 1:1" : "mm deep")
        this.drawPicture()
        for (const { lane, draw } of this.layers) {
            const { height } = this.lanes[lane].getBoundingClientRect()
            this.lanes[lane].setAttribute("viewBox", `0 0 ${width} ${Math.max(1, height)}`)
            draw(this.scale, height)
        }
        const place = placeMm()
        const isSeen = place !== undefined && place >= fromMm - 1e-9 && place <= toMm + 1e-9
        this.now.hidden = this.tag.hidden = !isSeen
        if (place === undefined) return
        const x = this.scale.x(place)
        this.now.style.transform = `translateX(${x}px)`
        this.tag.style.left = `${Math.max(34, Math.min(width - 34, x))}px`
        setText(this.tag, mmText(place))
        this.tracks.setAttribute("aria-valuemin", "0")
        this.tracks.setAttribute("aria-valuemax", lengthMm().toFixed(2))
        this.tracks.setAttribute("aria-valuenow", place.toFixed(2))
        this.tracks.setAttribute("aria-valuetext", mmText(place))
    }

    /** As many mm along as the width has with the scale across; it follows the place that is shown. */
    private oneToOneMm(widthPx: number): readonly [from: number, to: number] {
        const { scene, viewer, placeMm } = this.options
        const { height } = this.lanes.long.getBoundingClientRect()
        const length = (widthPx * 2 * depthOf(scene(), viewer.state)) / Math.max(1, height)
        const [first, last] = this.wholeMm()
        const { fromMm, toMm } = this.scale
        const place = placeMm() ?? first
        const margin = FOLLOW_SHARE * length
        const isKept =
            Math.abs(toMm - fromMm - length) < 1e-6 &&
            place >= fromMm + margin &&
            place <= toMm - margin
        if (isKept) return [fromMm, toMm]
        // What is shorter than the width stands in its middle.
        const from =
            length >= last - first
                ? (first + last - length) / 2
                : Math.max(first, Math.min(last - length, place - length / 2))
        return [from, from + length]
    }

    /** All that there is to show. */
    private wholeMm(): readonly [from: number, to: number] {
        const { lengthMm, rangeMm } = this.options
        return rangeMm?.() ?? [0, Math.max(1e-3, lengthMm())]
    }

    private drawPicture(): void {
        const { viewer, scene: sceneOf, cut: cutOf } = this.options
        const { renderer, canvas, scale } = this
        const { width, height } = canvas.getBoundingClientRect()
        const [widthPx, heightPx] = [width, height].map(px =>
            Math.round(px * devicePixelRatio)
        ) as [number, number]
        const { state } = viewer
        const [scene, cut] = [sceneOf(), cutOf()]
        if (!scene) return
        const depthMm = depthOf(scene, state)
        const { gainDb, dynamicRangeDb } = state
        const { fromMm, toMm, widthPx: of } = scale
        const what = [
            scene,
            cut?.lineA,
            cut?.columns,
            cut?.codesA,
            depthMm,
            gainDb,
            dynamicRangeDb,
            fromMm,
            toMm,
            of,
            widthPx,
            heightPx,
        ]
        this.picture(what, () => {
            if (canvas.width !== widthPx || canvas.height !== heightPx)
                renderer.resize(widthPx, heightPx)
            renderer.setScene(scene)
            renderer.setSettings({ gainDb, dynamicRangeDb, depthMm, rotationDeg: 0 })
            renderer.setRange({ fromMm, toMm })
            renderer.setCut(cut)
            renderer.draw()
            this.drawDepths(depthMm)
        })
    }

    private drawDepths(depthMm: number): void {
        const shown = Number(depthMm.toFixed(1))
        const half = Number((depthMm / 2).toFixed(1))
        const at = (percent: number, ...text: (string | Node)[]): HTMLElement =>
            h("span", { style: undefined, "data-at": percent }, ...text)
        this.left.long.replaceChildren(
            at(0, h("b", {}, "A"), ` ${shown}`),
            ...[at(25, `${half}`), at(50, "0"), at(75, `${half}`)],
            at(100, h("b", {}, "B"), ` ${shown}`)
        )
    }

    private drawAxis(scale: AlongScale): void {
        const ticks = scale.ticks()
        this.axis.replaceChildren(
            ...ticks.map(mm => {
                const x = scale.x(mm)
                const anchor = x < 12 ? "start" : x > scale.widthPx - 24 ? "end" : "middle"
                const isLast = mm === ticks.at(-1)
                const text = `${Number(mm.toFixed(2))}${isLast ? " mm" : ""}`
                return s("text", { x, y: 16, "text-anchor": anchor }, text)
            })
        )
    }

    private listen(): void {
        const { tracks, options } = this
        const go = (event: PointerEvent): void => options.onPlace(this.mmAt(event))
        tracks.addEventListener("pointerdown", event => {
            if (event.button !== 0) return
            tracks.setPointerCapture(event.pointerId)
            go(event)
        })
        tracks.addEventListener("pointermove", event => {
            if (tracks.hasPointerCapture(event.pointerId)) go(event)
        })
        tracks.addEventListener("wheel", event => this.onWheel(event), { passive: false })
    }

    private onWheel(event: WheelEvent): void {
        event.preventDefault()
        if (event.ctrlKey) return this.zoom(Math.exp(event.deltaY / 300), this.mmAt(event))
        this.wheelPx += event.deltaY + event.deltaX
        const steps = Math.trunc(this.wheelPx / WHEEL_PX)
        if (steps === 0) return
        this.wheelPx -= steps * WHEEL_PX
        this.options.onStep(steps)
    }

    /** Shows more or less of the length; the place stays where it is. */
    private zoom(factor: number, atMm: number): void {
        const { viewer } = this.options
        if (viewer.state.oneToOne) viewer.set({ oneToOne: false })
        const [first, last] = this.wholeMm()
        const { fromMm, toMm } = this.scale
        const length = Math.min(last - first, Math.max(RANGE_LEAST_MM, (toMm - fromMm) * factor))
        if (length >= last - first) return viewer.set({ alongMm: null })
        const share = (atMm - fromMm) / (toMm - fromMm)
        const from = Math.max(first, Math.min(last - length, atMm - share * length))
        viewer.set({ alongMm: [from, from + length] })
    }
}
