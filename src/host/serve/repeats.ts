// Holds back sentences that come again and again, such as those about a peer that is refused every second.

/** A sentence is told once in this time. */
const REPEAT_MS = 60_000
/** Different sentences that are remembered. */
const REMEMBERED_MAX = 64

export class Repeats {
    private readonly told = new Map<string, { readonly untilMs: number; count: number }>()

    constructor(private readonly nowMs: () => number) {}

    /**
     * @param about whom
     * @returns the sentence, with how often it was held back before; undefined if it is not to be told now
     */
    pass(about: string, text: string): string | undefined {
        const nowMs = this.nowMs()
        const key = `${about} ${text}`
        const before = this.told.get(key)
        if (before && nowMs < before.untilMs) {
            before.count++
            return undefined
        }
        this.told.delete(key)
        this.told.set(key, { untilMs: nowMs + REPEAT_MS, count: 0 })
        if (this.told.size > REMEMBERED_MAX) this.told.delete([...this.told.keys()][0]!)
        return before?.count ? `${text} (and ${before.count} times before)` : text
    }
}
