// The panels of figures: this frame, the lesion, and the run.

import type { Commands } from "../commands"
import { fill, h } from "../dom"
import { memo } from "../emitter"
import { confidenceOf, mm, mm2, percent } from "../format"
import { askText } from "../parts/ask-text"
import { button } from "../parts/controls"
import { icon } from "../parts/icons"
import { confidence, type Panel, panel, rows } from "../parts/panel"
import { filesText } from "./borders/borders"
import type { ReviewModel } from "./review-model"

/** As marks.json allows it. */
const REASON_MAX = 500

const big = (text: string): HTMLElement => h("span", { class: "big" }, text)

export function framePanel(model: ReviewModel): Panel {
    const shown = panel(model.viewer, { title: "This frame" })
    const changed = memo()
    model.redraw.add(() =>
        changed([model.content, model.i], () => {
            shown.summary(`${model.i + 1} of ${model.count}`)
            const m = model.content.measures[model.i]
            if (!m)
                return fill(shown.body, h("p", { class: "dim" }, "There is nothing measured here."))
            const { steps, word } = confidenceOf(m.confidence)
            const sure = (value: number | null): Node | string =>
                value === null ? "not seen" : confidence(steps, word)
            const missing = model.run.frames.linesMissing[model.i]!
            fill(
                shown.body,
                rows(
                    ["lumen area", big(mm2(m.areaMm2)), sure(m.areaMm2)],
                    ["shortest diameter", mm(m.minDiameterMm), sure(m.minDiameterMm)],
                    ["longest diameter", mm(m.maxDiameterMm), sure(m.maxDiameterMm)],
                    ["vessel area", mm2(m.vesselAreaMm2), sure(m.vesselAreaMm2)],
                    ["plaque burden", percent(m.plaqueBurdenPercent), sure(m.plaqueBurdenPercent)]
                ),
                missing > 0 &&
                    h("p", { class: "warn" }, icon("warning"), ` ${missing} lines missing`),
                m.flags.length > 0 &&
                    h(
                        "p",
                        { class: "dim" },
                        m.flags.map(flag => flag.replaceAll("-", " ")).join(", ")
                    )
            )
        })
    )
    return shown
}

export function lesionPanel(model: ReviewModel, commands: Commands): Panel {
    const shown = panel(model.viewer, { title: "Lesion" })
    const accept = button(commands, { command: "accept", icon: "check", text: "Accept" })
    const reject = button(commands, { command: "reject", icon: "cross", text: "Reject" })
    const automatic = button(commands, {
        command: "automatic-references",
        text: "Automatic references",
    })
    const setSides = (["distal", "proximal"] as const).map(side =>
        button(commands, { command: `set-${side}`, text: `Set ${side} here` })
    )
    const changed = memo()
    model.redraw.add(() =>
        changed([model.content], () => {
            const { segment, marks, refined, readOnly, edits } = model.content
            const { lesion, referenceDistal: distal, referenceProximal: proximal } = segment
            const areas = [distal?.areaMm2, proximal?.areaMm2].filter(area => area !== undefined)
            const mean =
                areas.length > 0 ? areas.reduce((sum, area) => sum + area, 0) / areas.length : null
            const isAccepted = segment.frames > 0 && segment.framesAccepted === segment.frames
            shown.summary(
                ...(marks.rejected
                    ? [icon("cross"), " rejected"]
                    : isAccepted
                      ? [icon("check"), " accepted"]
                      : [icon("warning"), refined ? " not reviewed" : " being refined"])
            )
            for (const one of [accept, reject]) {
                one.disabled = readOnly !== null || !refined
                one.title = readOnly ?? one.title
            }
            fill(
                shown.body,
                rows(
                    ["area stenosis", big(percent(segment.areaStenosisPercent)), ""],
                    [
                        "smallest area (MLA)",
                        mm2(segment.mla?.areaMm2),
                        segment.mla ? `at ${mm(segment.mla.positionMm)}` : "",
                    ],
                    ["reference, mean", mm2(mean), areas.map(area => area.toFixed(1)).join(" | ")],
                    [
                        "lesion length",
                        mm(lesion?.lengthMm, 1),
                        lesion ? `${lesion.fromMm.toFixed(1)}–${lesion.toMm.toFixed(1)}` : "",
                    ]
                ),
                ...segment.refused.map(({ reason }) => h("p", { class: "dim" }, `${reason}.`)),
                h("div", { class: "pair" }, accept, reject),
                (!distal || !proximal) &&
                    readOnly === null &&
                    h("div", { class: "pair" }, !distal && setSides[0], !proximal && setSides[1]),
                marks.rejected &&
                    h(
                        "p",
                        { class: "warn" },
                        `Rejected by ${marks.rejected.by}: ${marks.rejected.reason || "no reason given"}`
                    ),
                edits.references.length > 0 && h("div", { class: "pair" }, automatic),
                edits.history.length > 0 && h("p", { class: "dim" }, filesText(model))
            )
        })
    )
    return shown
}

/** Acceptance and rejection of the whole run. */
export function registerVerdict(model: ReviewModel, commands: Commands): void {
    commands.register({
        accept: async () => {
            const isRejected = model.content.marks.rejected !== null
            if (isRejected && !(await model.mark({ kind: "unreject" }))) return
            await model.edit({ accepted: { frames: "all" } })
        },
        reject: async () => {
            if (model.content.marks.rejected) return void model.mark({ kind: "unreject" })
            const reason = await askText({
                ...{ title: "Reject the run", label: "Why is it not usable?", action: "Reject" },
                lengthMax: REASON_MAX,
            })
            if (reason !== undefined) await model.mark({ kind: "reject", reason })
        },
    })
}

const RING_DOWN_TEXTS: Readonly<Record<string, string>> = {
    pullback: "estimated from this run",
    reference: "stored reference",
    none: "not subtracted",
}

export function runPanel(model: ReviewModel): Panel {
    const shown = panel(model.viewer, { title: "Run" })
    const changed = memo()
    model.redraw.add(() =>
        changed([model.content], () => {
            const { run, content } = model
            const { geometry } = run.scene
            const missing = run.frames.linesMissing.reduce((sum, n) => sum + n, 0)
            fill(
                shown.body,
                rows(
                    ["catheter", `${run.catheter}, no. ${run.serial}`],
                    ["sled", `${run.speedMmPerS.toFixed(2)} mm/s, ${mm(run.lengthMm)}`],
                    ["frames", `${model.count} at ${run.frameRateHz.toFixed(1)}/s`],
                    ["lines", `${geometry.linesPerFrame} × ${geometry.samplesPerLine}`],
                    ["lines missing", missing === 0 ? "none" : `${missing}`],
                    ["ring-down", RING_DOWN_TEXTS[run.ringDownText] ?? run.ringDownText]
                )
            )
            shown.summary(content.clean ? "clean" : "see the summary")
        })
    )
    return shown
}

/** The sentences of the run's summary. */
export function summaryPanel(model: ReviewModel): Panel {
    const shown = panel(model.viewer, { title: "Summary", isFilling: true })
    const changed = memo()
    model.redraw.add(() =>
        changed([model.content], () => {
            const { summary } = model.content
            fill(shown.body, h("ul", { class: "summary" }, ...summary.map(row => h("li", {}, row))))
            shown.summary(summary[0] ?? "")
        })
    )
    return shown
}
