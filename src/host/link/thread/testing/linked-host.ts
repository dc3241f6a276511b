// A host with an open link whose refusals and carts a test waits for, and callers that connect to it.

import { mkdtempSync, rmSync } from "node:fs"
import { connect, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { KeyStore } from "../../key-store"
import { TestPeer, type TestPeerOptions } from "../../testing/test-peer"
import { type Link, openLink } from "../open-link"
import type { LinkedCart, LinkSettings, RefusedPeer } from "../thread-messages"

export const KEY = new Uint8Array(32).fill(3)
/** Boards for which the host has {@link KEY}, in the order of the `idLow` of their peers, from 1 on. */
export const BOARDS = ["0000000200000001", "0000000200000002", "0000000200000003"] as const

/** A client of the host; it connects at once. */
export interface Caller {
    readonly peer: TestPeer
    readonly socket: Socket
    readonly closed: Promise<void>
}

export class LinkedHost {
    readonly carts: LinkedCart[] = []
    readonly refused: RefusedPeer[] = []
    readonly reports: string[] = []
    link!: Link
    private readonly folder = mkdtempSync(join(tmpdir(), "ivus-link-"))
    private changed = (): void => undefined

    static async open(settings: Partial<LinkSettings> = {}): Promise<LinkedHost> {
        const host = new LinkedHost()
        const keys = new KeyStore(host.folder)
        for (const board of BOARDS) keys.save(board, KEY)
        host.link = await openLink({
            ...{ port: 0, insecure: false, keys: host.folder, ...settings },
            onCart: cart => host.take(host.carts, cart),
            onRefused: peer => host.take(host.refused, peer),
            report: line => host.take(host.reports, line),
        })
        return host
    }

    /** Removes and returns the next cart. */
    cart(): Promise<LinkedCart> {
        return this.next(this.carts)
    }

    /** Removes and returns the next refusal. */
    refusal(): Promise<RefusedPeer> {
        return this.next(this.refused)
    }

    call(options: TestPeerOptions = { key: KEY }): Caller {
        const socket = connect(this.link.port, "127.0.0.1")
        const peer = new TestPeer(bytes => void socket.write(bytes), options)
        socket.on("data", bytes => peer.receive(bytes))
        socket.on("error", () => undefined)
        const closed = new Promise<void>(resolve => socket.on("close", () => resolve()))
        return { peer, socket, closed }
    }

    async close(): Promise<void> {
        await this.link.close()
        rmSync(this.folder, { recursive: true })
    }

    private take<T>(list: T[], item: T): void {
        list.push(item)
        this.changed()
    }

    private async next<T>(list: T[]): Promise<T> {
        while (list.length === 0) await new Promise<void>(resolve => (this.changed = resolve))
        return list.shift()!
    }
}
