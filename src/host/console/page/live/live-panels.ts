// The panels of the live page: link, alarms and ring-down.

import { fill, h } from "../dom"
import { memo } from "../emitter"
import { icon } from "../parts/icons"
import { type Panel, panel, rows } from "../parts/panel"
import type { LiveModel } from "./live-model"

export function linkPanel(model: LiveModel): Panel {
    const shown = panel(model.viewer, { title: "Link", icon: "link" })
    const changed = memo()
    model.redraw.add(() => {
        const { state, isConnected, kept } = model
        const skipped = kept.at(-1)?.skipped ?? 0
        const {
            lines,
            framesPerS = null,
            clockLagMs = 0,
            frames = 0,
            ecgPerMin = null,
        } = state ?? {}
        changed(
            [
                isConnected,
                lines?.received,
                lines?.missing,
                framesPerS,
                clockLagMs,
                skipped,
                ecgPerMin,
            ],
            () => {
                shown.summary(
                    ...(isConnected
                        ? [icon("check"), " connected"]
                        : [icon("cross"), " no connection"])
                )
                fill(
                    shown.body,
                    rows(
                        ["frames received", `${frames}`],
                        ["frames a second", framesPerS === null ? "–" : framesPerS.toFixed(1)],
                        ["frames skipped here", `${skipped}`],
                        ["lines received", `${lines?.received ?? 0}`],
                        ["lines lost", `${lines?.missing ?? 0}`],
                        ["clock behind", `${clockLagMs} ms`],
                        ["heart rate", ecgPerMin === null ? "no ECG" : `${ecgPerMin} /min`]
                    )
                )
            }
        )
    })
    return shown
}

export function alarmsPanel(model: LiveModel): Panel {
    const shown = panel(model.viewer, { title: "Alarms", icon: "bell", isFilling: true })
    const changed = memo()
    model.redraw.add(() => {
        const alarms = model.state?.alarms ?? []
        changed([alarms.map(({ text }) => text).join("\n")], () => {
            shown.summary(alarms.length === 0 ? "none" : `${alarms.length} active`)
            fill(
                shown.body,
                alarms.length === 0
                    ? h("p", { class: "dim" }, "Nothing is active.")
                    : h("ul", { class: "alarms" }, ...alarms.map(({ text }) => h("li", {}, text)))
            )
        })
    })
    return shown
}

export function ringDownPanel(model: LiveModel): Panel {
    const { socket } = model
    const shown = panel(model.viewer, { title: "Ring-down", isFilling: true })
    const subtract = h("input", { type: "checkbox" })
    subtract.addEventListener("change", () =>
        socket.send({ kind: "subtract", value: subtract.checked })
    )
    const capture = h("button", { type: "button" }, "Capture")
    capture.addEventListener("click", () => socket.send({ kind: "capture" }))
    const transmit = h("button", { type: "button" })
    transmit.addEventListener("click", () =>
        socket.send({ kind: "transmit", value: !(model.state?.transmit ?? false) })
    )
    const notes = h("div")
    shown.body.append(
        h("label", { class: "check" }, subtract, "subtract"),
        h("div", { class: "pair" }, capture, transmit),
        notes
    )
    const changed = memo()
    model.redraw.add(() => {
        const { ringDown } = model.state ?? {}
        const isOn = model.state?.transmit ?? false
        changed([JSON.stringify(ringDown), isOn], () => {
            subtract.checked = ringDown?.subtracted ?? false
            subtract.disabled = !ringDown?.reference
            transmit.textContent = isOn ? "Standby" : "Go live"
            const capturing = ringDown?.capturing
            shown.summary(
                capturing
                    ? `capturing ${capturing[0]} of ${capturing[1]}`
                    : ringDown?.reference
                      ? `from ${ringDown.reference.captured.slice(0, 10)}`
                      : "no reference"
            )
            const lines = [...(ringDown?.stale ?? []), ...(ringDown?.notes ?? [])]
            fill(notes, ...lines.map(line => h("p", { class: "dim" }, line)))
        })
    })
    return shown
}
