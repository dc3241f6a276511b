// The un0rick's SPI slave, bit by bit: control word, bursts, state after a cut transaction.
// Written from the facts in the gateware's src/rtl/spi2csr.v (kelu124/un0rick, folder usb/verilog).

import { UN_SAMPLE_HZ, UN_SPI_LIMIT_HZ } from "../../../src/shared/devices/un0rick"

/** Register access by the slave. Times in us. */
export interface RegisterBus {
    /** @returns 16 bits, or undefined for a non-existent register */
    read(address: number, timeUs: number): number | undefined
    write(address: number, value: number, timeUs: number): void
}

type State = "idle" | "control" | "turnaround" | "send" | "receive" | "finish"

const CONTROL_BITS = 24
const WORD_BITS = 16
const RAMDATA = 0xa0
/** Worst-case ticks from the falling edge after the control word until bit 15 is on MISO. */
const REGISTER_TICKS = 6
const RAM_TICKS = 10

export class SpiSlave {
    // After a reset the slave waits for a control word, selected or not.
    private state: State | "hung" = "control"
    private shift = 0
    private bits = CONTROL_BITS
    private writes = false
    private increments = false
    private wordsLeft = 0
    private address = 0
    private miso = 0
    private readonly halfPeriodTicks: number

    /**
     * @param sckHz clock of the bus
     * @throws RangeError above the clock that the slave can follow
     */
    constructor(
        private readonly bus: RegisterBus,
        private readonly sckHz: number
    ) {
        if (!(sckHz > 0 && sckHz <= UN_SPI_LIMIT_HZ))
            throw new RangeError(
                `the un0rick follows SCK up to ${UN_SPI_LIMIT_HZ} Hz, not ${sckHz} Hz`
            )
        this.halfPeriodTicks = UN_SAMPLE_HZ / sckHz / 2
    }

    /** Logic reset. */
    reset(): void {
        this.state = "control"
        this.bits = CONTROL_BITS
        this.shift = 0
        this.miso = 0
    }

    /** Chip select falls, all bits are transferred without a pause, chip select rises. */
    transfer(mosi: Uint8Array, timeUs: number): Uint8Array {
        const out = new Uint8Array(mosi.length)
        if (this.state === "idle") this.expectControl()
        for (let bit = 0; bit < 8 * mosi.length; bit++) {
            const mask = 0x80 >> (bit & 7)
            const now = timeUs + (bit * 1e6) / this.sckHz
            if (this.miso) out[bit >> 3]! |= mask
            this.rise(mosi[bit >> 3]! & mask ? 1 : 0, now)
            this.fall(now)
        }
        // The slave samples chip select only after its control word.
        if (["send", "receive", "finish"].includes(this.state)) {
            this.state = "idle"
            this.miso = 0
        }
        return out
    }

    private expectControl(): void {
        this.state = "control"
        this.bits = CONTROL_BITS
        this.shift = 0
    }

    private rise(bit: number, timeUs: number): void {
        if (this.state !== "control" && this.state !== "receive") return
        this.shift = (this.shift << 1) | bit
        if (--this.bits > 0) return
        if (this.state === "control") this.parseControl()
        else this.storeWord(timeUs)
    }

    private parseControl(): void {
        this.writes = (this.shift & 0x800000) !== 0
        this.increments = (this.shift & 0x400000) !== 0
        this.wordsLeft = ((this.shift >> 8) & 0x3fff) + 1
        this.address = this.shift & 0xff
        this.shift = 0
        this.bits = WORD_BITS
        this.state = this.writes ? "receive" : "turnaround"
    }

    private storeWord(timeUs: number): void {
        this.bus.write(this.address, this.shift & 0xffff, timeUs)
        this.shift = 0
        this.bits = WORD_BITS
        this.nextWord()
    }

    private fall(timeUs: number): void {
        if (this.state === "turnaround") {
            const late = this.address === RAMDATA ? RAM_TICKS : REGISTER_TICKS
            this.fetch(timeUs)
            // Too late for the next rising edge: the master samples the previous 0, and bit 14 follows.
            this.shiftOut()
            if (this.halfPeriodTicks < late) this.miso = 0
        } else if (this.state === "send") {
            this.shiftOut()
            if (this.bits > 0) return
            // The next word is fetched while the last bit is on MISO, needed or not.
            this.nextWord()
            if (this.state === "send") this.fetch(timeUs)
        }
    }

    private fetch(timeUs: number): void {
        const word = this.bus.read(this.address, timeUs)
        this.shift = word ?? 0
        this.bits = WORD_BITS
        this.state = word === undefined ? "hung" : "send"
    }

    private shiftOut(): void {
        if (this.state !== "send") return
        this.miso = (this.shift >> --this.bits) & 1
    }

    private nextWord(): void {
        if (--this.wordsLeft === 0) this.state = "finish"
        else if (this.increments) this.address = (this.address + 1) & 0xff
    }
}
