// The words of the screens: two lines of at most 21 letters that say what is, and two of at most 20 that say what to do.

/**
 * One row for each text: its key, the two lines, the two lines of what to do, and for warnings the title. The key is a state's
 * large word, or a number: of a notice (unit-state.ts) below 100, else of a code (codes.ts). A single string costs the VM
 * neither code nor heap. The long sentences of codes.ts do not fit the display and are not in the unit's program.
 */
const TEXTS = `
SELF TEST;The cart tests its;parts. Please wait.
NOT HOMED;See that the catheter;is free to move.;press HOME
HOMING;The sled moves to its;home switch.;STOP ends it
CALIBRATE;The host calibrates;the sled.;STOP ends it
RELEASED;The sled is free:;move it by hand.;RELEASE to engage
NO HOST;No host for imaging.;Sled can be released.;start the host
NO CART;Nothing is heard from;the cart.;Check cable, power,;or use the e-stop
WAITING;Looking for the cart.;No cart: check cable.
READY;;;press LIVE
LIVE;;;ARM, or LIVE to end
ARMED;;;START pulls back
PULLING;;;STOP ends it
COMPLETED;;;RETURN: hold it
STOPPED;The sled may be away;from its start.;RETURN: hold it
RETURNING;;;let go: it stops
JOG;;;let go: it stops
FAULT;;;press ACK
HOST LEADS;The host is in;control. STOP works.;wait, or press STOP
UNIT LEADS;Another bedside unit;leads. STOP works.;wait, or press STOP
E-STOP;Motor and ultrasound;are off.;Make it safe, turn;it out, press ACK
RESTARTED1;The power was cut
RESTARTED2;The controller reset
RESTARTED3;Program restarted
RING-DOWN0;Hold the tip free in;liquid, before use.;push = capture;;TIP FREE?
RING-DOWN1;Do not move the tip.;;please wait;;CAPTURING
RING-DOWN2;It is subtracted from;the picture now.;push = back;;STORED
RING-DOWN3;The host did not;capture it.;free the tip, repeat;;FAILED
BUTTON1;was down;at power-on. Ignored.;let it go
BUTTON2;held 10 s;or longer. Ignored.;let it go
BUTTON3;bounces.;Ignored.;have it checked
1;Nothing is heard from;the cart.;check its cable
2;The cart did not;answer.;press again
3;ARM is still held.;;let go, then START
4;Two of JOG and RETURN;are down: stopped.;hold one of them
5;Nothing to;acknowledge.
6;This button is;ignored.;let it go
7;Mark set: length now;counts from here.
8;Sound off for 2 min.;;ACK = acknowledge
9;The menu closed;without a change.
10;The dial is locked in;this state.
11;Two carts are on this;cable. STOP works.;unplug one of them
12;The sled is at the;end of its travel.
101;Motor driver does not;answer.;Check supply, wiring;then press ACK
102;Motor driver: a;setting was not kept.;Check the SPI wiring;then press ACK
103;The motor driver was;reset.;Check its supply,;then press ACK
104;The motor driver;reports an error.;Check motor, cable,;then press ACK
105;The home switch was;not reached.;Free the sled, check;the switch, ACK
106;The sled was too slow;at the start.;Free the sled,;then press ACK
107;Encoder and motor;disagree.;Call the engineer,;then press ACK
108;The sled does not;follow its motor.;Free the catheter,;then press ACK
109;The sled reached an;end switch.;Check the switch,;ACK, then HOME
110;A move did not end in;time.;Free the sled,;then press ACK
112;Motor and encoder run;in opposite ways.;Call the engineer,;then press ACK
113;Short circuit at the;motor.;Check motor, cable,;then press ACK
114;The motor driver is;too hot and off.;Let it cool down,;then press ACK
115;The motor supply is;too low.;Check its supply,;then press ACK
118;The sled moved;against its command.;Call the engineer,;then press ACK
119;The sled did not stop;in time: motor off.;Call the engineer,;then press ACK
120;The sled was pushed,;or its encoder fails.;Do not push it,;then press ACK
121;The line engine does;not answer.;Check supply, wiring;then press ACK
122;Line engine: a;setting was not kept.;Check the SPI wiring;then press ACK
123;The sequence in the;line engine differs.;Press ACK and start;imaging again
124;The line engine was;reset.;Check its supply,;then press ACK
125;The catheter was;unplugged in use.;Plug it in, ACK,;start again
126;The catheter was;replaced in use.;Check which one it;is, ACK, start again
127;The firing stopped;without a cause.;Call the engineer,;then press ACK
128;The un0rick does not;answer.;Check supply, wiring;then press ACK
129;The un0rick has the;wrong gateware.;Call the engineer,;then press ACK
130;un0rick: a setting;was not kept.;Check the SPI wiring;then press ACK
131;The un0rick failed;its memory test.;Call the engineer,;then press ACK
132;The un0rick was too;late.;Call the engineer,;then press ACK
133;The un0rick was;reset.;Check its supply,;then press ACK
134;The un0rick does not;fit this catheter.;Use another one,;then press ACK
135;The rotor did not get;up to speed.;Seat the catheter,;then press ACK
136;The rotor stalled.;;Free the catheter,;then press ACK
137;The rotor speed left;its limits.;Free the catheter,;then press ACK
138;The board is set to a;wrong catheter.;Call the engineer,;then press ACK
139;Both end switches are;reached.;Plug in their cable,;then press ACK
140;Motor and encoder: no;common home.;Check the switch,;ACK, then HOME
141;The host was lost.;Everything stopped.;Check the host,;then press ACK
142;The motor driver's;answers are late.;Check the SPI wiring;then press ACK
143;The bedside unit was;lost.;Check its cable,;then press ACK
161;The control loop was;too late.;Save the log, tell;the engineer, ACK
162;The emergency stop;was pressed.;Make it safe, turn;it out, press ACK
163;The program hung:;motor, firing off.;Save the log, tell;the engineer, ACK
164;The watchdog failed;its test.;Do not use the cart:;call the engineer
165;The motor cannot be;switched off.;Do not use the cart:;call the engineer
166;The ultrasound cannot;be switched off.;Do not use the cart:;call the engineer
167;The safety latch does;not hold.;Do not use the cart:;call the engineer
171;The safety circuit;blocks ultrasound.;Check the e-stop,;then press ACK
172;The line engine was;not served in time.;Press ACK and start;imaging again
173;No transmit limits;are loaded.;Press ACK and start;imaging again
174;Wrong transmit limits;are loaded.;Press ACK and start;imaging again
175;A pulse is too long;for the catheter.;Use a shorter pulse,;then press ACK
176;The pulser voltage is;too high.;Do not use the cart:;call the engineer
177;Too many pulses a;second.;Lower frame rate at;the host, then ACK
178;Too much pulse energy;a second.;Lower frame rate at;the host, then ACK
179;A sequence entry is;missing.;Press ACK and start;imaging again
180;The line engine sends;corrupt answers.;Check the SPI wiring;then press ACK
181;Most lines were not;received.;Call the engineer,;then press ACK
182;The gain curve in the;line engine differs.;Press ACK and start;imaging again
199;Internal error.;;Save the log, tell;the engineer, ACK
201;Not possible in this;state.
202;The catheter is not;known to the cart.;use another catheter
203;Another catheter is;plugged in.;plug in the set one
204;The speed must be;0.25 to 10 mm/s.;change the speed
205;The length must be 1;mm to the stroke.;change the length
206;The frame rate must;be 1 to 90.;set it at the host
207;No pullback is set;up.;set speed and length
208;The cart does not;know this command.;update the programs
210;The frame takes too;long to fire.;lower the frame rate
211;Too many lines for;the front end.;lower the frame rate
212;The sled has too;little travel left.;shorter, or RETURN
213;stored one is damaged;;call the engineer
214;motor clock differs;;call the engineer
215;encoder scale differs;;call the engineer
216;screw error differs;;call the engineer
217;The depth does not;fit the catheter.;set it at the host
218;The pulse rate is;above the limit.;lower the frame rate
219;Too many pulses a;second.;lower the frame rate
220;The tip would get too;warm.;set up at the host
221;The pulse is too long;or too short.;set up at the host
222;The line buffer is;too small for this.;lower the frame rate
223;Too many lines for;the link.;lower the frame rate
224;The pair list is too;long.;set up at the host
225;The rotor cannot do;this frame rate.;change frame rate
226;The cart has another;front end.;use another catheter
227;Lines per frame do;not fit the catheter.;set up at the host
228;Samples per line must;be 16 to 1024.;set up at the host
229;This front end has no;ECG input.;use another mode
231;This mode is not;available.;use another mode
232;The sled is not at;the start.;hold RETURN
233;The sled cannot move;further this way.;use the other way
234;The step size is out;of range.;set up at the host
235;The length must be a;number of steps.;change the length
236;The dwell time does;not fit.;set up at the host
237;The heart rate must;be 30 to 240.;set up at the host
238;The refractory time;does not fit.;set up at the host
239;The ECG time-out does;not fit.;set up at the host
240;Too little way left;for this speed.;use a smaller change
241;No catheter is;plugged in.;connect a catheter
242;The catheter is not;known to the cart.;use another catheter
243;Another catheter of;this type came in.;set up again
244;The sled still;brakes.;press again
245;The cause of the;fault is still there.;remove it, then ACK
246;Both end switches are;reached.;plug in their cable
247;The e-stop is still;pressed.;turn it out, ACK
248;Another one is in;control.;wait, or press STOP
249;Nobody is in control.;;press again
250;No host is there to;record.;start the host
251;This kind of data is;not available.;set up at the host
252;The pair list is not;available.;set up at the host
253;The pair list has a;wrong length.;set up at the host
254;The pair list is out;of order.;set up at the host
255;The pair list does;not fit the catheter.;set up at the host
256;The pair list came;damaged.;set up at the host
257;The pair list is;missing.;set up at the host
258;This gain curve is;not known.;set up at the host
259;The gain is above the;limit.;use less gain
261;Catheter data out of;range.;correct them at host
262;This name is of a;built-in catheter.;use another name
263;The calibration move;is out of range.;use a shorter one
264;A calibration value;is out of range.;calibrate again
265;A value is out of;range.;use another value
266;The cart is busy with;another request.;press again
309;STOP was pressed.
311;The motor driver is;getting hot.;Let it finish. Then;wait 5 min.;WARM
312;The motor coil seems;to be open.;Let it finish. Then;check its cable;COIL
315;No heartbeat came.;;Check the ECG, then;press ACK;ECG
319;Something pushed the;sled.;Do not push it,;then press ACK;PUSHED
320;The sled did not stop;by itself.;Keep away, call the;engineer, ACK;MOTOR OFF
321;The memory does not;store the log.;Go on: press ACK,;tell the engineer;LOG
417;The cart's program is;older. STOP works.;update the cart
418;The host's program is;older.;update the host
419;This unit's program;is older. STOP works.;update this unit
`

/** The row of a key: key, two lines, two lines of what to do, title; those at the end may be missing. */
export function textOf(key: string): string[] {
    const from = TEXTS.indexOf("\n" + key + ";") + 1
    // Without a row: the code itself is what an engineer needs.
    if (!from) return [key, "Code " + key + ": see the", "log of the cart.", "call the engineer"]
    return TEXTS.slice(from, TEXTS.indexOf("\n", from)).split(";")
}
