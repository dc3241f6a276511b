// Responsible for: all reason codes with their sentences as one table, for documents and tests.
// Not for: the VM, whose heap it would burden.

import * as codes from "./codes"
import { sentenceOf } from "./codes"

/** Code and sentence, by code. */
export const CODES: (readonly [number, string])[] = Object.entries(codes)
    .flatMap(([name, code]) => (typeof code === "number" && name !== "GOOD" ? [code] : []))
    .sort((a, b) => a - b)
    .map(code => [code, sentenceOf(code)] as const)
