// The review of a run: puts its parts together.

import { AlongView } from "../along/along-view"
import { type CurveData, curvesLayer } from "../along/curves"
import { Commands } from "../commands"
import { api } from "../data/api"
import type { ConsoleSocket } from "../data/socket"
import { fill, h } from "../dom"
import { memo } from "../emitter"
import { dateText, mm, mm2, VERDICT_WORDS } from "../format"
import { type Exported, registerClip, registerPicture } from "../export/export"
import { button, setPressed } from "../parts/controls"
import { type PageFrame, pageFrame } from "../parts/frame"
import { icon } from "../parts/icons"
import { foldAll } from "../parts/panel"
import { picturePanel } from "../parts/picture-panel"
import { borderLayer, planeLayer, rulerLayer } from "../stage/layers"
import { PointCursor } from "../stage/point-cursor"
import { Stage } from "../stage/stage"
import { depthRangeOf } from "../stage/stage-view"
import { alongBorderLayer } from "./along-borders"
import { bookmarkLayer, bookmarkPanel, registerBookmarks } from "./bookmarks"
import { BorderDraft } from "./borders/border-draft"
import { registerBorders } from "./borders/borders"
import { automaticReferences, referenceLayer } from "./borders/reference-bars"
import { caliperPanel, registerCalipers } from "./calipers/calipers"
import { framePanel, lesionPanel, registerVerdict, runPanel, summaryPanel } from "./figures"
import { lesionLayers } from "./lesion-marks"
import { placesSection } from "./places"
import { ReviewModel } from "./review-model"
import { toolRail } from "./tools"
import { Transport } from "./transport"
import { UndoStack } from "./undo"

/** Opens a run and shows it. */
export async function reviewPage(id: string, socket: ConsoleSocket): Promise<void> {
    document.body.className = "review"
    const commands = new Commands("review")
    const frame = pageFrame(commands, true)
    const waiting = h("p", { class: "waiting", role: "status" }, "Opening the run …")
    fill(document.body, frame.header, waiting, document.querySelector(".messages"))
    try {
        const run = await api.open(id, ({ what, fraction }) => {
            const percent = fraction === null ? "" : ` ${Math.round(100 * fraction)} %`
            waiting.textContent = `Opening the run: ${what}${percent}`
        })
        show(new ReviewModel(run), commands, frame, socket)
    } catch (error) {
        waiting.textContent = (error as Error).message
        waiting.setAttribute("role", "alert")
    }
}

function show(
    model: ReviewModel,
    commands: Commands,
    frame: PageFrame,
    socket: ConsoleSocket
): void {
    const { viewer } = model
    model.messages.on(frame.message)
    socket.run.on(({ id, version }) => {
        if (id === model.run.id) void model.onNews(version)
    })
    let wasLost = false
    socket.connection.on(isOpen => {
        // What happened meanwhile was not told.
        if (isOpen && wasLost) void model.refresh()
        wasLost ||= !isOpen
        if (!isOpen) frame.message("The host does not answer; this page connects again by itself.")
    })
    const transport = new Transport(model, commands)
    const draft = new BorderDraft(model)
    const stage = stageOf(model, draft)
    const along = alongOf(model, transport)
    const steps = new UndoStack(model, commands)
    along.addLayer(referenceLayer(model, steps))
    registerBookmarks(model, commands, steps)
    registerVerdict(model, commands)
    const isRound = !model.scene.fixedDirection
    if (isRound) registerCalipers(model, stage, commands, steps)
    const borders = isRound && registerBorders(model, stage, draft, commands, steps)
    commands.register({
        "fold-all": () => foldAll(viewer),
        cancel: () => stage.cancel(),
        "automatic-references": () => automaticReferences(model, steps),
    })
    registerPicture(commands, exportedOf(model, stage, frame.message))
    const picture = picturePanel({
        ...{ viewer, commands, hasVessel: true },
        depthRangeMm: () => depthRangeOf(model.scene),
    })
    model.redraw.add(() => picture.draw())
    const panels = h(
        "section",
        { class: "cols", "aria-label": "figures and settings" },
        h(
            "div",
            { class: "col" },
            borders && borders.element,
            framePanel(model).element,
            lesionPanel(model, commands).element,
            isRound && caliperPanel(model, steps).element
        ),
        h(
            "div",
            { class: "col" },
            ...[picture.element, bookmarkPanel(model, steps).element],
            ...[runPanel(model).element, summaryPanel(model).element]
        )
    )
    const main = h(
        "main",
        {},
        toolRail(stage, viewer, commands),
        stage.element,
        placesSection(model),
        panels
    )
    const messages = document.querySelector(".messages")
    fill(document.body, frame.header, main, along.element, transport.element, messages)
    drawHeader(model, frame)
    addExport(model, commands, frame, stage)
    model.redraw.ask()
}

function exportedOf(
    model: ReviewModel,
    stage: Stage,
    message: (sentence: string) => void
): Exported {
    const name = (): string => `${model.run.id}-frame-${String(model.i + 1).padStart(4, "0")}`
    return { stage, message, name }
}

/** In the header: what leaves the page. */
function addExport(
    model: ReviewModel,
    commands: Commands,
    { right, message }: PageFrame,
    stage: Stage
): void {
    const { run } = model
    const clip = button(commands, { command: "save-clip", icon: "play", text: "Clip" })
    registerClip(commands, exportedOf(model, stage, message), isRecording =>
        setPressed(clip, isRecording)
    )
    const report = h(
        "a",
        {
            class: "button",
            href: `/api/runs/${encodeURIComponent(run.id)}/report`,
            target: "_blank",
            rel: "noopener",
        },
        icon("export"),
        h("span", {}, "Report")
    )
    fill(right, clip, report)
}

function stageOf(model: ReviewModel, draft: BorderDraft): Stage {
    const { viewer, redraw } = model
    const stage = new Stage({
        ...{ viewer, redraw, label: "cross-section" },
        scene: () => model.scene,
        frame: () => model.shown?.data,
        onStep: by => model.goTo(model.i + by),
    })
    if (!model.scene.fixedDirection) {
        stage.addLayer(rulerLayer(viewer))
        for (const kind of ["vessel", "lumen"] as const)
            stage.addLayer(
                borderLayer(kind, viewer, () => model.shown && draft.of(model.shown.i, kind))
            )
        stage.addLayer(planeLayer(stage, viewer))
        stage.addLayer(new PointCursor(stage, viewer, redraw))
    }
    const changed = memo()
    redraw.add(() => {
        const { cutDeg, lumen, vessel, ruler } = viewer.state
        const i = model.shown?.i
        const depth = stage.view.depthMm
        changed([i, cutDeg, lumen, vessel, ruler, depth], () => {
            const { corners } = stage
            const bold = (text: string): HTMLElement => h("b", {}, text)
            if (i !== undefined)
                fill(corners.topLeft, bold(`Frame ${i + 1}`), h("br"), mm(model.positionMm(i)))
            fill(corners.topRight, "cut plane", h("br"), bold(`${Math.round(cutDeg)}°`))
            fill(
                corners.bottomLeft,
                lumen && h("span", { class: "key lumen" }, "lumen"),
                vessel && h("span", { class: "key vessel" }, "vessel")
            )
            fill(
                corners.bottomRight,
                ruler && "ticks 1 mm",
                ruler && h("br"),
                `depth ${mm(depth, 1)}`
            )
        })
    })
    return stage
}

function alongOf(model: ReviewModel, transport: Transport): AlongView {
    const { viewer, redraw, run } = model
    const lastMm = run.frames.positionMm.at(-1) ?? 0
    const along = new AlongView({
        ...{ viewer, redraw },
        scene: () => model.scene,
        cut: () => model.cut(),
        lengthMm: () => Math.max(run.lengthMm, lastMm),
        placeMm: () => model.positionMm(),
        onPlace: mm => {
            transport.pause()
            model.goToMm(mm)
        },
        onStep: by => model.goTo(model.i + by),
    })
    along.addLayer(curvesLayer(along, curvesOf(model)))
    for (const kind of ["vessel", "lumen"] as const) along.addLayer(alongBorderLayer(model, kind))
    for (const layer of lesionLayers(model)) along.addLayer(layer)
    along.addLayer(bookmarkLayer(model))
    return along
}

/** The curves of the present content: the same object until that changes. */
function curvesOf(model: ReviewModel): () => CurveData {
    let made: { of: object; data: CurveData } | undefined
    return () => {
        const { content, run } = model
        if (made?.of === content) return made.data
        const { measures, segment } = content
        const areas = [segment.referenceDistal, segment.referenceProximal].flatMap(one =>
            one ? [one.areaMm2] : []
        )
        const mean = areas.reduce((sum, area) => sum + area, 0) / areas.length
        const data: CurveData = {
            positionsMm: run.frames.positionMm,
            curves: [
                {
                    ...{ name: "area", scale: "left", style: "area", isFilled: true },
                    values: measures.map(({ areaMm2 }) => areaMm2),
                },
                {
                    ...{ name: "longest diameter", scale: "right", style: "longest" },
                    values: measures.map(({ maxDiameterMm }) => maxDiameterMm),
                },
                {
                    ...{ name: "shortest diameter", scale: "right", style: "shortest" },
                    values: measures.map(({ minDiameterMm }) => minDiameterMm),
                },
            ],
            level: areas.length > 0 ? { value: mean, text: `reference ${mm2(mean)}` } : undefined,
        }
        made = { of: content, data }
        return data
    }
}

function drawHeader(model: ReviewModel, { left }: PageFrame): void {
    const changed = memo()
    model.redraw.add(() =>
        changed([model.content.headline, model.content.verdictReason], () => {
            const { headline, verdictReason } = model.content
            const { title, facts, verdict } = headline
            document.title = `${title} – IVUS review`
            const rest = facts.filter(fact => fact !== title)
            fill(
                left,
                h("span", { class: "badge" }, icon("dot"), "REVIEW"),
                h(
                    "b",
                    { dir: "auto" },
                    /^\d{4}-/.test(title) ? dateText(title.replace(" ", "T")) : title
                ),
                h(
                    "span",
                    { class: "dim facts", dir: "auto", title: facts.join(" · ") },
                    ` · ${rest.join(" · ")}`
                ),
                verdict &&
                    h(
                        "span",
                        { class: `verdict ${verdict}`, title: verdictReason },
                        icon(verdict === "complete" ? "check" : "warning"),
                        VERDICT_WORDS[verdict]
                    )
            )
        })
    )
}
