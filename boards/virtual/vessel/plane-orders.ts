// Shared memory for planes between two threads, and the protocol that decides which thread computes a plane.

import type { Field } from "./speckle"

/** Number of plane slots: two in use, those ahead, and some for a sled that reverses. */
export const SLOTS = 10

/** State in the lowest bits of a slot's word; the ticket of its order is above them. */
const ORDERED = 1
const IN_PROGRESS = 2
const MADE = 3
/** The thread that had started it failed. */
const FAILED = 0
const STATE_BITS = 2

/** A plane takes about 15 ms; a thread that is silent for this long has died. */
const LIMIT_MS = 20_000

function word(ticket: number, state: number): number {
    return (ticket << STATE_BITS) | state
}

/** One order at a time per slot; the first thread to {@link begin} it computes its plane. */
export class PlaneOrders {
    private readonly words: Int32Array

    /**
     * @param memory lines of all slots, {@link SLOTS} * 2 * 4 * samples bytes
     * @param states 4 * SLOTS bytes, initially zero
     * @param samples of one plane: lines times samples per line
     */
    constructor(
        readonly memory: SharedArrayBuffer,
        readonly states: SharedArrayBuffer,
        readonly samples: number
    ) {
        this.words = new Int32Array(states)
    }

    static of(samples: number): PlaneOrders {
        return new PlaneOrders(
            new SharedArrayBuffer(SLOTS * 2 * 4 * samples),
            new SharedArrayBuffer(4 * SLOTS),
            samples
        )
    }

    field(slot: number): Field {
        const { memory, samples } = this
        const at = 2 * 4 * samples * slot
        return {
            re: new Float32Array(memory, at, samples),
            im: new Float32Array(memory, at + 4 * samples, samples),
        }
    }

    /** Replaces the last order of a slot. @returns false, without change, while that one is in progress */
    order(slot: number, ticket: number): boolean {
        const { words } = this
        const old = Atomics.load(words, slot)
        if ((old & MADE) === IN_PROGRESS) return false
        return Atomics.compareExchange(words, slot, old, word(ticket, ORDERED)) === old
    }

    /** @returns false when the other thread was first or the order has been replaced */
    begin(slot: number, ticket: number): boolean {
        const ordered = word(ticket, ORDERED)
        return (
            Atomics.compareExchange(this.words, slot, ordered, word(ticket, IN_PROGRESS)) ===
            ordered
        )
    }

    finish(slot: number, ticket: number, made: boolean): void {
        Atomics.store(this.words, slot, word(ticket, made ? MADE : FAILED))
        Atomics.notify(this.words, slot)
    }

    isMade(slot: number): boolean {
        return (Atomics.load(this.words, slot) & MADE) === MADE
    }

    /** Waits for the other thread. @returns false when it failed or died */
    wait(slot: number, ticket: number): boolean {
        Atomics.wait(this.words, slot, word(ticket, IN_PROGRESS), LIMIT_MS)
        return this.isMade(slot)
    }
}
