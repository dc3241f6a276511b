// Responsible for: one TMC5160: presence, settings that are verified, one poll of all that is supervised.
// Not for: moves (sled.ts) or their arithmetic (wire/ramp.ts).
// Source: TMC5160/TMC5160A data sheet rev. 1.17 (registers, SPI datagram, GSTAT, RAMP_STAT, DRV_STATUS).

import { FAULT_MOTOR_DRIVER_MISSING, FAULT_MOTOR_DRIVER_WRITE } from "../../shared/codes"
import { signedOf } from "../../shared/protocol/register-dump"
import { CartFault } from "../platform/cart-fault"
import { SpiChip } from "../platform/spi"
import * as reg from "./tmc5160-registers"
import { isVerifiable } from "./tmc5160-registers"

const DATAGRAM = 5
const WRITE = 0x80
/** Addresses have seven bits. */
const REGISTERS = 0x80
/** A write that reads back wrong is tried again, as the wire may have been disturbed once. */
const WRITE_TRIES = 3
/** What a poll asks for. A value comes with the next datagram, so the last one only fetches. */
const POLLED = [
    reg.XACTUAL,
    reg.X_ENC,
    reg.VACTUAL,
    reg.RAMP_STAT,
    reg.DRV_STATUS,
    reg.GSTAT,
    reg.ENC_STATUS,
    reg.IOIN,
    reg.IOIN,
]

export class Tmc5160 {
    /** SPI status byte of the last transfer. */
    status = 0
    /** What probe() read. */
    probed = 0
    // Filled by poll().
    xactual = 0
    x_enc = 0
    vactual = 0
    ramp_stat = 0
    drv_status = 0
    gstat = 0
    enc_status = 0
    // Last value written to each register: most ramp registers cannot be read. A map would keep a string for each address, and
    // make one at each write.
    private shadow = Buffer.alloc(4 * REGISTERS)
    private known = Buffer.alloc(REGISTERS)

    private tx = Buffer.alloc(DATAGRAM)
    private pair_tx = Buffer.alloc(2 * DATAGRAM)
    private pair_rx = Buffer.alloc(2 * DATAGRAM)
    private encoder_tx = Buffer.alloc(2 * DATAGRAM)
    private encoder_rx = Buffer.alloc(2 * DATAGRAM)
    private rx = Buffer.alloc(DATAGRAM)
    private poll_tx = Buffer.alloc(DATAGRAM * POLLED.length)
    private poll_rx = Buffer.alloc(DATAGRAM * POLLED.length)

    constructor(private chip: SpiChip) {
        for (let i = 0; i < POLLED.length; ++i) this.poll_tx[i * DATAGRAM] = POLLED[i]
        this.encoder_tx[0] = reg.X_ENC
        this.encoder_tx[DATAGRAM] = reg.X_ENC
    }

    /** Checks that a TMC5160 answers and takes note of, then clears, its reset flag. */
    async begin(): Promise<void> {
        const version = (await this.read(reg.IOIN)) >>> 24
        if (version !== reg.IOIN_VERSION) throw new CartFault(FAULT_MOTOR_DRIVER_MISSING, version)
        await this.write(reg.GSTAT, reg.GSTAT_ALL)
    }

    /** One datagram; the value returned belongs to the transfer before. */
    private async datagram(address: number, value: number): Promise<number> {
        const tx = this.tx
        tx[0] = address
        tx[1] = value >>> 24
        tx[2] = (value >>> 16) & 0xff
        tx[3] = (value >>> 8) & 0xff
        tx[4] = value & 0xff
        await this.chip.transfer(tx, this.rx)
        this.status = this.rx[0]
        return valueAt(this.rx, 0)
    }

    /** Reads one register: its value comes with the transfer after the request, and nobody else's may come between. */
    async read(address: number): Promise<number> {
        const tx = this.pair_tx
        tx.fillAt(0, tx.length, 0)
        tx[0] = address
        tx[DATAGRAM] = address
        await this.chip.transferEach(tx, this.pair_rx, DATAGRAM)
        this.status = this.pair_rx[DATAGRAM]
        return valueAt(this.pair_rx, 1)
    }

    /**
     * Encoder now, for another fiber than the one that polls. What answers is not checked: the next poll does.
     * @returns microsteps, as {@link x_enc} is
     */
    async readEncoder(): Promise<number> {
        await this.chip.transferEach(this.encoder_tx, this.encoder_rx, DATAGRAM)
        return signedOf(valueAt(this.encoder_rx, 1), 32)
    }

    /**
     * Reads one register into {@link probed}, and the version right after it.
     * @returns whether a TMC5160 answered: on a dead bus any value would look like one
     */
    async probe(address: number): Promise<boolean> {
        await this.datagram(address, 0)
        this.probed = await this.datagram(reg.IOIN, 0)
        const ioin = await this.datagram(reg.IOIN, 0)
        return ioin >>> 24 === reg.IOIN_VERSION
    }

    /** Writes a register and, where the chip lets it be read, checks that it stuck. */
    async write(address: number, value: number): Promise<void> {
        value = value >>> 0
        this.shadow.setAt(4 * address, "u32", value)
        this.known[address] = 1
        for (let tries = 0; tries < WRITE_TRIES; ++tries) {
            await this.datagram(address | WRITE, value)
            if (!isVerifiable(address)) return
            if ((await this.read(address)) === value) return
        }
        throw new CartFault(FAULT_MOTOR_DRIVER_WRITE, address)
    }

    /** What was last written to a register; 0 if nothing was. */
    written(address: number): number {
        return this.shadow.getAt(4 * address, "u32")
    }

    wasWritten(address: number): boolean {
        return this.known[address] !== 0
    }

    /** Reads all that is supervised. Once more if the answer is none: the chip may have been reset in the middle of it. */
    async poll(): Promise<void> {
        if (await this.pollOnce()) return
        if (await this.pollOnce()) return
        throw new CartFault(FAULT_MOTOR_DRIVER_MISSING, this.status)
    }

    /** One pipelined run of transfers. @returns whether a TMC5160 answered */
    private async pollOnce(): Promise<boolean> {
        const rx = this.poll_rx
        await this.chip.transferEach(this.poll_tx, rx, DATAGRAM)
        this.status = rx[rx.length - DATAGRAM]
        const gstat = valueAt(rx, 6)
        // A dead bus reads all ones or all zeros, and so would every flag: the version tells. A stuck one reads the
        // same again and again, which may be that very version: then a register of three bits has more.
        if (valueAt(rx, 8) >>> 24 !== reg.IOIN_VERSION || gstat > reg.GSTAT_ALL) return false
        this.xactual = signedOf(valueAt(rx, 1), 32)
        this.x_enc = signedOf(valueAt(rx, 2), 32)
        this.vactual = signedOf(valueAt(rx, 3), 24)
        this.ramp_stat = valueAt(rx, 4)
        this.drv_status = valueAt(rx, 5)
        this.gstat = gstat
        this.enc_status = valueAt(rx, 7)
        return true
    }
}

/** Value in the answer to datagram `i` of a run. */
function valueAt(rx: Buffer, i: number): number {
    const at = i * DATAGRAM
    return ((rx[at + 1] << 24) | (rx[at + 2] << 16) | (rx[at + 3] << 8) | rx[at + 4]) >>> 0
}
