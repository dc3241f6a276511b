// Register reads and writes of the TMC5160: width, access rights, sign, write-to-clear, and which part of the chip each
// register belongs to.
// Source: TMC5160 data sheet, chapter 6.
import type { ChipCore } from "./chip-core"
import { accelerationUnit, velocityUnit, type RampParameters } from "./ramp-profile"
import { RAMPMODE } from "./ramp-generator"
import { GCONF, RAMP_STAT, REG, REGISTERS } from "./registers"
import { drvStatus, rampStat, tstep, vactual } from "./status"

/** Silicon version in IOIN: 0x30 is the TMC5160. */
export const VERSION = 0x30

/** Velocity registers and the parameters they set. */
const VELOCITIES: ReadonlyMap<number, keyof RampParameters> = new Map([
    [REG.VSTART.address, "vstart"],
    [REG.V1.address, "v1"],
    [REG.VMAX.address, "vmax"],
    [REG.VSTOP.address, "vstop"],
])

const ACCELERATIONS: ReadonlyMap<number, keyof RampParameters> = new Map([
    [REG.A1.address, "a1"],
    [REG.AMAX.address, "amax"],
    [REG.DMAX.address, "dmax"],
    [REG.D1.address, "d1"],
])

/** Writes `value` (32 bits) to `address`; read-only and non-existent registers are unchanged. */
export function writeRegister(core: ChipCore, address: number, value: number): void {
    const spec = REGISTERS[address]
    if (!spec || spec.access === "R") {
        // OUTPUT shares its address with IOIN and acts only in UART mode
        if (address !== REG.IOIN.address)
            core.misuse.note(
                core.timeUs,
                `write to 0x${address.toString(16)}, which is not writable`
            )
        return
    }
    const v = (value & spec.mask) >>> 0
    if (spec.access === "WC") return clearFlags(core, address, v)
    core.registers[address] = v
    core.misuse.written(core.timeUs, address, v)
    const velocity = VELOCITIES.get(address)
    const acceleration = ACCELERATIONS.get(address)
    if (velocity) setRamp(core, velocity, v * velocityUnit(core.fclkHz))
    else if (acceleration) setRamp(core, acceleration, v * accelerationUnit(core.fclkHz))
    else if (address >= REG.RAMPMODE.address && address <= REG.ENC_DEVIATION.address)
        writeMotion(core, address, v)
    else writeDriver(core, address, v)
    core.reportEdges()
}

function setRamp(core: ChipCore, name: keyof RampParameters, value: number): void {
    core.ramp.parameters[name] = value
    core.ramp.changed()
}

function writeMotion(core: ChipCore, address: number, v: number): void {
    const { ramp, encoder, switches } = core
    switch (address) {
        case REG.RAMPMODE.address:
            ramp.setMode(v)
            if (v === RAMPMODE.position && ramp.requested !== 0)
                core.misuse.positioning(core.timeUs, ramp.parameters)
            break
        case REG.XACTUAL.address:
            ramp.setXactual(v)
            break
        case REG.XTARGET.address:
            ramp.setXtarget(v)
            if (ramp.mode === RAMPMODE.position && ramp.requested !== 0)
                core.misuse.positioning(core.timeUs, ramp.parameters)
            break
        case REG.TZEROWAIT.address:
            return setRamp(core, "zerowaitUs", ((v * 512) / core.fclkHz) * 1e6)
        case REG.SW_MODE.address:
            switches.mode = v
            core.switchesChanged()
            break
        case REG.ENCMODE.address:
            encoder.setMode(v)
            break
        case REG.X_ENC.address:
            encoder.setXEnc(v)
            break
        case REG.ENC_CONST.address:
            encoder.setConst(v)
            break
        case REG.ENC_DEVIATION.address:
            encoder.deviation = v
            break
    }
}

function writeDriver(core: ChipCore, address: number, v: number): void {
    const { stage, ramp } = core
    switch (address) {
        case REG.GCONF.address:
            stage.gconf = v
            break
        case REG.GLOBALSCALER.address:
            stage.globalscaler = v
            break
        case REG.IHOLD_IRUN.address:
            stage.iholdIrun = v
            break
        case REG.TPOWERDOWN.address:
            stage.tpowerdown = v
            break
        case REG.TPWMTHRS.address:
            stage.tpwmthrs = v
            break
        case REG.TCOOLTHRS.address:
            stage.tcoolthrs = v
            break
        case REG.COOLCONF.address:
            stage.coolconf = v
            break
        case REG.CHOPCONF.address:
            stage.chopconf = v
            break
        default:
            return
    }
    stage.update()
    const mres = Math.min(8, (stage.chopconf >>> 24) & 15)
    ramp.stepWidth = 2 ** mres * (stage.gconf & GCONF.shaft ? -1 : 1)
}

/** R+WC registers: writing 1 clears a flag. */
function clearFlags(core: ChipCore, address: number, bits: number): void {
    if (address === REG.GSTAT.address) core.stage.clearGstat(bits)
    else if (address === REG.ENC_STATUS.address) core.encoder.clearStatus(bits)
    else {
        core.switches.clear(bits)
        if (bits & RAMP_STAT.eventPosReached) core.ramp.eventPosReached = false
        if (bits & RAMP_STAT.secondMove) core.ramp.secondMove = false
        if (bits & RAMP_STAT.eventStopSg) {
            core.eventStopSg = false
            core.ramp.blockedBySg = false
            core.ramp.changed()
        }
    }
}

/** Present value of a register, 32 bits unsigned; write-only and non-existent registers read 0. */
export function readRegister(core: ChipCore, address: number): number {
    const spec = REGISTERS[address]
    if (!spec || spec.access === "W") return 0
    return (liveValue(core, address) & spec.mask) >>> 0
}

function liveValue(core: ChipCore, address: number): number {
    const { ramp, encoder, switches, stage } = core
    switch (address) {
        case REG.GSTAT.address:
            return stage.gstat
        case REG.IOIN.address:
            return inputs(core)
        case REG.TSTEP.address:
            return tstep(core)
        case REG.XACTUAL.address:
            return ramp.xactual
        case REG.VACTUAL.address:
            return vactual(core)
        case REG.RAMP_STAT.address:
            return rampStat(core)
        case REG.XLATCH.address:
            return core.xlatch
        case REG.SW_MODE.address:
            return switches.mode
        case REG.ENCMODE.address:
            return encoder.mode
        case REG.X_ENC.address:
            return encoder.xEnc
        case REG.ENC_STATUS.address:
            return (encoder.nEvent ? 1 : 0) | (encoder.deviationWarn ? 2 : 0)
        case REG.ENC_LATCH.address:
            return encoder.latch
        case REG.MSCNT.address:
            return microstepCounter(core)
        case REG.MSCURACT.address:
            return microstepCurrents(core)
        case REG.DRV_STATUS.address:
            return drvStatus(core)
        default:
            // written registers read back; results of the automatic PWM tuning are not modelled and read 0
            return core.registers[address]!
    }
}

/** IOIN: pin levels and version. */
function inputs(core: ChipCore): number {
    const { switches, encoder, stage } = core
    return (
        (switches.pinLeft ? 1 : 0) |
        (switches.pinRight ? 2 : 0) |
        (encoder.bLevel ? 4 : 0) |
        (encoder.aLevel ? 8 : 0) |
        (stage.drvEnn ? 16 : 0) |
        (encoder.nLevel ? 32 : 0) |
        (VERSION << 24)
    )
}

/** Position in the microstep table, 0..1023. */
function microstepCounter(core: ChipCore): number {
    const m = Math.round(core.ramp.fieldUsteps) % 1024
    return m < 0 ? m + 1024 : m
}

/** CUR_A (sine) in bits 8..0 and CUR_B (cosine) in bits 24..16, signed 9 bits. */
function microstepCurrents(core: ChipCore): number {
    const angle = (2 * Math.PI * (microstepCounter(core) + 0.5)) / 1024
    const a = Math.round(248 * Math.sin(angle)) - 1
    const b = Math.round(248 * Math.cos(angle)) - 1
    return (a & 0x1ff) | ((b & 0x1ff) << 16)
}
