// Checks that bursts belong to the current session and arrive in sequence. Specification:
// src/shared/protocol/README.md, "Sessions" and "Sequence".

import { TYPE_HELLO } from "../../shared/protocol/burst"

/** Counts of bursts that were out of sequence. */
export interface SequenceFaults {
    /** Bursts that were sent, by their sequence numbers, and were not received or were unreadable. */
    burstsMissing: number
    /** Bursts received twice or late. */
    burstsDoubled: number
    /** Bursts of another session: left over from an earlier one, or without a hello before them. */
    burstsForeign: number
}

/** The header fields that place a burst in its session. */
interface BurstPlace {
    readonly type: number
    readonly session: number
    readonly sequence: number
}

/** Checks the bursts of one board in order of arrival, over all its sessions. */
export class SequenceCheck {
    /** Current session; 0 before the first. */
    private session = 0
    private expected = 0
    /** Hellos since the last burst of a session, and the sequence number expected after the last of them. */
    private hellos = 0
    private expectedAfterHello = 0

    constructor(private readonly faults: SequenceFaults) {}

    /** Whether this burst may be used; if not, the reason has been counted. */
    accept(place: BurstPlace): boolean {
        const { type, session, sequence } = place
        // Until the host has assigned a session number there are only hellos and rejects.
        if (session === 0) {
            if (type === TYPE_HELLO) {
                this.hellos++
                this.expectedAfterHello = (sequence + 1) >>> 0
            }
            return true
        }
        if (session === this.session) {
            // The session continues, so a hello in between was an old one.
            this.faults.burstsDoubled += this.hellos
        } else if (this.startsSession(session)) {
            this.session = session
            // A receiver that starts in mid-session has missed nothing.
            this.expected = this.hellos > 0 ? this.expectedAfterHello : sequence
        } else {
            this.faults.burstsForeign++
            return false
        }
        this.hellos = 0
        // Modulo 2^32: sequence numbers wrap.
        const ahead = (sequence - this.expected) | 0
        if (ahead < 0) {
            this.faults.burstsDoubled++
            return false
        }
        this.faults.burstsMissing += ahead
        this.expected = (sequence + 1) >>> 0
        return true
    }

    /** A new session has a hello and a higher number than all earlier ones. */
    private startsSession(session: number): boolean {
        if (this.session === 0) return true
        return this.hellos > 0 && session > this.session
    }
}
