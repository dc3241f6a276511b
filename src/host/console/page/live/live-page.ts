// The live page: puts its parts together.

import { AlongView } from "../along/along-view"
import { Commands } from "../commands"
import type { ConsoleSocket } from "../data/socket"
import { fill, h, setAttribute, setText } from "../dom"
import { memo } from "../emitter"
import { mm } from "../format"
import { registerPicture } from "../export/export"
import { button, setPressed } from "../parts/controls"
import { type PageFrame, pageFrame } from "../parts/frame"
import { icon } from "../parts/icons"
import { foldAll } from "../parts/panel"
import { picturePanel } from "../parts/picture-panel"
import { toolRail } from "../review/tools"
import { planeLayer, rulerLayer } from "../stage/layers"
import { Stage } from "../stage/stage"
import { depthRangeOf } from "../stage/stage-view"
import { alarmRow, registerAlarms } from "./alarm-row"
import { LiveModel } from "./live-model"
import { alarmsPanel, linkPanel, ringDownPanel } from "./live-panels"
import { motionSection } from "./motion"
import { questionDialog } from "./question"

/** States in which the sled moves: their badge has a light ground. */
const WORDS: Readonly<Record<string, string>> = { "self-test": "SELF TEST" }

export function livePage(socket: ConsoleSocket): void {
    document.body.className = "live"
    const commands = new Commands("live")
    const frame = pageFrame(commands, true)
    const model = new LiveModel(socket)
    const { viewer } = model
    socket.refusal.on(frame.message)
    const stage = stageOf(model)
    const along = alongOf(model)
    registerAlarms(model, commands)
    commands.register({
        freeze: () => model.freeze(),
        back: () => model.scroll(-1),
        forward: () => model.scroll(1),
        "fold-all": () => foldAll(viewer),
        "ask-to-stop": () => socket.send({ kind: "stop" }),
    })
    registerPicture(commands, {
        ...{ stage, message: frame.message },
        name: () => `live-frame-${model.shown?.number ?? 0}`,
    })
    const picture = picturePanel({
        ...{ viewer, commands, hasBorders: false },
        note: () => stage.renderer.note,
        depthRangeMm: () => (model.scene ? depthRangeOf(model.scene) : [1, 10]),
    })
    model.redraw.add(() => picture.draw())
    const panels = h(
        "section",
        { class: "cols", "aria-label": "figures and settings" },
        h("div", { class: "col" }, linkPanel(model).element, ringDownPanel(model).element),
        h("div", { class: "col" }, picture.element, alarmsPanel(model).element)
    )
    const main = h(
        "main",
        {},
        toolRail(stage, viewer, commands),
        stage.element,
        motionSection(model),
        panels
    )
    const messages = document.querySelector(".messages")
    fill(
        document.body,
        h("div", { class: "top" }, frame.header, alarmRow(model, commands)),
        ...[main, along.element],
        ...[footer(model, commands), messages, questionDialog(model)]
    )
    drawHeader(model, frame)
    model.redraw.ask()
}

function stageOf(model: LiveModel): Stage {
    const { viewer, redraw } = model
    const stage = new Stage({
        ...{ viewer, redraw, label: "live cross-section" },
        scene: () => model.scene,
        frame: () => model.shown?.data,
        onStep: by => model.scroll(by),
    })
    const standing = h("div", { class: "notlive", role: "status" })
    stage.element.append(standing)
    stage.addLayer(rulerLayer(viewer))
    stage.addLayer(planeLayer(stage, viewer))
    const changed = memo()
    redraw.add(() => {
        const { shown, state, isFrozen, isConnected } = model
        const words = !isConnected
            ? "NO CONNECTION: this picture is not live"
            : isFrozen
              ? "FROZEN: this picture is not live"
              : state?.picture === "stopped"
                ? "STOPPED: this picture is not live"
                : state?.picture === "none"
                  ? "There is no picture yet"
                  : ""
        setText(standing, words)
        standing.hidden = words === ""
        const { cutDeg } = viewer.state
        const depth = stage.view.depthMm
        const isLive = words === ""
        changed([shown, cutDeg, depth, isLive, isFrozen], () => {
            const { corners } = stage
            const word = isFrozen ? "Frozen" : isLive ? "Live" : "Last frame"
            if (shown)
                fill(
                    corners.topLeft,
                    ...[
                        h("b", {}, word),
                        ` ${mm(shown.positionMm)}`,
                        h("br"),
                        `frame ${shown.number}`,
                    ],
                    shown.linesMissing > 0 &&
                        h("span", { class: "warn" }, h("br"), `${shown.linesMissing} lines missing`)
                )
            fill(corners.topRight, "cut plane", h("br"), h("b", {}, `${Math.round(cutDeg)}°`))
            fill(corners.bottomRight, "ticks 1 mm", h("br"), `depth ${mm(depth, 1)}`)
            fill(corners.bottomLeft, shown && shown.triggersDeg.length > 0 && h("b", {}, "R wave"))
        })
    })
    return stage
}

/** All of the pullback, so that what is still to come is seen; else what came. */
function rangeOf({ state, cut }: LiveModel): readonly [from: number, to: number] | undefined {
    const { pullback } = state ?? {}
    return pullback ? [pullback.fromMm, pullback.toMm] : cut.rangeMm
}

function alongOf(model: LiveModel): AlongView {
    const { viewer, redraw } = model
    const along = new AlongView({
        ...{ viewer, redraw },
        scene: () => model.scene,
        // While the sled stands, all frames are at one place.
        cut: () => (rangeOf(model) ? model.cut.get(viewer.state.cutDeg) : undefined),
        rangeMm: () => rangeOf(model),
        lengthMm: () => rangeOf(model)?.[1] ?? 1,
        placeMm: () => model.shown?.positionMm,
        onPlace: at => {
            const nearest = model.kept.reduce<(typeof model.kept)[number] | undefined>(
                (best, one) =>
                    !best || Math.abs(one.positionMm - at) < Math.abs(best.positionMm - at)
                        ? one
                        : best,
                undefined
            )
            if (nearest) viewer.set({ frozen: nearest.number })
        },
        onStep: by => model.scroll(by),
    })
    return along
}

function footer(model: LiveModel, commands: Commands): HTMLElement {
    const freeze = button(commands, { command: "freeze", icon: "freeze", text: "Freeze" })
    const kept = h("span", { class: "dim kept" })
    const stop = button(commands, {
        command: "ask-to-stop",
        icon: "stop",
        text: "Ask to stop",
        class: "stop",
    })
    model.redraw.add(() => {
        setPressed(freeze, model.isFrozen)
        setText(freeze.querySelector("span")!, model.isFrozen ? "Go on" : "Freeze")
        const at = model.shown ? model.kept.length - 1 - model.kept.indexOf(model.shown) : 0
        const back = at === 0 ? "now" : `${framesText(at)} back`
        setText(kept, `${back}, ${framesText(model.kept.length)} kept`)
    })
    return h(
        "footer",
        {},
        freeze,
        button(commands, { command: "back", icon: "back", label: "One frame back", class: "icon" }),
        button(commands, {
            command: "forward",
            icon: "forward",
            label: "One frame on",
            class: "icon",
        }),
        kept,
        h("span", { class: "grow" }),
        h("span", { class: "dim hint" }, "Start, jog and return: at the bedside unit only"),
        stop
    )
}

const framesText = (count: number): string => (count === 1 ? "1 frame" : `${count} frames`)

function drawHeader(model: LiveModel, { left }: PageFrame): void {
    const changed = memo()
    model.redraw.add(() => {
        const { state, isConnected } = model
        const { cartState, moving, target, catheter, serial, control, insecure } = state ?? {}
        changed([isConnected, cartState, moving, catheter, serial, control, insecure], () => {
            const word = !isConnected
                ? "NO HOST"
                : (WORDS[cartState ?? ""] ?? (cartState ?? "NO CART").toUpperCase())
            const badge = h(
                "span",
                { class: "badge", role: "status" },
                icon(moving ? "arrow" : "dot"),
                word
            )
            badge.classList.toggle("move", isConnected && moving === true)
            setAttribute(badge, "data-state", cartState ?? "none")
            document.title = `${word} – IVUS live`
            fill(
                left,
                badge,
                h("h1", {}, catheter ? `${catheter}, no. ${serial}` : "no catheter"),
                h("span", { class: "dim facts" }, ` · ${target ?? "no cart"}`),
                control && h("span", { class: "dim" }, icon("lock"), ` ${control} in control`),
                insecure &&
                    h("span", { class: "warn" }, icon("warning"), " INSECURE: link without a key")
            )
        })
    })
}
