// Output pins of a cart, real or virtual, by the numbers that Board.setPin takes.

/** Enable input of the motor driver, active low: high switches the motor stage off. */
export const PIN_DRV_ENN = 0
/** Each edge restarts the watchdog. */
export const PIN_HEARTBEAT = 1
