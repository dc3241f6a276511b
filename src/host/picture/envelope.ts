// Tables of the linear amplitude and power of each 8-bit sample code.

import { codeToAmplitude } from "../../shared/acquisition/sample-codes"

/** Linear envelope of each of the 256 codes; 1 is full scale. */
export const AMPLITUDE_OF_CODE: Float32Array = Float32Array.from({ length: 256 }, (_, code) =>
    codeToAmplitude(code)
)

/** Squared envelope of each of the 256 codes; 1 is full scale. */
export const POWER_OF_CODE: Float32Array = AMPLITUDE_OF_CODE.map(a => a * a)
