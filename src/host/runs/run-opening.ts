// The messages before a pullback that belong to its capture: without its A-lines, whose number then stands in an event.

import * as burst from "../../shared/protocol/burst"
import { getNumber } from "../../shared/protocol/bytes"
import { EVENT_LEFT_OUT } from "../../shared/codes"
import { eventBurst, movedBurst } from "../link/moved-burst"

/** So many bytes of messages are kept; the oldest go first. */
const BYTES_MAX = 1 << 18

/** A live picture may last for hours: its A-lines, and messages that are repeated, are left out. */
const LEFT_OUT: ReadonlySet<number> = new Set([
    burst.TYPE_HELLO,
    burst.TYPE_PROOF,
    burst.TYPE_STATUS,
    burst.TYPE_PONG,
    burst.TYPE_LINES,
])

export class RunOpening {
    private readonly bursts: Uint8Array[] = []
    private length = 0
    /** The latest burst, which may be the one with which the pullback begins. */
    private latest: Uint8Array | undefined

    /** @param bytes one complete burst that was used */
    take(bytes: Uint8Array): void {
        this.keep()
        this.latest = bytes
    }

    clear(): void {
        this.bursts.length = this.length = 0
        this.latest = undefined
    }

    /** Forgets all but the latest burst, which describes another run. */
    begin(): void {
        this.bursts.length = this.length = 0
    }

    /**
     * Everything up to the latest burst, as if nothing had been between.
     * @param hello the latest hello, so that the capture has the versions of the cart
     * @param nextLine number of the next A-line
     */
    bytes(hello: Uint8Array | undefined, nextLine: number): Uint8Array {
        const { latest } = this
        if (!latest) return new Uint8Array(0)
        const all = [...(hello ? [hello] : []), ...this.bursts]
        if (nextLine > 0) {
            const event = { code: EVENT_LEFT_OUT, time_ms: 0, value: nextLine | 0 }
            all.push(eventBurst(latest, event))
        }
        const session = getNumber(latest, burst.SESSION_AT, "u32")
        const last = getNumber(latest, burst.SEQUENCE_AT, "u32")
        const moved = all.map((one, i) =>
            movedBurst(one, { session, sequence: last - all.length + i })
        )
        return Buffer.concat([...moved, latest])
    }

    private keep(): void {
        const { latest } = this
        if (!latest) return
        const type = latest[burst.TYPE_AT]!
        const isTest = (latest[burst.FLAGS_AT]! & burst.FLAG_TEST_LINES) !== 0
        if (LEFT_OUT.has(type) && !(type === burst.TYPE_LINES && isTest)) return
        this.bursts.push(Uint8Array.from(latest))
        this.length += latest.length
        while (this.length > BYTES_MAX) this.dropOldest()
    }

    /** The description of the run stays. */
    private dropOldest(): void {
        const { bursts } = this
        const at = bursts.findIndex(one => one[burst.TYPE_AT] !== burst.TYPE_DESCRIPTION)
        this.length -= bursts.splice(at, 1)[0]!.length
    }
}
