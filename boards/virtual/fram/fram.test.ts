// The FRAM model against the op-code table of the MB85RS64V's data sheet. Exact values: no tolerance.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import * as fc from "fast-check"
import { FRAM_FAULTS } from "./faults"
import { Fram, FRAM_SIZE } from "./fram"

const test = suite("FRAM")

const send = (fram: Fram, ...bytes: number[]): number[] => [
    ...fram.transfer(Uint8Array.from(bytes)),
]
const write = (fram: Fram, address: number, ...data: number[]): void => {
    send(fram, 0x06)
    send(fram, 0x02, address >> 8, address & 0xff, ...data)
}
const read = (fram: Fram, address: number, count: number): number[] =>
    send(fram, 0x03, address >> 8, address & 0xff, ...new Array<number>(count).fill(0)).slice(3)

test("identifies itself: 04 7F 03 02", () => {
    assert.equal(send(new Fram(), 0x9f, 0, 0, 0, 0).slice(1), [0x04, 0x7f, 0x03, 0x02])
})

test("WREN sets the write enable latch; WRDI and the end of a write reset it", () => {
    const fram = new Fram()
    const status = (): number => send(fram, 0x05, 0)[1]!
    assert.is(status(), 0)
    send(fram, 0x06)
    assert.is(status(), 0x02)
    send(fram, 0x04)
    assert.is(status(), 0)
    write(fram, 3, 7, 8)
    assert.is(status(), 0)
    assert.equal(read(fram, 3, 2), [7, 8])
    send(fram, 0x02, 0, 3, 9)
    assert.equal(read(fram, 3, 2), [7, 8], "a write without WREN stores nothing")
    send(fram, 0x06)
    fram.powerOn()
    assert.is(status(), 0, "power-on resets it")
})

test("addresses wrap at 8 KB, and the upper address bits do not count", () => {
    const fram = new Fram()
    write(fram, FRAM_SIZE - 1, 1, 2, 3)
    assert.equal([fram.memory[FRAM_SIZE - 1], fram.memory[0], fram.memory[1]], [1, 2, 3])
    assert.equal(read(fram, FRAM_SIZE - 1, 3), [1, 2, 3])
    assert.equal(read(fram, 0xe000, 2), [2, 3])
})

test("block protection: the upper quarter, the upper half, everything", () => {
    for (const [bits, from] of [
        [1, 0x1800],
        [2, 0x1000],
        [3, 0],
    ] as const) {
        const fram = new Fram()
        send(fram, 0x06)
        send(fram, 0x01, bits << 2)
        for (const address of [0, from - 1, from, FRAM_SIZE - 1].filter(a => a >= 0)) {
            write(fram, address, 0xaa)
            assert.is(fram.memory[address], address < from ? 0xaa : 0, `${bits} ${address}`)
        }
    }
})

test("a power cut after any byte stores exactly the bytes before it", () => {
    fc.assert(
        fc.property(fc.integer({ min: 0, max: 14 }), cut => {
            const fram = new Fram()
            fram.memory.fill(0x55, 0, 10)
            fram.cutAfter(cut)
            write(fram, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
            // WREN is the first byte, op-code and address are the next three.
            const stored = Math.max(0, cut - 4)
            const expected = Array.from({ length: 10 }, (_, i) => (i < stored ? i + 1 : 0x55))
            assert.equal([...fram.memory.subarray(0, 10)], expected)
            const next = new Fram(fram.memory)
            assert.equal(read(next, 0, 10), expected)
        }),
        { seed: 1, numRuns: 60 }
    )
})

test("faults: a dead chip reads ones and stores nothing, a stuck bit reads its level", () => {
    const fram = new Fram()
    const endDead = FRAM_FAULTS["fram-dead"]!.start(fram, 0, 0)
    write(fram, 0, 1)
    assert.equal(read(fram, 0, 1), [0xff])
    endDead!()
    assert.equal(read(fram, 0, 1), [0])
    const endStuck = FRAM_FAULTS["fram-bit"]!.start(fram, 0, 0)
    assert.equal(read(fram, 4, 3), [0, 0x10, 0])
    endStuck!()
    assert.equal(read(fram, 4, 3), [0, 0, 0])
})

test.run()
