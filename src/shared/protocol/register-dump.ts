// Responsible for: what a register dump carries: chips, sources, places; and the sign of a register's value.
// Not for: names and fields of registers (the host's) or how a chip is read (the firmware's drivers).

/** Whose register it is. The cart's own are what it calculates with: its calibration. */
export const DUMP_MOTOR = 0
export const DUMP_ENGINE = 1
export const DUMP_CART = 2
export const DUMP_UN0RICK = 3

/** Where a value comes from. */
export const SOURCE_READ = 0
/** The chip does not let it be read: the last value that was written. */
export const SOURCE_SHADOW = 1
/** The chip does not let it be read, and nothing was written since the cart started. */
export const SOURCE_NEVER_WRITTEN = 2
/** The chip did not answer; the value is 0 and means nothing. */
export const SOURCE_NO_ANSWER = 3

/** Address of what comes with every transfer and is no register: SPI_STATUS of the motor driver, flags of the line engine. */
export const ADDRESS_STATUS = 0x100

// Addresses of the cart's own values.
export const CART_FCLK_HZ = 0
export const CART_MICROSTEPS_PER_M = 1
export const CART_ENCODER_NM_PER_COUNT = 2
export const CART_BACKLASH_NM = 3
/** Points of the screw-error table, 0 where the screw was not measured. */
export const CART_SCREW_POINTS = 4
/** Why no catheter may be moved with this calibration, a code of codes.ts; 0 when it may. */
export const CART_CALIBRATION_REASON = 5
export const CART_VALUES = 6
/** The first point of the screw-error table, in nm, signed; the others behind it. 0 where it was not measured. */
export const CART_SCREW_0 = 16

/** Two's complement in the low `bits` bits of a register, 1 to 32. */
export function signedOf(value: number, bits: number): number {
    return (value << (32 - bits)) >> (32 - bits)
}
