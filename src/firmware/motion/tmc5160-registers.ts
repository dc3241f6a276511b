// Responsible for: addresses and bits of the TMC5160 that the firmware uses.
// Not for: their values (sled-settings.ts).
// Source: TMC5160/TMC5160A data sheet rev. 1.17, "Register mapping".

export const GCONF = 0x00
export const GSTAT = 0x01
export const IOIN = 0x04
export const SHORT_CONF = 0x09
export const DRV_CONF = 0x0a
export const GLOBALSCALER = 0x0b
export const IHOLD_IRUN = 0x10
export const TPOWERDOWN = 0x11
export const TCOOLTHRS = 0x14
export const RAMPMODE = 0x20
export const XACTUAL = 0x21
export const VACTUAL = 0x22
export const VSTART = 0x23
export const A1 = 0x24
export const V1 = 0x25
export const AMAX = 0x26
export const VMAX = 0x27
export const DMAX = 0x28
export const D1 = 0x2a
export const VSTOP = 0x2b
export const TZEROWAIT = 0x2c
export const XTARGET = 0x2d
export const SW_MODE = 0x34
export const RAMP_STAT = 0x35
export const XLATCH = 0x36
export const ENCMODE = 0x38
export const X_ENC = 0x39
export const ENC_CONST = 0x3a
export const ENC_STATUS = 0x3b
export const ENC_LATCH = 0x3c
export const ENC_DEVIATION = 0x3d
export const CHOPCONF = 0x6c
export const COOLCONF = 0x6d
export const DRV_STATUS = 0x6f

/** SPI status byte: the ramp stands, or an end switch is closed. */
export const STATUS_STOPPED = 0xc8

export const IOIN_VERSION = 0x30
export const GSTAT_RESET = 0x01
export const GSTAT_DRV_ERR = 0x02
export const GSTAT_UV_CP = 0x04
export const GSTAT_ALL = 0x07

export const RAMPMODE_POSITION = 0
export const RAMPMODE_VELOCITY_POSITIVE = 1
export const RAMPMODE_HOLD = 3

export const RAMP_STOP_L = 0x0001
export const RAMP_STOP_R = 0x0002
export const RAMP_LATCH_L = 0x0004
export const RAMP_EVENT_STOP_SG = 0x0040
export const RAMP_VELOCITY_REACHED = 0x0100
export const RAMP_POSITION_REACHED = 0x0200
export const RAMP_VZERO = 0x0400

export const SW_STOP_L_ENABLE = 0x0001
export const SW_STOP_R_ENABLE = 0x0002
export const SW_LATCH_L_ACTIVE = 0x0020
export const SW_EN_LATCH_ENCODER = 0x0200
export const SW_SG_STOP = 0x0400

export const ENC_STATUS_DEVIATION = 0x02
export const ENC_STATUS_ALL = 0x03

/** DRV_STATUS ot. */
export const DRV_HOT = 0x02000000
/** DRV_STATUS s2ga, s2gb, s2vsa, s2vsb: shorts to ground and to the supply. */
export const DRV_SHORT = 0x18003000
/** DRV_STATUS otpw. */
export const DRV_WARM = 0x04000000
/** DRV_STATUS ola, olb: told by the chip at standstill too, so it is a warning only. */
export const DRV_OPEN_LOAD = 0x60000000
/** DRV_STATUS stst. */
export const DRV_STANDSTILL = 0x80000000
export const DRV_WARNINGS = 0x64000000

/** Whether a written value can be read back and does not change by itself. */
export function isVerifiable(address: number): boolean {
    return (
        address === GCONF ||
        address === RAMPMODE ||
        address === XTARGET ||
        address === SW_MODE ||
        address === ENCMODE ||
        address === CHOPCONF
    )
}
