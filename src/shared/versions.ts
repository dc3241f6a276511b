// The version of what cart, host and bedside unit have agreed on, and which of two programs must be updated.

import { GOOD, REJECT_CART_OLDER } from "./codes"

/**
 * Of all programs of this source: major · 65536 + minor · 256 + patch. Raise the minor number with each change of messages,
 * services, codes or their meaning that an older program would not understand, and the patch with any other release.
 */
export const PROGRAM_VERSION = 0x000400

/** Its major and minor number, major · 256 + minor: programs with the same one fit each other. */
export const CONTRACT_VERSION = PROGRAM_VERSION >>> 8

/**
 * Compares the contract version of a cart with that of a program that talks to it.
 * @param older the code for that program being the older one: REJECT_HOST_OLDER or REJECT_UNIT_OLDER
 * @returns GOOD if they are equal, or the code that names the program to update
 */
export function versionReason(cart: number, other: number, older: number): number {
    if (cart === other) return GOOD
    return cart < other ? REJECT_CART_OLDER : older
}

/** 0x000302 becomes "0.3.2". */
export function versionText(version: number): string {
    return (version >>> 16) + "." + ((version >>> 8) & 0xff) + "." + (version & 0xff)
}
