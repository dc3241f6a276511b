// The WebSockets of the pages: live states and frames, news of runs, and requests to the cart.

import type { RawData, WebSocket } from "ws"
import { parseConsoleRequest, refusalOf } from "../console-request"
import { type LiveSource, packFrame } from "../live-source"
import type { PageSockets } from "../page-server"

/** Maximum number of open pages. */
const PAGES_MAX = 16
/** The state is checked for changes at this interval, and after each request. */
const STATE_INTERVAL_MS = 100
/** Frames that a page has got but not drawn yet; the newest replaces one that waits. */
const UNDRAWN_MAX = 2

/** A text message of the server. */
export type ServerMessage =
    | { readonly kind: "live"; readonly state: object }
    | { readonly kind: "scene"; readonly scene: object | null }
    | { readonly kind: "refusal"; readonly text: string }
    /** A run that is open has changed: ask for its content again. */
    | { readonly kind: "run"; readonly id: string; readonly version: number }

interface Page {
    readonly socket: WebSocket
    sentState: string
    sentScene: object | null | undefined
    /** Number of the latest frame that was sent. */
    sentFrame: number
    /** Numbers of the frames that are not acknowledged. */
    readonly undrawn: number[]
    skipped: number
}

export class ViewerSockets implements PageSockets {
    private readonly pages = new Set<Page>()
    private timer: NodeJS.Timeout | undefined

    /** @param live undefined: there is no cart */
    constructor(private readonly live: LiveSource | undefined) {}

    get isFull(): boolean {
        return this.pages.size >= PAGES_MAX
    }

    add(socket: WebSocket): void {
        const page: Page = {
            ...{ socket, sentState: "", sentScene: undefined, sentFrame: 0 },
            ...{ undrawn: [], skipped: 0 },
        }
        this.pages.add(page)
        if (this.live) this.timer ??= setInterval(() => this.refresh(), STATE_INTERVAL_MS)
        socket.on("close", () => this.pages.delete(page))
        // ws closes the connection after a protocol error or a message that is too long.
        socket.on("error", () => undefined)
        socket.on("message", (data, isBinary) => this.onMessage(page, data, isBinary))
        this.refresh()
    }

    close(): void {
        clearInterval(this.timer)
        for (const { socket } of this.pages) socket.terminate()
    }

    /** Tells all pages. */
    tell(message: ServerMessage): void {
        const text = JSON.stringify(message)
        for (const { socket } of this.pages) socket.send(text)
    }

    /** Sends what has changed: call it for each new frame. */
    refresh(): void {
        const { live, pages } = this
        if (!live || pages.size === 0) return
        const state = JSON.stringify({ kind: "live", state: live.state() })
        const scene = live.scene()
        for (const page of pages) {
            if (page.sentState !== state) page.socket.send(state)
            page.sentState = state
            if (page.sentScene !== scene) page.socket.send(JSON.stringify({ kind: "scene", scene }))
            page.sentScene = scene
            this.sendFrame(page, live)
        }
    }

    private sendFrame(page: Page, live: LiveSource): void {
        const latest = live.latest()
        if (!latest || latest.number === page.sentFrame) return
        if (page.undrawn.length >= UNDRAWN_MAX) return
        if (page.sentFrame > 0 && latest.number > page.sentFrame)
            page.skipped += latest.number - page.sentFrame - 1
        page.sentFrame = latest.number
        page.undrawn.push(latest.number)
        page.socket.send(packFrame(latest, page.skipped))
    }

    private onMessage(page: Page, data: RawData, isBinary: boolean): void {
        const parsed = isBinary
            ? { refusal: refusalOf("it is not text") }
            : parseConsoleRequest(String(data))
        if (parsed.request?.kind === "drawn") return this.onDrawn(page, parsed.request.value)
        const refusal =
            parsed.refusal ??
            (this.live ? this.live.handle(parsed.request) : refusalOf("there is no cart here"))
        if (refusal) page.socket.send(JSON.stringify({ kind: "refusal", text: refusal }))
        this.refresh()
    }

    private onDrawn(page: Page, number: number): void {
        const at = page.undrawn.indexOf(number)
        if (at < 0) return
        // What was sent before it is drawn or was replaced in the page.
        page.undrawn.splice(0, at + 1)
        if (this.live) this.sendFrame(page, this.live)
    }
}
