// Model of the FRAM MB85RS64V, 8,192 bytes behind SPI.
// Source: Fujitsu MB85RS64V data sheet DS501-00015-4v0-E: op-codes, status register, device ID, SPI modes and frequency.

/** Bytes of the memory; the address counter wraps here. */
export const FRAM_SIZE = 8192
/** SPI modes and clock that the chip allows. */
export const FRAM_SPI_MODES: readonly number[] = [0, 3]
export const FRAM_MAX_HZ = 20e6

const OP = { wrsr: 0x01, write: 0x02, read: 0x03, wrdi: 0x04, rdsr: 0x05, wren: 0x06, rdid: 0x9f }
/** Manufacturer (Fujitsu), continuation code, product ID. */
const DEVICE_ID = [0x04, 0x7f, 0x03, 0x02]
/** Status register: write enable latch, and the bits that WRSR writes (WPEN, bits 6 to 4 without function, BP1, BP0). */
const WEL = 0x02
const STATUS_WRITABLE = 0xfc
/** First protected address for each value of BP1 and BP0. */
const PROTECTED_FROM = [FRAM_SIZE, 0x1800, 0x1000, 0]
/** A line that nobody drives; the resistor at MISO is not fitted, so this level is an assumption. */
const FLOATING = 0xff

/** A bit of the memory that cannot be changed. */
export interface StuckBit {
    readonly address: number
    /** The bit's value in its byte. */
    readonly mask: number
    readonly high: boolean
}

export class Fram {
    /** The cells. They survive a loss of power. */
    readonly memory = new Uint8Array(FRAM_SIZE)
    /** The chip does not answer and stores nothing. */
    dead = false
    stuck: StuckBit | undefined
    /** The non-volatile part of the status register. */
    private status = 0
    private writeEnabled = false
    /** Bytes on the bus until the supply fails. */
    private bytesLeft = Infinity

    /** @param contents the memory of a board that was switched off; default: erased to zeros */
    constructor(contents?: Uint8Array) {
        if (contents) this.memory.set(contents)
    }

    /** The supply fails after this many further bytes on the bus. The byte in transfer then is stored, the next one is not. */
    cutAfter(bytes: number): void {
        this.bytesLeft = bytes
    }

    /** The supply returns: the write enable latch is reset. */
    powerOn(): void {
        this.bytesLeft = Infinity
        this.writeEnabled = false
    }

    /** One chip-select period. */
    transfer(mosi: Uint8Array): Uint8Array {
        const miso = new Uint8Array(mosi.length).fill(FLOATING)
        if (this.dead) return miso
        let cut = false
        for (let i = 0; i < mosi.length && !cut; i++) {
            cut = this.bytesLeft < 1
            if (!cut) {
                this.bytesLeft--
                this.byte(mosi, miso, i)
            }
        }
        // Chip select rises: WREN, WRDI, WRSR and WRITE take effect or end.
        if (!cut) this.deselect(mosi)
        return miso
    }

    private byte(mosi: Uint8Array, miso: Uint8Array, i: number): void {
        const op = mosi[0]!
        if (i === 0) return
        if (op === OP.rdsr) miso[i] = this.status | (this.writeEnabled ? WEL : 0)
        else if (op === OP.rdid) miso[i] = DEVICE_ID[(i - 1) % DEVICE_ID.length]!
        else if (i >= 3 && (op === OP.read || op === OP.write)) {
            const address = (((mosi[1]! << 8) | mosi[2]!) + i - 3) % FRAM_SIZE
            if (op === OP.read) miso[i] = this.cell(address)
            else if (this.writeEnabled && address < this.protectedFrom)
                this.memory[address] = mosi[i]!
        }
    }

    private deselect(mosi: Uint8Array): void {
        const [op, value] = mosi
        if (op === OP.wren) this.writeEnabled = true
        else if (op === OP.wrdi) this.writeEnabled = false
        else if (op === OP.wrsr) {
            if (this.writeEnabled && value !== undefined) this.status = value & STATUS_WRITABLE
            this.writeEnabled = false
        } else if (op === OP.write) this.writeEnabled = false
    }

    private get protectedFrom(): number {
        return PROTECTED_FROM[(this.status >> 2) & 3]!
    }

    private cell(address: number): number {
        const { stuck } = this
        const value = this.memory[address]!
        if (stuck?.address !== address) return value
        return stuck.high ? value | stuck.mask : value & ~stuck.mask
    }
}
