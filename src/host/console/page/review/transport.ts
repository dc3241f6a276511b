// Moves through the frames: play, loop, speed, steps and ends; the bar at the foot of the review.

import type { Commands } from "../commands"
import { fill, h, setText } from "../dom"
import { memo } from "../emitter"
import { mm, seconds } from "../format"
import { button, setPressed } from "../parts/controls"
import { icon } from "../parts/icons"
import { turnPlane } from "../stage/layers"
import type { ReviewModel } from "./review-model"

const SPEEDS = [0.25, 0.5, 1, 2] as const
const SPEED_TEXTS: Readonly<Record<number, string>> = { 0.25: "¼×", 0.5: "½×", 1: "1×", 2: "2×" }
const TEN = 10

export class Transport {
    readonly element: HTMLElement
    private playing = 0
    /** Time of the playback, ms of the run. */
    private timeMs = 0
    private lastMs = 0
    private readonly play: HTMLButtonElement
    private readonly loop: HTMLButtonElement
    private readonly speeds: readonly HTMLButtonElement[]
    private readonly changed = memo()
    private readonly read = h("output", { class: "read" })

    constructor(
        private readonly model: ReviewModel,
        private readonly commands: Commands
    ) {
        this.register()
        const make = button.bind(undefined, commands)
        this.play = make({ command: "play", icon: "play", text: "Play", class: "play" })
        this.loop = make({ command: "loop", icon: "loop", label: "Loop", class: "icon" })
        this.speeds = SPEEDS.map(speed => {
            const element = h("button", { type: "button" }, SPEED_TEXTS[speed]!)
            element.addEventListener("click", () => model.viewer.set({ speed }))
            return element
        })
        this.element = h(
            "footer",
            {},
            make({
                command: "first",
                icon: "first",
                label: "First frame",
                class: "icon end",
                noKey: true,
            }),
            make({ command: "left", icon: "back", label: "One frame back", class: "icon" }),
            this.play,
            make({ command: "right", icon: "forward", label: "One frame on", class: "icon" }),
            make({
                command: "last",
                icon: "last",
                label: "Last frame",
                class: "icon end",
                noKey: true,
            }),
            this.loop,
            h("div", { class: "seg", role: "group", "aria-label": "speed" }, ...this.speeds),
            h("i", { class: "sep" }),
            make({ command: "go-mla", text: "▼ MLA", class: "mla" }),
            make({ command: "go-distal", text: "▭ Distal", class: "ref" }),
            make({ command: "go-proximal", text: "▭ Proximal", class: "ref" }),
            commands.page === "review" && make({ command: "next-bookmark", text: "⚑ Next" }),
            h("span", { class: "grow" }),
            this.read
        )
        model.redraw.add(() => this.draw())
    }

    private register(): void {
        const { model, commands } = this
        const { viewer } = model
        const step = (by: number) => () => {
            this.pause()
            if (viewer.state.tool === "plane") turnPlane(viewer, by)
            else model.goTo(model.i + by)
        }
        const goTo = (place: () => number | undefined) => () => {
            const mm = place()
            this.pause()
            if (mm === undefined) model.messages.emit("There is no such place in this run.")
            else model.goToMm(mm)
        }
        const { run } = model
        const middle = (side: "referenceDistal" | "referenceProximal") => () => {
            const segment = run.content.segment[side]
            return segment ? (segment.fromMm + segment.toMm) / 2 : undefined
        }
        commands.register({
            play: () => (this.playing ? this.pause() : this.start()),
            loop: () => viewer.set({ loop: !viewer.state.loop }),
            ...{ left: step(-1), right: step(1), "left-ten": step(-TEN), "right-ten": step(TEN) },
            ...{ first: () => this.go(0), last: () => this.go(model.count - 1) },
            "go-mla": goTo(() => run.content.segment.mla?.positionMm),
            "go-distal": goTo(middle("referenceDistal")),
            "go-proximal": goTo(middle("referenceProximal")),
        })
    }

    /** Ends the playback, for example because somebody goes to another place. */
    pause(): void {
        cancelAnimationFrame(this.playing)
        this.playing = 0
        this.model.redraw.ask()
    }

    private go(i: number): void {
        this.pause()
        this.model.goTo(i)
    }

    private start(): void {
        const { model } = this
        const { timeMs } = model.run.frames
        if (model.count < 2) return
        if (model.i >= model.count - 1) model.goTo(0)
        this.timeMs = timeMs[model.i]!
        this.lastMs = performance.now()
        this.playing = requestAnimationFrame(now => this.tick(now))
    }

    /** The frame of the run's own time; a frame that has not come yet is waited for, so that none is skipped for that. */
    private tick(now: number): void {
        const { model } = this
        const { frames, viewer } = { frames: model.run.frames, viewer: model.viewer }
        const isWaiting = model.shown?.i !== model.i
        if (!isWaiting) this.timeMs += (now - this.lastMs) * viewer.state.speed
        this.lastMs = now
        let next = model.i
        while (next + 1 < model.count && frames.timeMs[next + 1]! <= this.timeMs) next++
        if (next !== model.i) model.goTo(next)
        if (next === model.count - 1 && !isWaiting) {
            if (!viewer.state.loop) return this.pause()
            model.goTo(0)
            this.timeMs = frames.timeMs[0]!
        }
        this.playing = requestAnimationFrame(time => this.tick(time))
    }

    private draw(): void {
        const { model, play, loop, speeds, read } = this
        const { state } = model.viewer
        const isPlaying = this.playing !== 0
        setPressed(play, isPlaying)
        const word = isPlaying ? "Pause" : "Play"
        const label = play.querySelector("span")!
        if (label.textContent !== word) {
            setText(label, word)
            play.querySelector("svg")!.replaceWith(icon(isPlaying ? "pause" : "play"))
        }
        setPressed(loop, state.loop)
        speeds.forEach((element, n) => setPressed(element, SPEEDS[n] === state.speed))
        const at = model.run.frames.timeMs[model.i] ?? 0
        const text = `${model.i + 1} / ${model.count}   ${mm(model.positionMm())}   ${seconds(at)}`
        this.changed([text], () => fill(read, h("span", { class: "wide" }, "frame "), text))
    }
}
