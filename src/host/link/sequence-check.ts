// Responsible for: which bursts belong to the session and come in their turn.
// Not for: whether a burst is whole (burst-stream.ts).
// Specification: src/wire/README.md, "Sessions and sequence".

import { TYPE_HELLO } from "../../wire/burst"

/** What is wrong with the order of bursts, counted. */
export interface SequenceFaults {
    /** Bursts that sequence numbers say were sent and that never came, or came unreadable. */
    burstsMissing: number
    /** Bursts that came again, or late. */
    burstsDoubled: number
    /** Bursts of another session: left over from an earlier one, or without its hello. */
    burstsForeign: number
}

/** The part of a header that tells a burst's place. */
export interface BurstPlace {
    readonly type: number
    readonly session: number
    readonly sequence: number
}

/**
 * Judges the bursts of one board in the order in which they came, through all
 * its sessions.
 */
export class SequenceCheck {
    /** The session that goes on; 0 before the first. */
    private session = 0
    private expected: number | undefined
    /** Hellos since the last burst of a session. */
    private greetings = 0
    private expectedAfterHello = 0

    constructor(private readonly faults: SequenceFaults) {}

    /** Whether this burst may be used; if not, why has been counted. */
    take(place: BurstPlace): boolean {
        if (place.type === TYPE_HELLO) {
            this.greetings++
            this.expectedAfterHello = (place.sequence + 1) >>> 0
            return true
        }
        if (!this.belongs(place.session)) {
            this.faults.burstsForeign++
            return false
        }
        const ahead =
            this.expected === undefined
                ? 0
                : (place.sequence - this.expected) | 0
        if (ahead < 0) {
            this.faults.burstsDoubled++
            return false
        }
        this.faults.burstsMissing += ahead
        this.expected = (place.sequence + 1) >>> 0
        return true
    }

    private belongs(session: number): boolean {
        if (session === this.session && session !== 0) {
            // The session goes on: a hello in the middle of it was an old one.
            this.faults.burstsDoubled += this.greetings
            this.greetings = 0
            return true
        }
        const first = this.expected === undefined
        if (this.greetings === 0) {
            // Listening began in mid-session, or before the host gave a number.
            if (!first && this.session !== 0) return false
            if (!first && session !== 0) return false
        } else {
            // A host's numbers only grow; 0 is a reject before any was given.
            if (session !== 0 && session < this.session) return false
            this.greetings = 0
            this.expected = this.expectedAfterHello
        }
        this.session = session
        return true
    }
}
