// The ring of the event log on the model of the FRAM, with the power cut at every byte of 1,000 entries. Exact: no tolerance.

import * as assert from "uvu/assert"
import { suite } from "uvu"
import * as fc from "fast-check"
import { Fram, FRAM_SIZE } from "../../boards/virtual/fram/fram"
import {
    ENTRY_BOOTS_AT,
    ENTRY_CODE_AT,
    ENTRY_FIELDS,
    ENTRY_STATE_AT,
    ENTRY_TIME_AT,
    ENTRY_VALUE_AT,
    entryAfter,
    oldestEntry,
    RING_ENTRIES,
    RING_FIRST_BLOCK,
    ringBlock,
    sealEntry,
} from "./event-ring"
import { type LogEntry, LOG_ENTRY, payloadLength, readPayload } from "./protocol/messages"
import { putNumber } from "./protocol/bytes"

const test = suite("event ring")

/** Of src/firmware/cart/README.md, "FRAM". */
const BLOCK = 32
const LAST_BLOCK = FRAM_SIZE / BLOCK - 1
const WREN = Uint8Array.of(0x06)
/** Bytes on the bus while an entry is written: WREN, op-code, address, block. */
const WRITE_BYTES = 1 + 3 + BLOCK

const eventOf = (number: number): LogEntry => ({
    number,
    boots: 1 + (number >> 4),
    time_ms: (number * 2654435761) >>> 0,
    state: number % 15,
    code: 101 + (number % 220),
    value: (number * -40503) | 0,
})

/** The transfer that writes an entry, as the firmware makes it. */
function writeOf(entry: LogEntry): Uint8Array {
    const tx = new Uint8Array(3 + BLOCK)
    const address = ringBlock(entry.number) * BLOCK
    tx.set([0x02, address >> 8, address & 0xff])
    putNumber(tx, 3 + ENTRY_BOOTS_AT, "u32", entry.boots)
    putNumber(tx, 3 + ENTRY_TIME_AT, "u32", entry.time_ms)
    putNumber(tx, 3 + ENTRY_STATE_AT, "u16", entry.state)
    putNumber(tx, 3 + ENTRY_CODE_AT, "u16", entry.code)
    putNumber(tx, 3 + ENTRY_VALUE_AT, "i32", entry.value)
    sealEntry(tx, 3, entry.number)
    return tx
}

function write(fram: Fram, number: number): void {
    fram.transfer(WREN)
    fram.transfer(writeOf(eventOf(number)))
}

/** The search of the firmware at its start: each block once, from the last one. */
function newestIn(memory: Uint8Array): number {
    let newest = 0
    for (let block = LAST_BLOCK; block >= RING_FIRST_BLOCK; --block)
        newest = entryAfter(newest, memory, block * BLOCK, block)
    return newest
}

/** An entry, if its block holds it. */
function entryOf(memory: Uint8Array, number: number): LogEntry | undefined {
    const block = ringBlock(number)
    return entryAfter(number - 1, memory, block * BLOCK, block) === number
        ? readPayload(memory, block * BLOCK, LOG_ENTRY)
        : undefined
}

test("the entry has the layout of its message, and the ring ends with the memory", () => {
    const { memory } = new Fram()
    memory.set(writeOf(eventOf(7)).subarray(3), ringBlock(7) * BLOCK)
    assert.equal(entryOf(memory, 7), eventOf(7))
    assert.is(payloadLength(LOG_ENTRY), ENTRY_FIELDS + 4)
    assert.is(RING_FIRST_BLOCK + RING_ENTRIES - 1, LAST_BLOCK)
})

test("the power cut at every byte of 1,000 entries leaves no entry wrong and loses at most the newest [IVUS-LOG-002]", () => {
    const fram = new Fram()
    const { memory } = fram
    for (let number = 1; number <= 1000; ++number) {
        const before = Buffer.from(memory)
        const at = ringBlock(number) * BLOCK
        const replaced = entryOf(memory, number - RING_ENTRIES)
        let stored = false
        for (let cut = 0; cut <= WRITE_BYTES; ++cut) {
            memory.set(before)
            fram.cutAfter(cut)
            write(fram, number)
            fram.powerOn()
            stored = newestIn(memory) === number
            if (!stored) assert.is(newestIn(memory), number - 1, `entry ${number}, byte ${cut}`)
            // An entry is complete with its CRC, or before, if the bytes that are missing were the same.
            if (cut >= 4 + ENTRY_FIELDS + 4) assert.ok(stored, `entry ${number}, byte ${cut}`)
            if (stored) assert.equal(entryOf(memory, number), eventOf(number))
            // The replaced entry is whole or gone.
            const left = number > RING_ENTRIES ? entryOf(memory, number - RING_ENTRIES) : undefined
            assert.ok(left === undefined || (!stored && cut <= 4))
            if (left) assert.equal(left, replaced)
            const elsewhere = [memory.subarray(0, at), memory.subarray(at + BLOCK)]
            assert.ok(
                before.subarray(0, at).equals(elsewhere[0]!) &&
                    before.subarray(at + BLOCK).equals(elsewhere[1]!),
                "no other block changes"
            )
        }
        assert.ok(stored)
    }
    for (let number = oldestEntry(1000); number <= 1000; ++number)
        assert.equal(entryOf(memory, number), eventOf(number))
})

test("a full ring holds its newest 248 entries, and has replaced the older ones [IVUS-LOG-003]", () => {
    const fram = new Fram()
    for (const count of [1, 247, 248, 249, 1000]) {
        fram.memory.fill(0)
        for (let number = 1; number <= count; ++number) write(fram, number)
        assert.is(newestIn(fram.memory), count)
        assert.is(oldestEntry(count), Math.max(1, count - 247))
        assert.equal(entryOf(fram.memory, oldestEntry(count)), eventOf(oldestEntry(count)))
        assert.is(entryOf(fram.memory, oldestEntry(count) - 1), undefined)
        assert.is(entryOf(fram.memory, count + 1), undefined)
    }
})

test("erased, dead and random memories are empty logs [IVUS-LOG-003]", () => {
    for (const value of [0, 0xff, 0x55]) {
        const memory = new Uint8Array(FRAM_SIZE).fill(value)
        assert.is(newestIn(memory), 0)
        assert.is(entryOf(memory, 1), undefined)
    }
    fc.assert(
        fc.property(fc.uint8Array({ minLength: FRAM_SIZE, maxLength: FRAM_SIZE }), memory => {
            assert.is(newestIn(memory), 0)
        }),
        { seed: 1, numRuns: 10 }
    )
})

test("a damaged block costs its own entry only, wherever it is [IVUS-LOG-003]", () => {
    const fram = new Fram()
    for (let number = 1; number <= 300; ++number) write(fram, number)
    const whole = Uint8Array.from(fram.memory)
    fc.assert(
        fc.property(
            fc.integer({ min: 53, max: 300 }),
            fc.integer({ min: 0, max: (ENTRY_FIELDS + 4) * 8 - 1 }),
            (number, bit) => {
                const memory = Uint8Array.from(whole)
                memory[ringBlock(number) * BLOCK + (bit >> 3)]! ^= 1 << (bit & 7)
                assert.is(entryOf(memory, number), undefined)
                assert.is(newestIn(memory), number === 300 ? 299 : 300)
                for (const other of [53, 299, 300].filter(n => n !== number))
                    assert.equal(entryOf(memory, other), eventOf(other))
            }
        ),
        { seed: 1, numRuns: 200 }
    )
})

test("an entry in the wrong block is no entry", () => {
    const { memory } = new Fram()
    memory.set(writeOf(eventOf(5)).subarray(3), ringBlock(6) * BLOCK)
    assert.is(newestIn(memory), 0)
})

test.run()
