// Names and fields of an un0rick's registers for a display; the constants are in src/shared/devices/un0rick.ts.
// Source: boards/un0rick.md, "Registers", "Pulse" and "Gain".

import { ADDRESS_STATUS } from "../../shared/protocol/register-dump"
import * as un from "../../shared/devices/un0rick"
import { field, flags, register, whole, type Register } from "../../shared/devices/register"

const hex = { unit: "hex" } as const
const periods = { unit: "periods" } as const
const gain = { unit: "gain" } as const

export const UN0RICK: readonly Register[] = [
    whole(un.UN_INITDEL, "INITDEL", "RW", 8, periods),
    whole(un.UN_PONW, "PONW", "RW", 8, periods),
    whole(un.UN_POFFW, "POFFW", "RW", 8, periods),
    whole(un.UN_INTERW, "INTERW", "RW", 8, periods),
    register(un.UN_DRMODE, "DRMODE", "RW", flags(0, "double_rate")),
    whole(un.UN_DACOUT, "DACOUT", "RW", 10, gain),
    ...Array.from({ length: un.UN_GAIN_STEPS }, (_, step) =>
        whole(un.UN_DACGAIN + step, `DACGAIN${String(step).padStart(2, "0")}`, "RW", 10, gain)
    ),
    register(un.UN_ACQSTART, "ACQSTART", "W", flags(0, "start")),
    register(un.UN_ACQDONE, "ACQDONE", "R", flags(0, "done")),
    register(un.UN_NBLINES, "NBLINES", "RW", [field("lines_less_one", 0, 4), field("mark", 5, 7)]),
    register(un.UN_ACQBUSY, "ACQBUSY", "R", flags(0, "busy")),
    register(un.UN_HVMUXEN, "HVMUXEN", "RW", flags(0, "enabled")),
    whole(un.UN_HVMUXSW, "HVMUXSW", "RW", 16, hex),
    register(un.UN_RAMDATA, "RAMDATA", "R", [
        field("sample", 0, 9),
        field("line", 10, 11),
        field("inputs", 12, 14),
    ]),
    register(un.UN_RAMRADDRRST, "RAMRADDRRST", "W", flags(0, "reset")),
    register(un.UN_RAMFINC, "RAMFINC", "W", flags(0, "fill")),
    register(un.UN_RAMFDEC, "RAMFDEC", "W", flags(0, "fill")),
    register(un.UN_RAMFDONE, "RAMFDONE", "R", flags(0, "filled")),
    whole(un.UN_AUTHOR, "AUTHOR", "R", 8),
    register(un.UN_VERSION, "VERSION", "R", [
        field("version", 0, 7),
        // Not a number in the gateware's source.
        field("upper", 8, 15),
    ]),
    // Not a register: whether the firmware is firing.
    register(ADDRESS_STATUS, "STATUS", "R", flags(0, "armed")),
]
