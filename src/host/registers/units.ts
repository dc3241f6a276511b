// Converts the number of a field to a quantity with a unit, such as VMAX in mm/s.
// Source: TMC5160 data sheet: velocities VMAX·fCLK/2^24 usteps/s, accelerations AMAX·fCLK^2/(512·256)/2^24 usteps/s²,
// TSTEP in clocks per 1/256 microstep, currents n+1 of 32, TPOWERDOWN and IHOLDDELAY in 2^18, TZEROWAIT in 512 clocks.

import { GOOD, sentenceOf } from "../../shared/codes"
import { UN_PULSER_HZ, un0rickGainCdb } from "../../shared/devices/un0rick"
import type { Unit } from "../../shared/devices/register"

/** Scale of the motor driver's numbers, from the cart's calibration. */
export interface Scale {
    readonly fclkHz: number
    readonly microstepsPerMm: number
    readonly encoderNmPerCount: number
}

/** TSTEP at standstill, and the highest threshold. */
const TSTEP_STANDSTILL = 0xfffff

const digits = (value: number, places: number): string =>
    value.toFixed(places).replace(/^-(0\.?0*)$/, "$1")

const hex = (value: number): string => `0x${(value >>> 0).toString(16).padStart(2, "0")}`

/** Speed of a VMAX or VACTUAL in mm/s. */
export function velocityMmPerS(value: number, scale: Scale): number {
    return (value * scale.fclkHz) / 2 ** 24 / scale.microstepsPerMm
}

/** Acceleration of an AMAX in mm/s². */
function accelerationMmPerS2(value: number, scale: Scale): number {
    return (value * scale.fclkHz ** 2) / 2 ** 41 / scale.microstepsPerMm
}

/** Formats a quantity; undefined if the plain number suffices or the scale is unknown. */
export function quantity(unit: Unit, value: number, scale: Scale | undefined): string | undefined {
    switch (unit) {
        case "hex":
            return hex(value)
        case "ascii":
            return asciiOf(value)
        case "reason":
            return value === GOOD ? "none found" : sentenceOf(value)
        case "current":
            return `${value + 1}/32`
        case "scaler":
            return value === 0 ? "256/256" : `${value}/256`
        case "resolution":
            return value > 8 ? undefined : `${256 >> value} microsteps`
        case "hz":
            return `${digits(value / 1e6, 6)} MHz`
        case "per metre":
            return `${digits(value / 1000, 3)} a mm`
        case "nm":
            return `${digits(value / 1000, 3)} um`
        case "ns":
            return `${digits(value / 1000, 3)} us`
        case "us":
            return `${digits(value / 1e6, 6)} s`
        case "ms":
            return `${value} ms`
        case "mV":
            return `${digits(value / 1000, 3)} V`
        case "fF":
            return `${digits(value / 1000, 3)} pF`
        case "nJ":
            return `${digits(value / 1000, 3)} uJ`
        case "cdB":
            return `${digits(value / 100, 2)} dB`
        case "mrpm":
            return `${digits(value / 1000, 3)} rpm`
        case "periods": {
            // An un0rick's registers hold the value minus one.
            const ns = ((value + 1) * 1e9) / UN_PULSER_HZ
            return `${value + 1} periods, ${digits(ns / 1000, 3)} us`
        }
        case "gain":
            return `${digits(un0rickGainCdb(value) / 100, 2)} dB`
        case "cdB/mm":
            return `${digits(value / 100, 2)} dB/mm`
    }
    return scale && scaled(unit, value, scale)
}

function scaled(unit: Unit, value: number, scale: Scale): string | undefined {
    const { fclkHz, microstepsPerMm } = scale
    switch (unit) {
        case "velocity":
            return `${digits(velocityMmPerS(value, scale), 4)} mm/s`
        case "acceleration":
            return `${digits(accelerationMmPerS2(value, scale), 3)} mm/s²`
        case "microsteps":
            return `${digits(value / microstepsPerMm, 4)} mm`
        case "counts":
            return `${digits((value * scale.encoderNmPerCount) / 1e6, 4)} mm`
        case "tstep":
            if (value === 0) return "no limit"
            return value === TSTEP_STANDSTILL
                ? "standstill"
                : `${digits(fclkHz / value / microstepsPerMm, 4)} mm/s`
        case "clocks512":
            return `${digits((value * 512e3) / fclkHz, 2)} ms`
        case "clocks2^18":
            return `${digits((value * 2 ** 18 * 1e3) / fclkHz, 1)} ms`
        default:
            return undefined
    }
}

/** Four characters, the first in the lowest byte; undefined if one is not printable. */
function asciiOf(value: number): string | undefined {
    const codes = [0, 8, 16, 24].map(shift => (value >>> shift) & 0xff).filter(code => code !== 0)
    return codes.every(code => code >= 0x20 && code < 0x7f)
        ? `"${String.fromCharCode(...codes)}"`
        : undefined
}
