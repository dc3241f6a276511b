// The part of the console that the simulator's page uses: the live frames, drawn on a canvas.

import { ConsoleSocket, type LiveFrameMessage } from "./data/socket"
import { sceneOf } from "./data/scene"
import type { LiveState } from "../live-state"
import { createCrossSection } from "./render/renderers"
import type { Scene } from "./render/types"
import { depthRangeOf } from "./stage/stage-view"

export interface LiveListener {
    /** Undefined: there is no connection. */
    onState(state: LiveState | undefined): void
    /** After the frame has been drawn. */
    onFrame(frame: LiveFrameMessage): void
}

/** Draws the live frames of a server on a square canvas. @param path of its WebSocket */
export function drawLive(path: string, canvas: HTMLCanvasElement, listener: LiveListener): void {
    const socket = new ConsoleSocket(path)
    const renderer = createCrossSection(canvas)
    let scene: Scene | undefined
    let waiting: LiveFrameMessage | undefined
    let state: LiveState | undefined
    let asked = 0
    const draw = (): void => {
        asked = 0
        if (!waiting || !scene) return
        const { gainDb = 0, dynamicRangeDb = 60, depthMm = null } = state?.display ?? {}
        renderer.setSettings({
            ...{ gainDb, dynamicRangeDb, rotationDeg: 0 },
            depthMm: depthMm ?? depthRangeOf(scene)[1],
        })
        renderer.setFrame(waiting.data)
        renderer.draw()
        socket.drawn(waiting.number)
        listener.onFrame(waiting)
        waiting = undefined
    }
    socket.scene.on(json => {
        scene = json ? sceneOf(json) : undefined
        if (scene) renderer.setScene(scene)
    })
    socket.live.on(live => {
        state = live
        listener.onState(live)
    })
    socket.frame.on(frame => {
        waiting = frame
        asked ||= requestAnimationFrame(draw)
    })
    socket.connection.on(isOpen => {
        if (!isOpen) listener.onState(undefined)
    })
    const resize = (): void => {
        const side = Math.round(canvas.clientWidth * devicePixelRatio)
        if (side > 0) renderer.resize(side, side)
    }
    new ResizeObserver(resize).observe(canvas)
}
