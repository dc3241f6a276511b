// The second thread of planes.ts: computes planes on request.

import { parentPort, workerData } from "node:worker_threads"
import { PlaneMaker, type PlaneOptions } from "./plane"
import { PlaneOrders } from "./plane-orders"
import type { CrossSection, Tissue } from "./vessel-model"

/** Data passed to the thread at its start. */
export interface PlaneThreadData {
    readonly tissue: Tissue
    readonly options: PlaneOptions
    readonly memory: SharedArrayBuffer
    readonly states: SharedArrayBuffer
    readonly samples: number
}

/** Request for one plane; ignored if it was already started or replaced. */
export interface PlaneOrder {
    readonly slot: number
    readonly ticket: number
    readonly number: number
    readonly section: CrossSection
}

const data = workerData as PlaneThreadData
const maker = new PlaneMaker(data.tissue, data.options)
const orders = new PlaneOrders(data.memory, data.states, data.samples)

parentPort!.on("message", ({ slot, ticket, number, section }: PlaneOrder) => {
    if (!orders.begin(slot, ticket)) return
    let made = false
    try {
        maker.make(number, section, orders.field(slot))
        made = true
    } finally {
        orders.finish(slot, ticket, made)
    }
})
