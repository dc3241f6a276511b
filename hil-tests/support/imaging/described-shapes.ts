// Vessels with plaques and with things in the lumen, for the accuracy of measurements: each has its true values from its description.

import {
    type VesselDescription,
    vesselFromDescription,
} from "../../../boards/virtual/vessel/vessel"
import { type KnownShape, SHAPE_LENGTH_MM } from "./known-shapes"

const LENGTH_MM = SHAPE_LENGTH_MM + 1
const LIMITS = { pullbackMm: SHAPE_LENGTH_MM, catheterRadiusMm: 0.3, depthMm: 10 }
const AREA_PERCENT = { mean: 2, worst: 4 }
/** All of the vessel and more, so that nothing begins or ends in it. */
const ALL = { from_mm: -5, to_mm: LENGTH_MM + 5 }
const SECTOR = { ...ALL, angle_deg: 80, arc_deg: 160 }

type Features = NonNullable<VesselDescription["features"]>

/** An artery of 8 mm, or the lumen that is given. */
function described(
    name: string,
    features: Features,
    section: Partial<VesselDescription["sections"][number]> = {
        vessel: { shape: "circle", diameter_mm: 8 },
    }
): KnownShape {
    const sections = [{ z_mm: 0, ...section }]
    const vessel = vesselFromDescription(
        { format: 1, length_mm: LENGTH_MM, sections, features },
        LIMITS
    )
    return { name, catheterId: "array-20mhz", vessel, areaPercent: AREA_PERCENT }
}

export const DESCRIBED_SHAPES: readonly KnownShape[] = [
    ...(["fibrous", "lipid", "mixed"] as const).map(of =>
        described(`${of} plaque`, [{ kind: "plaque", of, ...SECTOR, thickness_mm: 1.4 }])
    ),
    described("calcified plaque with its shadow", [
        { kind: "plaque", of: "calcified", ...SECTOR, arc_deg: 90, thickness_mm: 0.8 },
    ]),
    described("guidewire beside the catheter", [{ kind: "guidewire", ...ALL, angle_deg: 90 }]),
    described("guidewire 0.1 mm from the catheter", [
        { kind: "guidewire", ...ALL, angle_deg: 200, gap_mm: 0.1 },
    ]),
    described("guidewire 1.5 mm from the catheter", [
        { kind: "guidewire", ...ALL, angle_deg: 200, gap_mm: 1.5 },
    ]),
    described("stent, well placed", [{ kind: "stent", ...ALL }]),
    described(
        "vein, pressed flat by 60 %",
        [{ kind: "compression", at_mm: 2.5, length_mm: 12, area_stenosis_percent: 60 }],
        { lumen: { shape: "circle", diameter_mm: 8 } }
    ),
]

/** Stents with struts off the wall: seen in a vein and in an artery, at several angles, from just malapposed to far off. */
export const MALAPPOSED_STENTS: readonly KnownShape[] = (
    [
        [{ lumen: { shape: "circle", diameter_mm: 6.5 } }, 12, 1, 243, 180],
        [{ lumen: { shape: "circle", diameter_mm: 6.5 } }, 12, 0.2, 176, 120],
        [{ lumen: { shape: "circle", diameter_mm: 4 } }, 12, 0.25, 60, 160],
        [{ vessel: { shape: "circle", diameter_mm: 8 } }, 14, 0.45, 330, 120],
    ] as const
).map(([section, struts, gap_mm, angle_deg, arc_deg]) =>
    described(
        `stent, struts up to ${gap_mm} mm off the wall over ${arc_deg}°`,
        [{ kind: "stent", ...ALL, struts, lifted: { gap_mm, angle_deg, arc_deg } }],
        section
    )
)
