// The built-in catheters, and the type and the wire layout of a catheter's data.

import {
    type Bytes,
    fieldsOf,
    formatOf,
    formatSize,
    getNumber,
    type Message,
    readText,
    TEXT_LENGTH,
} from "../protocol/bytes"

/** Solid-state array: elements on the circumference, selected by a multiplexer in the tip. */
export const KIND_ARRAY = 1
/** One element on a rotating drive shaft. */
export const KIND_ROTATIONAL = 2
/** One fixed element. */
export const KIND_SINGLE = 3

export const FRONT_END_LINE_ENGINE = 1
export const FRONT_END_UN0RICK = 2
/** Sample period of an un0rick: 63.75 MHz. */
export const UN0RICK_SAMPLE_PS = 15686

export interface Catheter {
    id: string
    kind: number
    front_end: number
    centre_frequency_khz: number
    /** Elements on the circumference; 1 for a rotating or fixed element. */
    elements: number
    /** Transmit/receive pairs fired for one frame. */
    firings_per_frame: number
    /** Receivers per transmitter in the front end's pair table; 0: no pair table, the front end chooses the pairs. */
    pair_span: number
    /** Number of those receivers before the transmitter; the next one is the transmitter itself. */
    pair_lead: number
    lines_per_frame: number
    samples_per_line: number
    /** Imaged radius from the catheter's centre. */
    depth_um: number
    depth_max_um: number
    catheter_radius_um: number
    /** Extent of the ring-down beyond the catheter's surface. */
    ring_down_um: number
    /** Receive gain at the catheter's centre in 0.01 dB, and its slope in 0.01 dB/mm. */
    tgc_start_cdb: number
    tgc_slope_cdb_per_mm: number
    /** Longest pullback. */
    stroke_um: number
    /** Cycles per transmit pulse. */
    pulse_cycles: number
    /** Longest allowed pulse, in cycles. */
    burst_max_cycles: number
    /** Maximum PRF of multiplexer and transducer at any depth. */
    prf_max_hz: number
    /** Transmit budget: pulses per second of the whole catheter. */
    pulses_max_per_s: number
    /** Pulser supply: half the peak-to-peak swing. */
    supply_mv: number
    /** Capacitance of an element with its wiring; a cycle takes the energy C·(2V)². */
    element_ff: number
    /** Thermal limit: mean electrical power dissipated in the tip. */
    power_max_uw: number
    /** Speed range of the rotor; 0 if the catheter does not rotate. */
    rpm_min: number
    rpm_max: number
    /** Direction of rotation seen towards the tip, one frame per revolution: 1 clockwise, -1 counter-clockwise, 0 or absent: none. */
    rotor_sign?: number
    /** TGC curve that replaces start and slope (tgc.ts): 32 gains in 0.01 dB. */
    tgc_cdb?: number[]
    // Set for channel data only (channel-data.ts).
    /** Sample format of line-record.ts; absent: the front end's own. */
    sample_format?: number
    /** Pair list of line-record.ts that the A-lines follow. */
    pair_list?: number
    sample_period_ps?: number
    first_sample_ns?: number
}

/**
 * Fields of a catheter's data: the message that describes a catheter that is not built in, and the first columns of
 * the table below. Allowed values: catheter-limits.ts.
 */
export const CATHETER = `
id:s16
kind:u8
front_end:u8
centre_frequency_khz:u32
elements:u16
firings_per_frame:u16
pair_span:u16
pair_lead:u16
lines_per_frame:u16
samples_per_line:u16
depth_um:u32
depth_max_um:u32
catheter_radius_um:u16
ring_down_um:u16
tgc_start_cdb:u16
tgc_slope_cdb_per_mm:u16
stroke_um:u32
pulse_cycles:u8
burst_max_cycles:u8
prf_max_hz:u32
pulses_max_per_s:u32
supply_mv:u32
element_ff:u32
power_max_uw:u32
rpm_min:u16
rpm_max:u16
rotor_sign:i32
`

const BLANK = 0x20
const LETTER_A = 0x61

/** Speed of sound for the conversion of time to depth: 1540 m/s (s5i service manual). */
export const SOUND_SPEED_MM_S = 1540000

/**
 * One row per built-in catheter: its id, the fields of {@link CATHETER} from kind to rotor_sign, then three columns used only
 * by the host (catheter-list.ts): vessels, -6 dB bandwidth in % of the centre frequency, default frame rate in 0.001 Hz.
 * To add a catheter, add a row. A row with a missing or wrong column does not compile: catheter-list.ts checks the literal type.
 *
 * The table is one string: in the VM an array would occupy heap, and records would occupy code (64 kB per program).
 *
 * Sources. Elements, imaging diameters (20 MHz: 20 mm, at most 24 mm; 10 MHz: at most 60 mm), 30 frames/s and 64 x 14 pairs: s5i
 * service manual (solid-state arrays). Rotational: 1800 rpm x 256 A-lines is the textbook value; 60 MHz up to 5400 rpm; 100 to
 * 150 mm of sled travel (510(k) summaries of the 40 and 60 MHz systems). un0rick: samples at 63.75 MHz (boards/un0rick.md).
 * TGC compensates two thirds of the two-way attenuation of tissue, 0.65 dB/cm/MHz (8.5 cdB/mm/MHz): blood attenuates less, and
 * behind a wide lumen a full compensation would saturate the far wall.
 * **Assumptions**, as there is no public source: radii, ring-down, supply, element capacitance, longest pulse, PRF, pulses per
 * second, the power of 2 to 8 mW at which a tip in blood stays below 43 degC (IEC 60601-2-37, 201.11.1.3.1), bandwidths
 * (composite arrays 50 to 60 %, single elements 40 to 50 %), and directions (drive shafts are wound so that rotation tightens
 * them; ours tighten clockwise). Measure them before use.
 *
 * rotational-60mhz has 224 samples so that 60 frames/s of 256 A-lines fit through one lane of the line engine's bus. single-un0rick
 * has one fixed element: a frame is 25 successive A-lines in one direction. At 1, 2, 4, 5 and 8 frames/s the A-line period is a
 * whole number of ms, the resolution of the controller's clock. 938 samples cover the depth from its element to 12.32 mm.
 */
export const CATHETER_ROWS = `
array-20mhz      1 1 20000 64 896  0 0 256 256 10000 12000  300 250 0 170 150000 2 4 60000 55000 40000   3000 2500   0    0 0 coronary   55 30000
array-10mhz      1 1 10000 64 896 14 0 256 256 15000 30000  500 500 0  85 150000 2 4 50000 45000 60000   5000 7000   0    0 0 peripheral 55 30000
rotational-40mhz 2 1 40000  1 256  0 0 256 256  5000  6000  450 200 0 340 100000 2 4 20000 16000 50000  20000 7000 600 1800 1 coronary   45 30000
rotational-60mhz 2 1 60000  1 256  0 0 256 224  4000  5000  450 150 0 510 100000 2 4 50000 48000 40000  12000 8000 600 5400 1 coronary   45 60000
rotational-15mhz 2 1 15000  1 256  0 0 256 256 20000 30000 1300 600 0 130 100000 2 4 16000 12000 60000  30000 8000 600 1800 1 peripheral 40 30000
single-un0rick   3 2  5000  1  25  0 0  25 938 12320 25000 1000 800 0  43 100000 1 4  5000  2000 75000 100000 8000   0    0 0 bench      50 5000
`

/**
 * Builds a catheter from its id and its numbers in the order of {@link CATHETER}. The return type makes a missing field a compile
 * error. The names are written out because names cut from that list would be copied to the VM's heap for every catheter.
 */
function catheterWith(id: string, next: () => number): Message<typeof CATHETER> {
    return {
        id,
        kind: next(),
        front_end: next(),
        centre_frequency_khz: next(),
        elements: next(),
        firings_per_frame: next(),
        pair_span: next(),
        pair_lead: next(),
        lines_per_frame: next(),
        samples_per_line: next(),
        depth_um: next(),
        depth_max_um: next(),
        catheter_radius_um: next(),
        ring_down_um: next(),
        tgc_start_cdb: next(),
        tgc_slope_cdb_per_mm: next(),
        stroke_um: next(),
        pulse_cycles: next(),
        burst_max_cycles: next(),
        prf_max_hz: next(),
        pulses_max_per_s: next(),
        supply_mv: next(),
        element_ff: next(),
        power_max_uw: next(),
        rpm_min: next(),
        rpm_max: next(),
        rotor_sign: next(),
    }
}

/** Returns a new copy of the built-in catheter with this id, or undefined. */
export function catheterOf(id: string): Catheter | undefined {
    if (!isBuiltIn(id)) return undefined
    const from = CATHETER_ROWS.indexOf("\n" + id + " ") + 1 + id.length
    const numbers = numbersIn(CATHETER_ROWS.slice(from, CATHETER_ROWS.indexOf("\n", from)))
    let i = 0
    return catheterWith(id, () => numbers[i++])
}

/** Reads a catheter from a payload with the fields of {@link CATHETER}. */
export function catheterIn(payload: Bytes): Catheter {
    const fields = fieldsOf(CATHETER)
    let i = 0
    let at = TEXT_LENGTH
    return catheterWith(readText(payload, 0), () => {
        const format = formatOf(fields[++i])
        const value = getNumber(payload, at, format)
        at += formatSize(format)
        return value
    })
}

/** Returns the integers of a text in order, separated by any number of blanks; skips words in lower case. */
export function numbersIn(text: string): number[] {
    const numbers: number[] = []
    let from = 0
    for (let i = 0; i <= text.length; ++i) {
        if (i < text.length && text.charCodeAt(i) > BLANK) continue
        if (i > from && text.charCodeAt(from) < LETTER_A)
            numbers.push(parseInt(text.slice(from, i)))
        from = i + 1
    }
    return numbers
}

/** Returns whether this id is a built-in catheter, without allocating. */
export function isBuiltIn(id: string): boolean {
    return id.length > 0 && CATHETER_ROWS.indexOf("\n" + id + " ") >= 0
}

/** Rotor speed at this frame rate in 0.001 rpm, signed by its direction; 0 if the catheter does not rotate. */
export function rotorMrpm(catheter: Catheter, frame_rate_mhz: number): number {
    const direction = catheter.rotor_sign
    return direction ? direction * frame_rate_mhz * 60 : 0
}

/** Distance between two samples of an A-line, in nm. */
export function sampleSpacingNm(catheter: Catheter): number {
    // An un0rick has a fixed sample rate.
    if (catheter.front_end === FRONT_END_UN0RICK)
        return Math.round((UN0RICK_SAMPLE_PS * SOUND_SPEED_MM_S) / 2000000)
    return Math.round((catheter.depth_um * 1000) / catheter.samples_per_line)
}

/** Whether the catheter's front end has an ECG trigger input: an un0rick has none. */
export function hasEcgInput(catheter: Catheter): boolean {
    return catheter.front_end === FRONT_END_LINE_ENGINE
}

/** Whether the A-lines are distributed over the circumference; those of a fixed element all have the same direction. */
export function isCircumferential(catheter: Catheter): boolean {
    return catheter.kind !== KIND_SINGLE
}
