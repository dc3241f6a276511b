// The review of a run: puts its parts together.

import { Commands } from "../commands"
import { api } from "../data/api"
import type { ConsoleSocket } from "../data/socket"
import { fill, h } from "../dom"
import { memo } from "../emitter"
import { dateText, VERDICT_WORDS } from "../format"
import { type Exported, registerClip, registerPicture } from "../export/export"
import { button, setPressed } from "../parts/controls"
import { type PageFrame, pageFrame } from "../parts/frame"
import { icon } from "../parts/icons"
import { foldAll } from "../parts/panel"
import { picturePanel } from "../parts/picture-panel"
import { PointCursor } from "../stage/point-cursor"
import type { Stage } from "../stage/stage"
import { depthRangeOf } from "../stage/stage-view"
import { bookmarkPanel, registerBookmarks } from "./bookmarks"
import { BorderDraft } from "./borders/border-draft"
import { registerBorders } from "./borders/borders"
import { automaticReferences, referenceLayer, setReference } from "./borders/reference-bars"
import { caliperPanel, registerCalipers } from "./calipers/calipers"
import { framePanel, lesionPanel, registerVerdict, runPanel, summaryPanel } from "./figures"
import { placesSection } from "./places"
import { runAlong } from "./review-along"
import { ReviewModel } from "./review-model"
import { runStage } from "./review-stage"
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
    const stage = runStage(model, (i, kind) => draft.of(i, kind))
    const isRound = !model.scene.fixedDirection
    if (isRound) stage.addLayer(new PointCursor(stage, viewer, model.redraw))
    const along = runAlong(model, {
        onPlace: mm => {
            transport.pause()
            model.goToMm(mm)
        },
    })
    const steps = new UndoStack(model, commands)
    along.addLayer(referenceLayer(model, steps))
    registerBookmarks(model, commands, steps)
    registerVerdict(model, commands)
    if (isRound) registerCalipers(model, stage, commands, steps)
    const borders = isRound && registerBorders(model, stage, draft, commands, steps)
    commands.register({
        "fold-all": () => foldAll(viewer),
        cancel: () => stage.cancel(),
        "automatic-references": () => automaticReferences(model, steps),
        "set-distal": () => setReference(model, steps, "distal"),
        "set-proximal": () => setReference(model, steps, "proximal"),
        "one-to-one": () => viewer.set({ oneToOne: !viewer.state.oneToOne }),
    })
    registerPicture(commands, exportedOf(model, stage, frame.message))
    const picture = picturePanel({
        ...{ viewer, commands, hasBorders: true },
        note: () => stage.renderer.note,
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
                    "h1",
                    { dir: "auto", title },
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
