// The schema of a vessel described by shapes and features: a JSON file. Millimetres and degrees.

import * as v from "valibot"
import { refuse } from "./vessel-file-error"
import { PLAQUE_KINDS } from "./vessel-model"

const MAX_LENGTH_MM = 500
const MAX_SECTIONS = 2000
const MAX_FEATURES = 200
const MAX_POINTS = 4096

const number = (min: number, max: number) => {
    const needed = `a number from ${min} to ${max} is needed`
    return v.pipe(v.number(needed), v.minValue(min, needed), v.maxValue(max, needed))
}
const choice = <T extends string>(names: readonly T[]) =>
    v.picklist(names, `one of ${names.join(", ")} is needed`)

const AT = number(-MAX_LENGTH_MM, MAX_LENGTH_MM)
const PLACE = number(-50, 50)
const SIZE = number(0.1, 60)
const ANGLE = number(-360, 360)
const ARC = number(1, 360)

const PLACED = {
    x_mm: v.optional(PLACE),
    y_mm: v.optional(PLACE),
    rotate_deg: v.optional(ANGLE),
}

const SHAPE = v.variant(
    "shape",
    [
        v.strictObject({ shape: v.literal("circle"), diameter_mm: SIZE, ...PLACED }),
        v.strictObject({
            shape: v.picklist(["ellipse", "flat"]),
            width_mm: SIZE,
            height_mm: SIZE,
            ...PLACED,
        }),
        v.strictObject({
            shape: v.literal("kidney"),
            width_mm: SIZE,
            height_mm: SIZE,
            dent: number(0, 0.95),
            ...PLACED,
        }),
        v.strictObject({
            shape: v.literal("crescent"),
            diameter_mm: SIZE,
            bite_mm: SIZE,
            bite_up_mm: number(0.05, 60),
            ...PLACED,
        }),
        v.strictObject({
            shape: v.literal("points"),
            points_mm: v.pipe(
                v.array(
                    v.tuple([PLACE, PLACE], "two numbers, x and y, are needed"),
                    "a list of points is needed"
                ),
                v.maxLength(MAX_POINTS, `at most ${MAX_POINTS} points are allowed`)
            ),
            ...PLACED,
        }),
    ],
    "a shape is needed: circle, ellipse, flat, kidney, crescent or points"
)

const PART = { from_mm: AT, to_mm: AT }
const SECTOR = { ...PART, angle_deg: ANGLE, arc_deg: ARC }

const FEATURE = v.variant(
    "kind",
    [
        v.strictObject({
            kind: v.literal("plaque"),
            of: choice(PLAQUE_KINDS),
            ...SECTOR,
            /** how much it narrows the lumen; only where the sections give no lumen */
            thickness_mm: v.optional(number(0, 10)),
            /** calcium only */
            depth_mm: v.optional(number(0.02, 5)),
            plate_mm: v.optional(number(0.05, 2)),
            repeat_db: v.optional(number(-40, -1)),
        }),
        v.strictObject({
            kind: v.literal("guidewire"),
            ...PART,
            angle_deg: ANGLE,
            diameter_mm: v.optional(number(0.1, 1)),
            gap_mm: v.optional(number(0, 5)),
        }),
        v.strictObject({
            kind: v.literal("branch"),
            at_mm: AT,
            angle_deg: ANGLE,
            diameter_mm: number(0.3, 20),
            take_off_deg: v.optional(number(20, 160)),
            length_mm: v.optional(number(1, 60)),
        }),
        v.strictObject({ kind: v.literal("thrombus"), ...SECTOR, thickness_mm: number(0.1, 10) }),
        v.strictObject({ kind: v.literal("flap"), ...SECTOR, lift_mm: number(0.1, 10) }),
        v.strictObject({
            kind: v.literal("stent"),
            ...PART,
            struts: v.optional(v.pipe(number(4, 40), v.integer("a whole number is needed"))),
            strut_mm: v.optional(number(0.05, 0.4)),
            /** area in the stent as a part of the lumen without it */
            expansion_percent: v.optional(number(10, 100)),
            lifted: v.optional(
                v.strictObject({ gap_mm: number(0.05, 5), angle_deg: ANGLE, arc_deg: ARC })
            ),
        }),
        v.strictObject({
            kind: v.literal("compression"),
            at_mm: AT,
            length_mm: number(1, MAX_LENGTH_MM),
            area_stenosis_percent: number(1, 95),
            angle_deg: v.optional(ANGLE),
            /** the artery that presses; 0: something that cannot be seen */
            artery_mm: v.optional(number(0, 30)),
        }),
        v.strictObject({
            kind: v.literal("neighbour"),
            diameter_mm: number(0.5, 30),
            x_mm: PLACE,
            y_mm: PLACE,
            wall_mm: v.optional(number(0.1, 3)),
        }),
    ],
    "a kind is needed: plaque, guidewire, branch, thrombus, flap, stent, compression or neighbour"
)

const SECTION = v.strictObject(
    {
        z_mm: number(0, MAX_LENGTH_MM),
        lumen: v.optional(SHAPE),
        vessel: v.optional(SHAPE),
        catheter: v.optional(v.strictObject({ x_mm: PLACE, y_mm: PLACE })),
    },
    "a cross-section is needed, with z_mm and lumen or vessel"
)

const SCHEMA = v.strictObject(
    {
        format: v.literal(1, "1 is needed"),
        length_mm: number(0.1, MAX_LENGTH_MM),
        /** lumen and walls may lie deeper than the catheter sees */
        beyond_depth: v.optional(v.boolean("true or false is needed")),
        wall: v.optional(
            v.strictObject({
                intima_mm: v.optional(number(0.02, 3)),
                media_mm: v.optional(number(0.02, 2)),
                adventitia_mm: v.optional(number(0.02, 3)),
            })
        ),
        sections: v.pipe(
            v.array(SECTION, "a list of cross-sections is needed"),
            v.minLength(1, "at least one cross-section is needed"),
            v.maxLength(MAX_SECTIONS, `at most ${MAX_SECTIONS} cross-sections are allowed`)
        ),
        features: v.optional(
            v.pipe(
                v.array(FEATURE, "a list of features is needed"),
                v.maxLength(MAX_FEATURES, `at most ${MAX_FEATURES} features are allowed`)
            )
        ),
    },
    "an object with format, length_mm and sections is needed"
)

export type VesselDescription = v.InferOutput<typeof SCHEMA>
export type FeatureDescription = v.InferOutput<typeof FEATURE>

/** @throws VesselFileError */
export function describedVessel(value: unknown): VesselDescription {
    const result = v.safeParse(SCHEMA, value, { abortEarly: true })
    if (result.success) return result.output
    const [issue] = result.issues
    const path = (issue.path ?? []).map(({ key }) => String(key)).join(".")
    if (issue.type === "strict_object" && issue.expected === "never")
        return refuse(
            "field",
            `The vessel file has a field ${path.slice(0, 80)} that does not exist; remove it.`
        )
    if (issue.input === undefined && path)
        return refuse("field", `The vessel file has no ${path}; add it.`)
    return refuse(
        "field",
        `The vessel file has ${path || "something else"}${path ? ` = ${JSON.stringify(issue.input)?.slice(0, 40)}` : ""}; ${needed(issue.message)}.`
    )
}

/** Messages of the schema above are parts of a sentence, those of the library are not. */
function needed(message: string): string {
    return message.startsWith("Invalid")
        ? "see the README of the vessel model for what is needed"
        : message
}
