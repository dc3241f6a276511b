// The reader of vessel files: accepted files, error codes of rejected ones, and no other kind of error.

import { existsSync, readFileSync } from "node:fs"
import fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { crossingsOfLines, nearestOnBorder, signedArea } from "./border"
import type { VesselFileLimits } from "./vessel-check"
import { vesselFromCsv } from "./vessel-csv"
import type { VesselFileErrorCode } from "./vessel-file-error"
import { VesselFileError } from "./vessel-file-error"

const LIMITS: VesselFileLimits = {
    pullbackMm: 2,
    catheterRadiusMm: 0.3,
    depthMm: 10,
}
const HEADER = "frame,z_mm,x_mm,y_mm"

interface Shape {
    frame?: number | string
    z: number
    a?: number
    b?: number
    x?: number
    y?: number
    points?: number
    /** fraction of the outline that is drawn */
    part?: number
    /** revolutions around the centre; 2 crosses itself */
    wind?: number
    clockwise?: boolean
    start?: number
}

function rows(shape: Shape): string[] {
    const { z, a = 2, b = a, x = 5, y = 4, points = 40, part = 1 } = shape
    return Array.from({ length: points }, (_, p) => {
        const turn = ((shape.start ?? 0) + (shape.clockwise ? -1 : 1) * (p / points)) * part
        const angle = 2 * Math.PI * turn
        const eight = shape.wind === 2 ? Math.sin(2 * angle) : Math.sin(angle)
        return [
            shape.frame ?? Math.round(z * 100),
            z,
            (x + a * Math.cos(angle)).toFixed(5),
            (y + b * eight).toFixed(5),
        ].join(",")
    })
}

function file(...shapes: Shape[]): string {
    return [HEADER, ...shapes.flatMap(rows)].join("\n")
}

function codeOf(text: string, limits = LIMITS): VesselFileErrorCode | "ok" {
    try {
        vesselFromCsv(text, limits)
        return "ok"
    } catch (error) {
        if (!(error instanceof VesselFileError)) throw error
        // One sentence: its only full stop that could be followed by a blank is at the end.
        assert.match(error.message, /^[A-Z].*[^.]\.$/s)
        assert.not.match(error.message, /[.!?] [A-Z]|\n/)
        return error.code
    }
}

const test = suite("vessel-csv")

test("a valid file makes a vessel with the areas of its borders", () => {
    const vessel = vesselFromCsv(file({ z: 0, a: 2 }, { z: 1, a: 1 }, { z: 2, a: 2, b: 1 }), LIMITS)
    assert.is(vessel.lengthMm, 2)
    // 40-gon instead of circle: 0.4 % less area; resampling to 256 points another 0.1 %.
    for (const [z, area] of [
        [0, 4],
        [1, 1],
        [2, 2],
    ] as const) {
        assert.ok(Math.abs(vessel.lumenAreaMm2(z) / (Math.PI * area) - 1) < 0.007)
        assert.ok(Math.abs(signedArea(vessel.borderAt(z)) / vessel.lumenAreaMm2(z) - 1) < 1e-6)
    }
    const between = vessel.lumenAreaMm2(0.5) / Math.PI
    assert.ok(between > 1 && between < 4)
    assert.is(vessel.lumenAreaMm2(-3), vessel.lumenAreaMm2(0))
    assert.is(vessel.lumenAreaMm2(9), vessel.lumenAreaMm2(2))
})

test("orientation, start point and frame numbers do not matter", () => {
    const plain = vesselFromCsv(file({ z: 0, b: 1 }, { z: 1, b: 1.5 }, { z: 2 }), LIMITS)
    const mixed = vesselFromCsv(
        file(
            { z: 0, b: 1, frame: 900, start: 0.35 },
            { z: 1, b: 1.5, frame: -3, clockwise: true },
            { z: 2, frame: 12, clockwise: true, start: 0.7 }
        ),
        LIMITS
    )
    // 40-gons that start at other points of the ellipse differ by up to their
    // sagitta, 2 mm*(1 - cos(pi/40)) = 0.006 mm, and so do their catheter paths.
    for (const z of [0, 0.4, 1, 1.7, 2]) {
        const border = mixed.borderAt(z)
        const model = plain.borderAt(z)
        for (let p = 0; p < border.length; p += 2)
            assert.ok(nearestOnBorder(model, border[p]!, border[p + 1]!).distanceMm < 0.05)
    }
})

test("the catheter is at the centre of the largest inscribed circle and off the wall", () => {
    const vessel = vesselFromCsv(
        file({ z: 0, a: 2, b: 0.5 }, { z: 1, a: 2, b: 0.5 }, { z: 2, b: 0.5 }),
        LIMITS
    )
    for (const z of [0, 0.5, 1, 2]) {
        const wall = nearestOnBorder(vessel.borderAt(z), 0, 0)
        assert.ok(wall.distanceMm > 0.47 && wall.distanceMm < 0.51)
    }
})

test("each defect has its own error code", () => {
    const good: Shape[] = [{ z: 0 }, { z: 1 }, { z: 2 }]
    const cases: [VesselFileErrorCode | "ok", string][] = [
        ["ok", file(...good)],
        ["ok", file(...good).replaceAll("\n", "\r\n") + "\r\n\r\n"],
        ["ok", "\uFEFF" + file(...good)],
        ["empty", ""],
        ["empty", " \n\n "],
        ["not-csv", `${HEADER}\n1,2\n`],
        ["not-csv", `${HEADER}\n"1,0,0,0\n`],
        ["columns", "frame,z,x,y\n1,0,0,0\n"],
        ["columns", "\x89PNG\x1a\x00binary"],
        ["sections", HEADER],
        ["sections", file({ z: 0 })],
        ["number", file(...good).replace("7.00000", "seven")],
        ["number", file(...good).replace("7.00000", "")],
        ["number", file(...good).replace("7.00000", "Infinity")],
        ["number", file(...good).replace("7.00000", "1e7")],
        ["number", file({ z: 0, frame: "1.5" }, { z: 2 })],
        ["points", file({ z: 0 }, { z: 1, points: 7 }, { z: 2 })],
        ["z-order", file({ z: 0 }, { z: 2 }, { z: 1 })],
        ["z-order", file({ z: 0, frame: 1 }, { z: 0, frame: 2 }, { z: 2 })],
        ["z-order", file({ z: 0, frame: 1 }, { z: 1 }, { z: 2, frame: 1 })],
        ["z-order", file({ z: 0, frame: 1 }, { z: 1, frame: 1 }, { z: 2 })],
        ["open", file({ z: 0 }, { z: 1, part: 0.5 }, { z: 2 })],
        ["crossing", file({ z: 0 }, { z: 1, wind: 2, start: 0.01 }, { z: 2 })],
        ["catheter", file({ z: 0 }, { z: 1, a: 0.2 }, { z: 2 })],
        ["catheter", file({ z: 0 }, { z: 1, b: 0.1 }, { z: 2 })],
        ["catheter", file({ z: 0 }, { z: 1, b: 0 }, { z: 2 })],
        ["catheter", file({ z: 0 }, { z: 1, x: 25 }, { z: 2 })],
        ["length", file({ z: 0 }, { z: 1.9 })],
        ["length", file({ z: 1.5 }, { z: 4 })],
        ["depth", file({ z: 0 }, { z: 1 }, { z: 2, a: 11 })],
    ]
    for (const [code, text] of cases) assert.is(codeOf(text), code, `${code}: ${text.slice(0, 60)}`)
})

test("accepts a compressed border as long as the catheter can pass", () => {
    // A slit of 1.25 mm2 with an inscribed circle of 0.19 mm radius, as in recorded data.
    assert.is(codeOf(file({ z: 0 }, { z: 1, a: 2.1, b: 0.19 }, { z: 2 })), "ok")
})

test("random text never causes another kind of error", () => {
    const field = fc.oneof(
        fc.integer().map(String),
        fc.double().map(String),
        fc.string({ maxLength: 5 }),
        fc.constantFrom('"', ",", "\n", "NaN", "0", "1", "")
    )
    const wild = fc
        .array(fc.array(field, { maxLength: 5 }), { maxLength: 30 })
        .map(table => table.map(row => row.join(",")).join("\n"))
    fc.assert(
        fc.property(fc.oneof(fc.string(), wild), fc.boolean(), (text, head) => {
            codeOf(head ? `${HEADER}\n${text}` : text)
        }),
        { seed: 1, numRuns: 500 }
    )
})

test("random shapes never cause another kind of error, and accepted ones are usable", () => {
    const shape = fc.record({
        z: fc.double({ min: -1, max: 3, noNaN: true }),
        a: fc.double({ min: -3, max: 30, noNaN: true }),
        b: fc.double({ min: 0, max: 3, noNaN: true }),
        x: fc.double({ min: 3, max: 6, noNaN: true }),
        points: fc.integer({ min: 1, max: 60 }),
        part: fc.constantFrom(1, 1, 1, 0.9, 0.3),
        wind: fc.constantFrom(1, 1, 1, 2),
        clockwise: fc.boolean(),
        start: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    let passed = 0
    fc.assert(
        fc.property(
            fc.array(shape, { minLength: 1, maxLength: 4 }),
            fc.boolean(),
            (shapes, tame) => {
                const drawn = tame
                    ? shapes.map((s, n) => ({
                          ...s,
                          z: n,
                          frame: n,
                          a: 1 + Math.abs(s.a) / 30,
                          b: 0.5 + s.b / 3,
                          points: 20 + s.points,
                          part: 1,
                          wind: 1,
                      }))
                    : shapes
                if (codeOf(file(...drawn)) !== "ok") return
                passed++
                const vessel = vesselFromCsv(file(...drawn), LIMITS)
                for (const z of [0, 0.5, 1.3, 2]) {
                    const border = vessel.borderAt(z)
                    assert.ok(border.every(Number.isFinite))
                    assert.ok(Math.abs(signedArea(border) - vessel.lumenAreaMm2(z)) < 1e-6)
                }
            }
        ),
        { seed: 1, numRuns: 150 }
    )
    assert.ok(passed > 10, `only ${passed} shapes passed`)
})

test("in the files with circles, from which false spokes came, each line leaves the lumen once", () => {
    for (const [name, depthMm] of [
        ["circle", 10],
        ["huge250", 20],
    ] as const) {
        const file = new URL(`../../../../shared/data/vessels/${name}.csv`, import.meta.url)
        if (!existsSync(file)) {
            console.log(`${name}.csv is skipped, because ${file.pathname} is missing`)
            continue
        }
        const limits = { ...LIMITS, pullbackMm: 6, depthMm }
        const vessel = vesselFromCsv(readFileSync(file, "utf8"), limits)
        for (let z = 0; z <= 6; z += 0.5)
            for (const radii of crossingsOfLines(vessel.borderAt(z), 256))
                assert.is(radii.length, 1)
    }
})

test.run()
