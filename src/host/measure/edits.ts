// What a person changes of a run's measurements: borders, reference segments, and that they are accepted. As in borders.json.

import * as v from "valibot"

/** Raised when a reader of an earlier one would misunderstand it. */
export const EDITS_FORMAT = 1

/** A border has at least so many points. */
export const BORDER_POINTS_MIN = 8
const BORDER_POINTS_MAX = 2000

const NUMBER = v.pipe(v.number(), v.finite())
const FRAME = v.pipe(v.number(), v.integer(), v.minValue(0))
/** Who and when: a name, and ISO 8601. */
const MADE = {
    by: v.pipe(v.string(), v.minLength(1), v.maxLength(64), v.regex(/^[^\p{Cc}\p{Cf}]*$/u)),
    date: v.pipe(
        v.string(),
        v.check(text => !Number.isNaN(Date.parse(text)))
    ),
}

const BORDER = v.object({
    /** The column "frame" of measurements.csv. */
    frame: FRAME,
    kind: v.picklist(["lumen", "vessel"]),
    /** From the catheter's centre, x right and y down; closed, in either direction. None: the automatic border is used. */
    points_mm: v.pipe(v.array(v.tuple([NUMBER, NUMBER])), v.maxLength(BORDER_POINTS_MAX)),
    ...MADE,
})

const REFERENCE = v.object({
    which: v.picklist(["proximal", "distal"]),
    /** Along position_mm. */
    from_mm: NUMBER,
    to_mm: NUMBER,
    ...MADE,
})

const ACCEPTED = v.object({
    /** Of an edit that is younger than this, the frame is unreviewed again. */
    frames: v.union([v.literal("all"), v.array(FRAME)]),
    ...MADE,
})

const CHANGE = v.object({
    /** One sentence. */
    what: v.string(),
    /** What was there before. */
    replaced: v.nullable(v.union([BORDER, REFERENCE, ACCEPTED])),
    ...MADE,
})

/** The content of borders.json. */
export const EDITS = v.object({
    format: v.literal(EDITS_FORMAT),
    borders: v.array(BORDER),
    references: v.array(REFERENCE),
    accepted: v.array(ACCEPTED),
    history: v.array(CHANGE),
})

/** At most one border of a kind for each frame, and one reference on each side. */
export type Edits = v.InferOutput<typeof EDITS>
export type BorderEdit = Edits["borders"][number]
export type ReferenceEdit = Edits["references"][number]
export type Acceptance = Edits["accepted"][number]
export type EditChange = Edits["history"][number]

export const NO_EDITS: Edits = {
    format: EDITS_FORMAT,
    ...{ borders: [], references: [], accepted: [], history: [] },
}
