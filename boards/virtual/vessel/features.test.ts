// What a described vessel looks like: plaques, media, wires, thrombus, flaps, struts and branches where they should be, by level.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { Backscatter } from "./backscatter"
import { crossSectionOf } from "./plane"
import { PLANE_STEP_MM, pulseLeadMm } from "./speckle"
import { bloodDb, LEVEL_DB } from "./tissue"
import type { FeatureDescription, VesselDescription } from "./vessel-description"
import { vesselFromDescription } from "./vessel-from-description"

const OPTIONS = {
    linesPerFrame: 256,
    samplesPerLine: 512,
    sampleSpacingMm: 10 / 512,
    catheterRadiusMm: 0.3,
    centreFrequencyMhz: 20,
    seed: 5,
}
const LIMITS = { pullbackMm: 8, catheterRadiusMm: 0.3, depthMm: 10 }
const SECTOR = { from_mm: 0, to_mm: 8, angle_deg: 0, arc_deg: 80 } as const

/** A vessel of 8 mm with a lumen of 5 mm, the catheter in the middle; seen at z = 4 mm. */
function seen(
    features: FeatureDescription[],
    options: Partial<typeof OPTIONS> = {}
): (angleDeg: number, fromMm: number, toMm: number) => number {
    const sections = [
        {
            z_mm: 0,
            lumen: { shape: "circle", diameter_mm: 5 },
            vessel: { shape: "circle", diameter_mm: 8 },
        },
    ] as VesselDescription["sections"]
    const vessel = vesselFromDescription(
        { format: 1, length_mm: 8, wall: { intima_mm: 0.1 }, sections, features },
        LIMITS
    )
    const all = { ...OPTIONS, ...options }
    const out = new Float32Array(all.linesPerFrame * all.samplesPerLine)
    new Backscatter(vessel, all).fill(crossSectionOf(vessel, 4 / PLANE_STEP_MM), out)
    /** mean power in dB around a direction, less the attenuation on the way there */
    return (angleDeg, fromMm, toMm) => {
        let sum = 0
        let count = 0
        for (let beside = -2; beside <= 2; beside++) {
            const line = (Math.round((angleDeg / 360) * 256) + beside + 256) % 256
            const at = line * all.samplesPerLine
            // A sample holds what is a lead in front of it.
            const leadMm = pulseLeadMm(all.centreFrequencyMhz)
            const sampleAt = (mm: number): number => Math.round((mm + leadMm) / all.sampleSpacingMm)
            for (let k = sampleAt(fromMm); k <= sampleAt(toMm); k++, count++)
                sum += out[at + k]! ** 2
        }
        // dB/cm/MHz of blood and tissue, both ways.
        const middleMm = (fromMm + toMm) / 2
        const [blood, tissue] = [Math.min(2.5, middleMm) - 0.3, Math.max(0, middleMm - 2.5)]
        const lostDb = (2 * all.centreFrequencyMhz * (0.2 * blood + 0.65 * tissue)) / 10
        return 10 * Math.log10(sum / count) + lostDb
    }
}

function near(db: number, expected: number, limit: number): void {
    assert.ok(Math.abs(db - expected) < limit, `${db}, expected ${expected}`)
}

const test = suite("features")

// The wall varies by the root of the tissue's heterogeneity: 3 dB.
test("the media is a dark ring at the vessel's border, the adventitia bright around it", () => {
    const db = seen([])
    for (const angle of [0, 70, 180, 290]) {
        near(db(angle, 3.85, 3.95), LEVEL_DB.media, 4)
        near(db(angle, 4.06, 4.25), LEVEL_DB.adventitia, 4)
        near(db(angle, 2.8, 3.6), LEVEL_DB.fibrous, 4)
        near(db(angle, 1, 2.3), LEVEL_DB.blood, 0.5)
    }
})

test("plaques: fibrous is bright, lipid dark under a cap, mixed between them", () => {
    const plaque = { kind: "plaque", ...SECTOR } as const
    near(seen([{ ...plaque, of: "fibrous" }])(0, 2.8, 3.6), LEVEL_DB.fibrous, 4)
    const lipid = seen([{ ...plaque, of: "lipid" }])
    near(lipid(0, 2.8, 3.6), LEVEL_DB.lipid, 4)
    near(lipid(180, 2.8, 3.6), LEVEL_DB.fibrous, 4)
    assert.ok(lipid(0, 2.53, 2.57) > LEVEL_DB.lipid + 12)
    const mixed = seen([{ ...plaque, of: "mixed", arc_deg: 360 }])
    const parts = Array.from({ length: 24 }, (_, n) => mixed(15 * n, 2.9, 3.1))
    assert.ok(Math.max(...parts) - Math.min(...parts) > 10)
})

test("calcium is bright, shadows what is behind it, and is seen again at twice its distance", () => {
    const db = seen([{ kind: "plaque", of: "calcified", ...SECTOR, repeat_db: -20 }])
    near(db(0, 2.53, 2.56), LEVEL_DB.calcium, 3)
    assert.ok(db(180, 3.2, 3.8) - db(0, 3.2, 3.8) > 20)
    // From the catheter's surface at 0.3 mm: 2.52 mm is 2.22 mm away, its repeat is at 4.74 mm.
    assert.ok(db(0, 4.75, 4.8) - db(0, 4.4, 4.6) > 30)
    assert.ok(db(0, 4.75, 4.8) - db(0, 4.95, 5.2) > 30)
})

test("a guidewire is bright and shadows its sector only", () => {
    const db = seen([{ kind: "guidewire", from_mm: 0, to_mm: 8, angle_deg: 90, gap_mm: 0.5 }])
    assert.ok(db(90, 0.8, 0.85) > LEVEL_DB.calcium)
    assert.ok(db(270, 3, 3.7) - db(90, 3, 3.7) > 15)
    near(db(180, 3, 3.7), db(0, 3, 3.7), 6)
})

test("thrombus lies on the wall, a flap has blood behind it, and struts are bright in front of the wall", () => {
    const clot = seen([{ kind: "thrombus", ...SECTOR, thickness_mm: 1 }])
    near(clot(0, 1.7, 2.3), LEVEL_DB.thrombus, 2)
    near(clot(0, 0.8, 1.3), LEVEL_DB.blood, 0.5)
    const flap = seen([{ kind: "flap", ...SECTOR, lift_mm: 1 }])
    near(flap(0, 1.41, 1.47), LEVEL_DB.flap, 2)
    // The membrane weakens what is behind it, by less than 1 dB.
    near(flap(0, 1.7, 2.3), LEVEL_DB.blood, 1.5)
    const lifted = { gap_mm: 0.5, angle_deg: 0, arc_deg: 120 }
    const stent = seen([{ kind: "stent", from_mm: 0, to_mm: 8, struts: 40, lifted }])
    assert.ok(stent(0, 1.88, 1.98) > LEVEL_DB.intima)
    assert.ok(stent(180, 1.88, 1.98) < LEVEL_DB.blood + 1)
})

test("a branch is dark from the lumen on, beyond the vessel's own wall", () => {
    const db = seen([{ kind: "branch", at_mm: 4, angle_deg: 45, diameter_mm: 2, length_mm: 5 }])
    near(db(45, 2.4, 6.5), LEVEL_DB.blood, 8)
    assert.ok(db(225, 2.6, 3.6) - db(45, 2.6, 3.6) > 25)
})

test("blood rises by 7.8 dB with an octave of frequency, walls do not", () => {
    near(bloodDb(40) - bloodDb(20), 7.83, 0.01)
    const db = seen([], { centreFrequencyMhz: 40 })
    near(db(0, 1, 2), LEVEL_DB.blood + 7.83, 0.5)
    near(db(0, 2.8, 3.6), LEVEL_DB.fibrous, 4)
})

test.run()
