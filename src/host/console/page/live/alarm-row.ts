// The row of the most urgent alarm: what it is, what to do, acknowledge and sound off. The row is always there, so that nothing jumps.

import type { Commands } from "../commands"
import { fill, h, setAttribute } from "../dom"
import { memo } from "../emitter"
import { button } from "../parts/controls"
import { icon } from "../parts/icons"
import type { LiveModel } from "./live-model"

export function registerAlarms({ socket }: LiveModel, commands: Commands): void {
    commands.register({
        acknowledge: () => socket.send({ kind: "acknowledge" }),
        "sound-off": () => socket.send({ kind: "pause-sound" }),
    })
}

export function alarmRow(model: LiveModel, commands: Commands): HTMLElement {
    const priority = h("span", { class: "prio" })
    const text = h("span", { class: "txt" })
    const acknowledge = button(commands, {
        command: "acknowledge",
        icon: "check",
        text: "Acknowledge",
    })
    const silent = button(commands, {
        command: "sound-off",
        icon: "silent",
        text: "Sound off 2 min",
    })
    const row = h(
        "section",
        { class: "alarm", role: "alert" },
        ...[priority, text, h("span", { class: "grow" }), acknowledge, silent]
    )
    const changed = memo()
    model.redraw.add(() => {
        const { state } = model
        const [alarm] = state?.alarms ?? []
        const fault = state?.fault ?? null
        const message = state?.message ?? null
        changed(
            [
                alarm?.text,
                fault?.sentence,
                fault?.detail,
                message,
                alarm?.acknowledged,
                state?.sound,
            ],
            () => {
                const level = fault ? "high" : alarm ? alarm.priority : ""
                setAttribute(row, "data-level", level)
                fill(
                    priority,
                    fault ? icon("warning") : alarm && icon("bell"),
                    level === "" ? "" : ` ${level.toUpperCase()}`
                )
                const sentence = fault?.sentence ?? alarm?.text ?? message ?? ""
                fill(
                    text,
                    h("b", {}, sentence),
                    fault?.detail && h("span", { class: "dim" }, ` ${fault.detail}`)
                )
                acknowledge.hidden = !alarm || alarm.acknowledged
                silent.hidden = !state?.sound
            }
        )
    })
    return row
}
