// All codes with their sentences as one table, for documents and tests; the VM uses codes.ts alone.

import * as codes from "./codes"
import { sentenceOf } from "./codes"

/** Pairs of code and sentence, in ascending order of the code. */
export const CODES: (readonly [number, string])[] = Object.entries(codes)
    .flatMap(([name, code]) => (typeof code === "number" && name !== "GOOD" ? [code] : []))
    .sort((a, b) => a - b)
    .map(code => [code, sentenceOf(code)] as const)
