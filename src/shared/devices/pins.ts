// Numbers of a cart's output pins, as used by Board.setPin.

/** Enable input of the motor driver, active low: high switches the motor stage off. */
export const PIN_DRV_ENN = 0
/** Each edge restarts the watchdog. */
export const PIN_HEARTBEAT = 1
