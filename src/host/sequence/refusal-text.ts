// Responsible for: a refusal as a sentence with the nearest value that would do, in a person's units.
// Not for: codes and their own sentences (src/shared/codes.ts).

import { STATE_NAMES } from "../../shared/cart-machine"
import * as codes from "../../shared/codes"
import { sentenceOf } from "../../shared/codes"

/** Unit of each refusal's value, and how many of the link's units are one of it. */
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
    [codes.REFUSED_TRIGGER_RATE]: ["a minute", 1],
    [codes.REFUSED_TGC]: ["dB", 100],
}

/** The sentence of a refusal, without its full stop. */
export function refusalText(reason: number, value: number): string {
    const sentence = sentenceOf(reason)
    if (reason === codes.REFUSED_STATE) return `${sentence} (it is ${STATE_NAMES[value] ?? value})`
    if (reason === codes.REFUSED_START) return `${sentence}: it has to be at ${value / 1e6} mm`
    if (reason === codes.REFUSED_PAIRS_ELEMENT) return `${sentence} (pairs[${value}])`
    const unit = UNITS[reason]
    // 0 stands for: nothing would do.
    if (!unit || value === 0) return sentence
    return `${sentence}; ${value / unit[1]} ${unit[0]} would do`
}
