// Responsible for: the catheters that are known, as data: what a cart needs to plan, fire and describe them.
// Not for: what only a host needs (src/host/sequence/catheter-spec.ts), how their lines are fired (sequence.ts).

import {
    type Bytes,
    fieldsOf,
    formatOf,
    formatSize,
    getNumber,
    readText,
    TEXT_LENGTH,
} from "../protocol/bytes"

/** Elements on the circumference, chosen by a multiplexer in the tip. */
export const KIND_ARRAY = 1
/** One element on a shaft that turns. */
export const KIND_ROTATIONAL = 2
/** One element that stands. */
export const KIND_SINGLE = 3

export const FRONT_END_LINE_ENGINE = 1
export const FRONT_END_UN0RICK = 2
/** From sample to sample of an un0rick: 63.75 MHz. */
export const UN0RICK_SAMPLE_PS = 15686

export interface Catheter {
    id: string
    kind: number
    front_end: number
    centre_frequency_khz: number
    /** Elements on the circumference; 1 if it turns or stands. */
    elements: number
    /** Transmit/receive pairs that the front end fires for one frame. */
    firings_per_frame: number
    /** Receivers a transmitter in the front end's table of pairs; 0: it has no such table and chooses the pairs itself. */
    pair_span: number
    /** How many of those receivers lie before the transmitter; the next is itself. */
    pair_lead: number
    lines_per_frame: number
    samples_per_line: number
    /** Radius that is imaged, from the catheter's centre. */
    depth_um: number
    depth_max_um: number
    catheter_radius_um: number
    /** How far the ring-down reaches beyond the catheter's surface. */
    ring_down_um: number
    /** Receive gain at the catheter's centre and its growth with depth, in 0.01 dB (per mm). */
    tgc_start_cdb: number
    tgc_slope_cdb_per_mm: number
    /** Longest pullback. */
    stroke_um: number
    /** Cycles of a transmit pulse. */
    pulse_cycles: number
    /** Longest burst, in cycles. */
    burst_max_cycles: number
    /** Fastest repetition that multiplexer and transducer bear, whatever the depth. */
    prf_max_hz: number
    /** Transmit budget: pulses of the whole catheter in a second. */
    pulses_max_per_s: number
    /** Half the swing of the pulser. */
    supply_mv: number
    /** Capacity of an element with its wiring: it takes C·(2V)² a cycle. */
    element_ff: number
    /** Thermal limit: mean electrical power that the tip may turn into heat. */
    power_max_uw: number
    /** Turns a minute; 0 for a catheter that does not turn. */
    rpm_min: number
    rpm_max: number
    /** A frame a turn: 1 clockwise, -1 counter-clockwise, seen towards its tip; 0 or left out: it does not turn. */
    rotor_sign?: number
    /** A curve in place of start and slope (tgc.ts): 32 gains in 0.01 dB. */
    tgc_cdb?: number[]
    // Only of one that is fired pair by pair (channel-data.ts).
    /** Of line-record.ts; left out, what its front end gives. */
    sample_format?: number
    /** Which pairs its lines are, of line-record.ts. */
    pair_list?: number
    sample_period_ps?: number
    first_sample_ns?: number
}

/**
 * The data of a catheter: the message by which a host describes one that the cart does not know, and the columns of the table
 * below. What may stand in them: catheter-limits.ts.
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

/** Speed of sound by which time becomes depth: 1540 m/s (anchors of the field: s5i service manual). */
export const SOUND_SPEED_MM_S = 1540000

/**
 * One catheter a row: its id, then the fields of {@link CATHETER}, from kind to rotor_sign. One text: in the VM
 * a table would stand in the heap for good, and records in the code are kilobytes of the 64 that a program may have.
 *
 * Where the figures come from. Elements, imaging diameters (20 MHz: 20 mm, at most 24 mm; 10 MHz:
 * at most 60 mm) and 64 × 14 pairs: solid-state arrays as of the s5i's service manual. Rotational:
 * 1800 turns a minute × 256 lines is the textbook's; 60 MHz up to 90 turns a second; 100 to 150 mm of
 * sled (510(k) summaries of the 40 and 60 MHz systems). un0rick: samples at 63.75 MHz (boards/un0rick.md).
 * TGC makes up for two thirds of the 0.65 dB/cm/MHz that tissue takes both ways (8.5 cdb/mm/MHz):
 * blood takes less, and behind a wide lumen a full correction would drive the far wall into saturation.
 * **Assumptions**, since no public source gives them: radii, ring-down, supply, capacity of an
 * element, longest burst, PRF and pulses a second, and the power of 2 to 8 mW at which a tip in
 * blood is taken to stay below 43 °C (IEC 60601-2-37, 201.11.1.3.1). Measure them before use.
 *
 * rotational-60mhz: 224 samples, so that 60 frames/s of 256 lines fit through one lane of the line engine's bus. single-un0rick neither
 * turns nor switches: a frame is 25 lines one after the other, all of one direction; 25, so that at 1, 2, 4, 5 and 8 frames/s
 * a line takes whole ms, which is all that the controller's clock counts; 938 samples reach from its element to 12.32 mm.
 */
const ROWS = `
array-20mhz      1 1 20000 64 896  0 0 256 256 10000 12000  300 250 0 170 150000 2 4 60000 55000 40000   3000 2500   0    0 0
array-10mhz      1 1 10000 64 896 14 0 256 256 15000 30000  500 500 0  85 150000 2 4 50000 45000 60000   5000 7000   0    0 0
rotational-40mhz 2 1 40000  1 256  0 0 256 256  5000  6000  450 200 0 340 100000 2 4 20000 16000 50000  20000 7000 600 1800 1
rotational-60mhz 2 1 60000  1 256  0 0 256 224  4000  5000  450 150 0 510 100000 2 4 50000 48000 40000  12000 8000 600 5400 1
rotational-15mhz 2 1 15000  1 256  0 0 256 256 20000 30000 1300 600 0 130 100000 2 4 16000 12000 60000  30000 8000 600 1800 1
single-un0rick   3 2  5000  1  25  0 0  25 938 12320 25000 1000 800 0  43 100000 1 4  5000  2000 75000 100000 8000   0    0 0
`

/**
 * A catheter of the numbers behind its id, in the order of {@link CATHETER}. Written out: of names that are cut out of that
 * list the VM would keep every one beside every catheter.
 */
function catheterWith(id: string, next: () => number): Catheter {
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

/** The catheter of this id, made anew, or undefined. */
export function catheterOf(id: string): Catheter | undefined {
    if (!isBuiltIn(id)) return undefined
    const from = ROWS.indexOf("\n" + id + " ") + 1 + id.length
    const numbers = numbersIn(ROWS.slice(from, ROWS.indexOf("\n", from)))
    let i = 0
    return catheterWith(id, () => numbers[i++])
}

/** The catheter of a payload with the fields of {@link CATHETER}. */
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

/** The whole numbers of a text in their order; several blanks are one, and words of small letters are passed over. */
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

/** Whether there is a row for this id, without making anything of it. */
export function isBuiltIn(id: string): boolean {
    return id.length > 0 && ROWS.indexOf("\n" + id + " ") >= 0
}

/** Speed of the rotor at this frame rate in turns a minute · 1000, with its direction; 0 for a catheter that does not turn. */
export function rotorMrpm(catheter: Catheter, frame_rate_mhz: number): number {
    const direction = catheter.rotor_sign
    return direction ? direction * frame_rate_mhz * 60 : 0
}

/** Distance between two samples along a line, in nm. */
export function sampleSpacingNm(catheter: Catheter): number {
    // An un0rick samples at its own pace, whatever the depth.
    if (catheter.front_end === FRONT_END_UN0RICK)
        return Math.round((UN0RICK_SAMPLE_PS * SOUND_SPEED_MM_S) / 2000000)
    return Math.round((catheter.depth_um * 1000) / catheter.samples_per_line)
}

/** Whether its front end hears the triggers of an ECG: an un0rick has no input for them. */
export function hasEcgInput(catheter: Catheter): boolean {
    return catheter.front_end === FRONT_END_LINE_ENGINE
}

/** Whether its lines look along angles: those of an element that stands all look the same way. */
export function isCircumferential(catheter: Catheter): boolean {
    return catheter.kind !== KIND_SINGLE
}
