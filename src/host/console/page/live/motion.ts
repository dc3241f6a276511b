// What matters while the sled moves: how much is left, how fast it is by measurement, and where. It never scrolls, folds or hides.

import { h, setText } from "../dom"
import type { LiveModel } from "./live-model"

/** Frames over which the speed is measured. */
const SPEED_FRAMES = 15

interface Figure {
    readonly element: HTMLElement
    set(value: string, note: string): void
}

function figure(name: string, unit: string): Figure {
    const number = h("span", { class: "n" }, "–")
    const note = h("span", { class: "note" })
    return {
        element: h(
            "div",
            { class: "fig" },
            h("span", { class: "k" }, name),
            number,
            h("span", { class: "u" }, unit, h("br"), note)
        ),
        set(value, text) {
            setText(number, value)
            setText(note, text)
        },
    }
}

export function motionSection(model: LiveModel): HTMLElement {
    const remaining = figure("remaining", "mm")
    const speed = figure("speed, measured", "mm/s")
    const place = figure("place", "mm")
    model.redraw.add(() => {
        const { pullback = null } = model.state ?? {}
        const last = model.kept.at(-1)
        const isLive = model.isConnected && model.state?.picture === "live"
        const speedMmPerS = isLive ? speedOf(model) : undefined
        const leftMm =
            pullback &&
            Math.max(0, pullback.toMm - Math.max(pullback.fromMm, last?.positionMm ?? 0))
        remaining.set(
            leftMm === null ? "–" : leftMm.toFixed(1),
            pullback && leftMm !== null
                ? `${Math.ceil(leftMm / pullback.speedMmPerS)} s`
                : "no pullback"
        )
        speed.set(
            speedMmPerS === undefined ? "–" : speedMmPerS.toFixed(2),
            pullback ? `set ${pullback.speedMmPerS.toFixed(2)}` : ""
        )
        place.set(
            last ? last.positionMm.toFixed(1) : "–",
            pullback ? `of ${pullback.toMm.toFixed(1)}` : "of the sled"
        )
    })
    return h(
        "section",
        { class: "motion", "aria-label": "motion" },
        ...[remaining, speed, place].map(({ element }) => element)
    )
}

/** By the measured positions of the latest frames; undefined before there are two. */
function speedOf({ kept }: LiveModel): number | undefined {
    const last = kept.at(-1)
    const before = kept.at(-1 - Math.min(SPEED_FRAMES, kept.length - 1))
    const seconds = last && before ? (last.timeMs - before.timeMs) / 1000 : 0
    return seconds > 0 ? Math.abs(last!.positionMm - before!.positionMm) / seconds : undefined
}
