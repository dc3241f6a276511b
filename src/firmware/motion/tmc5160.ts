// Responsible for: one TMC5160: presence, settings that are verified, one poll of all that is supervised.
// Not for: moves (sled.ts) or their arithmetic (wire/ramp.ts).
// Source: TMC5160/TMC5160A data sheet rev. 1.17 (registers, SPI datagram, GSTAT, RAMP_STAT, DRV_STATUS).

import {
    FAULT_MOTOR_DRIVER_MISSING,
    FAULT_MOTOR_DRIVER_WRITE,
} from "../../wire/reasons"
import { signedOf } from "../../wire/register-dump"
import { CartFault } from "../platform/fault"
import { SpiChip } from "../platform/spi"
import * as reg from "./tmc5160-registers"
import { isVerifiable } from "./tmc5160-registers"

const DATAGRAM = 5
const WRITE = 0x80
/** A write that reads back wrong is tried again, as the wire may have been disturbed once. */
const WRITE_TRIES = 3

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
    /** Last value written to each register: most ramp registers cannot be read. */
    shadow: Record<number, number> = {}

    private tx = Buffer.alloc(DATAGRAM)
    private rx = Buffer.alloc(DATAGRAM)

    constructor(private chip: SpiChip) {}

    /** Checks that a TMC5160 answers and takes note of, then clears, its reset flag. */
    async begin(): Promise<void> {
        const version = (await this.read(reg.IOIN)) >>> 24
        if (version !== reg.IOIN_VERSION)
            throw new CartFault(FAULT_MOTOR_DRIVER_MISSING, version)
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
        await this.chip.transfer(tx, this.rx, DATAGRAM)
        const rx = this.rx
        this.status = rx[0]
        return ((rx[1] << 24) | (rx[2] << 16) | (rx[3] << 8) | rx[4]) >>> 0
    }

    /** Reads one register: its value comes with the transfer after the request. */
    async read(address: number): Promise<number> {
        await this.datagram(address, 0)
        return await this.datagram(address, 0)
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
        this.shadow[address] = value
        for (let tries = 0; tries < WRITE_TRIES; ++tries) {
            await this.datagram(address | WRITE, value)
            if (!isVerifiable(address)) return
            if ((await this.read(address)) === value) return
        }
        throw new CartFault(FAULT_MOTOR_DRIVER_WRITE, address)
    }

    /** Reads all that is supervised in one pipelined run of transfers. */
    async poll(): Promise<void> {
        await this.datagram(reg.XACTUAL, 0)
        const xactual = signedOf(await this.datagram(reg.X_ENC, 0), 32)
        const x_enc = signedOf(await this.datagram(reg.VACTUAL, 0), 32)
        const vactual = signedOf(await this.datagram(reg.RAMP_STAT, 0), 24)
        const ramp_stat = await this.datagram(reg.DRV_STATUS, 0)
        const drv_status = await this.datagram(reg.GSTAT, 0)
        const gstat = await this.datagram(reg.IOIN, 0)
        const ioin = await this.datagram(reg.IOIN, 0)
        // A dead bus reads all ones or all zeros, and so would every flag: the version tells.
        if (ioin >>> 24 !== reg.IOIN_VERSION)
            throw new CartFault(FAULT_MOTOR_DRIVER_MISSING, ioin >>> 24)
        this.xactual = xactual
        this.x_enc = x_enc
        this.vactual = vactual
        this.ramp_stat = ramp_stat
        this.drv_status = drv_status
        this.gstat = gstat
    }
}
