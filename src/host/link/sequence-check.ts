// Responsible for: which bursts belong to the session and come in their turn.
// Not for: whether a burst is whole (burst-stream.ts).
// Specification: src/shared/protocol/README.md, "Sessions" and "Sequence".

import { TYPE_HELLO } from "../../shared/protocol/burst"

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
interface BurstPlace {
    readonly type: number
    readonly session: number
    readonly sequence: number
}

/** Judges the bursts of one board as they come, through all its sessions. */
export class SequenceCheck {
    /** The session that goes on; 0 before the first. */
    private session = 0
    private expected = 0
    /** Hellos since the last burst of a session, and what should follow the last of them. */
    private hellos = 0
    private expectedAfterHello = 0

    constructor(private readonly faults: SequenceFaults) {}

    /** Whether this burst may be used; if not, the reason has been counted. */
    take(place: BurstPlace): boolean {
        const { type, session, sequence } = place
        // Until the host has given a number there are only hellos and rejects.
        if (session === 0) {
            if (type === TYPE_HELLO) {
                this.hellos++
                this.expectedAfterHello = (sequence + 1) >>> 0
            }
            return true
        }
        if (session === this.session) {
            // The session goes on, so a hello in the middle of it was an old one.
            this.faults.burstsDoubled += this.hellos
        } else if (this.startsSession(session)) {
            this.session = session
            // Whoever begins to listen in mid-session has missed nothing.
            this.expected = this.hellos > 0 ? this.expectedAfterHello : sequence
        } else {
            this.faults.burstsForeign++
            return false
        }
        this.hellos = 0
        // Modulo 2^32: a sequence may pass its end.
        const ahead = (sequence - this.expected) | 0
        if (ahead < 0) {
            this.faults.burstsDoubled++
            return false
        }
        this.faults.burstsMissing += ahead
        this.expected = (sequence + 1) >>> 0
        return true
    }

    /** A new session has its hello and a higher number than any before it. */
    private startsSession(session: number): boolean {
        if (this.session === 0) return true
        return this.hellos > 0 && session > this.session
    }
}
