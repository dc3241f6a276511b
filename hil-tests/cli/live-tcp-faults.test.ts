// `ivus live` over TCP: the link is cut, the cart's program starts again, and the command goes on, by answers at terminal and page.

import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { WebSocket } from "ws"
import type { ServerMessage } from "../../src/host/console/server/page-sockets"
import type { LiveState } from "../../src/host/console/live-state"
import { boardOverTcp } from "../support/carts/board-over-tcp"
import { ivusAtTerminal } from "../support/cli/ivus-at-terminal"
import { folder, freePort } from "../support/cli/scratch"

const test = suite("ivus live over TCP after a fault")

/** Generous: a homing of some seconds, on a computer that is busy. */
const LIMIT_MS = 60_000

/** A page of the console, without a browser. */
class Page {
    state: LiveState | undefined
    private socket!: WebSocket
    private notify = (): void => undefined

    /** Connects once the console is served. */
    static async open(port: number): Promise<Page> {
        const page = new Page()
        const origin = `http://127.0.0.1:${port}`
        const endMs = performance.now() + LIMIT_MS
        for (;;) {
            const html = await fetch(`${origin}/live`).then(
                response => response.text(),
                () => ""
            )
            const token = /name="ivus-token" content="([0-9a-f]+)"/.exec(html)?.[1]
            if (token !== undefined && (await page.connects(origin, token))) return page
            if (performance.now() > endMs) throw new Error("the console was never served")
            await new Promise(resolve => setTimeout(resolve, 100))
        }
    }

    private connects(origin: string, token: string): Promise<boolean> {
        const { host } = new URL(origin)
        const socket = new WebSocket(`ws://${host}/socket?token=${token}`, { origin })
        socket.on("message", (data: Buffer, isBinary: boolean) => {
            const message = isBinary ? undefined : (JSON.parse(String(data)) as ServerMessage)
            if (message?.kind === "live") this.state = message.state as LiveState
            this.notify()
        })
        this.socket = socket
        return new Promise(resolve => {
            socket.on("open", () => resolve(true))
            socket.on("error", () => resolve(false))
        })
    }

    async until(what: string, shown: (state: LiveState) => boolean): Promise<LiveState> {
        const endMs = performance.now() + LIMIT_MS
        while (!this.state || !shown(this.state)) {
            if (performance.now() > endMs)
                throw new Error(`the page never showed ${what}: ${JSON.stringify(this.state)}`)
            await new Promise<void>(resolve => {
                this.notify = resolve
                setTimeout(resolve, 1000)
            })
        }
        return this.state
    }

    /**
     * Waits for more pictures than there are now, and says yes to what is asked until then: on a busy computer a homing in real
     * time may fail by a late loop.
     */
    async live(): Promise<void> {
        const { frames = 0 } = this.state ?? {}
        let answered = 0
        await this.until("a live picture", ({ picture, frames: now, question }) => {
            if (question && question.id > answered) {
                answered = question.id
                this.socket.send(JSON.stringify({ kind: "answer", value: question.id }))
            }
            return picture === "live" && now > frames + 5
        })
    }
}

test("a cut link and a restart of the cart each have their reason, and live again only by answers [IVUS-LNK-001, IVUS-DSP-004]", async () => {
    const [port, consolePort] = [await freePort(), await freePort()]
    const board = await boardOverTcp(port)
    let show = (): void => undefined
    const seen = new Promise<void>(resolve => (show = resolve))
    const command = ivusAtTerminal(
        // The fault of the cut is acknowledged here, all else at the page.
        [seen.then(() => "y")],
        ...["live", "--target", "tcp:127.0.0.1", "--port", `${port}`, "--insecure"],
        ...["--console-port", `${consolePort}`, "--references", join(folder, "none"), "--json"],
        // Both allow nothing after the first fault.
        ...["--home", "--yes"]
    )
    let isEnding = false
    const end = (): void => {
        if (!isEnding) process.emit("SIGINT")
        isEnding = true
    }
    try {
        const page = await Page.open(consolePort)
        await page.live()

        board.cut()
        const lost = await page.until("the lost link", ({ cartState }) => cartState === null)
        assert.match(lost.fault!.sentence, /^The link to the cart is lost: it was closed; check /)
        const fault = await page.until("the fault", ({ cartState }) => cartState === "fault")
        assert.match(
            fault.fault!.sentence,
            /^The cart stopped while live: the link to the host was lost .* \(fault 141\)\.$/
        )
        show()
        await page.until("the unhomed cart", ({ cartState }) => cartState === "unhomed")
        await page.live()

        board.bench.cart.board.restartProgram()
        const restarted = await page.until("the restart", ({ message }) => message !== null)
        assert.match(
            restarted.message!,
            /^The cart restarted in state live after \d+ s, as its program alone started again/
        )
        const { question } = await page.until("a question", state => state.question !== null)
        assert.is(question!.kind, "home")

        end()
        const { status, out, err } = await command
        assert.is(status, 0, err)
        assert.ok(JSON.parse(out).frames > 10)
        for (const line of [
            /The link to the cart is lost: .* Without its host the cart stops by itself/,
            /The cart is in fault: the link.*\nAcknowledge the fault\? \[y\/N\]/,
            /Home the sled\? \[y\/N\]/,
            /The cart restarted in state live/,
        ])
            assert.match(err, line)
    } finally {
        // Also after a failed check: the command holds standard output.
        end()
        await command
        board.stop()
    }
})

test.run()
