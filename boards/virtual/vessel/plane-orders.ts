// Responsible for: memory for planes that two threads share, and which of the two makes a plane.
// Not for: making planes (plane.ts) or choosing them (planes.ts).

import type { Field } from "./speckle"

/** Planes that have a place at once: two in use, those ahead, and some for a sled that turns back. */
export const PLACES = 10

/** Lowest bits of a place's word; the ticket of its order is above them. */
const ORDERED = 1
const UNDER_WAY = 2
const MADE = 3
/** Whoever had begun it could not make it. */
const FAILED = 0
const STATE_BITS = 2

/** A plane takes some 15 ms; a thread that is silent for so long has died. */
const LIMIT_MS = 20_000

function word(ticket: number, state: number): number {
    return (ticket << STATE_BITS) | state
}

/** One order at a time for each place; whoever is the first to {@link begin} it makes its plane. */
export class PlaneOrders {
    private readonly words: Int32Array

    /**
     * @param memory lines of all places, {@link PLACES} * 2 * 4 * samples bytes
     * @param states 4 * PLACES bytes, zeros at first
     * @param samples of one plane: lines by samples a line
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
            new SharedArrayBuffer(PLACES * 2 * 4 * samples),
            new SharedArrayBuffer(4 * PLACES),
            samples
        )
    }

    field(place: number): Field {
        const { memory, samples } = this
        const at = 2 * 4 * samples * place
        return {
            re: new Float32Array(memory, at, samples),
            im: new Float32Array(memory, at + 4 * samples, samples),
        }
    }

    /** A new order instead of the last one. @returns false, and nothing is changed, when that one is under way */
    order(place: number, ticket: number): boolean {
        const { words } = this
        const old = Atomics.load(words, place)
        if ((old & MADE) === UNDER_WAY) return false
        return Atomics.compareExchange(words, place, old, word(ticket, ORDERED)) === old
    }

    /** @returns false when the other thread was first, or the order is none any more */
    begin(place: number, ticket: number): boolean {
        const ordered = word(ticket, ORDERED)
        return (
            Atomics.compareExchange(this.words, place, ordered, word(ticket, UNDER_WAY)) === ordered
        )
    }

    finish(place: number, ticket: number, made: boolean): void {
        Atomics.store(this.words, place, word(ticket, made ? MADE : FAILED))
        Atomics.notify(this.words, place)
    }

    isMade(place: number): boolean {
        return (Atomics.load(this.words, place) & MADE) === MADE
    }

    /** Waits for the other thread. @returns false when it could not make the plane, or has died */
    wait(place: number, ticket: number): boolean {
        Atomics.wait(this.words, place, word(ticket, UNDER_WAY), LIMIT_MS)
        return this.isMade(place)
    }
}
