// Plaques and contents of the lumen of a described vessel, as the phantom takes them.

import { rad, sectorOf } from "./described-shape"
import type { Features } from "./features"
import type { VesselDescription } from "./vessel-description"
import type { Plaque } from "./vessel-model"

/** Repeats of a calcified plate, unless the description says otherwise. */
const REPEAT_DB = -22

export function plaquesOf({ features = [] }: VesselDescription): Plaque[] {
    return features.flatMap(feature => {
        if (feature.kind !== "plaque") return []
        const { from_mm: fromMm, to_mm: toMm, depth_mm, plate_mm, repeat_db } = feature
        return [
            {
                ...{ kind: feature.of, fromMm, toMm, ...sectorOf(feature) },
                ...(depth_mm !== undefined && { depthMm: depth_mm }),
                ...(plate_mm !== undefined && { thicknessMm: plate_mm }),
                ...(feature.of === "calcified" && { repeatDb: repeat_db ?? REPEAT_DB }),
            },
        ]
    })
}

/** Sizes that a description may leave out. */
const WIRE_MM = 0.36
const WIRE_GAP_MM = 0.4
const STRUTS = 12
const STRUT_MM = 0.1
const FLAP_MM = 0.12
const BRANCH_WALL_MM = 0.25
const BRANCH_MM = 12

export function featuresOf({ features = [] }: VesselDescription): Features {
    const all: { -readonly [K in keyof Features]: Features[K][number][] } = {
        ...{ stents: [], guidewires: [], thrombi: [], flaps: [], branches: [] },
    }
    for (const one of features)
        switch (one.kind) {
            case "stent":
                all.stents.push({
                    ...{ fromMm: one.from_mm, toMm: one.to_mm },
                    ...{ struts: one.struts ?? STRUTS, strutMm: one.strut_mm ?? STRUT_MM },
                    ...(one.lifted && {
                        lifted: { gapMm: one.lifted.gap_mm, ...sectorOf(one.lifted) },
                    }),
                })
                break
            case "guidewire":
                all.guidewires.push({
                    ...{ fromMm: one.from_mm, toMm: one.to_mm, angleRad: rad(one.angle_deg) },
                    ...{ diameterMm: one.diameter_mm ?? WIRE_MM, gapMm: one.gap_mm ?? WIRE_GAP_MM },
                })
                break
            case "thrombus":
                all.thrombi.push({
                    ...{ fromMm: one.from_mm, toMm: one.to_mm, ...sectorOf(one) },
                    thicknessMm: one.thickness_mm,
                })
                break
            case "flap":
                all.flaps.push({
                    ...{ fromMm: one.from_mm, toMm: one.to_mm, ...sectorOf(one) },
                    ...{ liftMm: one.lift_mm, thicknessMm: FLAP_MM },
                })
                break
            case "branch":
                all.branches.push({
                    ...{ atMm: one.at_mm, angleRad: rad(one.angle_deg) },
                    ...{ radiusMm: one.diameter_mm / 2, wallMm: BRANCH_WALL_MM },
                    ...{
                        takeOffRad: rad(one.take_off_deg ?? 90),
                        lengthMm: one.length_mm ?? BRANCH_MM,
                    },
                })
        }
    return all
}
