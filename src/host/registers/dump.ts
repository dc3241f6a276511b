// Collects the register messages of a dump and looks up values in it.

import type { RegisterValue } from "../../shared/protocol/messages"
import {
    CART_ENCODER_NM_PER_COUNT,
    CART_FCLK_HZ,
    CART_MICROSTEPS_PER_M,
    DUMP_CART,
    SOURCE_READ,
} from "../../shared/protocol/register-dump"
import type { Scale } from "./units"

export class Dump {
    readonly registers: RegisterValue[] = []

    /** @param serial of the command that requested the dump; messages with another serial are ignored */
    constructor(readonly serial: number) {}

    add(r: RegisterValue): void {
        if (r.serial !== this.serial || r.index !== this.registers.length) return
        this.registers.push(r)
    }

    get complete(): boolean {
        const last = this.registers.at(-1)
        return last !== undefined && this.registers.length === last.count
    }

    find(chip: number, address: number): RegisterValue | undefined {
        return this.registers.find(r => r.chip === chip && r.address === address)
    }

    /** Returns the value read from the chip, or undefined. */
    read(chip: number, address: number): number | undefined {
        const found = this.find(chip, address)
        return found?.source === SOURCE_READ ? found.value : undefined
    }

    /** Scale of the cart's calibration; undefined until it has been received. */
    get scale(): Scale | undefined {
        const fclkHz = this.read(DUMP_CART, CART_FCLK_HZ)
        const perM = this.read(DUMP_CART, CART_MICROSTEPS_PER_M)
        const nm = this.read(DUMP_CART, CART_ENCODER_NM_PER_COUNT)
        return fclkHz && perM && nm
            ? {
                  fclkHz,
                  microstepsPerMm: perM / 1000,
                  encoderNmPerCount: nm,
              }
            : undefined
    }
}
