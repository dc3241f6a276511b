// A console beyond this machine: TLS only, a token for whatever is seen, and only under its own names.

import { X509Certificate } from "node:crypto"
import { chmodSync, mkdtempSync, rmSync } from "node:fs"
import { request as plainRequest } from "node:http"
import { type RequestOptions, request as tlsRequest } from "node:https"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { WebSocket } from "ws"
import { dateMs } from "../clock"
import { type RunningConsole, serveConsole } from "./console-server"
import { placeOf } from "./place"
import { type Identity, ownIdentity } from "./server/own-certificate"
import { testSession, testStation } from "./testing/test-session"

const test = suite("a console beyond this machine")

const folder = mkdtempSync(join(tmpdir(), "ivus-access-"))
const NAMES = ["127.0.0.1", "cart-host"]
const NOW = dateMs()
let identity: Identity
let serving: RunningConsole
let port = 0
let token = ""

test.before(async () => {
    identity = await ownIdentity(folder, NAMES, NOW)
    const place = placeOf("127.0.0.1", "127.0.0.1", identity)
    serving = await serveConsole(testStation(testSession()), 0, place)
    const url = new URL(serving.url)
    assert.is(url.protocol, "https:")
    port = Number(url.port)
    token = url.searchParams.get("token")!
})
test.after(async () => {
    await serving.close()
    rmSync(folder, { recursive: true })
})

interface Answer {
    readonly status: number
    readonly text: string
    readonly headers: Readonly<Record<string, unknown>>
}

function ask(path: string, options: RequestOptions = {}, send = tlsRequest): Promise<Answer> {
    return new Promise((resolve, reject) => {
        const asked = { host: "127.0.0.1", port, path, ca: identity.cert, agent: false, ...options }
        const sent = send(asked, response => {
            let text = ""
            response.on("data", part => (text += String(part)))
            response.on("end", () =>
                resolve({ status: response.statusCode!, text, headers: response.headers })
            )
        })
        sent.on("error", reject)
        sent.end()
    })
}

test("plain HTTP gets one sentence", async () => {
    const { status, text } = await ask("/", {}, plainRequest)
    assert.is(status, 400)
    assert.is(text, "This console answers beyond its machine over TLS only; open it with https://.")
})

test("without the token nothing is seen and nothing changed; a wrong one is none", async () => {
    for (const path of ["/", "/live", "/app.js", "/?token=0123", "/run/first"]) {
        const { status, text } = await ask(path)
        assert.is(status, 401, path)
        assert.match(text, /^This console is shown to those who have its token; open the address/)
    }
    const { status, text } = await ask("/api/runs")
    assert.is(status, 401)
    assert.match((JSON.parse(text) as { error: string }).error, /token/)
    const changed = await ask("/api/runs/first/marks", { method: "POST" })
    assert.is(changed.status, 401)
})

test("the token of the address becomes a cookie that scripts and other sites cannot read", async () => {
    const first = await ask(`/run/first?token=${token}&renderer=2d`)
    assert.equal([first.status, first.headers["location"]], [303, "/run/first?renderer=2d"])
    const [cookie] = first.headers["set-cookie"] as string[]
    assert.match(
        cookie!,
        /^__Host-ivus-\d+=[0-9a-f]{32}; Path=\/; Secure; HttpOnly; SameSite=Strict$/
    )
    const headers = { cookie: cookie!.split(";")[0]! }
    assert.is((await ask("/run/first", { headers })).status, 200)
    assert.is((await ask("/api/runs", { headers })).status, 200)
    // A change needs the header as well, which only the page knows.
    const method = "POST"
    assert.is((await ask("/api/runs/first/marks", { headers, method })).status, 400)
})

test("answers under the names of its certificate only", async () => {
    const checkServerIdentity = (): undefined => undefined
    const name = (host: string): Promise<Answer> =>
        ask("/", { headers: { host: `${host}:${port}` }, checkServerIdentity })
    assert.is((await name("cart-host")).status, 401)
    const other = await name("evil.example")
    assert.equal(
        [other.status, other.text],
        [403, `Open this console as https://127.0.0.1:${port}/.`]
    )
    assert.is((await ask("/", { headers: { host: `127.0.0.1:${port + 1}` } })).status, 403)
})

test("a WebSocket needs the token and the origin of the page", async () => {
    const opens = (query: string, origin: string): Promise<boolean> =>
        new Promise(resolve => {
            const url = `wss://127.0.0.1:${port}/socket${query}`
            const socket = new WebSocket(url, { origin, ca: identity.cert })
            socket.on("open", () => resolve(true))
            socket.on("error", () => resolve(false))
        })
    const own = `https://127.0.0.1:${port}`
    assert.is(await opens(`?token=${token}`, own), true)
    assert.is(await opens("", own), false)
    assert.is(await opens(`?token=${token}`, `http://127.0.0.1:${port}`), false)
    assert.is(await opens(`?token=${token}`, "https://evil.example"), false)
})

test("its own certificate stays the same until it is over, is for other names, or was open", async () => {
    const fingerprint = (one: Identity): string => new X509Certificate(one.cert).fingerprint256
    const again = await ownIdentity(folder, ["cart-host"], NOW)
    assert.equal([again.isNew, again.cert], [false, identity.cert])
    const other = await ownIdentity(folder, ["cart-host", "10.0.0.9"], NOW)
    assert.is(other.isNew, true)
    assert.is.not(fingerprint(other), fingerprint(identity))
    assert.is((await ownIdentity(folder, NAMES.slice(1), NOW + 400 * 86_400_000)).isNew, true)
    if (process.platform === "win32") return
    await ownIdentity(folder, NAMES, NOW)
    chmodSync(join(folder, "console-key.pem"), 0o644)
    assert.is((await ownIdentity(folder, NAMES, NOW)).isNew, true)
})

test.run()
