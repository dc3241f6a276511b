// What lies over every cross-section: borders, ruler, and the cut plane with its two knobs.

import { s, setAttribute } from "../dom"
import type { Viewer } from "../state"
import type { Stage, StageLayer } from "./stage"
import type { Point, StageView } from "./stage-view"

/** A border with a dark halo, which it needs on grey. */
export function borderLayer(
    kind: "lumen" | "vessel",
    viewer: Viewer,
    radiusMm: () => ArrayLike<number> | undefined
): StageLayer {
    const [halo, line] = [s("path", { class: "halo" }), s("path", { class: kind })]
    const element = s("g", { class: "border" }, halo, line)
    return {
        element,
        draw(view) {
            const radii = viewer.state[kind] ? radiusMm() : undefined
            const path = radii ? view.borderPath(radii) : ""
            for (const one of [halo, line]) setAttribute(one, "d", path)
        },
    }
}

/** Ticks of 1 mm through the catheter's centre, upright and level; each fifth is longer. */
export function rulerLayer(viewer: Viewer): StageLayer {
    const [halo, line] = [s("path", { class: "halo" }), s("path", { class: "ticks" })]
    return {
        element: s("g", {}, halo, line),
        draw(view) {
            const path = viewer.state.ruler ? ticks(view) : ""
            for (const one of [halo, line]) setAttribute(one, "d", path)
        },
    }
}

function ticks(view: StageView): string {
    const parts: string[] = []
    const [cx, cy] = view.toPx([0, 0])
    for (let mm = 1; mm <= view.depthMm; mm++) {
        const long = mm % 5 === 0 ? 6 : 3
        for (const side of [-1, 1]) {
            const at = side * mm * view.pxPerMm
            parts.push(
                `M${cx + at} ${cy - long}v${2 * long}`,
                `M${cx - long} ${cy + at}h${2 * long}`
            )
        }
    }
    return parts.join("")
}

/** Knobs stay inside of the picture by this. */
const KNOB_PX = 13
const TURN_STEP_DEG = 1.5

/** The cut plane: a line with the knobs A and B; dragging one turns it. */
export function planeLayer(stage: Stage, viewer: Viewer): StageLayer {
    const [halo, line] = [s("path", { class: "halo" }), s("path", { class: "plane" })]
    const knobs = ["A", "B"].map(name =>
        s(
            "g",
            {
                class: "knob-ab",
                tabindex: 0,
                role: "slider",
                "aria-label": `cut plane, end ${name}`,
            },
            s("circle", { r: 22, class: "catch" }),
            s("circle", { r: KNOB_PX }),
            s("text", { "text-anchor": "middle", dy: "0.36em" }, name)
        )
    )
    knobs.forEach((knob, side) => turnsPlane(knob, side, stage, viewer))
    return {
        element: s("g", { class: "cut" }, halo, line, ...knobs),
        draw(view) {
            const { cutDeg } = viewer.state
            const ends = [0, 180].map(by => endOf(view, cutDeg + by))
            const [a, b] = ends as [Point, Point]
            const [cx, cy] = view.toPx([0, 0])
            const gap = (end: Point): string => {
                const length = Math.hypot(end[0] - cx, end[1] - cy) || 1
                const [ux, uy] = [(end[0] - cx) / length, (end[1] - cy) / length]
                return `M${cx + 16 * ux} ${cy + 16 * uy}L${end[0]} ${end[1]}`
            }
            for (const one of [halo, line]) setAttribute(one, "d", gap(a) + gap(b))
            knobs.forEach((knob, side) => {
                setAttribute(knob, "transform", `translate(${ends[side]![0]} ${ends[side]![1]})`)
                const shown = Math.round((((cutDeg + 180 * side) % 360) + 360) % 360)
                setAttribute(knob, "aria-valuenow", shown)
                setAttribute(knob, "aria-valuetext", `${shown}°`)
            })
        },
    }
}

/** Where the plane leaves the picture. */
function endOf(view: StageView, cutDeg: number): Point {
    const angle = ((cutDeg - 90) * Math.PI) / 180
    const [dx, dy] = view.turned([Math.cos(angle), Math.sin(angle)])
    const [cx, cy] = view.toPx([0, 0])
    const radius = Math.min(
        view.depthMm * view.pxPerMm - KNOB_PX - 2,
        Math.min(view.widthPx, view.heightPx) / 2 - KNOB_PX - 2
    )
    return [cx + dx * radius, cy + dy * radius]
}

function turnsPlane(knob: SVGGElement, side: number, stage: Stage, viewer: Viewer): void {
    const turnTo = (event: PointerEvent): void => {
        const { left, top } = stage.element.getBoundingClientRect()
        const [x, y] = stage.view.toMm([event.clientX - left, event.clientY - top])
        const deg = (Math.atan2(y, x) * 180) / Math.PI + 90 + 180 * side
        viewer.set({ cutDeg: Math.round((((deg % 360) + 360) % 360) * 10) / 10 })
    }
    knob.addEventListener("pointerdown", event => {
        event.stopPropagation()
        knob.setPointerCapture(event.pointerId)
    })
    knob.addEventListener("pointermove", event => {
        if (!knob.hasPointerCapture(event.pointerId)) return
        event.stopPropagation()
        turnTo(event)
    })
    knob.addEventListener("keydown", event => {
        const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: 1, ArrowDown: -1 }[event.key]
        if (by === undefined) return
        event.preventDefault()
        event.stopPropagation()
        turnPlane(viewer, by)
    })
}

/** Turns the cut plane by a step. */
export function turnPlane(viewer: Viewer, steps: number): void {
    const deg = viewer.state.cutDeg + steps * TURN_STEP_DEG
    viewer.set({ cutDeg: ((deg % 360) + 360) % 360 })
}
