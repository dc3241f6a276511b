// Speed and duration of a move from standstill to standstill.

import { ACCEL_NM_S2, rampLengthNm } from "./ramp"

/** Peak speed of a move from standstill to standstill, in nm/s. */
export function peakOf(distance_nm: number, speed_nm_s: number): number {
    if (distance_nm >= 2 * rampLengthNm(speed_nm_s)) return speed_nm_s
    // Corrected to the exact integer root, as the last bit of Math.sqrt differs between the runtimes. The product is below 2^53.
    const square = ACCEL_NM_S2 * distance_nm
    let root = Math.floor(Math.sqrt(square))
    while (root * root > square) --root
    while ((root + 1) * (root + 1) <= square) ++root
    return Math.min(root, speed_nm_s)
}

/** Duration of a move from standstill to standstill, in ms. */
export function moveMs(distance_nm: number, speed_nm_s: number): number {
    if (distance_nm <= 0) return 0
    const peak = peakOf(distance_nm, speed_nm_s)
    const ramps_ms = (2000 * peak) / ACCEL_NM_S2
    if (peak < speed_nm_s) return ramps_ms
    const plateau_nm = distance_nm - (peak / ACCEL_NM_S2) * peak
    return ramps_ms + Math.max(0, (1000 * plateau_nm) / peak)
}
