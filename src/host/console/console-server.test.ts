// Responsible for: who may look and ask over the console's port, what they get, and what is refused.
// Not for: the page in a browser (hil-tests/imaging/console-page.test.ts).

import { request } from "node:http"
import { connect } from "node:net"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { WebSocket } from "ws"
import { serveConsole, type RunningConsole } from "./console-server"
import { frameOf, testView } from "./testing/test-view"

const test = suite("the console's server")

const made = testView()
let serving: RunningConsole
let port = 0

test.before(async () => {
    made.describe()
    made.take(frameOf(0, 100))
    serving = await serveConsole(made.view, 0, () => performance.now())
    port = Number(new URL(serving.url).port)
})
test.after(() => serving.close())

/** Status and text of a request with these headers. */
function got(
    path: string,
    headers: Record<string, string> = {},
    method = "GET"
): Promise<{ status: number; text: string; policy: string }> {
    return new Promise((resolve, reject) => {
        const asking = request({ host: "127.0.0.1", port, path, method, headers }, answer => {
            let text = ""
            answer.on("data", part => (text += String(part)))
            answer.on("end", () =>
                resolve({
                    status: answer.statusCode ?? 0,
                    text,
                    policy: String(answer.headers["content-security-policy"]),
                })
            )
        })
        asking.on("error", reject)
        asking.end()
    })
}

/** A page that is open, with what it hears. */
class TestPage {
    readonly told: Record<string, never>[] = []
    readonly pictures: Buffer[] = []
    private wake: () => void = () => undefined
    private constructor(readonly socket: WebSocket) {
        socket.on("message", (data: Buffer, isBinary: boolean) => {
            if (isBinary) this.pictures.push(data)
            else this.told.push(JSON.parse(String(data)))
            this.wake()
        })
    }
    static open(origin?: string): Promise<TestPage> {
        return new Promise((resolve, reject) => {
            const socket = new WebSocket(`ws://127.0.0.1:${port}/`, {
                ...(origin !== undefined && { origin }),
            })
            const page = new TestPage(socket)
            socket.on("open", () => resolve(page))
            socket.on("error", reject)
        })
    }
    async until(reached: () => boolean): Promise<void> {
        while (!reached()) await new Promise<void>(resolve => (this.wake = resolve))
    }
}
const OURS = (): string => `http://127.0.0.1:${port}`

test("gives the page and its parts, which load nothing from elsewhere", async () => {
    const page = await got("/")
    assert.is(page.status, 200)
    assert.match(page.policy, /default-src 'none'/)
    assert.match(page.policy, /frame-ancestors 'none'/)
    assert.not.match(page.text, /(src|href)="(https?:)?\/\//)
    for (const part of ["/console.js", "/pictures.js", "/chart.js", "/console.css", "/echarts.js"])
        assert.is((await got(part)).status, 200)
    assert.is((await got("/../package.json")).status, 404)
    assert.is((await got("/", {}, "POST")).status, 405)
})

test("another name for this machine is refused (DNS rebinding)", async () => {
    assert.is((await got("/", { host: `localhost:${port}` })).status, 200)
    for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1"])
        assert.is((await got("/", { host })).status, 403)
})

test("a page of another site may not steer it", async () => {
    for (const origin of [
        "http://evil.example",
        "null",
        `http://127.0.0.1:${port + 1}`,
        undefined,
    ]) {
        const error = await TestPage.open(origin).then(
            () => undefined,
            (e: Error) => e
        )
        assert.match(error?.message ?? "it was let in", "403")
    }
})

test("a page is told the state, gets the picture, and what it asks is done or refused", async () => {
    const page = await TestPage.open(OURS())
    const { told, socket } = page
    await page.until(() => told.length > 0 && page.pictures.length > 0)
    assert.is(told[0]!.mode, "live")
    const [first] = page.pictures
    const length = first!.readUInt32LE(0)
    const about = JSON.parse(first!.subarray(4, 4 + length).toString())
    assert.equal([about.name, about.widthPx, about.frame], ["cross-section", 512, 1])
    assert.is(first!.length, 4 + length + 512 * 512)
    socket.send('{"ask":"gain","value":12}')
    await page.until(() => page.pictures.length > 1)
    const last = (): { display?: { gainDb: number }; refusal?: string } => told.at(-1)!
    assert.is(last().display?.gainDb, 12)
    for (const wrong of ['{"ask":"gain","value":61}', "gibberish", Buffer.from([1, 2])]) {
        const before = told.length
        socket.send(wrong)
        await page.until(() => told.length > before)
        assert.match(last().refusal!, /^The request was not taken/)
    }
    assert.is(made.view.told().display.gainDb, 12)
    socket.close()
})

test("whoever sends too much is cut off, others are not", async () => {
    const [good, bad] = [await TestPage.open(OURS()), await TestPage.open(OURS())]
    const closed = new Promise<number>(resolve => bad.socket.on("close", resolve))
    bad.socket.send("x".repeat(100_000))
    assert.is(await closed, 1009)
    const before = good.told.length
    good.socket.send('{"ask":"gain","value":-3}')
    await good.until(() => good.told.length > before)
    good.socket.close()
})

test("what is no HTTP does it no harm", async () => {
    await new Promise<void>(resolve => {
        const socket = connect(port, "127.0.0.1", () => {
            socket.write(Buffer.from([0, 255, 13, 10, 13, 10]))
        })
        socket.on("error", () => undefined)
        socket.on("close", () => resolve())
        socket.resume()
    })
    assert.is((await got("/")).status, 200)
})

test("a port that is taken is told with what to do", async () => {
    const error = await serveConsole(made.view, port, () => 0).then(
        () => undefined,
        (e: Error) => e
    )
    assert.match(error?.message ?? "", /another program uses it.*--console-port/)
})

test.run()
