// A host that runs `ivus serve`, with its output, and test peers that connect to it as carts.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { connect, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { KeyStore } from "../../../src/host/link/key-store"
import { TestPeer, type TestPeerOptions } from "../../../src/host/link/testing/test-peer"
import type { RunRecord } from "../../../src/host/runs/run-record"
import { type Notice, noticeText } from "../../../src/host/serve/notice"
import { serve, type ServeOptions, type Serving } from "../../../src/host/serve/serve"
import type { ShownStatus } from "../../../src/host/serve/status/status-server"

export const KEY = new Uint8Array(32).fill(3)
/** Boards for which the host has {@link KEY}. */
export const BOARDS = [1, 2, 3, 4].map(n => `000000020000000${n}`)

export interface TestCart {
    readonly peer: TestPeer
    readonly socket: Socket
    /** Resolves with the code of the host's reject, or 0, when the connection has ended. */
    readonly ended: Promise<number>
    readonly opened: Promise<void>
}

export class ServingHost {
    readonly folder = mkdtempSync(join(tmpdir(), "ivus-serve-"))
    readonly runs = join(this.folder, "runs")
    readonly logs = join(this.folder, "logs")
    readonly keys = new KeyStore(join(this.folder, "keys"))
    readonly notices: Notice[] = []
    /** All sentences that the host told. */
    readonly printed: string[] = []
    /** Number of sentences before the current test. */
    private testStart = 0
    private notify = (): void => undefined
    private serving!: Serving

    /** @param boards for which it has {@link KEY} */
    static async start(
        options: Partial<ServeOptions> = {},
        boards: readonly string[] = BOARDS
    ): Promise<ServingHost> {
        const host = new ServingHost()
        for (const board of boards) host.keys.save(board, KEY)
        mkdirSync(options.runs ?? host.runs)
        host.serving = await serve({
            ...{ port: 0, statusPort: 0, runs: host.runs, logFolder: host.logs },
            ...{ keys: host.keys.folder, insecure: false, bedside: false },
            ...{ references: join(host.folder, "references"), onDiskFull: "stop", verbose: false },
            ...options,
            say: notice => {
                host.notices.push(notice)
                host.printed.push(noticeText(notice))
                host.notify()
            },
        })
        return host
    }

    get port(): number {
        return this.serving.port
    }

    /** Before each test: waits until no peer of an earlier test is connected. */
    async beginTest(): Promise<void> {
        await this.allDisconnected()
        this.testStart = this.printed.length
    }

    /** Waits until the host has told a sentence like this in the current test. */
    async waitFor(line: RegExp): Promise<string> {
        for (;;) {
            const found = this.printed.slice(this.testStart).find(t => line.test(t))
            if (found) return found
            await new Promise<void>(resolve => (this.notify = resolve))
        }
    }

    /** Waits until the host has seen all carts disconnect. */
    async allDisconnected(): Promise<void> {
        const count = (line: RegExp): number => this.printed.filter(t => line.test(t)).length
        while (count(/: connected from /) > count(/: left$|: its thread has failed/))
            await new Promise<void>(resolve => (this.notify = resolve))
    }

    /** The folders of runs, in the order of their names. */
    get folders(): string[] {
        return readdirSync(this.runs).sort()
    }

    record(folder: string): RunRecord {
        return JSON.parse(readFileSync(join(this.runs, folder, "run.json"), "utf8"))
    }

    async status(): Promise<ShownStatus> {
        return (await (await this.get("status.json")).json()) as ShownStatus
    }

    /** From the server of the status page. */
    get(path: string): Promise<Response> {
        return fetch(this.serving.statusUrl + path)
    }

    /** @param port of another host; default: this one */
    connect(options: TestPeerOptions, port = this.port): TestCart {
        const socket = connect(port, "127.0.0.1")
        const peer = new TestPeer(bytes => void socket.write(bytes), options)
        const opened = new Promise<void>(resolve => (peer.onOpen = resolve))
        socket.on("data", bytes => peer.receive(bytes))
        socket.on("error", () => undefined)
        const ended = new Promise<number>(resolve =>
            socket.on("close", () => resolve(peer.rejected))
        )
        return { peer, socket, ended, opened }
    }

    /** A cart with the host's key connects, sends a capture, and disconnects. */
    async receiveRun(capture: Uint8Array, port?: number): Promise<void> {
        const cart = this.connect({ key: KEY }, port)
        cart.peer.hello()
        await cart.opened
        cart.peer.replay(capture)
        cart.socket.end()
        await cart.ended
    }

    /** As before an exit at once. */
    drop(): void {
        this.serving.drop()
    }

    async close(): Promise<void> {
        await this.serving.close()
        rmSync(this.folder, { recursive: true })
    }
}
