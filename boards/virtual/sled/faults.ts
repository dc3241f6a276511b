// The closed list of faults that this rig can produce. Responsible for names, allowed values and refusal of
// everything else; what a fault does is done by the part it belongs to (chip, sled, encoder, bus).
import { SledError } from "./types"

/** Each fault: what it does, and the range and default of its value where it has one. */
export const SLED_FAULTS = {
    stall: { text: "the sled is jammed and does not move" },
    load: {
        text: "a constant force on the sled in N, positive = proximal",
        value: { min: -200, max: 200, default: -10 },
    },
    "stick-slip": {
        text: "dry guide: break-away force in N, varying by 30 %, on a soft catheter",
        value: { min: 0, max: 50, default: 2 },
    },
    "screw-slip": {
        text: "the nut lets go once for this many mm of screw travel",
        value: { min: 0.01, max: 20, default: 1 },
    },
    "encoder-dead": { text: "the encoder gives no more edges" },
    "encoder-reversed": { text: "channels A and B are swapped" },
    "encoder-slip": {
        text: "this fraction of the encoder's edges is lost",
        value: { min: 0, max: 1, default: 0.1 },
    },
    "left-switch-open": { text: "the home switch never closes" },
    "left-switch-closed": { text: "the home switch is stuck closed" },
    "right-switch-open": { text: "the right end switch never closes" },
    "right-switch-closed": { text: "the right end switch is stuck closed" },
    "driver-reset": {
        text: "the supply of the motor chip fails for an instant (once)",
    },
    "bus-all-ones": { text: "the SPI cable is off, MISO reads high" },
    "bus-all-zeros": { text: "the SPI cable is off, MISO reads low" },
    "bus-stuck": {
        text: "nothing arrives; MISO repeats the last answer (-1), or this byte",
        value: { min: -1, max: 255, default: -1 },
    },
    "over-temperature-warning": { text: "the chip reports otpw and runs on" },
    "over-temperature": {
        text: "the chip reports ot and switches its stage off",
    },
    short: {
        text: "short to ground in coil A, stage off until it is disabled and enabled again",
    },
    "open-load": { text: "coil A is open: half the force, ola is set" },
    undervoltage: { text: "the charge pump fails, stage off while it lasts" },
} as const satisfies Record<string, FaultSpec>

interface FaultSpec {
    text: string
    value?: { min: number; max: number; default: number }
}

export type SledFault = keyof typeof SLED_FAULTS

export const SLED_FAULT_NAMES = Object.keys(SLED_FAULTS) as SledFault[]

/** Checks a fault's name and value; refuses with the list of what is allowed. Returns the value in force (0 without one). */
export function checkFault(name: string, value?: number): { fault: SledFault; value: number } {
    if (!Object.hasOwn(SLED_FAULTS, name))
        throw new SledError(
            "unknown-fault",
            `The sled has no fault "${name}"; it has: ${SLED_FAULT_NAMES.join(", ")}.`
        )
    const spec: FaultSpec = SLED_FAULTS[name as SledFault]
    if (!spec.value) {
        if (value !== undefined)
            throw new SledError("bad-fault-value", `The fault "${name}" takes no value.`)
        return { fault: name as SledFault, value: 0 }
    }
    const { min, max } = spec.value
    const inForce = value ?? spec.value.default
    if (!(inForce >= min && inForce <= max))
        throw new SledError(
            "bad-fault-value",
            `The fault "${name}" takes a value from ${min} to ${max}, not ${value}.`
        )
    return { fault: name as SledFault, value: inForce }
}
