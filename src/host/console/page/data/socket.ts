// The WebSocket of a page: live states and frames, news of runs. It connects again by itself.

import type { LiveFrameJson } from "../../live-source"
import type { LiveState } from "../../live-state"
import type { SceneJson } from "../../run/run-json"
import type { FrameData } from "../render/types"
import { Emitter } from "../emitter"
import { renewToken, sessionToken } from "./api"

const RECONNECT_MS = 1000

export interface LiveFrameMessage extends LiveFrameJson {
    readonly data: FrameData
}

export class ConsoleSocket {
    readonly live = new Emitter<LiveState>()
    readonly scene = new Emitter<SceneJson | null>()
    /** Acknowledge it with {@link drawn}: the server sends at most two frames before. */
    readonly frame = new Emitter<LiveFrameMessage>()
    readonly run = new Emitter<{ readonly id: string; readonly version: number }>()
    readonly refusal = new Emitter<string>()
    /** Whether there is a connection. */
    readonly connection = new Emitter<boolean>()
    private socket: WebSocket | undefined
    private lines = 0

    /** @param path of the WebSocket */
    constructor(private readonly path = "/socket") {
        this.connect()
    }

    send(request: { readonly kind: string; readonly value?: unknown }): void {
        if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(request))
        else this.refusal.emit("There is no connection to the host; nothing was sent.")
    }

    drawn(number: number): void {
        if (this.socket?.readyState === WebSocket.OPEN)
            this.socket.send(JSON.stringify({ kind: "drawn", value: number }))
    }

    private connect(): void {
        const scheme = location.protocol === "https:" ? "wss" : "ws"
        const socket = new WebSocket(
            `${scheme}://${location.host}${this.path}?token=${sessionToken()}`
        )
        socket.binaryType = "arraybuffer"
        let wasOpen = false
        socket.onopen = () => {
            wasOpen = true
            this.connection.emit(true)
        }
        socket.onmessage = ({ data }) =>
            typeof data === "string"
                ? this.onText(JSON.parse(data) as Message)
                : this.onFrame(data as ArrayBuffer)
        socket.onclose = () => {
            this.connection.emit(false)
            setTimeout(() => void this.connectAgain(!wasOpen), RECONNECT_MS)
        }
        this.socket = socket
    }

    /** @param isRefused the host may have restarted: it has another token then */
    private async connectAgain(isRefused: boolean): Promise<void> {
        if (isRefused) await renewToken()
        this.connect()
    }

    private onText(message: Message): void {
        switch (message.kind) {
            case "live":
                return this.live.emit(message.state)
            case "scene":
                this.lines = message.scene?.geometry.linesPerFrame ?? 0
                return this.scene.emit(message.scene)
            case "run":
                return this.run.emit(message)
            case "refusal":
                return this.refusal.emit(message.text)
        }
    }

    private onFrame(buffer: ArrayBuffer): void {
        const length = new DataView(buffer).getUint32(0, true)
        const head = new TextDecoder().decode(new Uint8Array(buffer, 4, length))
        const at = 4 + length
        const present = new Uint8Array(buffer, at, this.lines)
        const codes = new Uint8Array(buffer, at + this.lines)
        this.frame.emit({ ...(JSON.parse(head) as LiveFrameJson), data: { codes, present } })
    }
}

type Message =
    | { readonly kind: "live"; readonly state: LiveState }
    | { readonly kind: "scene"; readonly scene: SceneJson | null }
    | { readonly kind: "run"; readonly id: string; readonly version: number }
    | { readonly kind: "refusal"; readonly text: string }
