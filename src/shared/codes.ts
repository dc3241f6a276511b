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
export const FAULT_CATHETER_UNPLUGGED = 125
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
export const FAULT_UN0RICK_CATHETER = 138
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
export const FAULT_ENGINE_LINES = 181
export const FAULT_ENGINE_TGC = 182
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
export const REFUSED_NO_TRIGGERS = 229
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
// Those of the catheter that is plugged in, beside REFUSED_CATHETER_PLUGGED; also told as events when they come up.
export const REFUSED_NO_CATHETER = 241
export const REFUSED_CATHETER_UNKNOWN = 242
export const REFUSED_CATHETER_SERIAL = 243
// Those of element data and its list of pairs.
export const REFUSED_DATA = 251
export const REFUSED_PAIR_LIST = 252
export const REFUSED_PAIRS_LENGTH = 253
export const REFUSED_PAIRS_ORDER = 254
export const REFUSED_PAIRS_ELEMENT = 255
export const REFUSED_PAIRS_CRC = 256
export const REFUSED_PAIRS_MISSING = 257
// Those of a time gain.
export const REFUSED_TGC_KIND = 258
export const REFUSED_TGC = 259
// Those of a catheter that the host describes.
export const REFUSED_CATHETER_FIELD = 261
export const REFUSED_CATHETER_KNOWN = 262

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
export const EVENT_CATHETER_DATA = 339
export const EVENT_LINK_REFUSED = 317
export const EVENT_CATHETER = 318

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
 * Every code with its sentence, one a line. One text and no chain or table: in the VM a chain is code, of which a program
 * may have 64 kB, and a table takes kilobytes of a heap that holds a burst as well. ASCII only, so that places are bytes.
 */
const SENTENCES = `
101 the motor driver does not answer as a TMC5160: check its supply and the SPI wiring
102 a motor driver register did not keep what was written to it
103 the motor driver lost its settings by a reset
104 the motor driver reports a short, over-temperature or undervoltage
105 the sled did not find its home switch: check that it is free to move and the switch is connected
106 the sled was not at speed when the imaged window began
107 the sled is not where its motor should have taken it: steps were lost or the encoder is wrong
108 the sled does not follow its motor: free the catheter, and check the encoder
109 the sled ran onto an end switch in mid-move
110 a move did not end when it should have
111 the calibration move did not show every point of the screw
112 the encoder counts against the motor: swap its channels A and B
113 the motor driver reports a short: check the motor and its cable
114 the motor driver is too hot and has switched off: let it cool
115 the motor driver's supply is too low
116 the force on the sled is above its limit: free the catheter
117 the encoder stands still though the motor turns freely: check the encoder, its cable, and the nut
121 the line engine does not answer: check its supply and the SPI wiring
122 a line engine register did not keep what was written to it
123 the sequence table read back from the line engine is not the one that was loaded
124 the line engine lost its settings by a reset
125 the catheter was unplugged in mid-run
126 the catheter was changed for another in mid-run
127 the line engine stopped firing, or did not begin, and names no cause
128 the un0rick board does not answer: check its supply and the SPI wiring
129 the un0rick board has other gateware than this firmware knows: load its USB gateware of version 1
130 an un0rick register did not keep what was written to it
131 the un0rick board's memory did not give back its test pattern
132 the un0rick board did not start or finish a line in time
133 the un0rick board lost its settings by a reset
134 the un0rick board serves 0.25 to 31.8 MHz and depths up to 24.6 mm: this catheter needs something else
135 the rotor did not reach its speed in time: check the catheter's seat in the drive unit
136 the rotor stalled: free the catheter before it is turned again
137 the speed of the rotor left its limits: the catheter turns unevenly
138 the board's setting "catheter" names no catheter that an un0rick drives: set it to the one that is wired to the board
141 the link to the host was lost while pulling
161 the control loop ran late
171 transmit is inhibited by the safety circuit: release the emergency stop, and check the wire of TX_INHIBIT
172 the line engine stopped firing since it went unserviced for 100 ms
173 the line engine holds no transmit budget for this catheter: set the pullback up again
174 the transmit budget read back from the line engine is not the catheter's
175 the sequence has a pulse with more cycles than the catheter's transmit budget: the line engine does not fire it
176 the pulser's supply is above the catheter's transmit budget: the line engine does not fire; have the supply checked
177 the line engine stopped firing: the pulses of a second would have been more than the catheter's transmit budget
178 the line engine stopped firing: the energy of its pulses would have been more than the catheter's transmit budget
179 the sequence table has an entry in use that was never loaded: the line engine does not fire it
180 what the line engine answers is damaged on its bus again and again: check the SPI wiring
181 the line engine fires and most of its lines do not come: the level of its FIFO does not tell of them; have the board checked
182 the time gain read back from the line engine is not the one that was loaded
199 the firmware met an error that it does not know: see the log
201 the cart is in a state that does not allow it
202 the catheter is not one that the cart knows
203 the catheter that is plugged in is another one than was set up
204 the speed is not within 0.25 to 10 mm/s
205 the length is not within 1 mm and the stroke of the catheter
206 the frame rate is not within 1 to 90 frames/s, or of element data from 0.1 on
207 no pullback has been set up
208 there is no such command
210 the firings of a frame take longer than the frame: lower the frame rate or the depth
211 the lines of this frame rate do not fit through the front end's bus
212 the sled has not enough travel left for this length and its ramps
213 the stored calibration is damaged: calibrate the sled
214 the motor driver's clock is not the calibrated one: calibrate the sled
215 encoder and motor do not agree on a millimetre: check the encoder and calibrate the sled
216 the screw is not as even as calibrated: calibrate the sled
217 the depth is not within 1 mm and the largest of the catheter
218 the pulses of this frame rate come faster than the catheter bears
219 the pulses of a second are more than the catheter's transmit budget
220 the pulses of this frame rate heat the catheter's tip above its limit: fire fewer, shorter or weaker ones
221 the pulse has no cycle, or more than the catheter's longest burst
222 the front end's FIFO would hold less than 100 ms of the lines of this frame rate
223 the lines of this frame rate do not fit through the link to the host
224 the pairs are more than the front end's sequence table holds
225 the catheter's rotor does not turn as slowly or as fast as this frame rate asks
226 this catheter needs another front end than the cart has: a line engine for arrays and rotors, an un0rick for a single element
227 the lines of a frame are not the catheter's own, and only a catheter that turns takes others, 16 to 512
228 the samples of a line are not within 16 to 1024, or are chosen for element data
229 the front end of this catheter does not hear an ECG: a gated pullback needs a line engine
231 there is no such kind of move
232 the sled does not stand where this move can begin
233 the sled can be moved towards one end of its travel or the other, and not beyond it
234 the step is not within 10 to 5000 um, or is too long for the time between two triggers
235 the length is not a whole number of steps
236 the dwell is not within 0 to 10000 ms, or is too long for the time between two triggers
237 the trigger rate is not within 30 to 240 a minute
238 the refractory time is shorter than dwell and step together, or longer than a beat
239 the time-out is not within two beats and 10000 ms
240 what is left of the imaged window or of the travel is too short for this change of speed
241 no catheter is plugged in
242 the catheter that is plugged in is not one that the cart knows
243 the catheter was changed for another of its kind since it was set up: set the pullback up again
251 there is no such kind of data, or not of this catheter: element data need an array
252 there is no such list of pairs
253 the list of pairs is empty, or longer than it was said to be or the front end's table is
254 a piece of the list of pairs came out of its turn: send the list again from its first pair
255 a pair names an element that the catheter does not have
256 the list of pairs did not come as it was sent: send it again
257 the list of pairs has not come, not all of it, or for another catheter: send it before the setup
258 there is no such choice of time gain: the catheter's own, or a curve that is given
259 a gain of the time gain's curve is above what the front end has
261 a field of the catheter's data is not what it may be
262 the cart knows a catheter of this id, and nobody else says what it bears: give another one another id
301 the cart changed its state
302 the sled found its home switch
303 the imaged window began
304 the imaged window ended
305 a fault was latched
306 the fault was acknowledged
307 the pullback was set up
308 the speed left its limits or came back into them
309 an operator stopped the pullback
310 the sled was calibrated
311 the motor driver is getting hot
312 the motor driver sees an open coil
313 the speed was changed while pulling
314 the sled stands at a stop and is imaged
315 no trigger of the ECG came within the time-out: the gated pullback ended
316 the jog was let go: the sled brakes
317 a connection before this one was refused
318 a catheter was plugged in
330 transfers of the line engine's bus were damaged and made again
331 a piece of the list of pairs was taken
339 the data of a catheter were taken, for this session
401 the two sides were built with different message layouts: update the older one
402 the two sides speak different protocol versions: update the older one
403 a burst header was damaged
404 a message was damaged or of the wrong length
405 a burst belongs to another session
406 a burst came twice or out of order
407 a message came that has no place in this state
408 a message was longer than is allowed
409 the other side has another key: pair cart and host again
410 there is no key for this cart here: pair it with its host
411 one side wants to go on without a key and the other does not allow it: pair them, or allow it on both for a lab bench
412 a burst was not authentic: it was changed, sent back, or made without the session's key
413 the host has a cart already: it takes one at a time
414 the other side did not answer in time
415 the host gave more credit than the cart has room for
`

/** The sentence of a code; an unknown code is named as such. The sentence stands alone: the code may follow it, never replace it. */
export function sentenceOf(code: number): string {
    const mark = "\n" + code + " "
    const at = SENTENCES.indexOf(mark)
    if (at < 0) return "unknown reason " + code
    const from = at + mark.length
    return SENTENCES.slice(from, SENTENCES.indexOf("\n", from))
}
