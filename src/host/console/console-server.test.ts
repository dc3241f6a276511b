// The console's server: files, headers, access checks, states, pictures and requests.

import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { type IncomingHttpHeaders, request } from "node:http"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { WebSocket } from "ws"
import { openConsole, serveConsole, type RunningConsole } from "./console-server"
import type { Marks } from "../runs/marks-file"
import type { LiveFrameJson } from "./live-source"
import type { RunContent } from "./run/run-json"
import type { RunSession } from "./run/run-session"
import { FRAMES } from "./testing/test-results"
import { testSession, testStation } from "./testing/test-session"
import { frameOf, LINES, SAMPLES, testView } from "./testing/test-view"

const test = suite("console server")

const context = testView()
let serving: RunningConsole
let port = 0
let token = ""
let session: RunSession
const folder = mkdtempSync(join(tmpdir(), "ivus-console-"))

test.before(async () => {
    context.describe()
    context.addFrame(frameOf(0, 100))
    session = testSession(folder)
    await Promise.resolve()
    serving = await serveConsole(testStation(session, context.view), 0)
    port = Number(new URL(serving.url).port)
    const page = await (await fetch(serving.url)).text()
    token = /name="ivus-token" content="([0-9a-f]{32})"/.exec(page)![1]!
})
test.after(async () => {
    await serving.close()
    rmSync(folder, { recursive: true })
})

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
    static open(origin?: string, shown = token): Promise<TestPage> {
        return new Promise((resolve, reject) => {
            const socket = new WebSocket(`ws://127.0.0.1:${port}/socket?token=${shown}`, {
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
        "/live": /^text\/html; ?charset=utf-8$/,
        "/run/first": /^text\/html; ?charset=utf-8$/,
        "/app.css": /^text\/css; charset=utf-8$/,
        "/app.js": /^text\/javascript; charset=utf-8$/,
        "/api/runs": /^application\/json; charset=utf-8$/,
        "/api/runs/first/frames/0-1": /^application\/octet-stream$/,
    }
    for (const [path, type] of Object.entries(types)) {
        const { status, headers } = await fetchPath(path)
        assert.is(status, 200, path)
        assert.match(headers["content-type"]!, type)
        assert.ok(Number(headers["content-length"]) > 0, path)
        const head = await fetchPath(path, {}, "HEAD")
        assert.equal([head.status, head.text], [200, ""])
    }
})

test("sends the security headers with every answer", async () => {
    for (const [path, status] of [
        ["/", 200],
        ["/app.js", 200],
        ["/api/runs/first", 200],
        ["/api/runs/second", 404],
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

test("serves nothing outside its routes, and accepts GET, HEAD and POST only", async () => {
    for (const path of [
        ...["/../package.json", "/..%2fconsole-server.ts", "/echarts.js", "/run/a/b"],
        ...["/api/runs/first/constructor", "/api/runs/first/frames/0-1/2", "/api/runs/.."],
    ])
        assert.is((await fetchPath(path)).status, 404, path)
    for (const rest of ["frames/1-0", `frames/0-${FRAMES}`, "frames/x", `cut/${LINES}`, "cut/-1"])
        assert.is((await fetchPath(`/api/runs/first/${rest}`)).status, 400, rest)
    assert.is((await fetchPath("/api/runs/%zz")).status, 400)
    assert.is((await fetchPath("/", {}, "DELETE")).status, 405)
})

test("sends frames, opposite A-lines and borders of a run as they are", async () => {
    const bytesOf = async (rest: string): Promise<Uint8Array> =>
        new Uint8Array(await (await fetch(`${ownOrigin()}/api/runs/first/${rest}`)).arrayBuffer())
    const { frames, borders } = session.results
    const two = await bytesOf("frames/3-4")
    assert.is(two.length, 2 * LINES * (1 + SAMPLES))
    assert.equal(two.subarray(0, LINES), frames.frame(3).present)
    assert.equal(two.subarray(-LINES * SAMPLES), frames.frame(4).codes)
    const cut = await bytesOf("cut/1")
    assert.is(cut.length, 2 * FRAMES * (1 + SAMPLES))
    const at = 2 * FRAMES + (FRAMES + 7) * SAMPLES
    const other = (1 + LINES / 2) * SAMPLES
    assert.equal(
        cut.subarray(at, at + SAMPLES),
        frames.frame(7).codes.subarray(other, other + SAMPLES)
    )
    const radii = new Float32Array((await bytesOf("borders/5-5")).buffer)
    assert.equal(radii.subarray(0, LINES), borders[5]!.radiusMm)
    assert.ok(Number.isNaN(radii[LINES]))
})

/** A change of the run. */
function change(what: string, body: unknown, shown = token): Promise<globalThis.Response> {
    const headers = { "X-Ivus-Token": shown }
    const init = { method: "POST", headers, body: JSON.stringify(body) }
    return fetch(`${ownOrigin()}/api/runs/first/${what}`, init)
}

test("changes a run for whoever shows the token of the session, and tells all pages", async () => {
    const page = await TestPage.open(ownOrigin())
    const bookmark = { id: "one", position_mm: 2.5, note: "calcium" }
    const put = { kind: "put-bookmark", bookmark }
    assert.is((await change("marks", put, "")).status, 403)
    assert.is((await change("marks", put, "ä".repeat(32).slice(0, 16))).status, 403)
    const content = (await (await change("marks", put)).json()) as RunContent
    const { id, note, by } = content.marks.bookmarks[0]!
    assert.equal({ id, note, by }, { id: "one", note: "calcium", by: "tester" })
    const kept = JSON.parse(readFileSync(join(folder, "marks.json"), "utf8")) as Marks
    assert.equal(kept, content.marks)
    await page.until(() => page.messages.some(({ kind, id }) => kind === "run" && id === "first"))
    page.socket.close()
})

test("refuses edits that are not possible, and those made from an earlier state", async () => {
    const points = Array.from({ length: 16 }, (_, i) => {
        const angle = (2 * Math.PI * i) / 16
        return [2 * Math.cos(angle), 2 * Math.sin(angle)]
    })
    const edits = (after: number, radius: number) => ({
        after,
        borders: [
            { frame: 3, kind: "lumen", points_mm: points.map(p => p.map(x => (x * radius) / 2)) },
        ],
    })
    const content = (await (await change("edits", edits(0, 2))).json()) as RunContent
    // A polygon of 16 with a radius of 2 mm.
    assert.ok(Math.abs(content.measures[3]!.areaMm2! - 8 * 4 * Math.sin(Math.PI / 8)) < 0.05)
    assert.ok(content.measures[3]!.flags.includes("edited"))
    const late = await change("edits", edits(0, 1))
    assert.is(late.status, 409)
    assert.match(((await late.json()) as { error: string }).error, /Somebody else has changed/)
    const outside = await change("edits", edits(1, 9))
    assert.is(outside.status, 400)
    assert.match(((await outside.json()) as { error: string }).error, /leaves the picture/)
    assert.is((await change("edits", { after: "1" })).status, 400)
    assert.is((await change("nothing", {})).status, 404)
})

test("survives paths without a slash and invalid ranges", async () => {
    for (const path of ["constructor", "__proto__", "toString"])
        assert.is(await statusOfRaw(`GET ${path} HTTP/1.1`), 400, path)
    for (const range of ["bytes=5-2", "bytes=-", "bytes=9999999-", "x"])
        assert.is((await fetchPath("/app.js", { range })).status, 200, range)
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

test("refuses WebSockets without the token of the session", async () => {
    const error = await TestPage.open(ownOrigin(), "0".repeat(32)).catch((e: Error) => e)
    assert.match((error as Error).message, "403")
})

test("sends state, scene and frame, and refuses requests in one sentence", async () => {
    const page = await TestPage.open(ownOrigin())
    const { messages, socket } = page
    await page.until(() => messages.length > 1 && page.pictures.length > 0)
    assert.equal(messages.map(({ kind }) => kind).slice(0, 2), ["live", "scene"])
    const [first] = page.pictures
    const length = first!.readUInt32LE(0)
    const head = JSON.parse(first!.subarray(4, 4 + length).toString()) as LiveFrameJson
    assert.equal([head.number, head.positionMm, head.skipped], [1, 2.5, 0])
    assert.is(first!.length, 4 + length + LINES * (1 + SAMPLES))
    const last = (): { kind?: string; text?: string } => messages.at(-1)!
    for (const wrong of ['{"kind":"subtract","value":1}', "gibberish", Buffer.from([1, 2])]) {
        const before = messages.length
        socket.send(wrong)
        await page.until(() => messages.length > before)
        assert.match(last().text!, /^The request was refused/)
    }
    socket.close()
})

test("sends a page at most two frames that it has not drawn, then the newest, and says how many it skipped", async () => {
    const page = await TestPage.open(ownOrigin())
    await page.until(() => page.pictures.length > 0)
    const headOf = (picture: Buffer): LiveFrameJson =>
        JSON.parse(picture.subarray(4, 4 + picture.readUInt32LE(0)).toString()) as LiveFrameJson
    const first = headOf(page.pictures[0]!).number
    for (let n = 1; n <= 5; n++) {
        context.addFrame(frameOf(n, 100))
        serving.refresh()
    }
    await page.until(() => page.pictures.length === 2)
    assert.is(headOf(page.pictures[1]!).number, first + 1)
    page.socket.send(JSON.stringify({ kind: "drawn", value: first }))
    await page.until(() => page.pictures.length === 3)
    const { number, skipped } = headOf(page.pictures[2]!)
    assert.equal([number, skipped], [first + 5, 3])
    page.socket.close()
})

test("disconnects a page that sends too much, and no other", async () => {
    const [good, bad] = [await TestPage.open(ownOrigin()), await TestPage.open(ownOrigin())]
    const closed = new Promise<number>(resolve => bad.socket.on("close", resolve))
    bad.socket.send("x".repeat(100_000))
    assert.is(await closed, 1009)
    const before = good.messages.length
    good.socket.send('{"kind":"nothing"}')
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

test("refuses a report that is not there, and a comparison of runs that are not", async () => {
    const report = await fetchPath("/api/runs/none/report")
    assert.is(report.status, 404)
    assert.match(JSON.parse(report.text).error, /^There is no such run; go back/)
    const compared = await fetchPath("/api/compare/none/first/page")
    assert.equal(
        [compared.status, compared.headers["content-type"]],
        [400, "text/plain; charset=utf-8"]
    )
    assert.match(compared.text, /^There is no such run; go back to the list of runs\.$/)
    const refused = await fetchPath("/api/compare/none/first")
    assert.match(JSON.parse(refused.text).error, /^There is no such run/)
    assert.is((await fetchPath("/api/compare/first")).status, 404)
})

test("reports a port in use and how to choose another", async () => {
    const error = await serveConsole(testStation(session), port).then(
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
    open.show(testStation(testSession()))
    const page = await fetch(open.url)
    assert.is(page.status, 200)
    assert.match(await page.text(), /<html/)
    await open.close()
})

test.run()
