// Responsible for: the catheters that the cart knows, as data.
// Not for: how their lines are fired (sequence.ts).

export interface Catheter {
    id: string
    centre_frequency_khz: number
    /** Elements on the circumference. */
    elements: number
    /** Transmit/receive pairs that the front end fires for one frame. */
    firings_per_frame: number
    lines_per_frame: number
    samples_per_line: number
    /** Radius that is imaged, from the catheter's centre. */
    depth_um: number
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
}

/** Speed of sound by which time becomes depth: 1540 m/s (anchors of the field: s5i service manual). */
export const SOUND_SPEED_MM_S = 1540000

// 64 × 14 reciprocal pairs a frame and imaging diameters as of the 20 MHz and 10 MHz solid-state arrays
// of the s5i. TGC makes up for two thirds of the 0.65 dB/cm/MHz that tissue takes both ways: blood takes
// less, and behind a wide lumen a full correction would drive the far wall into saturation.
export const CATHETERS: Catheter[] = [
    {
        id: "array-20mhz",
        centre_frequency_khz: 20000,
        elements: 64,
        firings_per_frame: 896,
        lines_per_frame: 256,
        samples_per_line: 256,
        depth_um: 10000,
        catheter_radius_um: 300,
        ring_down_um: 250,
        tgc_start_cdb: 0,
        tgc_slope_cdb_per_mm: 170,
        stroke_um: 150000,
        pulse_cycles: 2,
    },
    {
        id: "array-10mhz",
        centre_frequency_khz: 10000,
        elements: 64,
        firings_per_frame: 896,
        lines_per_frame: 256,
        samples_per_line: 256,
        depth_um: 15000,
        catheter_radius_um: 500,
        ring_down_um: 500,
        tgc_start_cdb: 0,
        tgc_slope_cdb_per_mm: 85,
        stroke_um: 150000,
        pulse_cycles: 2,
    },
]

/** The catheter of this id, or undefined. */
export function catheterOf(id: string): Catheter | undefined {
    for (let i = 0; i < CATHETERS.length; ++i)
        if (CATHETERS[i].id === id) return CATHETERS[i]
    return undefined
}

/** Distance between two samples along a line, in nm. */
export function sampleSpacingNm(catheter: Catheter): number {
    return Math.round((catheter.depth_um * 1000) / catheter.samples_per_line)
}
