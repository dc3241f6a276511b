// Responsible for: the catheters that are known, as data: what a cart needs to plan, fire and describe them.
// Not for: what only a host needs (src/host/sequence/catheter-sheet.ts), how their lines are fired (sequence.ts).

/** Elements on the circumference, chosen by a multiplexer in the tip. */
export const KIND_ARRAY = 1
/** One element on a shaft that turns. */
export const KIND_ROTATIONAL = 2
/** One element that stands. */
export const KIND_SINGLE = 3

export const FRONT_END_LINE_ENGINE = 1
export const FRONT_END_UN0RICK = 2

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
    /** Of a catheter that turns, a frame a turn: 1 clockwise, -1 counter-clockwise, seen towards its tip. */
    rotor_sign?: number
    // Only of one that is fired pair by pair (element-data.ts).
    /** Of line-record.ts; left out, 8-bit codes. */
    sample_format?: number
    /** Which pairs its lines are, of line-record.ts. */
    pair_list?: number
    sample_period_ps?: number
    first_sample_ns?: number
}

/** Speed of sound by which time becomes depth: 1540 m/s (anchors of the field: s5i service manual). */
export const SOUND_SPEED_MM_S = 1540000

/**
 * The catheter of this id, or undefined. A chain that makes one, and no table of
 * all: in the VM each would stand in the heap for good.
 *
 * Where the figures come from. Elements, imaging diameters (20 MHz: 20 mm, at most 24 mm; 10 MHz:
 * at most 60 mm) and 64 × 14 pairs: solid-state arrays as of the s5i's service manual. Rotational:
 * 1800 turns a minute × 256 lines is the textbook's; 60 MHz up to 90 turns a second; 100 to 150 mm of
 * sled (510(k) summaries of the 40 and 60 MHz systems). un0rick: 32 lines at most, 64 MS/s.
 * TGC makes up for two thirds of the 0.65 dB/cm/MHz that tissue takes both ways (8.5 cdb/mm/MHz):
 * blood takes less, and behind a wide lumen a full correction would drive the far wall into saturation.
 * **Assumptions**, since no public source gives them: radii, ring-down, supply, capacity of an
 * element, longest burst, PRF and pulses a second, and the power of 2 to 8 mW at which a tip in
 * blood is taken to stay below 43 °C (IEC 60601-2-37, 201.11.1.3.1). Measure them before use.
 */
// prettier-ignore
export function catheterOf(id: string): Catheter | undefined {
    if (id === "array-20mhz")
        return {
            id, kind: KIND_ARRAY, front_end: FRONT_END_LINE_ENGINE,
            centre_frequency_khz: 20000, elements: 64,
            firings_per_frame: 896, pair_span: 0, pair_lead: 0,
            lines_per_frame: 256, samples_per_line: 256,
            depth_um: 10000, depth_max_um: 12000, catheter_radius_um: 300, ring_down_um: 250,
            tgc_start_cdb: 0, tgc_slope_cdb_per_mm: 170, stroke_um: 150000,
            pulse_cycles: 2, burst_max_cycles: 4, prf_max_hz: 60000, pulses_max_per_s: 55000,
            supply_mv: 40000, element_ff: 3000, power_max_uw: 2500,
            rpm_min: 0, rpm_max: 0,
        }
    if (id === "array-10mhz")
        return {
            id, kind: KIND_ARRAY, front_end: FRONT_END_LINE_ENGINE,
            centre_frequency_khz: 10000, elements: 64,
            firings_per_frame: 896, pair_span: 14, pair_lead: 0,
            lines_per_frame: 256, samples_per_line: 256,
            depth_um: 15000, depth_max_um: 30000, catheter_radius_um: 500, ring_down_um: 500,
            tgc_start_cdb: 0, tgc_slope_cdb_per_mm: 85, stroke_um: 150000,
            pulse_cycles: 2, burst_max_cycles: 4, prf_max_hz: 50000, pulses_max_per_s: 45000,
            supply_mv: 60000, element_ff: 5000, power_max_uw: 7000,
            rpm_min: 0, rpm_max: 0,
        }
    if (id === "rotational-40mhz")
        return {
            id, kind: KIND_ROTATIONAL, front_end: FRONT_END_LINE_ENGINE,
            centre_frequency_khz: 40000, elements: 1,
            firings_per_frame: 256, pair_span: 0, pair_lead: 0,
            lines_per_frame: 256, samples_per_line: 256,
            depth_um: 5000, depth_max_um: 6000, catheter_radius_um: 450, ring_down_um: 200,
            tgc_start_cdb: 0, tgc_slope_cdb_per_mm: 340, stroke_um: 100000,
            pulse_cycles: 2, burst_max_cycles: 4, prf_max_hz: 20000, pulses_max_per_s: 16000,
            supply_mv: 50000, element_ff: 20000, power_max_uw: 7000,
            rpm_min: 600, rpm_max: 1800, rotor_sign: 1,
        }
    if (id === "rotational-60mhz")
        return {
            id, kind: KIND_ROTATIONAL, front_end: FRONT_END_LINE_ENGINE,
            centre_frequency_khz: 60000, elements: 1,
            firings_per_frame: 256, pair_span: 0, pair_lead: 0,
            // 224 samples: 60 frames/s of 256 lines then fit through one lane of the line engine's bus.
            lines_per_frame: 256, samples_per_line: 224,
            depth_um: 4000, depth_max_um: 5000, catheter_radius_um: 450, ring_down_um: 150,
            tgc_start_cdb: 0, tgc_slope_cdb_per_mm: 510, stroke_um: 100000,
            pulse_cycles: 2, burst_max_cycles: 4, prf_max_hz: 50000, pulses_max_per_s: 48000,
            supply_mv: 40000, element_ff: 12000, power_max_uw: 8000,
            rpm_min: 600, rpm_max: 5400, rotor_sign: 1,
        }
    if (id === "rotational-15mhz")
        return {
            id, kind: KIND_ROTATIONAL, front_end: FRONT_END_LINE_ENGINE,
            centre_frequency_khz: 15000, elements: 1,
            firings_per_frame: 256, pair_span: 0, pair_lead: 0,
            lines_per_frame: 256, samples_per_line: 256,
            depth_um: 20000, depth_max_um: 30000, catheter_radius_um: 1300, ring_down_um: 600,
            tgc_start_cdb: 0, tgc_slope_cdb_per_mm: 130, stroke_um: 100000,
            pulse_cycles: 2, burst_max_cycles: 4, prf_max_hz: 16000, pulses_max_per_s: 12000,
            supply_mv: 60000, element_ff: 30000, power_max_uw: 8000,
            rpm_min: 600, rpm_max: 1800, rotor_sign: 1,
        }
    if (id === "single-un0rick")
        return {
            id, kind: KIND_SINGLE, front_end: FRONT_END_UN0RICK,
            centre_frequency_khz: 5000, elements: 1,
            firings_per_frame: 32, pair_span: 0, pair_lead: 0,
            // 1024 samples at 64 MS/s reach 12.32 mm.
            lines_per_frame: 32, samples_per_line: 1024,
            depth_um: 12320, depth_max_um: 60000, catheter_radius_um: 1000, ring_down_um: 800,
            tgc_start_cdb: 0, tgc_slope_cdb_per_mm: 43, stroke_um: 100000,
            pulse_cycles: 1, burst_max_cycles: 4, prf_max_hz: 5000, pulses_max_per_s: 2000,
            supply_mv: 75000, element_ff: 100000, power_max_uw: 8000,
            rpm_min: 0, rpm_max: 0,
        }
    return undefined
}

/** Speed of the rotor at this frame rate in turns a minute · 1000, with its direction; 0 for a catheter that does not turn. */
export function rotorMrpm(catheter: Catheter, frame_rate_mhz: number): number {
    const direction = catheter.rotor_sign
    return direction ? direction * frame_rate_mhz * 60 : 0
}

/** Distance between two samples along a line, in nm. */
export function sampleSpacingNm(catheter: Catheter): number {
    return Math.round((catheter.depth_um * 1000) / catheter.samples_per_line)
}

/** Whether this firmware drives such a catheter: an array or a rotor on a line engine, no un0rick. */
export function drivable(catheter: Catheter): boolean {
    return (
        catheter.front_end === FRONT_END_LINE_ENGINE &&
        (catheter.kind === KIND_ARRAY || catheter.rotor_sign !== undefined)
    )
}
