// Registers of the TMC5160: addresses and bits for the firmware, names and fields for display on the host.
// Source: TMC5160/TMC5160A data sheet rev. 1.17, "Register mapping"; field names and masks compared with
// analogdevicesinc/TMC-API, tmc/ic/TMC5160/TMC5160_HW_Abstraction.h. Facts only, no code was taken.
// The model in boards/virtual/sled has its own table, written from the data sheet independently.

import { ADDRESS_STATUS } from "../protocol/register-dump"
import { field, flags, register, whole, type Register } from "./register"

export const GCONF = 0x00
export const GSTAT = 0x01
export const IOIN = 0x04
export const SHORT_CONF = 0x09
export const DRV_CONF = 0x0a
export const GLOBALSCALER = 0x0b
export const IHOLD_IRUN = 0x10
export const TPOWERDOWN = 0x11
export const TSTEP = 0x12
export const TPWMTHRS = 0x13
export const TCOOLTHRS = 0x14
export const THIGH = 0x15
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
export const PWMCONF = 0x70

/** SPI status byte: reset and drv_err, in the bits of GSTAT. */
export const STATUS_GSTAT = 0x03

export const IOIN_VERSION = 0x30
/** Level of the pin DRV_ENN: high switches the stage off. */
export const IOIN_DRV_ENN = 0x10
export const GSTAT_RESET = 0x01
export const GSTAT_DRV_ERR = 0x02
export const GSTAT_UV_CP = 0x04
export const GSTAT_ALL = 0x07

export const RAMPMODE_POSITION = 0
export const RAMPMODE_VELOCITY_POSITIVE = 1
export const RAMPMODE_HOLD = 3

export const RAMP_STOP_L = 0x0001
export const RAMP_STOP_R = 0x0002
/** Both switches; IOIN has them in the same bits (inputs active high). */
export const RAMP_STOPS = 0x0003
export const RAMP_LATCH_L = 0x0004
export const RAMP_VELOCITY_REACHED = 0x0100
export const RAMP_POSITION_REACHED = 0x0200
export const RAMP_VZERO = 0x0400

export const SW_STOP_L_ENABLE = 0x0001
export const SW_STOP_R_ENABLE = 0x0002
export const SW_LATCH_L_ACTIVE = 0x0020
export const SW_EN_LATCH_ENCODER = 0x0200

/** DRV_STATUS ot. */
export const DRV_HOT = 0x02000000
/** DRV_STATUS s2ga, s2gb, s2vsa, s2vsb: short circuits to ground and to the supply. */
export const DRV_SHORT = 0x18003000
/** DRV_STATUS otpw. */
export const DRV_WARM = 0x04000000
/** DRV_STATUS ola, olb: the chip also sets them at standstill, so they are warnings only. */
export const DRV_OPEN_LOAD = 0x60000000
/** DRV_STATUS stst. */
export const DRV_STANDSTILL = 0x80000000

/**
 * Returns the registers with their fields, in ascending order of address. A function, so that the compiler drops it from the
 * firmware, which does not call it.
 */
export function tmc5160Registers(): Register[] {
    const velocity = { unit: "velocity" } as const
    const acceleration = { unit: "acceleration" } as const
    const position = { unit: "microsteps", signed: true } as const
    const threshold = { unit: "tstep" } as const

    return [
        register(GCONF, "GCONF", "RW", [
            ...flags(
                0,
                "recalibrate faststandstill en_pwm_mode multistep_filt shaft diag0_error diag0_otpw diag0_stall diag1_stall"
            ),
            ...flags(
                9,
                "diag1_index diag1_onstate diag1_steps_skipped diag0_int_pushpull diag1_poscomp_pushpull small_hysteresis"
            ),
            ...flags(15, "stop_enable direct_mode test_mode"),
        ]),
        register(GSTAT, "GSTAT", "RC", flags(0, "reset drv_err uv_cp")),
        register(IOIN, "IOIN", "R", [
            ...flags(0, "refl_step refr_dir encb enca drv_enn enc_n sd_mode"),
            ...flags(7, "swcomp_in"),
            field("version", 24, 31, { unit: "hex" }),
        ]),
        register(SHORT_CONF, "SHORT_CONF", "W", [
            field("s2vs_level", 0, 3),
            field("s2g_level", 8, 11),
            field("shortfilter", 16, 17),
            ...flags(18, "shortdelay"),
        ]),
        register(DRV_CONF, "DRV_CONF", "W", [
            field("bbmtime", 0, 4),
            field("bbmclks", 8, 11),
            field("otselect", 16, 17, {
                values: ["150 °C", "143 °C", "136 °C", "120 °C"],
            }),
            field("drvstrength", 18, 19),
            field("filt_isense", 20, 21, {
                values: ["100 ns", "200 ns", "300 ns", "400 ns"],
            }),
        ]),
        whole(GLOBALSCALER, "GLOBALSCALER", "W", 8, { unit: "scaler" }),
        register(IHOLD_IRUN, "IHOLD_IRUN", "W", [
            field("ihold", 0, 4, { unit: "current" }),
            field("irun", 8, 12, { unit: "current" }),
            field("iholddelay", 16, 19, { unit: "clocks2^18" }),
        ]),
        whole(TPOWERDOWN, "TPOWERDOWN", "W", 8, { unit: "clocks2^18" }),
        whole(TSTEP, "TSTEP", "R", 20, threshold),
        whole(TPWMTHRS, "TPWMTHRS", "W", 20, threshold),
        whole(TCOOLTHRS, "TCOOLTHRS", "W", 20, threshold),
        whole(THIGH, "THIGH", "W", 20, threshold),
        whole(RAMPMODE, "RAMPMODE", "RW", 2, {
            values: ["position", "velocity +", "velocity -", "hold"],
        }),
        whole(XACTUAL, "XACTUAL", "RW", 32, position),
        whole(VACTUAL, "VACTUAL", "R", 24, { ...velocity, signed: true }),
        whole(VSTART, "VSTART", "W", 18, velocity),
        whole(A1, "A1", "W", 16, acceleration),
        whole(V1, "V1", "W", 20, velocity),
        whole(AMAX, "AMAX", "W", 16, acceleration),
        whole(VMAX, "VMAX", "W", 23, velocity),
        whole(DMAX, "DMAX", "W", 16, acceleration),
        whole(D1, "D1", "W", 16, acceleration),
        whole(VSTOP, "VSTOP", "W", 18, velocity),
        whole(TZEROWAIT, "TZEROWAIT", "W", 16, { unit: "clocks512" }),
        whole(XTARGET, "XTARGET", "RW", 32, position),
        register(SW_MODE, "SW_MODE", "RW", [
            ...flags(0, "stop_l_enable stop_r_enable pol_stop_l pol_stop_r"),
            ...flags(4, "swap_lr latch_l_active latch_l_inactive latch_r_active"),
            ...flags(8, "latch_r_inactive en_latch_encoder sg_stop en_softstop"),
        ]),
        register(RAMP_STAT, "RAMP_STAT", "RC", [
            ...flags(0, "status_stop_l status_stop_r status_latch_l"),
            ...flags(3, "status_latch_r event_stop_l event_stop_r event_stop_sg"),
            ...flags(7, "event_pos_reached velocity_reached position_reached"),
            ...flags(10, "vzero t_zerowait_active second_move status_sg"),
        ]),
        whole(XLATCH, "XLATCH", "R", 32, position),
        register(ENCMODE, "ENCMODE", "RW", [
            ...flags(0, "pol_a pol_b pol_n ignore_ab clr_cont clr_once"),
            ...flags(6, "pos_edge neg_edge clr_enc_x latch_x_act enc_sel_decimal"),
        ]),
        whole(X_ENC, "X_ENC", "RW", 32, position),
        // Microsteps per count; the fraction is in 1/65536, or in 1/10000 with enc_sel_decimal.
        register(ENC_CONST, "ENC_CONST", "W", [
            field("integer", 16, 31, { signed: true }),
            field("fractional", 0, 15),
        ]),
        register(ENC_STATUS, "ENC_STATUS", "RC", flags(0, "n_event deviation_warn")),
        whole(ENC_LATCH, "ENC_LATCH", "R", 32, position),
        whole(ENC_DEVIATION, "ENC_DEVIATION", "W", 20, { unit: "microsteps" }),
        register(CHOPCONF, "CHOPCONF", "RW", [
            field("toff", 0, 3),
            field("hstrt", 4, 6),
            field("hend", 7, 10),
            ...flags(11, "fd3 disfdcc - chm"),
            field("tbl", 15, 16, {
                values: ["16 clocks", "24 clocks", "36 clocks", "54 clocks"],
            }),
            ...flags(18, "vhighfs vhighchm"),
            field("tpfd", 20, 23),
            field("mres", 24, 27, { unit: "resolution" }),
            ...flags(28, "intpol dedge diss2g diss2vs"),
        ]),
        register(COOLCONF, "COOLCONF", "W", [
            field("semin", 0, 3),
            field("seup", 5, 6),
            field("semax", 8, 11),
            field("sedn", 13, 14),
            ...flags(15, "seimin"),
            field("sgt", 16, 22, { signed: true }),
            ...flags(24, "sfilt"),
        ]),
        register(DRV_STATUS, "DRV_STATUS", "R", [
            field("sg_result", 0, 9),
            ...flags(12, "s2vsa s2vsb stealth fsactive"),
            field("cs_actual", 16, 20, { unit: "current" }),
            ...flags(24, "stallguard ot otpw s2ga s2gb ola olb stst"),
        ]),
        register(PWMCONF, "PWMCONF", "W", [
            field("pwm_ofs", 0, 7),
            field("pwm_grad", 8, 15),
            field("pwm_freq", 16, 17),
            ...flags(18, "pwm_autoscale pwm_autograd"),
            field("freewheel", 20, 21, {
                values: ["normal", "freewheel", "coil short LS", "coil short HS"],
            }),
            field("pwm_reg", 24, 27),
            field("pwm_lim", 28, 31),
        ]),
        // The first byte of every reply.
        register(ADDRESS_STATUS, "SPI_STATUS", "R", [
            ...flags(0, "reset_flag driver_error sg2 standstill"),
            ...flags(4, "velocity_reached position_reached status_stop_l"),
            ...flags(7, "status_stop_r"),
        ]),
    ]
}
