// The faults of the sled: motor driver, SPI cable, encoder, end switches and mechanics.

import { type Fault, type FaultTable, override } from "../fault"
import type { SledRig } from "./rig"
import { SledError } from "./types"

/** Stiffness of a drive with a soft nut, for the fault "stick-slip", in N per um. */
const SOFT_STIFFNESS = 0.02

export const SLED_FAULTS = {
    stall: {
        text: "the sled is jammed and does not move",
        start: ({ sled }) => override(sled, "jammed", true),
    },
    load: {
        text: "a constant force of 10 N pushes the sled in the distal direction",
        // In N, positive = proximal.
        value: { min: -200, max: 200, default: -10 },
        start: ({ sled }, _, forceN) => override(sled, "loadN", forceN),
    },
    "stick-slip": {
        text: "a dry guide sticks and slips: break-away force 2 N ± 30 %, soft nut",
        // Break-away force in N.
        value: { min: 0, max: 50, default: 2 },
        start: ({ sled: { options } }, _, forceN) => {
            const undo = [
                override(options, "stictionN", forceN),
                override(options, "stictionVariation", 0.3),
                override(options, "slidingFraction", 0.5),
                override(options, "stiffnessNPerUm", SOFT_STIFFNESS),
            ]
            return () => undo.forEach(u => u())
        },
    },
    "screw-slip": {
        text: "the nut slips once on the lead screw, for 1 mm of screw travel",
        // Screw travel in mm.
        value: { min: 0.01, max: 20, default: 1 },
        start: ({ sled }, _, slipMm) => void (sled.slipRemainingM = slipMm * 1e-3),
    },
    "encoder-dead": {
        text: "the encoder stops sending edges",
        start: ({ encoder }) => override(encoder.faults, "dead", true),
    },
    "encoder-reversed": {
        text: "channels A and B of the encoder are swapped",
        start: ({ encoder }) => override(encoder.faults, "reversed", true),
    },
    "encoder-slip": {
        text: "10 % of the encoder's edges are lost",
        // Fraction of the edges.
        value: { min: 0, max: 1, default: 0.1 },
        start: ({ encoder }, _, fraction) => override(encoder.faults, "slip", fraction),
    },
    "encoder-unplugged": {
        text: "the encoder's cable is off: no edges, all its levels read high",
        start: ({ encoder, chip }) => {
            const plugIn = override(encoder.faults, "dead", true)
            chip.core.encoder.unplugged = true
            return () => {
                plugIn()
                chip.core.encoder.unplugged = false
            }
        },
    },
    "encoder-jump": {
        text: "a disturbance of the encoder's cable adds 500 counts once",
        // Counts, signed.
        value: { min: -100000, max: 100000, default: 500 },
        start: ({ encoder }, nowUs, counts) => encoder.jump(Math.round(counts), nowUs),
    },
    "motor-coil-reversed": {
        text: "one coil of the motor is reversed: the sled moves the other way",
        start: rig => {
            rig.setCoilReversed(true)
            return () => rig.setCoilReversed(false)
        },
    },
    "home-switch-wire-cut": {
        text: "the home switch's wire is cut: it always reads reached",
        start: ({ switchFaults }) => override(switchFaults, "home", "cut"),
    },
    "home-switch-short": {
        text: "the home switch's wire has a short to ground: it never reads reached",
        start: ({ switchFaults }) => override(switchFaults, "home", "short"),
    },
    "far-switch-wire-cut": {
        text: "the far switch's wire is cut: it always reads reached",
        start: ({ switchFaults }) => override(switchFaults, "far", "cut"),
    },
    "far-switch-short": {
        text: "the far switch's wire has a short to ground: it never reads reached",
        start: ({ switchFaults }) => override(switchFaults, "far", "short"),
    },
    "switch-cable-off": {
        text: "the cable of both end switches is off: both read reached",
        start: ({ switchFaults }) => override(switchFaults, "cableOff", true),
    },
    "switches-swapped": {
        text: "the wires of home and far switch are swapped",
        start: ({ switchFaults }) => override(switchFaults, "swapped", true),
    },
    "driver-reset": {
        text: "the supply of the motor driver fails briefly, which resets it",
        start: rig => rig.powerCycle(rig.nowUs),
    },
    "bus-all-ones": {
        text: "the motor driver's SPI cable is off, MISO reads high",
        start: ({ chip }) => override(chip, "busState", "ones"),
    },
    "bus-all-zeros": {
        text: "the motor driver's SPI cable is off, MISO reads low",
        start: ({ chip }) => override(chip, "busState", "zeros"),
    },
    "bus-stuck": {
        text: "the motor driver receives nothing and MISO repeats its last reply",
        // -1 repeats the last reply; 0 to 255 is a byte that is read instead.
        value: { min: -1, max: 255, default: -1 },
        start: ({ chip }, _, byte) =>
            override(chip, "busState", byte < 0 ? "repeats" : Math.round(byte)),
    },
    "over-temperature-warning": {
        text: "the motor driver reports otpw and runs on",
        start: ({ chip }) => override(chip.core.stage.faults, "overTemperatureWarning", true),
    },
    "over-temperature": {
        text: "the motor driver reports ot and switches its power stage off",
        start: ({ chip }) => override(chip.core.stage.faults, "overTemperature", true),
    },
    short: {
        text: "short to ground in coil A: the power stage is off until it is enabled again",
        start: ({ chip }) => override(chip.core.stage.faults, "short", true),
    },
    "open-load": {
        text: "coil A is open: half the force, ola is set",
        start: ({ chip }) => override(chip.core.stage.faults, "openLoad", true),
    },
    undervoltage: {
        text: "the charge pump's voltage is low: the power stage is off while it lasts",
        start: ({ chip }) => override(chip.core.stage.faults, "undervoltage", true),
    },
} satisfies FaultTable<SledRig>

export type SledFault = keyof typeof SLED_FAULTS

export const SLED_FAULT_NAMES = Object.keys(SLED_FAULTS) as SledFault[]

/**
 * Checks a fault's name and value.
 * @returns the name and the value in force (0 for a fault without a value)
 * @throws SledError that lists what is allowed
 */
export function checkFault(name: string, value?: number): { fault: SledFault; value: number } {
    if (!Object.hasOwn(SLED_FAULTS, name))
        throw new SledError(
            "unknown-fault",
            `The sled has no fault "${name}"; it has: ${SLED_FAULT_NAMES.join(", ")}.`
        )
    const fault = name as SledFault
    const { value: range }: Fault<SledRig> = SLED_FAULTS[fault]
    if (!range) {
        if (value !== undefined)
            throw new SledError("bad-fault-value", `The fault "${name}" takes no value.`)
        return { fault, value: 0 }
    }
    const { min, max } = range
    const inForce = value ?? range.default
    if (!(inForce >= min && inForce <= max))
        throw new SledError(
            "bad-fault-value",
            `The fault "${name}" takes a value from ${min} to ${max}, not ${value}.`
        )
    return { fault, value: inForce }
}
