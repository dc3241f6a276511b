// Numbers of a cart's pins: outputs as used by Board.setPin, inputs as used by Board.readPin.

/** Enable input of the motor driver, active low: high switches the motor stage off. */
export const PIN_DRV_ENN = 0
/** Each edge restarts the watchdog. */
export const PIN_HEARTBEAT = 1
/** A rising edge re-arms the latch of the safety circuit, if the watchdog is alive and the e-stop chain closed. */
export const PIN_SAFE_REARM = 2

/** High while motor and transmit are allowed by the safety circuit. */
export const PIN_SAFE_SENSE = 0
