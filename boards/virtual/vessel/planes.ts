// The planes of one vessel by number: computed when first needed, a few kept, and optionally computed ahead by a second
// thread. A plane depends only on its number, not on the thread.

import { Worker } from "node:worker_threads"
import { crossSectionOf, PlaneMaker, type PlaneOptions } from "./plane"
import { SLOTS, PlaneOrders } from "./plane-orders"
import type { PlaneOrder, PlaneThreadData } from "./plane-thread"
import type { Field } from "./speckle"
import type { Tissue, Vessel } from "./vessel-model"

/** Planes ordered ahead: the distance of 0.8 s at 0.5 mm/s. */
const AHEAD = 4

/** Starting a thread costs as much as 30 planes, so short vessels do without. */
const LAST_WITHOUT_THREAD = 60
/** Planes computed before the thread starts: a source that is not used for a pullback starts none. */
const PLANES_BEFORE_THREAD = 4

interface Slot {
    readonly index: number
    readonly field: Field
    number: number
    ticket: number
    /** Known to be complete in this thread. */
    made: boolean
}

export class Planes {
    /** Number of planes computed by the second thread. */
    madeByThread = 0
    private readonly maker: PlaneMaker
    private readonly tissue: Tissue
    private readonly orders: PlaneOrders
    private readonly slots: Slot[]
    private thread: Worker | undefined
    private tickets = 0
    private madeHere = 0
    /** Planes computed here before the second thread starts. */
    private planesBeforeThread: number
    private newest = 0
    private direction = 1

    /**
     * @param last number of the vessel's last plane
     * @param ahead whether a second thread may help on long pullbacks; {@link close} ends it
     */
    constructor(
        private readonly vessel: Vessel,
        private readonly options: PlaneOptions,
        private readonly last: number,
        private ahead: boolean,
        private readonly threadFile = "./plane-thread.mjs"
    ) {
        this.planesBeforeThread = last > LAST_WITHOUT_THREAD ? PLANES_BEFORE_THREAD : Infinity
        const { layers, plaques, features } = vessel
        this.tissue = { layers, plaques, ...(features && { features }) }
        this.maker = new PlaneMaker(this.tissue, options)
        this.orders = PlaneOrders.of(options.linesPerFrame * options.samplesPerLine)
        this.slots = Array.from({ length: SLOTS }, (_, index) => ({
            index,
            field: this.orders.field(index),
            number: NaN,
            ticket: 0,
            made: false,
        }))
    }

    /** The result is valid until other planes are requested. */
    get(number: number): Field {
        let slot = this.slotOf(number)
        if (slot?.made) return slot.field
        slot ??= this.order(number, number)!
        if (!this.complete(slot)) {
            // The other thread failed: continue without it, in slots it does not write to.
            this.close()
            slot = this.order(number, number)!
            this.complete(slot)
        }
        if (this.ahead) this.orderAhead(number)
        return slot.field
    }

    /** For real-time use: starts the second thread, if allowed, at once. */
    prepareRealTime(): void {
        this.planesBeforeThread = 0
        if (this.ahead) this.orderAhead(0)
    }

    /** Number of planes that the second thread has computed and that were not yet fetched. */
    get readyAhead(): number {
        return this.slots.filter(p => !p.made && this.orders.isMade(p.index)).length
    }

    /** Whether there is a second thread. */
    get hasThread(): boolean {
        return this.thread !== undefined
    }

    /** Ends the second thread; planes are then computed in this one. */
    close(): void {
        this.ahead = false
        void this.thread?.terminate()
        this.thread = undefined
        for (const slot of this.slots) if (!slot.made) slot.number = NaN
    }

    private slotOf(number: number): Slot | undefined {
        for (const slot of this.slots) if (slot.number === number) return slot
        return undefined
    }

    /** Assigns a plane to a free slot, or to the one whose plane is furthest from `near`. */
    private order(number: number, near: number): Slot | undefined {
        const away = ({ number: n }: Slot): number =>
            Number.isNaN(n) ? Infinity : Math.abs(n - near)
        const ticket = (this.tickets = (this.tickets + 1) & 0xfffffff)
        for (const slot of [...this.slots].sort((a, b) => away(b) - away(a)))
            if (this.orders.order(slot.index, ticket)) {
                slot.number = number
                slot.ticket = ticket
                slot.made = false
                return slot
            }
        return undefined
    }

    /** Computes a plane or waits for it. @returns false when the other thread failed */
    private complete(slot: Slot): boolean {
        const { orders, vessel } = this
        const { index, ticket, number, field } = slot
        if (orders.begin(index, ticket)) {
            this.maker.make(number, crossSectionOf(vessel, number), field)
            this.madeHere++
            orders.finish(index, ticket, true)
        } else if (orders.wait(index, ticket)) this.madeByThread++
        else return false
        return (slot.made = true)
    }

    private orderAhead(number: number): void {
        if (number !== this.newest) this.direction = Math.sign(number - this.newest)
        this.newest = number
        this.thread ??= this.start()
        if (!this.thread) return
        for (let n = 1; n <= AHEAD; n++) {
            const next = number + n * this.direction
            if (next < 0 || next > this.last) return
            if (this.slotOf(next)) continue
            const slot = this.order(next, number)
            if (!slot) return
            const section = crossSectionOf(this.vessel, next)
            const { index, ticket } = slot
            this.thread.postMessage({
                ...{ slot: index, ticket, number: next, section },
            } satisfies PlaneOrder)
        }
    }

    private start(): Worker | undefined {
        if (this.madeHere < this.planesBeforeThread) return undefined
        const { memory, states, samples } = this.orders
        try {
            const thread = new Worker(new URL(this.threadFile, import.meta.url), {
                // Options of the process (loaders, test recorders) do not apply to the thread.
                execArgv: [],
                workerData: {
                    ...{ tissue: this.tissue, memory, states, samples },
                    options: plain(this.options),
                } satisfies PlaneThreadData,
            })
            // Without the thread everything works, only slower.
            thread.on("error", () => this.close())
            thread.unref()
            return thread
        } catch {
            this.ahead = false
            return undefined
        }
    }
}

/** Copies the plane options only: other properties of the object may not be transferable. */
function plain(options: PlaneOptions): PlaneOptions {
    const { linesPerFrame, samplesPerLine, sampleSpacingMm } = options
    const { catheterRadiusMm, centreFrequencyMhz, seed } = options
    return {
        ...{ linesPerFrame, samplesPerLine, sampleSpacingMm },
        ...{ catheterRadiusMm, centreFrequencyMhz, seed },
    }
}
