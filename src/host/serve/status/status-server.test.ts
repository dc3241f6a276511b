// The server of the status page: health with its reasons, metrics, and who may ask.

import { request } from "node:http"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { CartStatus } from "../served-carts"
import type { Health } from "./health"
import type { ServeStatus } from "./serve-status"
import { openStatus, type ShownStatus } from "./status-server"

const test = suite("status of ivus serve")

const CART: CartStatus = {
    ...{ board: "0000000200000001", address: "10.0.0.1", sinceMs: 0, connections: 2 },
    ...{ thread: "running", threadFailures: 1 },
    figures: {
        ...{ state: "pulling", control: "a bedside unit", catheter: "array-20mhz" },
        ...{ alarms: ["a warning"], isInsecure: false, lastRun: null, resultsInProgress: false },
        run: { folder: "runs/a", catheter: "array-20mhz", beganMs: 0, isReceived: false },
        ...{ liveUrl: "http://127.0.0.1:1/", reviewUrl: null, runsEnded: {}, bytes: 0 },
        ...{ linesReceived: 0, linesMissing: 0, delayMs: 12, heapBytes: 5e7 },
    },
    totals: {
        ...{ runsEnded: { complete: 3, stopped: 1 }, bytes: 1000 },
        ...{ linesReceived: 90, linesMissing: 10 },
    },
}

const GOOD: ServeStatus = {
    ...{ notice: "Investigational", version: "1.2.3", startedMs: 0, nowMs: 0, port: 7316 },
    ...{ tls: false, insecure: false, bedside: true, carts: [CART], delayMs: 4, notices: [] },
    link: { connections: 3, rejected: { 403: 5 }, delayMs: 2, ageMs: 100 },
    disk: { folder: "runs", freeBytes: 5e10 },
}

let status = GOOD
const server = await openStatus(0)
const get = (path: string): Promise<Response> => fetch(server.url + path)
const health = async (): Promise<[number, Health]> => {
    const response = await get("healthz")
    return [response.status, (await response.json()) as Health]
}
test.after(() => server.close())
test.before.each(() => void (status = GOOD))

test("until there is a status, the page is there and all else says that it starts", async () => {
    assert.is((await get("")).status, 200)
    for (const path of ["healthz", "metrics", "status.json"])
        assert.is((await get(path)).status, 503, path)
    server.show(() => status)
})

test("healthy: 200; each thing that is wrong: 503 with a sentence", async () => {
    assert.equal(await health(), [200, { status: "ok", problems: [] }])
    const wrong: [Partial<ServeStatus>, RegExp][] = [
        [
            { link: { ...GOOD.link, ageMs: 20_000 } },
            /^The link thread has not reported for 20 s\.$/,
        ],
        [{ disk: { folder: "runs", freeBytes: null } }, /^The folder "runs" cannot be read\.$/],
        [{ disk: { folder: "runs", freeBytes: 2e8 } }, /has 200 MB left; a long run needs 1000 MB/],
        [{ carts: [{ ...CART, thread: "silent" }] }, /thread of cart 0000000200000001 does not/],
    ]
    for (const [changes, sentence] of wrong) {
        status = { ...GOOD, ...changes }
        const [code, { status: word, problems }] = await health()
        assert.equal([code, word, problems.length], [503, "failing", 1])
        assert.match(problems[0]!, sentence)
    }
})

/** Name with labels, and value; labels in the order of their names. */
async function metrics(): Promise<Map<string, number>> {
    const response = await get("metrics")
    assert.match(response.headers.get("content-type")!, /^text\/plain; version=0\.0\.4/)
    const lines = (await response.text()).split("\n").filter(line => /^[a-z]/.test(line))
    return new Map(
        lines.map(line => {
            const at = line.lastIndexOf(" ")
            return [line.slice(0, at), Number(line.slice(at + 1))]
        })
    )
}

test("metrics: what the status says, and nothing of a cart that is forgotten", async () => {
    const board = 'board="0000000200000001"'
    const expected: [string, number][] = [
        ["ivus_healthy", 1],
        ["ivus_disk_free_bytes", 5e10],
        ["ivus_link_connections", 3],
        ['ivus_link_rejects_total{code="403"}', 5],
        ['ivus_event_loop_delay_seconds{thread="main"}', 0.004],
        ['ivus_event_loop_delay_seconds{thread="cart 0000000200000001"}', 0.012],
        [`ivus_cart_connected{${board}}`, 1],
        [`ivus_cart_state{${board},state="pulling"}`, 1],
        [`ivus_cart_alarms{${board}}`, 1],
        [`ivus_cart_run_in_progress{${board}}`, 1],
        [`ivus_cart_lines_missing_total{${board}}`, 10],
        [`ivus_runs_total{${board},verdict="complete"}`, 3],
        [`ivus_runs_total{${board},verdict="stopped"}`, 1],
        [`ivus_runs_total{${board},verdict="failed"}`, 0],
        ["ivus_carts_connected", 1],
    ]
    // A scrape does not add to the counts of the one before.
    await metrics()
    const found = await metrics()
    for (const [name, value] of expected) assert.is(found.get(name), value, name)
    assert.ok(found.get("process_resident_memory_bytes")! > 1e6)
    assert.not(found.has("process_heap_bytes"), "it is no heap")
    status = { ...GOOD, carts: [], disk: { folder: "runs", freeBytes: null } }
    const after = await metrics()
    assert.equal([after.get("ivus_healthy"), after.get("ivus_carts_connected")], [0, 0])
    assert.equal(
        [...after.keys()].filter(name => name.includes(board)),
        []
    )
})

test("the data of the page has the names of other files: snake_case", async () => {
    const { carts, disk, health: now } = (await (await get("status.json")).json()) as ShownStatus
    assert.equal([carts[0]!.totals.lines_received, disk.free_bytes, now.status], [90, 5e10, "ok"])
})

test("the page has its files, and only this machine's names are answered", async () => {
    for (const path of ["", "status.js", "status.css", "dark.css"])
        assert.is((await get(path)).status, 200, path)
    for (const path of ["tsconfig.json", "../status-server.ts", "healthz/x"])
        assert.is((await get(path)).status, 404, path)
    const { port } = new URL(server.url)
    for (const path of ["/healthz", "/metrics", "/status.json"]) {
        const code = await new Promise(resolve => {
            const headers = { host: `evil.example:${port}` }
            request({ host: "127.0.0.1", port, path, headers }, r => {
                r.resume()
                resolve(r.statusCode)
            }).end()
        })
        assert.is(code, 403, path)
    }
})

test.run()
