// SPI bus master for the tests of this folder: registers by name, unit conversions, manual time. It repeats the data
// sheet's formulas on purpose, so that the model is not checked against its own arithmetic.
import { REG, type RegisterName } from "../registers"
import { createSledRig, type SledRig } from "../rig"
import type { SledRigOptions } from "../types"

/** Time between two transfers in us. */
const TRANSFER_US = 40

export interface Move {
    /** mm/s and mm/s^2 at the nominal 1 mm lead. */
    speed: number
    accel: number
    decel?: number
    knee?: { speed: number; accel: number; decel: number }
    start?: number
}

export class BusMaster {
    readonly rig: SledRig
    readonly fclkHz: number
    timeUs = 0

    constructor(options: SledRigOptions) {
        this.rig = createSledRig(options)
        this.fclkHz = options.fclkHz ?? 12e6
    }

    /** One transfer; returns all five bytes. */
    raw(bytes: number[]): Uint8Array {
        this.timeUs += TRANSFER_US
        return this.rig.chip.transfer(Uint8Array.from(bytes), this.timeUs)
    }

    write(name: RegisterName, value: number): number {
        const v = value >>> 0
        return this.raw([
            REG[name].address | 0x80,
            v >>> 24,
            (v >>> 16) & 255,
            (v >>> 8) & 255,
            v & 255,
        ])[0]!
    }

    /** Two transfers: the second one returns the value. Unsigned. */
    read(name: RegisterName): number {
        this.raw([REG[name].address, 0, 0, 0, 0])
        const m = this.raw([REG[name].address, 0, 0, 0, 0])
        return new DataView(m.buffer).getUint32(1)
    }

    readSigned(name: RegisterName): number {
        return this.read(name) | 0
    }

    status(): number {
        this.raw([0, 0, 0, 0, 0])
        return this.raw([0, 0, 0, 0, 0])[0]!
    }

    advanceMs(ms: number): void {
        this.timeUs += ms * 1000
        this.rig.advanceTo(this.timeUs)
    }

    /** Register value for mm/s: v * 2^24 / fclk. */
    velocity(mmPerS: number): number {
        return Math.round((mmPerS * 51200 * 2 ** 24) / this.fclkHz)
    }

    /** Register value for mm/s^2: a * 2^24 * 512 * 256 / fclk^2. */
    acceleration(mmPerS2: number): number {
        return Math.round((mmPerS2 * 51200 * 2 ** 41) / this.fclkHz ** 2)
    }

    /** Clears the reset flag, sets currents and encoder factor, switches the stage on. */
    begin(irun = 31, ihold = 31): this {
        this.write("GSTAT", 7)
        this.write("GLOBALSCALER", 0)
        this.write("IHOLD_IRUN", (irun << 8) | ihold)
        this.write("CHOPCONF", 0x000100c3)
        this.write("ENCMODE", 0x400)
        // 51.2 usteps per count of 1 um, the data sheet's example in 20.2
        this.write("ENC_CONST", 51 * 65536 + 2000)
        this.rig.setEnable(false, this.timeUs)
        return this
    }

    ramp(m: Move): this {
        const decel = m.decel ?? m.accel
        this.write("VSTART", this.velocity(m.start ?? 0))
        this.write("A1", this.acceleration(m.knee?.accel ?? m.accel))
        this.write("V1", this.velocity(m.knee?.speed ?? 0))
        this.write("AMAX", this.acceleration(m.accel))
        this.write("VMAX", this.velocity(m.speed))
        this.write("DMAX", this.acceleration(decel))
        this.write("D1", this.acceleration(m.knee?.decel ?? decel))
        this.write("VSTOP", 10)
        return this
    }

    /** Starts a positioning move to an absolute XTARGET in mm. */
    target(mm: number): this {
        this.write("RAMPMODE", 0)
        this.write("XTARGET", Math.round(mm * 51200))
        return this
    }

    /** Advances until the ramp is at rest; fails after `limitMs`. */
    finish(limitMs = 300_000): this {
        for (let ms = 0; this.rig.chip.core.ramp.moving; ms += 10) {
            if (ms > limitMs) throw new Error("the ramp did not stop")
            this.advanceMs(10)
        }
        this.advanceMs(50)
        return this
    }
}
