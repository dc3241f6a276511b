// Status of the TMC5160: VACTUAL, TSTEP, RAMP_STAT, DRV_STATUS, the SPI status byte and the interrupt. Read-only.
// Source: TMC5160 data sheet, 4.1.2, 6.2, 6.3.2.2, 6.5.5.
import type { ChipCore } from "./chip-core"
import { velocityUnit } from "./ramp-profile"
import { DRV_STATUS, GSTAT, RAMP_STAT, SPI_STATUS } from "./registers"

/** VACTUAL in register units, signed. */
export function vactual(core: ChipCore): number {
    return Math.round(core.ramp.velocity / velocityUnit(core.fclkHz))
}

/** TSTEP: clocks between two 1/256 microsteps, 2^20-1 at standstill. */
export function tstep(core: ChipCore): number {
    const v = Math.abs((core.ramp.velocity * core.ramp.stepWidth) / velocityUnit(core.fclkHz))
    return v < 16 ? 0xfffff : Math.min(0xfffff, Math.floor(2 ** 24 / v))
}

/** StallGuard flag above the velocity of TCOOLTHRS, where it may stop the motor. */
export function stallGuardActive(core: ChipCore): boolean {
    const t = tstep(core)
    return core.stage.tcoolthrs >= t && core.stage.stalled(t, core.ramp.moving)
}

export function drvStatus(core: ChipCore): number {
    return core.stage.drvStatus(
        core.timeUs,
        core.ramp.lastStepUs,
        tstep(core),
        core.ramp.fieldUsteps,
        core.ramp.moving
    )
}

export function rampStat(core: ChipCore): number {
    const r = core.ramp
    const s = core.switches
    return (
        s.status |
        (s.stopsLeft && (r.requested < 0 || r.velocity < 0) ? RAMP_STAT.eventStopL : 0) |
        (s.stopsRight && (r.requested > 0 || r.velocity > 0) ? RAMP_STAT.eventStopR : 0) |
        (core.eventStopSg ? RAMP_STAT.eventStopSg : 0) |
        (r.eventPosReached ? RAMP_STAT.eventPosReached : 0) |
        (r.velocityReached ? RAMP_STAT.velocityReached : 0) |
        (r.positionReached ? RAMP_STAT.positionReached : 0) |
        (vactual(core) === 0 ? RAMP_STAT.vzero : 0) |
        (r.waiting ? RAMP_STAT.tZerowaitActive : 0) |
        (r.secondMove ? RAMP_STAT.secondMove : 0) |
        (stallGuardActive(core) ? RAMP_STAT.statusSg : 0)
    )
}

/** The interrupt output DIAG0: OR of the events listed in the data sheet. */
export function interrupt(core: ChipCore): boolean {
    const events =
        RAMP_STAT.eventStopL |
        RAMP_STAT.eventStopR |
        RAMP_STAT.eventStopSg |
        RAMP_STAT.eventPosReached
    return (rampStat(core) & events) !== 0 || core.encoder.nEvent || core.encoder.deviationWarn
}

/** SPI_STATUS, the first byte of each reply. */
export function spiStatus(core: ChipCore): number {
    const ramp = rampStat(core)
    const driver = drvStatus(core)
    return (
        (core.stage.gstat & GSTAT.reset ? SPI_STATUS.resetFlag : 0) |
        (core.stage.gstat & GSTAT.drvErr ? SPI_STATUS.driverError : 0) |
        (driver & DRV_STATUS.stallguard ? SPI_STATUS.sg2 : 0) |
        (driver & DRV_STATUS.stst ? SPI_STATUS.standstill : 0) |
        (ramp & RAMP_STAT.velocityReached ? SPI_STATUS.velocityReached : 0) |
        (ramp & RAMP_STAT.positionReached ? SPI_STATUS.positionReached : 0) |
        (ramp & RAMP_STAT.statusStopL ? SPI_STATUS.statusStopL : 0) |
        (ramp & RAMP_STAT.statusStopR ? SPI_STATUS.statusStopR : 0)
    )
}
