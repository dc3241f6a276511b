// A bench cart with a decoded SPI trace of the motor driver, and register dumps.

import { STATE_UNHOMED, COMMAND_DUMP } from "../../../src/shared/cart-machine"
import type { RegisterValue, Status } from "../../../src/shared/protocol/messages"
import { DUMP_MOTOR } from "../../../src/shared/protocol/register-dump"
import type { SpiTransfer } from "../../../boards/virtual/spi/spi-bridge"
import type { VirtualCartOptions } from "../../../src/host/targets/virtual/virtual-cart"
import { Dump } from "../../../src/host/registers/dump"
import { tmc5160Registers } from "../../../src/shared/devices/tmc5160"
import { SpiTraceDecoder, type RegisterAccess } from "../../../src/host/registers/spi-trace"
import { BenchCart, REQUEST } from "./bench-cart"

/** Address of a register by its name in the data sheet. */
export function addressOf(name: string): number {
    return tmc5160Registers().find(r => r.name === name)!.address
}

export class TracedCart {
    /** SPI transfers of the motor driver. */
    readonly transfers: SpiTransfer[] = []
    /** Decoded register accesses, in order. */
    readonly accesses: RegisterAccess[] = []
    readonly statuses: Status[] = []
    private dump: Dump | undefined
    bench!: BenchCart

    static async boot(options: Partial<VirtualCartOptions> = {}): Promise<TracedCart> {
        const traced = new TracedCart()
        const decoder = new SpiTraceDecoder(
            a => void (a.chip === DUMP_MOTOR && traced.accesses.push(a))
        )
        traced.bench = await BenchCart.boot(REQUEST, {
            ...options,
            onSpi: transfer => {
                if (transfer.device !== "tmc5160") return
                traced.transfers.push(transfer)
                decoder.add(transfer)
            },
            alsoListen: {
                onStatus: status => void traced.statuses.push(status),
                onRegister: (r: RegisterValue) => traced.dump?.add(r),
            },
        })
        await traced.bench.reach(STATE_UNHOMED)
        return traced
    }

    /** Values written to a register since access number `from`, in order. */
    writes(name: string, from = 0): number[] {
        const address = addressOf(name)
        return this.accesses
            .slice(from)
            .filter(a => a.kind === "write" && a.address === address)
            .map(a => a.value!)
    }

    /** Requests a register dump; a refused dump stays incomplete. */
    async registers(): Promise<Dump> {
        const { bench } = this
        const before = bench.refusals.length
        const dump = new Dump(bench.cart.session.command(COMMAND_DUMP))
        this.dump = dump
        await bench.cart.until(
            () => dump.complete || bench.refusals.length > before,
            bench.nowUs + 2e6
        )
        return dump
    }
}
