// The WebSockets of the simulator's pages: states, display and tones out, requests in.

import type { RawData, WebSocket } from "ws"
import type { PageSockets } from "../console/page-server"
import {
    DISPLAY_MESSAGE,
    type PageRequest,
    type ServerMessage,
    type SimulatorState,
} from "./messages"
import { parsePageRequest } from "./page-request"

/** Maximum number of open pages. */
const PAGES_MAX = 4
/** The state is sent at this interval if it has changed. */
const STATE_INTERVAL_MS = 100
/** It is sent at this interval in any case: a page takes a longer silence for a lost connection. */
const STATE_MAX_INTERVAL_MS = 1000
/** The display is sent at this interval if it has changed. */
const DISPLAY_INTERVAL_MS = 50

/** What the pages show and operate. All pages share the unit: a button is down while any page holds it. */
export interface ShownSimulator {
    state(): SimulatorState
    /** Memory of the display; changes its identity or {@link displayVersion} with each change. */
    display(): Uint8Array
    /** Increases with each change of the display. */
    readonly displayVersion: number
    /**
     * Carries out a request.
     * @param page who asks, until {@link leave}
     * @returns the sentence by which it was refused
     */
    handle(request: PageRequest, page: object): string | undefined
    /** The page is gone: what it holds is let go. */
    leave(page: object): void
}

interface Page {
    readonly socket: WebSocket
    sentState: string
    sentStateMs: number
    sentDisplay: number
}

export class SimulatorSockets implements PageSockets {
    private readonly pages = new Set<Page>()
    private timers: NodeJS.Timeout[] = []

    constructor(private readonly shown: ShownSimulator) {}

    get isFull(): boolean {
        return this.pages.size >= PAGES_MAX
    }

    add(socket: WebSocket): void {
        const page: Page = { socket, sentState: "", sentStateMs: 0, sentDisplay: -1 }
        this.pages.add(page)
        const leave = (): void => {
            if (this.pages.delete(page)) this.shown.leave(page)
        }
        socket.on("close", leave)
        socket.on("error", leave)
        socket.on("message", (data, isBinary) => this.take(page, data, isBinary))
        if (this.timers.length === 0)
            this.timers = [
                setInterval(() => this.sendStates(), STATE_INTERVAL_MS),
                setInterval(() => this.sendDisplays(), DISPLAY_INTERVAL_MS),
            ]
        this.sendStates()
        this.sendDisplays()
    }

    /** Sends a message to all pages at once. */
    send(message: ServerMessage): void {
        const text = JSON.stringify(message)
        for (const { socket } of this.pages) socket.send(text)
    }

    close(): void {
        this.timers.forEach(clearInterval)
        for (const { socket } of this.pages) socket.terminate()
    }

    private sendStates(): void {
        if (this.pages.size === 0) return
        const state = JSON.stringify(this.shown.state())
        const nowMs = performance.now()
        for (const page of this.pages) {
            const isDue = nowMs - page.sentStateMs >= STATE_MAX_INTERVAL_MS
            if (page.sentState === state && !isDue) continue
            page.sentState = state
            page.sentStateMs = nowMs
            page.socket.send(state)
        }
    }

    private sendDisplays(): void {
        const { displayVersion } = this.shown
        let bytes: Uint8Array | undefined
        for (const page of this.pages) {
            if (page.sentDisplay === displayVersion) continue
            page.sentDisplay = displayVersion
            bytes ??= Buffer.concat([Uint8Array.of(DISPLAY_MESSAGE), this.shown.display()])
            page.socket.send(bytes)
        }
    }

    private take(page: Page, data: RawData, isBinary: boolean): void {
        const request = isBinary ? undefined : parsePageRequest(String(data))
        const refusal = request
            ? this.shown.handle(request, page)
            : "The simulator does not know this request."
        if (refusal !== undefined)
            page.socket.send(JSON.stringify({ type: "refusal", text: refusal }))
    }
}
