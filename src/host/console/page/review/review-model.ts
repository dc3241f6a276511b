// A run as one viewer sees it: what the server has of it, the frames that have come, and the viewer's own state.

import type { RunContent, RunJson } from "../../run/run-json"
import { api, type ApiError } from "../data/api"
import { Borders } from "../data/borders"
import { CutCache } from "../data/cut-cache"
import { FrameCache } from "../data/frame-cache"
import { sceneOf } from "../data/scene"
import { Emitter, Redraw } from "../emitter"
import type { CutData, FrameData, Scene } from "../render/types"
import { Viewer } from "../state"

export class ReviewModel {
    readonly redraw = new Redraw()
    readonly viewer: Viewer
    readonly scene: Scene
    readonly frames: FrameCache
    readonly cuts: CutCache
    readonly borders: Borders
    /** Sentences for the user. */
    readonly messages = new Emitter<string>()
    /** The content has changed, by this viewer or another one. */
    readonly changes = new Emitter<RunContent>()
    /** The frame of which the picture is shown: it follows `frame` of the viewer's state when its data have come. */
    shown: { readonly i: number; readonly data: FrameData } | undefined
    private lastStep = 0
    private latest: Promise<unknown> = Promise.resolve()

    /** @param name of the page; each has a state of its own for a run */
    constructor(
        readonly run: RunJson,
        name = "run"
    ) {
        const { id, frames, scene } = run
        const { linesPerFrame: lines, samplesPerLine: samples } = scene.geometry
        const count = frames.index.length
        const fail = (error: Error): void => this.messages.emit(error.message)
        this.viewer = new Viewer(`${name} ${id}`, { frame: run.content.segment.mla?.i ?? 0 })
        this.scene = sceneOf(scene)
        this.frames = new FrameCache(id, { frames: count, lines, samples }, this.redraw.ask, fail)
        this.cuts = new CutCache(id, { lines, samples }, frames.positionMm, this.redraw.ask, fail)
        this.borders = new Borders(
            ...([id, scene.fixedDirection ? 0 : count, lines, this.redraw.ask, fail] as const)
        )
        this.goTo(this.viewer.state.frame)
        void this.borders.fetch()
        this.changes.on(this.redraw.ask)
        this.redraw.add(() => this.takeFrame())
    }

    get content(): RunContent {
        return this.run.content
    }

    get count(): number {
        return this.run.frames.index.length
    }

    /** Place of the frame that the viewer asks for. */
    get i(): number {
        return this.viewer.state.frame
    }

    positionMm(i = this.i): number {
        return this.run.frames.positionMm[i] ?? 0
    }

    /** Shows a frame; beyond the ends, the first or last one. */
    goTo(frame: number): void {
        const i = Math.max(0, Math.min(this.count - 1, Math.round(frame)))
        this.lastStep = Math.sign(i - this.i) || this.lastStep
        this.viewer.set({ frame: i })
        this.frames.want(i, this.lastStep)
        this.redraw.ask()
    }

    /** Shows the frame nearest to a place. */
    goToMm(mm: number): void {
        this.goTo(this.nearest(mm))
    }

    nearest(mm: number): number {
        const { positionMm } = this.run.frames
        return positionMm.reduce(
            (best, at, i) => (Math.abs(at - mm) < Math.abs(positionMm[best]! - mm) ? i : best),
            0
        )
    }

    /** The data of the cut plane at the viewer's angle. */
    cut(): CutData | undefined {
        return this.cuts.get(this.cuts.lineAt(this.viewer.state.cutDeg))
    }

    /** Changes borders, references or acceptance. @returns whether the server did it; else the user has read why not */
    edit(change: object): Promise<boolean> {
        return this.change("edits", () => ({
            after: this.content.edits.history.length,
            ...change,
        }))
    }

    /** Changes bookmarks, calipers or rejection: one change of `../../run/run-changes.ts`. */
    mark(change: object): Promise<boolean> {
        return this.change("marks", change)
    }

    /** Changes one after the other, each from what the one before it left. @param body is made when it is its turn */
    change(what: "edits" | "marks" | "site", body: object | (() => object)): Promise<boolean> {
        const done = this.latest.then(() =>
            this.carryOut(what, typeof body === "function" ? (body as () => object)() : body)
        )
        this.latest = done
        return done
    }

    /** After all changes that were begun: what a command does next depends on what they left. */
    async settled(): Promise<void> {
        await this.latest
    }

    private async carryOut(what: "edits" | "marks" | "site", body: object): Promise<boolean> {
        try {
            this.take(await api.change(this.run.id, what, body))
            return true
        } catch (error) {
            this.messages.emit((error as Error).message)
            // Somebody else was faster: what they did is shown.
            if ((error as ApiError).status === 409) await this.refresh()
            return false
        }
    }

    /** The server says that the run has changed. */
    async onNews(version: number): Promise<void> {
        if (version > this.content.version) await this.refresh()
    }

    /** Asks for the content again. */
    async refresh(): Promise<void> {
        try {
            this.take(await api.content(this.run.id))
        } catch (error) {
            this.messages.emit((error as Error).message)
        }
    }

    private take(content: RunContent): void {
        const before = this.content
        if (content.version < before.version) return
        Object.assign(this.run, { content })
        for (const [from, to] of changedFrames(before, content, this.run.frames.index))
            void this.borders.fetch(from, to)
        this.changes.emit(content)
    }

    private takeFrame(): void {
        const data = this.frames.get(this.i)
        if (data) this.shown = { i: this.i, data }
        else this.frames.want(this.i, this.lastStep)
    }
}

/** The frames of which the borders differ, as ranges. */
function changedFrames(
    before: RunContent,
    after: RunContent,
    indices: readonly number[]
): (readonly [number, number])[] {
    if (before.refined !== after.refined) return [[0, indices.length - 1]]
    const texts = (content: RunContent): Map<string, number> =>
        new Map(content.edits.borders.map(border => [JSON.stringify(border), border.frame]))
    const [old, now] = [texts(before), texts(after)]
    const frames = new Set(
        [
            ...[...old].filter(([text]) => !now.has(text)),
            ...[...now].filter(([text]) => !old.has(text)),
        ].map(([, frame]) => frame)
    )
    return [...frames].map(frame => [indices.indexOf(frame), indices.indexOf(frame)] as const)
}
