// The panel of the picture: gain, dynamic range, depth, rotation, and what is drawn over it; with their keys.

import type { Commands } from "../commands"
import { h, setText } from "../dom"
import { db, mm } from "../format"
import type { Viewer } from "../state"
import { FIRST_STATE } from "../state"
import { check, slider } from "./controls"
import { type Panel, panel } from "./panel"

const GAIN_DB = [-60, 60] as const
const RANGE_DB = [10, 72] as const
const DEPTH_STEP_MM = 0.5

export interface PicturePanelOptions {
    readonly viewer: Viewer
    readonly commands: Commands
    /** What can be shown of the depth. */
    readonly depthRangeMm: () => readonly [min: number, max: number]
    readonly hasBorders: boolean
    /** Why the picture is drawn otherwise than it should be. */
    readonly note: () => string | undefined
}

export function picturePanel(options: PicturePanelOptions): Panel & { draw(): void } {
    const { viewer, commands, depthRangeMm } = options
    const set = viewer.set.bind(viewer)
    const gain = slider({
        ...{ label: "gain", range: GAIN_DB, step: 1, text: db },
        onInput: gainDb => set({ gainDb }),
    })
    const range = slider({
        ...{ label: "dynamic range", range: RANGE_DB, step: 1, text: value => `${value} dB` },
        onInput: dynamicRangeDb => set({ dynamicRangeDb }),
    })
    const depth = slider({
        ...{ label: "depth", range: [1, 10], step: 0.1, text: value => mm(value, 1) },
        onInput: depthMm => set({ depthMm }),
    })
    const rotation = slider({
        ...{ label: "rotation", range: [0, 359], step: 1, text: value => `${value}°` },
        onInput: rotationDeg => set({ rotationDeg }),
    })
    const lumen = check(commands, "lumen", "show-lumen")
    const vessel = check(commands, "vessel", "show-vessel")
    const ruler = check(commands, "ruler", "show-ruler")
    const note = h("p", { class: "warn", role: "status" })
    const shown = panel(viewer, { title: "Picture" })
    shown.body.append(
        ...[gain, range, depth, rotation].map(({ element }) => element),
        h(
            "div",
            { class: "checks" },
            options.hasBorders && lumen.element,
            options.hasBorders && vessel.element,
            ruler.element
        ),
        note
    )
    registerPicture(options)
    return {
        ...shown,
        draw() {
            const { state } = viewer
            const limits = depthRangeMm()
            gain.set(state.gainDb)
            range.set(state.dynamicRangeDb)
            depth.set(state.depthMm ?? limits[1], limits)
            rotation.set(state.rotationDeg)
            lumen.set(state.lumen)
            vessel.set(state.vessel)
            ruler.set(state.ruler)
            setText(note, options.note() ?? "")
            note.hidden = options.note() === undefined
            const isAsCaptured =
                state.gainDb === FIRST_STATE.gainDb &&
                state.dynamicRangeDb === FIRST_STATE.dynamicRangeDb
            shown.summary(
                isAsCaptured ? "as captured" : `${db(state.gainDb)}, ${state.dynamicRangeDb} dB`
            )
        },
    }
}

function registerPicture({ viewer, commands, depthRangeMm }: PicturePanelOptions): void {
    const within = ([min, max]: readonly [number, number], value: number): number =>
        Math.max(min, Math.min(max, value))
    const gain = (by: number) => () =>
        viewer.set({ gainDb: within(GAIN_DB, viewer.state.gainDb + by) })
    const range = (by: number) => () =>
        viewer.set({ dynamicRangeDb: within(RANGE_DB, viewer.state.dynamicRangeDb + by) })
    const depth = (by: number) => () => {
        const limits = depthRangeMm()
        viewer.set({ depthMm: within(limits, (viewer.state.depthMm ?? limits[1]) + by) })
    }
    commands.register({
        ...{ "gain-down": gain(-1), "gain-up": gain(1) },
        ...{ "range-down": range(-1), "range-up": range(1) },
        ...{ "depth-down": depth(-DEPTH_STEP_MM), "depth-up": depth(DEPTH_STEP_MM) },
        "show-lumen": () => viewer.set({ lumen: !viewer.state.lumen }),
        "show-vessel": () => viewer.set({ vessel: !viewer.state.vessel }),
        "show-ruler": () => viewer.set({ ruler: !viewer.state.ruler }),
        "reset-picture": () => {
            const { gainDb, dynamicRangeDb, depthMm, rotationDeg, zoom, centreMm } = FIRST_STATE
            viewer.set({ gainDb, dynamicRangeDb, depthMm, rotationDeg, zoom, centreMm })
        },
    })
}
