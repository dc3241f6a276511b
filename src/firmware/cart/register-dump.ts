// Responsible for: telling an engineer every register of motor driver and front end, and what the cart calculates with, a few a loop.
// Not for: names of registers and fields: the host has them.

import { FrontEnd } from "../acquisition/front-end"
import { Link } from "../link/link"
import {
    probed_value,
    probeRegister,
    spi_status,
    wasWritten,
    writtenValue,
} from "../motion/tmc5160"
import { calibration } from "../motion/units"
import * as burst from "../../shared/protocol/burst"
import * as machine from "../../shared/cart-machine"
import { mayDump } from "../../shared/cart-machine"
import { REFUSAL, REGISTER } from "../../shared/protocol/messages"
import { SCREW_POINTS } from "../../shared/motion/calibration"
import * as dump from "../../shared/protocol/register-dump"
import * as codes from "../../shared/codes"
import { CalibrationStore } from "./calibration-store"

/** Addresses of the motor driver in their order; bit 7: it can be written only. In flash, not on the heap. */
const MOTOR = hex`00 01 04 89 8a 8b 90 91 12 93 94 95 20 21 22 a3 a4 a5 a6 a7 a8 aa ab ac 2d 34 35 36 38 39 ba 3b 3c bd 6c ed 6f f0`
const WRITE_ONLY = 0x80

/** Three transfers and one message each: a loop of 10 ms keeps its time, and the network its room. */
const REGISTERS_A_LOOP = 4

export class RegisterDump {
    private serial = 0
    private next = 0
    private count = 0
    private source = 0

    constructor(
        private front: FrontEnd,
        /** Whose registers it tells, one of DUMP_, and which can be read. */
        private chip: number,
        private addresses: Buffer,
        private link: Link,
        private keeper: CalibrationStore
    ) {}

    /** Begins a dump, or begins it anew. @returns GOOD or why not */
    begin(serial: number, state: number): number {
        if (!mayDump(state)) return codes.REFUSED_STATE
        this.serial = serial
        this.next = 0
        // One more for each chip: the status that comes with every transfer.
        this.count = MOTOR.length + 1 + this.addresses.length + 1 + dump.CART_VALUES + SCREW_POINTS
        return codes.GOOD
    }

    /** Goes on; called by every control loop. A dump that may not be finished ends with a refusal. */
    async step(state: number): Promise<void> {
        if (this.next >= this.count) return
        if (!this.link.isOpen()) this.count = 0
        else if (!mayDump(state)) {
            this.count = 0
            this.link.send(burst.TYPE_REFUSAL, REFUSAL, {
                command: machine.COMMAND_DUMP,
                serial: this.serial,
                reason: codes.REFUSED_STATE,
                value: state,
            })
        } else for (let i = 0; i < REGISTERS_A_LOOP; ++i) if (!(await this.sendNext())) return
    }

    /** @returns whether there is more to send, and room for it */
    private async sendNext(): Promise<boolean> {
        let place = this.next
        let chip = dump.DUMP_MOTOR
        let address = dump.ADDRESS_STATUS
        let value = 0
        this.source = dump.SOURCE_READ
        if (place <= MOTOR.length) {
            if (place < MOTOR.length) address = MOTOR[place] & ~WRITE_ONLY
            value =
                place < MOTOR.length && MOTOR[place] & WRITE_ONLY
                    ? this.written(address)
                    : await this.motor(address)
        } else {
            place -= MOTOR.length + 1
            const addresses = this.addresses
            const count = addresses.length
            chip = this.chip
            if (place <= count) {
                if (place < count) address = addresses[place]
                value = await this.fromFrontEnd(address)
            } else {
                chip = dump.DUMP_CART
                address = place - count - 1
                if (address >= dump.CART_VALUES) address += dump.CART_SCREW_0 - dump.CART_VALUES
                value = this.own(address)
            }
        }
        const sent = this.link.send(burst.TYPE_REGISTER, REGISTER, {
            serial: this.serial,
            index: this.next,
            count: this.count,
            chip,
            address,
            source: this.source,
            value,
        })
        // What the network did not take comes again with the next loop.
        if (sent) this.next++
        return sent && this.next < this.count
    }

    private written(address: number): number {
        this.source = wasWritten(address) ? dump.SOURCE_SHADOW : dump.SOURCE_NEVER_WRITTEN
        return writtenValue(address)
    }

    private async motor(address: number): Promise<number> {
        try {
            if (await probeRegister(address & 0x7f))
                return address === dump.ADDRESS_STATUS ? spi_status : probed_value
        } catch (_) {
            console.error("no answer on the bus of the motor driver")
        }
        this.source = dump.SOURCE_NO_ANSWER
        return 0
    }

    private async fromFrontEnd(address: number): Promise<number> {
        try {
            return await this.front.readRegister(address)
        } catch (_) {
            this.source = dump.SOURCE_NO_ANSWER
            return 0
        }
    }

    private own(address: number): number {
        const c = calibration
        if (address >= dump.CART_SCREW_0) {
            const point = address - dump.CART_SCREW_0
            return point < c.screw_nm.length ? c.screw_nm[point] >>> 0 : 0
        }
        if (address === dump.CART_FCLK_HZ) return c.fclk_hz
        if (address === dump.CART_MICROSTEPS_PER_M) return c.microsteps_per_m
        if (address === dump.CART_ENCODER_NM_PER_COUNT) return c.encoder_nm_per_count
        if (address === dump.CART_BACKLASH_NM) return c.backlash_nm
        if (address === dump.CART_SCREW_POINTS) return c.screw_nm.length
        return this.keeper.reason()
    }
}
