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
export const FAULT_FORCE = 116
export const FAULT_ENCODER_DEAD = 117
export const FAULT_ENGINE_MISSING = 121
export const FAULT_ENGINE_WRITE = 122
export const FAULT_ENGINE_TABLE = 123
export const FAULT_ENGINE_RESET = 124
export const FAULT_CATHETER_CHANGED = 126
export const FAULT_ENGINE_STOPPED = 127
export const FAULT_UN0RICK_MISSING = 128
export const FAULT_UN0RICK_VERSION = 129
export const FAULT_UN0RICK_WRITE = 130
export const FAULT_UN0RICK_MEMORY = 131
export const FAULT_UN0RICK_LATE = 132
export const FAULT_UN0RICK_RESET = 133
export const FAULT_UN0RICK_SETTINGS = 134
export const FAULT_ROTOR_LOCK = 135
export const FAULT_ROTOR_STALLED = 136
export const FAULT_ROTOR_SPEED = 137
export const FAULT_LINK_LOST = 141
export const FAULT_LOOP_LATE = 161
// Why the line engine did not fire: one for each of its causes that no other fault names.
export const FAULT_ENGINE_INHIBITED = 171
export const FAULT_ENGINE_UNSERVICED = 172
export const FAULT_ENGINE_NO_BUDGET = 173
export const FAULT_ENGINE_BUDGET = 174
export const FAULT_ENGINE_CYCLES = 175
export const FAULT_ENGINE_SUPPLY = 176
export const FAULT_ENGINE_PULSES = 177
export const FAULT_ENGINE_ENERGY = 178
export const FAULT_ENGINE_ENTRY = 179
export const FAULT_ENGINE_BUS = 180
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
export const REFUSED_PRF = 210
export const REFUSED_SPI_RATE = 211
export const REFUSED_TRAVEL = 212
export const REFUSED_CALIBRATION = 213
export const REFUSED_CLOCK = 214
export const REFUSED_SCALE = 215
export const REFUSED_SCREW = 216
// Those that a plan of firings has.
export const REFUSED_DEPTH = 217
export const REFUSED_PRF_MAX = 218
export const REFUSED_PULSES = 219
export const REFUSED_POWER = 220
export const REFUSED_BURST = 221
export const REFUSED_FIFO = 222
export const REFUSED_LINK_RATE = 223
export const REFUSED_TABLE = 224
export const REFUSED_ROTOR = 225
export const REFUSED_FRONT_END = 226
export const REFUSED_LINES = 227
export const REFUSED_SAMPLES = 228
// Those that only a plan of a move has; each stands for one field of what was asked.
export const REFUSED_MOVE_KIND = 231
export const REFUSED_START = 232
export const REFUSED_DIRECTION = 233
export const REFUSED_STEP = 234
export const REFUSED_STEP_COUNT = 235
export const REFUSED_DWELL = 236
export const REFUSED_TRIGGER_RATE = 237
export const REFUSED_REFRACTORY = 238
export const REFUSED_TIMEOUT = 239
export const REFUSED_SPEED_CHANGE = 240
// Those of element data and its list of pairs.
export const REFUSED_DATA = 251
export const REFUSED_PAIR_LIST = 252
export const REFUSED_PAIRS_LENGTH = 253
export const REFUSED_PAIRS_ORDER = 254
export const REFUSED_PAIRS_ELEMENT = 255
export const REFUSED_PAIRS_CRC = 256
export const REFUSED_PAIRS_MISSING = 257

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
export const EVENT_SPEED = 313
export const EVENT_STOP_REACHED = 314
export const EVENT_TRIGGERS_LOST = 315
export const EVENT_JOG_RELEASED = 316
export const EVENT_ENGINE_BUS = 330
export const EVENT_PAIRS = 331
export const EVENT_LINK_REFUSED = 317

// Rejects: the connection ends.
export const REJECT_LAYOUT = 401
export const REJECT_VERSION = 402
export const REJECT_HEADER = 403
export const REJECT_PAYLOAD = 404
export const REJECT_SESSION = 405
export const REJECT_SEQUENCE = 406
export const REJECT_UNEXPECTED = 407
export const REJECT_OVERSIZE = 408
export const REJECT_KEY = 409
export const REJECT_NO_KEY = 410
export const REJECT_INSECURE = 411
export const REJECT_TAG = 412
export const REJECT_BUSY = 413
export const REJECT_LATE = 414
export const REJECT_CREDIT = 415

/**
 * The sentence of a code; an unknown code is named as such. The sentence stands
 * alone: the code may follow it, never replace it. A chain and no table, since in
 * the VM a table would take kilobytes of a heap that holds a burst as well.
 */
// prettier-ignore
export function sentenceOf(code: number): string {
    if (code === FAULT_MOTOR_DRIVER_MISSING) return "the motor driver does not answer as a TMC5160: check its supply and the SPI wiring"
    if (code === FAULT_MOTOR_DRIVER_WRITE) return "a motor driver register did not keep what was written to it"
    if (code === FAULT_MOTOR_DRIVER_RESET) return "the motor driver lost its settings by a reset"
    if (code === FAULT_MOTOR_DRIVER_ERROR) return "the motor driver reports a short, over-temperature or undervoltage"
    if (code === FAULT_HOMING) return "the sled did not find its home switch: check that it is free to move and the switch is connected"
    if (code === FAULT_NOT_AT_SPEED) return "the sled was not at speed when the imaged window began"
    if (code === FAULT_POSITION) return "the sled is not where its motor should have taken it: steps were lost or the encoder is wrong"
    if (code === FAULT_STALL) return "the sled does not follow its motor: free the catheter, and check the encoder"
    if (code === FAULT_END_SWITCH) return "the sled ran onto an end switch in mid-move"
    if (code === FAULT_MOVE_LATE) return "a move did not end when it should have"
    if (code === FAULT_CALIBRATION) return "the calibration move did not show every point of the screw"
    if (code === FAULT_ENCODER_REVERSED) return "the encoder counts against the motor: swap its channels A and B"
    if (code === FAULT_DRIVER_SHORT) return "the motor driver reports a short: check the motor and its cable"
    if (code === FAULT_DRIVER_HOT) return "the motor driver is too hot and has switched off: let it cool"
    if (code === FAULT_DRIVER_SUPPLY) return "the motor driver's supply is too low"
    if (code === FAULT_FORCE) return "the force on the sled is above its limit: free the catheter"
    if (code === FAULT_ENCODER_DEAD) return "the encoder stands still though the motor turns freely: check the encoder, its cable, and the nut"
    if (code === FAULT_ENGINE_MISSING) return "the line engine does not answer: check its supply and the SPI wiring"
    if (code === FAULT_ENGINE_WRITE) return "a line engine register did not keep what was written to it"
    if (code === FAULT_ENGINE_TABLE) return "the sequence table read back from the line engine is not the one that was loaded"
    if (code === FAULT_ENGINE_RESET) return "the line engine lost its settings by a reset"
    if (code === FAULT_CATHETER_CHANGED) return "the catheter was changed or unplugged in mid-run"
    if (code === FAULT_ENGINE_STOPPED) return "the line engine stopped firing, or did not begin, and names no cause"
    if (code === FAULT_UN0RICK_MISSING) return "the un0rick board does not answer: check its supply and the SPI wiring"
    if (code === FAULT_UN0RICK_VERSION) return "the un0rick board has other gateware than this firmware knows: load its USB gateware of version 1"
    if (code === FAULT_UN0RICK_WRITE) return "an un0rick register did not keep what was written to it"
    if (code === FAULT_UN0RICK_MEMORY) return "the un0rick board's memory did not give back its test pattern"
    if (code === FAULT_UN0RICK_LATE) return "the un0rick board did not finish in time"
    if (code === FAULT_UN0RICK_RESET) return "the un0rick board lost its settings by a reset"
    if (code === FAULT_UN0RICK_SETTINGS) return "the un0rick board serves 0.25 to 31.8 MHz and depths up to 24.6 mm: this catheter needs something else"
    if (code === FAULT_ROTOR_LOCK) return "the rotor did not reach its speed in time: check the catheter's seat in the drive unit"
    if (code === FAULT_ROTOR_STALLED) return "the rotor stalled: free the catheter before it is turned again"
    if (code === FAULT_ROTOR_SPEED) return "the speed of the rotor left its limits: the catheter turns unevenly"
    if (code === FAULT_LINK_LOST) return "the link to the host was lost while pulling"
    if (code === FAULT_LOOP_LATE) return "the control loop ran late"
    if (code === FAULT_ENGINE_INHIBITED) return "transmit is inhibited by the safety circuit: release the emergency stop, and check the wire of TX_INHIBIT"
    if (code === FAULT_ENGINE_UNSERVICED) return "the line engine stopped firing since it went unserviced for 100 ms"
    if (code === FAULT_ENGINE_NO_BUDGET) return "the line engine holds no transmit budget for this catheter: set the pullback up again"
    if (code === FAULT_ENGINE_BUDGET) return "the transmit budget read back from the line engine is not the catheter's"
    if (code === FAULT_ENGINE_CYCLES) return "the sequence has a pulse with more cycles than the catheter's transmit budget: the line engine does not fire it"
    if (code === FAULT_ENGINE_SUPPLY) return "the pulser's supply is above the catheter's transmit budget: the line engine does not fire; have the supply checked"
    if (code === FAULT_ENGINE_PULSES) return "the line engine stopped firing: the pulses of a second would have been more than the catheter's transmit budget"
    if (code === FAULT_ENGINE_ENERGY) return "the line engine stopped firing: the energy of its pulses would have been more than the catheter's transmit budget"
    if (code === FAULT_ENGINE_ENTRY) return "the sequence table has an entry in use that was never loaded: the line engine does not fire it"
    if (code === FAULT_ENGINE_BUS) return "what the line engine answers is damaged on its bus again and again: check the SPI wiring"
    if (code === FAULT_UNEXPECTED) return "the firmware met an error that it does not know: see the log"
    if (code === REFUSED_STATE) return "the cart is in a state that does not allow it"
    if (code === REFUSED_CATHETER) return "the catheter is not one that the cart knows"
    if (code === REFUSED_CATHETER_PLUGGED) return "the catheter that is plugged in is another one"
    if (code === REFUSED_SPEED) return "the speed is not within 0.25 to 10 mm/s"
    if (code === REFUSED_LENGTH) return "the length is not within 1 mm and the stroke of the catheter"
    if (code === REFUSED_FRAME_RATE) return "the frame rate is not within 1 to 90 frames/s, or of element data from 0.1 on"
    if (code === REFUSED_NO_SETUP) return "no pullback has been set up"
    if (code === REFUSED_COMMAND) return "there is no such command"
    if (code === REFUSED_PRF) return "the firings of a frame take longer than the frame: lower the frame rate or the depth"
    if (code === REFUSED_SPI_RATE) return "the lines of this frame rate do not fit through the front end's bus"
    if (code === REFUSED_TRAVEL) return "the sled has not enough travel left for this length and its ramps"
    if (code === REFUSED_CALIBRATION) return "the stored calibration is damaged: calibrate the sled"
    if (code === REFUSED_CLOCK) return "the motor driver's clock is not the calibrated one: calibrate the sled"
    if (code === REFUSED_SCALE) return "encoder and motor do not agree on a millimetre: check the encoder and calibrate the sled"
    if (code === REFUSED_SCREW) return "the screw is not as even as calibrated: calibrate the sled"
    if (code === REFUSED_DEPTH) return "the depth is not within 1 mm and the largest of the catheter"
    if (code === REFUSED_PRF_MAX) return "the pulses of this frame rate come faster than the catheter bears"
    if (code === REFUSED_PULSES) return "the pulses of a second are more than the catheter's transmit budget"
    if (code === REFUSED_POWER) return "the pulses of this frame rate heat the catheter's tip above its limit: fire fewer, shorter or weaker ones"
    if (code === REFUSED_BURST) return "the pulse has no cycle, or more than the catheter's longest burst"
    if (code === REFUSED_FIFO) return "the front end's FIFO would hold less than 100 ms of the lines of this frame rate"
    if (code === REFUSED_LINK_RATE) return "the lines of this frame rate do not fit through the link to the host"
    if (code === REFUSED_TABLE) return "the pairs are more than the front end's sequence table holds"
    if (code === REFUSED_ROTOR) return "the catheter's rotor does not turn as slowly or as fast as this frame rate asks"
    if (code === REFUSED_FRONT_END) return "the cart does not drive this kind of catheter yet: it drives arrays and rotors on a line engine"
    if (code === REFUSED_LINES) return "the lines of a frame are not the catheter's own, and only a catheter that turns takes others, 16 to 512"
    if (code === REFUSED_SAMPLES) return "the samples of a line are not within 16 to 1024, or are chosen for element data"
    if (code === REFUSED_MOVE_KIND) return "there is no such kind of move"
    if (code === REFUSED_START) return "the sled does not stand where this move can begin"
    if (code === REFUSED_DIRECTION) return "the sled can be moved towards one end of its travel or the other, and not beyond it"
    if (code === REFUSED_STEP) return "the step is not within 10 to 5000 um, or is too long for the time between two triggers"
    if (code === REFUSED_STEP_COUNT) return "the length is not a whole number of steps"
    if (code === REFUSED_DWELL) return "the dwell is not within 0 to 10000 ms, or is too long for the time between two triggers"
    if (code === REFUSED_TRIGGER_RATE) return "the trigger rate is not within 30 to 240 a minute"
    if (code === REFUSED_REFRACTORY) return "the refractory time is shorter than dwell and step together, or longer than a beat"
    if (code === REFUSED_TIMEOUT) return "the time-out is not within two beats and 10000 ms"
    if (code === REFUSED_SPEED_CHANGE) return "what is left of the imaged window or of the travel is too short for this change of speed"
    if (code === REFUSED_DATA) return "there is no such kind of data, or not of this catheter: element data need an array"
    if (code === REFUSED_PAIR_LIST) return "there is no such list of pairs"
    if (code === REFUSED_PAIRS_LENGTH) return "the list of pairs is empty, or longer than it was said to be or the front end's table is"
    if (code === REFUSED_PAIRS_ORDER) return "a piece of the list of pairs came out of its turn: send the list again from its first pair"
    if (code === REFUSED_PAIRS_ELEMENT) return "a pair names an element that the catheter does not have"
    if (code === REFUSED_PAIRS_CRC) return "the list of pairs did not come as it was sent: send it again"
    if (code === REFUSED_PAIRS_MISSING) return "the list of pairs has not come, not all of it, or for another catheter: send it before the setup"
    if (code === EVENT_STATE) return "the cart changed its state"
    if (code === EVENT_HOMED) return "the sled found its home switch"
    if (code === EVENT_WINDOW_BEGAN) return "the imaged window began"
    if (code === EVENT_WINDOW_ENDED) return "the imaged window ended"
    if (code === EVENT_FAULT) return "a fault was latched"
    if (code === EVENT_ACKNOWLEDGED) return "the fault was acknowledged"
    if (code === EVENT_SETUP) return "the pullback was set up"
    if (code === EVENT_GATE) return "the speed left its limits or came back into them"
    if (code === EVENT_STOPPED) return "an operator stopped the pullback"
    if (code === EVENT_CALIBRATED) return "the sled was calibrated"
    if (code === EVENT_DRIVER_WARM) return "the motor driver is getting hot"
    if (code === EVENT_OPEN_LOAD) return "the motor driver sees an open coil"
    if (code === EVENT_SPEED) return "the speed was changed while pulling"
    if (code === EVENT_STOP_REACHED) return "the sled stands at a stop and is imaged"
    if (code === EVENT_TRIGGERS_LOST) return "no trigger of the ECG came within the time-out: the gated pullback ended"
    if (code === EVENT_JOG_RELEASED) return "the jog was let go: the sled brakes"
    if (code === EVENT_ENGINE_BUS) return "transfers of the line engine's bus were damaged and made again"
    if (code === EVENT_PAIRS) return "a piece of the list of pairs was taken"
    if (code === EVENT_LINK_REFUSED) return "a connection before this one was refused"
    if (code === REJECT_LAYOUT) return "the two sides were built with different message layouts: update the older one"
    if (code === REJECT_VERSION) return "the two sides speak different protocol versions: update the older one"
    if (code === REJECT_HEADER) return "a burst header was damaged"
    if (code === REJECT_PAYLOAD) return "a message was damaged or of the wrong length"
    if (code === REJECT_SESSION) return "a burst belongs to another session"
    if (code === REJECT_SEQUENCE) return "a burst came twice or out of order"
    if (code === REJECT_UNEXPECTED) return "a message came that has no place in this state"
    if (code === REJECT_OVERSIZE) return "a message was longer than is allowed"
    if (code === REJECT_KEY) return "the other side has another key: pair cart and host again"
    if (code === REJECT_NO_KEY) return "there is no key for this cart here: pair it with its host"
    if (code === REJECT_INSECURE) return "one side wants to go on without a key and the other does not allow it: pair them, or allow it on both for a lab bench"
    if (code === REJECT_TAG) return "a burst was not authentic: it was changed, sent back, or made without the session's key"
    if (code === REJECT_BUSY) return "the host has a cart already: it takes one at a time"
    if (code === REJECT_LATE) return "the other side did not answer in time"
    if (code === REJECT_CREDIT) return "the host gave more credit than the cart has room for"
    return "unknown reason " + code
}
