// The TMC5160 as an SPI device: 40-bit datagrams, pipelined replies, pins, power. Registers are in register-access.ts, the
// functions behind them in chip-core.ts.
// Source: TMC5160 data sheet, chapter 4 (SPI); independent of any driver.
import { ChipCore, type ChipCoreOptions } from "./chip-core"
import type { Misuse } from "./misuse"
import { readRegister, writeRegister } from "./register-access"
import { interrupt, spiStatus } from "./status"
import type { SpiDevice } from "./types"

const DATAGRAM_BYTES = 5

/**
 * "ones", "zeros": cable disconnected; nothing reaches the chip and MISO floats to that level. "repeats": a buffer in the line
 * is stuck; nothing reaches the chip and MISO repeats the last reply. A number: the same, with this byte repeated.
 */
export type BusState = "connected" | "ones" | "zeros" | "repeats" | number

export interface Tmc5160Options extends ChipCoreOptions {
    /** Called before each access; advances the physics, and so this chip, to its time. */
    advance: (timeUs: number) => void
}

export class Tmc5160 implements SpiDevice {
    readonly core: ChipCore
    busState: BusState = "connected"
    private readonly advance: Tmc5160Options["advance"]
    private readonly onEdge: Tmc5160Options["onEdge"]
    /** Reply to the next transfer: status and data, both latched at the end of the previous one (4.1.2). */
    private nextReply = new Uint8Array(DATAGRAM_BYTES)
    /** Reply to the last transfer. */
    private lastReply = new Uint8Array(DATAGRAM_BYTES)

    constructor(o: Tmc5160Options) {
        this.advance = o.advance
        this.onEdge = o.onEdge
        this.core = new ChipCore(o)
        this.latchReply(0)
        if (o.drvEnn) this.onEdge("drv-enn", true, o.timeUs)
    }

    /**
     * One chip-select period; returns as many bytes as it takes. In a longer transfer the last 40 bits are the
     * command, and earlier bits leave after a delay of 40 bits; a shorter one is ignored and logged as misuse.
     * Commands act at `timeUs`; the duration of the transfer is not modelled.
     */
    transfer(mosi: Uint8Array, timeUs: number): Uint8Array {
        this.advance(timeUs)
        if (this.busState !== "connected") return this.faultyMiso(mosi.length)
        const miso = new Uint8Array(mosi.length)
        for (let i = 0; i < mosi.length; i++)
            miso[i] = i < DATAGRAM_BYTES ? this.nextReply[i]! : mosi[i - DATAGRAM_BYTES]!
        this.lastReply = miso.slice(0, DATAGRAM_BYTES)
        if (mosi.length < DATAGRAM_BYTES) {
            this.core.misuse.note(this.core.timeUs, `datagram of ${mosi.length} bytes instead of 5`)
            return miso
        }
        const word = new DataView(
            mosi.buffer,
            mosi.byteOffset + mosi.length - DATAGRAM_BYTES,
            DATAGRAM_BYTES
        )
        const address = word.getUint8(0) & 0x7f
        if (word.getUint8(0) & 0x80) {
            writeRegister(this.core, address, word.getUint32(1))
            // the reply to a write mirrors the data as sent (4.1.1)
            this.latchReply(word.getUint32(1))
        } else this.latchReply(readRegister(this.core, address))
        return miso
    }

    /** Level of MISO while the bus is faulty. */
    private faultyMiso(length: number): Uint8Array {
        const { busState, lastReply } = this
        const miso = new Uint8Array(length)
        if (busState === "repeats") return miso.map((_, i) => lastReply[i % lastReply.length] ?? 0)
        if (busState === "ones") return miso.fill(255)
        return typeof busState === "number" ? miso.fill(busState) : miso
    }

    private latchReply(data: number): void {
        this.nextReply[0] = spiStatus(this.core)
        new DataView(this.nextReply.buffer).setUint32(1, data)
    }

    /** Pin DRV_ENN: `disabled` true (high) switches the stage off; the ramp generator continues. */
    setEnable(disabled: boolean, timeUs: number): void {
        this.advance(timeUs)
        if (this.core.stage.drvEnn === disabled) return
        this.core.stage.drvEnn = disabled
        this.onEdge("drv-enn", disabled, this.core.timeUs)
        this.driverChanged()
    }

    /** Call after pins or fault inputs of the driver changed. */
    driverChanged(): void {
        this.core.stage.update()
        this.core.reportEdges()
    }

    /** Supply interruption: registers at their reset values, reset flag set, driver off (TOFF = 0). */
    powerCycle(timeUs: number): void {
        this.advance(timeUs)
        this.core.reset(this.core.switches.pinLeft, this.core.switches.pinRight)
        this.latchReply(0)
    }

    /** Accesses that the data sheet forbids, in order. */
    get misuse(): readonly Misuse[] {
        return this.core.misuse.entries
    }

    /** Level of the interrupt output (DIAG0), true = active. */
    get interrupt(): boolean {
        return interrupt(this.core)
    }
}
