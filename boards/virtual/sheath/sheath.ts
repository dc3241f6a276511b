// The sheath of a catheter and the drive cable or shaft in it: schema of a file, and the two that are built in.

import * as v from "valibot"

const MAX_BENDS = 40

const number = (min: number, max: number) => {
    const needed = `a number from ${min} to ${max} is needed`
    return v.pipe(v.number(needed), v.minValue(min, needed), v.maxValue(max, needed))
}

const BEND = v.strictObject(
    {
        /** Middle of the bend along the sheath, from its proximal end. */
        at_mm: number(0, 3000),
        /** Length of the bend along the sheath. */
        over_mm: number(1, 1000),
        angle_deg: number(0, 720),
    },
    "a bend with at_mm, over_mm and angle_deg is needed"
)

const SCHEMA = v.strictObject(
    {
        /** Length of the cable in the sheath with the sled at its home switch. */
        length_mm: number(200, 3000),
        /** Axial stiffness of the whole cable. */
        stiffness_n_per_mm: number(0.1, 20),
        /** Coefficient of sliding friction between cable and sheath, in the bends. */
        friction: number(0, 0.5),
        /** Factor of that friction where the cable is pushed. */
        push_factor: number(1, 5),
        /** Friction before sliding, as a multiple of that while sliding. */
        static_ratio: number(1, 3),
        /** Below this speed the cable sticks again after each slip. */
        critical_mm_per_s: number(0, 20),
        /** Sliding friction of the straight cable. */
        drag_n_per_m: number(0, 5),
        /** Sliding friction of the tip. */
        tip_drag_n: number(0, 5),
        bends: v.pipe(
            v.array(BEND, "a list of bends is needed"),
            v.maxLength(MAX_BENDS, `at most ${MAX_BENDS} bends are allowed`)
        ),
    },
    "an object with length_mm, stiffness_n_per_mm, friction, bends and the other fields is needed"
)

export type Sheath = v.InferOutput<typeof SCHEMA>

/** Sources of the figures: README.md. */
export const SHEATHS: Readonly<Record<"easy" | "tortuous", Sheath>> = {
    easy: {
        length_mm: 1350,
        stiffness_n_per_mm: 2,
        friction: 0.08,
        push_factor: 1.5,
        static_ratio: 1.2,
        critical_mm_per_s: 1,
        drag_n_per_m: 0.1,
        tip_drag_n: 0.1,
        bends: [
            { at_mm: 900, over_mm: 100, angle_deg: 60 },
            { at_mm: 1290, over_mm: 60, angle_deg: 30 },
        ],
    },
    tortuous: {
        length_mm: 1350,
        stiffness_n_per_mm: 0.5,
        friction: 0.15,
        push_factor: 1.5,
        static_ratio: 1.5,
        critical_mm_per_s: 1,
        drag_n_per_m: 0.2,
        tip_drag_n: 0.2,
        bends: [
            { at_mm: 700, over_mm: 80, angle_deg: 180 },
            { at_mm: 1000, over_mm: 60, angle_deg: 120 },
            { at_mm: 1200, over_mm: 50, angle_deg: 90 },
            { at_mm: 1270, over_mm: 30, angle_deg: 90 },
            { at_mm: 1315, over_mm: 20, angle_deg: 60 },
        ],
    },
}

/** A sheath that cannot be used; its message is one sentence. */
export class SheathFileError extends Error {
    constructor(message: string) {
        super(message)
        this.name = "SheathFileError"
    }
}

/**
 * Reads a sheath from JSON text.
 * @throws SheathFileError
 */
export function sheathFromJson(text: string): Sheath {
    if (text.trim() === "")
        throw new SheathFileError("The sheath file is empty; describe a sheath in it.")
    let value: unknown
    try {
        value = JSON.parse(text.replace(/^\uFEFF/, ""))
    } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        throw new SheathFileError(
            `The sheath file is not JSON (${why.replace(/\s+/g, " ").slice(0, 120)}); correct it.`
        )
    }
    const result = v.safeParse(SCHEMA, value, { abortEarly: true })
    if (!result.success) throw new SheathFileError(refusal(result.issues[0]))
    return checkBends(result.output)
}

function refusal(issue: v.BaseIssue<unknown>): string {
    const path = (issue.path ?? []).map(({ key }) => String(key)).join(".")
    if (issue.type === "strict_object" && issue.expected === "never")
        return `The sheath file has a field ${path.slice(0, 80)} that does not exist; remove it.`
    if (issue.input === undefined && path) return `The sheath file has no ${path}; add it.`
    const found = path
        ? `${path} = ${JSON.stringify(issue.input)?.slice(0, 40)}`
        : "something that is no object"
    return `The sheath file has ${found}; ${issue.message}.`
}

/** A bend beyond the sheath would have no effect, which its author cannot have meant. */
function checkBends(sheath: Sheath): Sheath {
    for (const { at_mm, over_mm } of sheath.bends)
        if (at_mm - over_mm / 2 < 0 || at_mm + over_mm / 2 > sheath.length_mm)
            throw new SheathFileError(
                `The sheath file has a bend from ${at_mm - over_mm / 2} to ${at_mm + over_mm / 2} mm; place it from 0 to ${sheath.length_mm} mm, within the sheath.`
            )
    return sheath
}
