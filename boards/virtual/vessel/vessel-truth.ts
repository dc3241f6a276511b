// True values of a vessel's cross-sections, from its geometry and not from any picture of it.

import type { Border } from "./border"
import { centroid, contains, crossingsOfLines, signedArea } from "./border"
import { BorderDistance } from "./border-distance"
import { seenFrom } from "./borders-along"
import { angleBetween, FeaturesAt } from "./features-at"
import { Plates } from "./plates"
import type { Vessel, VesselGeometry, VesselTruth } from "./vessel-model"

/** Directions of chords, tangents and A-lines: every half degree. */
const DIRECTIONS = 720

/** Calcium counts where it is at least half as strong as in its middle, along the vessel. */
const HALF = 0.5

/** The same vessel, with its true values. */
export function withTruth(geometry: VesselGeometry): Vessel {
    return { ...geometry, truthAt: zMm => truthAt(geometry, zMm) }
}

function truthAt(vessel: VesselGeometry, zMm: number): VesselTruth {
    const z = Math.max(0, Math.min(vessel.lengthMm, zMm))
    const border = vessel.borderAt(z)
    const lumenAreaMm2 = vessel.lumenAreaMm2(z)
    const { intimaMm, mediaMm } = vessel.layers
    const vesselAreaMm2 = vessel.vesselBorderAt
        ? Math.abs(signedArea(vessel.vesselBorderAt(z)))
        : areaWithin(border, intimaMm + mediaMm)
    const plaqueAreaMm2 = vesselAreaMm2 - lumenAreaMm2
    const { catheterRadiusMm } = vessel
    const features = vessel.features && new FeaturesAt(vessel.features, z, border, catheterRadiusMm)
    const stentAreaMm2 = features?.stentAreaMm2() ?? null
    const struts = features?.struts ?? []
    return {
        zMm: z,
        lumenAreaMm2,
        ...chords(border),
        ...tangents(border),
        vesselAreaMm2,
        plaqueAreaMm2,
        plaqueBurdenPercent: (100 * plaqueAreaMm2) / vesselAreaMm2,
        calciumArcDeg: calciumArcDeg(vessel, z, border),
        shadowArcDeg: shadowArcDeg(vessel, z, border, features),
        thrombusAreaMm2: features?.thrombusAreaMm2() ?? 0,
        falseLumenAreaMm2: features?.falseLumenAreaMm2() ?? 0,
        branchArcDeg: features?.branchArcDeg() ?? 0,
        guidewire: (features?.wires.length ?? 0) > 0,
        stent:
            stentAreaMm2 === null
                ? null
                : {
                      areaMm2: stentAreaMm2,
                      struts: struts.length,
                      malapposedStruts: struts.filter(strut => strut.malapposed).length,
                  },
    }
}

/** Shortest and longest chord through the centroid; each ends where it first meets the border. */
function chords(border: Border): Pick<VesselTruth, "shortestMm" | "longestMm"> {
    const middle = centroid(border)
    if (!contains(border, middle.xMm, middle.yMm)) return { shortestMm: null, longestMm: null }
    const radii = crossingsOfLines(seenFrom(border, middle), DIRECTIONS).map(
        all => all[0] ?? Infinity
    )
    let shortestMm = Infinity
    let longestMm = 0
    for (let d = 0; d < DIRECTIONS / 2; d++) {
        const chord = radii[d]! + radii[d + DIRECTIONS / 2]!
        shortestMm = Math.min(shortestMm, chord)
        longestMm = Math.max(longestMm, chord)
    }
    return { shortestMm, longestMm }
}

/** Shortest and longest distance of parallel tangents (Feret). */
function tangents(border: Border): Pick<VesselTruth, "feretShortestMm" | "feretLongestMm"> {
    let feretShortestMm = Infinity
    let feretLongestMm = 0
    for (let d = 0; d < DIRECTIONS / 2; d++) {
        const ux = Math.cos((2 * Math.PI * d) / DIRECTIONS)
        const uy = Math.sin((2 * Math.PI * d) / DIRECTIONS)
        let low = Infinity
        let high = -Infinity
        for (let i = 0; i < border.length; i += 2) {
            const along = border[i]! * ux + border[i + 1]! * uy
            low = Math.min(low, along)
            high = Math.max(high, along)
        }
        feretShortestMm = Math.min(feretShortestMm, high - low)
        feretLongestMm = Math.max(feretLongestMm, high - low)
    }
    return { feretShortestMm, feretLongestMm }
}

/** Area of all points inside a border or within a distance of it: in each direction up to the last such point. */
function areaWithin(border: Border, mm: number): number {
    const around = seenFrom(border, centroid(border))
    const distance = new BorderDistance(around)
    const step = (2 * Math.PI) / DIRECTIONS
    let twice = 0
    crossingsOfLines(around, DIRECTIONS).forEach((radii, d) => {
        const [ux, uy] = [Math.cos(step * d), Math.sin(step * d)]
        let near = radii.at(-1) ?? 0
        let far = near + mm
        // Where the border is oblique, the point at that distance is further along the line.
        for (let n = 0; n < 40; n++) {
            distance.find(far * ux, far * uy, true)
            if (distance.distanceMm >= mm - 1e-9) break
            near = far
            far += mm
        }
        for (let n = 0; n < 24; n++) {
            const middle = (near + far) / 2
            distance.find(middle * ux, middle * uy, true)
            if (distance.distanceMm < mm) near = middle
            else far = middle
        }
        twice += far * far * step
    })
    return twice / 2
}

/** The plates at z, whose ends fade. */
function platesAt(vessel: VesselGeometry, z: number, border: Border): Plates {
    return new Plates(vessel.plaques, z, border, HALF)
}

function calciumArcDeg(vessel: VesselGeometry, z: number, border: Border): number {
    const { sectors } = platesAt(vessel, z, border)
    let count = 0
    for (let d = 0; d < DIRECTIONS; d++) {
        const angle = (2 * Math.PI * (d + 0.5)) / DIRECTIONS
        if (sectors.some(s => Math.abs(angleBetween(angle, s.angleRad)) < s.halfWidthRad)) count++
    }
    return (360 * count) / DIRECTIONS
}

function shadowArcDeg(
    vessel: VesselGeometry,
    z: number,
    border: Border,
    features: FeaturesAt | undefined
): number {
    const { sectors } = platesAt(vessel, z, border)
    const middle = centroid(border)
    const lines = crossingsOfLines(border, DIRECTIONS)
    let count = 0
    lines.forEach((radii, d) => {
        const angle = (2 * Math.PI * d) / DIRECTIONS
        const r = radii[0] ?? 0
        const seen = Math.atan2(r * Math.sin(angle) - middle.yMm, r * Math.cos(angle) - middle.xMm)
        const calcium = sectors.some(s => Math.abs(angleBetween(seen, s.angleRad)) < s.halfWidthRad)
        const wire = (features?.wires ?? []).some(({ xMm, yMm, radiusMm }) => {
            const half = Math.asin(Math.min(1, radiusMm / Math.hypot(xMm, yMm)))
            return Math.abs(angleBetween(angle, Math.atan2(yMm, xMm))) < half
        })
        if (calcium || wire) count++
    })
    return (360 * count) / DIRECTIONS
}
