// The sled's speed set point, its epoch, and the set points of the last few epochs.

/** Set points kept: as many as can change while a line waits in the FIFO, and a few more; a power of two. */
const SPEEDS_KEPT = 8

/** Speed set point of the sled in nm/s; negative towards the home switch, 0 at standstill. */
export let set_speed_nm_s = 0
/** Counts every change of the set point, modulo 2^16. */
export let speed_epoch = 0
/** Set points by the lowest bits of their epoch. */
const speeds_nm_s: number[] = []
for (let i = 0; i < SPEEDS_KEPT; ++i) speeds_nm_s[i] = 0

export function setSpeed(speed_nm_s: number): void {
    if (speed_nm_s === set_speed_nm_s) return
    set_speed_nm_s = speed_nm_s
    speed_epoch = (speed_epoch + 1) & 0xffff
    speeds_nm_s[speed_epoch & (SPEEDS_KEPT - 1)] = speed_nm_s
}

/** @returns the set point `epochs` changes ago, in nm/s; 0 if it is no longer kept */
export function speedBefore(epochs: number): number {
    if (epochs >= SPEEDS_KEPT) return 0
    return speeds_nm_s[(speed_epoch - epochs) & (SPEEDS_KEPT - 1)]
}
