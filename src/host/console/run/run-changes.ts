// What the page can change of a run: the bodies of its requests, checked, and what becomes of them.

import * as v from "valibot"
import { EDITS } from "../../measure/edits"
import type { NewEdits } from "../../measure/merge-edits"
import { BOOKMARK, CALIPER, type Marks } from "../../runs/marks-file"

/** Who, and when. */
export interface Made {
    readonly by: string
    readonly date: string
}

const { borders, references, accepted } = EDITS.entries
const SIDE = references.item.entries.which

/** `POST /api/runs/ID/edits`; a border without points is the automatic one again. */
export const EDITS_CHANGE = v.object({
    /** The length of the history from which the change was made. */
    after: v.pipe(v.number(), v.integer()),
    borders: v.optional(v.array(v.omit(borders.item, ["by", "date"]))),
    references: v.optional(v.array(v.omit(references.item, ["by", "date"]))),
    /** The sides whose reference is to be found automatically again. */
    automatic: v.optional(v.array(SIDE)),
    accepted: v.optional(v.omit(accepted.item, ["by", "date"])),
})
export type EditsChange = v.InferOutput<typeof EDITS_CHANGE>

export function editsAdded(change: EditsChange, made: Made): NewEdits {
    return {
        borders: (change.borders ?? []).map(border => ({ ...border, ...made })),
        references: (change.references ?? []).map(reference => ({ ...reference, ...made })),
        automatic: (change.automatic ?? []).map(which => ({ which, ...made })),
        accepted: change.accepted ? [{ ...change.accepted, ...made }] : [],
    }
}

const ID = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/))

/** `POST /api/runs/ID/marks`: one change. What is put replaces what has its id; the page makes the ids. */
export const MARKS_CHANGE = v.variant("kind", [
    v.object({ kind: v.literal("put-bookmark"), bookmark: BOOKMARK }),
    v.object({ kind: v.literal("remove-bookmark"), id: ID }),
    v.object({ kind: v.literal("put-caliper"), caliper: CALIPER }),
    v.object({ kind: v.literal("remove-caliper"), id: ID }),
    v.object({ kind: v.literal("reject"), reason: v.pipe(v.string(), v.maxLength(500)) }),
    v.object({ kind: v.literal("unreject") }),
])
export type MarksChange = v.InferOutput<typeof MARKS_CHANGE>

/** `POST /api/runs/ID/site`: null removes a value. */
const SITE_TEXT = v.optional(
    v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(64), v.regex(/^[^\p{Cc}]*$/u)))
)
export const SITE_CHANGE = v.object({
    ...{ label: SITE_TEXT, vessel: SITE_TEXT, segment: SITE_TEXT },
    side: v.optional(v.nullable(v.picklist(["left", "right"]))),
})
export type SiteChange = v.InferOutput<typeof SITE_CHANGE>

/** The marks after a change; what was there stands in the history. */
export function marksChanged(before: Marks, change: MarksChange, made: Made): Marks {
    const withHistory = (
        after: Partial<Marks>,
        what: string,
        replaced: Marks["history"][number]["replaced"] | undefined
    ): Marks => ({
        ...before,
        ...after,
        history: [...before.history, { what, replaced: replaced ?? null, ...made }],
    })
    switch (change.kind) {
        case "put-bookmark": {
            const { bookmark } = change
            const old = before.bookmarks.find(({ id }) => id === bookmark.id)
            const others = before.bookmarks.filter(one => one !== old)
            const bookmarks = [...others, { ...bookmark, ...made }]
            bookmarks.sort((a, b) => a.position_mm - b.position_mm)
            const what = `The bookmark at ${bookmark.position_mm.toFixed(2)} mm was ${old ? "changed" : "set"}.`
            return withHistory({ bookmarks }, what, old)
        }
        case "remove-bookmark": {
            const old = before.bookmarks.find(({ id }) => id === change.id)
            if (!old) return before
            const bookmarks = before.bookmarks.filter(one => one !== old)
            const what = `The bookmark at ${old.position_mm.toFixed(2)} mm was removed.`
            return withHistory({ bookmarks }, what, old)
        }
        case "put-caliper": {
            const { caliper } = change
            const old = before.calipers.find(({ id }) => id === caliper.id)
            const calipers = old
                ? before.calipers.map(one => (one === old ? { ...caliper, ...made } : one))
                : [...before.calipers, { ...caliper, ...made }]
            const what = `A caliper (${caliper.kind}) of frame ${caliper.frame} was ${old ? "changed" : "set"}.`
            return withHistory({ calipers }, what, old)
        }
        case "remove-caliper": {
            const old = before.calipers.find(({ id }) => id === change.id)
            if (!old) return before
            const calipers = before.calipers.filter(one => one !== old)
            const what = `A caliper (${old.kind}) of frame ${old.frame} was removed.`
            return withHistory({ calipers }, what, old)
        }
        case "reject":
            return withHistory(
                { rejected: { reason: change.reason, ...made } },
                "The run was rejected.",
                before.rejected
            )
        case "unreject":
            if (!before.rejected) return before
            return withHistory(
                { rejected: null },
                "The rejection of the run was taken back.",
                before.rejected
            )
    }
}
