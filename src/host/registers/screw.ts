// The lead-screw error table of a dump, as numbers and as a row of bars.

import { SCREW_POINTS } from "../../shared/motion/calibration"
import {
    CART_SCREW_0,
    CART_SCREW_POINTS,
    DUMP_CART,
    signedOf,
} from "../../shared/protocol/register-dump"
import type { Dump } from "./dump"

const BARS = "▁▂▃▄▅▆▇█"

/** Lead-screw error in um at equally spaced points of a revolution; empty if it has not been measured. */
export function screwUmOf(dump: Dump): number[] {
    const points = dump.read(DUMP_CART, CART_SCREW_POINTS) ?? 0
    return Array.from(
        { length: Math.min(points, SCREW_POINTS) },
        (_, i) => signedOf(dump.read(DUMP_CART, CART_SCREW_0 + i) ?? 0, 32) / 1000
    )
}

/** One revolution as a row of bars, with the peak-to-peak error. */
export function screwText(um: readonly number[]): string {
    if (um.length === 0) return "not measured"
    const low = Math.min(...um)
    const range = Math.max(...um) - low
    const bar = (value: number): string =>
        BARS[range > 0 ? Math.round(((value - low) / range) * (BARS.length - 1)) : 0]!
    return `${um.map(bar).join("")}  ${range.toFixed(1)} um peak to peak`
}
