// True values against closed formulas, and against counted points of the cross-section.

import fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { contains } from "./border"
import { FeaturesAt } from "./features-at"
import { generatedVein } from "./generated-vein"
import type { FeatureDescription, VesselDescription } from "./vessel-description"
import { vesselFromDescription } from "./vessel-from-description"
import type { Vessel, VesselTruth } from "./vessel-model"
import type { Shape } from "./vessel-shapes"

const LIMITS = { pullbackMm: 10, catheterRadiusMm: 0.3, depthMm: 10 }
const WALL = { intima_mm: 0.2, media_mm: 0.2, adventitia_mm: 0.3 }

function vesselOf(
    section: { readonly lumen?: Shape; readonly vessel?: Shape },
    features: FeatureDescription[] = []
): Vessel {
    const sections = [{ z_mm: 0, ...section }] as VesselDescription["sections"]
    const description = { format: 1, length_mm: 10, wall: WALL, sections, features } as const
    return vesselFromDescription(description, LIMITS)
}

/** Polygons of 256 points have 0.01 % less area than their circles. */
function close(value: number | null, expected: number, part = 0.001): void {
    assert.ok(Math.abs(value! - expected) <= part * expected, `${value}, expected ${expected}`)
}

const test = suite("vessel-truth")

test("area, chords, tangents and wall of a circle, an ellipse and a flat lumen are those of their formulas", () => {
    const circle = vesselOf({ lumen: { shape: "circle", diameter_mm: 6, x_mm: 1 } }).truthAt(5)
    for (const mm of [circle.shortestMm, circle.longestMm, circle.feretShortestMm]) close(mm, 6)
    close(circle.lumenAreaMm2, Math.PI * 9)
    close(circle.vesselAreaMm2, Math.PI * 3.4 ** 2)
    close(circle.plaqueBurdenPercent, 100 * (1 - (3 / 3.4) ** 2))

    const ellipse = vesselOf({
        lumen: { shape: "ellipse", width_mm: 6, height_mm: 2, rotate_deg: 30 },
    }).truthAt(0)
    close(ellipse.lumenAreaMm2, Math.PI * 3)
    close(ellipse.shortestMm, 2)
    close(ellipse.longestMm, 6)
    close(ellipse.feretLongestMm, 6)

    // The layers follow the border: area + perimeter * thickness + pi * thickness^2 (Steiner).
    const flat = vesselOf({ lumen: { shape: "flat", width_mm: 5, height_mm: 1 } }).truthAt(0)
    const [area, perimeter] = [4 + Math.PI / 4, 8 + Math.PI]
    close(flat.lumenAreaMm2, area)
    close(flat.vesselAreaMm2, area + perimeter * 0.4 + Math.PI * 0.16)
})

test("a vessel with a border of its own has that border's area, and plaque what lies between", () => {
    const plaque = { kind: "plaque", of: "fibrous", from_mm: 0, to_mm: 10 } as const
    const truth = vesselOf({ vessel: { shape: "circle", diameter_mm: 8 } }, [
        { ...plaque, angle_deg: 0, arc_deg: 360, thickness_mm: 1 },
    ]).truthAt(5)
    close(truth.vesselAreaMm2, Math.PI * 16)
    // Radius 4 - 0.4 - (0.5 + 0.5 cos(angle)): the mean of its square is 3.1^2 + 0.125.
    close(truth.lumenAreaMm2, Math.PI * (3.1 ** 2 + 0.125))
    close(truth.plaqueAreaMm2, Math.PI * (16 - 3.1 ** 2 - 0.125))
})

test("a crescent's centroid is outside, so that it has no chords", () => {
    const { lumenAreaMm2, shortestMm, longestMm } = vesselOf({
        lumen: { shape: "crescent", diameter_mm: 8, bite_mm: 7, bite_up_mm: 1.5 },
    }).truthAt(0)
    assert.is(shortestMm, null)
    assert.is(longestMm, null)
    assert.ok(lumenAreaMm2 > 5 && lumenAreaMm2 < 25)
})

test("a compression takes the stated part of the area, and none beyond its length", () => {
    const vein = vesselOf({ lumen: { shape: "circle", diameter_mm: 8 } }, [
        { kind: "compression", at_mm: 5, length_mm: 6, area_stenosis_percent: 60 },
    ])
    const area = (z: number): number => vein.truthAt(z).lumenAreaMm2
    close(area(5), 0.4 * area(0))
    close(area(1.9), area(0))
    close(vein.truthAt(5).shortestMm, 0.4 * 8)
    // The artery that presses is above it, and both move away from each other beyond.
    const { xMm, yMm } = vein.neighbours[0]!.at(5)
    assert.ok(Math.abs(xMm) < 0.1 && yMm < -1.6 - 2.8, `${xMm} ${yMm}`)
})

test("calcium and shadows by their arcs, from the lumen's centroid and from the catheter", () => {
    const calcium = { kind: "plaque", of: "calcified", from_mm: 2, to_mm: 8 } as const
    const vessel = vesselOf({ lumen: { shape: "circle", diameter_mm: 6 } }, [
        { ...calcium, angle_deg: 350, arc_deg: 60 },
        { ...calcium, angle_deg: 30, arc_deg: 60 },
        { kind: "guidewire", from_mm: 0, to_mm: 10, angle_deg: 180, gap_mm: 0.5, diameter_mm: 0.4 },
    ])
    // The two overlap by 20 degrees; half a degree is the resolution.
    close(vessel.truthAt(5).calciumArcDeg, 100, 0.02)
    assert.is(vessel.truthAt(1).calciumArcDeg, 0)
    // The catheter is in the middle, and the wire's centre 1 mm from it: 2 asin(0.2).
    close(vessel.truthAt(5).shadowArcDeg, 100 + 23.1, 0.03)
    close(vessel.truthAt(1).shadowArcDeg, 23.1, 0.06)
})

test("a stent's area is that inside its struts, and lifted struts are not apposed", () => {
    const lumen = { shape: "circle", diameter_mm: 6 } as const
    const stent = { kind: "stent", from_mm: 1, to_mm: 9, struts: 12 } as const
    const well = vesselOf({ lumen }, [stent]).truthAt(5)
    close(well.stent!.areaMm2, Math.PI * 9)
    assert.equal([well.stent!.struts, well.stent!.malapposedStruts], [12, 0])
    assert.is(vesselOf({ lumen }, [stent]).truthAt(0.5).stent, null)

    const tight = vesselOf({ lumen }, [{ ...stent, expansion_percent: 64 }])
    close(tight.truthAt(5).stent!.areaMm2, 0.64 * Math.PI * 9)
    close(tight.truthAt(5).shortestMm, 4.8)

    // Lifted by up to 0.6 + 0.1 mm over a half circle: the mean of (3 - 0.35 (1 + cos))^2 there.
    const lifted = { gap_mm: 0.6, angle_deg: 180, arc_deg: 180 }
    const bad = vesselOf({ lumen }, [{ ...stent, lifted }]).truthAt(5)
    close(bad.stent!.areaMm2, (Math.PI / 2) * (9 + (9 - 6 * 0.35 + 0.35 ** 2 * 1.5)))
    assert.ok(bad.stent!.malapposedStruts >= 4 && bad.stent!.malapposedStruts <= 6)
    assert.ok(bad.lumenAreaMm2 > bad.stent!.areaMm2)
})

test("a branch opens the wall by its width", () => {
    const branch = { kind: "branch", at_mm: 5, angle_deg: 40, diameter_mm: 3 } as const
    const vessel = vesselOf({ lumen: { shape: "circle", diameter_mm: 6 } }, [branch])
    // Half a degree at each side is the resolution.
    close(vessel.truthAt(5).branchArcDeg, 60, 0.03)
    assert.is(vessel.truthAt(3.4).branchArcDeg, 0)
    close(vessel.truthAt(5).lumenAreaMm2, Math.PI * 9)
})

/** Area of the points, on a grid, of which something is true. */
function counted(border: Float64Array, count: (x: number, y: number) => boolean): number {
    const step = 0.04
    let points = 0
    for (let x = -7; x < 7; x += step)
        for (let y = -7; y < 7; y += step) if (contains(border, x, y) && count(x, y)) points++
    return points * step * step
}

test("thrombus and false lumen have the area of their points", () => {
    const sector = { from_mm: 0, to_mm: 10 }
    fc.assert(
        fc.property(
            fc.double({ min: 0.6, max: 2, noNaN: true }),
            fc.integer({ min: -180, max: 180 }),
            fc.integer({ min: 60, max: 200 }),
            (mm, angle_deg, arc_deg) => {
                const lumen = { shape: "ellipse", width_mm: 8, height_mm: 6 } as const
                const clot = vesselOf({ lumen }, [
                    { kind: "thrombus", ...sector, angle_deg, arc_deg, thickness_mm: mm },
                ])
                const torn = vesselOf({ lumen }, [
                    { kind: "flap", ...sector, angle_deg, arc_deg, lift_mm: mm },
                ])
                for (const [vessel, what] of [
                    [clot, "thrombusAreaMm2"],
                    [torn, "falseLumenAreaMm2"],
                ] as [Vessel, keyof VesselTruth][]) {
                    const border = vessel.borderAt(5)
                    const at = new FeaturesAt(vessel.features!, 5, border, 0.3)
                    // Behind a flap: further out than all of it, in its direction.
                    const area =
                        what === "thrombusAreaMm2"
                            ? counted(border, (x, y) => at.at(x, y, true) === "thrombus")
                            : counted(border, (x, y) => behindFlap(at, x, y))
                    // The points of a grid of 0.04 mm along some 10 mm of edge.
                    assert.ok(Math.abs((vessel.truthAt(5)[what] as number) - area) < 0.1)
                }
            }
        ),
        { seed: 2, numRuns: 3 }
    )
})

/** Whether a flap is between a point and the middle of the lumen. */
function behindFlap(at: FeaturesAt, x: number, y: number): boolean {
    if (at.at(x, y, true)) return false
    for (let part = 0.98; part > 0.3; part -= 0.02)
        if (at.at(part * x, part * y, true) === "flap") return true
    return false
}

test("a generated vein has its true values too", () => {
    const vein = generatedVein(1, 25)
    for (const z of [0, 12.5, 25]) {
        const truth = vein.truthAt(z)
        assert.is(truth.lumenAreaMm2, vein.lumenAreaMm2(z))
        assert.ok(truth.shortestMm! < truth.longestMm!)
        assert.ok(truth.feretLongestMm >= truth.longestMm! - 1e-9)
        assert.ok(truth.vesselAreaMm2 > truth.lumenAreaMm2)
    }
    assert.ok(vein.truthAt(vein.plaques[0]!.fromMm + 1).calciumArcDeg > 25)
})

test.run()
