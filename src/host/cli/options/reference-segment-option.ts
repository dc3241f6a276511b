// The option for reference segments: --reference proximal=FROM-TO, or proximal=automatic.

import type { Option } from "commander"
import { UsageError } from "../../errors"
import { logText } from "../../log/log-text"
import type { ReferenceEdit } from "../../measure/edits"
import { listOption } from "./option"

export type ReferenceSide = ReferenceEdit["which"]

/** Without a stretch: it is found automatically again. */
export interface AskedReference {
    readonly which: ReferenceSide
    readonly stretch: { readonly fromMm: number; readonly toMm: number } | undefined
}

const FORM = /^\s*(proximal|distal)\s*=\s*(?:(automatic)|(\d+(?:\.\d+)?)\s*-\s*(\d+(?:\.\d+)?))\s*$/

export function referenceOption(): Option {
    return listOption(
        "--reference <side=from-to>",
        'place of a reference segment in mm, such as proximal=31.5-33.5, or "proximal=automatic"; distal is towards 0 mm',
        parseReference
    )
}

/** @throws UsageError */
export function parseReference(text: string): AskedReference {
    const match = FORM.exec(text)
    const [, which, automatic, from, to] = match ?? []
    if (which === undefined)
        throw new UsageError(
            `--reference ${logText(text)} is not a reference segment; use one like proximal=31.5-33.5, or proximal=automatic.`
        )
    const stretch = automatic ? undefined : { fromMm: Number(from), toMm: Number(to) }
    return { which: which as ReferenceSide, stretch }
}
