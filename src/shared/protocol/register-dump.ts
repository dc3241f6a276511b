// Constants of a register dump: chips, sources, addresses; and the sign extension of a register value.

/** Chip of a register. DUMP_CART is the calibration of the cart. */
export const DUMP_MOTOR = 0
export const DUMP_ENGINE = 1
export const DUMP_CART = 2
export const DUMP_UN0RICK = 3

/** Source of a value. */
export const SOURCE_READ = 0
/** Write-only register: the last written value. */
export const SOURCE_SHADOW = 1
/** Write-only register, not written since the cart started. */
export const SOURCE_NEVER_WRITTEN = 2
/** The chip did not answer; the value is 0. */
export const SOURCE_NO_ANSWER = 3

/** Address of the status of every transfer: SPI_STATUS of the motor driver, flags of the line engine. */
export const ADDRESS_STATUS = 0x100

// Addresses of the calibration values.
export const CART_FCLK_HZ = 0
export const CART_MICROSTEPS_PER_M = 1
export const CART_ENCODER_NM_PER_COUNT = 2
export const CART_BACKLASH_NM = 3
/** Number of points of the lead-screw error table, 0 if not measured. */
export const CART_SCREW_POINTS = 4
/** Code of codes.ts that forbids pullbacks with this calibration; 0 if they are allowed. */
export const CART_CALIBRATION_REASON = 5
export const CART_VALUES = 6
/** First point of the lead-screw error table, in nm, signed; the others follow. 0 if not measured. */
export const CART_SCREW_0 = 16

/** Two's complement in the low `bits` bits of a register, 1 to 32. */
export function signedOf(value: number, bits: number): number {
    return (value << (32 - bits)) >> (32 - bits)
}
