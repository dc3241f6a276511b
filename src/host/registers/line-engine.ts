// Names and fields of the line engine's registers for a display; the constants are in src/shared/devices/line-engine.ts.
// Source: boards/line-engine.md, version 2.

import * as le from "../../shared/devices/line-engine"
import { TGC_POINTS } from "../../shared/acquisition/tgc"
import { ADDRESS_STATUS } from "../../shared/protocol/register-dump"
import { field, flags, register, whole, type Register } from "../../shared/devices/register"

const hex = { unit: "hex" } as const
const ascii = { unit: "ascii" } as const
const millivolts = { unit: "mV" } as const
/** Names of the values of CAUSE, the reason for not firing. */
const CAUSES = [
    "none",
    "state",
    "catheter",
    "table",
    "entry",
    "no budget",
    "cycles",
    "supply",
    "pulses",
    "energy",
    "inhibited",
    "rotor",
    "unserviced",
]
const counts = { unit: "counts", signed: true } as const

export const LINE_ENGINE: readonly Register[] = [
    whole(le.REG_ID, "ID", "R", 32, ascii),
    whole(le.REG_VERSION, "VERSION", "R", 32),
    whole(le.REG_CONTROL, "CONTROL", "W", 32, {
        values: ["stop", "arm", "fire", "clear"],
    }),
    whole(le.REG_LINES, "LINES", "RW", 32),
    whole(le.REG_SAMPLES, "SAMPLES", "RW", 32),
    whole(le.REG_LINE_PERIOD_NS, "LINE_PERIOD_NS", "RW", 32, { unit: "ns" }),
    whole(le.REG_TABLE_CRC, "TABLE_CRC", "RW", 32, hex),
    whole(le.REG_POSITION, "POSITION", "RW", 32, counts),
    whole(le.REG_WINDOW_START, "WINDOW_START", "RW", 32, counts),
    whole(le.REG_WINDOW_END, "WINDOW_END", "RW", 32, counts),
    register(le.REG_GATE, "GATE", "RW", [
        ...flags(0, "open"),
        field("epoch", le.GATE_EPOCH_SHIFT, le.GATE_EPOCH_SHIFT + 7),
    ]),
    whole(le.REG_TICK, "TICK", "R", 32, { unit: "us" }),
    whole(le.REG_FIRED, "FIRED", "R", 32),
    whole(le.REG_DROPPED, "DROPPED", "R", 32),
    whole(le.REG_REFUSED, "REFUSED", "R", 32),
    whole(le.REG_TEST, "TEST", "W", 32),
    whole(le.REG_TRIGGERS, "TRIGGERS", "R", 32),
    whole(le.REG_TRIGGER_TICK, "TRIGGER_TICK", "R", 32, { unit: "us" }),
    ...[0, 1, 2, 3].map(i => whole(le.REG_CATHETER_0 + i, `CATHETER_${i}`, "R", 32, ascii)),
    whole(le.REG_CATHETER_SERIAL, "CATHETER_SERIAL", "R", 32),
    whole(le.REG_PAIRS, "PAIRS", "RW", 32),
    whole(le.REG_SAMPLE_FORMAT, "SAMPLE_FORMAT", "RW", 32),
    whole(le.REG_FIRST_SAMPLE_NS, "FIRST_SAMPLE_NS", "RW", 32, { unit: "ns" }),
    whole(le.REG_LANES, "LANES", "R", 32),
    whole(le.REG_FIFO_LINES, "FIFO_LINES", "R", 32),
    whole(le.REG_ROTOR_TARGET, "ROTOR_TARGET", "RW", 32, {
        unit: "mrpm",
        signed: true,
    }),
    register(le.REG_ROTOR_STATUS, "ROTOR_STATUS", "R", [
        ...flags(0, "running locked index stalled lost"),
    ]),
    whole(le.REG_ROTOR_PERIOD, "ROTOR_PERIOD", "R", 32, { unit: "ns" }),
    whole(le.REG_ROTOR_TURNS, "ROTOR_TURNS", "R", 32),
    whole(le.REG_ROTOR_LOCK_PPM, "ROTOR_LOCK_PPM", "RW", 32, { unit: "ppm" }),
    whole(le.REG_TRIGGER_MODE, "TRIGGER_MODE", "RW", 32, {
        values: ["free", "rotor"],
    }),
    whole(le.REG_BUDGET_PULSES, "BUDGET_PULSES", "RW", 32),
    whole(le.REG_BUDGET_CYCLES, "BUDGET_CYCLES", "RW", 32),
    whole(le.REG_BUDGET_SUPPLY_MV, "BUDGET_SUPPLY_MV", "RW", 32, millivolts),
    whole(le.REG_BUDGET_ELEMENT_FF, "BUDGET_ELEMENT_FF", "RW", 32, {
        unit: "fF",
    }),
    whole(le.REG_BUDGET_ENERGY_NJ, "BUDGET_ENERGY_NJ", "RW", 32, {
        unit: "nJ",
    }),
    whole(le.REG_BUDGET_WINDOW_MS, "BUDGET_WINDOW_MS", "RW", 32, {
        unit: "ms",
    }),
    whole(le.REG_SUPPLY_MV, "SUPPLY_MV", "RW", 32, millivolts),
    whole(le.REG_SUPPLY_MEASURED_MV, "SUPPLY_MEASURED_MV", "R", 32, millivolts),
    whole(le.REG_CAUSE, "CAUSE", "R", 32, {
        values: CAUSES,
    }),
    whole(le.REG_OVER_BUDGET, "OVER_BUDGET", "R", 32),
    whole(le.REG_TGC_STEP_NS, "TGC_STEP_NS", "RW", 32, { unit: "ns" }),
    ...Array.from({ length: TGC_POINTS / 2 }, (_, i) =>
        register(le.REG_TGC_0 + i, `TGC_${i}`, "RW", [
            field("first", 0, 15, { unit: "cdB" }),
            field("second", 16, 31, { unit: "cdB" }),
        ])
    ),
    // The flags at the start of every reply.
    register(ADDRESS_STATUS, "STATUS", "R", [
        ...flags(0, "armed firing inhibited unserviced reset bad_command"),
        ...flags(6, "catheter refused"),
    ]),
]
