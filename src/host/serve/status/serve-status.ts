// What `ivus serve` tells of itself: the data of the status page, of /healthz and of /metrics.

import type { CartStatus } from "../served-carts"

/** Counts of the link thread since its start. */
export interface LinkStatus {
    readonly connections: number
    /** By the code of the reject. */
    readonly rejected: Readonly<Record<string, number>>
    /** Longest delay of its event loop since the report before, ms. */
    readonly delayMs: number
    /** Since when it has not reported, ms. */
    readonly ageMs: number
}

export interface DiskStatus {
    readonly folder: string
    /** null if it cannot be read: the folder is gone. */
    readonly freeBytes: number | null
}

export interface ServeStatus {
    readonly notice: string
    readonly version: string
    readonly startedMs: number
    readonly nowMs: number
    readonly port: number
    readonly tls: boolean
    readonly insecure: boolean
    readonly bedside: boolean
    readonly carts: readonly CartStatus[]
    readonly link: LinkStatus
    readonly disk: DiskStatus
    /** Longest delay of the main thread's event loop since the report before, ms. */
    readonly delayMs: number
    /** What was told last, the newest first. */
    readonly notices: readonly string[]
}
