// Log of accesses that the TMC5160's data sheet forbids or warns of. Records only: like the real chip, the model continues.
import type { RampParameters } from "./ramp-profile"
import { REG, SW_MODE } from "./registers"

/** Maximum number of entries; the first ones are the useful ones. */
const MISUSE_LIMIT = 200

export interface Misuse {
    timeUs: number
    text: string
}

export class MisuseLog {
    readonly entries: Misuse[] = []

    note(timeUs: number, text: string): void {
        if (this.entries.length < MISUSE_LIMIT) this.entries.push({ timeUs, text })
    }

    /** A register was written; `value` is already masked to its width. */
    written(timeUs: number, address: number, value: number): void {
        switch (address) {
            case REG.GCONF.address:
                if (value & 0x38000)
                    this.note(
                        timeUs,
                        "GCONF: stop_enable, direct_mode and test_mode must not be used"
                    )
                break
            case REG.GLOBALSCALER.address:
                if (value >= 1 && value <= 31)
                    this.note(timeUs, `GLOBALSCALER ${value}: 1..31 are not allowed`)
                break
            case REG.VMAX.address:
                if (value > 2 ** 23 - 512) this.note(timeUs, `VMAX ${value} is above 2^23-512`)
                break
            case REG.CHOPCONF.address:
                if (((value >>> 24) & 15) > 8)
                    this.note(timeUs, `CHOPCONF: MRES ${(value >>> 24) & 15} does not exist`)
                break
            case REG.SW_MODE.address:
                if (value & SW_MODE.sgStop && value & SW_MODE.enSoftstop)
                    this.note(timeUs, "SW_MODE: soft stop must not be combined with sg_stop")
                break
            case REG.FACTORY_CONF.address:
            case REG.OTP_PROG.address:
                this.note(
                    timeUs,
                    "FACTORY_CONF and OTP_PROG change the chip permanently and have no effect here"
                )
                break
        }
    }

    /** A positioning move was requested with these parameters. */
    positioning(timeUs: number, p: RampParameters): void {
        if (p.d1 === 0) this.note(timeUs, "D1 is 0 in positioning mode (forbidden even if V1 = 0)")
        if (p.vstop === 0)
            this.note(timeUs, "VSTOP is 0 in positioning mode (at least 10 recommended)")
        if (p.vmax > 0 && p.vmax < p.vstart)
            this.note(timeUs, "VMAX is below VSTART in positioning mode")
        if (p.dmax === 0) this.note(timeUs, "DMAX is 0 in positioning mode")
    }
}
