// Responsible for: where a command looks for ring-down references, and the date by which it judges their age.
// Not for: the references (../references).

import { defaultReferenceFolder, ReferenceStore } from "../../references/reference-store"
import type { References } from "../../results/ring-down-use"

/** As commander hands them over. */
export interface ReferenceOptions {
    references?: string
    /** false for --no-ring-down. */
    ringDown?: boolean
}

export function storeOf({ references }: ReferenceOptions): ReferenceStore {
    return new ReferenceStore(references ?? defaultReferenceFolder(process.env))
}

/** @param pulledMs as of {@link References} */
export function referencesOf(
    options: ReferenceOptions,
    pulledMs: number | undefined
): { references?: References } {
    if (options.ringDown === false) return {}
    return { references: { store: storeOf(options), pulledMs } }
}
