// The messages between the link's thread, the thread that has opened it, and the threads that use its carts.

import type { MessagePort } from "node:worker_threads"
import type { Closing } from "../closing"
import type { TlsIdentity } from "./tcp-server"

/** How the thread listens; plain data. */
export interface LinkSettings {
    /** 0 takes any free one. */
    readonly port: number
    readonly tls?: TlsIdentity | undefined
    /** Whether carts without a key are accepted: on a lab bench only. */
    readonly insecure: boolean
    /** Folder of the keys that this host shares with its carts. */
    readonly keys: string
    /** The only address that may connect; left out, every one. */
    readonly from?: string | undefined
    /** Carts in session at the same time; 1 by default. */
    readonly cartsMax?: number | undefined
}

/** A cart whose session has opened. */
export interface LinkedCart {
    readonly boardId: string
    readonly address: string
    readonly isInsecure: boolean
    /** For a CartConnection, in any thread. */
    readonly port: MessagePort
}

/** A connection that ended before its session opened; at most some in a second are told, the others are counted. */
export interface RefusedPeer {
    readonly address: string
    /** Left out where no hello was received. */
    readonly boardId?: string | undefined
    /** Why; left out where the peer just closed the connection, or was cut off to make room. */
    readonly closing?: Closing | undefined
    /** Cut off to make room for others. */
    readonly dropped: boolean
}

/** Counts since the link was opened, and times of its thread. */
export interface LinkStats {
    readonly connections: number
    /** Connections now whose session has not opened. */
    readonly waiting: number
    readonly carts: number
    readonly sessions: number
    readonly refused: number
    /** Connections cut off to make room for others, or not let in: from another address, or too often. */
    readonly dropped: number
    readonly bytes: number
    readonly pings: number
    /** Longest time between two pings since the last question, ms; 0 without a cart. */
    readonly pingGapMs: number
    /** Delay of the thread's event loop since the last question, ms. */
    readonly loopDelayMs: { readonly mean: number; readonly p99: number; readonly max: number }
}

export type FromLink =
    | { readonly kind: "listening"; readonly port: number }
    | { readonly kind: "failed"; readonly sentence: string }
    | ({ readonly kind: "cart" } & LinkedCart)
    | ({ readonly kind: "refused" } & RefusedPeer)
    | { readonly kind: "report"; readonly line: string }
    | ({ readonly kind: "stats" } & LinkStats)

export type ToLink = "stats" | "close"

/** First message on the port of a cart. */
export interface CartOpened {
    readonly kind: "opened"
    readonly isInsecure: boolean
    /** Serial number of the latest command. */
    readonly serial: number
}

/** Bytes of the cart in order, from its hello on. */
export interface CartBytes {
    readonly kind: "bytes"
    readonly bytes: Uint8Array
    /** For each burst that these bytes complete, whether it is authentic: 0 or 1. */
    readonly trusts: Uint8Array
    readonly isOpen: boolean
}

export interface CartEnded {
    readonly kind: "ended"
    readonly trusts: Uint8Array
    readonly closing: Closing | undefined
}

export type FromCart = CartOpened | CartBytes | CartEnded

export type ToCart =
    | { readonly kind: "request"; readonly type: number; readonly payload: Uint8Array }
    /** Bytes that the receiver has taken, and how many of them were line bursts it has processed. */
    | { readonly kind: "taken"; readonly bytes: number; readonly consumed: number }
    | { readonly kind: "reject"; readonly reason: number }
    /** Ends the connection once everything is sent, or at once. */
    | { readonly kind: "close"; readonly atOnce: boolean }
