// The carts that `ivus serve` has seen: one thread for each, kept while the cart is away for a short time.

import type { MessagePort } from "node:worker_threads"
import type { CartFigures } from "./cart-messages"
import type { ServedThread, ThreadEvents } from "./served-thread"

/** Carts at a time; each has a thread. */
export const CARTS_MAX = 16
/** Carts that are remembered; on a lab bench without keys anybody may claim to be another one. */
const KNOWN_MAX = 64
/** A cart that is away for so long loses its thread; its counts stay. */
const AWAY_MS = 600_000

/** One cart as the status shows it. */
export interface CartStatus {
    readonly board: string
    /** Where it is connected from; null while it is not. */
    readonly address: string | null
    /** Since when it is connected, or away, ms since 1970 UTC. */
    readonly sinceMs: number
    readonly connections: number
    readonly thread: "running" | "silent" | "none"
    readonly threadFailures: number
    /** The latest report of its thread. */
    readonly figures: CartFigures | null
    /** Over all its threads. */
    readonly totals: CartTotals
}

/** What is used of the thread of a cart. */
export type CartThread = Pick<
    ServedThread,
    "figures" | "isSilent" | "give" | "check" | "close" | "end" | "drop"
>

interface Known {
    readonly board: string
    address: string | null
    sinceMs: number
    changedMs: number
    connections: number
    failures: number
    thread: CartThread | undefined
    /** Of threads that have ended. */
    before: CartTotals
}

export type CartTotals = Pick<CartFigures, "runsEnded" | "bytes" | "linesReceived" | "linesMissing">

const NOTHING: CartTotals = { runsEnded: {}, bytes: 0, linesReceived: 0, linesMissing: 0 }

export interface CartsOptions {
    readonly start: (boardId: string, events: ThreadEvents) => CartThread
    readonly dateMs: () => number
    readonly nowMs: () => number
}

export class ServedCarts {
    private readonly known = new Map<string, Known>()

    constructor(private readonly options: CartsOptions) {}

    /** A cart has connected. @returns whether there is a thread for it */
    connected(board: string, address: string, port: MessagePort): boolean {
        const cart = this.known.get(board) ?? this.added(board)
        if (!cart.thread && !this.hasRoom()) return false
        cart.thread ??= this.options.start(board, {
            onLeft: () => this.change(cart, null),
            onFailed: () => {
                this.threadEnded(cart, true)
                this.change(cart, null)
            },
        })
        this.change(cart, address)
        cart.connections++
        cart.thread.give(port)
        return true
    }

    /** To be called every second. */
    check(): void {
        const { nowMs } = this.options
        for (const cart of this.known.values()) {
            cart.thread?.check()
            const isIdle = !cart.thread?.figures?.resultsInProgress
            if (cart.address === null && isIdle && nowMs() - cart.changedMs > AWAY_MS)
                this.endThread(cart)
        }
    }

    get states(): readonly CartStatus[] {
        return [...this.known.values()].map(cart => {
            const { board, address, sinceMs, connections, thread, failures, before } = cart
            return {
                ...{ board, address, sinceMs, connections },
                thread: thread ? (thread.isSilent ? "silent" : "running") : "none",
                threadFailures: failures,
                figures: thread?.figures ?? null,
                totals: sumOf(before, thread?.figures),
            }
        })
    }

    async close(): Promise<void> {
        await Promise.all(this.threads.map(thread => thread.close()))
    }

    /** @param limitMs for all together */
    drop(limitMs: number): void {
        const endMs = this.options.nowMs() + limitMs
        for (const thread of this.threads) thread.drop(Math.max(1, endMs - this.options.nowMs()))
    }

    private get threads(): readonly CartThread[] {
        return [...this.known.values()].flatMap(({ thread }) => thread ?? [])
    }

    private added(board: string): Known {
        const cart: Known = {
            ...{ board, address: null, sinceMs: 0, changedMs: 0, connections: 0, failures: 0 },
            ...{ thread: undefined, before: NOTHING },
        }
        const forgotten = [...this.known.values()].find(({ thread }) => !thread)
        if (forgotten && this.known.size >= KNOWN_MAX) this.known.delete(forgotten.board)
        this.known.set(board, cart)
        return cart
    }

    /** The cart that has been away for longest gives its thread to another one. */
    private hasRoom(): boolean {
        if (this.threads.length < CARTS_MAX) return true
        const [longest] = [...this.known.values()]
            .filter(({ address, thread }) => {
                return address === null && thread && !thread.figures?.resultsInProgress
            })
            .sort((a, b) => a.changedMs - b.changedMs)
        if (!longest) return false
        this.endThread(longest)
        return true
    }

    private endThread(cart: Known): void {
        void cart.thread?.end()
        this.threadEnded(cart, false)
    }

    private threadEnded(cart: Known, isFailed: boolean): void {
        cart.before = sumOf(cart.before, cart.thread?.figures)
        cart.thread = undefined
        if (isFailed) cart.failures++
    }

    private change(cart: Known, address: string | null): void {
        cart.address = address
        cart.sinceMs = this.options.dateMs()
        cart.changedMs = this.options.nowMs()
    }
}

function sumOf(a: CartTotals, b: CartTotals | undefined): CartTotals {
    if (!b) return a
    const runsEnded: Record<string, number> = { ...a.runsEnded }
    for (const [verdict, n] of Object.entries(b.runsEnded))
        runsEnded[verdict] = (runsEnded[verdict] ?? 0) + n
    return {
        runsEnded,
        bytes: a.bytes + b.bytes,
        linesReceived: a.linesReceived + b.linesReceived,
        linesMissing: a.linesMissing + b.linesMissing,
    }
}
