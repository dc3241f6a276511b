// The figures of a comparison: at the place that is shown, of the whole, and the areas of both runs along the vessel.

import { curveOf } from "../../../compare/curve"
import { rowsOf, shiftText } from "../../../compare/comparison-text"
import type { CompareJson } from "../../run/run-json"
import type { CurveData } from "../along/curves"
import { fill, h } from "../dom"
import { memo } from "../emitter"
import { mm, mm2 } from "../format"
import { type Panel, panel, rows } from "../parts/panel"
import type { ReviewModel } from "../review/review-model"
import type { Viewer } from "../state"
import type { LinkedRuns } from "./linked-runs"

/** What both runs show now. */
export function placePanel(linked: LinkedRuns): Panel {
    const [first, second] = linked.models
    const shown = panel(first.viewer, { title: "This place" })
    const changed = memo()
    const draw = (): void => {
        const { isLinked, models } = linked
        const missing = models.map((_, n) => linked.missing(n as 0 | 1) !== undefined)
        changed([first.content, second.content, first.i, second.i, isLinked, ...missing], () => {
            const [a, b] = models.map((model, n) => (missing[n] ? null : areaOf(model)))
            const difference = isLinked && a !== null && b !== null ? b! - a! : null
            const percent = difference === null ? "" : `${signed((100 * difference) / a!, 0)} %`
            shown.summary(difference === null ? "" : `${signed(difference, 2)} mm²`)
            fill(
                shown.body,
                rows(
                    ...models.map((model, n) => {
                        const place = missing[n] ? "not imaged" : mm(model.positionMm())
                        return [`lumen area ${n + 1}`, big(mm2(n === 0 ? a : b)), place] as const
                    }),
                    [
                        "difference",
                        difference === null ? "–" : `${signed(difference, 2)} mm²`,
                        percent,
                    ]
                ),
                !isLinked && h("p", { class: "dim" }, "Each moves alone; K links them again.")
            )
        })
    }
    for (const { redraw } of linked.models) redraw.add(draw)
    return shown
}

/** As in the table of `ivus compare`. */
export function figuresPanel(viewer: Viewer, comparison: CompareJson): Panel {
    const shown = panel(viewer, { title: "Comparison", isFilling: true })
    const { alignment, notes, refused } = comparison
    const cells = rowsOf(comparison).flatMap(({ name, values, difference, unit, note }) => [
        h(
            "tr",
            { title: note },
            h("th", { scope: "row" }, `${name}, ${unit}`),
            ...[...values, difference].map(value => h("td", { class: "num" }, value))
        ),
    ])
    const heads = ["", "1", "2", "2 less 1"].map(name => h("th", { scope: "col" }, name))
    fill(
        shown.body,
        h("table", { class: "figures" }, h("tr", {}, ...heads), ...cells),
        h("p", { class: "dim" }, shiftText(alignment)),
        ...notes.map(note => h("p", { class: "dim" }, note)),
        ...refused.map(({ what, reason }) =>
            h("p", { class: "dim" }, `Not compared: ${what}: ${reason}.`)
        )
    )
    shown.summary(`shift ${signed(alignment.shiftMm, 2)} mm`)
    return shown
}

/** The areas of both runs in the positions of the second one: the same object until one of them changes. */
export function bothAreas(linked: LinkedRuns): () => CurveData {
    let made: { of: readonly object[]; data: CurveData } | undefined
    return () => {
        const [first, second] = linked.models
        const of = [first.content, second.content]
        if (made?.of.every((content, n) => content === of[n])) return made.data
        const areas = linked.models.map(({ content }) =>
            content.measures.map(({ areaMm2 }) => areaMm2)
        )
        const positionsMm = first.run.frames.positionMm.map(at => linked.otherMm(0, at))
        const data: CurveData = {
            positionsMm: second.run.frames.positionMm,
            curves: [
                {
                    ...{ name: "area of run 1", scale: "left", style: "area", isFilled: true },
                    ...{ values: areas[0]!, positionsMm },
                },
                {
                    ...{ name: "area of run 2", scale: "left", style: "longest" },
                    values: areas[1]!,
                },
            ],
        }
        made = { of, data }
        return data
    }
}

/** Between the frames, as in the comparison. */
function areaOf(model: ReviewModel): number | null {
    const { measures } = model.content
    const points = model.run.frames.positionMm.flatMap((positionMm, i) => {
        const value = measures[i]?.areaMm2 ?? null
        return value === null ? [] : [{ positionMm, value }]
    })
    return curveOf(points)(model.positionMm())
}

const big = (text: string): HTMLElement => h("span", { class: "big" }, text)

function signed(value: number, digits: number): string {
    return `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(digits)}`
}
