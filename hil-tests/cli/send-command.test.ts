// `ivus send` to a real Orthanc: sent, found by date and patient, read back, compared; also when one of the two is killed in the middle.

import { type ChildProcess, spawn } from "node:child_process"
import {
    chmodSync,
    cpSync,
    existsSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    writeFileSync,
} from "node:fs"
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net"
import { createServer as createHttpServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { SendableRun } from "../../src/host/send/testing/sendable-run"
import type { RunRecord } from "../../src/host/runs/run-record"
import { keepCalibration } from "../support/cli/calibrated-board"
import { ivus, type Output } from "../support/cli/ivus"
import { NO_ORTHANC, Orthanc, PASSWORD, USER } from "../support/send/orthanc"

const folder = mkdtempSync(join(tmpdir(), "ivus-send-command-"))
const made = join(folder, "made")
const settings = join(folder, "send.json")
const ABOUT = [
    "--date",
    "2026-11-30T10:39:17.5Z",
    "--patient-id",
    "P-7",
    "--study",
    "Vein graft, 2",
]
/** The other end is killed when so many bytes of the object have passed. */
const KILLED_AT_BYTES = 200_000

let orthanc: Orthanc
/** The DICOM files of the run. */
let files: string[] = []

const test = suite("ivus send")
keepCalibration(test)
test.after(async () => {
    await orthanc?.remove()
    rmSync(folder, { recursive: true, force: true })
})

function withOrthanc(name: string, run: () => Promise<void>): void {
    test(name, async () => {
        if (NO_ORTHANC === undefined) return run()
        console.log(`skipped, because ${NO_ORTHANC}`)
    })
}

/** A copy of the run, of which nothing was sent. */
function copyOf(name: string): string {
    const copy = join(folder, name)
    cpSync(made, copy, { recursive: true })
    return copy
}

function know(...addresses: readonly string[]): void {
    const login = { user: USER, password: PASSWORD }
    const destinations = addresses.map(to => ({ to, ...(to.startsWith("http") && login) }))
    writeFileSync(settings, JSON.stringify({ destinations }))
    chmodSync(settings, 0o600)
}

/** An archive that is away is not waited for. */
function send(...args: readonly string[]): Promise<Output> {
    return ivus("send", ...args, "--settings", settings, "--retry-for", "0")
}

function recordOf(run: string): RunRecord {
    return JSON.parse(readFileSync(join(run, "run.json"), "utf8")) as RunRecord
}

function outcomesOf(run: string): Record<string, string> {
    const { sent = [] } = recordOf(run)
    return Object.fromEntries(sent.map(({ object, outcome }) => [object, outcome]))
}

const all = (outcome: string): Record<string, string> =>
    Object.fromEntries(files.map(name => [name, outcome]))

/**
 * The data set of a file, behind preamble and meta information, which an archive writes anew; received by DIMSE, it writes the heads of
 * all elements anew, and the pictures stay as they were.
 */
function contentOf(file: Buffer, isDimse: boolean): Buffer {
    const pixels = file.indexOf(PIXEL_DATA)
    return file.subarray(isDimse && pixels > 0 ? pixels : 144 + file.readUInt32LE(140))
}
/** The head of the pixel data in explicit little endian: tag and OB. */
const PIXEL_DATA = Buffer.from("e07f10004f42", "hex")

/** Elements as the archive read them, of the objects that it has byte for byte. */
const tagsOf = new Map<string, unknown>()

/** Reads back what the archive has of each file, and compares it. */
async function readBack(run: string): Promise<void> {
    for (const { to, object, uid } of recordOf(run).sent!) {
        const ids = await orthanc.json<string[]>("/instances")
        const tags = await Promise.all(
            ids.map(id => orthanc.json<Record<string, string>>(`/instances/${id}/simplified-tags`))
        )
        const id = ids[tags.findIndex(({ SOPInstanceUID }) => SOPInstanceUID === uid)]
        assert.ok(id, `${object} is not there`)
        const back = Buffer.from(await (await orthanc.rest(`/instances/${id}/file`)).arrayBuffer())
        const sent = readFileSync(join(run, object))
        const isDimse = to.startsWith("dicom:")
        // Of a report received by DIMSE only the values are compared, below.
        if (!isDimse || sent.includes(PIXEL_DATA))
            assert.is(contentOf(back, isDimse).equals(contentOf(sent, isDimse)), true, object)
        if (tagsOf.has(uid))
            assert.equal(await orthanc.json(`/instances/${id}/tags`), tagsOf.get(uid))
        else tagsOf.set(uid, await orthanc.json(`/instances/${id}/tags`))
    }
}

async function forget(): Promise<void> {
    for (const id of await orthanc.json<string[]>("/studies"))
        await orthanc.rest(`/studies/${id}`, "DELETE")
}

withOrthanc("sends a run by DICOMweb, and it is found by date and by patient", async () => {
    const pullback = await ivus("pullback", "--once", "--length", "1", "--out", made, ...ABOUT)
    assert.is(pullback.status, 0, pullback.err)
    files = readdirSync(made).filter(name => name.endsWith(".dcm"))
    assert.ok(files.includes("pullback.dcm"))
    orthanc = await Orthanc.start()
    know(orthanc.web)
    const run = copyOf("web")
    const { status, out, err } = await send(run, "--to", orthanc.web)
    assert.is(status, 0, err)
    for (const name of files) assert.ok(out.includes(`${name} → ${orthanc.web}: verified`), out)
    assert.equal(outcomesOf(run), all("verified"))
    await readBack(run)
    for (const query of ["StudyDate=20261130", "PatientID=P-7", "StudyDate=20261130&PatientID=P-7"])
        assert.is((await found(query)).length, 1, query)
    for (const query of ["StudyDate=20261129", "PatientID=P-8"])
        assert.is((await found(query)).length, 0, query)
})

async function found(query: string): Promise<unknown[]> {
    const answer = await orthanc.rest(`/dicom-web/studies?${query}`)
    return answer.status === 204 ? [] : ((await answer.json()) as unknown[])
}

withOrthanc("sends the same by C-STORE, and sending twice changes nothing", async () => {
    await forget()
    const run = copyOf("dimse")
    for (const to of [orthanc.dicom, orthanc.dicom]) {
        const { status, err } = await send(run, "--to", to)
        assert.is(status, 0, err)
        assert.equal(outcomesOf(run), all("verified"))
        assert.is((await orthanc.json<string[]>("/instances")).length, files.length)
    }
    await readBack(run)
})

withOrthanc(
    "each mistake is one sentence, and what was not sent waits until it is cancelled",
    async () => {
        const run = copyOf("mistakes")
        const port = orthanc.dicomPort
        const wrong = join(folder, "wrong.json")
        const destinations = [{ to: orthanc.web, user: USER, password: "guessed" }]
        writeFileSync(wrong, JSON.stringify({ destinations }), { mode: 0o600 })
        const cases = [
            [orthanc.web, wrong, /refuses the password/],
            [orthanc.web.replace("/dicom-web", "/nothing"), settings, /asks for a password/],
            [`dicom://NOBODY@127.0.0.1:${port}`, settings, /There is no AE NOBODY at/],
            [`dicom://A@127.0.0.1:1`, settings, /does not answer/],
            [orthanc.web.replace("http:", "https:"), settings, /does not speak TLS/],
        ] as const
        for (const [to, file, sentence] of cases) {
            const { status, err } = await ivus(
                ...["send", run, "--to", to, "--settings", file, "--retry-for", "0"]
            )
            assert.is(status, 1, to)
            assert.match(err, sentence)
            assert.is(err.trim().split("\n").length, 1, err)
            assert.is(err.includes("guessed") || err.includes(PASSWORD), false)
            const waits = recordOf(run).sent!.filter(entry => entry.to === to)
            assert.equal(
                waits.map(({ outcome }) => outcome),
                files.map(() => "waiting")
            )
            assert.is((await send(run, "--cancel", "--to", to)).status, 0)
        }
        assert.equal(outcomesOf(run), all("cancelled"))
        assert.is(readFileSync(join(run, "run.json"), "utf8").includes("guessed"), false)
        assert.match((await send("--resume", run)).err, /Nothing waits/)
    }
)

/** Passes bytes on to Orthanc until so many have come from the sender, and then calls `onBytes` once and nothing more. */
async function proxyTo(
    port: number,
    onBytes: () => void
): Promise<{ port: number; close(): void }> {
    let [left, isOver] = [KILLED_AT_BYTES, false]
    const sockets = new Set<Socket>()
    const server: Server = createServer(client => {
        const upstream = connect(port, "127.0.0.1")
        for (const socket of [client, upstream]) sockets.add(socket.on("error", () => undefined))
        upstream.pipe(client)
        client.on("data", (piece: Buffer) => {
            if (isOver) return
            left -= piece.length
            if (left > 0) return void upstream.write(piece)
            upstream.write(piece.subarray(0, piece.length + left))
            isOver = true
            onBytes()
        })
        client.on("close", () => upstream.destroy())
        upstream.on("close", () => client.destroy())
    })
    await new Promise<void>(resolve => void server.listen(0, "127.0.0.1", resolve))
    const close = (): void => {
        for (const socket of sockets) socket.destroy()
        server.close()
    }
    return { port: (server.address() as AddressInfo).port, close }
}

for (const kind of ["web", "dicom"] as const) {
    /** The address through a proxy at a port. */
    const through = (port: number): string =>
        orthanc[kind].replace(
            String(kind === "web" ? orthanc.httpPort : orthanc.dicomPort),
            String(port)
        )
    const portOf = (): number => (kind === "web" ? orthanc.httpPort : orthanc.dicomPort)

    withOrthanc(`Orthanc is killed in mid-transfer by ${kind}: nothing is lost`, async () => {
        await forget()
        const run = copyOf(`killed-archive-${kind}`)
        let killed: Promise<void> | undefined
        const proxy = await proxyTo(portOf(), () => void (killed = orthanc.kill()))
        try {
            know(through(proxy.port), orthanc.web)
            const { status, err } = await send(run, "--to", through(proxy.port))
            assert.is(status, 1, err)
            assert.ok(killed, "nothing was killed")
            assert.match(err, /does not answer/)
            assert.equal(outcomesOf(run), all("waiting"))
        } finally {
            proxy.close()
            await orthanc.kill()
            await orthanc.run()
        }
        assert.is((await orthanc.json<string[]>("/instances")).length, 0, "half an object is there")
        // Back at the address that waits.
        await resumed(run, through(proxy.port), proxy.port, portOf())
        assert.equal(outcomesOf(run), all("verified"))
        await readBack(run)
    })

    withOrthanc(
        `the sender is killed in mid-transfer by ${kind}: --resume sends the rest`,
        async () => {
            await forget()
            const run = copyOf(`killed-sender-${kind}`)
            const sender: { child?: ChildProcess } = {}
            const proxy = await proxyTo(portOf(), () => void sender.child!.kill("SIGKILL"))
            const to = through(proxy.port)
            know(to)
            sender.child = spawn(
                process.execPath,
                ["src/host/cli/ivus.mjs", "send", run, "--to", to, "--settings", settings],
                { stdio: "ignore" }
            )
            const signal = await new Promise(resolve =>
                sender.child!.once("exit", (_, by) => resolve(by))
            )
            proxy.close()
            assert.is(signal, "SIGKILL")
            assert.equal(outcomesOf(run), all("waiting"))
            assert.is(existsSync(join(run, "run.json.part")), false)
            assert.is(
                (await orthanc.json<string[]>("/instances")).length,
                0,
                "half an object is there"
            )
            await resumed(run, to, proxy.port, portOf())
            assert.equal(outcomesOf(run), all("verified"))
            await readBack(run)
        }
    )
}

/** The queue names the address of the proxy, at which the archive is again. */
async function resumed(run: string, to: string, port: number, archive: number): Promise<void> {
    know(to)
    const server = createServer(client => {
        const upstream = connect(archive, "127.0.0.1")
        for (const socket of [client, upstream]) socket.on("error", () => undefined)
        client.pipe(upstream).pipe(client)
    })
    await new Promise<void>(resolve => void server.listen(port, "127.0.0.1", resolve))
    try {
        const { status, err } = await send("--resume", run)
        assert.is(status, 0, err)
    } finally {
        server.close()
    }
}

test("--resume goes through the runs of runs/, and --json prints outcomes; Ctrl-C leaves the rest in the queue", async () => {
    const before = process.cwd()
    const runs = await Promise.all(
        ["pullback.dcm", "report.dcm"].map(name => SendableRun.make(name))
    )
    const parent = mkdtempSync(join(folder, "department-"))
    for (const [i, run] of runs.entries())
        cpSync(run.folder, join(parent, "runs", `run-${i}`), { recursive: true })
    for (const run of runs) run.remove()
    const asked: string[] = []
    const server = createHttpServer((request, response) => {
        asked.push(request.method!)
        if (asked.length === 1) process.emit("SIGINT")
        else response.writeHead(503).end()
    })
    await new Promise<void>(resolve => void server.listen(0, "127.0.0.1", resolve))
    const to = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dicom-web`
    process.chdir(parent)
    try {
        const stopped = await send("run-0", "--to", to)
        assert.is(stopped.status, 130, stopped.err)
        assert.match(stopped.err, /Stopped; .*--resume run-0/)
        assert.is((await send("run-1", "--to", to)).status, 1)
        assert.is(asked.length, 2)
        // The archive is away: it is not asked again for the second run.
        const resumed = await send("--resume", "--json")
        assert.is(resumed.status, 1)
        assert.is(asked.length, 3)
        assert.match(resumed.err, /status 503.*"ivus send --resume"/)
        const outcomes = JSON.parse(resumed.out) as { object: string; outcome: string }[]
        assert.is(outcomes.length, 1)
        assert.is(outcomes[0]!.outcome, "waiting")
        for (const i of [0, 1])
            assert.is(Object.values(outcomesOf(join("runs", `run-${i}`))).join(), "waiting")
    } finally {
        process.chdir(before)
        server.closeAllConnections()
        server.close()
    }
})

test("bad usage is told in one sentence", async () => {
    for (const [args, sentence] of [
        [["send"], /No run is named/],
        [["send", folder, "--to", "dicom://A@b:1"], /There is no run/],
        [["send", "--cancel"], /--cancel needs the run/],
    ] as const) {
        const { status, err } = await ivus(...args)
        assert.is(status, 2, err)
        assert.match(err, sentence)
    }
})

test.run()
