// The numbered codes of faults, refusals, events and rejects, with one sentence for each.

/** No fault, no refusal. */
export const GOOD = 0

// Faults: latched until they are acknowledged and their cause is gone.
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
export const FAULT_ENCODER_REVERSED = 112
export const FAULT_DRIVER_SHORT = 113
export const FAULT_DRIVER_HOT = 114
export const FAULT_DRIVER_SUPPLY = 115
export const FAULT_UNCOMMANDED = 118
export const FAULT_NO_STOP = 119
export const FAULT_COUNTER = 120
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
export const FAULT_SWITCHES = 139
export const FAULT_ZERO = 140
export const FAULT_LINK_LOST = 141
export const FAULT_MOTOR_BUS = 142
export const FAULT_UNIT_LOST = 143
export const FAULT_LOOP_LATE = 161
// The safety circuit and its self test.
export const FAULT_ESTOP = 162
export const FAULT_SAFETY_TRIPPED = 163
export const FAULT_WATCHDOG = 164
export const FAULT_MOTOR_GATE = 165
export const FAULT_TRANSMIT_GATE = 166
export const FAULT_SAFE_LATCH = 167
// Causes reported by the line engine for not firing, except those covered by a fault above.
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

// Refusals: the request changed nothing.
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
// From the check of a firing sequence.
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
// From the planning of a move; each code refers to one field of the request.
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
// About the plugged-in catheter (as REFUSED_CATHETER_PLUGGED); also sent as events when the condition starts.
export const REFUSED_NO_CATHETER = 241
export const REFUSED_CATHETER_UNKNOWN = 242
export const REFUSED_CATHETER_SERIAL = 243
// About motion.
export const REFUSED_BRAKING = 244
export const REFUSED_CAUSE = 245
export const REFUSED_SWITCHES = 246
export const REFUSED_ESTOP = 247
// About who is in control.
export const REFUSED_CONTROL = 248
export const REFUSED_NO_CONTROL = 249
export const REFUSED_NO_HOST = 250
// About channel data and their pair list.
export const REFUSED_DATA = 251
export const REFUSED_PAIR_LIST = 252
export const REFUSED_PAIRS_LENGTH = 253
export const REFUSED_PAIRS_ORDER = 254
export const REFUSED_PAIRS_ELEMENT = 255
export const REFUSED_PAIRS_CRC = 256
export const REFUSED_PAIRS_MISSING = 257
// About the TGC.
export const REFUSED_TGC_KIND = 258
export const REFUSED_TGC = 259
// About catheter data that the host sends.
export const REFUSED_CATHETER_FIELD = 261
export const REFUSED_CATHETER_BUILT_IN = 262
// About calibration.
export const REFUSED_STROKE = 263
export const REFUSED_RECORD = 264
// About any request, and those over Jacdac.
export const REFUSED_ARGUMENT = 265
export const REFUSED_BUSY = 266

// Events: sent once each.
export const EVENT_STATE = 301
export const EVENT_HOMED = 302
export const EVENT_WINDOW_STARTED = 303
export const EVENT_WINDOW_ENDED = 304
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
export const EVENT_LEFT_OUT = 332
export const EVENT_CATHETER_DATA = 339
export const EVENT_LINK_REFUSED = 317
export const EVENT_CATHETER = 318
export const EVENT_SLED_MOVED = 319
export const EVENT_MOTOR_OFF = 320
export const EVENT_FRAM = 321
export const EVENT_CONTROL = 322
export const EVENT_DATE = 323
export const EVENT_LOG = 324
export const EVENT_PACKETS = 325
export const EVENT_RESTART = 326
export const EVENT_MARK = 327
export const EVENT_RING_DOWN = 328
export const EVENT_GAIN = 329

// Rejects: the sender closes the connection.
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
/** Reported as the reason of a refused connection: the board cannot use its host setting. */
export const REJECT_HOST_SETTING = 416
// Versions that do not fit (versions.ts): the one to update.
export const REJECT_CART_OLDER = 417
export const REJECT_HOST_OLDER = 418
export const REJECT_UNIT_OLDER = 419

/**
 * One line for each code: the code and its sentence. A single string costs the VM neither code space (64 kB for a program)
 * nor heap; conditions or a table would. ASCII only, so that an index is also a byte offset.
 * No word is longer than 16 characters, the width of the narrowest display.
 */
const SENTENCES = `
101 the motor driver does not identify itself as a TMC5160: check its supply and the SPI wiring
102 a motor driver register did not read back the value written to it: check the SPI wiring
103 the motor driver was reset and lost its settings: check its supply
104 the motor driver reports an error without naming its cause: check the motor, its cable and the supply
105 the sled did not reach its home switch: check switch, encoder, and that the sled moves freely
106 the sled was not at speed when the imaged window started: check that it moves freely, and the switches
107 encoder and motor disagree on the sled position: check encoder, end switches, SPI wiring, lost steps
108 the sled does not follow its motor: free the catheter, then check the encoder and the SPI wiring
109 the sled reached an end switch during a move: check the switch, then home the sled again
110 a move did not end in time: check that the sled moves freely, and the SPI wiring
112 motor and encoder move in opposite directions: swap a motor coil, or the encoder channels A and B
113 the motor driver reports a short circuit: check the motor and its cable
114 the motor driver overheated and switched off: let it cool down
115 the motor driver reports undervoltage: check its supply
118 the motor driver moved the sled against or faster than its command: check the SPI wiring
119 the sled did not stop in time and its motor was switched off: check the SPI wiring
120 a position counter changed faster than the motor moves: check encoder, SPI wiring, and for a push
121 the line engine does not answer: check its supply and the SPI wiring
122 a line engine register did not read back the value written to it: check the SPI wiring
123 the sequence table in the line engine differs from the one loaded: start imaging again
124 the line engine was reset and lost its settings: check its supply
125 the catheter was unplugged while it was in use: plug it in and start imaging again
126 the catheter was replaced in use: check which one is plugged in and start imaging again
127 the front end stopped firing or did not start, and reports no cause: have it checked
128 the un0rick board does not answer: check its supply and the SPI wiring
129 the un0rick board has unsupported gateware: load its USB gateware version 1
130 an un0rick register did not read back the value written to it: check the SPI wiring
131 the un0rick board failed its memory test: have the board checked
132 the un0rick board did not start or finish an A-line in time: have the board checked
133 the un0rick board was reset and lost its settings: check its supply
134 the un0rick supports 0.25 to 31.8 MHz and depths up to 24.6 mm: use a catheter within these limits
135 the rotor did not reach its speed in time: check the catheter's seat in the drive unit
136 the rotor stalled: free the catheter before it rotates again
137 the rotor speed is outside its limits: check that the catheter rotates freely
138 the board setting "catheter" is not an un0rick catheter: set it to the one wired to the board
139 both end switches read as reached: connect the switch cable
140 motor and encoder disagree on the home position: check encoder and home switch, then home again
141 the link to the host was lost while the sled moved or the transducer fired: check host and network
142 replies of the motor driver are late or contradict each other: check the SPI wiring
143 the bedside unit in control was lost while the sled moved or the transducer fired: check its cable
161 the control loop missed its deadline: save the log and report this fault
162 emergency stop: release it, then reset the cart (if it is released, check SAFE_SENSE and SAFE_REARM)
163 the safety circuit switched motor and transmit off because the program hung: save the log and report it
164 the watchdog of the safety circuit did not expire in 90 to 110 ms: have the safety circuit checked
165 the motor driver's DRV_ENN input does not follow the safety circuit: have the safety circuit checked
166 the front end's TX_INHIBIT input does not follow the safety circuit: have the safety circuit checked
167 the latch of the safety circuit does not hold: have the safety circuit checked
171 transmit is inhibited by the safety circuit: release the emergency stop and check the TX_INHIBIT wiring
172 the line engine stopped firing because it was not serviced for 100 ms: start imaging again
173 the line engine holds no transmit budget for this catheter: start imaging again
174 the transmit budget in the line engine differs from the catheter's: start imaging again
175 a pulse has more cycles than the catheter's transmit budget allows: use a shorter pulse
176 the pulser supply exceeds the catheter's transmit budget: have the supply checked
177 firing stopped: more pulses per second than the catheter's transmit budget allows: lower the frame rate
178 firing stopped: more pulse energy than the catheter's transmit budget allows: lower the frame rate
179 the sequence uses a table entry that was never loaded: start imaging again
180 replies of the line engine were corrupted repeatedly: check the SPI wiring
181 most of the fired A-lines were not received, and the FIFO level does not show them: have the board checked
182 the TGC curve in the line engine differs from the one loaded: start imaging again
199 internal error: save the log and report it
201 the cart's present state does not allow this request
202 the cart has no data for this catheter: use a built-in catheter or send its data first
203 the plugged-in catheter is not the one set up: plug that one in or set up this one
204 the speed must be 0.25 to 10 mm/s in steps of 0.01 mm/s
205 the length must be from 1 mm to the stroke of the catheter
206 the frame rate must be 1 to 90 frames/s (channel data: from 0.1 frames/s)
207 no pullback is set up: set up the pullback first
208 unknown command: update the firmware or the host, whichever is older
210 the firings of a frame take longer than the frame period: lower the frame rate or the depth
211 the A-lines of this frame rate exceed the capacity of the front end's bus: lower the frame rate
212 the remaining travel is too short for this length and its ramps: use a shorter length or return the sled
213 the stored calibration is corrupted: calibrate the sled
214 the motor driver's clock differs from the calibrated one: calibrate the sled
215 the encoder scale differs from the calibrated one: check the encoder and calibrate the sled
216 the lead-screw error differs from the calibrated one: calibrate the sled
217 the depth must be from 1 mm to the maximum depth of the catheter
218 the PRF exceeds the catheter's maximum: lower the frame rate
219 the pulses per second exceed the catheter's transmit budget: lower the frame rate
220 the pulses would heat the catheter tip above its limit: use fewer, shorter or weaker pulses
221 the number of pulse cycles must be from 1 to the catheter's maximum
222 the front end's FIFO would hold less than 100 ms of A-lines: lower the frame rate
223 the A-lines of this frame rate exceed the capacity of the link to the host: lower the frame rate
224 the pair list is longer than the front end's sequence table: use fewer pairs
225 the rotor of this catheter does not support this frame rate: change the frame rate
226 the cart has the wrong front end: arrays and rotors need a line engine, single elements an un0rick
227 A-lines per frame must be the catheter's own number (rotational catheters: 16 to 512)
228 samples per A-line must be 16 to 1024, and cannot be chosen for channel data
229 the front end of this catheter has no ECG input: a gated pullback needs a line engine
231 this kind of move is not available: use a continuous, stepped or gated pullback
232 the sled is not at the start of this move: set up again or return the sled
233 the sled cannot move in this direction now: stop it, or move it towards the other end of its travel
234 the step must be 10 to 5000 um and short enough for the trigger interval
235 the length must be a whole number of steps
236 the dwell must last at least one frame, at most 10000 ms, and must fit into the trigger interval
237 the trigger rate must be 30 to 240 per minute
238 the refractory period must cover dwell and step, and must not exceed the beat interval
239 the time-out must be from two beat intervals to 10000 ms
240 the remaining window or travel is too short for this speed change: use a smaller change
241 no catheter is plugged in: plug one in
242 the cart has no data for the plugged-in catheter: use a built-in catheter or send its data first
243 the catheter was replaced by another of the same type after setup: set up again
244 the sled is still braking: repeat the request when it has stopped
245 the cause of the fault is still present: remove it, then acknowledge the fault
246 the sled cannot be homed while both end switches read as reached: connect the switch cable
247 the emergency stop is still pressed, or SAFE_REARM is open: release the emergency stop, then reset
248 another device is in control of the cart: end its procedure there, or switch it off
249 nobody is in control of the cart: take control first
250 no host is connected that would record the A-lines: start it
251 this kind of data is not available: use A-lines, or channel data with an array catheter
252 this pair list is not available: use one of the catheter's lists for channel data, none for A-lines
253 the pair list must have 1 to 4096 pairs and match its announced length
254 a part of the pair list is out of order: send the list again from its first pair
255 a pair names an element that the catheter does not have: correct the pair list
256 the CRC of the received pair list is wrong: send the list again
257 the pair list is missing, incomplete or for another catheter: send it before the setup
258 unknown TGC setting: use the catheter's own TGC or give a curve
259 a gain of the TGC curve exceeds the maximum of the front end: lower it
261 a field of the catheter's data is out of range
262 this id is reserved for a built-in catheter: choose another
263 a calibration move must be 1 um to 30 mm and stay within the travel of the sled: use a shorter one
264 a value of the calibration sent is out of range: calibrate the sled again
265 a request has a wrong length or a value out of range: send it as specified
266 another request is being carried out: send the command again
301 the state of the cart changed
302 the sled found its home switch
303 the imaged window started
304 the imaged window ended
306 the alarms were acknowledged
307 the pullback was set up
308 the speed left its limits or returned to within them
309 the operator stopped the cart
310 the calibration sent by the host was stored
311 the motor driver reports an overtemperature warning
312 the motor driver reports an open coil
313 the speed was changed during the pullback
314 the sled reached a stop and imaging started
315 no ECG trigger arrived within the time-out: the gated pullback ended
316 the button of the move was let go: the sled is braking
317 the previous connection was refused
318 a catheter was plugged in
319 an outside force moved the sled
320 the motor was switched off because the sled did not stop or could not be checked
321 the FRAM did not store a record: check its supply and the SPI wiring
322 control of the cart was taken, or ended with its holder
323 the host told the date
324 entries of the event log were lost
325 replies on the Jacdac bus were dropped because too many were requested: ask less often
326 the program of the cart started
327 the operator marked this position of the sled
328 the bedside unit asked for a reference of the ring-down
329 the bedside unit changed the gain of the picture
330 transfers on the line engine's bus were corrupted and repeated
331 a part of the pair list was accepted
332 A-lines before the pullback were left out of this capture
339 the data of a catheter were accepted for this session
401 cart and host were built with different message layouts: build both from the same source
402 cart and host use different protocol versions: build both from the same source
403 a burst header is corrupted
404 a message is corrupted or has the wrong length
405 a burst belongs to another session
406 a burst is repeated or out of order
407 a message is not allowed in this state of the session
408 a message is too long
409 the other side has a different key: pair cart and host again
410 there is no key for this cart: pair it with its host
411 only one side allows a connection without a key: pair them, or allow it on both (lab bench only)
412 a burst failed authentication: it was altered, replayed or made without the session key
413 the host already has this cart, or as many carts as it takes
414 the other side did not answer in time: check the network
415 the host granted more credit than the cart's window allows
416 the board setting "host" is not usable, so the default host is used: write its name and port
417 the program of the cart is the older one: update the cart
418 the program of the host is the older one: update the host
419 the program of the bedside unit is the older one: update the bedside unit
`

/** Whether a code is a fault's. The event of a fault has the code of the fault. */
export function isFault(code: number): boolean {
    return code >= FAULT_MOTOR_DRIVER_MISSING && code <= FAULT_UNEXPECTED
}

/** Returns the sentence of a code without a full stop, or a text that names the code as unknown. */
export function sentenceOf(code: number): string {
    const mark = "\n" + code + " "
    const at = SENTENCES.indexOf(mark)
    if (at < 0) return "unknown code " + code
    const from = at + mark.length
    return SENTENCES.slice(from, SENTENCES.indexOf("\n", from))
}
