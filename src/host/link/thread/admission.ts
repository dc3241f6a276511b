// Who may wait for a session: so few of one address, and so many in all, that no number of idle clients keeps a cart out.

/** Connections of one address that have sent no hello yet. */
export const UNGREETED_MAX = 4
/** Connections in all whose session has not opened yet. */
export const WAITING_MAX = 64

/** Connections that one address may make in a second; a cart tries once. Each costs time that the pings of others need. */
export const RATE_MAX = 100

/** Counts the connections of each address in the present second. */
export class ConnectionRate {
    private counts = new Map<string, number>()
    private sinceMs = -Infinity

    /** Counts one more. @returns whether it is one too many */
    exceeds(address: string, nowMs: number): boolean {
        if (nowMs - this.sinceMs >= 1000) {
            this.sinceMs = nowMs
            this.counts.clear()
        }
        const count = (this.counts.get(address) ?? 0) + 1
        this.counts.set(address, count)
        return count > RATE_MAX
    }
}

/** A connection whose session has not opened. */
export interface Waiter {
    readonly address: string
    /** Its hello was received. */
    readonly isGreeted: boolean
    /** It was refused, and only its last message is still being sent. */
    readonly isRefused: boolean
}

/**
 * The connections that make room for a new one. A cart greets at once, so whoever has waited longest is the least likely to be
 * one; and of several addresses the one with the most connections gives way, so that a client at one address drives nobody out at
 * another.
 * @param waiting all connections that wait, the oldest first
 */
export function crowdedOut<W extends Waiter>(waiting: readonly W[], address: string): W[] {
    const ungreeted = waiting.filter(w => !w.isGreeted && w.address === address)
    const out = ungreeted.slice(0, Math.max(0, ungreeted.length - UNGREETED_MAX + 1))
    let left = waiting.filter(w => !out.includes(w))
    while (left.length >= WAITING_MAX) {
        const next = firstOut(left)
        out.push(next)
        left = left.filter(w => w !== next)
    }
    return out
}

function firstOut<W extends Waiter>(waiting: readonly W[]): W {
    const counts = new Map<string, number>()
    for (const { address } of waiting) counts.set(address, (counts.get(address) ?? 0) + 1)
    const most = Math.max(...counts.values())
    const crowd = waiting.filter(w => counts.get(w.address) === most)
    return waiting.find(w => w.isRefused) ?? crowd.find(w => !w.isGreeted) ?? crowd[0]!
}
