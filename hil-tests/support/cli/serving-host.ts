// A host that runs `ivus serve`, with its output, and test peers that connect to it as carts.

import { mkdtempSync, rmSync } from "node:fs"
import { connect, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { storedIdentity } from "../../../src/host/link/stored-identity"
import { serve, type Serving } from "../../../src/host/cli/serve"
import { KeyStore } from "../../../src/host/link/key-store"
import { TestPeer, type TestPeerOptions } from "../../../src/host/link/testing/test-peer"

export const KEY = new Uint8Array(32).fill(3)
/** Boards for which the host has {@link KEY}. */
export const BOARDS = ["0000000200000001", "0000000200000002"] as const

export interface TestCart {
    readonly peer: TestPeer
    readonly socket: Socket
    /** Resolves with the code of the host's reject, or 0, when the connection has ended. */
    readonly ended: Promise<number>
    readonly opened: Promise<void>
}

export class ServingHost {
    readonly folder = mkdtempSync(join(tmpdir(), "ivus-serve-"))
    readonly out = join(this.folder, "out")
    readonly logs = join(this.folder, "logs")
    readonly keys = new KeyStore(join(this.folder, "keys"))
    /** All lines that the host printed. */
    readonly printed: string[] = []
    /** Number of lines printed before the current test. */
    private testStart = 0
    private notify = (): void => undefined
    private serving!: Serving

    static async start(): Promise<ServingHost> {
        const host = new ServingHost()
        for (const board of BOARDS) host.keys.save(board, KEY)
        host.serving = await serve(
            0,
            host.out,
            line => (host.printed.push(line), host.notify()),
            storedIdentity(false, () => undefined, host.keys),
            { logFolder: host.logs }
        )
        return host
    }

    /** Before each test: waits until no peer of an earlier test is connected. */
    async beginTest(): Promise<void> {
        await this.allDisconnected()
        this.testStart = this.printed.length
    }

    /** Waits until the host has printed a line like this in the current test. */
    async waitFor(line: RegExp): Promise<string> {
        for (;;) {
            const found = this.printed.slice(this.testStart).find(t => line.test(t))
            if (found) return found
            await new Promise<void>(resolve => (this.notify = resolve))
        }
    }

    /** Waits until the host has seen all peers disconnect. */
    async allDisconnected(): Promise<void> {
        const count = (line: RegExp): number => this.printed.filter(t => line.test(t)).length
        while (count(/ connected$/) > count(/ left$/))
            await new Promise<void>(resolve => (this.notify = resolve))
    }

    /** @param port of another host; default: this one */
    connect(options: TestPeerOptions, port = this.serving.port): TestCart {
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

    async close(): Promise<void> {
        await this.serving.close()
        rmSync(this.folder, { recursive: true })
    }
}
