// Formats a refusal as a sentence with the nearest allowed value in units for display.

import { holderName, STATE_NAMES } from "../../shared/cart-machine"
import * as codes from "../../shared/codes"
import { sentenceOf } from "../../shared/codes"

/** For each refusal, the unit for display of its value and the number of link units in one of it. */
const UNITS: Readonly<Record<number, readonly [unit: string, per: number]>> = {
    [codes.REFUSED_SPEED]: ["mm/s", 1e6],
    [codes.REFUSED_SPEED_CHANGE]: ["mm/s", 1e6],
    [codes.REFUSED_LENGTH]: ["mm", 1e6],
    [codes.REFUSED_TRAVEL]: ["mm", 1e6],
    [codes.REFUSED_STEP_COUNT]: ["mm", 1e6],
    [codes.REFUSED_FRAME_RATE]: ["frames/s", 1000],
    [codes.REFUSED_PRF]: ["frames/s", 1000],
    [codes.REFUSED_SPI_RATE]: ["frames/s", 1000],
    [codes.REFUSED_DEPTH]: ["mm", 1000],
    [codes.REFUSED_PRF_MAX]: ["frames/s", 1000],
    [codes.REFUSED_PULSES]: ["frames/s", 1000],
    [codes.REFUSED_POWER]: ["frames/s", 1000],
    [codes.REFUSED_BURST]: ["cycles", 1],
    [codes.REFUSED_FIFO]: ["frames/s", 1000],
    [codes.REFUSED_LINK_RATE]: ["frames/s", 1000],
    [codes.REFUSED_TABLE]: ["pairs", 1],
    [codes.REFUSED_ROTOR]: ["frames/s", 1000],
    [codes.REFUSED_LINES]: ["lines", 1],
    [codes.REFUSED_SAMPLES]: ["samples", 1],
    [codes.REFUSED_STEP]: ["um", 1],
    [codes.REFUSED_DWELL]: ["ms", 1],
    [codes.REFUSED_REFRACTORY]: ["ms", 1],
    [codes.REFUSED_TIMEOUT]: ["ms", 1],
    [codes.REFUSED_TRIGGER_RATE]: ["per minute", 1],
    [codes.REFUSED_TGC]: ["dB", 100],
}

/** Returns the sentence of a refusal without a full stop. */
export function refusalText(reason: number, value: number): string {
    const sentence = sentenceOf(reason)
    if (reason === codes.REFUSED_STATE) return `${sentence} (state: ${STATE_NAMES[value] ?? value})`
    if (reason === codes.REFUSED_CONTROL) return `${sentence} (in control: ${holderName(value)})`
    if (reason === codes.REFUSED_START) return `${sentence} (start position: ${value / 1e6} mm)`
    if (reason === codes.REFUSED_CAUSE) return `${sentence} (${value}: ${sentenceOf(value)})`
    if (reason === codes.REFUSED_PAIRS_ELEMENT) return `${sentence} (pairs[${value}])`
    const unit = UNITS[reason]
    // A value of 0 means that no value is allowed.
    if (!unit || value === 0) return sentence
    return `${sentence} (nearest allowed value: ${value / unit[1]} ${unit[0]})`
}
