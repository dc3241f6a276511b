// A virtual cart whose event log is read over the link, and the contents of its FRAM.

import * as assert from "uvu/assert"
import { type Fram } from "../../../boards/virtual/fram/fram"
import * as machine from "../../../src/shared/cart-machine"
import * as codes from "../../../src/shared/codes"
import { ENTRY_FIELDS, RING_ENTRIES, ringBlock, sealEntry } from "../../../src/shared/event-ring"
import {
    type LogEntry,
    LOG_ENTRY,
    payloadIsValid,
    readPayload,
    writePayload,
} from "../../../src/shared/protocol/messages"
import { BenchCart, EVEN_SLED, type PlainOptions } from "./bench-cart"

const BLOCK = 32
export const blockAt = (number: number): number => ringBlock(number) * BLOCK

/** The entries in a FRAM's contents, by the layout of src/firmware/cart/README.md. */
export function stored({ memory }: Pick<Fram, "memory">): LogEntry[] {
    return Array.from({ length: RING_ENTRIES }, (_, i) => blockAt(i))
        .filter(at => payloadIsValid(memory, at, ENTRY_FIELDS + 4, LOG_ENTRY))
        .map(at => readPayload(memory, at, LOG_ENTRY))
        .sort((a, b) => a.number - b.number)
}

/** A memory with entries of earlier starts. */
export function filled(count: number): Uint8Array {
    const memory = new Uint8Array(8192)
    for (let number = 1; number <= count; number++) {
        const at = blockAt(number)
        const entry = {
            boots: 1,
            time_ms: number,
            state: 2,
            code: codes.EVENT_SPEED,
            value: -number,
        }
        writePayload(memory, at, LOG_ENTRY, { ...entry, number: 0 })
        sealEntry(memory, at, number)
    }
    return memory
}

export class LogBench {
    readonly received: LogEntry[] = []
    bench!: BenchCart

    static async boot(
        options: PlainOptions & {
            fram?: Uint8Array
            faults?: { name: string; atS: number }[]
        } = EVEN_SLED
    ): Promise<LogBench> {
        const made = new LogBench()
        made.bench = await BenchCart.boot(undefined, {
            ...options,
            alsoListen: { onLogEntry: entry => void made.received.push(entry) },
        })
        await made.bench.reach(machine.STATE_UNHOMED)
        await made.bench.wait(300)
        return made
    }

    get fram(): Fram {
        return this.bench.cart.board.fram
    }

    /** Reads the log over the link. The answer is complete with the entry of number 0. */
    async read(from: number): Promise<LogEntry[]> {
        this.received.length = 0
        const refusal = await this.bench.command(machine.COMMAND_LOG, from)
        assert.is(refusal, undefined)
        await this.bench.wait(700)
        const end = this.received.pop()!
        assert.is(end.number, 0)
        return [...this.received]
    }

    /** A request that is refused, and so adds an entry if it is the first of its kind. */
    async refuse(): Promise<void> {
        await this.bench.command(machine.COMMAND_ENGAGE)
        await this.bench.command(machine.COMMAND_CONTROL)
    }

    stop(): void {
        this.bench.cart.board.stopVm()
    }
}
