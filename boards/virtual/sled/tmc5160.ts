// The TMC5160 as an SPI device: 40-bit datagrams, pipelined answers, pins, power. Responsible for the bus and the
// pins; what the registers mean is in register-access.ts, what they move in chip-core.ts.
// Source: TMC5160 data sheet, chapter 4 (SPI), written from the sheet and not from any driver.
import { ChipCore, type ChipCoreOptions } from "./chip-core"
import type { Misuse } from "./misuse"
import { readRegister, writeRegister } from "./register-access"
import { interrupt, spiStatus } from "./status"
import type { SpiDevice } from "./types"

const DATAGRAM_BYTES = 5

/**
 * "ones" and "zeros": the cable is off, nothing arrives and MISO floats to that level. "repeats": a buffer in the line
 * hangs, nothing arrives and MISO brings the last answer again and again. A number: the same with this byte for ever.
 */
export type BusState = "connected" | "ones" | "zeros" | "repeats" | number

export interface Tmc5160Options extends ChipCoreOptions {
    /** Called before each access, to bring the physics (and so this chip) to the time of the access. */
    advance: (timeUs: number) => void
}

export class Tmc5160 implements SpiDevice {
    readonly core: ChipCore
    busState: BusState = "connected"
    private readonly advance: Tmc5160Options["advance"]
    private readonly onEdge: Tmc5160Options["onEdge"]
    /** Answer of the next transfer: status and data, both latched at the end of the previous one (4.1.2). */
    private answer = new Uint8Array(DATAGRAM_BYTES)
    /** What the last transfer brought. */
    private answered = new Uint8Array(DATAGRAM_BYTES)

    constructor(o: Tmc5160Options) {
        this.advance = o.advance
        this.onEdge = o.onEdge
        this.core = new ChipCore(o)
        this.latchAnswer(0)
        if (o.drvEnn) this.onEdge("drv-enn", true, o.timeUs)
    }

    /**
     * One chip-select period. Shape: any number of bytes in, as many out. Of a longer transfer the last 40 bits are the
     * command and the earlier ones leave after a delay of 40 bits; a shorter one is ignored and noted as misuse.
     * Commands act at `timeUs`; the length of the transfer on the wire is not modelled.
     */
    transfer(mosi: Uint8Array, timeUs: number): Uint8Array {
        this.advance(timeUs)
        if (this.busState !== "connected") return this.dead(mosi.length)
        const miso = new Uint8Array(mosi.length)
        for (let i = 0; i < mosi.length; i++)
            miso[i] = i < DATAGRAM_BYTES ? this.answer[i]! : mosi[i - DATAGRAM_BYTES]!
        this.answered = miso.slice(0, DATAGRAM_BYTES)
        if (mosi.length < DATAGRAM_BYTES) {
            this.core.misuse.note(
                this.core.timeUs,
                `datagram of ${mosi.length} bytes, 5 are needed`
            )
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
            // the answer to a write mirrors the written data as it was sent (4.1.1)
            this.latchAnswer(word.getUint32(1))
        } else this.latchAnswer(readRegister(this.core, address))
        return miso
    }

    /** What MISO brings while nothing arrives. */
    private dead(length: number): Uint8Array {
        const { busState, answered } = this
        const miso = new Uint8Array(length)
        if (busState === "repeats") return miso.map((_, i) => answered[i % answered.length] ?? 0)
        if (busState === "ones") return miso.fill(255)
        return typeof busState === "number" ? miso.fill(busState) : miso
    }

    private latchAnswer(data: number): void {
        this.answer[0] = spiStatus(this.core)
        new DataView(this.answer.buffer).setUint32(1, data)
    }

    /** Pin DRV_ENN: `disabled` true (high) switches the stage off; the ramp generator runs on. */
    setEnable(disabled: boolean, timeUs: number): void {
        this.advance(timeUs)
        if (this.core.stage.drvEnn === disabled) return
        this.core.stage.drvEnn = disabled
        this.onEdge("drv-enn", disabled, this.core.timeUs)
        this.driverChanged()
    }

    /** Pins or fault inputs of the driver changed. */
    driverChanged(): void {
        this.core.stage.update()
        this.core.noticeEdges()
    }

    /** The supply fails and returns: registers at their reset values, reset flag set, driver off (TOFF = 0). */
    powerCycle(timeUs: number): void {
        this.advance(timeUs)
        this.core.reset(this.core.switches.pinLeft, this.core.switches.pinRight)
        this.latchAnswer(0)
    }

    /** What the data sheet forbids and was done all the same, in order. */
    get misuse(): readonly Misuse[] {
        return this.core.misuse.entries
    }

    /** Level of the interrupt output (DIAG0), true = active. */
    get interrupt(): boolean {
        return interrupt(this.core)
    }
}
