// The console's server: files, headers, access checks, states, pictures and requests.

import { type IncomingHttpHeaders, request } from "node:http"
import { connect } from "node:net"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { WebSocket } from "ws"
import { openConsole, serveConsole, type RunningConsole } from "./console-server"
import { frameOf, testView } from "./testing/test-view"

const test = suite("console server")

const context = testView()
let serving: RunningConsole
let port = 0

test.before(async () => {
    context.describe()
    context.addFrame(frameOf(0, 100))
    serving = await serveConsole(context.view, 0, () => performance.now())
    port = Number(new URL(serving.url).port)
})
test.after(() => serving.close())

interface Response {
    readonly status: number
    readonly text: string
    readonly headers: IncomingHttpHeaders
}

function fetchPath(
    path: string,
    headers: Record<string, string> = {},
    method = "GET"
): Promise<Response> {
    return new Promise((resolve, reject) => {
        const sent = request({ host: "127.0.0.1", port, path, method, headers }, response => {
            let text = ""
            response.on("data", part => (text += String(part)))
            response.on("end", () =>
                resolve({ status: response.statusCode ?? 0, text, headers: response.headers })
            )
        })
        sent.on("error", reject)
        sent.end()
    })
}

/** A connected page and the messages that it received. */
class TestPage {
    readonly messages: Record<string, never>[] = []
    readonly pictures: Buffer[] = []
    private wake: () => void = () => undefined
    private constructor(readonly socket: WebSocket) {
        socket.on("message", (data: Buffer, isBinary: boolean) => {
            if (isBinary) this.pictures.push(data)
            else this.messages.push(JSON.parse(String(data)))
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
const ownOrigin = (): string => `http://127.0.0.1:${port}`

test("serves the page's files with their content types", async () => {
    const page = await fetchPath("/")
    assert.is(page.status, 200)
    assert.not.match(page.text, /(src|href)="(https?:)?\/\//)
    const types: Record<string, RegExp> = {
        "/": /^text\/html; ?charset=utf-8$/,
        "/dark.css": /^text\/css; charset=utf-8$/,
        "/console.css": /^text\/css; charset=utf-8$/,
        "/console.js": /^text\/javascript; charset=utf-8$/,
        "/pictures.js": /^text\/javascript; charset=utf-8$/,
        "/chart.js": /^text\/javascript; charset=utf-8$/,
        "/echarts.common.min.js": /^text\/javascript; charset=utf-8$/,
    }
    for (const [path, type] of Object.entries(types)) {
        const { status, text, headers } = await fetchPath(path)
        assert.is(status, 200, path)
        assert.match(headers["content-type"]!, type)
        assert.is(Number(headers["content-length"]), Buffer.byteLength(text))
        const head = await fetchPath(path, {}, "HEAD")
        assert.equal([head.status, head.text], [200, ""])
    }
})

test("sends the security headers with every answer", async () => {
    for (const [path, status] of [
        ["/", 200],
        ["/echarts.common.min.js", 200],
        ["/nothing", 404],
        ["/tsconfig.json", 404],
    ] as const) {
        const response = await fetchPath(path)
        assert.is(response.status, status)
        const policy = String(response.headers["content-security-policy"])
        assert.match(policy, /default-src 'none'/)
        assert.match(policy, /frame-ancestors 'none'/)
        assert.is(response.headers["x-content-type-options"], "nosniff")
        assert.is(response.headers["x-frame-options"], "DENY")
        assert.is(response.headers["cache-control"], "no-store")
    }
})

test("serves nothing outside the page's folder, and accepts GET and HEAD only", async () => {
    for (const path of ["/../package.json", "/..%2fconsole-server.ts", "/echarts.js"])
        assert.is((await fetchPath(path)).status, 404, path)
    assert.is((await fetchPath("/", {}, "POST")).status, 405)
})

test("survives paths without a slash and invalid ranges", async () => {
    for (const path of ["constructor", "__proto__", "toString"])
        assert.is(await statusOfRaw(`GET ${path} HTTP/1.1`), 400, path)
    for (const range of ["bytes=5-2", "bytes=-", "bytes=9999999-", "x"])
        assert.is((await fetchPath("/", { range })).status, 200, range)
})

/** Status of a request line that node:http would not send. */
function statusOfRaw(line: string): Promise<number> {
    return new Promise((resolve, reject) => {
        const socket = connect(port, "127.0.0.1", () => {
            socket.write(`${line}\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`)
        })
        socket.on("data", data => resolve(Number(String(data).split(" ")[1])))
        socket.on("error", reject)
    })
}

test("refuses other host names (DNS rebinding) [IVUS-LNK-005]", async () => {
    assert.is((await fetchPath("/", { host: `localhost:${port}` })).status, 200)
    for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1"])
        assert.is((await fetchPath("/", { host })).status, 403)
})

test("refuses WebSockets of other sites [IVUS-LNK-005]", async () => {
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
        assert.match(error?.message ?? "it was accepted", "403")
    }
})

test("sends state and picture, and carries out or refuses requests", async () => {
    const page = await TestPage.open(ownOrigin())
    const { messages, socket } = page
    await page.until(() => messages.length > 0 && page.pictures.length > 0)
    assert.is(messages[0]!.mode, "live")
    const [first] = page.pictures
    const length = first!.readUInt32LE(0)
    const metadata = JSON.parse(first!.subarray(4, 4 + length).toString())
    assert.equal([metadata.name, metadata.widthPx, metadata.frame], ["cross-section", 512, 1])
    assert.is(first!.length, 4 + length + 512 * 512)
    socket.send('{"kind":"gain","value":12}')
    await page.until(() => page.pictures.length > 1)
    const last = (): { display?: { gainDb: number }; refusal?: string } => messages.at(-1)!
    assert.is(last().display?.gainDb, 12)
    for (const wrong of ['{"kind":"gain","value":61}', "gibberish", Buffer.from([1, 2])]) {
        const before = messages.length
        socket.send(wrong)
        await page.until(() => messages.length > before)
        assert.match(last().refusal!, /^The request was refused/)
    }
    assert.is(context.view.state().display.gainDb, 12)
    socket.close()
})

test("disconnects a page that sends too much, and no other", async () => {
    const [good, bad] = [await TestPage.open(ownOrigin()), await TestPage.open(ownOrigin())]
    const closed = new Promise<number>(resolve => bad.socket.on("close", resolve))
    bad.socket.send("x".repeat(100_000))
    assert.is(await closed, 1009)
    const before = good.messages.length
    good.socket.send('{"kind":"gain","value":-3}')
    await good.until(() => good.messages.length > before)
    good.socket.close()
})

test("survives data that is not HTTP", async () => {
    await new Promise<void>(resolve => {
        const socket = connect(port, "127.0.0.1", () => {
            socket.write(Buffer.from([0, 255, 13, 10, 13, 10]))
        })
        socket.on("error", () => undefined)
        socket.on("close", () => resolve())
        socket.resume()
    })
    assert.is((await fetchPath("/")).status, 200)
})

test("reports a port in use and how to choose another", async () => {
    const error = await serveConsole(context.view, port, () => 0).then(
        () => undefined,
        (e: Error) => e
    )
    assert.match(error?.message ?? "", /another program uses it.*--console-port/)
})

test("holds its port before there is anything to show, and a browser asks again until there is", async () => {
    const open = await openConsole(0)
    const early = await fetch(open.url)
    assert.equal([early.status, early.headers.get("refresh")], [503, "2"])
    assert.match(await early.text(), /nothing to show yet/)
    open.show(context.view, () => performance.now())
    const page = await fetch(open.url)
    assert.is(page.status, 200)
    assert.match(await page.text(), /<html/)
    await open.close()
})

test.run()
