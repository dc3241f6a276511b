// Two catheters that are not built in, as defined by files.

import { type CatheterSpec, specOf } from "../../../src/host/sequence/catheter-spec"

/** Both differ from the built-in ones: other frequency, elements, lines, samples, depth, budget. */
export const ROTOR: CatheterSpec = {
    ...specOf("rotational-40mhz")!,
    ...{ id: "my-rotor-30mhz", centre_frequency_khz: 30000 },
    ...{ depth_um: 7000, depth_max_um: 8000, catheter_radius_um: 500 },
    ...{ lines_per_frame: 200, firings_per_frame: 200, samples_per_line: 300 },
    ...{ tgc_slope_cdb_per_mm: 255, rpm_max: 1500, frame_rate_mhz: 20000 },
    rotor_direction: "counter-clockwise",
}
export const ARRAY: CatheterSpec = {
    ...specOf("array-20mhz")!,
    ...{ id: "my-array-32", elements: 32, centre_frequency_khz: 12000 },
    ...{ firings_per_frame: 448, pair_span: 14, depth_um: 8000 },
    ...{ tgc_slope_cdb_per_mm: 100, stroke_um: 60000, frame_rate_mhz: 25000 },
}
