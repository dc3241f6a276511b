// Makes the vectors of the event log's ring: entries, their blocks, and what is found in a block.

import {
    ENTRY_FIELDS,
    entryAfter,
    oldestEntry,
    ringBlock,
    sealEntry,
} from "../../shared/event-ring"
import { LOG_ENTRY, payloadLength, writePayload } from "../../shared/protocol/messages"
import type { Vectors } from "./vectors"

/** First and last of a round, and the greatest number. */
const NUMBERS = [1, 247, 248, 249, 496, 1000, 0x7fffffff]

export function ringCases(): Vectors["ring"] {
    return NUMBERS.map(number => {
        const entry = {
            ...{ number, boots: number % 70001, time_ms: (number * 40503) >>> 0 },
            ...{ state: number % 15, code: 101 + (number % 230), value: (number * -977) | 0 },
        }
        const bytes = new Uint8Array(payloadLength(LOG_ENTRY))
        writePayload(bytes, 0, LOG_ENTRY, { ...entry, number: 0 })
        sealEntry(bytes, 0, number)
        const damaged = Uint8Array.from(bytes)
        damaged[ENTRY_FIELDS - 1]! ^= 1
        const block = ringBlock(number)
        return {
            entry,
            hex: Buffer.from(bytes).toString("hex"),
            block,
            oldest: oldestEntry(number),
            found: entryAfter(number - 1, bytes, 0, block),
            damaged: entryAfter(number - 1, damaged, 0, block),
        }
    })
}
