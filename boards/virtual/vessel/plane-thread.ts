// Responsible for: the second thread of planes.ts: makes planes to order.
// Not for: choosing them.

import { parentPort, workerData } from "node:worker_threads"
import { PlaneMaker, type PlaneOptions, type Tissue } from "./plane"
import { PlaneOrders } from "./plane-orders"
import type { CrossSection } from "./vessel-model"

/** What the thread is given at its start. */
export interface PlaneThreadData {
    readonly tissue: Tissue
    readonly options: PlaneOptions
    readonly memory: SharedArrayBuffer
    readonly states: SharedArrayBuffer
    readonly samples: number
}

/** One plane to be made, unless it has been begun or ordered away. */
export interface PlaneOrder {
    readonly place: number
    readonly ticket: number
    readonly number: number
    readonly section: CrossSection
}

const data = workerData as PlaneThreadData
const maker = new PlaneMaker(data.tissue, data.options)
const orders = new PlaneOrders(data.memory, data.states, data.samples)

parentPort!.on("message", ({ place, ticket, number, section }: PlaneOrder) => {
    if (!orders.begin(place, ticket)) return
    let made = false
    try {
        maker.make(number, section, orders.field(place))
        made = true
    } finally {
        orders.finish(place, ticket, made)
    }
})
