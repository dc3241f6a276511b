// The rail of tools at the left of the cross-section. A tool is a command `tool-NAME` and, on the picture, a StageTool of that name.

import type { Commands } from "../commands"
import { h } from "../dom"
import { button, setPressed } from "../parts/controls"
import type { IconName } from "../parts/icons"
import type { Stage } from "../stage/stage"
import type { Viewer } from "../state"

interface RailButton {
    readonly command: string
    readonly icon: IconName
    readonly text: string
}

/** In the order of the rail; those whose command nobody registered are left out. */
const BUTTONS: readonly (RailButton | "line")[] = [
    { command: "tool-move", icon: "move", text: "Move" },
    { command: "tool-plane", icon: "plane", text: "Plane" },
    { command: "tool-distance", icon: "distance", text: "Distance" },
    { command: "tool-area", icon: "area", text: "Area" },
    { command: "tool-angle", icon: "angle", text: "Angle" },
    "line",
    { command: "tool-border", icon: "border", text: "Border" },
    { command: "freeze", icon: "freeze", text: "Freeze" },
    { command: "bookmark", icon: "mark", text: "Mark" },
    { command: "save-picture", icon: "camera", text: "Picture" },
    { command: "undo", icon: "undo", text: "Undo" },
    { command: "fold-all", icon: "panels", text: "Panels" },
]

/** Call it when all commands are registered. */
export function toolRail(stage: Stage, viewer: Viewer, commands: Commands): HTMLElement {
    commands.register({
        "tool-move": () => choose(stage, viewer, "move"),
        "tool-plane": () => choose(stage, viewer, "plane"),
    })
    const shown = BUTTONS.filter(one => one === "line" || commands.has(one.command))
    const elements = shown.map(one =>
        one === "line"
            ? h("hr")
            : button(commands, {
                  command: one.command,
                  icon: one.icon,
                  text: one.text,
                  noKey: true,
              })
    )
    const draw = (): void =>
        shown.forEach((one, n) => {
            if (one === "line" || !one.command.startsWith("tool-")) return
            setPressed(elements[n]!, one.command === `tool-${viewer.state.tool}`)
        })
    viewer.changes.on(draw)
    draw()
    return h("nav", { class: "rail", "aria-label": "tools" }, ...elements)
}

/** Chooses a tool, or goes back to moving if it is chosen already. */
export function choose(stage: Stage, viewer: Viewer, name: string): void {
    stage.cancel()
    viewer.set({ tool: viewer.state.tool === name ? "move" : name })
}
