// Responsible for: the tables that turn an 8-bit sample code into linear
// amplitude and power, computed once.
// Not for: the companding law itself (src/shared/acquisition/sample-codes.ts).

import { codeToAmplitude } from "../../shared/acquisition/sample-codes"

/** Linear envelope of each of the 256 codes; 1 is full scale. */
export const AMPLITUDE_OF_CODE: Float32Array = Float32Array.from({ length: 256 }, (_, code) =>
    codeToAmplitude(code)
)

/** Squared envelope of each of the 256 codes; 1 is full scale. */
export const POWER_OF_CODE: Float32Array = AMPLITUDE_OF_CODE.map(a => a * a)
