// Tables of the linear amplitude and power of each 8-bit sample code, and how many codes a decibel is.

import { codeToAmplitude, SAMPLE_SPAN_DB } from "../../shared/acquisition/sample-codes"

/** Sample codes of one decibel. */
export const CODES_PER_DB = 255 / SAMPLE_SPAN_DB

/** Linear envelope of each of the 256 codes; 1 is full scale. */
export const AMPLITUDE_OF_CODE: Float32Array = Float32Array.from({ length: 256 }, (_, code) =>
    codeToAmplitude(code)
)

/** Squared envelope of each of the 256 codes; 1 is full scale. */
export const POWER_OF_CODE: Float32Array = AMPLITUDE_OF_CODE.map(a => a * a)
