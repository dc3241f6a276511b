// The time of a run as its board counts it, from the date of the run on: the same run has the same times in its log.

import type { RunListener } from "../run/run-receiver"

/** Add its listener in front of those that ask for the time. */
export class BoardClock {
    readonly listener: Required<Pick<RunListener, "onStatus" | "onEvent">> = {
        onStatus: ({ time_ms }) => this.take(time_ms, true),
        onEvent: ({ time_ms }) => this.take(time_ms, false),
    }
    /** Since the first message, of the board's starts before. */
    private beforeMs = 0
    /** Of the present start. */
    private firstMs: number | undefined
    private latestMs = 0

    /** @param dateMs of the run, ms since 1970 UTC */
    constructor(private readonly dateMs: number) {}

    /** ms since 1970 UTC. */
    readonly nowMs = (): number =>
        this.dateMs + this.beforeMs + this.latestMs - (this.firstMs ?? this.latestMs)

    /** @param isOrdered times that go back mean that the board has started again; an event may be sent late */
    private take(timeMs: number, isOrdered: boolean): void {
        if (this.firstMs === undefined) this.firstMs = this.latestMs = timeMs
        else if (timeMs >= this.latestMs) this.latestMs = timeMs
        else if (isOrdered) {
            this.beforeMs += this.latestMs - this.firstMs
            this.firstMs = this.latestMs = timeMs
        }
    }
}
