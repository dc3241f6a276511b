// The reader of described vessels: the README's examples, one sentence for each error, and no other kind of error.

import { readFileSync } from "node:fs"
import fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { VesselFileError } from "./vessel-file-error"
import { vesselFromJson } from "./vessel-json"

const LIMITS = { pullbackMm: 10, catheterRadiusMm: 0.3, depthMm: 10 }

const test = suite("vessel-json")

/** The error's code; its message must be one sentence. */
function codeOf(text: string): string {
    try {
        vesselFromJson(text, LIMITS)
        return "ok"
    } catch (error) {
        if (!(error instanceof VesselFileError)) throw error
        assert.match(error.message, /^[A-Z].*[^.]\.$/s)
        assert.not.match(error.message, /[.!?] [A-Z]|\n/)
        return error.code
    }
}

const CIRCLE = { shape: "circle", diameter_mm: 6 }
const GOOD = {
    format: 1,
    length_mm: 12,
    sections: [{ z_mm: 0, lumen: CIRCLE, vessel: { shape: "circle", diameter_mm: 8 } }],
    features: [{ kind: "guidewire", from_mm: 1, to_mm: 3, angle_deg: 0 }],
}

function changed(change: object): string {
    return JSON.stringify({ ...GOOD, ...change })
}

test("the README's examples are vessels", () => {
    const readme = readFileSync(new URL("README.md", import.meta.url), "utf8")
    const examples = [...readme.matchAll(/```json\n(.*?)```/gs)].map(match => match[1]!)
    assert.ok(examples.length >= 3)
    for (const example of examples) {
        const vessel = vesselFromJson(example, LIMITS)
        assert.ok(vessel.truthAt(5).lumenAreaMm2 > 1)
    }
})

test("each defect has its own code", () => {
    assert.is(codeOf(JSON.stringify(GOOD)), "ok")
    const wire = GOOD.features[0]!
    const cases: [string, string][] = [
        ["empty", " "],
        ["not-json", "{"],
        ["field", "[]"],
        ["field", "7"],
        ["field", changed({ format: 2 })],
        ["field", changed({ sections: undefined })],
        ["field", changed({ sections: [] })],
        ["field", changed({ colour: "red" })],
        ["field", changed({ length_mm: "12" })],
        ["field", changed({ sections: [{ z_mm: 0, lumen: { shape: "square" } }] })],
        ["field", changed({ sections: [{ z_mm: 0, lumen: { ...CIRCLE, diameter_mm: -1 } }] })],
        ["field", changed({ features: [{ ...wire, kind: "wire" }] })],
        ["field", changed({ features: [{ ...wire, angle_deg: 400 }] })],
        ["field", changed({ features: [{ ...wire, width_mm: 1 }] })],
        ["field", changed({ features: [{ ...wire, to_mm: 1 }] })],
        ["sections", changed({ sections: [{ z_mm: 0 }] })],
        ["sections", changed({ sections: [...GOOD.sections, { z_mm: 5, lumen: CIRCLE }] })],
        ["z-order", changed({ sections: [...GOOD.sections, ...GOOD.sections] })],
        ["length", changed({ length_mm: 9 })],
        ["depth", changed({ sections: [{ z_mm: 0, lumen: { ...CIRCLE, diameter_mm: 24 } }] })],
        ["catheter", changed({ sections: [{ z_mm: 0, lumen: { ...CIRCLE, diameter_mm: 0.5 } }] })],
        [
            "catheter",
            changed({ sections: [{ z_mm: 0, lumen: CIRCLE, catheter: { x_mm: 4, y_mm: 0 } }] }),
        ],
        [
            "catheter",
            changed({
                features: [
                    { kind: "compression", at_mm: 6, length_mm: 5, area_stenosis_percent: 95 },
                ],
            }),
        ],
        [
            "crossing",
            changed({
                sections: [
                    {
                        z_mm: 0,
                        lumen: {
                            shape: "points",
                            points_mm: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(n => [
                                3 * Math.cos((4 * Math.PI * n) / 10),
                                3 * Math.sin((4 * Math.PI * n) / 9),
                            ]),
                        },
                    },
                ],
            }),
        ],
        [
            "layers",
            changed({ sections: [{ z_mm: 0, lumen: CIRCLE, vessel: CIRCLE, ...shifted() }] }),
        ],
        ["layers", changed({ ...plaque({ of: "lipid" }), sections: [{ z_mm: 0, lumen: CIRCLE }] })],
        ["layers", changed(plaque({ of: "lipid", thickness_mm: 1 }))],
        [
            "layers",
            changed({
                ...plaque({ of: "fibrous", thickness_mm: 9, arc_deg: 360 }),
                sections: [{ z_mm: 0, vessel: CIRCLE }],
            }),
        ],
    ]
    for (const [code, text] of cases) assert.is(codeOf(text), code, text)
    const deep = {
        beyond_depth: true,
        sections: [{ z_mm: 0, lumen: { ...CIRCLE, diameter_mm: 24 } }],
    }
    assert.is(codeOf(changed(deep)), "ok")
})

function shifted(): object {
    return { vessel: { ...CIRCLE, x_mm: 1 } }
}

function plaque(fields: object): object {
    const sector = { from_mm: 2, to_mm: 8, angle_deg: 0, arc_deg: 90 }
    return { features: [{ kind: "plaque", ...sector, ...fields }] }
}

test("the message names the field and what is needed", () => {
    const say = (text: string): string => {
        try {
            vesselFromJson(text, LIMITS)
        } catch (error) {
            return (error as Error).message
        }
        return ""
    }
    const wire = GOOD.features[0]!
    assert.is(
        say(changed({ features: [{ ...wire, angle_deg: 400 }] })),
        "The vessel file has features.0.angle_deg = 400; a number from -360 to 360 is needed."
    )
    assert.is(
        say(changed({ features: [{ ...wire, angle_deg: undefined }] })),
        "The vessel file has no features.0.angle_deg; add it."
    )
    assert.is(
        say(changed({ features: [{ ...wire, width_mm: 1 }] })),
        "The vessel file has a field features.0.width_mm that does not exist; remove it."
    )
    assert.match(
        say(changed({ features: [{ kind: "wire" }] })),
        /features\.0\.kind = "wire"; a kind is needed: plaque, /
    )
})

test("changed values are refused in one sentence or make a vessel, never anything else", () => {
    const values = fc.oneof(
        fc.constantFrom(null, "", "x", true, [], {}, 1e9, -1, 0),
        fc.double({ min: -20, max: 20, noNaN: true })
    )
    const paths = ["length_mm", "sections", "features", "format", "beyond_depth", "wall"]
    const inner = ["angle_deg", "arc_deg", "from_mm", "to_mm", "at_mm", "struts", "thickness_mm"]
    fc.assert(
        fc.property(
            fc.constantFrom(...paths),
            fc.constantFrom(...inner),
            fc.constantFrom(
                "plaque",
                "stent",
                "thrombus",
                "flap",
                "branch",
                "neighbour",
                "compression"
            ),
            values,
            fc.boolean(),
            (path, field, kind, value, outside) => {
                const feature = {
                    kind,
                    from_mm: 1,
                    to_mm: 5,
                    angle_deg: 0,
                    arc_deg: 90,
                    [field]: value,
                }
                codeOf(changed(outside ? { [path]: value } : { features: [feature] }))
            }
        ),
        { seed: 4, numRuns: 300 }
    )
})

test.run()
