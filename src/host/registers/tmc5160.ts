// Responsible for: names, widths and meanings of the TMC5160's registers and bit fields, for people to read.
// Not for: the firmware's addresses (src/firmware/motion) or the model's behaviour (boards/virtual/sled).
// Source: TMC5160/TMC5160A data sheet rev. 1.17, "Register mapping"; field names and masks compared with
// analogdevicesinc/TMC-API, tmc/ic/TMC5160/TMC5160_HW_Abstraction.h. Facts only, no code was taken.

import { ADDRESS_STATUS } from "../../shared/protocol/register-dump"
import { field, flags, register, whole, type Register } from "./register"

const velocity = { unit: "velocity" } as const
const acceleration = { unit: "acceleration" } as const
const position = { unit: "microsteps", signed: true } as const
const threshold = { unit: "tstep" } as const

export const TMC5160: readonly Register[] = [
    register(0x00, "GCONF", "RW", [
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
    register(0x01, "GSTAT", "RC", flags(0, "reset drv_err uv_cp")),
    register(0x04, "IOIN", "R", [
        ...flags(0, "refl_step refr_dir encb enca drv_enn enc_n sd_mode"),
        ...flags(7, "swcomp_in"),
        field("version", 24, 31, { unit: "hex" }),
    ]),
    register(0x09, "SHORT_CONF", "W", [
        field("s2vs_level", 0, 3),
        field("s2g_level", 8, 11),
        field("shortfilter", 16, 17),
        ...flags(18, "shortdelay"),
    ]),
    register(0x0a, "DRV_CONF", "W", [
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
    whole(0x0b, "GLOBALSCALER", "W", 8, { unit: "scaler" }),
    register(0x10, "IHOLD_IRUN", "W", [
        field("ihold", 0, 4, { unit: "current" }),
        field("irun", 8, 12, { unit: "current" }),
        field("iholddelay", 16, 19, { unit: "clocks2^18" }),
    ]),
    whole(0x11, "TPOWERDOWN", "W", 8, { unit: "clocks2^18" }),
    whole(0x12, "TSTEP", "R", 20, threshold),
    whole(0x13, "TPWMTHRS", "W", 20, threshold),
    whole(0x14, "TCOOLTHRS", "W", 20, threshold),
    whole(0x15, "THIGH", "W", 20, threshold),
    whole(0x20, "RAMPMODE", "RW", 2, {
        values: ["position", "velocity +", "velocity -", "hold"],
    }),
    whole(0x21, "XACTUAL", "RW", 32, position),
    whole(0x22, "VACTUAL", "R", 24, { ...velocity, signed: true }),
    whole(0x23, "VSTART", "W", 18, velocity),
    whole(0x24, "A1", "W", 16, acceleration),
    whole(0x25, "V1", "W", 20, velocity),
    whole(0x26, "AMAX", "W", 16, acceleration),
    whole(0x27, "VMAX", "W", 23, velocity),
    whole(0x28, "DMAX", "W", 16, acceleration),
    whole(0x2a, "D1", "W", 16, acceleration),
    whole(0x2b, "VSTOP", "W", 18, velocity),
    whole(0x2c, "TZEROWAIT", "W", 16, { unit: "clocks512" }),
    whole(0x2d, "XTARGET", "RW", 32, position),
    register(0x34, "SW_MODE", "RW", [
        ...flags(0, "stop_l_enable stop_r_enable pol_stop_l pol_stop_r"),
        ...flags(4, "swap_lr latch_l_active latch_l_inactive latch_r_active"),
        ...flags(8, "latch_r_inactive en_latch_encoder sg_stop en_softstop"),
    ]),
    register(0x35, "RAMP_STAT", "RC", [
        ...flags(0, "status_stop_l status_stop_r status_latch_l"),
        ...flags(3, "status_latch_r event_stop_l event_stop_r event_stop_sg"),
        ...flags(7, "event_pos_reached velocity_reached position_reached"),
        ...flags(10, "vzero t_zerowait_active second_move status_sg"),
    ]),
    whole(0x36, "XLATCH", "R", 32, position),
    register(0x38, "ENCMODE", "RW", [
        ...flags(0, "pol_a pol_b pol_n ignore_ab clr_cont clr_once"),
        ...flags(6, "pos_edge neg_edge clr_enc_x latch_x_act enc_sel_decimal"),
    ]),
    whole(0x39, "X_ENC", "RW", 32, position),
    // Microsteps a count: 2^16ths, or with enc_sel_decimal ten-thousandths.
    register(0x3a, "ENC_CONST", "W", [
        field("integer", 16, 31, { signed: true }),
        field("fractional", 0, 15),
    ]),
    register(0x3b, "ENC_STATUS", "RC", flags(0, "n_event deviation_warn")),
    whole(0x3c, "ENC_LATCH", "R", 32, position),
    whole(0x3d, "ENC_DEVIATION", "W", 20, { unit: "microsteps" }),
    register(0x6c, "CHOPCONF", "RW", [
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
    register(0x6d, "COOLCONF", "W", [
        field("semin", 0, 3),
        field("seup", 5, 6),
        field("semax", 8, 11),
        field("sedn", 13, 14),
        ...flags(15, "seimin"),
        field("sgt", 16, 22, { signed: true }),
        ...flags(24, "sfilt"),
    ]),
    register(0x6f, "DRV_STATUS", "R", [
        field("sg_result", 0, 9),
        ...flags(12, "s2vsa s2vsb stealth fsactive"),
        field("cs_actual", 16, 20, { unit: "current" }),
        ...flags(24, "stallguard ot otpw s2ga s2gb ola olb stst"),
    ]),
    register(0x70, "PWMCONF", "W", [
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
    // The first byte of every answer.
    register(ADDRESS_STATUS, "SPI_STATUS", "R", [
        ...flags(0, "reset_flag driver_error sg2 standstill"),
        ...flags(4, "velocity_reached position_reached status_stop_l"),
        ...flags(7, "status_stop_r"),
    ]),
]
