// Two runs side by side: cross-sections, longitudinal views on one scale, areas of both, and the figures of the comparison.

import { Commands } from "../commands"
import { api, comparePath } from "../data/api"
import type { ConsoleSocket } from "../data/socket"
import { fill, h, setText } from "../dom"
import { button, setPressed } from "../parts/controls"
import { type PageFrame, pageFrame } from "../parts/frame"
import { icon } from "../parts/icons"
import { foldAll } from "../parts/panel"
import { picturePanel } from "../parts/picture-panel"
import { runAlong } from "../review/review-along"
import { ReviewModel } from "../review/review-model"
import { runStage } from "../review/review-stage"
import { Transport } from "../review/transport"
import type { Stage } from "../stage/stage"
import { depthRangeOf } from "../stage/stage-view"
import type { CompareJson } from "../../run/run-json"
import { bothAreas, figuresPanel, placePanel } from "./compare-panels"
import { LinkedRuns, type Which } from "./linked-runs"

type Ids = readonly [first: string, second: string]

/** Opens two runs and shows them. */
export async function comparePage(ids: Ids, socket: ConsoleSocket): Promise<void> {
    document.body.className = "review compare"
    const commands = new Commands("compare")
    const frame = pageFrame(commands, true)
    const waiting = h("p", { class: "waiting", role: "status" }, "Opening the runs …")
    fill(document.body, frame.header, waiting, document.querySelector(".messages"))
    try {
        const comparison = await api.compare(ids)
        const models: ReviewModel[] = []
        for (const [n, id] of ids.entries())
            models.push(
                new ReviewModel(
                    await api.open(id, ({ what, fraction }) => {
                        const percent = fraction === null ? "" : ` ${Math.round(100 * fraction)} %`
                        waiting.textContent = `Opening run ${n + 1}: ${what}${percent}`
                    }),
                    "compare"
                )
            )
        const [first, second] = models
        show(new LinkedRuns([first!, second!], comparison.alignment), comparison, {
            ...{ commands, frame, socket },
        })
    } catch (error) {
        waiting.textContent = (error as Error).message
        waiting.setAttribute("role", "alert")
    }
}

interface Page {
    readonly commands: Commands
    readonly frame: PageFrame
    readonly socket: ConsoleSocket
}

function show(linked: LinkedRuns, comparison: CompareJson, page: Page): void {
    const { models } = linked
    const { commands, frame, socket } = page
    const [first, second] = models
    socket.run.on(({ id, version }) => {
        for (const model of models) if (id === model.run.id) void model.onNews(version)
    })
    for (const model of models) model.messages.on(frame.message)
    const transport = new Transport(first, commands)
    commands.register({
        "fold-all": () => foldAll(first.viewer),
        "go-second-mla": () => {
            const { mla } = second.content.segment
            if (mla) second.goToMm(mla.positionMm)
            else frame.message("The second run has no minimum lumen area.")
        },
        link: () => linked.toggle(),
    })
    const stages = [stageOf(linked, 0), stageOf(linked, 1)] as const
    const picture = picturePanel({
        ...{ viewer: first.viewer, commands, hasBorders: true },
        note: () => stages[0].renderer.note,
        depthRangeMm: () => depthRangeOf(first.scene),
    })
    first.redraw.add(() => picture.draw())
    const panels = h(
        "section",
        { class: "cols", "aria-label": "figures and settings" },
        h(
            "div",
            { class: "col" },
            placePanel(linked).element,
            figuresPanel(first.viewer, comparison).element
        ),
        h("div", { class: "col" }, picture.element)
    )
    const along = h(
        "div",
        { class: "both" },
        alongOf(linked, 0, transport).element,
        alongOf(linked, 1, transport).element
    )
    fill(
        document.body,
        frame.header,
        h("main", {}, ...stages.map(({ element }) => element), panels),
        ...[along, transport.element, document.querySelector(".messages")]
    )
    drawHeader(linked, page)
    for (const { redraw } of models) redraw.ask()
}

function stageOf(linked: LinkedRuns, which: Which): Stage {
    const model = linked.models[which]
    const stage = runStage(model, (i, kind) => model.borders.of(i, kind))
    stage.element.setAttribute("aria-label", `cross-section of run ${which + 1}`)
    const missing = h("div", { class: "notlive", role: "status" })
    stage.element.append(missing)
    model.redraw.add(() => {
        const text = linked.missing(which) ?? ""
        setText(missing, text)
        missing.hidden = text === ""
    })
    return stage
}

function alongOf(linked: LinkedRuns, which: Which, transport: Transport) {
    const model = linked.models[which]
    return runAlong(model, {
        rangeMm: () => linked.rangeMm(which),
        onPlace: mm => {
            transport.pause()
            model.goToMm(mm)
        },
        // Both areas stand below both pictures.
        ...(which === 0 ? { without: ["curves"] } : { curves: bothAreas(linked) }),
    })
}

function drawHeader({ models, isLinked }: LinkedRuns, { commands, frame }: Page): void {
    const ids = models.map(({ run }) => run.id) as unknown as Ids
    document.title = "Comparison – IVUS review"
    const names = models.flatMap(({ run }, n) => [
        h("span", { class: "dim" }, `${n + 1}:`),
        h(
            "a",
            { href: `/run/${encodeURIComponent(run.id)}`, dir: "auto", title: "review it" },
            run.content.headline.title
        ),
    ])
    fill(frame.left, h("span", { class: "badge" }, icon("compare"), "COMPARE"), ...names)
    const link = button(commands, { command: "link", icon: "link", text: "Linked" })
    setPressed(link, isLinked)
    const report = h(
        "a",
        {
            ...{ class: "button", href: comparePath(...ids, "/page") },
            ...{ target: "_blank", rel: "noopener" },
        },
        icon("export"),
        h("span", {}, "Report")
    )
    fill(frame.right, link, report)
}
