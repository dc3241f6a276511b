// A real Orthanc for the tests of `ivus send`: on loopback, on free ports, with its storage in a temporary folder.

import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Where Debian installs it. */
const PROGRAM = ["/usr/sbin/Orthanc", "/usr/bin/Orthanc"].find(existsSync)
const PLUGIN = "/usr/share/orthanc/plugins/libOrthancDicomWeb.so"

/** Why there is none; undefined where there is one. */
export const NO_ORTHANC =
    PROGRAM === undefined || !existsSync(PLUGIN)
        ? "Orthanc is missing (apt-get install orthanc orthanc-dicomweb)"
        : undefined

export const USER = "cathlab"
export const PASSWORD = "not a real secret"
export const AE = "ARCHIVE"
/** Orthanc says it on standard error when all ports are open. */
const STARTED = "Orthanc has started"

export class Orthanc {
    private readonly folder = mkdtempSync(join(tmpdir(), "ivus-orthanc-"))
    private child: ChildProcess | undefined

    private constructor(
        readonly httpPort: number,
        readonly dicomPort: number
    ) {
        writeFileSync(
            join(this.folder, "orthanc.json"),
            JSON.stringify({
                ...{ StorageDirectory: join(this.folder, "db"), Plugins: [PLUGIN] },
                ...{ HttpPort: httpPort, DicomPort: dicomPort, DicomAet: AE },
                ...{ DicomCheckCalledAet: true, DicomAlwaysAllowFind: true },
                ...{ RemoteAccessAllowed: false, HttpBindAddresses: ["127.0.0.1"] },
                ...{ AuthenticationEnabled: true, RegisteredUsers: { [USER]: PASSWORD } },
                DicomWeb: { Enable: true, Root: "/dicom-web/" },
            })
        )
    }

    static async start(): Promise<Orthanc> {
        const orthanc = new Orthanc(await freePort(), await freePort())
        await orthanc.run()
        return orthanc
    }

    get web(): string {
        return `http://127.0.0.1:${this.httpPort}/dicom-web`
    }

    get dicom(): string {
        return `dicom://${AE}@127.0.0.1:${this.dicomPort}`
    }

    /** Starts it, or starts it again with what it had stored. */
    async run(): Promise<void> {
        const child = spawn(PROGRAM!, [join(this.folder, "orthanc.json")], {
            stdio: ["ignore", "ignore", "pipe"],
        })
        this.child = child
        let text = ""
        await new Promise<void>((resolve, reject) => {
            child.once("exit", code => reject(new Error(`Orthanc ended (${code}): ${text}`)))
            child.stderr.on("data", piece => {
                text += String(piece)
                if (text.includes(STARTED)) resolve()
            })
        })
    }

    /** As if its computer had lost power. */
    async kill(): Promise<void> {
        const { child } = this
        if (!child || child.exitCode !== null || child.signalCode !== null) return
        const ended = new Promise(resolve => child.once("exit", resolve))
        child.kill("SIGKILL")
        await ended
    }

    async remove(): Promise<void> {
        await this.kill()
        rmSync(this.folder, { recursive: true, force: true })
    }

    /** What its own interface answers. */
    async rest(path: string, method = "GET"): Promise<Response> {
        const authorization = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString("base64")}`
        return fetch(`http://127.0.0.1:${this.httpPort}${path}`, {
            method,
            headers: { authorization },
        })
    }

    async json<T>(path: string): Promise<T> {
        return (await (await this.rest(path)).json()) as T
    }
}

async function freePort(): Promise<number> {
    const server = createServer()
    await new Promise<void>(resolve => void server.listen(0, "127.0.0.1", resolve))
    const { port } = server.address() as AddressInfo
    await new Promise(resolve => server.close(resolve))
    return port
}
