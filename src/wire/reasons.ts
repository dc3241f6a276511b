// Responsible for: every code by which cart and host say why, with one sentence each.
// Not for: what is done about it (cart-machine.ts, the cart's faults).

/** No fault, no refusal. */
export const GOOD = 0

// Faults: latched by the cart until acknowledged with the cause gone.
export const FAULT_MOTOR_DRIVER_MISSING = 101
export const FAULT_MOTOR_DRIVER_WRITE = 102
export const FAULT_MOTOR_DRIVER_RESET = 103
export const FAULT_MOTOR_DRIVER_ERROR = 104
export const FAULT_HOMING = 105
export const FAULT_NOT_AT_SPEED = 106
export const FAULT_POSITION = 107
export const FAULT_STALL = 108
export const FAULT_END_SWITCH = 109
export const FAULT_MOVE_LATE = 110
export const FAULT_CALIBRATION = 111
export const FAULT_ENCODER_REVERSED = 112
export const FAULT_DRIVER_SHORT = 113
export const FAULT_DRIVER_HOT = 114
export const FAULT_DRIVER_SUPPLY = 115
export const FAULT_ENGINE_MISSING = 121
export const FAULT_ENGINE_WRITE = 122
export const FAULT_ENGINE_TABLE = 123
export const FAULT_ENGINE_RESET = 124
export const FAULT_CATHETER_MISSING = 125
export const FAULT_CATHETER_CHANGED = 126
export const FAULT_ENGINE_STOPPED = 127
export const FAULT_LINK_LOST = 141
export const FAULT_LINK_INPUT = 142
export const FAULT_LOOP_LATE = 161
export const FAULT_UNEXPECTED = 199

// Refusals: nothing was changed by the request.
export const REFUSED_STATE = 201
export const REFUSED_CATHETER = 202
export const REFUSED_CATHETER_PLUGGED = 203
export const REFUSED_SPEED = 204
export const REFUSED_LENGTH = 205
export const REFUSED_FRAME_RATE = 206
export const REFUSED_NO_SETUP = 207
export const REFUSED_COMMAND = 208
export const REFUSED_CAUSE_REMAINS = 209
export const REFUSED_PRF = 210
export const REFUSED_SPI_RATE = 211
export const REFUSED_TRAVEL = 212
export const REFUSED_CALIBRATION = 213
export const REFUSED_CLOCK = 214
export const REFUSED_SCALE = 215
export const REFUSED_SCREW = 216

// Events: told once.
export const EVENT_STATE = 301
export const EVENT_HOMED = 302
export const EVENT_WINDOW_BEGAN = 303
export const EVENT_WINDOW_ENDED = 304
export const EVENT_FAULT = 305
export const EVENT_ACKNOWLEDGED = 306
export const EVENT_SETUP = 307
export const EVENT_GATE = 308
export const EVENT_STOPPED = 309
export const EVENT_CALIBRATED = 310
export const EVENT_DRIVER_WARM = 311
export const EVENT_OPEN_LOAD = 312

// Rejects: the connection ends.
export const REJECT_LAYOUT = 401
export const REJECT_VERSION = 402
export const REJECT_HEADER = 403
export const REJECT_PAYLOAD = 404
export const REJECT_SESSION = 405
export const REJECT_SEQUENCE = 406
export const REJECT_UNEXPECTED = 407
export const REJECT_OVERSIZE = 408

/** Code and sentence. The sentence stands alone: the code may follow it, never replace it. */
export const REASONS: (readonly [number, string])[] = [
    [FAULT_MOTOR_DRIVER_MISSING, "the motor driver does not answer as a TMC5160: check its supply and the SPI wiring"],
    [FAULT_MOTOR_DRIVER_WRITE, "a motor driver register did not keep what was written to it"],
    [FAULT_MOTOR_DRIVER_RESET, "the motor driver lost its settings by a reset"],
    [FAULT_MOTOR_DRIVER_ERROR, "the motor driver reports a short, over-temperature or undervoltage"],
    [FAULT_HOMING, "the sled did not find its home switch: check that it is free to move and the switch is connected"],
    [FAULT_NOT_AT_SPEED, "the sled was not at speed when the imaged window began"],
    [FAULT_POSITION, "the sled is not where its motor should have taken it: steps were lost or the encoder is wrong"],
    [FAULT_STALL, "the sled does not follow its motor: free the catheter, and check the encoder"],
    [FAULT_END_SWITCH, "the sled ran onto an end switch in mid-move"],
    [FAULT_MOVE_LATE, "a move did not end when it should have"],
    [FAULT_CALIBRATION, "the calibration move did not show every point of the screw"],
    [FAULT_ENCODER_REVERSED, "the encoder counts against the motor: swap its channels A and B"],
    [FAULT_DRIVER_SHORT, "the motor driver reports a short: check the motor and its cable"],
    [FAULT_DRIVER_HOT, "the motor driver is too hot and has switched off: let it cool"],
    [FAULT_DRIVER_SUPPLY, "the motor driver's supply is too low"],
    [FAULT_ENGINE_MISSING, "the line engine does not answer: check its supply and the SPI wiring"],
    [FAULT_ENGINE_WRITE, "a line engine register did not keep what was written to it"],
    [FAULT_ENGINE_TABLE, "the sequence table read back from the line engine is not the one that was loaded"],
    [FAULT_ENGINE_RESET, "the line engine lost its settings by a reset"],
    [FAULT_CATHETER_MISSING, "no catheter is plugged in"],
    [FAULT_CATHETER_CHANGED, "the catheter was changed or unplugged in mid-run"],
    [FAULT_ENGINE_STOPPED, "the line engine stopped firing by itself: transmit is inhibited or it went unserviced"],
    [FAULT_LINK_LOST, "the link to the host was lost while pulling"],
    [FAULT_LINK_INPUT, "the host sent something that is no message of this protocol"],
    [FAULT_LOOP_LATE, "the control loop ran late"],
    [FAULT_UNEXPECTED, "the firmware met an error that it does not know: see the log"],
    [REFUSED_STATE, "the cart is in a state that does not allow it"],
    [REFUSED_CATHETER, "the catheter is not one that the cart knows"],
    [REFUSED_CATHETER_PLUGGED, "the catheter that is plugged in is another one"],
    [REFUSED_SPEED, "the speed is not within 0.25 to 10 mm/s"],
    [REFUSED_LENGTH, "the length is not within 1 mm and the stroke of the catheter"],
    [REFUSED_FRAME_RATE, "the frame rate is not within 1 to 90 frames/s"],
    [REFUSED_NO_SETUP, "no pullback has been set up"],
    [REFUSED_COMMAND, "there is no such command"],
    [REFUSED_CAUSE_REMAINS, "the cause of the fault is still there"],
    [REFUSED_PRF, "the firings of a frame take longer than the frame: lower the frame rate or the depth"],
    [REFUSED_SPI_RATE, "the lines of this frame rate do not fit through the front end's bus"],
    [REFUSED_TRAVEL, "the sled has not enough travel left for this length and its ramps"],
    [REFUSED_CALIBRATION, "the stored calibration is damaged: calibrate the sled"],
    [REFUSED_CLOCK, "the motor driver's clock is not the calibrated one: calibrate the sled"],
    [REFUSED_SCALE, "encoder and motor do not agree on a millimetre: check the encoder and calibrate the sled"],
    [REFUSED_SCREW, "the screw is not as even as calibrated: calibrate the sled"],
    [EVENT_STATE, "the cart changed its state"],
    [EVENT_HOMED, "the sled found its home switch"],
    [EVENT_WINDOW_BEGAN, "the imaged window began"],
    [EVENT_WINDOW_ENDED, "the imaged window ended"],
    [EVENT_FAULT, "a fault was latched"],
    [EVENT_ACKNOWLEDGED, "the fault was acknowledged"],
    [EVENT_SETUP, "the pullback was set up"],
    [EVENT_GATE, "the speed left its limits or came back into them"],
    [EVENT_STOPPED, "an operator stopped the pullback"],
    [EVENT_CALIBRATED, "the sled was calibrated"],
    [EVENT_DRIVER_WARM, "the motor driver is getting hot"],
    [EVENT_OPEN_LOAD, "the motor driver sees an open coil"],
    [REJECT_LAYOUT, "the two sides were built with different message layouts: update the older one"],
    [REJECT_VERSION, "the two sides speak different protocol versions: update the older one"],
    [REJECT_HEADER, "a burst header was damaged"],
    [REJECT_PAYLOAD, "a message was damaged or of the wrong length"],
    [REJECT_SESSION, "a burst belongs to another session"],
    [REJECT_SEQUENCE, "a burst came twice or out of order"],
    [REJECT_UNEXPECTED, "a message came that has no place in this state"],
    [REJECT_OVERSIZE, "a message was longer than is allowed"],
] // prettier-ignore

/** The sentence of a code; an unknown code is named as such. */
export function sentenceOf(code: number): string {
    for (let i = 0; i < REASONS.length; ++i)
        if (REASONS[i][0] === code) return REASONS[i][1]
    return "unknown reason " + code
}
