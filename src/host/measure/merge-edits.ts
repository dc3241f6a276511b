// Adds the edits of a person to those that there are, and keeps what they replace.

import type { Acceptance, BorderEdit, EditChange, Edits, ReferenceEdit } from "./edits"

export interface NewEdits {
    /** One without points removes that of its frame: the automatic border is used again. */
    readonly borders?: readonly BorderEdit[]
    readonly references?: readonly ReferenceEdit[]
    /** The sides whose reference is to be found automatically again. */
    readonly automatic?: readonly Pick<ReferenceEdit, "which" | "by" | "date">[]
    readonly accepted?: readonly Acceptance[]
}

export function mergeEdits(before: Edits, added: NewEdits): Edits {
    let edits = before
    for (const border of added.borders ?? []) edits = withBorder(edits, border)
    for (const reference of added.references ?? []) edits = withReference(edits, reference)
    for (const side of added.automatic ?? []) edits = withoutReference(edits, side)
    for (const acceptance of added.accepted ?? []) edits = withAcceptance(edits, acceptance)
    return edits
}

function withBorder(edits: Edits, border: BorderEdit): Edits {
    const { frame, kind, by, date, points_mm: points } = border
    const replaced = edits.borders.find(b => b.frame === frame && b.kind === kind)
    const isSame = JSON.stringify(replaced?.points_mm ?? []) === JSON.stringify(points)
    if (isSame) return edits
    const others = edits.borders.filter(b => b !== replaced)
    const what =
        points.length === 0
            ? `The ${kind} border of frame ${frame} is the automatic one again.`
            : `The ${kind} border of frame ${frame} was drawn.`
    return {
        ...edits,
        borders:
            points.length === 0 ? others : [...others, border].sort((a, b) => a.frame - b.frame),
        history: [...edits.history, change(what, replaced, by, date)],
    }
}

function withReference(edits: Edits, reference: ReferenceEdit): Edits {
    const { which, from_mm, to_mm, by, date } = reference
    const replaced = edits.references.find(r => r.which === which)
    if (replaced?.from_mm === from_mm && replaced.to_mm === to_mm) return edits
    const what = `The ${which} reference was moved to ${from_mm} to ${to_mm} mm.`
    return {
        ...edits,
        references: [...edits.references.filter(r => r !== replaced), reference],
        history: [...edits.history, change(what, replaced, by, date)],
    }
}

function withoutReference(
    edits: Edits,
    { which, by, date }: Pick<ReferenceEdit, "which" | "by" | "date">
): Edits {
    const replaced = edits.references.find(r => r.which === which)
    if (!replaced) return edits
    const what = `The ${which} reference is found automatically again.`
    return {
        ...edits,
        references: edits.references.filter(r => r !== replaced),
        history: [...edits.history, change(what, replaced, by, date)],
    }
}

function withAcceptance(edits: Edits, accepted: Acceptance): Edits {
    const { frames, by, date } = accepted
    const isKnown = edits.accepted.some(a => a.by === by && a.date === date)
    if (isKnown) return edits
    const count = frames === "all" ? "all frames" : `${frames.length} frames`
    const what = `The measurements of ${count} were accepted.`
    return {
        ...edits,
        accepted: [...edits.accepted, accepted],
        history: [...edits.history, change(what, undefined, by, date)],
    }
}

function change(
    what: string,
    replaced: BorderEdit | ReferenceEdit | undefined,
    by: string,
    date: string
): EditChange {
    return { what, replaced: replaced ?? null, by, date }
}
