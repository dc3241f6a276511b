// The live picture as one viewer sees it: the newest frame, or an earlier one while it is frozen, and the cut plane of what came.

import type { LiveState } from "../../live-state"
import type { ConsoleSocket, LiveFrameMessage } from "../data/socket"
import { sceneOf } from "../data/scene"
import { Redraw } from "../emitter"
import type { Scene } from "../render/types"
import { Viewer } from "../state"
import { LiveCut } from "./live-cut"

/** Frames that are kept to scroll back. */
export const KEPT_FRAMES = 300

export class LiveModel {
    readonly redraw = new Redraw()
    readonly viewer = new Viewer("live")
    state: LiveState | undefined
    isConnected = false
    scene: Scene | undefined
    /** The latest frames, the oldest first. */
    readonly kept: LiveFrameMessage[] = []
    readonly cut = new LiveCut()
    private drawn = 0

    constructor(readonly socket: ConsoleSocket) {
        // A page that was frozen when it was reloaded has no frames to stand on.
        this.viewer.set({ frozen: null })
        socket.connection.on(isOpen => {
            this.isConnected = isOpen
            this.redraw.ask()
        })
        socket.live.on(state => this.onState(state))
        socket.scene.on(json => {
            const before = this.scene
            this.scene = json ? sceneOf(json) : undefined
            const isOther =
                JSON.stringify(before?.geometry) !== JSON.stringify(this.scene?.geometry)
            if (isOther) this.kept.length = 0
            if (isOther) this.cut.clear(this.scene)
            this.redraw.ask()
        })
        socket.frame.on(frame => this.onFrame(frame))
        this.redraw.add(() => this.acknowledge())
    }

    /** The frame that is shown. */
    get shown(): LiveFrameMessage | undefined {
        const { frozen } = this.viewer.state
        if (frozen === null) return this.kept.at(-1)
        return this.kept.find(({ number }) => number === frozen) ?? this.kept[0]
    }

    get isFrozen(): boolean {
        return this.viewer.state.frozen !== null
    }

    freeze(): void {
        const latest = this.kept.at(-1)
        if (this.isFrozen) this.viewer.set({ frozen: null })
        else if (latest) this.viewer.set({ frozen: latest.number })
    }

    /** Goes through the kept frames. */
    scroll(by: number): void {
        const { shown } = this
        if (!shown) return
        const at = this.kept.indexOf(shown)
        const to = this.kept[Math.max(0, Math.min(this.kept.length - 1, at + by))]!
        this.viewer.set({ frozen: to.number })
    }

    private onState(state: LiveState): void {
        const before = this.state?.display
        this.state = state
        const { gainDb, dynamicRangeDb, depthMm } = state.display
        // What the command line or the bedside unit set is taken over; what the viewer set stays until they change theirs.
        if (before?.gainDb !== gainDb) this.viewer.set({ gainDb })
        if (before?.dynamicRangeDb !== dynamicRangeDb) this.viewer.set({ dynamicRangeDb })
        if (before?.depthMm !== depthMm) this.viewer.set({ depthMm })
        this.redraw.ask()
    }

    private onFrame(frame: LiveFrameMessage): void {
        this.kept.push(frame)
        const { frozen } = this.viewer.state
        // While it is frozen, what it stands on is kept.
        const oldest = this.kept[0]!
        if (this.kept.length > KEPT_FRAMES && (frozen === null || oldest.number !== frozen))
            this.kept.shift()
        if (this.kept.length > 2 * KEPT_FRAMES) this.kept.shift()
        this.cut.add(frame)
        this.redraw.ask()
    }

    /** After the drawing: the server may send the next. */
    private acknowledge(): void {
        const latest = this.kept.at(-1)
        if (!latest || latest.number === this.drawn) return
        this.drawn = latest.number
        this.socket.drawn(latest.number)
    }
}
